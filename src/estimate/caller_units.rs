//! Points in the units of the caller's determinants, and those of the passes.

use super::likelihood::Parameters;
use super::point::Point;
use crate::error::{ErrorKind, Result};
use crate::family::{Family, Scatter};
use crate::model::Problem;
use ndarray::Array2;

impl Problem {
    /// The point in the units of the passes; fails on lengths that do not agree and values outside the parameter space.
    pub(super) fn point_of(&self, at: &Parameters) -> Result<(Family, Point)> {
        let length = |what: &str, expected: usize, found: usize| match expected == found {
            true => Ok(()),
            false => Err(crate::Error::from(ErrorKind::Length { what: what.into(), expected, found })),
        };
        length("the coefficients", self.n_terms(), at.coefficients.len())?;
        length("the variances", self.n_variances(), at.variances.len())?;
        let (family, phi) = match at.scatter {
            Scatter::Poisson => (Family::Poisson, 0.0),
            Scatter::NegBin2 { theta } => (Family::NegBin2, theta.ln()),
        };
        let inside = at.variances.iter().all(|v| v.is_finite() && *v >= 0.0)
            && at.coefficients.iter().all(|c| c.is_finite())
            && phi.is_finite()
            && (family == self.family() || self.family() == Family::NegBin2);
        if !inside {
            let message =
                "parameters must be finite, variances not below 0, theta above 0 and of the problem's family";
            return Err(ErrorKind::Specification { message: message.into() }.into());
        }
        let variances = if at.variances.is_empty() { vec![0.0] } else { at.variances.clone() };
        let beta = self.standard.in_standard_units(&at.coefficients);
        Ok((family, Point { beta, variances, phi }))
    }

    /// The matrix from changes in the caller's units to changes in those of the passes, `n` parameters.
    pub(super) fn forward(&self, n: usize) -> Array2<f64> {
        let mut forward = Array2::eye(n);
        for j in 0..self.n_terms() {
            let mut unit = vec![0.0; self.n_terms()];
            unit[j] = 1.0;
            for (i, entry) in self.standard.in_standard_units(&unit).into_iter().enumerate() {
                forward[[i, j]] = entry;
            }
        }
        forward
    }
}
