//! One pass over one root subtree, from the rows to its share of value, gradient and Hessian.

use super::point::Point;
use super::scratch::Scratch;
use crate::family::Coarsened;
use crate::model::{Problem, Subtree};
use std::ops::Range;

/// A subtree at a point, with its working memory. The steps stand in files of their own, in the order in which
/// [`super::evaluate`] calls them.
pub(super) struct Pass<'a, F> {
    pub problem: &'a Problem,
    pub subtree: Subtree<'a>,
    /// The subtree's share of the problem's coarse rows.
    pub coarse: Range<usize>,
    pub family: F,
    pub point: &'a Point,
    pub scratch: &'a mut Scratch,
}

impl<'a, F: Coarsened> Pass<'a, F> {
    pub(super) fn new(
        problem: &'a Problem,
        subtree: Subtree<'a>,
        family: F,
        point: &'a Point,
        scratch: &'a mut Scratch,
    ) -> Self {
        let coarse = if F::MIXED { problem.coarse_within(subtree.rows()) } else { 0..0 };
        Pass { problem, subtree, coarse, family, point, scratch }
    }

    /// The subtree's rows of the standardised design, row-major.
    pub(super) fn x(&self) -> &[f64] {
        let (rows, p) = (self.subtree.rows(), self.problem.n_terms());
        &self.problem.x[rows.start * p..rows.end * p]
    }

    pub(super) fn y(&self) -> &[f64] {
        &self.problem.y[self.subtree.rows()]
    }

    /// υ of a node's level.
    pub(super) fn variance(&self, node: usize) -> f64 {
        self.point.variances[self.subtree.level[node] as usize]
    }

    /// The node's parent; `None` for the root.
    pub(super) fn parent(&self, node: usize) -> Option<usize> {
        (node > 0).then(|| self.subtree.parent[node] as usize)
    }

    /// The node of a leaf.
    pub(super) fn leaf_node(&self, leaf: usize) -> usize {
        self.subtree.first_leaf() + leaf
    }
}
