//! The curvature of the difference from Laplace's log-likelihood, by differences of its gradient at the maximum.

use super::maximise::Search;
use super::{Correction, Difference, Stencil};
use crate::estimate::coordinates::{Coordinate, System};
use crate::estimate::evaluate::Order;
use crate::estimate::newton::Position;
use crate::estimate::point::{Derivatives, Point};
use crate::family::Family;
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2};

impl Stencil {
    /// The step in standard errors.
    fn step(self) -> f64 {
        match self {
            Stencil::Central => 1e-3,
            Stencil::Forward => 1e-5,
        }
    }

    /// Places, in steps, with their weights; `room` says whether there is a step's room below.
    fn weights(self, room: bool) -> &'static [(f64, f64)] {
        match (self, room) {
            (Stencil::Central, true) => &[(-1.0, -0.5), (1.0, 0.5)],
            (Stencil::Central, false) => &[(0.0, -1.5), (1.0, 2.0), (2.0, -0.5)],
            (Stencil::Forward, _) => &[(0.0, -1.0), (1.0, 1.0)],
        }
    }
}

impl<C: Correction> Search<'_, '_, C> {
    /// The Hessian at the maximum: Laplace's, and differences of the correction's gradient.
    pub(super) fn curve(&mut self, family: Family, at: &mut Position) {
        let mut modes = at.effects.clone();
        let laplace = self.objective.evaluate(family, &at.point, &mut modes, Order::Hessian);
        let n = laplace.gradient.len();
        let mut curvature = Array2::zeros((n, n));
        let here = self.gradient_of_difference(family, &at.point, &modes, &laplace);
        for k in 0..n {
            let step = self.correction.stencil().step()
                / laplace.hessian[[k, k]].abs().sqrt().max(f64::MIN_POSITIVE);
            let is_variance = (at.point.beta.len()..n - usize::from(family == Family::NegBin2)).contains(&k);
            let room = !is_variance || coordinate(&at.point, k) >= step;
            let slopes: Option<Vec<Array1<f64>>> = self
                .correction
                .stencil()
                .weights(room)
                .iter()
                .map(|(by, weight)| {
                    let there = match *by {
                        0.0 => here.clone(),
                        by => self.gradient_at(family, &at.point, k, by * step, &modes),
                    };
                    there.map(|gradient| gradient * (weight / step))
                })
                .collect();
            slopes.into_iter().flatten().for_each(|slope| curvature.column_mut(k).scaled_add(1.0, &slope));
        }
        at.derivatives.hessian = laplace.hessian + 0.5 * (&curvature + &curvature.t());
    }

    /// One more Newton step, with the curvature taken at the end: what the secants left is squared. Returns the decrement
    /// that is left; a step that lessens nothing is not taken.
    pub(super) fn polish(&mut self, family: Family, at: &mut Position, coordinates: &[Coordinate]) -> f64 {
        let system = System::new(&at.derivatives, &at.point, coordinates);
        let Some(factor) = Cholesky::new(&(-&system.hessian).view()) else { return f64::INFINITY };
        let decrement = |gradient: &Array1<f64>| factor.solve(&gradient.view()).dot(gradient);
        let before = decrement(&system.gradient);
        let step = factor.solve(&system.gradient.view());
        let point = system.moved(&at.point, &step, coordinates, &self.objective.options);
        let mut effects = at.effects.clone();
        let mut there = self.objective.evaluate(family, &point, &mut effects, Order::Gradient);
        let difference = self.correction.difference(self.objective, family, &point, &effects, &there);
        let Some(Difference { value, gradient, .. }) = difference else { return before };
        there.value += value;
        there.gradient += &gradient;
        there.hessian.clone_from(&at.derivatives.hessian);
        let after = decrement(&System::new(&there, &point, coordinates).gradient);
        if after >= before || after.is_nan() {
            return before;
        }
        *at = Position { point, effects, derivatives: there };
        after
    }

    fn gradient_at(
        &mut self,
        family: Family,
        from: &Point,
        k: usize,
        change: f64,
        modes: &[f64],
    ) -> Option<Array1<f64>> {
        let (mut point, mut modes) = (from.clone(), modes.to_vec());
        let p = point.beta.len();
        match k {
            k if k < p => point.beta[k] += change,
            k if k < p + self.objective.problem.n_variances() => point.variances[k - p] += change,
            _ => point.phi += change,
        }
        let all = self.objective.evaluate(family, &point, &mut modes, self.correction.needs());
        self.gradient_of_difference(family, &point, &modes, &all)
    }

    pub(super) fn gradient_of_difference(
        &mut self,
        family: Family,
        point: &Point,
        modes: &[f64],
        laplace: &Derivatives,
    ) -> Option<Array1<f64>> {
        self.correction.difference(self.objective, family, point, modes, laplace).map(|d| d.gradient)
    }
}

fn coordinate(point: &Point, k: usize) -> f64 {
    let p = point.beta.len();
    match k {
        k if k < p => point.beta[k],
        k => point.variances.get(k - p).copied().unwrap_or(point.phi),
    }
}
