//! The same problem with the rows' own effects left to their densities.

use super::nodes::Nodes;
use super::problem::{LevelAreas, Problem, ROW_LEVEL};
use super::published::CoarseRow;
use crate::count::Count;
use crate::error::{ErrorKind, Result};
use crate::family::Coarse;

impl Problem {
    /// The problem without its row effect, for families that hold it: every row is listed with what was published about
    /// it, an exact count as an interval of one; the histogram remains that of the exact counts.
    ///
    /// Fails where the rows have no effect.
    pub(crate) fn with_rows_integrated(&self) -> Result<Problem> {
        let Some((rows, above)) =
            self.model_levels().split_last().filter(|(l, _)| l.areas == LevelAreas::Rows)
        else {
            let known = self.model_levels().iter().map(|level| level.name.clone()).collect();
            return Err(ErrorKind::UnknownLevel { level: ROW_LEVEL.into(), known }.into());
        };
        debug_assert_eq!(rows.name, ROW_LEVEL);
        let areas: Vec<Vec<u32>> = (0..above.len()).map(|level| self.areas_of_sorted_rows(level)).collect();
        let mut integrated = self.clone();
        integrated.nodes = Nodes::new(&areas, self.n_rows());
        integrated.set_levels(above.to_vec());
        integrated.coarse = self.all_rows_as_coarse();
        super::published::place_in_leaves(&mut integrated.coarse, &integrated.nodes);
        integrated.y.fill(0.0);
        Ok(integrated)
    }

    /// The area of each sorted row at a level.
    fn areas_of_sorted_rows(&self, level: usize) -> Vec<u32> {
        let area: Vec<u32> = self.nodes.areas().map(|(_, area)| area).collect();
        let mut by_row = Vec::with_capacity(self.n_rows());
        for tree in self.nodes.subtrees() {
            for (node, rows) in tree.rows_of_nodes(level) {
                by_row.extend(rows.map(|_| area[tree.first_node + node]));
            }
        }
        by_row
    }

    fn all_rows_as_coarse(&self) -> Vec<CoarseRow> {
        let mut coarse = self.coarse.iter().peekable();
        let rows = self.y.iter().enumerate();
        rows.map(|(row, &y)| match coarse.next_if(|coarse| coarse.row == row) {
            Some(known) => *known,
            None => CoarseRow {
                row,
                leaf: 0,
                count: Count::Exact(y as u64),
                published: Coarse { lo: y, hi: y, base: 1.0 },
                typical: y,
            },
        })
        .collect()
    }
}
