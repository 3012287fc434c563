//! The rows sorted along the tree, and the nodes that carry the random intercepts.

use std::ops::Range;

/// Nodes of a forest, root subtree by root subtree, coarse to fine within each.
///
/// A parent stands before its children and the leaves of a subtree come last, in the order of the rows; sweeps up and
/// down are plain loops backward and forward.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Nodes {
    n_levels: usize,
    level: Vec<u8>,
    parent: Vec<u32>,
    area: Vec<u32>,
    row_start: Vec<usize>,
    subtrees: Vec<Span>,
}

#[derive(Debug, Clone, PartialEq)]
struct Span {
    nodes: Range<usize>,
    leaves: Range<usize>,
}

/// One root subtree, with positions counted from its own start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subtree<'a> {
    /// Level of each node, 0 for the root.
    pub level: &'a [u8],
    /// Parent of each node; the root names itself.
    pub parent: &'a [u32],
    /// Position of the root among all nodes.
    pub first_node: usize,
    /// The leaves are the last nodes: row bounds among all rows, one more than there are leaves.
    pub row_start: &'a [usize],
}

impl Subtree<'_> {
    pub(crate) fn n_nodes(&self) -> usize {
        self.level.len()
    }

    pub(crate) fn n_leaves(&self) -> usize {
        self.row_start.len() - 1
    }

    /// The node of the first leaf.
    pub(crate) fn first_leaf(&self) -> usize {
        self.n_nodes() - self.n_leaves()
    }

    /// The subtree's rows among all rows.
    pub(crate) fn rows(&self) -> Range<usize> {
        self.row_start[0]..self.row_start[self.n_leaves()]
    }

    /// Rows of a leaf, counted from the subtree's first row.
    pub(crate) fn leaf_rows(&self, leaf: usize) -> Range<usize> {
        self.row_start[leaf] - self.row_start[0]..self.row_start[leaf + 1] - self.row_start[0]
    }
}

impl Nodes {
    /// Builds the nodes of rows that are sorted along `areas[level][row]`, coarsest level first.
    ///
    /// Without levels there is one node that holds all rows.
    pub(crate) fn new(areas: &[Vec<u32>], n_rows: usize) -> Self {
        let all_in_one = [vec![0; n_rows]];
        let areas = if areas.is_empty() { &all_in_one } else { areas };
        let starts: Vec<Vec<usize>> = areas.iter().map(|level| run_starts(level, n_rows)).collect();
        let mut nodes = Nodes {
            n_levels: areas.len(),
            level: vec![],
            parent: vec![],
            area: vec![],
            row_start: vec![],
            subtrees: vec![],
        };
        for (i, &start) in starts[0].iter().enumerate() {
            let end = starts[0].get(i + 1).copied().unwrap_or(n_rows);
            let within = |starts: &Vec<usize>| {
                let (from, to) =
                    (starts.partition_point(|&r| r < start), starts.partition_point(|&r| r < end));
                starts[from..to].to_vec()
            };
            nodes.push_subtree(areas, &starts.iter().map(within).collect::<Vec<_>>());
        }
        nodes.row_start.push(n_rows);
        nodes
    }

    /// Adds the nodes of one root, whose rows at each level start at `starts[level]`.
    fn push_subtree(&mut self, areas: &[Vec<u32>], starts: &[Vec<usize>]) {
        let (first, first_leaf) = (self.level.len(), self.row_start.len());
        let mut above = 0;
        for (l, rows) in starts.iter().enumerate() {
            let here = self.level.len() - first;
            let mut parent = 0;
            for &row in rows {
                while l > 0 && starts[l - 1].get(parent + 1).is_some_and(|&next| next <= row) {
                    parent += 1;
                }
                self.level.push(l as u8);
                self.parent.push((above + parent) as u32);
                self.area.push(areas[l][row]);
            }
            above = here;
        }
        self.row_start.extend(starts.last().into_iter().flatten());
        self.subtrees.push(Span { nodes: first..self.level.len(), leaves: first_leaf..self.row_start.len() });
    }

    pub(crate) fn n_levels(&self) -> usize {
        self.n_levels
    }

    pub(crate) fn n_nodes(&self) -> usize {
        self.level.len()
    }

    pub(crate) fn n_subtrees(&self) -> usize {
        self.subtrees.len()
    }

    /// Level and area (its position at that level of the caller's tree, or the row) of each node.
    pub(crate) fn areas(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        self.level.iter().zip(&self.area).map(|(&level, &area)| (level as usize, area))
    }

    /// Number of nodes at a level.
    pub(crate) fn n_areas(&self, level: usize) -> usize {
        self.level.iter().filter(|&&l| l as usize == level).count()
    }

    /// Position of each node's parent among all nodes; `None` for roots.
    pub(crate) fn parents(&self) -> Vec<Option<u32>> {
        let mut parents = Vec::with_capacity(self.n_nodes());
        for tree in self.subtrees() {
            let above = |node: usize| (node > 0).then(|| tree.first_node as u32 + tree.parent[node]);
            parents.extend((0..tree.n_nodes()).map(above));
        }
        parents
    }

    /// The leaf of each row, sorted rows and all nodes counted through.
    pub(crate) fn leaf_of_rows(&self) -> Vec<u32> {
        let mut leaves = Vec::new();
        for tree in self.subtrees() {
            for leaf in 0..tree.n_leaves() {
                let node = (tree.first_node + tree.first_leaf() + leaf) as u32;
                leaves.extend(tree.leaf_rows(leaf).map(|_| node));
            }
        }
        leaves
    }

    pub(crate) fn subtree(&self, i: usize) -> Subtree<'_> {
        let Span { nodes, leaves } = &self.subtrees[i];
        Subtree {
            level: &self.level[nodes.clone()],
            parent: &self.parent[nodes.clone()],
            first_node: nodes.start,
            row_start: &self.row_start[leaves.start..leaves.end + 1],
        }
    }

    pub(crate) fn subtrees(&self) -> impl Iterator<Item = Subtree<'_>> {
        (0..self.n_subtrees()).map(|i| self.subtree(i))
    }
}

fn run_starts(areas: &[u32], n_rows: usize) -> Vec<usize> {
    (0..n_rows).filter(|&row| row == 0 || areas[row] != areas[row - 1]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_two_level_forest_has_parents_before_children_and_leaves_last() {
        let areas = [vec![5, 5, 5, 5, 2, 2], vec![0, 0, 7, 7, 3, 4]];
        let nodes = Nodes::new(&areas, 6);
        assert_eq!((nodes.n_levels(), nodes.n_nodes(), nodes.n_subtrees()), (2, 6, 2));
        let first = nodes.subtree(0);
        assert_eq!((first.level, first.parent), (&[0, 1, 1][..], &[0, 0, 0][..]));
        assert_eq!((first.first_leaf(), first.leaf_rows(1), first.rows()), (1, 2..4, 0..4));
        let second = nodes.subtree(1);
        assert_eq!((second.first_node, second.leaf_rows(1), second.rows()), (3, 1..2, 4..6));
        assert_eq!(nodes.areas().collect::<Vec<_>>(), [(0, 5), (1, 0), (1, 7), (0, 2), (1, 3), (1, 4)]);
    }

    #[test]
    fn three_levels_find_their_own_parents() {
        let areas = [vec![0, 0, 0, 0], vec![0, 0, 1, 1], vec![0, 1, 2, 2]];
        let nodes = Nodes::new(&areas, 4);
        let tree = nodes.subtree(0);
        assert_eq!(tree.level, [0, 1, 1, 2, 2, 2]);
        assert_eq!(tree.parent, [0, 0, 0, 1, 1, 2]);
        assert_eq!(tree.row_start, [0, 1, 2, 4]);
    }

    #[test]
    fn without_levels_one_node_holds_every_row() {
        let nodes = Nodes::new(&[], 3);
        assert_eq!((nodes.n_nodes(), nodes.subtree(0).rows()), (1, 0..3));
    }
}
