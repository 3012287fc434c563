//! The result as JSON.

use crate::arguments::Arguments;
use nestcount::infer::{AreaEffect, Coefficient, Dispersion, Fit, LevelVariance};
use nestcount::progress::BestPoint;
use serde::Serialize;
use std::ops::Not;

/// A fit.
#[derive(Serialize)]
pub(crate) struct Answer<'a> {
    family: String,
    n_rows: usize,
    n_dropped: usize,
    loglik: f64,
    aic: f64,
    bic: f64,
    theta: Option<f64>,
    #[serde(skip_serializing_if = "Not::not")]
    poisson_limit: bool,
    fixed: Vec<Fixed<'a>>,
    random: Vec<Random<'a>>,
    converged: bool,
    evaluations: usize,
    gradient: f64,
    fit_seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    areas: Option<Vec<Area<'a>>>,
}

#[derive(Serialize)]
struct Fixed<'a> {
    term: &'a str,
    estimate: f64,
    std_error: f64,
}

#[derive(Serialize)]
struct Random<'a> {
    level: &'a str,
    n_areas: usize,
    sd: f64,
    sd_std_error: Option<f64>,
}

#[derive(Serialize)]
struct Area<'a> {
    level: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a [String]>,
    effect: f64,
    sd: f64,
    sd_given_parameters: f64,
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
    pub(crate) fn new(asked: &Arguments, fit: &'a Fit, fit_seconds: f64) -> Self {
        Answer {
            family: fit.family().to_string(),
            n_rows: fit.n_rows(),
            n_dropped: fit.n_read() - fit.n_rows(),
            loglik: fit.log_likelihood(),
            aic: fit.aic(),
            bic: fit.bic(),
            theta: fit.dispersion().theta(),
            poisson_limit: matches!(fit.dispersion(), Dispersion::PoissonLimit { .. }),
            fixed: fit.coefficients().iter().map(Fixed::new).collect(),
            random: fit.levels().iter().map(Random::new).collect(),
            converged: true,
            evaluations: fit.certificate().evaluations,
            gradient: fit.certificate().gradient,
            fit_seconds,
            areas: asked.areas.then(|| areas(asked, fit)),
        }
    }
}

impl<'a> Fixed<'a> {
    fn new(coefficient: &'a Coefficient) -> Self {
        let Coefficient { term, estimate, std_error } = coefficient;
        Fixed { term, estimate: *estimate, std_error: *std_error }
    }
}

impl<'a> Random<'a> {
    fn new(level: &'a LevelVariance) -> Self {
        let LevelVariance { level, n_areas, sd } = level;
        Random { level, n_areas: *n_areas, sd: sd.estimate(), sd_std_error: sd.std_error() }
    }
}

/// Every area of every level with a random intercept, coarsest level first.
fn areas<'a>(asked: &Arguments, fit: &'a Fit) -> Vec<Area<'a>> {
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
        sd_given_parameters: area.sd_given_parameters,
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
