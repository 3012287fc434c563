//! A fit again is the same fit, from memory or from a file.

use crate::{fitted, questions};
use nestcount::{Fit, Options};

#[test]
fn a_fit_survives_the_round_trip_through_json() {
    for question in questions() {
        let fit = fitted(&question);
        let text = serde_json::to_string(&fit).unwrap();
        let loaded: Fit = serde_json::from_str(&text).unwrap();
        assert_eq!(loaded, fit);
        assert_eq!(serde_json::to_string(&loaded).unwrap(), text);
        assert_eq!(loaded.to_string(), fit.to_string());
    }
}

#[test]
fn a_fit_of_another_format_does_not_load() {
    let fit = fitted(&questions().next().unwrap());
    let mut value = serde_json::to_value(&fit).unwrap();
    value["format"] = serde_json::json!(99);
    let error = serde_json::from_value::<Fit>(value).unwrap_err();
    assert!(error.to_string().contains("format 99"), "{error}");
}

/// Equality would pass over −0 and 0; the text holds every bit.
#[test]
fn the_same_problem_fitted_twice_gives_identical_bits() {
    for question in questions() {
        let problem = question.problem().unwrap();
        let text = |fit: Fit| serde_json::to_string(&fit).unwrap();
        let first = text(problem.fit(&Options::default()).unwrap());
        assert_eq!(first, text(problem.fit(&Options::default()).unwrap()));
        assert_eq!(first, text(question.fit().unwrap()));
        let elsewhere = std::thread::spawn(move || question.fit().unwrap()).join().unwrap();
        assert_eq!(first, text(elsewhere));
    }
}
