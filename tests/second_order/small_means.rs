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
                let sds: Vec<f64> = fit.levels().iter().map(|level| level.sd.estimate()).collect();
                println!("{levels:?} {row_sd} {family} {seed}: {} {sds:?}", certificate.evaluations);
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
