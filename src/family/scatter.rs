//! A family with its parameter, and draws from it.

use rand::Rng;
use rand_distr::{Distribution, Gamma, Poisson};
use serde::{Deserialize, Serialize};

/// How counts scatter around their mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Scatter {
    /// `V = μ`.
    Poisson,
    /// `V = μ + μ²/θ`: a Poisson whose mean is multiplied by a gamma variable of mean 1 and variance `1/θ`.
    NegBin2 {
        /// The size, above 0; as it grows the counts become Poisson.
        theta: f64,
    },
}

/// Above this a count is no longer exact in double precision.
const LARGEST: f64 = 9_007_199_254_740_992.0;

impl Scatter {
    /// 1/θ, what V = μ + αμ² calls α; 0 for a Poisson.
    pub(crate) fn alpha(self) -> f64 {
        match self {
            Scatter::Poisson => 0.0,
            Scatter::NegBin2 { theta } => theta.recip(),
        }
    }

    /// One count; `None` where it would not be exact, above 2^53.
    ///
    /// Both draws are exact algorithms, without a normal approximation at large means. Uniform numbers come in steps
    /// of 2^-53: below a mean of 1e-8 the chance of a 1 is off by more than a part in 10^8, below 1e-16 every
    /// Poisson count is 0.
    pub(crate) fn sample(self, mean: f64, rng: &mut (impl Rng + ?Sized)) -> Option<u64> {
        match self {
            Scatter::Poisson => poisson(mean, rng),
            Scatter::NegBin2 { theta } => {
                let multiplier = Gamma::new(theta, 1.0 / theta).ok()?.sample(rng);
                poisson(mean * multiplier, rng)
            }
        }
    }
}

fn poisson(mean: f64, rng: &mut (impl Rng + ?Sized)) -> Option<u64> {
    // A gamma multiplier of a small size runs below the smallest number there is.
    if mean == 0.0 {
        return Some(0);
    }
    if !(0.0..=LARGEST).contains(&mean) {
        return None;
    }
    let count: f64 = Poisson::new(mean).ok()?.sample(rng);
    (count <= LARGEST).then_some(count as u64)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use rand::TryRng;
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;
    use std::convert::Infallible;

    /// A generator that says the same thing for ever.
    struct Always(u64);

    impl TryRng for Always {
        type Error = Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            Ok((self.0 >> 32) as u32)
        }
        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            Ok(self.0)
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
            bytes.fill((self.0 >> 56) as u8);
            Ok(())
        }
    }

    fn uniform(u: f64) -> Always {
        Always((u * 2f64.powi(64)) as u64)
    }

    fn moments(scatter: Scatter, mean: f64, n: usize) -> (f64, f64) {
        let mut rng = ChaCha12Rng::seed_from_u64(7);
        let draws: Vec<f64> = (0..n).map(|_| scatter.sample(mean, &mut rng).unwrap() as f64).collect();
        let average = draws.iter().sum::<f64>() / n as f64;
        let variance = draws.iter().map(|y| (y - average).powi(2)).sum::<f64>() / (n - 1) as f64;
        (average, variance)
    }

    /// Pearson's statistic against probabilities, standardised; cells with less than 10 expected are pooled.
    fn pearson(scatter: Scatter, mean: f64, probability: impl Fn(u64) -> f64) -> f64 {
        const N: usize = 40_000;
        let mut rng = ChaCha12Rng::seed_from_u64(11);
        let mut seen = vec![0.0; 1000];
        for _ in 0..N {
            seen[(scatter.sample(mean, &mut rng).unwrap() as usize).min(999)] += 1.0;
        }
        let expected: Vec<f64> = (0..1000).map(|y| N as f64 * probability(y)).collect();
        let (mut statistic, mut cells, mut rest) = (0.0, 0.0, (N as f64, N as f64));
        for (seen, expected) in seen.iter().zip(expected).filter(|(_, expected)| *expected >= 10.0) {
            statistic += (seen - expected).powi(2) / expected;
            cells += 1.0;
            rest = (rest.0 - seen, rest.1 - expected);
        }
        if rest.1 > 1.0 {
            statistic += (rest.0 - rest.1).powi(2) / rest.1;
            cells += 1.0;
        }
        let degrees: f64 = cells - 1.0;
        (statistic - degrees) / (2.0 * degrees).sqrt()
    }

    #[test]
    fn poisson_counts_have_the_poisson_probabilities() {
        for mean in [0.3, 3.0, 11.9, 12.1, 40.0] {
            let probability = |y: u64| (y as f64 * f64::ln(mean) - mean - libm::lgamma(y as f64 + 1.0)).exp();
            let z = pearson(Scatter::Poisson, mean, probability);
            assert!(z.abs() < 4.0, "mean {mean}: {z}");
        }
    }

    #[test]
    fn negative_binomial_counts_have_its_probabilities() {
        for (mean, theta) in [(3.0, 0.7), (0.5, 1.0), (20.0, 8.0)] {
            let probability = |y: u64| {
                let y = y as f64;
                let binomial = libm::lgamma(y + theta) - libm::lgamma(theta) - libm::lgamma(y + 1.0);
                let (failure, success) = (theta / (theta + mean), mean / (theta + mean));
                (binomial + theta * f64::ln(failure) + y * f64::ln(success)).exp()
            };
            let z = pearson(Scatter::NegBin2 { theta }, mean, probability);
            assert!(z.abs() < 4.0, "mean {mean}, theta {theta}: {z}");
        }
    }

    #[test]
    fn mean_and_variance_hold_up_to_1e12() {
        const N: usize = 20_000;
        for mean in [1e-2, 1.0, 1e3, 1e6, 1e9, 1e12] {
            let (average, variance) = moments(Scatter::Poisson, mean, N);
            let error = (average - mean) / (mean / N as f64).sqrt();
            assert!(error.abs() < 4.0, "mean {mean}: {error} standard errors");
            // Var(s²) = σ⁴ (2/(n-1) + κ/n), with excess kurtosis κ = 1/μ.
            let spread = (2.0 / N as f64 + 1.0 / (mean * N as f64)).sqrt();
            assert!((variance / mean - 1.0).abs() < 4.0 * spread, "mean {mean}: {variance}");

            let theta = 8.0;
            let (average, variance) = moments(Scatter::NegBin2 { theta }, mean, N);
            let wanted = mean + mean * mean / theta;
            let error = (average - mean) / (wanted / N as f64).sqrt();
            assert!(error.abs() < 4.0, "mean {mean}: {error} standard errors");
            let kurtosis = 6.0 / theta + 1.0 / wanted;
            let spread = ((2.0 + kurtosis) / N as f64).sqrt();
            assert!((variance / wanted - 1.0).abs() < 4.0 * spread, "mean {mean}: {variance}");
        }
    }

    #[test]
    fn at_a_mean_of_1e_minus_8_one_uniform_in_1e8_makes_a_count() {
        let count = |distance: f64| Scatter::Poisson.sample(1e-8, &mut uniform(1.0 - distance)).unwrap();
        assert_eq!(count(1.000_001e-8), 0);
        assert!(count(0.999_999e-8) > 0);
    }

    #[test]
    fn a_count_that_would_not_be_exact_is_refused() {
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        for mean in [1e16, f64::INFINITY, f64::NAN] {
            assert_eq!(Scatter::Poisson.sample(mean, &mut rng), None);
            assert_eq!(Scatter::NegBin2 { theta: 1e6 }.sample(mean, &mut rng), None);
        }
        let large = Scatter::Poisson.sample(1e15, &mut rng).unwrap();
        assert!((large as f64 - 1e15).abs() < 6.0 * 1e15f64.sqrt());
    }

    #[test]
    fn a_gamma_multiplier_that_underflows_gives_zero() {
        let mut rng = ChaCha12Rng::seed_from_u64(3);
        let scatter = Scatter::NegBin2 { theta: 1e-4 };
        let zeros = (0..2000).filter(|_| scatter.sample(5.0, &mut rng) == Some(0)).count();
        // P(0) = (θ/(θ+μ))^θ = 0.99892; a standard error is 1.5.
        assert!((1992..=2000).contains(&zeros), "{zeros}");
    }
}
