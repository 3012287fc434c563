//! The posterior of one area's rate given its own count.

use super::prior::{Form, Prior};
use crate::count::Count;
use crate::error::{ErrorKind, Result};
use crate::numeric::special::ln_factorial;
use rand::{Rng, RngExt};
use rand_distr::{Beta, Distribution, Gamma};

/// More counts between two bounds than this are not told apart one by one.
const WIDEST: u64 = 100_000;

/// The rate after the count, which may be one of several.
#[derive(Debug)]
pub(super) struct Posterior {
    prior: Form,
    exposure: f64,
    lowest: u64,
    /// Probability of each count up to it, from the lowest on; a single count has none.
    cumulative: Vec<f64>,
}

impl Prior {
    /// The posterior of an area's rate; `area` is for the error.
    pub(super) fn posterior(self, count: Count, exposure: f64, area: Option<usize>) -> Result<Posterior> {
        let bounds = count.bounds();
        let people = match self.0 {
            Form::Gamma { .. } => None,
            Form::Beta { .. } => Some(exposure.floor() as u64),
        };
        let rows = || area.into_iter().collect();
        let highest = match (bounds.hi(), people) {
            (Some(highest), None) => highest,
            (Some(highest), Some(people)) => highest.min(people),
            (None, Some(people)) => people,
            (None, None) => return Err(ErrorKind::OpenInterval { rows: rows() }.into()),
        };
        if highest < bounds.lo() {
            let example = format!("{} out of {exposure}", bounds.lo());
            return Err(ErrorKind::InvalidCount { rows: rows(), example }.into());
        }
        if highest - bounds.lo() > WIDEST {
            let message = format!(
                "a count between {} and {highest} is too little known to be drawn; narrow its bounds",
                bounds.lo()
            );
            return Err(ErrorKind::Specification { message }.into());
        }
        let mut posterior =
            Posterior { prior: self.0, exposure, lowest: bounds.lo(), cumulative: Vec::new() };
        if highest > bounds.lo() {
            let weight = |y| posterior.log_weight(y) + log_rounded(count, y);
            posterior.cumulative = cumulative((bounds.lo()..=highest).map(weight).collect());
        }
        Ok(posterior)
    }
}

/// The log probability with which a count would have been published as it was.
fn log_rounded(published: Count, y: u64) -> f64 {
    match published {
        Count::RandomlyRounded(rounded) => rounded.probability(y).ln(),
        _ => 0.0,
    }
}

/// Sums of exp(log weight) up to each, over their total.
fn cumulative(log_weights: Vec<f64>) -> Vec<f64> {
    let largest = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut total = 0.0;
    let sums: Vec<f64> = log_weights
        .iter()
        .map(|log_weight| {
            total += (log_weight - largest).exp();
            total
        })
        .collect();
    sums.into_iter().map(|sum| sum / total).collect()
}

/// ln Γ(x) for x above 0.
fn ln_gamma(x: f64) -> f64 {
    ln_factorial(x - 1.0)
}

impl Posterior {
    /// The probability of a count under the prior, up to a factor, on the log scale: negative binomial under a Gamma, beta
    /// binomial under a Beta.
    fn log_weight(&self, y: u64) -> f64 {
        let y = y as f64;
        match self.prior {
            Form::Gamma { shape, rate } => {
                ln_gamma(shape + y) - ln_factorial(y) + y * (self.exposure / (rate + self.exposure)).ln()
            }
            Form::Beta { a, b } => {
                let others = self.exposure - y;
                ln_gamma(a + y) + ln_gamma(b + others) - ln_factorial(y) - ln_factorial(others)
            }
        }
    }

    pub(super) fn draw(&self, rng: &mut (impl Rng + ?Sized)) -> f64 {
        let steps = match self.cumulative.is_empty() {
            true => 0,
            false => {
                let at = rng.random::<f64>();
                self.cumulative.partition_point(|upto| *upto < at).min(self.cumulative.len() - 1)
            }
        };
        let y = (self.lowest + steps as u64) as f64;
        // the parameters are above 0 by what was checked, so neither distribution can fail
        match self.prior {
            Form::Gamma { shape, rate } => {
                Gamma::new(shape + y, 1.0 / (rate + self.exposure)).map_or(0.0, |gamma| gamma.sample(rng))
            }
            Form::Beta { a, b } => {
                Beta::new(a + y, b + (self.exposure - y).max(0.0)).map_or(0.0, |beta| beta.sample(rng))
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::count::RandomlyRounded;
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    fn mean(prior: Prior, count: Count, exposure: f64) -> f64 {
        let posterior = prior.posterior(count, exposure, None).unwrap();
        let mut rng = ChaCha12Rng::seed_from_u64(4);
        (0..40_000).map(|_| posterior.draw(&mut rng)).sum::<f64>() / 40_000.0
    }

    #[test]
    fn means_are_those_of_the_conjugate_posteriors() {
        let gamma = mean(Prior::gamma(3.0, 20.0).unwrap(), Count::Exact(12), 150.0);
        assert!((gamma - 15.0 / 170.0).abs() < 4.0 * (15.0_f64).sqrt() / 170.0 / 200.0, "{gamma}");
        let beta = mean(Prior::JEFFREYS_SHARE, Count::Exact(12), 150.0);
        assert!((beta - 12.5 / 151.0).abs() < 5e-4, "{beta}");
    }

    /// Σ over the counts inside the bounds of P(y) E(rate | y), P(y) by the recurrence of the negative binomial.
    #[test]
    fn a_withheld_count_mixes_the_posteriors_of_what_it_may_be() {
        let (shape, rate, exposure) = (2.5, 30.0, 90.0);
        let share = exposure / (rate + exposure);
        let (mut weight, mut total, mut sum) = (1.0, 0.0, 0.0);
        for y in 0..10 {
            if y >= 1 {
                weight *= (shape + f64::from(y) - 1.0) / f64::from(y) * share;
                total += weight;
                sum += weight * (shape + f64::from(y)) / (rate + exposure);
            }
        }
        let drawn = mean(Prior::gamma(shape, rate).unwrap(), Count::interval(1, 9).unwrap(), exposure);
        assert!((drawn - sum / total).abs() < 8e-4, "{drawn} for {}", sum / total);
    }

    #[test]
    fn a_randomly_rounded_count_weighs_what_may_have_led_to_it() {
        let rounded = Count::RandomlyRounded(RandomlyRounded::new(5, 10).unwrap());
        let posterior = Prior::JEFFREYS.posterior(rounded, 1e6, None).unwrap();
        let steps: Vec<f64> = std::iter::once(posterior.cumulative[0])
            .chain(posterior.cumulative.windows(2).map(|pair| pair[1] - pair[0]))
            .collect();
        assert_eq!((posterior.lowest, steps.len()), (6, 9));
        // 10 itself is five times as likely to be published as 10 as 6 or 14 are, the prior aside
        let prior = |y: f64| ln_gamma(0.5 + y) - ln_factorial(y);
        let wanted = 5.0 * (prior(10.0) - prior(6.0)).exp();
        assert!((steps[4] / steps[0] - wanted).abs() < 1e-6 * wanted);
    }

    #[test]
    fn open_counts_and_shares_above_one_are_refused() {
        let open = Count::Interval(crate::count::Interval::at_least(3));
        assert_eq!(Prior::JEFFREYS.posterior(open, 10.0, Some(2)).unwrap_err().rows(), [2]);
        assert!(Prior::JEFFREYS_SHARE.posterior(open, 10.0, None).is_ok());
        let above = Prior::JEFFREYS_SHARE.posterior(Count::Exact(11), 10.0, Some(0)).unwrap_err();
        assert_eq!((above.code(), above.rows()), ("invalid-count", &[0][..]));
    }
}
