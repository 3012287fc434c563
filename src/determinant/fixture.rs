//! Trees and placements for the tests of this folder.

use crate::area::{AreaTree, Placement};

/// Rows of codes, coarsest level first, on the tree they span.
pub(super) fn placed(levels: &[&str], rows: &[&[&str]]) -> Placement {
    let mut codes: Vec<Vec<String>> = vec![Vec::new(); levels.len()];
    let mut parents: Vec<Vec<u32>> = vec![Vec::new(); levels.len()];
    let mut finest = Vec::new();
    for row in rows {
        let mut parent = None;
        for (level, code) in row.iter().enumerate() {
            let known = (0..codes[level].len())
                .find(|&area| codes[level][area] == *code && parents[level].get(area).copied() == parent);
            let area = known.unwrap_or_else(|| {
                codes[level].push(code.to_string());
                parents[level].extend(parent);
                codes[level].len() - 1
            });
            parent = Some(area as u32);
        }
        finest.extend(parent);
    }
    let levels = levels.iter().map(|level| level.to_string()).collect();
    Placement::new(AreaTree::from_parts(levels, codes, parents), finest)
}

pub(super) fn tree(levels: &[&str], rows: &[&[&str]]) -> AreaTree {
    placed(levels, rows).tree().clone()
}

/// One area for all rows.
pub(super) fn one_area(n_rows: usize) -> Placement {
    placed(&["all"], &vec![&["1"][..]; n_rows])
}
