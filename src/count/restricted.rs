//! One count, given its mean and what was published about it.

use super::Count;
use crate::error::{ErrorKind, Result};
use crate::family::{CountLaw, Scatter};
use rand::{Rng, RngExt};

/// A count y with P(y | published) ∝ p(y) P(y → published), p Poisson or NB2 with a given mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RestrictedCount {
    published: Count,
    mean: f64,
    scatter: Scatter,
    law: CountLaw,
}

/// Mean and variance of a count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moments {
    pub mean: f64,
    pub variance: f64,
}

/// Above this a count is no longer exact in double precision.
const LARGEST: u64 = 1 << 53;

/// Where more terms than this would have to be summed, draws without bounds are tried first.
const LONG: u64 = 4096;

/// How many such draws are tried.
const TRIES: usize = 64;

/// The most terms summed for one count.
const MOST_TERMS: u64 = 1 << 27;

impl RestrictedCount {
    /// Fails where `mean` or θ is no positive number and where the count is above 2^53.
    pub(crate) fn new(published: Count, mean: f64, scatter: Scatter) -> Result<Self> {
        let law = CountLaw::new(mean, scatter).filter(|_| published.bounds().lo() <= LARGEST);
        let law = law.ok_or_else(|| undrawable(mean))?;
        Ok(RestrictedCount { published, mean, scatter, law })
    }

    /// One exact draw; fails where the count would lie above 2^53.
    pub(crate) fn draw(&self, rng: &mut (impl Rng + ?Sized)) -> Result<u64> {
        let bounds = self.published.bounds();
        match (self.published, bounds.hi()) {
            (Count::Exact(count), _) => return Ok(count),
            (_, Some(hi)) if hi - bounds.lo() < LONG => {}
            _ => {
                if let Some(count) = self.tried(rng) {
                    return Ok(count);
                }
            }
        }
        self.inverted(rng.random())
    }

    /// Mean and variance of the count given what was published; fails where it would lie above 2^53.
    pub(crate) fn moments(&self) -> Result<Moments> {
        if let Count::Exact(count) = self.published {
            return Ok(Moments { mean: count as f64, variance: 0.0 });
        }
        let peak = self.peak();
        let [mut sum, mut first, mut second] = [0.0; 3];
        self.outward(|y, term| {
            let distance = y as f64 - peak;
            sum += term;
            first += term * distance;
            second += term * distance * distance;
            Some(sum)
        })?;
        let shift = first / sum;
        Ok(Moments { mean: peak + shift, variance: second / sum - shift * shift })
    }

    /// What was published.
    pub(crate) fn published(&self) -> Count {
        self.published
    }

    /// The same count, known to be at most `hi` as well; one that was rounded at random is left as it is.
    pub(crate) fn at_most(self, hi: u64) -> Result<Self> {
        let published = match self.published {
            Count::Interval(_) | Count::Missing => Count::interval(self.published.bounds().lo(), hi)?,
            published => published,
        };
        Ok(RestrictedCount { published, ..self })
    }

    /// The count, at most `hi`, above which a count known to be `from` or more does not go but with a negligible
    /// probability; `hi` where the count was rounded at random; fails above 2^53.
    pub(crate) fn end_of_tail(&self, from: u64, hi: u64) -> Result<u64> {
        if matches!(self.published, Count::RandomlyRounded(_)) {
            return Ok(hi);
        }
        let start = self.law.mode(from.min(hi) as f64, hi as f64) as u64;
        let (mut y, mut term, mut sum) = (start, 1.0, 0.0);
        loop {
            sum += term;
            if y >= hi || self.law.negligible_above(y as f64, term, sum) {
                return Ok(y.min(hi));
            }
            if y >= LARGEST || y - start == MOST_TERMS {
                return Err(undrawable(self.mean));
            }
            term *= self.law.ratio(y as f64);
            y += 1;
        }
    }

    /// Writes the logarithms of the weights of `lo, lo+1, …`, but for a constant.
    pub(crate) fn log_weights(&self, lo: u64, logs: &mut [f64]) {
        self.law.log_weights(lo as f64, logs);
        if let Count::RandomlyRounded(rounded) = self.published {
            (lo..).zip(logs).for_each(|(y, log)| *log += rounded.probability(y).ln());
        }
    }

    /// A draw without bounds that happens to lie in them, if one of a few does.
    fn tried(&self, rng: &mut (impl Rng + ?Sized)) -> Option<u64> {
        (0..TRIES).find_map(|_| {
            let count = self.scatter.sample(self.mean, rng)?;
            let keep = match self.published {
                Count::RandomlyRounded(_) => rng.random::<f64>() < self.weight(count),
                published => published.bounds().contains(count),
            };
            keep.then_some(count)
        })
    }

    /// The count at which the sum of the terms, in the order of [`RestrictedCount::outward`], passes a share of all.
    fn inverted(&self, share: f64) -> Result<u64> {
        let mut total = 0.0;
        self.outward(|_, term| {
            total += term;
            Some(total)
        })?;
        let (target, mut passed, mut found) = (share * total, 0.0, 0);
        self.outward(|y, term| {
            passed += term;
            found = y;
            (passed <= target).then_some(passed)
        })?;
        Ok(found)
    }

    /// Calls `visit` with each count and its weight relative to p(peak), from the peak upward and then downward.
    ///
    /// `visit` returns the sum so far, or nothing to end the walk; a direction ends at the bound, or where what is
    /// left is negligible beside that sum.
    fn outward(&self, mut visit: impl FnMut(u64, f64) -> Option<f64>) -> Result<()> {
        let bounds = self.published.bounds();
        let peak = self.peak();
        if peak > LARGEST as f64 {
            return Err(undrawable(self.mean));
        }
        let (mut y, mut term) = (peak as u64, 1.0);
        let last = (y + MOST_TERMS).min(LARGEST);
        loop {
            let Some(sum) = visit(y, term * self.weight(y)) else { return Ok(()) };
            if bounds.hi() == Some(y) || self.law.negligible_above(y as f64, term, sum) {
                break;
            }
            if y == last {
                return Err(undrawable(self.mean));
            }
            term *= self.law.ratio(y as f64);
            y += 1;
        }
        (y, term) = (peak as u64, 1.0);
        let first = y.saturating_sub(MOST_TERMS);
        while y > bounds.lo() {
            if y == first {
                return Err(undrawable(self.mean));
            }
            y -= 1;
            term /= self.law.ratio(y as f64);
            let Some(sum) = visit(y, term * self.weight(y)) else { return Ok(()) };
            if self.law.negligible_below(y as f64, term, sum) {
                break;
            }
        }
        Ok(())
    }

    /// P(y → published).
    fn weight(&self, y: u64) -> f64 {
        match self.published {
            Count::RandomlyRounded(rounded) => rounded.probability(y),
            _ => 1.0,
        }
    }

    fn peak(&self) -> f64 {
        let bounds = self.published.bounds();
        self.law.mode(bounds.lo() as f64, bounds.hi().unwrap_or(u64::MAX) as f64)
    }
}

#[cold]
fn undrawable(mean: f64) -> crate::Error {
    ErrorKind::Undrawable { mean, rows: Vec::new() }.into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
