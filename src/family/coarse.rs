//! Counts that are known in part only: the probability of what was published, and its derivatives.

use super::{CountFamily, EtaDerivatives, PhiDerivatives};

/// What was published about one count, as the kernels see it.
///
/// The count y was published as what it is with probability min(1, (y − lo + 1)/base, (hi − y + 1)/base), cut off at
/// 0. With base 1 that is the interval [lo, hi] itself, where `hi` may be infinite; a random rounding to base b makes
/// slopes of b steps on both sides, and then `lo` may lie below 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Coarse {
    pub lo: f64,
    pub hi: f64,
    pub base: f64,
}

/// ℓ = log P(what was published), all constants in, with its derivatives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CoarseDerivatives {
    pub log_probability: f64,
    pub eta: EtaDerivatives,
    pub phi: PhiDerivatives,
}

/// A family whose counts may be known in part only.
pub(crate) trait Coarsened: CountFamily {
    /// r and w, all that the mode needs.
    fn coarse_score(&self, published: &Coarse, mu: f64) -> (f64, f64);

    /// The log-probability and all derivatives; nothing is left to [`CountFamily::constants`].
    fn coarse(&self, published: &Coarse, mu: f64) -> CoarseDerivatives;
}
