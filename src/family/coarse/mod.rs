//! Counts that are known in part only: the probability of what was published, and its derivatives.
//!
//! With p̂ the distribution of the count given what was published, m, v, κ3 its mean, variance and third cumulant, and
//! q = μ/(μ+θ), f = 1 − q (Poisson: q = 0), everything follows from a few sums over p̂. The terms come by their ratios
//! from the largest one ([`terms`], [`walk`]); what is too long to sum term by term goes over to a quadrature
//! ([`panels`]). The η-derivatives are formed at the ends of the interval or the steps of the rounding ([`steps`]), so that
//! they keep their digits where p̂ sits on one count; the companions in φ are cumulants of p̂ ([`companions`]).

mod companions;
mod fifth;
mod log_probability;
mod mixed;
mod moments;
mod overdispersion;
mod panels;
mod shares;
mod short;
mod steps;
mod terms;
mod walk;

#[cfg(test)]
mod identities;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod properties;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod table;

pub(crate) use mixed::Mixed;
pub(crate) use short::{EtaLanes, Ratios, ShortIntervals};

use super::{CountFamily, EtaDerivatives, FifthDerivatives, NegBin2, PhiDerivatives, Poisson};
use crate::numeric::elementary::ln_1p;
use crate::numeric::rows::{LANES, Lanes, lanes};
use companions::Companions;
use moments::{Mean, Moments, Total};
use steps::Steps;
use terms::{NegBin2Terms, PoissonTerms, Terms};

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

impl Coarse {
    /// The smallest count that it may be.
    #[inline]
    fn first(&self) -> f64 {
        self.lo.max(0.0)
    }

    /// P(published | y).
    #[inline]
    fn weight(&self, y: f64) -> f64 {
        ((y - self.lo + 1.0) / self.base).min((self.hi - y + 1.0) / self.base).min(1.0)
    }

    /// An interval: every count in it has weight 1.
    #[inline]
    fn is_interval(&self) -> bool {
        self.base == 1.0
    }

    /// Nothing is known of the count.
    #[inline]
    fn is_everything(&self) -> bool {
        self.is_interval() && self.lo <= 0.0 && self.hi == f64::INFINITY
    }
}

/// ℓ = log P(what was published), all constants in, with its derivatives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CoarseDerivatives {
    pub log_probability: f64,
    pub eta: EtaDerivatives,
    pub phi: PhiDerivatives,
}

impl CoarseDerivatives {
    /// A probability of 1 whatever the parameters.
    const CERTAIN: CoarseDerivatives = CoarseDerivatives {
        log_probability: 0.0,
        eta: EtaDerivatives { r: 0.0, w: 0.0, c: 0.0, d: 0.0 },
        phi: PhiDerivatives {
            l_phi: 0.0,
            l_phi_phi: 0.0,
            r_phi: 0.0,
            r_phi_phi: 0.0,
            w_phi: 0.0,
            w_phi_phi: 0.0,
            c_phi: 0.0,
        },
    };
}

/// A family whose counts may be known in part only.
///
/// log P, r, w and c hold to 1e-12 of their size over means of 1e-6 to 1e6 and sizes from 0.1, in the far tails too;
/// d and the companions to 1e-11 of the terms that make them up, and intervals whose distribution has more than 512
/// likely counts to either side of the largest term to 1e-9. A mean outside [1e-300, 1e300], and above 1e50 for an
/// interval open above, is taken as that bound.
pub(crate) trait Coarsened: CountFamily {
    /// r and w, all that the mode needs.
    fn coarse_score(&self, published: &Coarse, mu: f64) -> (f64, f64);

    /// The log-probability alone, which draws of effects ask for over and over.
    fn coarse_log_probability(&self, published: &Coarse, mu: f64) -> f64;

    /// The log-probability with its derivatives in η.
    fn coarse_eta(&self, published: &Coarse, mu: f64) -> (f64, EtaDerivatives);

    /// The log-probability and all derivatives; nothing is left to [`CountFamily::constants`].
    fn coarse(&self, published: &Coarse, mu: f64) -> CoarseDerivatives;

    /// What [`ShortIntervals`] are summed by; `None` where neighbouring counts have no such ratios.
    fn ratios(&self, mu: &Lanes) -> Option<Ratios>;

    /// The slopes of d.
    fn coarse_fifth(&self, published: &Coarse, mu: f64) -> FifthDerivatives;
}

impl Coarsened for Poisson {
    #[inline]
    fn coarse_score(&self, published: &Coarse, mu: f64) -> (f64, f64) {
        score(published, &PoissonTerms::new(tame(published, mu)))
    }

    #[inline]
    fn coarse_log_probability(&self, published: &Coarse, mu: f64) -> f64 {
        log_probability(published, &PoissonTerms::new(tame(published, mu)))
    }

    #[inline]
    fn coarse_eta(&self, published: &Coarse, mu: f64) -> (f64, EtaDerivatives) {
        along_eta(published, &PoissonTerms::new(tame(published, mu)))
    }

    #[inline]
    fn coarse(&self, published: &Coarse, mu: f64) -> CoarseDerivatives {
        let (log_probability, eta) = self.coarse_eta(published, mu);
        CoarseDerivatives { log_probability, eta, phi: PhiDerivatives::default() }
    }

    #[inline(always)]
    fn ratios(&self, mu: &Lanes) -> Option<Ratios> {
        Some(Ratios { q: [0.0; LANES], f: [1.0; LANES], f_mu: *mu, log_none: lanes(|l| -mu[l]) })
    }

    fn coarse_fifth(&self, published: &Coarse, mu: f64) -> FifthDerivatives {
        self.fifth_of(published, mu)
    }
}

impl Coarsened for NegBin2 {
    #[inline]
    fn coarse_score(&self, published: &Coarse, mu: f64) -> (f64, f64) {
        score(published, &NegBin2Terms::new(tame(published, mu), self.theta()))
    }

    #[inline]
    fn coarse_log_probability(&self, published: &Coarse, mu: f64) -> f64 {
        log_probability(published, &NegBin2Terms::new(tame(published, mu), self.theta()))
    }

    #[inline]
    fn coarse_eta(&self, published: &Coarse, mu: f64) -> (f64, EtaDerivatives) {
        along_eta(published, &NegBin2Terms::new(tame(published, mu), self.theta()))
    }

    #[inline]
    fn coarse(&self, published: &Coarse, mu: f64) -> CoarseDerivatives {
        if published.is_everything() {
            return CoarseDerivatives::CERTAIN;
        }
        let terms = NegBin2Terms::new(tame(published, mu), self.theta());
        let pivot = terms.pivot(published);
        let mut companions = Companions::new(&terms, pivot);
        let ends = walk::weighted(published, &terms, pivot, &mut companions);
        let cumulants = companions.count_cumulants();
        let steps = Steps::new(published, &terms, pivot, &ends, &cumulants);
        let eta = steps.derivatives(terms.q(), terms.f());
        CoarseDerivatives {
            log_probability: log_probability::of(published, &terms, pivot, &ends, cumulants.sum),
            eta,
            phi: companions.derivatives(&terms, &cumulants, eta.r),
        }
    }

    #[inline(always)]
    fn ratios(&self, mu: &Lanes) -> Option<Ratios> {
        let theta = self.theta();
        let inverse = lanes(|l| 1.0 / (mu[l] + theta));
        let f = lanes(|l| theta * inverse[l]);
        Some(Ratios {
            q: lanes(|l| mu[l] * inverse[l]),
            f_mu: lanes(|l| f[l] * mu[l]),
            f,
            log_none: lanes(|l| -theta * ln_1p(mu[l] / theta)),
        })
    }

    fn coarse_fifth(&self, published: &Coarse, mu: f64) -> FifthDerivatives {
        self.fifth_of(published, mu)
    }
}

#[inline]
fn score<T: Terms>(published: &Coarse, terms: &T) -> (f64, f64) {
    if published.is_everything() {
        return (0.0, 0.0);
    }
    let pivot = terms.pivot(published);
    let mut mean = Mean::default();
    let ends = walk::weighted(published, terms, pivot, &mut mean);
    steps::score(published, terms, pivot, &ends, mean.sum_and_shift())
}

#[inline]
fn log_probability<T: Terms>(published: &Coarse, terms: &T) -> f64 {
    if published.is_everything() {
        return 0.0;
    }
    let pivot = terms.pivot(published);
    let mut total = Total::default();
    let ends = walk::weighted(published, terms, pivot, &mut total);
    log_probability::of(published, terms, pivot, &ends, total.sum())
}

#[inline]
fn along_eta<T: Terms>(published: &Coarse, terms: &T) -> (f64, EtaDerivatives) {
    if published.is_everything() {
        return (0.0, CoarseDerivatives::CERTAIN.eta);
    }
    let pivot = terms.pivot(published);
    let mut moments = Moments::default();
    let ends = walk::weighted(published, terms, pivot, &mut moments);
    let cumulants = moments.cumulants();
    let steps = Steps::new(published, terms, pivot, &ends, &cumulants);
    let log_probability = log_probability::of(published, terms, pivot, &ends, cumulants.sum);
    (log_probability, steps.derivatives(terms.q(), terms.f()))
}

/// The mean within what doubles can square; open intervals sum fourth powers of counts as large as the mean.
#[inline]
fn tame(published: &Coarse, mu: f64) -> f64 {
    mu.clamp(1e-300, if published.hi.is_finite() { 1e300 } else { 1e50 })
}
