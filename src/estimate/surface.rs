//! What a climb sees: a function of a point with its derivatives, nothing of areas.

use super::evaluate::{Objective, Order};
use super::options::Options;
use super::point::{Derivatives, Point};
use crate::family::Family;

/// A function of (β, υ, φ), or of some of them, to be climbed.
pub(crate) trait Surface {
    /// Number of variances among the parameters.
    fn n_variances(&self) -> usize;

    /// Tolerances and caps of the climb.
    fn options(&self) -> &Options;

    /// Value, gradient and Hessian; `effects` enters as the start of the mode and leaves as the mode.
    fn evaluate(&mut self, family: Family, point: &Point, effects: &mut [f64]) -> Derivatives;
}

impl Surface for Objective<'_> {
    fn n_variances(&self) -> usize {
        self.problem.n_variances()
    }

    fn options(&self) -> &Options {
        &self.options
    }

    fn evaluate(&mut self, family: Family, point: &Point, effects: &mut [f64]) -> Derivatives {
        self.evaluate(family, point, effects, Order::Hessian)
    }
}
