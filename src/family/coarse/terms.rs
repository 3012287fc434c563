//! The probabilities of single counts: ratios of neighbours, the largest, and one of them with all its digits.

use super::Coarse;
use crate::numeric::elementary::ln_1p;
use crate::numeric::special::{deviance, stirling_error};
use std::f64::consts::TAU;

/// Up to here a probability is multiplied out from that of 0; further up Loader's saddle-point form is used.
const MULTIPLIED_OUT: f64 = 16.0;

/// (y+1) p(y+1) = (qy + fμ) p(y), which both families satisfy.
pub(super) trait Terms {
    /// q = μ/(μ+θ).
    fn q(&self) -> f64;

    /// f = θ/(μ+θ).
    fn f(&self) -> f64;

    fn mu(&self) -> f64;

    /// (y+1) p(y+1) / p(y).
    fn rise(&self, y: f64) -> f64;

    /// log p(0).
    fn log_none(&self) -> f64;

    /// log p(y) for y > 0, real, with all its digits however large y and μ.
    fn log_saddle(&self, y: f64) -> f64;

    /// p(y+1)/p(y).
    #[inline(always)]
    fn up(&self, y: f64) -> f64 {
        self.rise(y) / (y + 1.0)
    }

    /// p(y−1)/p(y).
    #[inline(always)]
    fn down(&self, y: f64) -> f64 {
        y / self.rise(y - 1.0)
    }

    /// The largest term of what was published, its weights aside.
    #[inline]
    fn pivot(&self, published: &Coarse) -> f64 {
        // p rises from y to y + 1 up to y = μ − 1/f
        let mode = (self.mu() - 1.0 / self.f()).floor() + 1.0;
        mode.min(published.hi).max(published.first())
    }

    /// log(p(y)·sum).
    fn log_of_product(&self, y: f64, sum: f64) -> f64 {
        if y <= MULTIPLIED_OUT {
            let (mut k, mut product) = (0.0, sum);
            while k < y {
                product *= self.up(k);
                k += 1.0;
            }
            if (1e-290..1e290).contains(&product) {
                return self.log_none() + product.ln();
            }
        }
        self.log_at(y) + sum.ln()
    }

    /// log p(y).
    fn log_at(&self, y: f64) -> f64 {
        if y == 0.0 { self.log_none() } else { self.log_saddle(y) }
    }
}

pub(super) struct PoissonTerms {
    mu: f64,
}

impl PoissonTerms {
    #[inline]
    pub(super) fn new(mu: f64) -> Self {
        PoissonTerms { mu }
    }
}

impl Terms for PoissonTerms {
    #[inline(always)]
    fn q(&self) -> f64 {
        0.0
    }

    #[inline(always)]
    fn f(&self) -> f64 {
        1.0
    }

    #[inline(always)]
    fn mu(&self) -> f64 {
        self.mu
    }

    #[inline(always)]
    fn rise(&self, _y: f64) -> f64 {
        self.mu
    }

    #[inline]
    fn log_none(&self) -> f64 {
        -self.mu
    }

    fn log_saddle(&self, y: f64) -> f64 {
        -deviance(y, self.mu, y - self.mu) - 0.5 * (TAU * y).ln() - stirling_error(y)
    }
}

pub(super) struct NegBin2Terms {
    mu: f64,
    theta: f64,
    q: f64,
    f: f64,
    f_mu: f64,
}

impl NegBin2Terms {
    #[inline]
    pub(super) fn new(mu: f64, theta: f64) -> Self {
        let inverse = 1.0 / (mu + theta);
        let f = theta * inverse;
        NegBin2Terms { mu, theta, q: mu * inverse, f, f_mu: f * mu }
    }

    #[inline]
    pub(super) fn theta(&self) -> f64 {
        self.theta
    }

    /// log(1 + μ/θ).
    #[inline]
    pub(super) fn log_term(&self) -> f64 {
        let ratio = self.mu / self.theta;
        if ratio.is_finite() { ln_1p(ratio) } else { self.mu.ln() - self.theta.ln() }
    }
}

impl Terms for NegBin2Terms {
    #[inline(always)]
    fn q(&self) -> f64 {
        self.q
    }

    #[inline(always)]
    fn f(&self) -> f64 {
        self.f
    }

    #[inline(always)]
    fn mu(&self) -> f64 {
        self.mu
    }

    #[inline(always)]
    fn rise(&self, y: f64) -> f64 {
        self.q * y + self.f_mu
    }

    #[inline]
    fn log_none(&self) -> f64 {
        -self.theta * self.log_term()
    }

    fn log_saddle(&self, y: f64) -> f64 {
        let (theta, both) = (self.theta, y + self.theta);
        // both deviances are of y and θ from their shares of y + θ, the same distance apart
        let distance = self.f * (y - self.mu);
        let deviances = deviance(y, both * self.q, distance) + deviance(theta, both * self.f, -distance);
        let width = 0.5 * (theta / both / (TAU * y)).ln();
        width - deviances + (stirling_error(both) - stirling_error(theta)) - stirling_error(y)
    }
}
