//! Against the adaptive quadrature of lme4, which has one level only.

use crate::cases::{CASES, Case};
use crate::shared::shared;
use nestcount::estimator::{Estimator, Exact};
use nestcount::table::Table;
use serde_json::Value;
use std::fs::File;

/// Relative; lme4's own criterion leaves about this much, and its nine and twenty-five points differ by more.
const SD: f64 = 2e-5;
/// In standard errors.
const COEFFICIENT: f64 = 1e-4;

#[test]
fn maxima_are_those_of_lme4s_twenty_five_points() {
    let Some(folder) = shared("maxima_are_those_of_lme4s_twenty_five_points") else { return };
    let mut compared = 0;
    for case in &CASES {
        let path = folder.join("reference").join(format!("{}.json", case.file));
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let (Some(fine), Some(coarse)) = (file.get("lme4_agq25"), file.get("lme4_agq9")) else { continue };
        compared += 1;
        let table = Table::from_csv(File::open(folder.join(case.table)).unwrap()).unwrap();
        let problem = case.question(table).problem().unwrap();
        let fit = Exact::default().estimate(&problem).unwrap();
        let sd = |name: &str, of: &Value| of["sd"][name].as_f64().unwrap();
        for (theirs, ours) in case.levels {
            let level = fit.levels().iter().find(|level| level.level == *ours).unwrap();
            let far = (level.sd.estimate() / sd(theirs, fine) - 1.0).abs();
            let nine = (sd(theirs, coarse) / sd(theirs, fine) - 1.0).abs();
            println!("{} sd({ours}): {far:.1e} from 25 points, which are {nine:.1e} from 9", case.file);
            assert!(far < SD, "{}: sd({ours}) off by {far:.2e}", case.file);
        }
        for c in fit.coefficients() {
            let wanted = coefficient(case, fine, &c.term);
            let far = (c.estimate - wanted).abs() / c.std_error;
            assert!(far < COEFFICIENT, "{}: {} off by {far:.2e} standard errors", case.file, c.term);
        }
    }
    assert_eq!(compared, 2);
}

fn coefficient(case: &Case, of: &Value, term: &str) -> f64 {
    let all = of["coef"].as_object().unwrap();
    all.iter().find(|(name, _)| case.term(name) == term).unwrap().1.as_f64().unwrap()
}
