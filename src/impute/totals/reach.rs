//! How far counts and sums may go, and which totals say anything.

use super::forest::Forest;
use crate::count::{Interval, RestrictedCount};
use crate::error::{ErrorKind, Result};

/// Smallest and largest value, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub lo: u64,
    pub hi: u64,
}

impl Range {
    const ALL: Range = Range { lo: 0, hi: u64::MAX };

    pub(super) fn both(self, other: Range) -> Range {
        Range { lo: self.lo.max(other.lo), hi: self.hi.min(other.hi) }
    }

    pub(super) fn plus(self, other: Range) -> Range {
        Range { lo: self.lo.saturating_add(other.lo), hi: self.hi.saturating_add(other.hi) }
    }

    pub(super) fn is_empty(self) -> bool {
        self.lo > self.hi
    }
}

/// The ranges of rows and totals, and the areas in which rows are tied to each other.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    /// Of each row; as published where it is not tied.
    pub rows: Vec<Range>,
    /// What the totals say of the sum of each area.
    pub totals: Vec<Range>,
    /// Whether the total of the area, or of one around it, leaves out sums that the rows could have.
    pub tied: Vec<bool>,
}

/// Rows no wider than this are not looked at for negligible tails.
const SHORT: u64 = 64;

impl Reach {
    /// Fails on a total that no sum meets, naming its area, and on a row that would go beyond 2^53.
    pub(super) fn new(
        forest: &Forest,
        rows: &[RestrictedCount],
        totals: &[(usize, Interval)],
    ) -> Result<Self> {
        let totals = ranges_of(forest, totals)?;
        let rows = row_ranges(forest, rows, &totals)?;
        let sums = sum_ranges(forest, &rows, &totals)?;
        let mut tied = Vec::with_capacity(totals.len());
        for (node, parent) in forest.parents().iter().enumerate() {
            let cut = sums[node].both(totals[node]) != sums[node];
            tied.push(cut || parent.is_some_and(|parent| tied[parent]));
        }
        Ok(Reach { rows, totals, tied })
    }
}

fn ranges_of(forest: &Forest, totals: &[(usize, Interval)]) -> Result<Vec<Range>> {
    let mut ranges = vec![Range::ALL; forest.parents().len()];
    for &(node, total) in totals {
        let Some(range) = ranges.get_mut(node) else {
            let message = format!("a total names area {node}, but there are {}", forest.parents().len());
            return Err(ErrorKind::Specification { message }.into());
        };
        *range = range.both(Range { lo: total.lo(), hi: total.hi().unwrap_or(u64::MAX) });
    }
    Ok(ranges)
}

/// Published bounds up to the totals around the row, without the tail that no total can make likely.
///
/// Whatever the others are, the totals leave the row an interval that starts at the largest lower end of a total or
/// before; so it goes far beyond that end with no more than the probability of the tail given that it goes there.
fn row_ranges(forest: &Forest, rows: &[RestrictedCount], totals: &[Range]) -> Result<Vec<Range>> {
    let mut around: Vec<Range> = Vec::with_capacity(totals.len());
    for (node, parent) in forest.parents().iter().enumerate() {
        let above = parent.map_or(Range::ALL, |parent| around[parent]);
        let own = totals[node];
        around.push(Range { lo: own.lo.max(above.lo), hi: own.hi.min(above.hi) });
    }
    let ranges = rows.iter().zip(forest.of_row()).map(|(row, &node)| {
        let (bounds, around) = (row.published().bounds(), around[node]);
        let (lo, hi) = (bounds.lo(), bounds.hi().unwrap_or(u64::MAX));
        // one more than the totals leave, so that the sums show that they leave something out
        let within = Range { lo, hi: hi.min(around.hi.saturating_add(1)).max(lo) };
        match around == Range::ALL || within.hi - lo <= SHORT {
            true => Ok(within),
            false => Ok(Range { lo, hi: row.end_of_tail(lo.max(around.lo), within.hi)? }),
        }
    });
    ranges.enumerate().map(|(row, range)| range.map_err(|error| in_row(error, row))).collect()
}

/// What the rows below each area can add up to, whatever its own total says.
fn sum_ranges(forest: &Forest, rows: &[Range], totals: &[Range]) -> Result<Vec<Range>> {
    let mut sums = vec![Range { lo: 0, hi: 0 }; totals.len()];
    for (row, &node) in rows.iter().zip(forest.of_row()) {
        sums[node] = sums[node].plus(*row);
    }
    for (node, parent) in forest.parents().iter().enumerate().rev() {
        let sum = sums[node].both(totals[node]);
        if sum.is_empty() {
            return Err(ErrorKind::UnreachableTotal { area: forest.name(node) }.into());
        }
        if let Some(parent) = *parent {
            sums[parent] = sums[parent].plus(sum);
        }
    }
    Ok(sums)
}

/// The same error, about a row.
pub(super) fn in_row(error: crate::Error, row: usize) -> crate::Error {
    match error.kind() {
        &ErrorKind::Undrawable { mean, .. } => ErrorKind::Undrawable { mean, rows: vec![row] }.into(),
        _ => error,
    }
}
