//! Where a recipe is learned, and what a term brings home from there.

use super::MissingCells;
use super::fill::Reach;
use super::precision::Precision;
use super::report::FilledCells;
use super::source::Source;
use crate::area::AreaTree;
use crate::error::Result;

/// What a term learned, with the precision of its columns and the cells it filled.
pub(super) struct Learned<T> {
    pub(super) term: T,
    pub(super) precision: Vec<Precision>,
    pub(super) filled: Vec<FilledCells>,
}

impl<T> Learned<T> {
    pub(super) fn map<U>(self, wrap: impl FnOnce(T) -> U) -> Learned<U> {
        Learned { term: wrap(self.term), precision: self.precision, filled: self.filled }
    }
}

/// Where a recipe is learned.
pub(super) struct Training<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) tree: &'a AreaTree,
    pub(super) missing: MissingCells,
}

impl Training<'_> {
    /// Position of the level a column lives on, after the check that the column is constant within its areas.
    pub(super) fn level_checked<T: Copy + PartialEq>(
        &self,
        column: &str,
        level: Option<&str>,
        cells: &[Option<T>],
    ) -> Result<Option<usize>> {
        let Some(level) = level else { return Ok(None) };
        let at = self.tree.level(level)?;
        self.source.refuse_varying(self.tree, column, at, cells)?;
        Ok(Some(at))
    }

    /// The levels from which a column that lives on this one is filled.
    pub(super) fn reach(&self, level: Option<usize>) -> Reach<'_> {
        let finest = self.tree.levels().len().checked_sub(1);
        match level.or(finest) {
            Some(from) if self.missing.fills() => Reach::Upwards { tree: self.tree, from },
            _ => Reach::Nowhere,
        }
    }
}
