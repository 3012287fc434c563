//! What the data say of all node effects at the maximum: a normal distribution on the tree, and how its mode answers to
//! the parameters.

use super::dispatch::as_family;
use super::evaluate::Objective;
use super::options::Options;
use super::pass::Pass;
use super::point::Point;
use crate::family::{Coarsened, Family};
use crate::model::Problem;

/// The node effects given data and parameters: normal around their modes with the tree's precision H, and the modes'
/// derivatives in the parameters.
///
/// Down the tree a_c | a_p ~ N(â_c + ρ_c(a_p − â_p), υ_c ρ_c).
#[derive(Debug, Clone)]
pub(crate) struct NodePosterior<'a> {
    pub problem: &'a Problem,
    pub point: Point,
    /// One per node, subtree after subtree.
    pub nodes: Vec<NodeState>,
    /// One per row, in sorted order.
    pub rows: Vec<RowState>,
    /// ȧ of every node, `directions` apart.
    pub(super) tangents: Vec<f64>,
    pub(super) directions: usize,
}

/// One node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NodeState {
    /// Position of the parent among all nodes; `None` for a root.
    pub parent: Option<u32>,
    /// Level, 0 for the coarsest.
    pub level: u8,
    /// Cumulative conditional mode â.
    pub mode: f64,
    /// υ of the level.
    pub variance: f64,
    /// ρ = 1/(1 + υS).
    pub rho: f64,
    /// V: variance of the effect given data and parameters.
    pub v: f64,
    /// Σr over the node's own rows, at the mode; 0 but for leaves.
    pub score: f64,
    /// Σw over the node's own rows; 0 but for leaves.
    pub information: f64,
    /// ∂Σr/∂φ.
    pub score_phi: f64,
    /// R: Σr over all rows below, at the mode.
    pub score_below: f64,
    /// S: information about the effect from all rows below.
    pub information_below: f64,
}

/// One row at the mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RowState {
    /// Its leaf among all nodes.
    pub leaf: u32,
    /// exposure · exp(x'β + â).
    pub mean: f64,
    /// ∂ℓ/∂η.
    pub score: f64,
    /// −∂²ℓ/∂η².
    pub information: f64,
}

/// A normal distribution of one linear predictor or effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Normal {
    pub mean: f64,
    pub variance: f64,
}

/// What is left of 1 − wV at least: a row that alone says what its predictor is leaves it unknown, not infinite.
const LEAST_LEFT: f64 = 1e-6;

impl Normal {
    /// The predictor without one row that spoke about it with score r and information w at its mean:
    /// V/(1 − wV) around η − rV/(1 − wV).
    pub(crate) fn without(self, score: f64, information: f64) -> Normal {
        let left = (1.0 - information * self.variance).max(LEAST_LEFT);
        let variance = self.variance / left;
        Normal { mean: self.mean - score * variance, variance }
    }
}

impl<'a> NodePosterior<'a> {
    /// At a point and the modes that belong to it.
    pub(crate) fn new(
        problem: &'a Problem,
        options: &Options,
        family: Family,
        point: &Point,
        modes: &[f64],
    ) -> Self {
        let mut objective = Objective::new(problem, options);
        as_family!(problem, family, point, |known| objective.posterior_as(known, point, modes))
    }

    /// Number of parameters of the passes: β, υ and φ where the family has one.
    pub(crate) fn directions(&self) -> usize {
        self.directions
    }

    /// ȧ of a node over (β, υ, φ).
    pub(crate) fn tangent(&self, node: usize) -> &[f64] {
        &self.tangents[node * self.directions..(node + 1) * self.directions]
    }

    /// The node of a level that a node lies in; the node itself at its own level or a finer one.
    pub(crate) fn ancestor(&self, mut node: usize, level: usize) -> usize {
        while let Some(parent) = self.nodes[node].parent
            && self.nodes[node].level as usize > level
        {
            node = parent as usize;
        }
        node
    }
}

impl<'a> Objective<'a> {
    fn posterior_as<F: Coarsened>(&mut self, family: F, point: &Point, modes: &[f64]) -> NodePosterior<'a> {
        let problem = self.problem;
        let directions = problem.n_terms() + problem.n_variances() + usize::from(F::HAS_THETA);
        let mut nodes = Vec::with_capacity(problem.nodes.n_nodes());
        let mut rows = Vec::with_capacity(problem.n_rows());
        let mut all_tangents = Vec::with_capacity(problem.nodes.n_nodes() * directions);
        self.stand_in_each(family, point, modes, |pass, modes, tangents| {
            let first = nodes.len();
            for (node, tangent) in tangents.chunks_exact(pass.scratch.width).enumerate() {
                all_tangents.extend_from_slice(&tangent[..directions]);
                nodes.push(pass.node_state(node, first, modes[node]));
            }
            for leaf in 0..pass.subtree.n_leaves() {
                let node = first + pass.leaf_node(leaf);
                rows.extend(pass.subtree.leaf_rows(leaf).map(|row| pass.row_state(row, leaf, node)));
            }
        });
        NodePosterior { problem, point: point.clone(), nodes, rows, tangents: all_tangents, directions }
    }
}

impl<F: Coarsened> Pass<'_, F> {
    fn node_state(&self, node: usize, first: usize, mode: f64) -> NodeState {
        let at = &self.scratch.nodes[node];
        let own = node.checked_sub(self.subtree.first_leaf()).map(|leaf| self.scratch.leaves[leaf]);
        let own = own.unwrap_or_default();
        NodeState {
            parent: self.parent(node).map(|parent| (first + parent) as u32),
            level: self.subtree.level[node],
            mode,
            variance: self.variance(node),
            rho: at.rho,
            v: at.v,
            score: own.r,
            information: own.w,
            score_phi: if F::HAS_THETA { own.r_phi } else { 0.0 },
            score_below: at.score,
            information_below: at.s_info,
        }
    }

    fn row_state(&self, row: usize, leaf: usize, node: usize) -> RowState {
        let rows = &self.scratch.rows;
        RowState {
            leaf: node as u32,
            mean: rows.e[row] * rows.leaf_scale[leaf],
            score: rows.r[row],
            information: rows.w[row],
        }
    }
}
