//! A family of which some rows are known in part only.

use super::{Coarse, CoarseDerivatives, Coarsened, Ratios};
use crate::family::{CountFamily, EtaDerivatives, FifthDerivatives, Histogram, PhiDerivatives};
use crate::numeric::rows::Lanes;

/// A family of rows some of which are known in part: the same, but never by the totals of a leaf alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mixed<F>(pub F);

impl<F: Coarsened> CountFamily for Mixed<F> {
    const LINEAR_IN_MU: bool = false;
    const EXACT_BY_TOTALS: bool = F::BY_TOTALS;
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

    #[inline(always)]
    fn fifth(&self, y: f64, mu: f64) -> FifthDerivatives {
        self.0.fifth(y, mu)
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
    fn coarse_log_probability(&self, published: &Coarse, mu: f64) -> f64 {
        self.0.coarse_log_probability(published, mu)
    }

    #[inline]
    fn coarse_eta(&self, published: &Coarse, mu: f64) -> (f64, EtaDerivatives) {
        self.0.coarse_eta(published, mu)
    }

    #[inline(always)]
    fn ratios(&self, mu: &Lanes) -> Option<Ratios> {
        self.0.ratios(mu)
    }

    #[inline]
    fn coarse(&self, published: &Coarse, mu: f64) -> CoarseDerivatives {
        self.0.coarse(published, mu)
    }

    fn coarse_fifth(&self, published: &Coarse, mu: f64) -> FifthDerivatives {
        self.0.coarse_fifth(published, mu)
    }
}
