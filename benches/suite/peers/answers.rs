//! What packages answered, held against our maxima.

use super::questions::Asked;
use crate::certified::Miss;
use crate::distance::from_parameters;
use crate::estimators::{REFERENCE, all, log_likelihood};
use crate::measure::guarded;
use crate::run::fit;
use nestcount::estimate::Parameters;
use nestcount::estimator::{Estimated, Estimator, Laplace};
use nestcount::simulate::Scatter;
use nestcount::{Options, Problem};
use serde::{Deserialize, Serialize};

/// One fit as a package writes it.
#[derive(Debug, Deserialize)]
pub(super) struct Given {
    question: String,
    variant: String,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Outcome {
    Fit {
        coefficients: Vec<Option<f64>>,
        sds: Vec<Option<f64>>,
        theta: Option<f64>,
        log_likelihood: Option<f64>,
        seconds: f64,
        note: Option<String>,
    },
    Failure {
        failure: String,
    },
}

/// One fit beside the maxima.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PeerRecord {
    pub(crate) table: String,
    pub(crate) package: String,
    pub(crate) variant: String,
    pub(crate) failure: Option<String>,
    pub(crate) found: Option<Found>,
}

/// Where a fit ended.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Found {
    pub(crate) seconds: f64,
    pub(crate) parameters: FoundParameters,
    /// The log-likelihood as the package gives it.
    pub(crate) own_log_likelihood: Option<f64>,
    /// Ours, Laplace's, at its estimates.
    pub(crate) laplace_log_likelihood: Option<f64>,
    /// What is missing to the maximum of Laplace's log-likelihood.
    pub(crate) short_of_laplace: Option<f64>,
    /// Largest distance of a parameter from that maximum, in standard errors.
    pub(crate) from_laplace: Option<f64>,
    /// What is missing to the maximum of the exact log-likelihood, by the exact one at its estimates.
    pub(crate) short_of_exact: Option<f64>,
    /// Distance from the exact maximum: the certified one, or the reference's.
    pub(crate) from_exact: Option<f64>,
    /// What the package remarks.
    pub(crate) note: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct FoundParameters {
    pub(crate) coefficients: Vec<f64>,
    pub(crate) sds: Vec<f64>,
    pub(crate) theta: Option<f64>,
}

/// The maxima of a table that answers are held against.
pub(super) struct Maxima<'a> {
    asked: &'a Asked<'a>,
    laplace: Option<Box<dyn Estimated>>,
    laplace_log_likelihood: Option<f64>,
    reference: Option<Box<dyn Estimated>>,
    exact_log_likelihood: Option<f64>,
}

impl<'a> Maxima<'a> {
    pub(super) fn of(asked: &'a Asked<'a>) -> Self {
        let laplace = guarded(|| Laplace::default().estimate(&asked.problem)).ok();
        let laplace_log_likelihood = laplace.as_ref().map(|fit| fit.log_likelihood());
        let reference = all().into_iter().find(|estimator| estimator.name() == REFERENCE);
        let reference = reference.and_then(|estimator| fit(estimator.as_ref(), &asked.problem).outcome.ok());
        let laplace = laplace.map(|fit| Box::new(fit) as Box<dyn Estimated>);
        let exact_log_likelihood = match asked.certified {
            Some(table) => Some(table.log_likelihood),
            None => reference.as_ref().and_then(|answer| exact(&asked.problem, &answer.parameters())),
        };
        Maxima { asked, laplace, laplace_log_likelihood, reference, exact_log_likelihood }
    }

    fn found(&self, at: &Parameters, seconds: f64) -> Found {
        let (laplace, exact) = (laplace(&self.asked.problem, at), exact(&self.asked.problem, at));
        let from = |answer: &Option<Box<dyn Estimated>>| {
            answer.as_ref().map(|answer| from_parameters(at, answer.as_ref()))
        };
        let theta = match at.scatter {
            Scatter::NegBin2 { theta } => Some(theta),
            Scatter::Poisson => None,
        };
        Found {
            seconds,
            parameters: FoundParameters {
                coefficients: at.coefficients.clone(),
                sds: at.variances.iter().map(|v| v.sqrt()).collect(),
                theta,
            },
            own_log_likelihood: None,
            laplace_log_likelihood: laplace,
            short_of_laplace: self.laplace_log_likelihood.zip(laplace).map(|(best, found)| best - found),
            from_laplace: from(&self.laplace),
            short_of_exact: self.exact_log_likelihood.zip(exact).map(|(best, found)| best - found),
            from_exact: match self.asked.certified {
                Some(table) => Some(Miss::of(table, at, seconds).std_errors),
                None => from(&self.reference),
            },
            note: None,
        }
    }
}

fn laplace(problem: &Problem, at: &Parameters) -> Option<f64> {
    problem.likelihood(&Options::default()).value(at).ok()
}

fn exact(problem: &Problem, at: &Parameters) -> Option<f64> {
    guarded(|| log_likelihood(problem, at)).ok()
}

/// Our own estimators on the same tables.
pub(super) fn own(maxima: &[Maxima<'_>]) -> Vec<PeerRecord> {
    maxima.iter().flat_map(own_of).collect()
}

fn own_of(maxima: &Maxima<'_>) -> Vec<PeerRecord> {
    let asked = maxima.asked;
    let record = |estimator: &dyn nestcount::estimator::AnyEstimator| {
        let fit = fit(estimator, &asked.problem);
        let (failure, found) = match fit.outcome {
            Ok(answer) => (None, Some(maxima.found(&answer.parameters(), fit.seconds))),
            Err(kind) => (Some(kind), None),
        };
        let (package, variant) = ("nestcount".to_string(), estimator.name().to_string());
        PeerRecord { table: asked.name.clone(), package, variant, failure, found }
    };
    all().iter().map(|estimator| record(estimator.as_ref())).collect()
}

/// A package's answers as records.
pub(super) fn peer(package: &str, given: &[Given], maxima: &[Maxima<'_>]) -> Vec<PeerRecord> {
    let of = |maxima: &Maxima<'_>| -> Vec<PeerRecord> {
        let answers = given.iter().filter(|given| given.question == maxima.asked.name);
        answers.map(|given| record(package, given, maxima)).collect()
    };
    maxima.iter().flat_map(of).collect()
}

fn record(package: &str, given: &Given, maxima: &Maxima<'_>) -> PeerRecord {
    let (failure, found) = match &given.outcome {
        Outcome::Failure { failure } => (Some(failure.clone()), None),
        Outcome::Fit { coefficients, sds, theta, log_likelihood, seconds, note } => {
            match parameters(coefficients, sds, *theta) {
                Some(at) => {
                    let found = maxima.found(&at, *seconds);
                    let note = note.clone();
                    (None, Some(Found { own_log_likelihood: *log_likelihood, note, ..found }))
                }
                None => (Some("a parameter that is no number".into()), None),
            }
        }
    };
    PeerRecord {
        table: maxima.asked.name.clone(),
        package: package.into(),
        variant: given.variant.clone(),
        failure,
        found,
    }
}

fn parameters(coefficients: &[Option<f64>], sds: &[Option<f64>], theta: Option<f64>) -> Option<Parameters> {
    let coefficients: Option<Vec<f64>> = coefficients.iter().copied().collect();
    let variances: Option<Vec<f64>> = sds.iter().map(|sd| sd.map(|sd| sd * sd)).collect();
    let scatter = theta.map_or(Scatter::Poisson, |theta| Scatter::NegBin2 { theta });
    Some(Parameters { coefficients: coefficients?, variances: variances?, scatter })
}
