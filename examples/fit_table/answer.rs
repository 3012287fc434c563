//! The result as JSON.

mod pooled;

use crate::arguments::{self, Arguments};
use crate::treatment::Treated;
use nestcount::Fit;
use nestcount::estimator::{Estimated, Posterior, Sampler};
use nestcount::infer::{
    Approximation, AreaEffect, Coefficient, Confidence, Dispersion, ImpliedStep, Interval, LevelVariance,
    Parameter,
};
use nestcount::progress::BestPoint;
use serde::Serialize;
use std::ops::Not;

/// A fit.
#[derive(Serialize)]
pub(crate) struct Answer<'a> {
    estimator: String,
    family: String,
    n_rows: usize,
    n_dropped: usize,
    /// Rows that the fit takes as known in part only: withheld, rounded or bounded.
    n_interval: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    imputations: Option<usize>,
    /// Rows in the fit whose count was withheld, whatever was made of it; with bounds, those without an exact count.
    n_withheld: usize,
    /// With imputed counts, this and the criteria are those of the interval fit that the draws start from; null where
    /// determinants were imputed.
    loglik: Option<f64>,
    /// The error of an exact log-likelihood, by refinement.
    #[serde(skip_serializing_if = "Option::is_none")]
    loglik_error: Option<f64>,
    /// Of the log-likelihood, where that is all there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    lower_bound: Option<f64>,
    aic: Option<f64>,
    bic: Option<f64>,
    theta: Option<f64>,
    #[serde(skip_serializing_if = "Not::not")]
    poisson_limit: bool,
    fixed: Vec<Fixed<'a>>,
    random: Vec<Random<'a>>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    gauge: Option<Gauged>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    draws: Option<Drawn>,
    /// False where the draws of a posterior are not to be believed.
    converged: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluations: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gradient: Option<f64>,
    fit_seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    areas: Option<Vec<Area<'a>>>,
}

/// How far Laplace's estimates may be off.
#[derive(Serialize)]
struct Gauged {
    /// The next term of the expansion, about the error of the log-likelihood.
    epsilon: f64,
    /// Largest step of a parameter that it implies, in standard errors.
    gauge: f64,
    gauge_parameter: String,
}

/// What only a posterior has.
#[derive(Serialize)]
struct Drawn {
    ess: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pareto_k: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_evidence: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    theta_interval: Option<Interval95>,
}

/// A central 95 % interval of the posterior.
#[derive(Serialize)]
struct Interval95 {
    low: f64,
    high: f64,
}

#[derive(Serialize)]
struct Fixed<'a> {
    term: &'a str,
    estimate: f64,
    std_error: f64,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pooled: Option<Missing>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    interval: Option<Interval95>,
}

/// What only pooled numbers have.
#[derive(Serialize)]
struct Missing {
    /// Fraction of missing information.
    fmi: f64,
    /// Degrees of freedom; null where they are infinite.
    df: Option<f64>,
}

#[derive(Serialize)]
struct Random<'a> {
    level: &'a str,
    n_areas: usize,
    sd: f64,
    sd_std_error: Option<f64>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pooled: Option<Missing>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    interval: Option<Interval95>,
}

#[derive(Serialize)]
struct Area<'a> {
    level: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a [String]>,
    effect: f64,
    sd: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sd_given_parameters: Option<f64>,
}

/// A maximisation that ended before its criterion was met.
#[derive(Serialize)]
pub(crate) struct Unfinished {
    converged: bool,
    family: String,
    error: String,
    loglik: f64,
    evaluations: usize,
}

impl<'a> Answer<'a> {
    pub(crate) fn new(asked: &Arguments, treated: &'a Treated) -> Self {
        let Treated { estimates, n_rows, n_read, n_interval, n_withheld, seconds, .. } = treated;
        let (common, fit, posterior) = (estimates.common(), estimates.fit(), estimates.posterior());
        let of_this_data = fit.filter(|_| asked.missing != arguments::Missing::Impute);
        let interval = |parameter| posterior.and_then(|posterior| Interval95::of(posterior, parameter));
        let fixed = |c: &'a Coefficient| {
            let interval = interval(Parameter::Coefficient(c.term.clone()));
            Fixed { interval, ..Fixed::new(c) }
        };
        let random = |level: &'a LevelVariance| {
            let interval = interval(Parameter::Sd(level.level.clone()));
            Random { interval, ..Random::new(level) }
        };
        Answer {
            estimator: asked.estimation.estimator.to_string(),
            family: asked.family().to_string(),
            n_rows: *n_rows,
            n_dropped: n_read - n_rows,
            n_interval: *n_interval,
            imputations: None,
            n_withheld: *n_withheld,
            loglik: of_this_data.map(Fit::log_likelihood),
            loglik_error: of_this_data.and_then(error_of_log_likelihood),
            lower_bound: estimates.lower_bound(),
            aic: of_this_data.map(Fit::aic),
            bic: of_this_data.map(Fit::bic),
            theta: common.dispersion().theta(),
            poisson_limit: matches!(common.dispersion(), Dispersion::PoissonLimit { .. }),
            fixed: common.coefficients().iter().map(fixed).collect(),
            random: common.levels().iter().map(random).collect(),
            gauge: of_this_data.and_then(Gauged::of),
            draws: posterior.map(Drawn::of),
            converged: estimates.doubt().is_none(),
            evaluations: fit.map(|fit| fit.certificate().evaluations),
            gradient: fit.map(|fit| fit.certificate().gradient),
            fit_seconds: *seconds,
            areas: asked.areas.then(|| areas(asked, common)),
        }
    }
}

fn error_of_log_likelihood(fit: &Fit) -> Option<f64> {
    match fit.approximation() {
        Approximation::Exact { error } => Some(*error),
        _ => None,
    }
}

impl Gauged {
    fn of(fit: &Fit) -> Option<Self> {
        let Approximation::Laplace { gauge } = fit.approximation() else { return None };
        let ImpliedStep { parameter, std_errors } = &gauge.largest;
        Some(Gauged {
            epsilon: gauge.epsilon,
            gauge: std_errors.abs(),
            gauge_parameter: parameter.to_string(),
        })
    }
}

impl Drawn {
    fn of(posterior: &Posterior) -> Self {
        let sampler = posterior.sampler();
        Drawn {
            ess: sampler.effective(),
            pareto_k: match sampler {
                Sampler::Importance(sampling) => Some(sampling.pareto_k),
                _ => None,
            },
            log_evidence: posterior.log_evidence().map(|evidence| evidence.estimate),
            theta_interval: Interval95::of(posterior, Parameter::Theta),
        }
    }
}

impl Interval95 {
    fn of(posterior: &Posterior, parameter: Parameter) -> Option<Self> {
        let Interval { low, high } = posterior.interval(&parameter, Confidence::P95).ok()?;
        Some(Interval95 { low, high })
    }
}

impl<'a> Fixed<'a> {
    fn new(coefficient: &'a Coefficient) -> Self {
        let Coefficient { term, estimate, std_error } = coefficient;
        Fixed { term, estimate: *estimate, std_error: *std_error, pooled: None, interval: None }
    }
}

impl<'a> Random<'a> {
    fn new(level: &'a LevelVariance) -> Self {
        let LevelVariance { level, n_areas, sd } = level;
        Random {
            level,
            n_areas: *n_areas,
            sd: sd.estimate(),
            sd_std_error: sd.std_error(),
            pooled: None,
            interval: None,
        }
    }
}

/// Every area of every level with a random intercept, coarsest level first.
fn areas<'a>(asked: &Arguments, fit: &'a dyn Estimated) -> Vec<Area<'a>> {
    let of_level = |level: &'a LevelVariance| {
        let effects = fit.area_effects(&level.level).unwrap_or(&[]).iter();
        effects.map(|effect| area(asked, &level.level, effect))
    };
    fit.levels().iter().flat_map(of_level).collect()
}

fn area<'a>(asked: &Arguments, level: &'a str, area: &'a AreaEffect) -> Area<'a> {
    Area {
        level,
        code: area.code(),
        path: asked.nested_codes.then_some(&area.path),
        effect: area.effect,
        sd: area.sd,
        sd_given_parameters: Some(area.sd_given_parameters),
    }
}

impl Unfinished {
    pub(crate) fn new(asked: &Arguments, error: &nestcount::Error, best: &BestPoint) -> Self {
        Unfinished {
            converged: false,
            family: asked.family().to_string(),
            error: error.to_string(),
            loglik: best.log_likelihood,
            evaluations: best.trace.len(),
        }
    }
}
