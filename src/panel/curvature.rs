//! Curvature of the log-likelihood: differences of its exact gradient, and what a step makes of them.

use super::climb::{Climb, Position};
use super::point::Part;
use crate::numeric::dense::symmetric_eigen;
use ndarray::{Array1, Array2};

/// Which differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stencil {
    /// To one side, by fixed steps: good enough to begin with.
    Forward,
    /// To both sides, by steps in the units of the curvature: what standard errors come from.
    Central,
}

/// Steps of the forward differences; coefficients are in standard units, the others are logarithms or sds.
const FORWARD: f64 = 1e-4;

/// Central steps, in units of 1/√curvature, and the longest.
const CENTRAL: (f64, f64) = (1e-3, 1e-2);

/// Scaled eigenvalues below this are taken for it: a step never runs off along what the table does not tell.
const LEAST_EIGENVALUE: f64 = 1e-7;

impl Climb<'_, '_> {
    /// Minus the Hessian over the free parts at a position; `None` where it was stopped or a gradient was not found.
    pub(super) fn differences(
        &mut self,
        at: &Position,
        free: &[Part],
        stencil: Stencil,
        known: Option<&Array2<f64>>,
    ) -> Option<Array2<f64>> {
        let n = free.len();
        let mut information = Array2::zeros((n, n));
        for (j, &part) in free.iter().enumerate() {
            let step = match (stencil, known) {
                (Stencil::Central, Some(known)) => {
                    (CENTRAL.0 / known[[j, j]].abs().sqrt().max(f64::MIN_POSITIVE)).min(CENTRAL.1)
                }
                _ => FORWARD,
            };
            let up = self.gradient_at(at, free, part, step)?;
            let column = match stencil {
                Stencil::Forward => (&at.gradient(free, self.parts()) - &up) / step,
                Stencil::Central => (self.gradient_at(at, free, part, -step)? - up) / (2.0 * step),
            };
            information.column_mut(j).assign(&column);
        }
        Some(0.5 * (&information + &information.t()))
    }

    fn gradient_at(&mut self, at: &Position, free: &[Part], part: Part, by: f64) -> Option<Array1<f64>> {
        let mut point = at.point.clone();
        point.shift(part, by, self.objective.problem.correlate());
        let mut u = at.u.clone();
        let there = self.objective.evaluate(self.family, &point, &mut u);
        if !there.is_finite() || self.seen_beside(at).is_break() {
            return None;
        }
        let there = Position { point, u, at: there };
        Some(there.gradient(free, self.parts()))
    }
}

/// A step uphill.
#[derive(Debug, Clone)]
pub(super) struct Ascent {
    pub step: Array1<f64>,
    /// g'(−H)⁻¹g, twice what the step promises.
    pub decrement: f64,
    /// Smallest eigenvalue of the information scaled to unit diagonal.
    pub smallest: f64,
}

/// The Newton step by an information matrix, its scaled eigenvalues made positive.
pub(super) fn ascent(information: &Array2<f64>, gradient: &Array1<f64>) -> Ascent {
    let scale = information.diag().mapv(|x| x.abs().max(f64::MIN_POSITIVE.sqrt()).sqrt());
    let scaled =
        Array2::from_shape_fn(information.raw_dim(), |(i, j)| information[[i, j]] / (scale[i] * scale[j]));
    let (values, vectors) = symmetric_eigen(scaled);
    let along = vectors.t().dot(&(gradient / &scale));
    let safe = values.mapv(|value| value.abs().max(LEAST_EIGENVALUE));
    let decrement = along.iter().zip(&safe).map(|(a, value)| a * a / value).sum();
    let step = vectors.dot(&(&along / &safe)) / &scale;
    let smallest = values.iter().copied().fold(f64::INFINITY, f64::min);
    Ascent { step, decrement, smallest }
}

/// Makes the newest secant hold, by the symmetric matrix of rank one that does so; one that tells next to nothing is left
/// out.
pub(super) fn learn(information: &mut Array2<f64>, step: &Array1<f64>, fall: &Array1<f64>) {
    let missing = fall - &information.dot(step);
    let sizes = information.diag().mapv(|x| x.abs().max(f64::MIN_POSITIVE).sqrt());
    let (long, large) = (step * &sizes, &missing / &sizes);
    let along = missing.dot(step);
    if along.abs() > 1e-6 * (long.dot(&long) * large.dot(&large)).sqrt() {
        for i in 0..step.len() {
            for j in 0..step.len() {
                information[[i, j]] += missing[i] * missing[j] / along;
            }
        }
    }
}
