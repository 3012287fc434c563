//! The rows whose count is known in part only, beside the exact ones.

use super::nodes::Nodes;
use crate::count::{Count, Exposure};
use crate::family::{Coarse, Histogram};

/// A row whose count was withheld or rounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CoarseRow {
    /// Its position among the sorted rows.
    pub row: usize,
    /// Its leaf, counted within the root subtree.
    pub leaf: usize,
    /// What was published.
    pub count: Count,
    /// The same for the kernels.
    pub published: Coarse,
    /// A count inside the bounds, for starting points and scales only.
    pub typical: f64,
}

impl CoarseRow {
    /// A row of whose count nothing is known.
    pub(super) fn unknown(row: usize, leaf: usize) -> Self {
        let published = Coarse { lo: 0.0, hi: f64::INFINITY, base: 1.0 };
        CoarseRow { row, leaf, count: Count::Missing, published, typical: 0.0 }
    }
}

/// Counts of the design's rows: numbers where they are known, 0 for the others, which are listed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Observed {
    pub y: Vec<f64>,
    pub coarse: Vec<(usize, Count)>,
    pub exposures: Vec<Exposure>,
}

impl Observed {
    /// Each row's count with its exposure.
    pub(super) fn of(rows: impl Iterator<Item = (Count, Exposure)>) -> Self {
        let mut observed = Observed { y: Vec::new(), coarse: Vec::new(), exposures: Vec::new() };
        for (position, (count, exposure)) in rows.enumerate() {
            let bounds = count.bounds();
            if bounds.hi() == Some(bounds.lo()) {
                observed.y.push(bounds.lo() as f64);
            } else {
                observed.y.push(0.0);
                observed.coarse.push((position, count));
            }
            observed.exposures.push(exposure);
        }
        observed
    }

    /// The coarse rows in sorted order, each with its leaf and a typical count.
    pub(super) fn coarse_rows(&self, order: &[u32], nodes: &Nodes) -> Vec<CoarseRow> {
        if self.coarse.is_empty() {
            return Vec::new();
        }
        let rate = self.typical_rate();
        let mut place = vec![0usize; order.len()];
        order.iter().enumerate().for_each(|(new, &old)| place[old as usize] = new);
        let mut rows: Vec<CoarseRow> = self
            .coarse
            .iter()
            .map(|&(row, count)| CoarseRow {
                row: place[row],
                leaf: 0,
                count,
                published: coarse(count),
                typical: typical(count, rate * self.exposures[row].get()),
            })
            .collect();
        rows.sort_unstable_by_key(|row| row.row);
        place_in_leaves(&mut rows, nodes);
        rows
    }

    /// Counts per unit of exposure, from the rows that say most: exact and narrow ones, or else all.
    fn typical_rate(&self) -> f64 {
        let exact =
            others(self.y.len(), self.coarse.iter().map(|&(row, _)| row)).map(|row| (row, self.y[row]));
        let middle = |&(row, count): &(usize, Count)| {
            let bounds = count.bounds();
            let hi = bounds.hi().unwrap_or_else(|| bounds.lo().saturating_mul(2).saturating_add(1));
            (row, 0.5 * (bounds.lo() as f64 + hi as f64), hi <= bounds.lo().saturating_mul(2))
        };
        let coarse: Vec<(usize, f64, bool)> = self.coarse.iter().map(middle).collect();
        let narrow = coarse.iter().filter(|(.., narrow)| *narrow).map(|&(row, y, _)| (row, y));
        let rate = |rows: &mut dyn Iterator<Item = (usize, f64)>| {
            let (y, e) =
                rows.fold((0.0, 0.0), |(y, e), (row, count)| (y + count, e + self.exposures[row].get()));
            (y > 0.0 && e > 0.0).then_some(y / e)
        };
        let best = rate(&mut exact.chain(narrow));
        best.or_else(|| rate(&mut coarse.iter().map(|&(row, y, _)| (row, y)))).unwrap_or(1.0)
    }
}

/// The rows but for some, given in ascending order.
fn others(n_rows: usize, but: impl Iterator<Item = usize>) -> impl Iterator<Item = usize> {
    let mut but = but.peekable();
    (0..n_rows).filter(move |row| but.next_if_eq(row).is_none())
}

/// How often each exact count occurs, where those of the coarse rows are not counts.
pub(super) fn histogram(y: &[f64], coarse: &[CoarseRow]) -> Histogram {
    let exact = others(y.len(), coarse.iter().map(|row| row.row));
    Histogram::new(&exact.map(|row| y[row]).collect::<Vec<_>>())
}

/// The nearest count inside the bounds to what is expected.
fn typical(count: Count, expected: f64) -> f64 {
    let bounds = count.bounds();
    let hi = bounds.hi().map_or(f64::INFINITY, |hi| hi as f64);
    expected.clamp(bounds.lo() as f64, hi)
}

pub(crate) fn coarse(count: Count) -> Coarse {
    if let Count::RandomlyRounded(rounded) = count {
        let base = f64::from(rounded.base());
        let (lo, hi) = (rounded.from() as f64 - (base - 1.0), rounded.to() as f64 + (base - 1.0));
        return Coarse { lo, hi, base };
    }
    let bounds = count.bounds();
    Coarse { lo: bounds.lo() as f64, hi: bounds.hi().map_or(f64::INFINITY, |hi| hi as f64), base: 1.0 }
}

/// Says of each row in which leaf of its root subtree it lies.
pub(super) fn place_in_leaves(rows: &mut [CoarseRow], nodes: &Nodes) {
    let mut next = 0;
    for tree in nodes.subtrees() {
        let first = tree.rows().start;
        for leaf in 0..tree.n_leaves() {
            let end = first + tree.leaf_rows(leaf).end;
            while next < rows.len() && rows[next].row < end {
                rows[next].leaf = leaf;
                next += 1;
            }
        }
    }
}
