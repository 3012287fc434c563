//! The exact log-likelihood as a surface to climb: Laplace's and the difference.

use super::sweep::{Quadrature, Wanted};
use crate::estimate::corrected::{Correction, Difference};
use crate::estimate::evaluate::Objective;
use crate::estimate::point::{Derivatives, Point};
use crate::family::Family;

/// What the exact log-likelihood adds to Laplace's, by one rule at all points.
#[derive(Debug)]
pub(crate) struct ExactCorrection {
    pub quadrature: Quadrature,
    /// The error of the difference.
    pub error: f64,
}

impl Correction for ExactCorrection {
    fn difference(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &[f64],
        laplace: &Derivatives,
    ) -> Option<Difference> {
        let exact = self.quadrature.evaluate(objective, family, point, modes, Wanted::Gradient)?;
        Some(Difference {
            value: exact.difference,
            gradient: exact.gradient - &laplace.gradient,
            noise: self.error,
        })
    }
}
