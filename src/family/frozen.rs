//! A family whose weights do not answer to the predictor: rows as the quadratic that they are at one point.

use super::{
    Coarse, CoarseDerivatives, Coarsened, CountFamily, EtaDerivatives, FifthDerivatives, Histogram,
    PhiDerivatives, Ratios,
};
use crate::numeric::rows::Lanes;

/// A family with c = d = 0 and c_φ = 0: ℓ, r, w and their companions in φ are its own.
///
/// The passes then give the equations and the information of the linear mixed model whose rows are the quadratics
/// ℓ + r(η − η̂) − ½w(η − η̂)².
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frozen<F>(pub F);

impl<F: Coarsened> CountFamily for Frozen<F> {
    const LINEAR_IN_MU: bool = false;
    const BY_TOTALS: bool = F::BY_TOTALS;
    const EXACT_BY_TOTALS: bool = F::EXACT_BY_TOTALS;
    const FROZEN: bool = true;
    const HAS_THETA: bool = F::HAS_THETA;
    const MIXED: bool = F::MIXED;

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
        EtaDerivatives { c: 0.0, d: 0.0, ..self.0.eta(y, mu) }
    }

    #[inline(always)]
    fn phi(&self, y: f64, mu: f64, log_term: f64) -> PhiDerivatives {
        PhiDerivatives { c_phi: 0.0, ..self.0.phi(y, mu, log_term) }
    }

    #[inline(always)]
    fn fifth(&self, _y: f64, _mu: f64) -> FifthDerivatives {
        FifthDerivatives::default()
    }

    fn constants(&self, histogram: &Histogram) -> [f64; 3] {
        self.0.constants(histogram)
    }
}

impl<F: Coarsened> Coarsened for Frozen<F> {
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
        let (log_probability, eta) = self.0.coarse_eta(published, mu);
        (log_probability, EtaDerivatives { c: 0.0, d: 0.0, ..eta })
    }

    #[inline(always)]
    fn ratios(&self, mu: &Lanes) -> Option<Ratios> {
        self.0.ratios(mu)
    }

    #[inline]
    fn coarse(&self, published: &Coarse, mu: f64) -> CoarseDerivatives {
        let at = self.0.coarse(published, mu);
        CoarseDerivatives {
            eta: EtaDerivatives { c: 0.0, d: 0.0, ..at.eta },
            phi: PhiDerivatives { c_phi: 0.0, ..at.phi },
            ..at
        }
    }

    #[inline]
    fn coarse_fifth(&self, _published: &Coarse, _mu: f64) -> FifthDerivatives {
        FifthDerivatives::default()
    }
}
