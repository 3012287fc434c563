//! What packages answered, held against our maxima.

use super::questions::{Asked, Treatment};
use crate::certified::Miss;
use crate::distance::in_std_errors;
use crate::estimators::{Contestant, log_likelihood, reference};
use crate::measure::{Outcome, guarded};
use nestcount::estimate::Parameters;
use nestcount::estimator::{Estimated, Estimator, Laplace};
use nestcount::simulate::Scatter;
use nestcount::{Fit, Options, Problem};
use serde::{Deserialize, Serialize};

/// The variant of a package that maximises the exact log-likelihood, of one level.
const QUADRATURE: &str = "quadrature";

/// One fit as a package writes it.
#[derive(Debug, Deserialize)]
pub(super) struct Given {
    question: String,
    variant: String,
    #[serde(flatten)]
    outcome: Answer,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Answer {
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

/// What a fit maximises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    Laplace,
    Exact,
}

/// One fit beside the maxima.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PeerRecord {
    pub(crate) table: String,
    pub(crate) package: String,
    pub(crate) variant: String,
    pub(crate) treatment: Treatment,
    /// Whether the table has counts known by their bounds.
    pub(crate) withheld: bool,
    /// Absent for what maximises neither.
    pub(crate) target: Option<Target>,
    pub(crate) failure: Option<String>,
    pub(crate) found: Option<Found>,
}

/// Where a fit ended.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Found {
    pub(crate) seconds: f64,
    pub(crate) parameters: FoundParameters,
    /// The log-likelihood as the package gives it, less ours of what it maximises at its estimates; of the same counts only.
    pub(crate) own_beside_ours: Option<f64>,
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
    laplace: Option<Fit>,
    exact: Option<Box<dyn Estimated>>,
    exact_log_likelihood: Option<f64>,
}

impl<'a> Maxima<'a> {
    pub(super) fn of(asked: &'a Asked<'a>, contestants: &[Contestant]) -> Self {
        let laplace = guarded(|| Laplace::default().estimate(&asked.problem)).ok();
        let exact = contestants[reference(contestants)].answer(&asked.problem).ok();
        let exact_log_likelihood = match asked.certified {
            Some(table) => Some(table.log_likelihood),
            None => exact.as_ref().and_then(|answer| at_exact(&asked.problem, &answer.parameters())),
        };
        Maxima { asked, laplace, exact, exact_log_likelihood }
    }

    /// `own` is the log-likelihood as a package gives it, with what it is the logarithm of.
    fn found(&self, at: &Parameters, seconds: f64, own: Option<(f64, Target)>) -> Found {
        let (problem, fit) = (&self.asked.problem, self.laplace.as_ref());
        let (laplace, exact) = (at_laplace(problem, at), at_exact(problem, at));
        let own_beside_ours = own.and_then(|(own, target)| match target {
            Target::Laplace => Some(own - laplace?),
            Target::Exact => Some(own - exact?),
        });
        Found {
            seconds,
            parameters: FoundParameters::of(at),
            own_beside_ours,
            short_of_laplace: fit.zip(laplace).map(|(fit, found)| fit.log_likelihood() - found),
            from_laplace: fit.map(|fit| in_std_errors(at, fit)),
            short_of_exact: self.exact_log_likelihood.zip(exact).map(|(best, found)| best - found),
            from_exact: match self.asked.certified {
                Some(table) => Some(Miss::of(table, at, seconds).std_errors),
                None => self.exact.as_ref().map(|answer| in_std_errors(at, answer.as_ref())),
            },
            note: None,
        }
    }

    fn record(&self, package: &str, variant: &str, found: Outcome<Found>) -> PeerRecord {
        PeerRecord {
            table: self.asked.name.clone(),
            package: package.into(),
            variant: variant.into(),
            treatment: Treatment::None,
            withheld: self.asked.problem.n_coarse() > 0,
            target: None,
            failure: found.as_ref().err().cloned(),
            found: found.ok(),
        }
    }
}

impl FoundParameters {
    fn of(at: &Parameters) -> Self {
        let theta = match at.scatter {
            Scatter::NegBin2 { theta } => Some(theta),
            Scatter::Poisson => None,
        };
        let sds = at.variances.iter().map(|variance| variance.sqrt()).collect();
        FoundParameters { coefficients: at.coefficients.clone(), sds, theta }
    }
}

fn at_laplace(problem: &Problem, at: &Parameters) -> Option<f64> {
    problem.likelihood(&Options::default()).value(at).ok()
}

fn at_exact(problem: &Problem, at: &Parameters) -> Option<f64> {
    guarded(|| log_likelihood(problem, at)).ok()
}

/// Our own estimators on the same tables.
pub(super) fn own(maxima: &[Maxima<'_>], contestants: &[Contestant]) -> Vec<PeerRecord> {
    let of = |maxima: &Maxima<'_>| -> Vec<PeerRecord> {
        let meant = contestants.iter().filter(|contestant| contestant.takes(&maxima.asked.problem));
        meant.map(|contestant| own_record(maxima, contestant)).collect()
    };
    maxima.iter().flat_map(of).collect()
}

fn own_record(maxima: &Maxima<'_>, contestant: &Contestant) -> PeerRecord {
    let fit = contestant.fit(&maxima.asked.problem);
    let found = fit.outcome.map(|answer| maxima.found(&answer.parameters(), fit.seconds, None));
    let target = match contestant.name() {
        "laplace" => Some(Target::Laplace),
        "exact" => Some(Target::Exact),
        _ => None,
    };
    PeerRecord { target, ..maxima.record("nestcount", contestant.name(), found) }
}

/// A package's answers as records.
pub(super) fn peer(package: &str, given: &[Given], maxima: &[Maxima<'_>]) -> Vec<PeerRecord> {
    let mut records = Vec::new();
    for maxima in maxima {
        for version in maxima.asked.versions() {
            let answers = given.iter().filter(|given| given.question == version.name);
            records.extend(answers.map(|given| peer_record(package, given, version.treatment, maxima)));
        }
    }
    records
}

fn peer_record(package: &str, given: &Given, treatment: Treatment, maxima: &Maxima<'_>) -> PeerRecord {
    let target = if given.variant == QUADRATURE { Target::Exact } else { Target::Laplace };
    let found = match &given.outcome {
        Answer::Failure { failure } => Err(failure.clone()),
        Answer::Fit { coefficients, sds, theta, log_likelihood, seconds, note } => {
            let own = log_likelihood.filter(|_| treatment == Treatment::None).map(|own| (own, target));
            let at = parameters(coefficients, sds, *theta);
            let at = at.ok_or_else(|| "a parameter that is no number".to_string());
            at.map(|at| Found { note: note.clone(), ..maxima.found(&at, *seconds, own) })
        }
    };
    PeerRecord { treatment, target: Some(target), ..maxima.record(package, &given.variant, found) }
}

fn parameters(coefficients: &[Option<f64>], sds: &[Option<f64>], theta: Option<f64>) -> Option<Parameters> {
    let coefficients: Option<Vec<f64>> = coefficients.iter().copied().collect();
    let variances: Option<Vec<f64>> = sds.iter().map(|sd| sd.map(|sd| sd * sd)).collect();
    let scatter = theta.map_or(Scatter::Poisson, |theta| Scatter::NegBin2 { theta });
    Some(Parameters { coefficients: coefficients?, variances: variances?, scatter })
}
