//! How the parameters were drawn, and what that says of the draws.

use std::fmt;

/// The sampler that a posterior came from, with its diagnostics.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Sampler {
    /// Weighted draws from a multivariate t.
    Importance(ImportanceSampling),
    /// Markov chains on the same log-posterior (feature `nuts`).
    Chains(MarkovChains),
}

/// Diagnostics of Markov chains, each that of the worst parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarkovChains {
    /// Number of chains.
    pub chains: usize,
    /// Draws of all of them, without the first ones that tuned the step.
    pub draws: usize,
    /// Effective sample size of a mean, from the autocorrelations.
    pub effective: f64,
    /// R̂ of split chains, by ranks: 1 where all tell the same.
    pub r_hat: f64,
    /// Draws whose path the steps did not follow.
    pub divergences: usize,
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
    /// The chains have not mixed, or there were paths that the steps did not follow.
    Unmixed {
        /// R̂, at most 1.01 where chains have mixed.
        r_hat: f64,
        /// Effective sample size, at least 100 a chain.
        effective: f64,
        /// Draws whose path the steps did not follow, which should be none.
        divergences: usize,
    },
}

impl Sampler {
    /// Effective sample size; of a chain that of the worst parameter.
    pub fn effective(&self) -> f64 {
        match self {
            Sampler::Importance(sampling) => sampling.effective,
            Sampler::Chains(chains) => chains.effective,
        }
    }

    /// What the diagnostics say.
    pub fn reliability(&self) -> Reliability {
        match self {
            Sampler::Importance(sampling) => sampling.reliability(),
            Sampler::Chains(chains) => chains.reliability(),
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

/// The largest R̂ of chains that have mixed.
const MIXED: f64 = 1.01;
/// Effective draws that every chain should be worth.
const EFFECTIVE_EACH: f64 = 100.0;

impl MarkovChains {
    /// By R̂, effective sample size and divergences.
    ///
    /// Source: Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, Bayesian Analysis 16:667.
    pub fn reliability(&self) -> Reliability {
        let MarkovChains { chains, effective, r_hat, divergences, .. } = *self;
        let mixed = r_hat <= MIXED && effective >= EFFECTIVE_EACH * chains as f64 && divergences == 0;
        match mixed {
            true => Reliability::Reliable,
            false => Reliability::Unreliable(Doubt::Unmixed { r_hat, effective, divergences }),
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::HeavyWeights { pareto_k, limit } => write!(
                f,
                "the importance weights have a heavy tail: Pareto k {pareto_k:.2}, above {limit:.2}; the feature `nuts` has Markov chains for such a posterior"
            ),
            Doubt::Unmixed { r_hat, effective, divergences } => write!(
                f,
                "the Markov chains have not mixed: R-hat {r_hat:.3}, {effective:.0} effective draws, {divergences} divergences"
            ),
        }
    }
}
