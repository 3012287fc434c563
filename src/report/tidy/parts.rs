//! The rows of a tidy table, fit by fit the same.

use crate::infer::{Coefficient, Confidence, Interval};
use crate::report::{Absence, Cell, Sheet, Values};
use std::collections::HashSet;

/// What one row of a tidy table says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub effect: &'static str,
    pub group: Cell<String>,
    pub level: Cell<String>,
    pub term: String,
    pub estimate: Cell<f64>,
    pub std_error: Cell<f64>,
    pub statistic: Cell<f64>,
    pub p_value: Cell<f64>,
    pub low: Cell<f64>,
    pub high: Cell<f64>,
}

/// The term of a random intercept.
pub(super) const INTERCEPT: &str = "(Intercept)";
/// The group of what belongs to the counts and not to areas.
pub(super) const RESIDUAL: &str = "Residual";

const NONE: Cell<f64> = Cell::Empty(Absence::NotApplicable);
const NO_TEXT: Cell<String> = Cell::Empty(Absence::NotApplicable);

impl Line {
    /// A coefficient, without its test.
    pub(super) fn fixed(term: &str) -> Self {
        Line {
            effect: "fixed",
            group: NO_TEXT,
            level: NO_TEXT,
            term: term.into(),
            estimate: NONE,
            std_error: NONE,
            statistic: NONE,
            p_value: NONE,
            low: NONE,
            high: NONE,
        }
    }

    /// A parameter of the scatter between areas, or of the counts.
    pub(super) fn parameter(group: &str, term: &str) -> Self {
        Line { effect: "ran_pars", group: group.into(), ..Line::fixed(term) }
    }

    /// The effect of one area.
    pub(super) fn area(group: &str, level: String) -> Self {
        Line { effect: "ran_vals", group: group.into(), level: Cell::Value(level), ..Line::fixed(INTERCEPT) }
    }

    pub(super) fn estimated(self, estimate: f64, std_error: f64, Interval { low, high }: Interval) -> Self {
        Line {
            estimate: Cell::computed(estimate),
            std_error: Cell::computed(std_error),
            low: Cell::computed(low),
            high: Cell::computed(high),
            ..self
        }
    }

    /// An estimate at the end of its range, without a standard error.
    pub(super) fn at_boundary(self, estimate: Cell<f64>) -> Self {
        let none = Cell::Empty(Absence::AtBoundary);
        Line { estimate, std_error: none, low: none, high: none, ..self }
    }

    pub(super) fn tested(self, statistic: f64, p_value: f64) -> Self {
        Line { statistic: Cell::computed(statistic), p_value: Cell::computed(p_value), ..self }
    }
}

/// The ten columns.
pub(super) fn columns(lines: &[Line]) -> Vec<(&'static str, Values)> {
    let numbers = |of: fn(&Line) -> Cell<f64>| Values::numbers(lines.iter().map(of));
    vec![
        ("effect", Values::text(lines.iter().map(|line| line.effect))),
        ("group", Values::text(lines.iter().map(|line| line.group.clone()))),
        ("level", Values::text(lines.iter().map(|line| line.level.clone()))),
        ("term", Values::text(lines.iter().map(|line| line.term.clone()))),
        ("estimate", numbers(|line| line.estimate)),
        ("std.error", numbers(|line| line.std_error)),
        ("statistic", numbers(|line| line.statistic)),
        ("p.value", numbers(|line| line.p_value)),
        ("conf.low", numbers(|line| line.low)),
        ("conf.high", numbers(|line| line.high)),
    ]
}

pub(super) fn sheet(lines: &[Line]) -> Sheet {
    Sheet::of(columns(lines))
}

/// The interval of something positive, formed on the scale of its logarithm.
pub(super) fn log_scale(estimate: f64, std_error: f64, confidence: Confidence) -> Interval {
    let logarithm =
        Coefficient { term: String::new(), estimate: estimate.ln(), std_error: std_error / estimate };
    let Interval { low, high } = logarithm.interval(confidence);
    Interval { low: low.exp(), high: high.exp() }
}

/// Names of the areas of a level: their codes, or their whole paths where a code stands under several parents.
pub(super) fn area_names<'a>(paths: impl Iterator<Item = &'a [String]> + Clone) -> Vec<String> {
    let mut met = HashSet::new();
    let unique = paths.clone().all(|path| met.insert(path.last()));
    let name = |path: &[String]| match unique {
        true => path.last().cloned().unwrap_or_default(),
        false => path.join(" > "),
    };
    paths.map(name).collect()
}
