//! Trees and placements for the tests of this folder.

#![allow(clippy::unwrap_used)]

use crate::area::{AreaTree, CodeScope, Placement};

/// Rows of codes, coarsest level first, on the tree they span.
pub(super) fn placed(levels: &[&str], rows: &[&[&str]]) -> Placement {
    let columns: Vec<Vec<&str>> =
        (0..levels.len()).map(|l| rows.iter().map(|row| row[l]).collect()).collect();
    let levels: Vec<(&str, &[&str])> =
        levels.iter().copied().zip(columns.iter().map(Vec::as_slice)).collect();
    Placement::from_codes(&levels, CodeScope::WithinParent).unwrap()
}

pub(super) fn tree(levels: &[&str], rows: &[&[&str]]) -> AreaTree {
    placed(levels, rows).tree().clone()
}

/// One area for all rows.
pub(super) fn one_area(n_rows: usize) -> Placement {
    placed(&["all"], &vec![&["1"][..]; n_rows])
}
