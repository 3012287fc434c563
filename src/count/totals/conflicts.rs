//! Totals that cannot hold, as an error that names them.

use super::sweeps::Clash;
use crate::area::Placement;
use crate::error::{Error, ErrorKind, TotalConflict, TotalOf};

/// One error with every clash, named by its area and its rows.
pub(super) fn refuse(placement: &Placement, clashes: Vec<Clash>) -> Error {
    let conflicts: Vec<TotalConflict> = clashes.iter().map(|clash| conflict(placement, clash)).collect();
    let mut rows: Vec<usize> = conflicts.iter().flat_map(|conflict| conflict.rows.iter().copied()).collect();
    rows.sort_unstable();
    rows.dedup();
    ErrorKind::InfeasibleTotals { conflicts, rows }.into()
}

/// The first layer is that of all rows; the levels follow.
fn conflict(placement: &Placement, clash: &Clash) -> TotalConflict {
    let (total, parts) = (clash.total.interval().into(), clash.parts.interval().into());
    let Some(level) = clash.layer.checked_sub(1) else {
        let rows = (0..placement.n_rows()).collect();
        return TotalConflict { of: TotalOf::AllRows, total, parts, rows };
    };
    let (tree, area) = (placement.tree(), clash.position as u32);
    let of = TotalOf::Area {
        level: tree.levels().get(level).cloned().unwrap_or_default(),
        path: tree.path(level, area).into_iter().map(String::from).collect(),
    };
    let areas = placement.areas(level);
    let rows = (0..areas.len()).filter(|&row| areas[row] == area).collect();
    TotalConflict { of, total, parts, rows }
}
