//! Quantiles of a count.

use super::{CountLaw, Scatter};
use crate::numeric::special::{ln_factorial, log_rising};
use statrs::distribution::{ContinuousCDF, Normal};

/// A Poisson or NB2 count with a given mean: the smallest y with P(Y ≤ y) ≥ p, exactly.
///
/// The tail is summed from a first guess outward, term by term, and the guess then moved to where the sum says; a
/// distribution so wide that this takes more than some ten thousand terms answers by the guess itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CountQuantiles {
    law: CountLaw,
    mean: f64,
    inverse_theta: f64,
}

/// Beyond this standard deviation a step of one count is nothing.
const WIDE: f64 = 10_000.0;

/// Below this 1/θ there is no telling the count from a Poisson.
const POISSON: f64 = 1e-12;

impl CountQuantiles {
    /// `None` where the mean or θ is no positive number.
    pub(crate) fn new(mean: f64, inverse_theta: f64) -> Option<Self> {
        let inverse_theta = if inverse_theta < POISSON { 0.0 } else { inverse_theta };
        let scatter = match inverse_theta {
            0.0 => Scatter::Poisson,
            alpha => Scatter::NegBin2 { theta: 1.0 / alpha },
        };
        Some(CountQuantiles { law: CountLaw::new(mean, scatter)?, mean, inverse_theta })
    }

    /// √(μ + μ²/θ).
    pub(crate) fn sd(&self) -> f64 {
        (self.mean * (1.0 + self.mean * self.inverse_theta)).sqrt()
    }

    /// The smallest y with P(Y ≤ y) ≥ p.
    pub(crate) fn quantile(&self, p: f64) -> f64 {
        let guess = self.guess(p);
        if self.sd() > WIDE {
            return guess;
        }
        match p < 0.5 {
            true => self.with_below(guess, p),
            false => self.with_above(guess, 1.0 - p),
        }
    }

    /// log P(Y = y).
    pub(crate) fn log_probability(&self, y: f64) -> f64 {
        let rising = match self.inverse_theta {
            0.0 => return y * self.mean.ln() - self.mean - ln_factorial(y),
            alpha => log_rising(0.0, y, 1.0 / alpha)[0],
        };
        let scaled = self.mean * self.inverse_theta;
        rising - ln_factorial(y) + y * self.mean.ln() - (y + 1.0 / self.inverse_theta) * scaled.ln_1p()
    }

    /// Cornish and Fisher's expansion to the third cumulant.
    fn guess(&self, p: f64) -> f64 {
        let z = Normal::standard().inverse_cdf(p);
        let skewness = (1.0 + 2.0 * self.mean * self.inverse_theta) / self.sd();
        (self.mean + self.sd() * (z + skewness * (z * z - 1.0) / 6.0)).round().max(0.0)
    }

    /// From P(Y ≤ y) of the guess.
    fn with_below(&self, mut y: f64, p: f64) -> f64 {
        let mut term = self.log_probability(y).exp();
        let mut below = self.tail_below(y, term);
        while below < p {
            term *= self.law.ratio(y);
            y += 1.0;
            below += term;
            if term == 0.0 {
                break;
            }
        }
        while y > 0.0 && below - term >= p {
            below -= term;
            y -= 1.0;
            term /= self.law.ratio(y);
        }
        y
    }

    /// From P(Y > y) of the guess; `beyond` is what may lie above.
    fn with_above(&self, mut y: f64, beyond: f64) -> f64 {
        let mut term = self.log_probability(y).exp();
        let mut above = self.tail_above(y, term);
        while above > beyond {
            term *= self.law.ratio(y);
            y += 1.0;
            above -= term;
            if term == 0.0 {
                break;
            }
        }
        while y > 0.0 && above + term <= beyond {
            above += term;
            y -= 1.0;
            term /= self.law.ratio(y);
        }
        y
    }

    fn tail_below(&self, mut y: f64, mut term: f64) -> f64 {
        let mut sum = term;
        while y > 0.0 && term > 1e-16 * sum {
            y -= 1.0;
            term /= self.law.ratio(y);
            sum += term;
        }
        sum
    }

    fn tail_above(&self, mut y: f64, mut term: f64) -> f64 {
        let mut sum = 0.0;
        while !self.law.negligible_above(y, term, sum + f64::MIN_POSITIVE) {
            term *= self.law.ratio(y);
            y += 1.0;
            sum += term;
            if term == 0.0 {
                break;
            }
        }
        sum
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_summed_probabilities() {
        for mean in [1e-3, 0.3, 2.0, 8.6, 100.0, 1700.0] {
            for inverse_theta in [0.0, 1e-9, 0.02, 0.3, 2.5] {
                let count = CountQuantiles::new(mean, inverse_theta).unwrap();
                let most = (mean + 60.0 * count.sd() + 60.0) as usize;
                let mut cumulated = vec![0.0; most];
                let mut sum = 0.0;
                for (y, at) in cumulated.iter_mut().enumerate() {
                    sum += count.log_probability(y as f64).exp();
                    *at = sum;
                }
                assert!((sum - 1.0).abs() < 1e-9, "{mean} {inverse_theta}: {sum}");
                for p in [0.0013, 0.025, 0.1, 0.3, 0.5, 0.7, 0.9, 0.975, 0.9987] {
                    let exact = cumulated.iter().position(|&below| below >= p).unwrap() as f64;
                    assert_eq!(count.quantile(p), exact, "{mean} {inverse_theta} {p}");
                }
            }
        }
    }

    #[test]
    fn the_widest_counts_answer_too_and_others_are_refused() {
        let wide = CountQuantiles::new(1e9, 0.1).unwrap();
        assert!(wide.quantile(0.025) < 1e9 && wide.quantile(0.975) > 1e9);
        assert!(
            CountQuantiles::new(f64::NAN, 0.0).is_none() && CountQuantiles::new(1.0, f64::INFINITY).is_none()
        );
    }
}
