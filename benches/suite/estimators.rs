//! The estimators under test, the one they are held against, and the log-likelihood that judges all.

use nestcount::estimate::{Orders, Parameters};
use nestcount::estimator::{AnyEstimator, Bayes, Exact, Laplace, Mql, Pql, SecondOrder, Variational};
use nestcount::{Problem, Result};

/// The estimator from whose estimates distances are counted.
pub(crate) const REFERENCE: &str = "exact";
/// What the judge computes, for the report.
pub(crate) const JUDGE: &str = "exact";

/// Proposals of the importance sampling: a fifth of the default, for speed.
const PROPOSALS: usize = 2_000;

/// Everything that is compared: one line each.
pub(crate) fn all() -> Vec<Box<dyn AnyEstimator>> {
    vec![
        Box::new(Laplace::default()),
        Box::new(SecondOrder::default()),
        Box::new(Exact::default()),
        Box::new(Pql::default()),
        Box::new(Mql::default()),
        Box::new(Variational::default()),
        Box::new(Bayes { proposals: PROPOSALS, ..Bayes::default() }),
    ]
}

/// The log-likelihood at given parameters, by which all estimates are judged, whatever they maximised themselves.
pub(crate) fn log_likelihood(problem: &Problem, at: &Parameters) -> Result<f64> {
    problem.exact_likelihood(&Orders::default())?.value(at)
}

pub(crate) fn names(estimators: &[Box<dyn AnyEstimator>]) -> Vec<String> {
    estimators.iter().map(|estimator| estimator.name().to_string()).collect()
}
