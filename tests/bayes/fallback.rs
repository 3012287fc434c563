//! Where importance weights cannot be trusted in either round.

use crate::question::Question;
use nestcount::determinant::Determinants;
use nestcount::estimator::{Bayes, Estimator, Marginal, Posterior, Priors, Sampler, SdPrior};
#[cfg(not(feature = "nuts"))]
use nestcount::estimator::{Doubt, Reliability};
#[cfg(feature = "nuts")]
use nestcount::infer::Parameter;
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

/// Two areas and a prior that hardly holds their standard deviation: the intercept is known the less the larger that is, and
/// no one t lies around both ends of the funnel.
fn posterior() -> Posterior {
    let priors = Priors::default().sd(SdPrior::HalfNormal { scale: 50.0 });
    let bayes =
        Bayes { priors, proposals: 2000, marginal: Marginal::Laplace, threads: 2, ..Bayes::default() };
    bayes.estimate(&funnel(&[3.0, 9.0])).unwrap()
}

#[cfg(not(feature = "nuts"))]
#[test]
fn weights_that_are_bad_in_both_rounds_are_said_to_be() {
    let posterior = posterior();
    let Sampler::Importance(sampling) = posterior.sampler() else { panic!("{:?}", posterior.sampler()) };
    assert_eq!(sampling.rounds, 2);
    let Reliability::Unreliable(Doubt::HeavyWeights { pareto_k, limit }) = posterior.reliability() else {
        panic!("{:?}", posterior.reliability())
    };
    assert!(pareto_k > limit && pareto_k == sampling.pareto_k);
    assert!(posterior.to_string().contains("NOT RELIABLE"));
}

#[cfg(feature = "nuts")]
#[test]
fn where_weights_are_bad_in_both_rounds_chains_answer() {
    let posterior = posterior();
    let Sampler::Chains(chains) = posterior.sampler() else { panic!("{:?}", posterior.sampler()) };
    println!("{chains:?}");
    assert_eq!((chains.chains, chains.draws), (4, 2000));
    assert!(posterior.log_evidence().is_none());
    // half-way between the two areas on the log scale, whatever their standard deviation
    let median = posterior.quantile(&Parameter::Coefficient("(Intercept)".into()), 0.5).unwrap();
    let middle = 0.5 * (3.0f64.ln() + 9.0f64.ln());
    assert!((median - middle).abs() < 0.5, "{median} for {middle}");
    // flat in log sd up to the prior's scale: far more than the two counts differ by
    let large = posterior.quantile(&Parameter::Sd("area".into()), 0.9).unwrap();
    assert!(large > 5.0 && large < 100.0, "{large}");
    let problem = funnel(&[3.0, 9.0]);
    let draws = posterior.draws(&problem, 100, &mut crate::tables::generator(1)).unwrap();
    assert_eq!(draws.area_effects("area").unwrap().dim(), (100, 2));
}
