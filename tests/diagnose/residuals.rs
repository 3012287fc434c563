//! Residuals of fits.

use crate::made::{Truth, model};
use nestcount::diagnose::Conditional;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

const MODES: [Conditional; 4] =
    [Conditional::Marginal, Conditional::Cavity, Conditional::DrawnAreas, Conditional::AreaModes];

const TRUTH: Truth = Truth { groups: 300, size: 10, sd: 0.5, mean: 6.0, theta: None };

fn variance(z: &[f64]) -> f64 {
    let mean = z.iter().sum::<f64>() / z.len() as f64;
    z.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / (z.len() - 1) as f64
}

#[test]
fn residuals_of_the_true_model_are_standard_normal_but_those_at_the_modes_are_small() {
    for theta in [None, Some(4.0)] {
        let made = Truth { theta, ..TRUTH }.fitted(&model(theta), 1).unwrap();
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let variances = MODES.map(|mode| {
            let residuals = made.fit.residuals(&made.problem, mode, &mut rng).unwrap();
            assert_eq!(residuals.rows(), made.problem.rows());
            assert!(residuals.uniform().iter().all(|u| (0.0..=1.0).contains(u)));
            variance(residuals.normal())
        });
        // one standard error of a variance of 3,000 independent numbers is 0.026
        assert!(variances[1..3].iter().all(|v| (v - 1.0).abs() < 0.1), "{variances:?}");
        assert!((variances[0] - 1.0).abs() < 0.2, "{variances:?}");
        assert!(variances[3] < 0.96, "a tenth of each count is in its mode: {variances:?}");
    }
}

#[test]
fn residuals_of_withheld_counts_are_standard_normal_too() {
    let made = TRUTH.withheld(&model(None), 2, 5).unwrap();
    assert!(made.problem.n_coarse() > 600, "{}", made.problem.n_coarse());
    for mode in [Conditional::Cavity, Conditional::DrawnAreas] {
        let mut rng = ChaCha12Rng::seed_from_u64(2);
        let residuals = made.fit.residuals(&made.problem, mode, &mut rng).unwrap();
        assert!((variance(residuals.normal()) - 1.0).abs() < 0.1);
        assert!(residuals.uniformity().p_value() > 0.01, "{mode:?}");
    }
}

#[test]
fn a_poisson_fit_of_overdispersed_counts_shows_in_the_residuals() {
    let made = Truth { theta: Some(3.0), ..TRUTH }.fitted(&model(None), 3).unwrap();
    for mode in [Conditional::Cavity, Conditional::DrawnAreas] {
        let mut rng = ChaCha12Rng::seed_from_u64(3);
        let residuals = made.fit.residuals(&made.problem, mode, &mut rng).unwrap();
        assert!(residuals.uniformity().p_value() < 1e-6, "{mode:?}");
        assert!(variance(residuals.normal()) > 1.5);
    }
}

#[test]
fn equal_seeds_give_equal_residuals_and_another_problem_is_refused() {
    let made = TRUTH.fitted(&model(None), 4).unwrap();
    let other = TRUTH.fitted(&model(None), 5).unwrap();
    for mode in MODES {
        let draw = || made.fit.residuals(&made.problem, mode, &mut ChaCha12Rng::seed_from_u64(6)).unwrap();
        assert_eq!(draw(), draw());
        let error = made.fit.residuals(&other.problem, mode, &mut ChaCha12Rng::seed_from_u64(6));
        assert_eq!(error.unwrap_err().code(), "specification");
    }
}
