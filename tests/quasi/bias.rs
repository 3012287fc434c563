//! The known bias, with its sign, in simulated worlds.

use crate::question::Question;
use crate::tables::generator;
use crate::{comparators, estimated, laplace};
use nestcount::determinant::Determinants;
use nestcount::estimator::{AnyEstimator, Estimated, Laplace};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::{Model, Problem};
use std::ops::ControlFlow;

/// A problem of two levels; the intercept is 0 at exposure 1. `None` where the table has no estimates.
fn small_areas(world: World, row_sd: f64, theta: Option<f64>, seed: u64) -> Option<Problem> {
    let mut world = world.row_sd(row_sd).determinant(Determinant::normal("x", 0.3)).intercept(0.0);
    let mut model = Model::poisson();
    if let Some(theta) = theta {
        (world, model) = (world.theta(theta), Model::neg_bin2());
    }
    let model = model.random_intercept("region").random_intercept("town");
    let question = Question {
        table: world.draw(&mut generator(seed)).unwrap().table,
        levels: vec!["region", "town"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new().numeric("x"),
        model: if row_sd > 0.0 { model.row_effect() } else { model },
    };
    question.problem().ok()
}

/// 388 areas in 42 regions, sd 0.3 and 0.2.
fn problem(mean: f64, row_sd: f64, seed: u64) -> Problem {
    let world = World::new(2_918)
        .level("region", 42, 0.2)
        .level("town", 388, 0.3)
        .exposure(Marginal::log_normal(mean, 0.5));
    small_areas(world, row_sd, None, seed).unwrap()
}

/// Intercept, then standard deviations.
fn numbers(answer: &dyn Estimated) -> Vec<f64> {
    let sds = answer.levels().iter().map(|level| level.sd.estimate());
    [answer.coefficients()[0].estimate].into_iter().chain(sds).collect()
}

/// Mean difference from Laplace's answers over worlds of mean count 0.5.
fn mean_differences(worlds: u64) -> Vec<Vec<f64>> {
    let mut sums = vec![vec![0.0; 3]; 3];
    for seed in 1..=worlds {
        let problem = problem(0.5, 0.0, seed);
        let reference = numbers(&*laplace(&problem));
        for (sums, estimator) in sums.iter_mut().zip(comparators()) {
            let answer = numbers(&*estimated(&*estimator, &problem));
            for (sum, (a, b)) in sums.iter_mut().zip(answer.iter().zip(&reference)) {
                *sum += (a - b) / worlds as f64;
            }
        }
    }
    sums
}

#[test]
fn at_a_mean_count_of_a_half_the_bias_has_its_sign_and_size() {
    // differences between answers to the same table vary far less than the answers
    let [pql, mql, variational] = &mean_differences(12)[..] else { unreachable!() };
    let within = |x: f64, low: f64, high: f64| assert!((low..high).contains(&x), "{x} not in {low}..{high}");
    within(pql[0], 0.03, 0.05);
    within(pql[2], -0.015, -0.005);
    within(mql[0], 0.05, 0.08);
    within(mql[2], 0.003, 0.02);
    within(variational[0], -0.002, 0.004);
    within(variational[2], -0.01, -0.003);
}

/// Prints the table of biases; some minutes.
#[test]
#[ignore = "long"]
fn table_of_biases() {
    let all: Vec<Box<dyn AnyEstimator>> =
        [Box::new(Laplace::default()) as Box<dyn AnyEstimator>].into_iter().chain(comparators()).collect();
    for (mean, row_sd) in [(0.5, 0.0), (2.0, 0.0), (5.0, 0.0), (20.0, 0.0), (2.0, 0.5), (20.0, 0.5)] {
        let truth: Vec<f64> =
            [0.0, 0.2, 0.3, row_sd].into_iter().take(if row_sd > 0.0 { 4 } else { 3 }).collect();
        for estimator in &all {
            let (mut sums, mut squares, mut n) = (vec![0.0; truth.len()], vec![0.0; truth.len()], 0.0);
            for seed in 1..=200 {
                let answer =
                    estimator.estimate_any(&problem(mean, row_sd, seed), &mut |_| ControlFlow::Continue(()));
                let Ok(answer) = answer else { continue };
                n += 1.0;
                for (j, (a, truth)) in numbers(&*answer).iter().zip(&truth).enumerate() {
                    sums[j] += a - truth;
                    squares[j] += (a - truth).powi(2);
                }
            }
            let means: Vec<String> = sums
                .iter()
                .zip(&squares)
                .map(|(sum, square)| {
                    let bias: f64 = sum / n;
                    format!("{bias:+.4} ({:.4})", ((square / n - bias * bias) / n).sqrt())
                })
                .collect();
            println!("mean {mean} row sd {row_sd} {:12} {n} {}", estimator.name(), means.join("  "));
        }
    }
}

/// Prints how many of 100 small tables each has an answer to.
#[test]
#[ignore = "long"]
fn table_of_failures() {
    for (mean, rows, towns, row_sd, theta) in [
        (0.3, 120, 30, 0.0, None),
        (0.3, 120, 30, 0.7, None),
        (1.0, 120, 30, 0.0, Some(1.0)),
        (5.0, 60, 20, 0.0, Some(3.0)),
        (5.0, 60, 20, 1.0, None),
        (50.0, 60, 20, 0.0, Some(1e9)),
    ] {
        let world = World::new(rows)
            .level("region", towns / 5, 0.3)
            .level("town", towns, 0.5)
            .exposure(Marginal::log_normal(mean, 0.5));
        let problems = (1..=100).filter_map(|seed| small_areas(world.clone(), row_sd, theta, seed));
        let problems: Vec<Problem> = problems.collect();
        for estimator in comparators() {
            let answer = |problem| estimator.estimate_any(problem, &mut |_| ControlFlow::Continue(()));
            let answers = problems.iter().filter(|problem| answer(problem).is_ok()).count();
            println!(
                "mean {mean}, {rows} rows, row sd {row_sd}, theta {theta:?}: {} {answers} of {}",
                estimator.name(),
                problems.len()
            );
        }
    }
}
