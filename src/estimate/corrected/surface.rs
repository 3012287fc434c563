//! Laplace's log-likelihood with a correction, as a surface to climb.

use super::Correction;
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::options::Options;
use crate::estimate::point::{Derivatives, Point};
use crate::estimate::surface::Surface;
use crate::family::Family;
use ndarray::{Array1, Array2};

/// Laplace's log-likelihood with a correction.
pub(super) struct Corrected<'a, 'b, C> {
    pub objective: &'a mut Objective<'b>,
    pub correction: &'a mut C,
    pub secants: Option<Secants>,
}

/// The curvature of the difference as the points seen tell it.
#[derive(Debug)]
pub(super) struct Secants {
    family: Family,
    at: Array1<f64>,
    gradient: Array1<f64>,
    curvature: Array2<f64>,
}

/// Secants shorter than this share of what they could tell are left out.
const LEAST_SECANT: f64 = 1e-6;

impl<C: Correction> Surface for Corrected<'_, '_, C> {
    fn n_variances(&self) -> usize {
        self.objective.n_variances()
    }

    fn options(&self) -> &Options {
        &self.objective.options
    }

    fn evaluate(&mut self, family: Family, point: &Point, effects: &mut [f64]) -> Derivatives {
        let mut all = self.objective.evaluate(family, point, effects, Order::Hessian);
        if !all.is_finite() {
            return all;
        }
        match self.correction.difference(self.objective, family, point, effects, &all) {
            None => all.value = f64::NAN,
            Some(difference) => {
                self.learn(family, point, &difference.gradient, &all);
                all.value += difference.value;
                all.gradient += &difference.gradient;
                all.magnitude += difference.noise / self.objective.options.rounding;
                if let Some(secants) = &self.secants {
                    all.hessian += &secants.curvature;
                }
            }
        }
        all
    }
}

impl<C: Correction> Corrected<'_, '_, C> {
    /// Adds what the step from the last point says of the difference's curvature: the symmetric matrix of rank one that
    /// makes the new secant hold.
    fn learn(&mut self, family: Family, point: &Point, gradient: &Array1<f64>, laplace: &Derivatives) {
        let at = vector(point, gradient.len());
        let secants = match &mut self.secants {
            Some(secants) if secants.family == family => secants,
            other => {
                let n = at.len();
                *other = Some(Secants {
                    family,
                    at,
                    gradient: gradient.clone(),
                    curvature: Array2::zeros((n, n)),
                });
                return;
            }
        };
        let step = &at - &secants.at;
        let missing = gradient - &secants.gradient - secants.curvature.dot(&step);
        // in standard errors, so that the units of the parameters do not matter
        let sizes = laplace.hessian.diag().mapv(|h| h.abs().max(f64::MIN_POSITIVE).sqrt());
        let (long, large) = (&step * &sizes, &missing / &sizes);
        let along = missing.dot(&step);
        if along.abs() > LEAST_SECANT * (long.dot(&long) * large.dot(&large)).sqrt() {
            for i in 0..step.len() {
                for j in 0..step.len() {
                    secants.curvature[[i, j]] += missing[i] * missing[j] / along;
                }
            }
        }
        (secants.at, secants.gradient) = (at, gradient.clone());
    }
}

/// (β, υ, φ) as one vector.
pub(super) fn vector(point: &Point, n: usize) -> Array1<f64> {
    let n_variances = n.saturating_sub(point.beta.len()).min(point.variances.len());
    let all = point.beta.iter().chain(&point.variances[..n_variances]).chain([&point.phi]);
    all.take(n).copied().collect()
}
