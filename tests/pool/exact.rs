//! Against fractions worked out exactly (`tests/data/pool/make_fixtures.py`).

use crate::fixture::{assert_pooled, assert_test, cases, degrees, fixture, matrices, numbers, vectors};
use nestcount::impute::{PooledEstimate, PooledTest};

#[test]
fn a_pooled_number_equals_the_fractions() {
    let fixture = fixture("exact.json");
    let scalars = cases(&fixture, "scalars");
    assert!(scalars.len() >= 10);
    for case in scalars {
        let (estimates, variances) = (numbers(&case["estimates"]), numbers(&case["variances"]));
        let pooled = PooledEstimate::of(&estimates, &variances, degrees(&case["complete_df"])).unwrap();
        assert_eq!(assert_pooled(case["name"].as_str().unwrap(), &pooled, &case["expect"]), 13);
    }
}

#[test]
fn tests_of_several_parameters_equal_the_fractions() {
    let fixture = fixture("exact.json");
    for case in cases(&fixture, "wald") {
        let (estimates, covariances) = (vectors(&case["estimates"]), matrices(&case["covariances"]));
        let test = PooledTest::wald(&estimates, &covariances, degrees(&case["complete_df"])).unwrap();
        assert_test(case["name"].as_str().unwrap(), &test, &case["expect"]);
    }
    let parameters = |case: &serde_json::Value| case["parameters"].as_u64().unwrap() as usize;
    for case in cases(&fixture, "chi_squares") {
        let test = PooledTest::chi_squares(&numbers(&case["statistics"]), parameters(case)).unwrap();
        assert_test(case["name"].as_str().unwrap(), &test, &case["expect"]);
    }
    for case in cases(&fixture, "likelihood_ratios") {
        let (at_maxima, at_pooled) = (numbers(&case["at_maxima"]), numbers(&case["at_pooled"]));
        let test = PooledTest::likelihood_ratios(&at_maxima, &at_pooled, parameters(case)).unwrap();
        assert_test(case["name"].as_str().unwrap(), &test, &case["expect"]);
    }
}
