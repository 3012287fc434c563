//! The certified set: maxima known to more than 12 digits by brute force in high precision.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)] // each user uses its part
#[path = "common/certified.rs"]
mod certified;

use certified::Certified;
use nestcount::estimate::Orders;
use nestcount::estimator::{Estimated, Estimator, Exact, HasLogLikelihood, Laplace, SecondOrder};

/// Prints and gives the largest distances in certified standard errors and in the parameters' own units.
fn misses<E: Estimator>(estimator: &E, table: &Certified) -> [f64; 2]
where
    E::Answer: HasLogLikelihood,
{
    let answer = estimator.estimate(&table.problem).unwrap();
    let at = answer.parameters();
    let apart = [table.distance_in_std_errors(&at), table.distance(&at)];
    let value = (answer.log_likelihood() - table.log_likelihood).abs();
    println!(
        "{:24} {:>12}: {:8.1e} standard errors, {:8.1e}; log-likelihood {value:8.1e}",
        table.name,
        estimator.name(),
        apart[0],
        apart[1]
    );
    [apart[0], apart[1].max(value)]
}

/// Laplace's maximum is another one; by how much, it prints. Farther than this would be a fault.
#[test]
fn laplace_is_within_a_tenth_of_a_standard_error_of_every_certified_maximum() {
    let worst = certified::all().map(|table| misses(&Laplace::default(), &table)[0]).fold(0.0, f64::max);
    assert!(worst < 0.1, "{worst}");
}

#[test]
fn the_exact_estimator_is_at_every_certified_maximum() {
    let exact = Exact { orders: Orders::Refined { tolerance: 1e-12 }, ..Exact::default() };
    let worst = certified::all().map(|table| misses(&exact, &table)[1]).fold(0.0, f64::max);
    assert!(worst < 1e-9, "{worst:e}");
}

/// Its integrals are then right to a millionth, which is what is left.
#[test]
fn the_exact_estimator_as_it_comes_is_within_a_hundred_thousandth_of_a_standard_error() {
    let worst = certified::all().map(|table| misses(&Exact::default(), &table)[0]).fold(0.0, f64::max);
    assert!(worst < 1e-5, "{worst:e}");
}

#[test]
fn the_second_order_is_within_a_fiftieth_of_a_standard_error() {
    let worst = certified::all().map(|table| misses(&SecondOrder::default(), &table)[0]).fold(0.0, f64::max);
    assert!(worst < 0.02, "{worst}");
}

#[test]
fn every_kind_of_question_is_in_the_set() {
    let all: Vec<Certified> = certified::all().collect();
    for levels in 1..=3 {
        assert!(all.iter().any(|table| table.levels.len() == levels));
    }
    let family = |family| all.iter().any(|table| table.model.family() == family);
    assert!(family(nestcount::Family::Poisson) && family(nestcount::Family::NegBin2));
    assert!(all.iter().any(|table| table.model.has_row_effect()));
    assert!(all.iter().any(|table| table.problem.n_coarse() > 0));
    assert!(all.iter().any(|table| table.parameters.iter().any(|p| p.name.starts_with("sd("))));
}
