//! A term after learning, numeric or categorical.

use super::Term;
use super::categorical::LearnedCategorical;
use super::cells::CellKind;
use super::interaction::TermName;
use super::numeric::LearnedNumeric;
use super::source::Source;
use super::training::{Learned, Training};
use crate::error::Result;
use ndarray::{Array2, Axis, Slice};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A term of a recipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct LearnedTerm {
    pub(super) kind: LearnedKind,
    /// Whether a column says where cells were missing.
    pub(super) indicator: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum LearnedKind {
    Numeric(LearnedNumeric),
    Categorical(LearnedCategorical),
}

impl LearnedTerm {
    /// Learns a term, without an indicator.
    pub(super) fn learn(wanted: &Term, training: &Training<'_>) -> Result<Learned<Self>> {
        Ok(match wanted {
            Term::Numeric(numeric) => LearnedNumeric::learn(numeric, training)?.map(LearnedKind::Numeric),
            Term::Categorical(categorical) => {
                LearnedCategorical::learn(categorical, training)?.map(LearnedKind::Categorical)
            }
        }
        .map(LearnedTerm::from))
    }

    /// The table's column.
    pub(super) fn column(&self) -> &str {
        match &self.kind {
            LearnedKind::Numeric(numeric) => &numeric.column,
            LearnedKind::Categorical(categorical) => &categorical.column,
        }
    }

    pub(super) fn cell_kind(&self) -> CellKind {
        match self.kind {
            LearnedKind::Numeric(_) => CellKind::Numbers,
            LearnedKind::Categorical(_) => CellKind::Categories,
        }
    }

    /// How interactions call it.
    pub(super) fn called(&self) -> TermName {
        TermName {
            label: match &self.kind {
                LearnedKind::Numeric(numeric) => numeric.label(),
                LearnedKind::Categorical(categorical) => categorical.column.clone(),
            },
            column: self.column().into(),
        }
    }

    /// Names of the columns, without the indicator.
    pub(super) fn names(&self) -> Vec<String> {
        match &self.kind {
            LearnedKind::Numeric(numeric) => numeric.names(),
            LearnedKind::Categorical(categorical) => categorical.names(),
        }
    }

    /// Name of the indicator, if there is one.
    pub(super) fn indicator(&self) -> Option<String> {
        self.indicator.then(|| format!("{} missing", self.column()))
    }

    /// Writes the columns into those positions of the matrix, and the indicator into the next.
    pub(super) fn write(
        &self,
        source: &Source<'_>,
        columns: Range<usize>,
        matrix: &mut Array2<f64>,
    ) -> Result<()> {
        let end = columns.end;
        let into = matrix.slice_axis_mut(Axis(1), Slice::from(columns));
        let missing: Vec<bool> = match &self.kind {
            LearnedKind::Numeric(numeric) => {
                let cells = source.numbers(&numeric.column)?;
                numeric.write(&cells, source, into)?;
                cells.iter().map(Option::is_none).collect()
            }
            LearnedKind::Categorical(categorical) => {
                let coded = source.categories(&categorical.column)?;
                let cells = categorical.recognise(coded, source.rows)?;
                categorical.write(&cells, source, into);
                cells.iter().map(Option::is_none).collect()
            }
        };
        if self.indicator {
            let cells = matrix.column_mut(end).into_iter().zip(missing);
            cells.for_each(|(cell, missing)| *cell = if missing { 1.0 } else { 0.0 });
        }
        Ok(())
    }
}

impl From<LearnedKind> for LearnedTerm {
    fn from(kind: LearnedKind) -> Self {
        LearnedTerm { kind, indicator: false }
    }
}
