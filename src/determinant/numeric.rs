//! A numeric term: what it learns from the rows, and the columns it writes.

use super::Numeric;
use super::fill::AreaFill;
use super::moments::group_means;
use super::precision::Precision;
use super::source::Source;
use super::training::{Learned, Training};
use super::transform::LearnedStep;
use crate::error::{ErrorKind, Result};
use ndarray::ArrayViewMut2;
use serde::{Deserialize, Serialize};

/// A numeric term with the numbers it learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct LearnedNumeric {
    pub(super) column: String,
    steps: Vec<LearnedStep>,
    expansion: Expansion,
    fill: AreaFill<f64>,
}

/// The columns that a transformed value becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Expansion {
    /// The powers 1 to this one.
    Powers(u32),
    /// The difference from the area's mean, and that mean, by the area's position on the recipe's tree.
    Within { level: String, at: usize, means: Vec<Option<f64>> },
}

impl LearnedNumeric {
    /// The column as it is, of complete data with this mean.
    pub(super) fn plain(column: &str, mean: f64) -> Self {
        LearnedNumeric {
            column: column.into(),
            steps: Vec::new(),
            expansion: Expansion::Powers(1),
            fill: AreaFill::only(mean),
        }
    }

    pub(super) fn learn(wanted: &Numeric, training: &Training<'_>) -> Result<Learned<Self>> {
        refuse_contradictions(wanted)?;
        let (column, source) = (&wanted.column, training.source);
        let cells = source.numbers(column)?;
        let level = training.level_checked(column, wanted.level.as_deref(), &cells)?;
        let fill = AreaFill::means(column, &cells, &source.around, training.reach(level))?;
        let filled = fill.fill(&cells, &source.around);
        let report = filled.report(column, training.tree);

        let mut values = filled.values;
        let mut precision = Precision::of(values.iter().copied());
        let mut steps = Vec::with_capacity(wanted.steps.len());
        for step in &wanted.steps {
            let step = step.learn(&values, precision);
            step.apply(&mut values, column, source.rows)?;
            precision = step.precision(precision, &values);
            steps.push(step);
        }
        let expansion = Expansion::learn(wanted, &values, training)?;
        Ok(Learned {
            precision: expansion.precision(precision),
            term: LearnedNumeric { column: column.clone(), steps, expansion, fill },
            filled: report,
        })
    }

    /// Name of the transformed column.
    pub(super) fn label(&self) -> String {
        let column = self.column.clone();
        self.steps.iter().fold(column, |name, step| step.name(&name))
    }

    /// Names of the columns.
    pub(super) fn names(&self) -> Vec<String> {
        self.expansion.names(&self.label())
    }

    /// Writes the columns.
    pub(super) fn write(
        &self,
        cells: &[Option<f64>],
        source: &Source<'_>,
        mut into: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        let mut values = self.fill.fill(cells, &source.around).values;
        for step in &self.steps {
            step.apply(&mut values, &self.column, source.rows)?;
        }
        match &self.expansion {
            Expansion::Powers(_) => {
                for (row, &x) in into.rows_mut().into_iter().zip(&values) {
                    row.into_iter().fold(1.0, |power, cell| {
                        *cell = power * x;
                        *cell
                    });
                }
            }
            Expansion::Within { level, at, means } => {
                let means = area_means(&values, source, level, |row| {
                    means.get(source.around.area(row, *at)? as usize).copied().flatten()
                });
                for ((mut row, x), mean) in into.rows_mut().into_iter().zip(&values).zip(means) {
                    row.iter_mut().zip([x - mean, mean]).for_each(|(cell, value)| *cell = value);
                }
            }
        }
        Ok(())
    }
}

impl Expansion {
    fn learn(wanted: &Numeric, values: &[f64], training: &Training<'_>) -> Result<Self> {
        let Some(level) = &wanted.within else {
            return Ok(Expansion::Powers(wanted.degree));
        };
        let at = training.tree.level(level)?;
        let around = &training.source.around;
        let placed = values.iter().enumerate();
        let pairs = placed.filter_map(|(row, &x)| Some((around.area(row, at)?, x)));
        Ok(Expansion::Within {
            level: level.clone(),
            at,
            means: group_means(training.tree.n_areas(at), pairs),
        })
    }

    fn names(&self, label: &str) -> Vec<String> {
        match self {
            Expansion::Powers(degree) => (1..=*degree)
                .map(|power| match power {
                    1 => label.to_string(),
                    power => format!("{label}^{power}"),
                })
                .collect(),
            Expansion::Within { level, .. } => {
                vec![format!("{label} (within {level})"), format!("{label} (mean of {level})")]
            }
        }
    }

    fn precision(&self, of_value: Precision) -> Vec<Precision> {
        match self {
            Expansion::Powers(degree) => {
                std::iter::successors(Some(of_value), |power| Some(power.times(of_value)))
                    .take(*degree as usize)
                    .collect()
            }
            Expansion::Within { .. } => vec![of_value, of_value],
        }
    }
}

/// The mean of each row's area: the one known, or that of the rows at hand where none is known.
fn area_means(
    values: &[f64],
    source: &Source<'_>,
    level: &str,
    known: impl Fn(usize) -> Option<f64>,
) -> Vec<f64> {
    let learned: Vec<Option<f64>> = (0..values.len()).map(known).collect();
    let own = match learned.iter().all(Option::is_some) {
        true => Vec::new(),
        false => source.around.own_areas(level),
    };
    let n_own = own.iter().max().map_or(0, |&area| area as usize + 1);
    let fresh = group_means(n_own, own.iter().copied().zip(values.iter().copied()));
    let at_hand = |row: usize| fresh.get(*own.get(row)? as usize).copied().flatten();
    learned
        .iter()
        .enumerate()
        .map(|(row, mean)| mean.or_else(|| at_hand(row)).unwrap_or(values[row]))
        .collect()
}

/// No data in double precision tell a polynomial of this degree from one of lower degree.
const MOST_POWERS: u32 = 21;

fn refuse_contradictions(wanted: &Numeric) -> Result<()> {
    let column = &wanted.column;
    let message = match (&wanted.within, wanted.degree) {
        (_, MOST_POWERS..) => format!("a polynomial of '{column}' goes up to degree {}", MOST_POWERS - 1),
        (_, 0) => format!("a polynomial of degree 0 of '{column}' has no columns; leave the term out"),
        (Some(_), 2..) => {
            format!("'{column}' cannot be both a polynomial and split into area means; choose one")
        }
        _ => return Ok(()),
    };
    Err(ErrorKind::Specification { message }.into())
}
