//! A short interval of counts: its probability at eight points at a time, by the ratios of neighbouring counts.

use super::rows::{Eight, Row, RowAt, width_of_edges};
use crate::family::{Coarse, Coarsened, NegBin2, Poisson};
use crate::numeric::elementary::ln_1p;
use crate::numeric::rows::{LANES, Lanes, lanes};
use crate::numeric::special::{ln_factorial, log_rising};

/// A family whose neighbouring counts have ratios (y+1) p(y+1) = (qy + fμ) p(y).
pub(crate) trait Stepped: Coarsened {
    /// q = μ/(μ+θ) and f = 1 − q.
    fn shares(&self, mu: f64) -> (f64, f64);

    /// The terms of log p(y) in y and θ alone.
    fn constant(&self, y: f64) -> f64;
}

impl Stepped for Poisson {
    #[inline(always)]
    fn shares(&self, _mu: f64) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn constant(&self, y: f64) -> f64 {
        -ln_factorial(y)
    }
}

impl Stepped for NegBin2 {
    #[inline(always)]
    fn shares(&self, mu: f64) -> (f64, f64) {
        let inverse = 1.0 / (mu + self.theta());
        (mu * inverse, self.theta() * inverse)
    }

    fn constant(&self, y: f64) -> f64 {
        log_rising(0.0, y, self.theta())[0] - ln_factorial(y)
    }
}

/// Counts above the first that a short interval has at most.
const LONGEST: f64 = 24.0;
/// Variances from here on are divided by without loss.
const LEAST_VARIANCE: f64 = 0.05;

/// A row whose count is one of a few.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShortRow<F> {
    family: F,
    lo: f64,
    hi: f64,
    /// The terms of log p(lo) in it and θ alone.
    constant: f64,
}

impl<F: Stepped> ShortRow<F> {
    /// The row, where it is one that cumulants of ε/υ alone will do for: with few counts, and a variance not near 0.
    pub(super) fn of(family: F, published: &Coarse, variance: f64) -> Option<Self> {
        let Coarse { lo, hi, base } = *published;
        let short = base == 1.0 && hi - lo <= LONGEST && variance >= LEAST_VARIANCE;
        short.then(|| ShortRow { family, lo, hi, constant: family.constant(lo) })
    }

    /// log p(lo) but for what the mean at ε = 0 adds.
    #[inline(always)]
    fn log_first(&self, effect: f64, mu: f64) -> f64 {
        self.lo * effect + self.family.log_density_part(self.lo, self.family.log_term(mu)) + self.constant
    }
}

impl<F: Stepped> Row for ShortRow<F> {
    type Block = ();
    const EMPTY: () = ();

    #[inline(always)]
    fn beside(&self, mu: f64) -> f64 {
        if self.lo == 0.0 { 0.0 } else { self.lo * mu.ln() }
    }

    #[inline(always)]
    fn at(&self, effect: f64, mu: f64) -> RowAt {
        let (q, f) = self.family.shares(mu);
        let (mut term, mut sums, mut above) = (1.0, [1.0, 0.0, 0.0], 0.0);
        while self.lo + above < self.hi {
            term *= (q * (self.lo + above) + f * mu) / (self.lo + above + 1.0);
            above += 1.0;
            sums = [sums[0] + term, sums[1] + term * above, sums[2] + term * above * above];
        }
        let mean = sums[1] / sums[0];
        let variance = sums[2] / sums[0] - mean * mean;
        // r and w of one count are linear in it
        let typical = self.family.eta(self.lo + mean, mu);
        RowAt {
            log_density: self.log_first(effect, mu) + sums[0].ln(),
            r: typical.r,
            w: typical.w - f * f * variance,
        }
    }

    #[inline(always)]
    fn typical(&self, mu: f64) -> f64 {
        mu.min(self.hi).max(self.lo)
    }

    #[inline(always)]
    fn detail(&self, mu: f64, near: f64, reach: f64) -> f64 {
        width_of_edges(self.family, (self.lo, self.hi), mu, near, reach)
    }

    #[inline(always)]
    fn block(&self, Eight { effect, mu, .. }: Eight, _: impl Fn(usize, f64) -> bool) -> (Lanes, ()) {
        let shares: [(f64, f64); LANES] = std::array::from_fn(|l| self.family.shares(mu[l]));
        let scaled = lanes(|l| shares[l].1 * mu[l]);
        let (mut term, mut more, mut y) = ([1.0; LANES], [0.0; LANES], self.lo);
        while y < self.hi {
            let next = 1.0 / (y + 1.0);
            term = lanes(|l| term[l] * ((shares[l].0 * y + scaled[l]) * next));
            more = lanes(|l| more[l] + term[l]);
            y += 1.0;
        }
        (lanes(|l| self.log_first(effect[l], mu[l]) + ln_1p(more[l])), ())
    }
}
