//! Whether fits are of one model on tables of the same rows and areas.

use super::check::{at_least_two, specification};
use crate::error::Result;
use crate::infer::{AreaEffect, Fit};
use std::collections::HashMap;

/// The first of at least two fits, with which all others agree; otherwise everything in which they do not.
pub(super) fn first(fits: &[Fit]) -> Result<&Fit> {
    at_least_two(fits.len())?;
    let Some((first, others)) = fits.split_first() else {
        return Err(specification("there is no fit to pool".into()));
    };
    let mut differences = Vec::new();
    for (table, fit) in (2..).zip(others) {
        differences.extend(compare(first, fit)?.into_iter().map(|what| format!("table {table} {what}")));
    }
    match differences.is_empty() {
        true => Ok(first),
        false => {
            let all = differences.join("; ");
            Err(specification(format!("these are not fits of one model, compared with table 1: {all}")))
        }
    }
}

fn compare(first: &Fit, fit: &Fit) -> Result<Vec<String>> {
    let mut found = Vec::new();
    if fit.family() != first.family() {
        found.push("has another family".to_string());
    }
    if fit.n_rows() != first.n_rows() {
        found.push(format!("has {} rows, not {}", fit.n_rows(), first.n_rows()));
    }
    let (terms, levels) = (terms(fit), levels(fit));
    if terms != self::terms(first) {
        found.push(format!("has the terms {}", terms.join(", ")));
    }
    match levels == self::levels(first) {
        false => found.push(format!("has the levels {}", levels.join(", "))),
        true => found.extend(other_areas(first, fit)?),
    }
    Ok(found)
}

/// What is said of each level whose areas are others.
fn other_areas(first: &Fit, fit: &Fit) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for level in levels(first) {
        let (known, met) = (areas_by_path(first, level)?, areas_by_path(fit, level)?);
        let only_met = met.keys().filter(|path| !known.contains_key(*path)).count();
        let only_known = known.keys().filter(|path| !met.contains_key(*path)).count();
        if only_met + only_known > 0 {
            found.push(format!("has {only_met} other areas at level '{level}' and lacks {only_known}"));
        }
    }
    Ok(found)
}

fn terms(fit: &Fit) -> Vec<&str> {
    fit.coefficients().iter().map(|c| c.term.as_str()).collect()
}

fn levels(fit: &Fit) -> Vec<&str> {
    fit.levels().iter().map(|level| level.level.as_str()).collect()
}

/// The areas of a level by the codes that lead to them.
pub(super) fn areas_by_path<'a>(fit: &'a Fit, level: &str) -> Result<HashMap<&'a [String], &'a AreaEffect>> {
    Ok(fit.area_effects(level)?.iter().map(|area| (area.path.as_slice(), area)).collect())
}
