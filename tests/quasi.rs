//! Quasi-likelihood and the variational bound, seen from outside.
#![cfg(feature = "csv")]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;
#[allow(dead_code)] // each test uses its part
#[path = "common/tables.rs"]
mod tables;

#[path = "quasi/bias.rs"]
mod bias;
#[path = "quasi/peers.rs"]
mod peers;
#[path = "quasi/same.rs"]
mod same;

use nestcount::Problem;
use nestcount::estimator::{AnyEstimator, Estimated, Laplace, Mql, Pql, Variational};
use question::Question;

/// The comparators.
fn comparators() -> [Box<dyn AnyEstimator>; 3] {
    [Box::new(Pql::default()), Box::new(Mql::default()), Box::new(Variational::default())]
}

fn estimated(estimator: &dyn AnyEstimator, problem: &Problem) -> Box<dyn Estimated> {
    estimator
        .estimate_any(problem, &mut |_| std::ops::ControlFlow::Continue(()))
        .unwrap_or_else(|error| panic!("{}: {error}", estimator.name()))
}

fn laplace(problem: &Problem) -> Box<dyn Estimated> {
    estimated(&Laplace::default(), problem)
}

/// The largest distance between two answers: coefficients in standard errors, log standard deviations and log θ.
fn apart(one: &dyn Estimated, other: &dyn Estimated) -> f64 {
    let coefficients = one.coefficients().iter().zip(other.coefficients());
    let coefficients = coefficients.map(|(a, b)| (a.estimate - b.estimate).abs() / a.std_error);
    let levels = one.levels().iter().zip(other.levels());
    let levels = levels.map(|(a, b)| match (a.sd.estimate(), b.sd.estimate()) {
        (0.0, 0.0) => 0.0,
        (a, b) => (a / b).ln().abs(),
    });
    let theta = match (one.dispersion().theta(), other.dispersion().theta()) {
        (Some(a), Some(b)) => (a / b).ln().abs(),
        (None, None) => 0.0,
        _ => f64::INFINITY,
    };
    coefficients.chain(levels).chain([theta]).fold(0.0, f64::max)
}

/// Questions of every kind of model.
fn questions() -> Vec<Question> {
    let row_effect = |question: Question| Question { model: question.model.clone().row_effect(), ..question };
    vec![tables::poisson(1), tables::neg_bin2(2), row_effect(tables::poisson(3))]
}
