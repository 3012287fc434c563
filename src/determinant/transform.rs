//! Transforms of a numeric column: what is asked, what was learned, and how it is applied.

use super::moments::{mean, standard_deviation};
use super::precision::Precision;
use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// A transform asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    Log,
    Log1p,
    LogitPercent,
    Sqrt,
    Centre,
    Scale,
    ZScore,
}

/// A transform with the numbers it learned.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum LearnedStep {
    Log,
    Log1p,
    LogitPercent,
    Sqrt,
    Shift { centre: f64 },
    Divide { scale: f64 },
    Standardise { centre: f64, scale: f64 },
}

impl Step {
    pub(super) fn learn(self, values: &[f64], precision: Precision) -> LearnedStep {
        let centre = || mean(values);
        match self {
            Step::Log => LearnedStep::Log,
            Step::Log1p => LearnedStep::Log1p,
            Step::LogitPercent => LearnedStep::LogitPercent,
            Step::Sqrt => LearnedStep::Sqrt,
            Step::Centre => LearnedStep::Shift { centre: centre() },
            Step::Scale => LearnedStep::Divide { scale: scale(values, centre(), precision) },
            Step::ZScore => {
                LearnedStep::Standardise { centre: centre(), scale: scale(values, centre(), precision) }
            }
        }
    }
}

/// The standard deviation, or 1 for a constant: the check of the finished matrix is what names constants.
fn scale(values: &[f64], mean: f64, precision: Precision) -> f64 {
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    match precision.is_constant(lowest, highest) {
        true => 1.0,
        false => standard_deviation(values, mean),
    }
}

impl LearnedStep {
    /// The column's name after this step.
    pub(super) fn name(self, inner: &str) -> String {
        match self.function() {
            Some(function) => format!("{function}({inner})"),
            None => inner.into(),
        }
    }

    fn function(self) -> Option<&'static str> {
        match self {
            LearnedStep::Log => Some("log"),
            LearnedStep::Log1p => Some("log1p"),
            LearnedStep::LogitPercent => Some("logit"),
            LearnedStep::Sqrt => Some("sqrt"),
            LearnedStep::Shift { .. } | LearnedStep::Divide { .. } | LearnedStep::Standardise { .. } => None,
        }
    }

    fn is_defined_at(self, x: f64) -> bool {
        match self {
            LearnedStep::Log => x > 0.0,
            LearnedStep::Log1p => x > -1.0,
            LearnedStep::LogitPercent => x > 0.0 && x < 100.0,
            LearnedStep::Sqrt => x >= 0.0,
            LearnedStep::Shift { .. } | LearnedStep::Divide { .. } | LearnedStep::Standardise { .. } => true,
        }
    }

    fn of(self, x: f64) -> f64 {
        match self {
            LearnedStep::Log => x.ln(),
            LearnedStep::Log1p => x.ln_1p(),
            LearnedStep::LogitPercent => (x / (100.0 - x)).ln(),
            LearnedStep::Sqrt => x.sqrt(),
            LearnedStep::Shift { centre } => x - centre,
            LearnedStep::Divide { scale } => x / scale,
            LearnedStep::Standardise { centre, scale } => (x - centre) / scale,
        }
    }

    /// Transforms values in place; `rows` are their positions in the caller's table.
    pub(super) fn apply(self, values: &mut [f64], column: &str, rows: &[usize]) -> Result<()> {
        let outside: Vec<usize> =
            values.iter().zip(rows).filter(|&(&x, _)| !self.is_defined_at(x)).map(|(_, &row)| row).collect();
        if !outside.is_empty() {
            return Err(ErrorKind::TransformDomain {
                column: column.into(),
                transform: self.function().unwrap_or_default().into(),
                rows: outside,
            }
            .into());
        }
        values.iter_mut().for_each(|x| *x = self.of(*x));
        Ok(())
    }

    /// Precision of the values this step gave, from that of the values it took.
    pub(super) fn precision(self, before: Precision, after: &[f64]) -> Precision {
        match self {
            LearnedStep::Shift { .. } => before.differences(after),
            LearnedStep::Divide { scale } => before.divided_by(scale),
            LearnedStep::Standardise { scale, .. } => before.divided_by(scale).differences(after),
            _ => Precision::of(after.iter().copied()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_transform_names_exactly_the_rows_outside_its_domain() {
        let cases = [
            (Step::Log, vec![0.0, 1e-300, -1.0], vec![10, 12]),
            (Step::Log1p, vec![-1.0, -0.999, -2.0], vec![10, 12]),
            (Step::LogitPercent, vec![0.0, 50.0, 100.0], vec![10, 12]),
            (Step::Sqrt, vec![-1e-9, 0.0, 4.0], vec![10]),
        ];
        for (step, mut values, rows) in cases {
            let learned = step.learn(&values, Precision::of(values.clone()));
            let error = learned.apply(&mut values, "x", &[10, 11, 12]).unwrap_err();
            assert_eq!((error.code(), error.rows()), ("transform-domain", &rows[..]));
            assert_eq!(error.column(), Some("x"));
        }
    }

    #[test]
    fn a_z_score_has_mean_zero_and_variance_one() {
        let mut values = vec![2015.0, 2016.0, 2019.0, 2020.0];
        let learned = Step::ZScore.learn(&values, Precision::of(values.clone()));
        learned.apply(&mut values, "year", &[0, 1, 2, 3]).unwrap();
        assert!(mean(&values).abs() < 1e-14);
        assert!((standard_deviation(&values, 0.0) - 1.0).abs() < 1e-14);
    }

    #[test]
    fn the_logit_is_that_of_a_percentage() {
        let mut values = vec![50.0, 20.0];
        LearnedStep::LogitPercent.apply(&mut values, "x", &[0, 1]).unwrap();
        assert_eq!(values, [0.0, 0.25_f64.ln()]);
    }
}
