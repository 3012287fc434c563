//! Against mice 3.15 and mitml (`tests/data/pool/make_mice.R`).

use crate::fixture::{
    assert_close, assert_pooled, assert_test, cases, degrees, fixture, matrices, numbers, vectors,
};
use crate::question::Question;
use nestcount::impute::{DegreesOfFreedom, PooledEstimate, PooledFit, PooledTest};
use nestcount::infer::Confidence;
use nestcount::table::Table;
use nestcount::{Fit, Model};
use serde_json::Value;

fn pooled(case: &Value, complete: &Value) -> PooledEstimate {
    let (estimates, variances) = (numbers(&case["estimates"]), numbers(&case["variances"]));
    PooledEstimate::of(&estimates, &variances, degrees(complete)).unwrap()
}

#[test]
fn a_pooled_number_equals_pool_scalar() {
    let fixture = fixture("mice.json");
    let scalars = cases(&fixture, "scalars");
    assert!(scalars.len() >= 20);
    for case in scalars {
        let pooled = pooled(case, &case["complete_df"]);
        assert_eq!(assert_pooled(case["name"].as_str().unwrap(), &pooled, &case["expect"]), 7);
    }
}

#[test]
fn pooled_coefficients_equal_pool_and_its_summary() {
    let fixture = fixture("mice.json");
    let mut compared = 0;
    for model in cases(&fixture, "models") {
        for term in cases(model, "terms") {
            let pooled = pooled(term, &model["complete_df"]);
            compared += assert_pooled(term["name"].as_str().unwrap(), &pooled, &term["expect"]);
        }
    }
    assert!(compared > 150, "{compared}");
}

#[test]
fn tests_of_several_parameters_equal_d1_d2_and_d3() {
    let fixture = fixture("mice.json");
    for model in cases(&fixture, "models") {
        let name = model["name"].as_str().unwrap();
        let (estimates, covariances) = (vectors(&model["estimates"]), matrices(&model["covariances"]));
        let k = estimates[0].len();
        let d1 = PooledTest::wald(&estimates, &covariances, degrees(&model["complete_df"])).unwrap();
        assert_test(&format!("{name}, D1"), &d1, &model["d1"]);
        let large = PooledTest::wald(&estimates, &covariances, DegreesOfFreedom::Infinite).unwrap();
        assert_test(&format!("{name}, D1 large"), &large, &model["d1_large"]);
        let d2 = PooledTest::chi_squares(&numbers(&model["wald"]), k).unwrap();
        assert_test(&format!("{name}, D2"), &d2, &model["d2"]);
        let (at_maxima, at_pooled) = (numbers(&model["at_maxima"]), numbers(&model["at_pooled"]));
        let d3 = PooledTest::likelihood_ratios(&at_maxima, &at_pooled, k).unwrap();
        assert_test(&format!("{name}, D3"), &d3, &model["d3"]);
    }
}

/// One Poisson regression per completed table, fitted here and there.
fn poisson_fits(fixture: &Value) -> Vec<Fit> {
    let data = &fixture["poisson"];
    let column = |key: &str| numbers(&data[key]);
    let fit = |counts: Vec<f64>| {
        let rows = counts.len();
        let table = Table::new().with_text("area", (0..rows).map(|row| format!("a{row}"))).unwrap();
        let table = table.with_numbers("x1", column("x1")).unwrap().with_numbers("x2", column("x2")).unwrap();
        let table = table.with_numbers("exposure", column("exposure")).unwrap();
        Question {
            table: table.with_numbers("count", counts).unwrap(),
            levels: vec!["area"],
            count: "count",
            exposure: Some("exposure"),
            determinants: nestcount::determinant::Determinants::new().numeric("x1").numeric("x2"),
            model: Model::poisson(),
        }
        .fit()
        .unwrap()
    };
    vectors(&data["counts"]).into_iter().map(fit).collect()
}

/// Two programs that climb the same hill stop within 1e-8 of each other, hence the wider bound.
#[test]
fn pooled_poisson_fits_equal_pooled_glms() {
    let fixture = fixture("mice.json");
    let fits = poisson_fits(&fixture);
    let pooled = PooledFit::of(&fits).unwrap();
    let data = &fixture["poisson"];
    assert_eq!(pooled.complete_df(), degrees(&data["complete_df"]));
    for (c, expected) in pooled.coefficients().iter().zip(cases(data, "terms")) {
        let interval = c.pooled.interval(Confidence::P95);
        let DegreesOfFreedom::Finite(df) = c.pooled.df else { panic!() };
        for (key, found) in [
            ("estimate", c.pooled.estimate),
            ("std_error", c.pooled.std_error),
            ("df", df),
            ("missing_information", c.pooled.missing_information),
            ("p_value", c.pooled.p_value()),
            ("low", interval.low),
            ("high", interval.high),
        ] {
            assert_close(&format!("{}, {key}", c.term), found, &expected[key], 1e-6);
        }
    }
    let test = pooled.wald(&["x1", "x2"]).unwrap();
    assert_close("D1", test.statistic, &data["wald"]["statistic"], 1e-6);
    assert_close("D1, p", test.p_value, &data["wald"]["p_value"], 1e-6);
    assert_close("D1, r", test.relative_increase, &data["wald"]["relative_increase"], 1e-6);
}
