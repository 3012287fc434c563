//! What shows that a fit stands at a maximum.

use serde::{Deserialize, Serialize};

/// The state at the end of the maximisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// Evaluations of value, gradient and Hessian.
    pub evaluations: usize,
    /// max_j |g_j| · se_j over the free parameters: the slope of the log-likelihood per standard error.
    pub gradient: f64,
    /// Newton decrement g'(−H)⁻¹g: twice the log-likelihood still to be gained.
    pub decrement: f64,
    /// Smallest eigenvalue of the information matrix scaled to unit diagonal: above 0 at a strict maximum, near 0
    /// where the table cannot tell some parameters apart.
    pub smallest_curvature: f64,
    /// The variances that are exactly 0, with the score that keeps them there.
    pub zero_variances: Vec<ZeroVariance>,
}

/// A variance at 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZeroVariance {
    /// The level.
    pub level: String,
    /// Slope of the log-likelihood in the variance at 0, not above 0.
    pub score: f64,
}
