//! Which area each row of a table lies in.

use super::AreaTree;

/// The rows of a table on a tree: each lies in one area of the finest level, and so in one area of every level.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    tree: AreaTree,
    finest: Vec<u32>,
}

impl Placement {
    pub(crate) fn new(tree: AreaTree, finest: Vec<u32>) -> Self {
        Placement { tree, finest }
    }

    /// The tree the rows lie on.
    pub fn tree(&self) -> &AreaTree {
        &self.tree
    }

    /// Number of rows placed.
    pub fn n_rows(&self) -> usize {
        self.finest.len()
    }

    /// Position of each row's area at a level (0 for the coarsest), in the rows' order.
    pub fn areas(&self, level: usize) -> Vec<u32> {
        let mut areas = self.finest.clone();
        for l in (level + 1..self.tree.levels().len()).rev() {
            let parents = self.tree.parents(l);
            areas.iter_mut().for_each(|area| *area = parents[*area as usize]);
        }
        areas
    }
}
