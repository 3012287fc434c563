//! Control limits of a count.

use crate::family::{CountMixture, Scatter};
use statrs::distribution::{ContinuousCDF, Normal};

/// Counts between which 95 % and 99.8 % of areas with a target lie.
///
/// Interpolated between whole counts: r − (F(r) − p)/(F(r) − F(r − 1)), r the p-quantile and F(−1) = 0, not below 0, so
/// that limits run smoothly with the target. Source: Spiegelhalter 2005, appendix A.1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// 0.1 % lie below.
    pub low_998: f64,
    /// 2.5 % lie below.
    pub low_95: f64,
    /// 2.5 % lie above.
    pub high_95: f64,
    /// 0.1 % lie above.
    pub high_998: f64,
}

/// Where a count lies among [`Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// Below the 99.8 % limits.
    FarBelow,
    /// Below the 95 % limits.
    Below,
    /// Within the 95 % limits.
    Within,
    /// Above the 95 % limits.
    Above,
    /// Above the 99.8 % limits.
    FarAbove,
    /// Withheld, and its bounds reach over a limit.
    Unknown,
}

impl Limits {
    pub(super) fn position(&self, count: f64) -> Position {
        match count {
            y if y < self.low_998 => Position::FarBelow,
            y if y < self.low_95 => Position::Below,
            y if y > self.high_998 => Position::FarAbove,
            y if y > self.high_95 => Position::Above,
            _ => Position::Within,
        }
    }

    /// Limits of a count with this mean, which is above 0; `spread` is Var/mean² − 1/mean, 0 for a Poisson.
    ///
    /// The mixing distribution is log-normal with variance log(1 + spread) and the mean kept.
    pub(crate) fn of(mean: f64, spread: f64) -> Self {
        let variance = spread.ln_1p();
        let count = CountMixture::new(Scatter::Poisson, mean.ln() - 0.5 * variance, variance.sqrt());
        let scale = (variance + (1.0 / mean).ln_1p()).sqrt();
        let limit = |p: f64| interpolated(&count, p, mean, scale);
        Limits { low_998: limit(0.001), low_95: limit(0.025), high_95: limit(0.975), high_998: limit(0.999) }
    }
}

/// The p-quantile with a fraction; `scale` is about the standard deviation of the log count.
fn interpolated(count: &CountMixture, p: f64, mean: f64, scale: f64) -> f64 {
    let z = Normal::standard().inverse_cdf(p);
    let guess = (mean * (z * scale - 0.5 * scale * scale).exp()).floor();
    let (r, at, below) = quantile(count, p, guess);
    (r - (at - p) / (at - below)).max(0.0)
}

/// The smallest r with F(r) >= p, F(r) and F(r − 1), from a guess.
fn quantile(count: &CountMixture, p: f64, guess: f64) -> (f64, f64, f64) {
    // F(low) < p <= F(high) from here on
    let (mut low, mut high) = ((-1.0, 0.0), (guess, count.at_most(guess)));
    let mut step = (0.02 * guess).floor().max(1.0);
    while high.1 < p {
        low = high;
        high.0 += step;
        high.1 = count.at_most(high.0);
        step *= 4.0;
    }
    while low.0 < 0.0 && high.0 > 0.0 {
        let next = (high.0 - step).max(0.0);
        let at = count.at_most(next);
        if at < p {
            low = (next, at);
        } else {
            high = (next, at);
        }
        step *= 4.0;
    }
    while high.0 - low.0 > 1.0 {
        // between two counts F is nearly straight
        let share = (p - low.1) / (high.1 - low.1);
        let inner = (low.0 + share * (high.0 - low.0)).floor().clamp(low.0 + 1.0, high.0 - 1.0);
        let at = count.at_most(inner);
        if at < p {
            low = (inner, at)
        } else {
            high = (inner, at)
        }
        if high.0 - low.0 > 1.0 {
            let beside = if at < p { inner + 1.0 } else { inner - 1.0 };
            let next = count.at_most(beside);
            if next < p { low = (beside, next) } else { high = (beside, next) }
        }
        if high.0 - low.0 > 1.0 {
            let middle = (0.5 * (low.0 + high.0)).floor();
            let at = count.at_most(middle);
            if at < p { low = (middle, at) } else { high = (middle, at) }
        }
    }
    (high.0, high.1, low.1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use statrs::distribution::{DiscreteCDF, Poisson};

    #[test]
    fn quantiles_are_those_found_by_walking() {
        for mean in [0.03, 0.7, 4.2, 55.0, 3e4] {
            let count = CountMixture::new(Scatter::Poisson, f64::ln(mean), 0.0);
            let known = Poisson::new(mean).unwrap();
            for p in [0.001, 0.025, 0.975, 0.999] {
                let wanted = known.inverse_cdf(p) as f64;
                for guess in [0.0, 1.0, mean.floor(), (3.0 * mean).floor()] {
                    let (r, at, below) = quantile(&count, p, guess);
                    assert_eq!(r, wanted, "mean {mean}, p {p}, from {guess}");
                    assert!(at >= p && below < p);
                }
            }
        }
    }

    /// qpois(c(.025, .975), 20) in R is 12 and 29, ppois of them and of one less as below.
    #[test]
    fn the_interpolation_is_spiegelhalters() {
        let found = Limits::of(20.0, 0.0);
        let low = 12.0 - (0.039012 - 0.025) / (0.039012 - 0.021387);
        let high = 29.0 - (0.978182 - 0.975) / (0.978182 - 0.965666);
        assert!((found.low_95 - low).abs() < 1e-3, "{} for {low}", found.low_95);
        assert!((found.high_95 - high).abs() < 1e-3, "{} for {high}", found.high_95);
        assert_eq!(found.position(11.0), Position::Below);
        assert_eq!(found.position(29.0), Position::Above);
        assert_eq!((found.position(7.0), found.position(20.0)), (Position::FarBelow, Position::Within));
    }

    #[test]
    fn overdispersion_widens_the_limits_and_tends_to_the_poissons() {
        let (none, little, much) = (Limits::of(50.0, 0.0), Limits::of(50.0, 1e-10), Limits::of(50.0, 0.2));
        assert!((none.high_998 - little.high_998).abs() < 1e-5 && (none.low_95 - little.low_95).abs() < 1e-5);
        assert!(much.low_998 < none.low_998 && much.high_998 > none.high_998);
        assert!(much.low_95 > much.low_998 && much.high_95 < much.high_998);
    }
}
