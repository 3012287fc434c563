//! The areas with a random intercept as nodes, coarse before fine.

use super::sums::Sums;
use crate::area::{AreaTree, Placement};
use crate::error::{ErrorKind, Result};
use std::ops::Range;

/// All areas of the levels with a random intercept; those without a row in the fit take part in predictions only.
#[derive(Debug, Clone)]
pub(super) struct Nodes {
    /// Positions of the levels in the tree, ascending.
    pub(super) levels: Vec<usize>,
    /// The nodes of each of those levels.
    ranges: Vec<Range<usize>>,
    pub(super) parent: Vec<Option<usize>>,
    /// The node of each row of the design; empty where no level has an intercept.
    leaf: Vec<usize>,
}

impl Nodes {
    /// Fails on a level that the tree does not have.
    pub(super) fn new(names: &[String], placement: &Placement, rows: &[usize]) -> Result<Self> {
        let tree = placement.tree();
        let mut levels = names.iter().map(|name| tree.level(name)).collect::<Result<Vec<_>>>()?;
        levels.sort_unstable();
        levels.dedup();
        let (mut ranges, mut parent): (Vec<Range<usize>>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
        for (at, &level) in levels.iter().enumerate() {
            let first = parent.len();
            match at.checked_sub(1).map(|above| (levels[above], ranges[above].start)) {
                Some((above, start)) => parent.extend(
                    ancestors(tree, level, above).into_iter().map(|area| Some(start + area as usize)),
                ),
                None => parent.extend((0..tree.n_areas(level)).map(|_| None)),
            }
            ranges.push(first..parent.len());
        }
        let leaf = match (levels.last(), ranges.last()) {
            (Some(&finest), Some(range)) => {
                let areas = placement.areas(finest);
                rows.iter().map(|&row| range.start + areas[row] as usize).collect()
            }
            _ => Vec::new(),
        };
        Ok(Nodes { levels, ranges, parent, leaf })
    }

    pub(super) fn len(&self) -> usize {
        self.parent.len()
    }

    pub(super) fn n_levels(&self) -> usize {
        self.levels.len()
    }

    /// The nodes of the l-th level.
    pub(super) fn of_level(&self, l: usize) -> Range<usize> {
        self.ranges[l].clone()
    }

    /// The l-th level with its nodes, coarse to fine.
    pub(super) fn by_level(&self) -> impl DoubleEndedIterator<Item = (usize, Range<usize>)> + '_ {
        self.ranges.iter().cloned().enumerate()
    }

    /// The node of a row of the design at its finest level; `None` where no level has an intercept.
    pub(super) fn leaf(&self, row: usize) -> Option<usize> {
        self.leaf.get(row).copied()
    }

    /// The node around or at `node` that lies at the l-th level.
    pub(super) fn up_to(&self, node: usize, l: usize) -> usize {
        let mut at = node;
        while let (true, Some(above)) = (at >= self.ranges[l].end, self.parent[at]) {
            at = above;
        }
        at
    }

    /// Areas of each level around rows with a response, from the weights of all nodes.
    pub(super) fn areas_with_rows(&self, weights: &[f64]) -> Vec<usize> {
        let held = |range: Range<usize>| weights[range].iter().filter(|&&w| w > 0.0).count();
        self.ranges.iter().cloned().map(held).collect()
    }

    /// Fails on a level with fewer than two areas among those that hold weight, and on levels with the same areas.
    pub(super) fn refuse_alike(&self, weights: &[f64], tree: &AreaTree) -> Result<()> {
        let name = |l: usize| tree.levels()[self.levels[l]].clone();
        let found = self.areas_with_rows(weights);
        if let Some(l) = found.iter().position(|&found| found < 2) {
            return Err(ErrorKind::TooFewAreas { level: name(l), found: found[l] }.into());
        }
        if let Some(l) = found.windows(2).position(|pair| pair[0] == pair[1]) {
            return Err(ErrorKind::ConfoundedLevels { coarse: name(l), fine: name(l + 1) }.into());
        }
        Ok(())
    }

    /// Fails where every area of the finest level has one row: its effect is the residual.
    pub(super) fn refuse_rows(&self, sums: &Sums, tree: &AreaTree) -> Result<()> {
        let leaves = sums.weights.iter().filter(|&&weight| weight > 0.0).count();
        match self.levels.last() {
            Some(&level) if leaves == sums.n_rows => {
                Err(ErrorKind::ConfoundedLevels { coarse: tree.levels()[level].clone(), fine: "row".into() }
                    .into())
            }
            _ => Ok(()),
        }
    }
}

/// The area at the level `above` around each area of `level`.
fn ancestors(tree: &AreaTree, level: usize, above: usize) -> Vec<u32> {
    let mut areas: Vec<u32> = (0..tree.n_areas(level) as u32).collect();
    for l in (above + 1..=level).rev() {
        let parents = tree.parents(l);
        areas.iter_mut().for_each(|area| *area = parents[*area as usize]);
    }
    areas
}
