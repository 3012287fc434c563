//! The sums of a table as pairs of smaller sums.

use super::forest::Forest;
use super::reach::{Range, Reach};

/// A row, or the sum of two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Row(usize),
    Pair(usize, usize),
}

/// All tied rows and their sums, parts before their pairs: every area with a total is a part.
///
/// Pairing neighbours keeps the tables of sums short; one sweep up and one down make each range the tightest.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    pub parts: Vec<Part>,
    pub ranges: Vec<Range>,
    /// The part that is all of an area, for each area around which nothing is tied.
    pub tops: Vec<(usize, usize)>,
}

impl Sums {
    /// The areas in `reach` have totals that their rows can meet.
    pub(super) fn new(forest: &Forest, reach: &Reach) -> Self {
        let mut sums = Sums::default();
        let mut below: Vec<Vec<usize>> = vec![Vec::new(); reach.tied.len()];
        for (row, &node) in forest.of_row().iter().enumerate() {
            if reach.tied[node] {
                below[node].push(sums.push(Part::Row(row), reach.rows[row]));
            }
        }
        for (node, parent) in forest.parents().iter().enumerate().rev() {
            let Some(whole) = sums.paired(std::mem::take(&mut below[node])) else { continue };
            sums.ranges[whole] = sums.ranges[whole].both(reach.totals[node]);
            match parent {
                Some(parent) if reach.tied[*parent] => below[*parent].push(whole),
                _ => sums.tops.push((whole, node)),
            }
        }
        sums.tighten();
        sums
    }

    /// The area at the top of all sums that a part belongs to.
    pub(super) fn area_around(&self, part: usize) -> usize {
        let around = |part| {
            self.parts.iter().position(|&pair| match pair {
                Part::Pair(left, right) => left == part || right == part,
                Part::Row(_) => false,
            })
        };
        let top = std::iter::successors(Some(part), |&part| around(part)).last();
        self.tops.iter().find(|&&(whole, _)| Some(whole) == top).map_or(0, |&(_, node)| node)
    }

    fn push(&mut self, part: Part, range: Range) -> usize {
        self.parts.push(part);
        self.ranges.push(range);
        self.parts.len() - 1
    }

    fn paired(&mut self, mut parts: Vec<usize>) -> Option<usize> {
        while parts.len() > 1 {
            let pairs = parts.chunks(2).map(|pair| match *pair {
                [left, right] => {
                    self.push(Part::Pair(left, right), self.ranges[left].plus(self.ranges[right]))
                }
                _ => pair[0],
            });
            parts = pairs.collect();
        }
        parts.pop()
    }

    /// Leaves each part what the sum around it and the other part leave it.
    fn tighten(&mut self) {
        for i in (0..self.parts.len()).rev() {
            let (Part::Pair(left, right), whole) = (self.parts[i], self.ranges[i]) else { continue };
            let (a, b) = (self.ranges[left], self.ranges[right]);
            self.ranges[left] = a.both(rest(whole, b));
            self.ranges[right] = b.both(rest(whole, a));
        }
    }
}

/// What is left of a sum without one of its parts.
fn rest(whole: Range, part: Range) -> Range {
    Range { lo: whole.lo.saturating_sub(part.hi), hi: whole.hi.saturating_sub(part.lo) }
}
