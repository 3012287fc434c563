//! The estimators under test, the one they are held against, and the log-likelihood that judges all.

use nestcount::estimate::Parameters;
use nestcount::estimator::{AnyEstimator, Laplace};
use nestcount::{Options, Problem, Result};

/// The estimator from whose estimates distances are counted.
pub(crate) const REFERENCE: &str = "laplace";
/// What the judge computes, for the report.
pub(crate) const JUDGE: &str = "Laplace";

/// Everything that is compared: one line each.
pub(crate) fn all() -> Vec<Box<dyn AnyEstimator>> {
    vec![Box::new(Laplace::default())]
}

/// The log-likelihood at given parameters, by which all estimates are judged, whatever they maximised themselves.
pub(crate) fn log_likelihood(problem: &Problem, at: &Parameters) -> Result<f64> {
    problem.likelihood(&Options::default()).value(at)
}

pub(crate) fn names(estimators: &[Box<dyn AnyEstimator>]) -> Vec<String> {
    estimators.iter().map(|estimator| estimator.name().to_string()).collect()
}
