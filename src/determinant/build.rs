//! From what is wanted and a table to a design.

use super::cells::{self, CellKind};
use super::columns::refuse_non_finite;
use super::design::Draft;
use super::recipe::{Recipe, common_length};
use super::report::DroppedRow;
use super::source::Source;
use super::surroundings::Surroundings;
use super::training::Training;
use super::{Design, Determinants, MissingCells, Term};
use crate::area::Placement;
use crate::error::{ErrorKind, Result};
use crate::table::Table;
use std::collections::BTreeMap;

impl Determinants {
    /// Learns from the rows given (positions in the table, in any order) and makes their matrix.
    ///
    /// Fails, naming columns and rows, on: columns that the table lacks or that are no numbers; missing cells, unless
    /// a policy says what to do with them; nothing to fill from; values outside a transform's domain or too large to
    /// compute with; a column that varies within the areas it is said to belong to; a reference that does not occur or
    /// a single category; levels that the placement lacks; interactions of columns that are no terms; two columns of
    /// one name; constant and aliased columns, unless they are to be left out; and where no row is left.
    pub fn build(&self, table: &Table, placement: &Placement, rows: &[usize]) -> Result<Design> {
        refuse_rows_beyond(common_length(table, placement)?, rows)?;
        let (rows, dropped) = self.usable_rows(table, rows)?;
        let source = Source { table, rows: &rows, around: Surroundings::on_own_tree(placement, &rows) };
        let training = Training { source: &source, tree: placement.tree(), missing: self.missing };
        let (recipe, precision, filled) = Recipe::learn(self, &training)?;
        let matrix = recipe.write(&source)?;
        refuse_non_finite(matrix.view(), recipe.names(), &rows)?;
        let draft = Draft { rows, matrix, precision, recipe, dropped, filled };
        draft.finish(self.aliased)
    }

    /// The rows that the policy for missing cells leaves, and those it drops.
    fn usable_rows(&self, table: &Table, rows: &[usize]) -> Result<(Vec<usize>, Vec<DroppedRow>)> {
        if rows.is_empty() {
            let why = "no rows were given to the determinants".into();
            return Err(ErrorKind::NoRows { why }.into());
        }
        let columns = self.terms.iter().map(|term| (term.column(), kind(term)));
        let missing = cells::missing(table, rows, columns)?;
        match self.missing {
            MissingCells::Refuse if !missing.is_empty() => {
                return Err(ErrorKind::MissingCells { columns: missing }.into());
            }
            MissingCells::Drop => {}
            _ => return Ok((rows.to_vec(), Vec::new())),
        }
        let mut lacking: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (column, rows) in missing {
            for row in rows {
                lacking.entry(row).or_default().push(column.clone());
            }
        }
        let kept: Vec<usize> = rows.iter().copied().filter(|row| !lacking.contains_key(row)).collect();
        if kept.is_empty() {
            let why = "a determinant is missing in every row".into();
            return Err(ErrorKind::NoRows { why }.into());
        }
        let dropped = lacking.into_iter().map(|(row, columns)| DroppedRow { row, columns }).collect();
        Ok((kept, dropped))
    }
}

pub(super) fn kind(term: &Term) -> CellKind {
    match term {
        Term::Numeric(_) => CellKind::Numbers,
        Term::Categorical(_) => CellKind::Categories,
    }
}

fn refuse_rows_beyond(n_rows: usize, rows: &[usize]) -> Result<()> {
    match rows.iter().max() {
        Some(&last) if last >= n_rows => Err(ErrorKind::Length {
            what: "the table of determinants".into(),
            expected: last + 1,
            found: n_rows,
        }
        .into()),
        _ => Ok(()),
    }
}
