//! Where importance weights cannot be trusted in either round.

use crate::question::Question;
use nestcount::determinant::Determinants;
use nestcount::estimator::{Bayes, Estimator, Marginal, Priors, SdPrior};
use nestcount::table::{Column, Table};
use nestcount::{Model, Problem};

/// Areas of which each has one count: their standard deviation may be nearly anything, and how well the intercept is known
/// depends on it.
fn funnel(counts: &[f64]) -> Problem {
    let codes = (0..counts.len()).map(|area| area.to_string()).collect();
    let table = Table::new()
        .with_column("area", Column::Text(codes))
        .unwrap()
        .with_column("count", Column::Numbers(counts.iter().copied().map(Some).collect()))
        .unwrap();
    let question = Question {
        table,
        levels: vec!["area"],
        count: "count",
        exposure: None,
        determinants: Determinants::new(),
        model: Model::poisson().random_intercept("area"),
    };
    question.problem().unwrap()
}

#[test]
fn explore() {
    for counts in [&[3.0, 9.0][..], &[30.0, 9.0, 14.0], &[2.0, 0.0, 1.0], &[100.0, 120.0], &[5.0, 6.0, 400.0]]
    {
        for scale in [2.0, 10.0, 50.0] {
            for marginal in [Marginal::Laplace, Marginal::SecondOrder] {
                for proposals in [100, 500, 2000, 8000] {
                    let priors = Priors::default().sd(SdPrior::HalfNormal { scale });
                    let bayes = Bayes { priors, proposals, marginal, ..Bayes::default() };
                    match bayes.estimate(&funnel(counts)) {
                        Ok(posterior) => println!(
                            "{counts:?} {scale} {marginal:?} {proposals} {:?} {:?}",
                            posterior.sampler(),
                            posterior.reliability()
                        ),
                        Err(error) => println!("{counts:?} {scale} {marginal:?} {proposals} {error}"),
                    }
                }
            }
        }
    }
}
