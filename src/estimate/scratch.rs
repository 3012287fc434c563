//! Working memory of a pass: sized once for the largest root subtree, so that a pass allocates nothing.

use super::coarse_rows::CoarseSums;
use crate::model::{Problem, Subtree};
use crate::numeric::rows::{Gram, LANES, Lanes};
use pulp::Arch;

/// Working memory for one subtree at a time.
#[derive(Debug)]
pub(super) struct Scratch {
    pub arch: Arch,
    pub rows: RowScratch,
    pub leaves: Vec<Leaf>,
    pub coarse: Vec<CoarseSums>,
    /// Weighted sums of design rows per leaf, T^w, T^c and T^d one after the other, `width` columns each.
    pub leaf_vectors: Vec<f64>,
    pub nodes: Vec<Node>,
    /// υS of every node, and then its log(1 + υS).
    pub logs: Vec<f64>,
    pub tangents: Vec<Tangent>,
    pub gram: Gram,
    /// Directions rounded up to whole blocks of lanes.
    pub width: usize,
}

/// Per row of the subtree.
#[derive(Debug, Default)]
pub(super) struct RowScratch {
    /// exp(x'β + offset), the mean without node effects.
    pub e: Vec<f64>,
    /// The mean with them.
    pub mu: Vec<f64>,
    pub log_term: Vec<f64>,
    pub r: Vec<f64>,
    pub w: Vec<f64>,
    pub c: Vec<f64>,
    pub d: Vec<f64>,
    pub r_phi: Vec<f64>,
    pub w_phi: Vec<f64>,
    pub c_phi: Vec<f64>,
    /// One weight a row for whichever sum over rows is next.
    pub weight: Vec<f64>,
    /// Means of the coarse rows without node effects, while the others are summed.
    pub aside: Vec<f64>,
    /// exp(effect) of each leaf.
    pub leaf_scale: Vec<f64>,
}

/// Sums over the rows of one leaf.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Leaf {
    pub y_total: f64,
    pub e_total: f64,
    pub r: f64,
    pub w: f64,
    pub c: f64,
    pub d: f64,
    pub r_phi: f64,
    pub w_phi: f64,
    pub c_phi: f64,
    pub l_phi: f64,
    pub l_phi_phi: f64,
    pub r_phi_phi: f64,
    pub w_phi_phi: f64,
}

/// What the sweeps hold at one node; the letters are those of the recursions in `docs/laplace.md`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Node {
    /// S: information about the node's effect from below.
    pub s_info: f64,
    /// ρ = 1/(1 + υS).
    pub rho: f64,
    /// m = ρS: the information the parent receives.
    pub m: f64,
    /// z: the right-hand side of the mode's Newton step.
    pub z: f64,
    /// The effect after the step.
    pub stepped: f64,
    /// The last step taken.
    pub step: f64,
    /// V: variance of the effect given the data and the parameters.
    pub v: f64,
    /// R: score of the rows below.
    pub score: f64,
    /// Q: adjoint source from below.
    pub q: f64,
    /// s: adjoint solution.
    pub s: f64,
    /// k = ρQ − m s_parent.
    pub k: f64,
}

/// Derivatives of a node's quantities in eight parameter directions.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tangent {
    pub a: Lanes,
    pub s_info: Lanes,
    pub m: Lanes,
    pub rho: Lanes,
    pub score: Lanes,
    pub v: Lanes,
    pub q: Lanes,
    pub s: Lanes,
}

impl Scratch {
    pub(super) fn new(problem: &Problem) -> Self {
        let most =
            |size: fn(&Subtree<'_>) -> usize| problem.nodes.subtrees().map(|t| size(&t)).max().unwrap_or(0);
        let (rows, leaves) = (most(|t| t.rows().len()), most(|t| t.n_leaves()));
        let of_subtrees = problem.nodes.subtrees().map(|t| problem.coarse_within(t.rows()).len());
        let coarse = of_subtrees.max().unwrap_or(0);
        let directions = problem.n_terms() + problem.n_variances() + 1;
        let width = directions.div_ceil(LANES) * LANES;
        let vectors = if problem.rows_are_leaves() { 0 } else { leaves * 3 * width };
        Scratch {
            arch: Arch::new(),
            rows: RowScratch::new(rows, leaves, coarse),
            leaves: vec![Leaf::default(); leaves],
            coarse: vec![CoarseSums::default(); coarse],
            leaf_vectors: vec![0.0; vectors],
            nodes: vec![Node::default(); most(|t| t.n_nodes())],
            logs: vec![0.0; most(|t| t.n_nodes())],
            tangents: vec![Tangent::default(); most(|t| t.n_nodes())],
            gram: Gram::new(problem.n_terms()),
            width,
        }
    }
}

impl RowScratch {
    fn new(rows: usize, leaves: usize, coarse: usize) -> Self {
        let zeros = || vec![0.0; rows];
        RowScratch {
            e: zeros(),
            mu: zeros(),
            log_term: zeros(),
            r: zeros(),
            w: zeros(),
            c: zeros(),
            d: zeros(),
            r_phi: zeros(),
            w_phi: zeros(),
            c_phi: zeros(),
            weight: zeros(),
            aside: vec![0.0; coarse],
            leaf_scale: vec![0.0; leaves],
        }
    }
}
