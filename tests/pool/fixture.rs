//! Files of numbers from elsewhere, and comparisons with them.

use nestcount::impute::{DegreesOfFreedom, PooledEstimate, PooledTest};
use nestcount::infer::{Confidence, Interval};
use nestcount::ndarray::Array2;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// `tests/data/pool/{name}`, which says where its numbers come from.
pub(crate) fn fixture(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pool").join(name);
    let value: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert!(value["provenance"].as_str().is_some_and(|text| text.len() > 20));
    value
}

pub(crate) fn cases<'a>(fixture: &'a Value, key: &str) -> &'a [Value] {
    fixture[key].as_array().unwrap()
}

pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

pub(crate) fn vectors(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

pub(crate) fn matrices(value: &Value) -> Vec<Array2<f64>> {
    let matrix = |rows: &Value| {
        let rows = vectors(rows);
        Array2::from_shape_fn((rows.len(), rows[0].len()), |(i, j)| rows[i][j])
    };
    value.as_array().unwrap().iter().map(matrix).collect()
}

pub(crate) fn degrees(value: &Value) -> DegreesOfFreedom {
    match value.as_f64() {
        Some(df) => DegreesOfFreedom::Finite(df),
        None => {
            assert_eq!(value, "infinite");
            DegreesOfFreedom::Infinite
        }
    }
}

/// Equal to 1e-10, of the number where it is above 1 and relative below too, but for what rounds to 0.
#[track_caller]
pub(crate) fn assert_equal(what: &str, found: f64, expected: &Value) {
    assert_close(what, found, expected, 1e-10);
}

#[track_caller]
pub(crate) fn assert_close(what: &str, found: f64, expected: &Value, bound: f64) {
    let expected = expected.as_f64().unwrap_or_else(|| panic!("{what}: {expected} is no number"));
    let far = (found - expected).abs();
    assert!(far <= bound * expected.abs() + 1e-15, "{what}: {found:e}, expected {expected:e}");
}

#[track_caller]
pub(crate) fn assert_degrees(what: &str, found: DegreesOfFreedom, expected: &Value) {
    match (found, degrees(expected)) {
        (DegreesOfFreedom::Finite(df), DegreesOfFreedom::Finite(_)) => assert_equal(what, df, expected),
        (found, expected) => assert_eq!(found, expected, "{what}"),
    }
}

/// Compares all that the fixture says of a pooled number; returns how much that was.
#[track_caller]
pub(crate) fn assert_pooled(name: &str, found: &PooledEstimate, expected: &Value) -> usize {
    let Interval { low, high } = found.interval(Confidence::P95);
    let wide = found.interval(Confidence::P99);
    let each = [
        ("estimate", found.estimate),
        ("within", found.within),
        ("between", found.between),
        ("total", found.total()),
        ("std_error", found.std_error),
        ("lambda", found.lambda),
        ("relative_increase", found.relative_increase()),
        ("missing_information", found.missing_information),
        ("statistic", found.t()),
        ("p_value", found.p_value()),
        ("low", low),
        ("high", high),
        ("low99", wide.low),
        ("high99", wide.high),
    ];
    let said: Vec<_> = each.iter().filter(|(key, _)| expected.get(key).is_some()).collect();
    for (key, found) in &said {
        assert_equal(&format!("{name}, {key}"), *found, &expected[key]);
    }
    assert_degrees(&format!("{name}, df"), found.df, &expected["df"]);
    assert_eq!(said.len() + 1, expected.as_object().unwrap().len(), "{name}: a number is not compared");
    said.len() + 1
}

#[track_caller]
pub(crate) fn assert_test(name: &str, found: &PooledTest, expected: &Value) {
    assert_equal(&format!("{name}, statistic"), found.statistic, &expected["statistic"]);
    assert_equal(&format!("{name}, increase"), found.relative_increase, &expected["relative_increase"]);
    assert_equal(&format!("{name}, p"), found.p_value, &expected["p_value"]);
    assert_degrees(&format!("{name}, df"), found.denominator_df, &expected["denominator_df"]);
    assert_eq!(found.numerator_df as f64, expected["numerator_df"].as_f64().unwrap(), "{name}");
}
