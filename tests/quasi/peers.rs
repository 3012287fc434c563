//! Penalised quasi-likelihood against `glmmPQL` of MASS (`tests/data/quasi/glmmpql.R`).

use crate::question::Question;
use nestcount::Model;
use nestcount::determinant::Determinants;
use nestcount::estimator::{Estimated, Estimator, Pql};
use nestcount::table::Table;
use serde::Deserialize;
use std::fs::File;
use std::path::Path;

#[derive(Deserialize)]
struct Answer {
    coefficients: Vec<f64>,
    sds: Vec<f64>,
    region: Vec<f64>,
    town: Vec<f64>,
    town_code: Vec<String>,
}

#[test]
fn penalised_quasi_likelihood_is_glmm_pql_with_its_residual_scale_at_1() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/quasi");
    let answer: Answer = serde_json::from_reader(File::open(folder.join("glmmpql.json")).unwrap()).unwrap();
    let question = Question {
        table: Table::from_csv(File::open(folder.join("counts.csv")).unwrap()).unwrap(),
        levels: vec!["region", "town"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new().numeric("x"),
        model: Model::poisson().random_intercept("region").random_intercept("town"),
    };
    let ours = Pql::default().estimate(&question.problem().unwrap()).unwrap();
    for (ours, theirs) in ours.coefficients().iter().zip(&answer.coefficients) {
        let far = (ours.estimate - theirs).abs() / ours.std_error;
        assert!(far < 1e-5, "{}: {far:e} standard errors", ours.term);
    }
    for (ours, theirs) in ours.levels().iter().zip(&answer.sds) {
        let far = (ours.sd.estimate() / theirs - 1.0).abs();
        assert!(far < 1e-5, "{}: {far:e}", ours.level);
    }
    let towns = ours.area_effects("town").unwrap();
    assert_eq!(towns.len(), answer.town.len());
    for town in towns {
        let at = answer.town_code.iter().position(|code| code == town.code()).unwrap();
        assert!((town.effect - answer.town[at]).abs() < 1e-5 * town.sd, "{}", town.code());
    }
    let regions = ours.area_effects("region").unwrap();
    for (region, theirs) in regions.iter().zip(&answer.region) {
        assert!((region.effect - theirs).abs() < 1e-5 * region.sd, "{}", region.code());
    }
}
