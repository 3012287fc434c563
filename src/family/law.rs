//! The distribution of one count given its mean, by the ratios of neighbouring probabilities.

use super::Scatter;

/// Poisson or NB2 probabilities p(y) through p(y+1)/p(y) = m(1 + y/θ)/(y+1) with m = μ/(1 + μ/θ).
///
/// The Poisson is 1/θ = 0. Nothing is evaluated at μ, so an interval far from it is as good as one around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CountLaw {
    mean: f64,
    m: f64,
    inverse_theta: f64,
}

/// A step ends where what is left beyond it is less than this share of what was met.
const NEGLIGIBLE: f64 = 1e-17;

/// From here to there every ratio is a number.
const MEANS: (f64, f64) = (1e-300, 1e100);

impl CountLaw {
    /// The law with this mean; `None` unless mean and θ are positive and finite (a mean of 0 counts as its limit).
    pub(crate) fn new(mean: f64, scatter: Scatter) -> Option<Self> {
        let inverse_theta = match scatter {
            Scatter::Poisson => 0.0,
            Scatter::NegBin2 { theta } => 1.0 / theta,
        };
        if !(0.0..1e100).contains(&inverse_theta) || !(0.0..=MEANS.1).contains(&mean) {
            return None;
        }
        let mean = mean.max(MEANS.0);
        Some(CountLaw { mean, m: mean / (1.0 + mean * inverse_theta), inverse_theta })
    }

    /// p(y+1)/p(y).
    pub(crate) fn ratio(&self, y: f64) -> f64 {
        self.m * ((1.0 + y * self.inverse_theta) / (y + 1.0))
    }

    /// Where the largest term among `lo` to `hi` lies.
    pub(crate) fn mode(&self, lo: f64, hi: f64) -> f64 {
        (self.mean * (1.0 - self.inverse_theta)).floor().max(lo).min(hi)
    }

    /// Whether all terms above `y`, where `term` is p(y), are negligible beside `sum`.
    pub(crate) fn negligible_above(&self, y: f64, term: f64, sum: f64) -> bool {
        // below θ = 1 the ratios rise towards m/θ, elsewhere they fall
        let largest = if self.inverse_theta > 1.0 { self.m * self.inverse_theta } else { self.ratio(y) };
        term * largest < NEGLIGIBLE * sum * (1.0 - largest)
    }

    /// Whether all terms below `y`, where `term` is p(y), are negligible beside `sum`; for y up to the mode.
    pub(crate) fn negligible_below(&self, y: f64, term: f64, sum: f64) -> bool {
        if y < 1.0 {
            return true;
        }
        let largest = 1.0 / self.ratio(y - 1.0);
        term * largest < NEGLIGIBLE * sum * (1.0 - largest)
    }

    /// Writes log p(y) for `y = lo, lo+1, …`, less the largest of them.
    pub(crate) fn log_weights(&self, lo: f64, logs: &mut [f64]) {
        let Some(last) = logs.len().checked_sub(1) else { return };
        let peak = (self.mode(lo, lo + last as f64) - lo) as usize;
        let peak = peak.min(last);
        logs[peak] = 0.0;
        for i in peak..last {
            logs[i + 1] = logs[i] + self.ratio(lo + i as f64).ln();
        }
        for i in (0..peak).rev() {
            logs[i] = logs[i + 1] - self.ratio(lo + i as f64).ln();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn log_weights_are_the_log_densities_but_for_a_constant() {
        for (mean, scatter) in [
            (3.5, Scatter::Poisson),
            (40.0, Scatter::NegBin2 { theta: 0.4 }),
            (8.0, Scatter::NegBin2 { theta: 7.0 }),
        ] {
            let density = |y: f64| match scatter {
                Scatter::Poisson => y * f64::ln(mean) - libm::lgamma(y + 1.0),
                Scatter::NegBin2 { theta } => {
                    libm::lgamma(y + theta) - libm::lgamma(y + 1.0) + y * f64::ln(mean / (mean + theta))
                }
            };
            for lo in [0.0, 2.0, 31.0] {
                let mut logs = [0.0; 40];
                CountLaw::new(mean, scatter).unwrap().log_weights(lo, &mut logs);
                let constant = density(lo) - logs[0];
                assert!(logs.iter().all(|&log| log <= 1e-14), "{mean} from {lo}");
                for (i, log) in logs.iter().enumerate() {
                    assert!((density(lo + i as f64) - log - constant).abs() < 1e-12, "{mean} from {lo}");
                }
            }
        }
    }

    #[test]
    fn a_mean_of_zero_is_its_limit_and_other_numbers_have_no_law() {
        assert!(CountLaw::new(0.0, Scatter::Poisson).unwrap().ratio(3.0) < 1e-290);
        for mean in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(CountLaw::new(mean, Scatter::Poisson), None);
        }
        for theta in [0.0, -2.0, f64::NAN] {
            assert_eq!(CountLaw::new(1.0, Scatter::NegBin2 { theta }), None);
        }
    }
}
