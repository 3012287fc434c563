//! The exact Hessian of the Laplace value, from the tangents of the sweeps.

use super::pass::Pass;
use super::scratch::{Node, Tangent};
use super::sums::Sums;
use super::tangents::{Block, ZERO};
use super::vectors::LeafVectors;
use crate::family::Coarsened;
use crate::numeric::rows::{Kernel, LANES, Lanes, WeightedRows, add_outers, lanes, vectorised};

/// Eight columns of the Hessian.
struct Columns<'a, 'p, F> {
    pass: &'a mut Pass<'p, F>,
    block: Block,
    out: &'a mut [Lanes],
}

impl<F: Coarsened> Kernel for Columns<'_, '_, F> {
    #[inline(always)]
    fn run(self) {
        self.pass.tangent_of_mode(self.block);
        self.pass.tangent_of_precision(self.block);
        self.pass.tangent_of_adjoint(self.block);
        self.pass.add_block(self.block, self.out);
    }
}

impl<F: Coarsened> Pass<'_, F> {
    /// Adds the subtree's share of the Hessian.
    pub(super) fn add_hessian(&mut self, sums: &mut Sums) {
        self.weigh_rows(|at, v, s| at.w + 0.5 * (v * at.d - s * at.c));
        let (rows, p) = (self.subtree.rows(), self.problem.n_terms());
        let x = &self.problem.x[rows.start * p..rows.end * p];
        self.scratch.gram.add(self.scratch.arch, x, &self.scratch.rows.weight[..rows.len()]);
        if F::HAS_THETA {
            self.weigh_rows_phi();
            let weights = &self.scratch.rows.weight[..rows.len()];
            vectorised(self.scratch.arch, WeightedRows { x, weights, out: &mut sums.h_beta_phi });
        }
        for (number, out) in sums.blocks.iter_mut().enumerate() {
            let block = Block { start: number * LANES, p, n_variances: self.problem.n_variances() };
            vectorised(self.scratch.arch, Columns { pass: self, block, out });
        }
    }

    fn weigh_rows_phi(&mut self) {
        for leaf in 0..self.subtree.n_leaves() {
            let node = self.scratch.nodes[self.leaf_node(leaf)];
            let rows = &mut self.scratch.rows;
            for i in self.subtree.leaf_rows(leaf) {
                rows.weight[i] = rows.r_phi[i] - 0.5 * (node.v * rows.c_phi[i] - node.s * rows.w_phi[i]);
            }
        }
    }

    /// Adds this block's columns of the Hessian, but for −Σ xx'[w + ½(Vd − sc)] and the rows' share of β by φ.
    #[inline(always)]
    fn add_block(&mut self, block: Block, out: &mut [Lanes]) {
        let (p, n_variances) = (block.p, block.n_variances);
        for leaf in 0..self.subtree.n_leaves() {
            let at = self.leaf_node(leaf);
            let (node, tangent) = (&self.scratch.nodes[at], &self.scratch.tangents[at]);
            self.leaf_vectors(leaf).add_outer(node, tangent, &mut out[..p]);
        }
        for at in 0..self.subtree.n_nodes() {
            let level = self.subtree.level[at] as usize;
            if level < n_variances {
                self.add_variance_row(at, &mut out[p + level]);
            }
        }
        if let (true, Some(lane)) = (F::HAS_THETA, block.phi_lane()) {
            out[p + n_variances][lane] += self.phi_phi(lane);
        }
    }

    /// H_υk = ½ Σ [2RṘ − ṁ + 2mṁV_p + m²V̇_p − Ṙk − Rk̇], with k̇ = ρ̇Q + ρQ̇ − ṁs_p − mṡ_p.
    #[inline(always)]
    fn add_variance_row(&self, at: usize, out: &mut Lanes) {
        let (node, own) = (&self.scratch.nodes[at], &self.scratch.tangents[at]);
        let (mut v_above, mut s_above, mut v_dot, mut s_dot) = (0.0, 0.0, ZERO, ZERO);
        if let Some(parent) = self.parent(at) {
            (v_above, s_above) = (self.scratch.nodes[parent].v, self.scratch.nodes[parent].s);
            (v_dot, s_dot) = (self.scratch.tangents[parent].v, self.scratch.tangents[parent].s);
        }
        let (m, r) = (node.m, node.score);
        let sum = *out;
        *out = lanes(|l| {
            let k_dot = own.rho[l] * node.q + node.rho * own.q[l] - own.m[l] * s_above - m * s_dot[l];
            let information = (2.0 * m * v_above - 1.0) * own.m[l] + m * m * v_dot[l];
            sum[l] + 0.5 * (information + (2.0 * r - node.k) * own.score[l] - r * k_dot)
        });
    }

    /// H_φφ without its constants.
    #[inline(always)]
    fn phi_phi(&self, lane: usize) -> f64 {
        let mut total = 0.0;
        for leaf in 0..self.subtree.n_leaves() {
            let at = self.leaf_node(leaf);
            let (sum, node, t) =
                (&self.scratch.leaves[leaf], &self.scratch.nodes[at], &self.scratch.tangents[at]);
            let a = t.a[lane];
            let curvature = t.v[lane] * sum.w_phi + node.v * (sum.w_phi_phi + sum.c_phi * a);
            let skewness = t.s[lane] * sum.r_phi + node.s * (sum.r_phi_phi - sum.w_phi * a);
            total += sum.l_phi_phi + sum.r_phi * a - 0.5 * (curvature + skewness);
        }
        total
    }
}

impl LeafVectors<'_> {
    /// −[T^w + ½(V T^d − s T^c)]ȧ − ½T^c V̇ + ½T^w ṡ, the leaf's share of H_βk.
    #[inline(always)]
    fn add_outer(&self, node: &Node, tangent: &Tangent, out: &mut [Lanes]) {
        let by_w = lanes(|l| 0.5 * tangent.s[l] - tangent.a[l]);
        let by_c = lanes(|l| 0.5 * (node.s * tangent.a[l] - tangent.v[l]));
        let by_d = lanes(|l| -0.5 * node.v * tangent.a[l]);
        match *self {
            LeafVectors::Shared { t, w, c, d } => {
                let all = lanes(|l| w * by_w[l] + c * by_c[l] + d * by_d[l]);
                add_outers([t], [all], out);
            }
            LeafVectors::Separate { tw, tc, td } => {
                add_outers([tw, tc, td], [by_w, by_c, by_d], out);
            }
        }
    }
}
