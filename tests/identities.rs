//! What must hold for every fit, whatever the table: symmetries of the likelihood, seen from outside.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)] // each test uses its part
#[path = "common/finite.rs"]
mod finite;
#[allow(dead_code)] // each test uses its part
#[path = "common/published.rs"]
mod published;
#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;
#[allow(dead_code)] // each test uses its part
#[path = "common/tables.rs"]
mod tables;

#[path = "identities/boundary.rs"]
mod boundary;
#[path = "identities/information.rs"]
mod information;
#[path = "identities/intervals.rs"]
mod intervals;
#[path = "identities/same.rs"]
mod same;
#[path = "identities/stored.rs"]
mod stored;
#[path = "identities/units.rs"]
mod units;

use finite::assert_sound;
use nestcount::Fit;
use question::Question;
use std::collections::BTreeMap;

/// Questions of every kind of model, each on several tables.
fn questions() -> impl Iterator<Item = Question> {
    (1..=4).flat_map(|seed| {
        let poisson = tables::poisson(seed);
        let row_effect = Question { model: poisson.model.clone().row_effect(), ..tables::neg_bin2(seed) };
        [poisson, tables::neg_bin2(seed), row_effect]
    })
}

fn fitted(question: &Question) -> Fit {
    let fit = question.fit().unwrap_or_else(|error| panic!("{error}"));
    assert_sound(&fit);
    fit
}

/// |a − b| relative to the larger.
fn apart(a: f64, b: f64) -> f64 {
    if a == b { 0.0 } else { (a - b).abs() / a.abs().max(b.abs()) }
}

/// The fits agree on everything that does not depend on the order of rows and areas, in units of standard errors.
#[track_caller]
fn assert_same(one: &Fit, other: &Fit, log_likelihood_apart: f64) {
    let far = (other.log_likelihood() - one.log_likelihood() - log_likelihood_apart).abs();
    assert!(far < 1e-10 * one.log_likelihood().abs(), "log-likelihood off by {far:e}");
    assert_eq!(one.coefficients().len(), other.coefficients().len());
    for (a, b) in one.coefficients().iter().zip(other.coefficients()) {
        assert_eq!(a.term, b.term);
        let far = (a.estimate - b.estimate).abs() / a.std_error;
        assert!(far < 2e-6, "{}: {far:e} standard errors", a.term);
        assert!(apart(a.std_error, b.std_error) < 1e-5, "{}: {} {}", a.term, a.std_error, b.std_error);
    }
    for (a, b) in one.levels().iter().zip(other.levels()) {
        assert_eq!((&a.level, a.n_areas), (&b.level, b.n_areas));
        assert!(apart(a.sd.estimate(), b.sd.estimate()) < 1e-5, "{}: {:?} {:?}", a.level, a.sd, b.sd);
    }
    assert_eq!(one.dispersion().theta().is_some(), other.dispersion().theta().is_some());
    if let (Some(a), Some(b)) = (one.dispersion().theta(), other.dispersion().theta()) {
        assert!(apart(a, b) < 1e-5, "theta {a} {b}");
    }
}

/// Effects and their standard deviations, by path.
fn effects(fit: &Fit, level: &str) -> BTreeMap<Vec<String>, [f64; 3]> {
    let each = fit.area_effects(level).unwrap().iter();
    each.map(|area| (area.path.clone(), [area.effect, area.sd, area.sd_given_parameters])).collect()
}

/// The fits agree on the effect of every area of a level.
#[track_caller]
fn assert_same_effects(one: &Fit, other: &Fit, level: &str, rename: impl Fn(&[String]) -> Vec<String>) {
    let (one, other) = (effects(one, level), effects(other, level));
    assert_eq!(one.len(), other.len());
    assert!(!one.is_empty());
    for (path, [effect, sd, given]) in one {
        let [other_effect, other_sd, other_given] = other[&rename(&path)];
        assert!((effect - other_effect).abs() < 2e-6, "{path:?}: {effect} {other_effect}");
        assert!(apart(sd, other_sd) < 1e-5 && apart(given, other_given) < 1e-5, "{path:?}");
    }
}
