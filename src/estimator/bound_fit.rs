//! The answer of the variational approximation: estimates, and a bound in the place of a likelihood.

use super::estimated::HasEstimates;
use crate::infer::{Covariance, Estimates, write_coefficients, write_dispersion, write_levels};
use std::fmt;

/// Estimates at the maximum of a lower bound of the log-likelihood.
///
/// Area effects are the means of their normal distribution, with its standard deviations; their slopes in the parameters are
/// taken at fixed weights.
///
/// **Known bias**, mean difference of standard deviations from those of exact maximum likelihood (2,918 rows in 388 areas of
/// 42 regions, Poisson, sd 0.3 and 0.2, 200 worlds; a row effect of sd 0.5 in the second, 100 worlds): at a mean count of 0.5
/// −0.004 for areas and 0.000 for regions; at a mean count of 2 with the row effect −0.013 for rows and −0.003 or less for
/// the others. Where counts are 20 and more it is lost in the sampling error. The bound lay 0.2 to 0.5 below the exact
/// log-likelihood without row effects, 1.5 to 8 with them.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundFit {
    pub(super) estimates: Estimates,
    pub(super) lower_bound: f64,
    pub(super) evaluations: usize,
}

impl BoundFit {
    /// The bound at its maximum, all constants in: no more than the log-likelihood there. Differences between the bounds of
    /// two models are no likelihood ratio.
    pub fn lower_bound(&self) -> f64 {
        self.lower_bound
    }

    /// Evaluations of Laplace's log-likelihood on the way to its maximum, where the climb begins, and of the bound after it.
    pub fn evaluations(&self) -> usize {
        self.evaluations
    }

    /// Covariance of coefficients, log standard deviations and log θ, from the curvature of the bound.
    pub fn covariance(&self) -> &Covariance {
        &self.estimates.covariance
    }
}

impl HasEstimates for BoundFit {
    fn estimates(&self) -> &Estimates {
        &self.estimates
    }
}

impl fmt::Display for BoundFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Multilevel count model, log link, Gaussian variational approximation")?;
        writeln!(f, "Lower bound of logLik {:.4}", self.lower_bound)?;
        writeln!(
            f,
            "Known bias: standard deviations too small, those of effects with few counts each the most"
        )?;
        write_levels(&self.estimates.levels, "the bound", f)?;
        write_dispersion(self.estimates.dispersion, f)?;
        write_coefficients(&self.estimates.coefficients, f)?;
        writeln!(f, "\nAt the maximum of the bound after {} evaluations", self.evaluations)
    }
}
