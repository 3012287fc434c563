//! Every tolerance of the maximisation, with its meaning and default.

use serde::{Deserialize, Serialize};

/// Options of a fit; the defaults serve all tables we know.
///
/// ```
/// use nestcount::Options;
/// let patient = Options { max_evaluations: 500, ..Options::default() };
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Evaluations of value, gradient and Hessian before giving up. Default 200; most fits take 4 to 12.
    pub max_evaluations: usize,
    /// Converged when the Newton decrement g'(−H)⁻¹g, twice the log-likelihood still to be gained, is below this.
    /// Default 1e-12: the point is then within 1e-6 standard errors of the maximum.
    pub decrement_tolerance: f64,
    /// An evaluation is taken if the log-likelihood does not fall by more than rounding explains: this share of
    /// Σ y|log μ|, the size of the terms it is the difference of. Default 1e-14.
    pub rounding: f64,
    /// Largest change of a coefficient in one step, for a determinant in standard units. Default 2.
    pub coefficient_step_cap: f64,
    /// Largest change of the log of a standard deviation in one step. Default 0.8.
    pub log_sd_step_cap: f64,
    /// Largest change of a variance that leaves 0 in one step. Default 0.25.
    pub variance_step_cap: f64,
    /// Largest change of log θ in one step. Default 1.2.
    pub log_theta_step_cap: f64,
    /// θ above this multiple of the mean count raises the question whether the counts are Poisson. Default 20.
    pub poisson_question: f64,
    /// Newton steps for the area effects at fixed parameters. Default 100; warm starts take 2 or 3.
    pub mode_iterations: usize,
    /// The area effects are at their mode when a Newton step changes none by more than this (log scale); the error
    /// left is about its square. Default 1e-6.
    pub mode_tolerance: f64,
    /// Largest change of an area effect in one step (log scale). Default 2.
    pub mode_step_cap: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            max_evaluations: 200,
            decrement_tolerance: 1e-12,
            rounding: 1e-14,
            coefficient_step_cap: 2.0,
            log_sd_step_cap: 0.8,
            variance_step_cap: 0.25,
            log_theta_step_cap: 1.2,
            poisson_question: 20.0,
            mode_iterations: 100,
            mode_tolerance: 1e-6,
            mode_step_cap: 2.0,
        }
    }
}
