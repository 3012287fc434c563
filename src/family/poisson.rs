//! Poisson: Var(y) = μ.

use super::{CountFamily, EtaDerivatives, FifthDerivatives, Histogram, PhiDerivatives};
use crate::numeric::special::ln_factorial;

/// ℓ = yη − μ − log y!
#[derive(Debug, Clone, Copy)]
pub(crate) struct Poisson;

impl CountFamily for Poisson {
    const LINEAR_IN_MU: bool = true;
    const HAS_THETA: bool = false;

    #[inline(always)]
    fn log_term(&self, mu: f64) -> f64 {
        mu
    }

    #[inline(always)]
    fn log_density_part(&self, _y: f64, mu: f64) -> f64 {
        -mu
    }

    #[inline(always)]
    fn eta(&self, y: f64, mu: f64) -> EtaDerivatives {
        EtaDerivatives { r: y - mu, w: mu, c: mu, d: mu }
    }

    #[inline(always)]
    fn phi(&self, _y: f64, _mu: f64, _log_term: f64) -> PhiDerivatives {
        PhiDerivatives::default()
    }

    #[inline(always)]
    fn fifth(&self, _y: f64, mu: f64) -> FifthDerivatives {
        FifthDerivatives { d_eta: mu, d_phi: 0.0 }
    }

    fn constants(&self, histogram: &Histogram) -> [f64; 3] {
        let value: f64 = histogram.bins().iter().map(|&(y, rows)| -rows * ln_factorial(y)).sum();
        [value, 0.0, 0.0]
    }
}
