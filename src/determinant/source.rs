//! Where cells come from: a table, the rows in use, and the areas around them.

use super::cells::{self, Coded};
use super::surroundings::Surroundings;
use crate::area::AreaTree;
use crate::error::{ErrorKind, Result};
use crate::table::Table;
use std::collections::BTreeSet;

/// The rows that columns are made for.
pub(super) struct Source<'a> {
    pub(super) table: &'a Table,
    /// Positions in the caller's table.
    pub(super) rows: &'a [usize],
    /// Along `rows`.
    pub(super) around: Surroundings<'a>,
}

impl Source<'_> {
    pub(super) fn numbers(&self, column: &str) -> Result<Vec<Option<f64>>> {
        cells::numbers(self.table, column, self.rows)
    }

    pub(super) fn categories(&self, column: &str) -> Result<Coded> {
        cells::categories(self.table, column, self.rows)
    }

    /// Fails where observed cells differ within an area of the level, naming those areas.
    pub(super) fn refuse_varying<T: Copy + PartialEq>(
        &self,
        tree: &AreaTree,
        column: &str,
        level: usize,
        cells: &[Option<T>],
    ) -> Result<()> {
        let mut first: Vec<Option<T>> = vec![None; tree.n_areas(level)];
        let mut varying = BTreeSet::new();
        for (row, cell) in cells.iter().enumerate() {
            let (Some(cell), Some(area)) = (*cell, self.around.area(row, level)) else {
                continue;
            };
            match first.get_mut(area as usize) {
                Some(Some(met)) if *met != cell => {
                    varying.insert(area as usize);
                }
                Some(met) => *met = Some(cell),
                None => {}
            }
        }
        if varying.is_empty() {
            return Ok(());
        }
        let codes = tree.codes(level);
        Err(ErrorKind::VariesWithinArea {
            column: column.into(),
            level: tree.levels().get(level).cloned().unwrap_or_default(),
            areas: varying.into_iter().filter_map(|area| codes.get(area).cloned()).collect(),
        }
        .into())
    }
}
