//! The Gaussian comparator against lme4, on a simulated table (`tests/data/compare/lme4.R`).
#![cfg(feature = "csv")]
#![allow(clippy::unwrap_used)]

use approx::assert_relative_eq;
use nestcount::area::{CodeScope, Placement};
use nestcount::compare::{Criterion, LinearEffect, LinearFit, LinearModel, Response};
use nestcount::count::Exposure;
use nestcount::determinant::{Design, Determinants};
use nestcount::table::Table;
use serde::Deserialize;
use std::fs::File;
use std::path::Path;

#[derive(Deserialize)]
struct Answers {
    ml: Answer,
    reml: Answer,
    weighted: Answer,
    predicted: Predicted,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
struct Answer {
    #[serde(rename = "logLik")]
    log_likelihood: f64,
    coefficients: Vec<f64>,
    std_errors: Vec<f64>,
    sd_region: f64,
    sd_gemeente: f64,
    sd_residual: f64,
    region: Group,
    gemeente: Group,
    conditional: Vec<f64>,
}

#[derive(Deserialize)]
struct Group {
    code: Vec<String>,
    effect: Vec<f64>,
    sd: Vec<f64>,
}

#[derive(Deserialize)]
struct Predicted {
    #[serde(rename = "logLik")]
    log_likelihood: f64,
    conditional: Vec<f64>,
}

struct Data {
    table: Table,
    placement: Placement,
    answers: Answers,
}

fn data() -> Data {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/compare");
    let table = Table::from_csv(File::open(folder.join("percentages.csv")).unwrap()).unwrap();
    let placement = Placement::from_table(&table, &["region", "gemeente"], CodeScope::Unique).unwrap();
    let answers = std::fs::read_to_string(folder.join("lme4.json")).unwrap();
    Data { table, placement, answers: serde_json::from_str(&answers).unwrap() }
}

impl Data {
    fn design(&self, determinants: &[&str]) -> Design {
        let wanted = determinants.iter().fold(Determinants::new(), |wanted, name| wanted.numeric(name));
        let rows: Vec<usize> = (0..self.placement.n_rows()).collect();
        wanted.build(&self.table, &self.placement, &rows).unwrap()
    }

    fn fit(&self, criterion: Criterion, response: &Response) -> LinearFit {
        let design = self.design(&["income", "bijstand", "small"]);
        model().by(criterion).fit(&self.placement, response, design).unwrap()
    }

    fn percentages(&self) -> Vec<Option<f64>> {
        self.table.numbers("percent").unwrap()
    }
}

fn model() -> LinearModel {
    LinearModel::new().random_intercept("gemeente").random_intercept("region")
}

/// Distances: log-likelihood 1e-8, coefficients and their errors 1e-6 standard errors, standard deviations 1e-6.
fn agrees(fit: &LinearFit, lme4: &Answer) {
    assert_relative_eq!(fit.log_likelihood(), lme4.log_likelihood, epsilon = 1e-8, max_relative = 0.0);
    for (ours, (theirs, error)) in
        fit.coefficients().iter().zip(lme4.coefficients.iter().zip(&lme4.std_errors))
    {
        assert!((ours.estimate - theirs).abs() < 1e-6 * error, "{}: {} {theirs}", ours.term, ours.estimate);
        assert_relative_eq!(ours.std_error, error, max_relative = 1e-6);
    }
    let sds: Vec<f64> = fit.levels().iter().map(|level| level.sd.estimate()).collect();
    assert_relative_eq!(sds[0], lme4.sd_region, epsilon = 1e-6, max_relative = 0.0);
    assert_relative_eq!(sds[1], lme4.sd_gemeente, epsilon = 1e-6, max_relative = 0.0);
    assert_relative_eq!(fit.residual().estimate(), lme4.sd_residual, epsilon = 1e-6, max_relative = 1e-6);
    for (ours, theirs) in fit.expectation().conditional().iter().zip(&lme4.conditional) {
        assert_relative_eq!(ours, theirs, epsilon = 2e-6, max_relative = 0.0);
    }
    alike(&fit.area_effects("region").unwrap(), &lme4.region);
    alike(&fit.area_effects("gemeente").unwrap(), &lme4.gemeente);
}

fn alike(ours: &[LinearEffect], theirs: &Group) {
    assert_eq!(ours.len(), theirs.code.len());
    for ((ours, code), (effect, sd)) in
        ours.iter().zip(&theirs.code).zip(theirs.effect.iter().zip(&theirs.sd))
    {
        assert_eq!(ours.code(), code);
        assert_relative_eq!(ours.effect, effect, epsilon = 1e-6, max_relative = 0.0);
        assert_relative_eq!(ours.sd_given_coefficients, sd, epsilon = 1e-6, max_relative = 0.0);
        assert!(ours.sd >= ours.sd_given_coefficients);
    }
}

#[test]
fn maximum_likelihood_is_that_of_lme4() {
    let data = data();
    let response = Response::new(data.percentages()).unwrap();
    agrees(&data.fit(Criterion::MaximumLikelihood, &response), &data.answers.ml);
}

#[test]
fn restricted_maximum_likelihood_is_that_of_lme4() {
    let data = data();
    let response = Response::new(data.percentages()).unwrap();
    agrees(&data.fit(Criterion::Restricted, &response), &data.answers.reml);
}

#[test]
fn exposures_as_weights_are_those_of_lme4() {
    let data = data();
    let youths = data.table.numbers("youths").unwrap();
    let youths: Vec<Option<Exposure>> =
        youths.into_iter().map(|n| n.and_then(|n| Exposure::new(n).ok())).collect();
    let response = Response::weighted(data.percentages(), &youths).unwrap();
    agrees(&data.fit(Criterion::MaximumLikelihood, &response), &data.answers.weighted);
}

#[test]
fn rows_without_a_response_are_expected_as_lme4_predicts_new_rows() {
    let data = data();
    let small = data.table.numbers("small").unwrap();
    let known = data.percentages().into_iter().zip(small).map(|(y, small)| y.filter(|_| small == Some(0.0)));
    let response = Response::new(known.collect()).unwrap();
    let fit = model().fit(&data.placement, &response, data.design(&["income", "bijstand"])).unwrap();
    let lme4 = &data.answers.predicted;
    assert!(fit.n_rows() < data.placement.n_rows());
    assert_relative_eq!(fit.log_likelihood(), lme4.log_likelihood, epsilon = 1e-8, max_relative = 0.0);
    let expected = fit.expectation().conditional();
    assert_eq!(expected.len(), lme4.conditional.len());
    for (ours, theirs) in expected.iter().zip(&lme4.conditional) {
        assert_relative_eq!(ours, theirs, epsilon = 2e-6, max_relative = 0.0);
    }
}

#[test]
fn what_cannot_be_fitted_is_refused_by_kind() {
    let data = data();
    let fit = |response: Vec<Option<f64>>, determinants: &[&str], model: LinearModel| {
        let response = Response::new(response)?;
        model.fit(&data.placement, &response, data.design(determinants))
    };
    let code = |result: nestcount::Result<LinearFit>| result.unwrap_err().code();
    let all = data.percentages();
    assert_eq!(code(fit(vec![None; all.len()], &["income"], model())), "no-rows");
    assert_eq!(code(fit(all[1..].to_vec(), &["income"], model())), "length");
    assert_eq!(code(fit(all.clone(), &["income"], model().random_intercept("wijk"))), "unknown-level");
    let gemeenten = data.placement.codes(1);
    let within = |codes: &[&str]| -> Vec<Option<f64>> {
        all.iter().zip(&gemeenten).map(|(y, gm)| y.filter(|_| codes.contains(gm))).collect()
    };
    assert_eq!(code(fit(within(&["G001"]), &["income"], model())), "too-few-areas");
    let one_by_region: Vec<&str> = gemeenten.iter().copied().filter(|gm| gm.ends_with('9')).collect();
    let rare = within(&one_by_region);
    assert_eq!(code(fit(rare, &["income"], model())), "confounded-levels");
    // Small wijken only: the mark no longer varies.
    let small = data.table.numbers("small").unwrap();
    let only = all.iter().zip(&small).map(|(y, s)| y.filter(|_| *s == Some(1.0))).collect();
    assert_eq!(code(fit(only, &["income", "small"], model())), "constant");
    let line = data.table.numbers("income").unwrap();
    assert_eq!(code(fit(line, &["income"], model())), "specification");
    let mut seen = std::collections::HashSet::new();
    let first = all.iter().zip(&gemeenten).map(|(y, gm)| y.filter(|_| seen.insert(*gm))).collect();
    assert_eq!(code(fit(first, &["income"], model())), "confounded-levels");
}
