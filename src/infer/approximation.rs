//! Which log-likelihood a fit has maximised.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How the integral over the area effects was taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Approximation {
    /// By the second-order expansion of the log-integrand at its mode.
    Laplace,
    /// With the next term of the expansion, L + ε.
    SecondOrder,
    /// By quadrature along the tree.
    Exact {
        /// Of the log-likelihood at the maximum, absolute, by one refinement.
        error: f64,
    },
}

impl fmt::Display for Approximation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Approximation::Laplace => "Laplace",
            Approximation::SecondOrder => "second-order Laplace",
            Approximation::Exact { .. } => "exact",
        })
    }
}
