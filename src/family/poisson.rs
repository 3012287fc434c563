//! Poisson: Var(y) = μ.

use super::{CountFamily, EtaDerivatives, Histogram, LeafRows, PhiDerivatives};
use crate::numeric::special::ln_factorial;

/// ℓ = yη − μ − log y!
#[derive(Debug, Clone, Copy)]
pub(crate) struct Poisson;

impl CountFamily for Poisson {
    const EQUAL_WEIGHTS: bool = true;
    const HAS_THETA: bool = false;

    #[inline(always)]
    fn log_density_part(&self, _y: f64, mu: f64) -> f64 {
        -mu
    }

    #[inline(always)]
    fn eta(&self, y: f64, mu: f64) -> EtaDerivatives {
        EtaDerivatives { r: y - mu, w: mu, c: mu, d: mu }
    }

    #[inline(always)]
    fn phi(&self, _y: f64, _mu: f64) -> PhiDerivatives {
        PhiDerivatives::default()
    }

    fn constants(&self, histogram: &Histogram) -> [f64; 3] {
        let value: f64 = histogram.bins().iter().map(|&(y, rows)| -rows * ln_factorial(y)).sum();
        [value, 0.0, 0.0]
    }

    // the totals are sufficient: no row is touched
    #[inline(always)]
    fn score_and_weight(&self, rows: LeafRows<'_>, a: f64) -> (f64, f64) {
        let mu = rows.e_total * a.exp();
        (rows.y_total - mu, mu)
    }
}
