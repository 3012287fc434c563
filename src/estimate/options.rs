//! Every tolerance of the maximisation, with its meaning and default.

use crate::error::{ErrorKind, Result};
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

impl Options {
    /// Fails on options under which nothing can be promised: not finite, not above 0, or tolerances of 1 and more.
    pub(crate) fn check(&self) -> Result<()> {
        let tolerances = [
            ("decrement_tolerance", self.decrement_tolerance),
            ("rounding", self.rounding),
            ("mode_tolerance", self.mode_tolerance),
        ];
        let others = [
            ("coefficient_step_cap", self.coefficient_step_cap),
            ("log_sd_step_cap", self.log_sd_step_cap),
            ("variance_step_cap", self.variance_step_cap),
            ("log_theta_step_cap", self.log_theta_step_cap),
            ("poisson_question", self.poisson_question),
            ("mode_step_cap", self.mode_step_cap),
            ("max_evaluations", self.max_evaluations as f64),
            ("mode_iterations", self.mode_iterations as f64),
        ];
        let bad = tolerances.into_iter().find(|(_, x)| !(*x > 0.0 && *x < 1.0));
        let bad = bad.or(others.into_iter().find(|(_, x)| !(*x > 0.0 && x.is_finite())));
        match bad {
            None => Ok(()),
            Some((name, value)) => {
                let message = format!("the option {name} must be above 0 and sensible, got {value}");
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_promise_nothing_are_refused() {
        assert!(Options::default().check().is_ok());
        for bad in [
            Options { decrement_tolerance: f64::INFINITY, ..Options::default() },
            Options { poisson_question: f64::NAN, ..Options::default() },
            Options { mode_iterations: 0, ..Options::default() },
            Options { mode_tolerance: 1.0, ..Options::default() },
            Options { max_evaluations: 0, ..Options::default() },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
