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

/// One of their parameters: ours, and the unit in which they have it.
struct Theirs {
    parameter: Parameter,
    unit: fn(f64) -> f64,
}

fn same(parameter: Parameter) -> Theirs {
    Theirs { parameter, unit: |x| x }
}

fn log(parameter: Parameter) -> Theirs {
    Theirs { parameter, unit: f64::ln }
}

/// The largest distance of an end, in half widths of its interval.
fn farthest(ours: &Profiles, theirs: &Value, parameters: &[Theirs]) -> f64 {
    let rows = theirs.as_array().unwrap();
    assert_eq!(rows.len(), parameters.len());
    let mut farthest = 0.0f64;
    for (row, Theirs { parameter, unit }) in rows.iter().zip(parameters) {
        let (low, high) = (row["low"].as_f64().unwrap(), row["high"].as_f64().unwrap());
        let (our_low, our_high) = ends(ours, parameter, *unit);
        let far = (our_low - low).abs().max((our_high - high).abs()) / (0.5 * (high - low));
        println!("  {parameter}: {our_low:.7} {our_high:.7} theirs {low:.7} {high:.7}, {far:.1e}");
        farthest = farthest.max(far);
    }
    farthest
}

fn theirs() -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder().join("profiles.json")).unwrap()).unwrap()
}

fn of_glmmtmb(theta: bool) -> Vec<Theirs> {
    let coefficients = ["(Intercept)", "x", "z"].into_iter().map(|term| same(coefficient(term)));
    let theta = theta.then(|| log(Parameter::Theta));
    coefficients.chain(theta).chain([log(sd("region")), log(sd("town"))]).collect()
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
fn ends_are_near_those_of_lme4() {
    let parameters = [
        same(sd("town")),
        same(sd("region")),
        same(coefficient("(Intercept)")),
        same(coefficient("x")),
        same(coefficient("z")),
    ];
    let far = farthest(&profiles(Model::poisson(), "poisson").1, &theirs()["lme4_poisson"], &parameters);
    println!("at most {far:.1e} half widths from lme4");
    assert!(far < 1e-3, "{far}");
}
