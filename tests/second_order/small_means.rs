//! Where most counts are 0.

use super::{THREE, TWO, problem};
use nestcount::Family;
use nestcount::estimator::{Estimator, SecondOrder};

fn all_converge(levels: &[(&str, usize, f64)], row_sd: f64, family: Family) {
    let mut lost = Vec::new();
    for seed in 1..=8 {
        let problem = problem(0.3, levels, row_sd, family, seed);
        match SecondOrder::default().estimate(&problem) {
            Ok(fit) => {
                let certificate = fit.certificate();
                assert!(certificate.gradient < 1e-5, "{seed}: {certificate:?}");
            }
            Err(error) => lost.push(format!("{seed}: {error}")),
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
}

#[test]
fn every_maximum_of_two_levels_is_found_at_a_mean_of_a_third() {
    all_converge(&TWO, 0.0, Family::Poisson);
}

#[test]
fn every_maximum_of_three_levels_is_found_at_a_mean_of_a_third() {
    all_converge(&THREE, 0.0, Family::Poisson);
}

#[test]
fn every_maximum_with_a_row_effect_is_found_at_a_mean_of_a_third() {
    all_converge(&TWO, 0.5, Family::Poisson);
}

#[test]
fn every_maximum_of_a_negative_binomial_is_found_at_a_mean_of_a_third() {
    all_converge(&TWO, 0.0, Family::NegBin2);
}

/// Rows of their own effect alone, with a mean of 1 and a standard deviation of 3: nearly all counts are 0 and the
/// log-likelihood of such a row is a wall beyond the expansion's sight. Laplace finds a standard deviation above 4.
#[test]
fn where_the_expansion_does_not_reach_no_maximum_is_made_up() {
    for seed in 1..=3 {
        let problem = problem(1.0, &[], 3.0, Family::Poisson, seed);
        let error = SecondOrder::default().estimate(&problem).unwrap_err();
        assert_eq!(error.code(), "not-converged");
        assert!(error.to_string().contains("the expansion breaks down"), "{error}");
    }
}

#[test]
fn a_standard_deviation_of_one_is_within_its_reach() {
    for seed in 1..=3 {
        let problem = problem(1.0, &[], 1.0, Family::Poisson, seed);
        let fit = SecondOrder::default().estimate(&problem).unwrap();
        let sd = fit.levels()[0].sd;
        assert!((sd.estimate() - 1.0).abs() < 4.0 * sd.std_error().unwrap(), "{sd:?}");
    }
}
