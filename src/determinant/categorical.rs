//! A categorical term: the categories it learns, and the columns it writes.

use super::Categorical;
use super::cells::Coded;
use super::fill::AreaFill;
use super::precision::Precision;
use super::source::Source;
use super::training::{Learned, Training};
use crate::error::{ErrorKind, Result};
use ndarray::ArrayViewMut2;
use serde::{Deserialize, Serialize};

/// A categorical term with the categories it learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct LearnedCategorical {
    pub(super) column: String,
    /// All categories, in order.
    categories: Vec<String>,
    /// Position of the reference among them.
    reference: usize,
    /// Positions among the categories.
    fill: AreaFill<u32>,
}

impl LearnedCategorical {
    pub(super) fn learn(wanted: &Categorical, training: &Training<'_>) -> Result<Learned<Self>> {
        let (column, source) = (&wanted.column, training.source);
        let coded = source.categories(column)?;
        let level = training.level_checked(column, wanted.level.as_deref(), &coded.cells)?;
        let fill = AreaFill::most_frequent(column, &coded.cells, &source.around, training.reach(level))?;
        if let [category] = coded.categories.as_slice() {
            return Err(
                ErrorKind::SingleCategory { column: column.clone(), category: category.clone() }.into()
            );
        }
        let reference = reference(wanted, &coded.categories)?;
        let report = fill.fill(&coded.cells, &source.around).report(column, training.tree);
        Ok(Learned {
            precision: vec![Precision::UNIT; coded.categories.len() - 1],
            term: LearnedCategorical {
                column: column.clone(),
                categories: coded.categories,
                reference,
                fill,
            },
            filled: report,
        })
    }

    /// Names of the columns.
    pub(super) fn names(&self) -> Vec<String> {
        self.compared().map(|(_, category)| format!("{}={category}", self.column)).collect()
    }

    /// Cells of new rows as positions among the categories learned.
    pub(super) fn recognise(&self, coded: Coded, rows: &[usize]) -> Result<Vec<Option<u32>>> {
        let position = |category: &String| self.categories.iter().position(|known| known == category);
        let known: Vec<Option<u32>> =
            coded.categories.iter().map(|category| position(category).map(|at| at as u32)).collect();
        let recognised = |code: u32| known.get(code as usize).copied().flatten();
        let unknown: Vec<usize> = coded
            .cells
            .iter()
            .zip(rows)
            .filter(|(cell, _)| cell.is_some_and(|code| recognised(code).is_none()))
            .map(|(_, &row)| row)
            .collect();
        if !unknown.is_empty() {
            return Err(ErrorKind::UnknownCategory {
                column: self.column.clone(),
                categories: coded
                    .categories
                    .into_iter()
                    .filter(|category| position(category).is_none())
                    .collect(),
                rows: unknown,
            }
            .into());
        }
        Ok(coded.cells.into_iter().map(|cell| cell.and_then(recognised)).collect())
    }

    /// Writes the columns.
    pub(super) fn write(&self, cells: &[Option<u32>], source: &Source<'_>, mut into: ArrayViewMut2<'_, f64>) {
        let codes = self.fill.fill(cells, &source.around).values;
        for (mut column, (category, _)) in into.columns_mut().into_iter().zip(self.compared()) {
            for (cell, &code) in column.iter_mut().zip(&codes) {
                *cell = if code as usize == category { 1.0 } else { 0.0 };
            }
        }
    }

    fn compared(&self) -> impl Iterator<Item = (usize, &String)> {
        let all = self.categories.iter().enumerate();
        all.filter(|(at, _)| *at != self.reference)
    }
}

fn reference(wanted: &Categorical, categories: &[String]) -> Result<usize> {
    let Some(named) = &wanted.reference else {
        return Ok(0);
    };
    categories.iter().position(|category| category == named).ok_or_else(|| {
        ErrorKind::UnknownCategory {
            column: wanted.column.clone(),
            categories: vec![named.clone()],
            rows: Vec::new(),
        }
        .into()
    })
}
