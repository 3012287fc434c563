//! Exact limits of a rate and of a share.

use crate::error::{ErrorKind, Result};
use statrs::distribution::{Beta, ContinuousCDF, Gamma};

/// Fails unless a confidence lies between 0 and 1; what lies outside on each side.
pub(super) fn tail(confidence: f64) -> Result<f64> {
    match confidence > 0.0 && confidence < 1.0 {
        true => Ok(0.5 * (1.0 - confidence)),
        false => {
            let message = format!("a confidence lies between 0 and 1, as 0.95 does; got {confidence}");
            Err(ErrorKind::Specification { message }.into())
        }
    }
}

/// The mean for which a Poisson count of `y` or more has probability `tail`.
pub(super) fn poisson_low(y: u64, tail: f64) -> f64 {
    match y {
        0 => 0.0,
        _ => gamma_quantile(y as f64, tail),
    }
}

/// The mean for which a Poisson count of `y` or fewer has probability `tail`.
pub(super) fn poisson_high(y: u64, tail: f64) -> f64 {
    gamma_quantile(y as f64 + 1.0, 1.0 - tail)
}

/// Of Gamma(shape, 1). The shape is above 0, so that the distribution exists.
fn gamma_quantile(shape: f64, p: f64) -> f64 {
    Gamma::new(shape, 1.0).map_or(shape, |gamma| gamma.inverse_cdf(p))
}

/// The share for which `y` or more of `n` have probability `tail`.
pub(super) fn binomial_low(y: u64, n: u64, tail: f64) -> f64 {
    match y {
        0 => 0.0,
        _ => beta_quantile(y as f64, (n - y.min(n)) as f64 + 1.0, tail),
    }
}

/// The share for which `y` or fewer of `n` have probability `tail`.
pub(super) fn binomial_high(y: u64, n: u64, tail: f64) -> f64 {
    match y >= n {
        true => 1.0,
        false => beta_quantile(y as f64 + 1.0, (n - y) as f64, 1.0 - tail),
    }
}

fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    Beta::new(a, b).map_or(a / (a + b), |beta| beta.inverse_cdf(p))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use statrs::distribution::{Binomial, DiscreteCDF, Poisson};

    #[test]
    fn at_its_limits_a_poisson_count_is_as_rare_as_the_confidence_says() {
        for y in [1_u64, 4, 57, 12_965] {
            let tail = tail(0.95).unwrap();
            let (low, high) = (poisson_low(y, tail), poisson_high(y, tail));
            assert!((1.0 - Poisson::new(low).unwrap().cdf(y - 1) - tail).abs() < 1e-7, "{y}: {low}");
            assert!((Poisson::new(high).unwrap().cdf(y) - tail).abs() < 1e-7, "{y}: {high}");
        }
        assert_eq!(poisson_low(0, 0.025), 0.0);
        assert!((poisson_high(0, 0.025) - (40.0_f64).ln()).abs() < 1e-9);
    }

    #[test]
    fn at_its_limits_a_share_is_as_rare_as_the_confidence_says() {
        for (y, n) in [(1_u64, 8_u64), (9, 168), (230, 3_500), (3_499, 3_500)] {
            let (low, high) = (binomial_low(y, n, 0.025), binomial_high(y, n, 0.025));
            assert!((1.0 - Binomial::new(low, n).unwrap().cdf(y - 1) - 0.025).abs() < 1e-6, "{y}/{n}: {low}");
            assert!((Binomial::new(high, n).unwrap().cdf(y) - 0.025).abs() < 1e-6, "{y}/{n}: {high}");
        }
        assert_eq!((binomial_low(0, 9, 0.025), binomial_high(9, 9, 0.025)), (0.0, 1.0));
    }

    #[test]
    fn confidences_outside_of_0_to_1_are_refused() {
        assert!([0.0, 1.0, -1.0, 95.0, f64::NAN].iter().all(|wrong| tail(*wrong).is_err()));
    }
}
