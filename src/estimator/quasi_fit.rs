//! The answer of quasi-likelihood: estimates, and no likelihood.

use super::estimated::HasEstimates;
use crate::infer::{Covariance, Estimates, write_coefficients, write_dispersion, write_levels};
use std::fmt;

/// Which quasi-likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuasiLikelihood {
    /// Rows expanded at the modes of the area effects.
    Penalised,
    /// Rows expanded at area effects of 0.
    Marginal,
}

impl QuasiLikelihood {
    /// What is known of its bias, in a sentence.
    pub fn bias(self) -> &'static str {
        match self {
            QuasiLikelihood::Penalised => {
                "standard deviations too small and the intercept too large, the more so the smaller the counts"
            }
            QuasiLikelihood::Marginal => {
                "the intercept too large by about half the sum of the variances, standard deviations wrong, mostly too large"
            }
        }
    }
}

impl fmt::Display for QuasiLikelihood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            QuasiLikelihood::Penalised => "first-order penalised quasi-likelihood (PQL-1)",
            QuasiLikelihood::Marginal => "first-order marginal quasi-likelihood (MQL-1)",
        })
    }
}

/// Estimates by first-order quasi-likelihood: to compare with, and to reproduce what was once published.
///
/// Standard errors are those of the linear mixed model at the root, which knows nothing of the bias. The estimates maximise
/// no likelihood of the counts, so none is here to ask for; [`Estimated::parameters`](super::Estimated::parameters) gives the point at which one can be
/// evaluated.
///
/// **Known bias**, mean estimate less truth over 200 worlds of 2,918 rows, 388 areas and 42 regions, Poisson, sd 0.3 and 0.2
/// (`cargo test --release --test quasi -- --ignored table_of_biases`). Most of what Laplace shows is that of maximum
/// likelihood with few regions; the differences between methods, seen in the same worlds, are known to about 0.001:
///
/// | mean count | method | intercept | sd of areas | sd of regions | sd of rows |
/// |---|---|---|---|---|---|
/// | 0.5 | Laplace | +0.001 | +0.004 | −0.022 | |
/// | | PQL-1 | +0.035 | −0.003 | −0.021 | |
/// | | MQL-1 | +0.066 | +0.014 | −0.019 | |
/// | 5 | Laplace | +0.003 | −0.000 | −0.009 | |
/// | | PQL-1 | +0.015 | −0.002 | −0.010 | |
/// | | MQL-1 | +0.067 | +0.012 | −0.009 | |
/// | 2, row effect 0.5 | Laplace | +0.008 | −0.000 | −0.031 | −0.007 |
/// | | PQL-1 | +0.094 | −0.011 | −0.016 | −0.025 |
/// | | MQL-1 | +0.195 | +0.010 | −0.010 | +0.065 |
/// | 20, row effect 0.5 | Laplace | +0.004 | +0.002 | −0.010 | −0.002 |
/// | | PQL-1 | +0.028 | −0.004 | −0.012 | −0.010 |
/// | | MQL-1 | +0.194 | +0.013 | −0.009 | +0.066 |
#[derive(Debug, Clone, PartialEq)]
pub struct QuasiFit {
    pub(super) method: QuasiLikelihood,
    pub(super) estimates: Estimates,
    pub(super) evaluations: usize,
}

impl QuasiFit {
    /// Which quasi-likelihood it was.
    pub fn method(&self) -> QuasiLikelihood {
        self.method
    }

    /// How many linear mixed models were made until one stayed.
    pub fn evaluations(&self) -> usize {
        self.evaluations
    }

    /// Covariance of coefficients, log standard deviations and log θ, in the linear mixed model at the root.
    pub fn covariance(&self) -> &Covariance {
        &self.estimates.covariance
    }
}

impl HasEstimates for QuasiFit {
    fn estimates(&self) -> &Estimates {
        &self.estimates
    }
}

impl fmt::Display for QuasiFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Multilevel count model, log link, {}", self.method)?;
        writeln!(f, "Known bias: {}", self.method.bias())?;
        write_levels(&self.estimates.levels, "the linear model's logLik", f)?;
        write_dispersion(self.estimates.dispersion, f)?;
        write_coefficients(&self.estimates.coefficients, f)?;
        writeln!(f, "\nSettled after {} linear mixed models; no likelihood is maximised", self.evaluations)
    }
}
