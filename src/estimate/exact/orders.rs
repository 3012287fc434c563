//! How finely, as the caller says it.

use super::rule::Rule;
use super::sweep::Quadrature;
use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// How finely the integrals over the area effects are taken.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Orders {
    /// Points a fixed distance apart; the error is that of one refinement.
    Fixed {
        /// Distance between points in standard deviations of an effect given its parent's: 0.9 for errors near 1e-9 an
        /// area, 0.6 for rounding error. Above 0, at most 2.
        step: f64,
        /// Posterior probability that is left out beyond either end of an area's points. Above 0, at most 1e-3.
        tail: f64,
    },
    /// Points ever closer and wider until a refinement changes the log-likelihood by no more than this.
    Refined {
        /// Absolute; at least 1e-13.
        tolerance: f64,
    },
}

impl Default for Orders {
    /// Refined to 1e-6.
    fn default() -> Self {
        Orders::Refined { tolerance: 1e-6 }
    }
}

impl Orders {
    /// Fails on what promises nothing.
    pub(crate) fn check(self) -> Result<()> {
        let within = |x: f64, least: f64, most: f64| x >= least && x <= most;
        let message = match self {
            Orders::Fixed { step, .. } if !within(step, 0.02, 2.0) => {
                format!("the step between points must be in [0.02, 2], got {step}")
            }
            Orders::Fixed { tail, .. } if !within(tail, 1e-100, 1e-3) => {
                format!("the tail left out must be in [1e-100, 0.001], got {tail}")
            }
            Orders::Refined { tolerance } if !within(tolerance, 1e-13, 1.0) => {
                format!("the tolerance of the log-likelihood must be in [1e-13, 1], got {tolerance}")
            }
            _ => return Ok(()),
        };
        Err(ErrorKind::Specification { message }.into())
    }

    /// By the rule to begin with.
    pub(super) fn quadrature(self) -> Quadrature {
        Quadrature::new(match self {
            Orders::Fixed { step, tail } => Rule { step, tail },
            Orders::Refined { .. } => Rule::FIRST,
        })
    }

    /// The largest change by a refinement that is taken.
    pub(super) fn tolerance(self) -> f64 {
        match self {
            Orders::Fixed { .. } => f64::INFINITY,
            Orders::Refined { tolerance } => tolerance,
        }
    }
}
