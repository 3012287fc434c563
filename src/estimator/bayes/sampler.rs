//! How the parameters were drawn, and what that says of the draws.

use std::fmt;

/// The sampler that a posterior came from, with its diagnostics.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Sampler {
    /// Weighted draws from a multivariate t.
    Importance(ImportanceSampling),
}

/// Diagnostics of weighted draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImportanceSampling {
    /// Draws in the last round.
    pub proposals: usize,
    /// 1, or 2 where the proposal had to be fitted to the draws of a first round.
    pub rounds: usize,
    /// Effective sample size 1/Σw²: as many independent draws would say as much.
    pub effective: f64,
    /// Shape k̂ of the generalised Pareto distribution of the largest weights; 0 where all are equal.
    pub pareto_k: f64,
}

/// Whether a posterior's draws can be taken for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reliability {
    /// All diagnostics say so.
    Reliable,
    /// They do not, and means and intervals may be off.
    Unreliable(Doubt),
}

/// What speaks against draws.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Doubt {
    /// The weights' tail is so heavy that averages settle too slowly.
    HeavyWeights {
        /// k̂.
        pareto_k: f64,
        /// The largest that this number of draws bears, min(0.7, 1 − 1/log₁₀ S).
        limit: f64,
    },
}

impl Sampler {
    /// Effective sample size; of a chain that of the worst parameter.
    pub fn effective(&self) -> f64 {
        match self {
            Sampler::Importance(sampling) => sampling.effective,
        }
    }

    /// What the diagnostics say.
    pub fn reliability(&self) -> Reliability {
        match self {
            Sampler::Importance(sampling) => sampling.reliability(),
        }
    }
}

impl ImportanceSampling {
    /// By k̂ against min(0.7, 1 − 1/log₁₀ S).
    ///
    /// Source: Vehtari, Simpson, Gelman, Yao & Gabry 2024, JMLR 25:72.
    pub fn reliability(&self) -> Reliability {
        let limit = (1.0 - 1.0 / (self.proposals as f64).log10()).min(0.7);
        match self.pareto_k <= limit {
            true => Reliability::Reliable,
            false => Reliability::Unreliable(Doubt::HeavyWeights { pareto_k: self.pareto_k, limit }),
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::HeavyWeights { pareto_k, limit } => write!(
                f,
                "the importance weights have a heavy tail: Pareto k {pareto_k:.2}, above {limit:.2}"
            ),
        }
    }
}
