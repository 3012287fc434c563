//! Counts that are known in part only: the probability of what was published, and its derivatives.

use super::{CountFamily, EtaDerivatives, Histogram, PhiDerivatives};

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

/// A family of rows some of which are known in part: the same, but never by the totals of a leaf alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mixed<F>(pub F);

impl<F: Coarsened> CountFamily for Mixed<F> {
    const LINEAR_IN_MU: bool = false;
    const HAS_THETA: bool = F::HAS_THETA;
    const MIXED: bool = true;

    #[inline(always)]
    fn log_term(&self, mu: f64) -> f64 {
        self.0.log_term(mu)
    }

    #[inline(always)]
    fn log_density_part(&self, y: f64, log_term: f64) -> f64 {
        self.0.log_density_part(y, log_term)
    }

    #[inline(always)]
    fn eta(&self, y: f64, mu: f64) -> EtaDerivatives {
        self.0.eta(y, mu)
    }

    #[inline(always)]
    fn phi(&self, y: f64, mu: f64, log_term: f64) -> PhiDerivatives {
        self.0.phi(y, mu, log_term)
    }

    fn constants(&self, histogram: &Histogram) -> [f64; 3] {
        self.0.constants(histogram)
    }
}

impl<F: Coarsened> Coarsened for Mixed<F> {
    #[inline]
    fn coarse_score(&self, published: &Coarse, mu: f64) -> (f64, f64) {
        self.0.coarse_score(published, mu)
    }

    #[inline]
    fn coarse(&self, published: &Coarse, mu: f64) -> CoarseDerivatives {
        self.0.coarse(published, mu)
    }
}
