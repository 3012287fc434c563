//! The maximum of the Gaussian variational bound, for comparison.

use super::{BoundFit, Estimator, Progress};
use crate::error::Result;
use crate::estimate::Options;
use crate::model::Problem;

/// Gaussian variational approximation: the area effects given the counts taken for normal, mean and precision chosen so
/// that the lower bound
///
/// ```text
/// F = Σ E_q[ℓ_i] − KL(q ‖ prior) ≤ log-likelihood
/// ```
///
/// is largest, and the parameters likewise. Expectations over a row's predictor, normal with the area effect's mean and
/// variance, have a closed form for exact Poisson counts, E μ = μ e^{V/2}; otherwise they are sums over Gauss-Hermite points, so
/// many that more change the bound at Laplace's maximum by less than 1e-8.
/// Standard errors are from the curvature of F at its maximum, which stands in for that of the log-likelihood.
///
/// **Known bias.** The bound lies the further below the log-likelihood the larger the variances, so standard deviations come
/// out too small, most of all those of effects with few counts each. [`BoundFit`] has figures. Sources: Ormerod & Wand 2012,
/// JCGS 21:2; Hall, Ormerod & Wand 2011, Statistica Sinica 21:369.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Variational {
    /// Tolerances and caps.
    pub options: Options,
}

impl Estimator for Variational {
    type Answer = BoundFit;

    fn name(&self) -> &str {
        "variational"
    }

    fn estimate_watched(&self, problem: &Problem, progress: &mut Progress<'_>) -> Result<BoundFit> {
        let (estimates, lower_bound, evaluations) = problem.highest_bound(&self.options, progress)?;
        Ok(BoundFit { estimates, lower_bound, evaluations })
    }
}
