//! The estimators under test, the one they are held against, and the log-likelihood that judges all.

use crate::measure::{Measured, Outcome, guarded, measured};
use nestcount::estimate::{Orders, Parameters};
use nestcount::estimator::{
    AnyEstimator, Bayes, Estimated, Estimator, Exact, Laplace, Lognormal, Mql, Pql, Reliability, SecondOrder,
    Variational,
};
use nestcount::{Problem, Result};
use std::ops::ControlFlow;

/// The estimator from whose estimates distances are counted.
pub(crate) const REFERENCE: &str = "exact";
/// What the judge computes, for the report.
pub(crate) const JUDGE: &str = "exact";

/// Proposals of the importance sampling: a fifth of the default, for speed.
const PROPOSALS: usize = 2_000;

/// One estimator of the comparison.
pub(crate) struct Contestant {
    estimator: Box<dyn Asked>,
    /// Only problems whose rows have effects are for it.
    for_row_effects: bool,
    /// Runs on a share of the tables only, for its price.
    pub(crate) dear: bool,
}

/// Everything that is compared: one line each.
pub(crate) fn all() -> Vec<Contestant> {
    let one = |estimator| Contestant { estimator, for_row_effects: false, dear: false };
    vec![
        one(Box::new(Plain(Laplace::default()))),
        one(Box::new(Plain(SecondOrder::default()))),
        one(Box::new(Plain(Exact::default()))),
        Contestant { for_row_effects: true, ..one(Box::new(Plain(Lognormal::default()))) },
        one(Box::new(Plain(Pql::default()))),
        one(Box::new(Plain(Mql::default()))),
        one(Box::new(Plain(Variational::default()))),
        Contestant { dear: true, ..one(Box::new(Bayes { proposals: PROPOSALS, ..Bayes::default() })) },
    ]
}

impl Contestant {
    pub(crate) fn name(&self) -> &str {
        self.estimator.name()
    }

    /// Whether it is meant for such problems at all.
    pub(crate) fn takes(&self, problem: &Problem) -> bool {
        !self.for_row_effects || problem.levels().contains(&"row")
    }

    pub(crate) fn answer(&self, problem: &Problem) -> Outcome<Box<dyn Estimated>> {
        self.estimator.answer(problem)
    }

    /// One fit, measured.
    pub(crate) fn fit(&self, problem: &Problem) -> Measured<Box<dyn Estimated>> {
        measured(|| self.answer(problem))
    }
}

trait Asked {
    fn name(&self) -> &str;

    fn answer(&self, problem: &Problem) -> Outcome<Box<dyn Estimated>>;
}

/// An estimator whose errors are its only failures.
struct Plain<E>(E);

impl<E: AnyEstimator> Asked for Plain<E> {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn answer(&self, problem: &Problem) -> Outcome<Box<dyn Estimated>> {
        guarded(|| self.0.estimate_any(problem, &mut |_| ControlFlow::Continue(())))
    }
}

/// A posterior that says of itself that it is not to be believed counts as a failure.
impl Asked for Bayes {
    fn name(&self) -> &str {
        Estimator::name(self)
    }

    fn answer(&self, problem: &Problem) -> Outcome<Box<dyn Estimated>> {
        let posterior = guarded(|| self.estimate(problem))?;
        match posterior.reliability() {
            Reliability::Reliable => Ok(Box::new(posterior)),
            Reliability::Unreliable(_) => Err("unreliable".into()),
        }
    }
}

/// The log-likelihood at given parameters, by which all estimates are judged, whatever they maximised themselves.
pub(crate) fn log_likelihood(problem: &Problem, at: &Parameters) -> Result<f64> {
    problem.exact_likelihood(&Orders::default())?.value(at)
}

/// Where the reference stands in the list.
pub(crate) fn reference(contestants: &[Contestant]) -> usize {
    contestants.iter().position(|contestant| contestant.name() == REFERENCE).unwrap_or(0)
}

/// Of those that are wanted.
pub(crate) fn names(wanted: fn(&Contestant) -> bool) -> Vec<String> {
    all().iter().filter(|one| wanted(one)).map(|contestant| contestant.name().to_string()).collect()
}
