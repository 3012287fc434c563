//! How much of Laplace's error the second order takes away, beside the exact log-likelihood.

use crate::world::{LEVELS, problem};
use nestcount::Model;
use nestcount::Options;
use nestcount::estimate::Orders;
use nestcount::estimator::Estimated;
use nestcount::infer::Approximation;

/// Errors of L and of L + ε at Laplace's maximum.
fn errors(model: &Model, mean: f64, seed: u64) -> [f64; 2] {
    let problem = problem(model, mean, seed);
    let fit = problem.fit(&Options::default()).unwrap();
    let Approximation::Laplace { gauge } = fit.approximation() else { panic!("not Laplace's") };
    let exact = problem.exact_likelihood(&Orders::default()).unwrap();
    let exact = { exact }.value_with_error(&fit.parameters()).unwrap();
    assert!((exact.laplace - fit.log_likelihood()).abs() < 1e-8);
    let left = |value: f64| (value - exact.log_likelihood).abs();
    [left(fit.log_likelihood()), left(fit.log_likelihood() + gauge.epsilon)]
}

#[test]
fn from_a_mean_of_two_on_the_second_order_takes_away_nineteen_twentieths_of_laplaces_error() {
    let nested = Model::poisson().random_intercept(LEVELS[0].0).random_intercept(LEVELS[1].0);
    for (name, model) in [("nested", nested.clone()), ("row effect", nested.row_effect())] {
        for mean in [2.0, 5.0, 20.0] {
            let all: Vec<[f64; 2]> = (1..=3).map(|seed| errors(&model, mean, seed)).collect();
            for [laplace, second] in &all {
                println!("{name}, mean {mean}: L off by {laplace:.4}, with epsilon by {second:.6}");
            }
            let [laplace, second] = [0, 1].map(|k| all.iter().map(|errors| errors[k]).sum::<f64>());
            assert!(second <= laplace / 20.0, "{name}, mean {mean}: {laplace} and {second}");
        }
    }
}
