//! Area × period cells of stock and flow.

use super::cell::Flow;
use super::gap::Gap;
use super::identity::Identity;
use super::period::{Part, Period};
use super::revision::Revision;
use crate::error::{ErrorKind, Result};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Cells of areas and periods, each once: areas in the order in which they are first met, periods in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowTable {
    areas: Vec<String>,
    cells: Vec<Flow>,
    /// Where the cells of each area begin, and where the last one's end.
    starts: Vec<usize>,
}

impl FlowTable {
    /// Checks that no cell stands twice and that no period is a point in time; fails with all that do and are.
    ///
    /// Periods of different lengths may stand together, a year and its halves for instance; only those of one length follow
    /// each other.
    pub fn new(mut cells: Vec<Flow>) -> Result<Self> {
        let points: Vec<String> = cells
            .iter()
            .filter(|cell| matches!(cell.period.part(), Part::PointInTime { .. }))
            .map(|cell| format!("{} {}", cell.area, cell.period))
            .collect();
        if !points.is_empty() {
            let message = format!("flows belong to stretches of time, not to points: {}", points.join(", "));
            return Err(ErrorKind::Specification { message }.into());
        }
        let mut seen = HashSet::new();
        let twice: BTreeSet<String> = cells
            .iter()
            .filter(|cell| !seen.insert((&cell.area, cell.period)))
            .map(|cell| format!("{} {}", cell.area, cell.period))
            .collect();
        if !twice.is_empty() {
            let codes = twice.into_iter().collect();
            return Err(
                ErrorKind::RepeatedCodes { what: "the cells of area and period".into(), codes }.into()
            );
        }
        let (mut areas, mut rank) = (Vec::new(), HashMap::new());
        for cell in &cells {
            rank.entry(cell.area.clone()).or_insert_with(|| {
                areas.push(cell.area.clone());
                areas.len() - 1
            });
        }
        cells.sort_by_key(|cell| (rank.get(&cell.area).copied(), cell.period));
        let before =
            |area: usize| cells.partition_point(|cell| rank.get(&cell.area).is_some_and(|r| *r < area));
        let starts = (0..=areas.len()).map(before).collect();
        Ok(FlowTable { areas, cells, starts })
    }

    /// The areas' codes.
    pub fn areas(&self) -> &[String] {
        &self.areas
    }

    /// All cells, area after area.
    pub fn cells(&self) -> &[Flow] {
        &self.cells
    }

    /// The cells of an area, in time; none where the code is not there.
    pub fn of_area(&self, area: &str) -> &[Flow] {
        let at = self.areas.iter().position(|known| known == area);
        let range = at.and_then(|at| Some(*self.starts.get(at)?..*self.starts.get(at + 1)?));
        range.and_then(|range| self.cells.get(range)).unwrap_or_default()
    }

    /// The cell of an area and period.
    pub fn cell(&self, area: &str, period: Period) -> Option<&Flow> {
        self.of_area(area).iter().find(|cell| cell.period == period)
    }

    /// Whether the figures of each cell agree, along [`FlowTable::cells`].
    pub fn identities(&self) -> Vec<Identity> {
        self.cells.iter().map(Flow::identity).collect()
    }

    /// Every place where a period of an area does not open with what the one before it closed with, as published; nothing is
    /// said where a stock is missing or the period before is not there.
    pub fn revisions(&self) -> Vec<Revision> {
        self.revisions_along().flatten().collect()
    }

    /// The same along [`FlowTable::cells`], by the period that closes.
    pub(super) fn revisions_along(&self) -> impl Iterator<Item = Option<Revision>> + '_ {
        let areas = self.starts.windows(2).filter_map(|ends| self.cells.get(ends[0]..ends[1]));
        areas.flat_map(|cells| cells.iter().map(|cell| revision(cell, cells)))
    }
}

/// The revision between a cell and the next period's among the cells of its area.
fn revision(cell: &Flow, of_area: &[Flow]) -> Option<Revision> {
    let next = cell.period.next()?;
    let at = of_area.binary_search_by_key(&next, |cell| cell.period).ok()?;
    let gap = Gap::of(&[of_area.get(at)?.opening], &[cell.closing])?;
    let revised = gap.published != 0.0 || !gap.allows_zero();
    revised.then(|| Revision { area: cell.area.clone(), period: cell.period, gap })
}
