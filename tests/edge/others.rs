//! Profile intervals against those of glmmTMB and lme4; tests/data/edge/profiles.R made them.

use crate::question::Question;
use nestcount::determinant::Determinants;
use nestcount::infer::{Confidence, Parameter, Profiles, Profiling};
use nestcount::table::Table;
use nestcount::{Model, Options};
use serde_json::Value;

fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/edge")
}

fn profiles(model: Model, count: &'static str) -> (f64, Profiles) {
    let question = Question {
        table: Table::from_csv(std::fs::File::open(folder().join("table.csv")).unwrap()).unwrap(),
        levels: vec!["region", "town"],
        count,
        exposure: Some("exposure"),
        determinants: Determinants::new().numeric("x").numeric("z"),
        model: model.random_intercept("region").random_intercept("town"),
    };
    let problem = question.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let wanted = Profiling::intervals(Confidence::P95);
    (fit.log_likelihood(), fit.profile(&problem, &Options::default(), wanted).unwrap())
}

/// Our ends of a parameter in the other's unit.
fn ends(ours: &Profiles, parameter: &Parameter, unit: fn(f64) -> f64) -> (f64, f64) {
    let interval = ours.interval(parameter).unwrap();
    (unit(interval.low.value().unwrap()), unit(interval.high.value().unwrap()))
}

fn coefficient(term: &str) -> Parameter {
    Parameter::Coefficient(term.into())
}

fn sd(level: &str) -> Parameter {
    Parameter::Sd(level.into())
}

fn same(x: f64) -> f64 {
    x
}

/// The largest distance of an end, in half widths of its interval.
fn farthest(ours: &Profiles, theirs: &Value, parameters: &[(Parameter, fn(f64) -> f64)]) -> f64 {
    let theirs = theirs.as_array().unwrap();
    assert_eq!(theirs.len(), parameters.len());
    let distance = |(row, (parameter, unit)): (&Value, &(Parameter, fn(f64) -> f64))| {
        let (low, high) = (row["low"].as_f64().unwrap(), row["high"].as_f64().unwrap());
        let (our_low, our_high) = ends(ours, parameter, *unit);
        let far = (our_low - low).abs().max((our_high - high).abs()) / (0.5 * (high - low));
        println!("  {parameter}: {our_low:.7} {our_high:.7} theirs {low:.7} {high:.7}, {far:.1e}");
        far
    };
    theirs.iter().zip(parameters).map(distance).fold(0.0, f64::max)
}

fn theirs() -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder().join("profiles.json")).unwrap()).unwrap()
}

fn of_glmmtmb(theta: bool) -> Vec<(Parameter, fn(f64) -> f64)> {
    let mut all: Vec<(Parameter, fn(f64) -> f64)> = ["(Intercept)", "x", "z"]
        .into_iter()
        .map(|term| (coefficient(term), same as fn(f64) -> f64))
        .collect();
    if theta {
        all.push((Parameter::Theta, f64::ln));
    }
    all.push((sd("region"), f64::ln));
    all.push((sd("town"), f64::ln));
    all
}

#[test]
fn ends_are_those_of_glmmtmbs_likelihood() {
    let theirs = theirs();
    for (model, count, theta) in [(Model::poisson(), "poisson", false), (Model::neg_bin2(), "nb2", true)] {
        let (log_likelihood, ours) = profiles(model, count);
        let expected = theirs["log_likelihood"][count].as_f64().unwrap();
        assert!((log_likelihood - expected).abs() < 1e-6, "{count}: {log_likelihood} {expected}");
        let far = farthest(&ours, &theirs[format!("glmmTMB_{count}")], &of_glmmtmb(theta));
        println!("{count}: at most {far:.1e} half widths from the roots of glmmTMB's deviance");
        assert!(far < 1e-5, "{count}: {far}");
    }
}

#[test]
fn ends_are_near_those_that_glmmtmb_reads_off_a_spline() {
    let theirs = theirs();
    for (model, count, theta) in [(Model::poisson(), "poisson", false), (Model::neg_bin2(), "nb2", true)] {
        let spline = &theirs[format!("glmmTMB_spline_{count}")];
        if spline.as_array().is_none_or(Vec::is_empty) {
            // it found no spline for this table
            continue;
        }
        let far = farthest(&profiles(model, count).1, spline, &of_glmmtmb(theta));
        println!("{count}: at most {far:.1e} half widths from glmmTMB's spline");
        assert!(far < 1e-2, "{count}: {far}");
    }
}

#[test]
fn ends_are_near_those_of_lme4() {
    let parameters: [(Parameter, fn(f64) -> f64); 5] = [
        (sd("town"), same),
        (sd("region"), same),
        (coefficient("(Intercept)"), same),
        (coefficient("x"), same),
        (coefficient("z"), same),
    ];
    let far = farthest(&profiles(Model::poisson(), "poisson").1, &theirs()["lme4_poisson"], &parameters);
    println!("at most {far:.1e} half widths from lme4");
    assert!(far < 1e-3, "{far}");
}
