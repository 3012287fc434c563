//! Whether one model is another with less in it, and what the other has more.

use crate::error::{ErrorKind, Result};
use crate::family::Family;
use crate::infer::parameter::Parameter;
use crate::model::Problem;

/// What the larger model has more than the smaller.
pub(super) struct More {
    /// Parameters inside their space under the smaller model: coefficients, 0 there.
    pub free: Vec<Parameter>,
    /// Parameters at the edge of theirs: standard deviations, 0 there, and an infinite θ.
    pub at_edge: Vec<Parameter>,
}

/// Columns in standard units agree to this: their means are rounded in another order.
const SAME: f64 = 1e-8;

/// Fails, with all that stands against it, where the smaller model is not the larger one with parameters left out.
pub(super) fn more(smaller: &Problem, larger: &Problem) -> Result<More> {
    let mut reasons = rows_apart(smaller, larger);
    let rows_agree = reasons.is_empty();
    for (j, term) in smaller.terms().iter().enumerate() {
        match larger.terms().iter().position(|known| known == term) {
            None => reasons.push(format!("the term '{term}' is in the smaller model only")),
            Some(k) if rows_agree && !alike(&smaller.column(j), &larger.column(k)) => {
                reasons.push(format!("the term '{term}' is another column in the larger model"));
            }
            Some(_) => {}
        }
    }
    for (l, level) in smaller.levels().iter().enumerate() {
        match larger.levels().iter().position(|known| known == level) {
            None => reasons.push(format!("the level '{level}' is in the smaller model only")),
            Some(k) if rows_agree && smaller.area_rank_of_rows(l) != larger.area_rank_of_rows(k) => {
                reasons.push(format!("the level '{level}' has other areas in the larger model"));
            }
            Some(_) => {}
        }
    }
    if smaller.family() == Family::NegBin2 && larger.family() == Family::Poisson {
        reasons.push("theta is in the smaller model only".into());
    }
    let known = smaller.parameters();
    let added = larger.parameters().into_iter().filter(|parameter| !known.contains(parameter));
    let (free, at_edge): (Vec<_>, Vec<_>) = added.partition(|p| matches!(p, Parameter::Coefficient(_)));
    if reasons.is_empty() && free.is_empty() && at_edge.is_empty() {
        reasons.push("the larger model has no parameter that the smaller has not".into());
    }
    match reasons.is_empty() {
        true => Ok(More { free, at_edge }),
        false => Err(ErrorKind::NotNested { reasons }.into()),
    }
}

fn rows_apart(smaller: &Problem, larger: &Problem) -> Vec<String> {
    if smaller.rows() != larger.rows() {
        return vec!["they are fitted to other rows of the table".into()];
    }
    let mut reasons = Vec::new();
    let counts = |problem: &Problem| (problem.exact_counts(), problem.published_counts());
    if counts(smaller) != counts(larger) {
        reasons.push("they are fitted to other counts".into());
    }
    if smaller.offsets() != larger.offsets() {
        reasons.push("they have other exposures".into());
    }
    reasons
}

fn alike(one: &[f64], other: &[f64]) -> bool {
    one.iter().zip(other).all(|(a, b)| (a - b).abs() <= SAME * (1.0 + a.abs()))
}
