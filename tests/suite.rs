//! What the benchmark suite computes itself: the score of a predicted count.
#![allow(clippy::unwrap_used)]

#[path = "../benches/suite/crps.rs"]
mod crps;

use crps::{LARGEST, LogNormalCount};
use nestcount::simulate::Scatter;
use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Gamma, Normal, Poisson};

/// E|Y − y| − ½ E|Y − Y'| over draws, with the error of the first term.
fn by_draws(log_median: f64, sd: f64, theta: Option<f64>, y: f64) -> (f64, f64) {
    let mut rng = ChaCha12Rng::seed_from_u64(7);
    let effects = Normal::new(log_median, sd).unwrap();
    let draw = |rng: &mut ChaCha12Rng| -> f64 {
        let scatter = theta.map_or(1.0, |theta| Gamma::new(theta, 1.0 / theta).unwrap().sample(rng));
        let mean = (effects.sample(rng).exp() * scatter).max(1e-300);
        Poisson::new(mean).unwrap().sample(rng)
    };
    let draws: Vec<f64> = (0..200_000).map(|_| draw(&mut rng)).collect();
    let n = draws.len();
    let terms: Vec<f64> = draws
        .iter()
        .map(|draw| (draw - y).abs() - 0.5 * (draw - draws[rng.random_range(0..n)]).abs())
        .collect();
    let mean = terms.iter().sum::<f64>() / n as f64;
    let variance = terms.iter().map(|term| (term - mean).powi(2)).sum::<f64>() / n as f64;
    (mean, (variance / n as f64).sqrt())
}

fn scored(log_median: f64, sd: f64, theta: Option<f64>, y: usize) -> f64 {
    let scatter = theta.map_or(Scatter::Poisson, |theta| Scatter::NegBin2 { theta });
    LogNormalCount { log_median, variance: sd * sd, scatter }.crps(y)
}

#[test]
fn the_crps_is_the_mean_distance_less_half_the_mean_difference() {
    for (mean, sd, theta, y) in [
        (0.3, 0.5, None, 0),
        (5.0, 0.66, None, 9),
        (20.0, 0.0, None, 31),
        (20.0, 0.6, Some(4.0), 2),
        (0.4, 0.7, Some(0.5), 3),
    ] {
        let found = scored(f64::ln(mean), sd, theta, y);
        let (drawn, error) = by_draws(f64::ln(mean), sd, theta, y as f64);
        assert!(
            (found - drawn).abs() < 4.0 * error,
            "{mean} {sd} {theta:?}: {found}, drawn {drawn} ± {error}"
        );
    }
}

#[test]
fn a_certain_count_scores_its_distance_and_an_endless_one_the_largest() {
    assert_eq!(scored(-800.0, 0.0, None, 0), 0.0);
    assert_eq!(scored(-800.0, 0.0, None, 3), 3.0);
    assert_eq!(scored(60.0, 0.1, None, 0).round(), LARGEST as f64);
}
