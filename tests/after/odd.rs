//! Sets and files that belong elsewhere, and counts that nothing else speaks about.

use crate::made::{LEVELS, Made, made, rng, table};
use nestcount::area::{CodeScope, Placement};
use nestcount::count::CountTable;
use nestcount::determinant::Determinants;
use nestcount::expected::{Expectation, Predictive, RowSets, Substantial};
use nestcount::infer::{Bootstrap, Confidence, Profiling};
use nestcount::report::AreaFile;
use nestcount::table::Table;
use nestcount::{Family, Fit, Model, Options, Problem};
use std::ops::ControlFlow;

fn asked(table: &Table, levels: &[&str], model: &Model, determinants: Determinants) -> (Placement, Problem) {
    let placement = Placement::from_table(table, levels, CodeScope::Unique).unwrap();
    let counts = CountTable::from_table(table, "count", "exposure").unwrap();
    let design = determinants.build(table, &placement, counts.rows()).unwrap();
    let problem = model.check(&placement, &counts, design).unwrap();
    (placement, problem)
}

/// The second model has the town at another place among its levels, or not at all.
#[test]
fn sets_of_another_model_find_their_level_by_name_or_are_refused() {
    let Made { table, problem, fit, .. } = made(600, Family::NegBin2);
    let model = |level: &str| Model::neg_bin2().random_intercept(level);
    let (_, towns) = asked(&table, &LEVELS, &model("town"), Determinants::new().numeric("a"));
    let (_, regions) = asked(&table, &LEVELS, &model("region"), Determinants::new().numeric("a"));
    let own = RowSets::level(&problem, "town").unwrap();
    let theirs = RowSets::level(&towns, "town").unwrap();
    let fitted = fit.fitted(&problem).unwrap();
    let predicted = |sets: &RowSets| fitted.predicted(Predictive::WithoutOwnCount, sets).unwrap();
    let [mut one, mut other] = [&own, &theirs].map(|sets| {
        sets.paths().iter().map(|path| path.last().cloned()).zip(predicted(sets)).collect::<Vec<_>>()
    });
    for all in [&mut one, &mut other] {
        all.sort_by(|a, b| a.0.cmp(&b.0));
    }
    assert_eq!(one, other);
    let small = regions.fit(&Options::default()).unwrap();
    let small = small.fitted(&regions).unwrap();
    let error = small.predicted(Predictive::WithoutOwnCount, &own).unwrap_err();
    assert_eq!(error.code(), "unknown-level");
}

#[test]
fn sets_of_another_table_of_the_same_length_are_refused() {
    let Made { table, problem, fit, .. } = made(600, Family::NegBin2);
    let exposures = table.numbers("exposure").unwrap().into_iter().flatten().map(|n| n + 1.0);
    let other = Table::new().with_numbers("exposure", exposures).unwrap();
    let other = ["region", "town", "a", "count"]
        .iter()
        .try_fold(other, |other, name| other.with_column(name, table.column(name)?.clone()))
        .unwrap();
    let model = Model::neg_bin2().random_intercept("town");
    let (_, other) = asked(&other, &LEVELS, &model, Determinants::new().numeric("a"));
    let error = fit.fitted(&problem).unwrap().expected(&Expectation::Marginal, &RowSets::each_row(&other));
    assert!(error.unwrap_err().to_string().contains("other rows or exposures"));
}

/// One row alone has a determinant: without its count there is nothing to say about that.
#[test]
fn a_row_that_holds_a_determinant_apart_has_no_prediction_without_itself() {
    let table = table(600, Family::NegBin2);
    let one = (0..600).map(|row| f64::from(u8::from(row == 3)));
    let table = table.with_numbers("one", one).unwrap();
    let model = Model::neg_bin2().random_intercept("region");
    let (_, problem) = asked(&table, &LEVELS, &model, Determinants::new().numeric("a").numeric("one"));
    let fit = problem.fit(&Options::default()).unwrap();
    let rows = RowSets::each_row(&problem);
    let fitted = fit.fitted(&problem).unwrap();
    let all = fitted.compared(&Expectation::Marginal, Predictive::WithoutOwnCount, &rows).unwrap();
    let unknown: Vec<usize> = (0..600).filter(|&row| all[row].predicted.is_unknown()).collect();
    assert_eq!(unknown, [3]);
    let interval = all[3].predicted.interval(Confidence::P95);
    assert_eq!((interval.low, interval.high), (0, u64::MAX));
    assert_eq!(all[3].difference().observed().unwrap().standardised(), 0.0);
    let counts = Substantial::standardised(0.1).unwrap().counts(&all);
    assert_eq!(counts.total(), 600);
    // and its region is decisive for the coefficient
    let influence = fit.influence(&problem, "region").unwrap();
    assert_eq!(influence.decisive.len(), 1, "{:?}", influence.decisive);
    assert!(influence.areas.iter().all(|area| area.distance < 100.0));
}

/// As many areas as rows, in another order.
#[test]
fn results_of_rows_have_no_place_in_a_file_of_areas() {
    let rows = 60;
    let code = |row: usize| format!("W{:02}", row * 37 % rows);
    let table = Table::new()
        .with_text("region", (0..rows).map(|row| format!("R{}", row * 37 % rows / 10)))
        .and_then(|table| table.with_text("wijk", (0..rows).map(code)))
        .and_then(|table| table.with_numbers("count", (0..rows).map(|row| (row * 7 % 13) as f64)))
        .and_then(|table| table.with_numbers("exposure", vec![100.0; rows]))
        .unwrap();
    let model = Model::neg_bin2().random_intercept("region");
    let (placement, problem) = asked(&table, &["region", "wijk"], &model, Determinants::new());
    let by_row = RowSets::each_row(&problem);
    let file = AreaFile::of_level(placement.tree(), "wijk").unwrap();
    let error = file.find(&problem, &by_row).unwrap_err();
    assert!(error.to_string().contains("RowSets::level"), "{error}");
    assert!(file.find(&problem, &RowSets::placed(&problem, &placement, "wijk").unwrap()).is_ok());
    assert!(AreaFile::of_rows(&placement).find(&problem, &by_row).is_ok());
}

#[test]
fn a_test_without_a_single_refit_and_a_bound_below_the_estimate_are_refused() {
    let Made { table, problem, fit, .. } = made(600, Family::NegBin2);
    let model = Model::neg_bin2().random_intercept("region");
    let (_, small) = asked(&table, &LEVELS, &model, Determinants::new().numeric("a").numeric("b"));
    let small_fit = small.fit(&Options::default()).unwrap();
    let hopeless = Options { max_evaluations: 1, ..Options::default() };
    let go_on = |_| ControlFlow::Continue(());
    for (wanted, why) in
        [(Bootstrap::new(3).fitted_with(hopeless), "not-converged"), (Bootstrap::new(0), "0 of 0")]
    {
        let test =
            small_fit.likelihood_ratio_bootstrapped(&small, &fit, &problem, &wanted, &mut rng(1), go_on);
        let error = test.map(|_| ()).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    let low = Profiling::upper_bounds(Confidence::new(0.2).unwrap());
    assert_eq!(fit.profile(&problem, &Options::default(), low).unwrap_err().code(), "specification");
}

#[test]
fn a_saved_fit_with_a_covariance_of_other_parameters_is_refused() {
    let Made { fit, .. } = made(600, Family::NegBin2);
    let mut saved = serde_json::to_value(&fit).unwrap();
    assert_eq!(serde_json::from_value::<Fit>(saved.clone()).unwrap(), fit);
    saved["covariance"]["names"] = serde_json::json!(["(Intercept)"]);
    saved["covariance"]["matrix"] = serde_json::json!({"v": 1, "dim": [1, 1], "data": [1.0]});
    assert!(serde_json::from_value::<Fit>(saved).unwrap_err().to_string().contains("hold together"));
}
