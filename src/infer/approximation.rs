//! Which log-likelihood a fit has maximised.

use super::gauge::Gauge;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How the integral over the area effects was taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Approximation {
    /// By the second-order expansion of the log-integrand at its mode.
    Laplace {
        /// What the next term of the expansion would change.
        gauge: Gauge,
    },
    /// With the next term of the expansion, L + ε.
    SecondOrder,
    /// By quadrature along the tree.
    Exact {
        /// Of the log-likelihood at the maximum, absolute, by one refinement.
        error: f64,
    },
    /// Every row's effect by quadrature, those of the areas by Laplace's expansion.
    Lognormal {
        /// Of the rows' integrals, in the log-likelihood at the maximum, absolute, by one refinement.
        error: f64,
        /// The next term of the expansion in the areas' effects: about what the log-likelihood still misses.
        epsilon: f64,
    },
}

impl Approximation {
    /// How good the approximation is on the table, where that is known: Laplace's.
    pub fn gauge(&self) -> Option<&Gauge> {
        match self {
            Approximation::Laplace { gauge } => Some(gauge),
            Approximation::SecondOrder | Approximation::Exact { .. } | Approximation::Lognormal { .. } => {
                None
            }
        }
    }
}

impl fmt::Display for Approximation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Approximation::Laplace { .. } => "Laplace",
            Approximation::SecondOrder => "second-order Laplace",
            Approximation::Exact { .. } => "exact",
            Approximation::Lognormal { .. } => "rows-integrated Laplace",
        })
    }
}
