//! Forward tangents of the sweeps: how a node's quantities answer to the parameters, eight directions at a time.

use super::pass::Pass;
use crate::family::Coarsened;
use crate::numeric::rows::{LANES, Lanes, lanes};

pub(super) const ZERO: Lanes = [0.0; LANES];

/// The eight directions of one block: which of β, υ and φ they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// First direction of the block.
    pub start: usize,
    /// Number of coefficients; directions from here on are variances, then φ.
    pub p: usize,
    /// Number of variances.
    pub n_variances: usize,
}

impl Block {
    /// The lane of the variance of `level`, if it lies in this block.
    #[inline(always)]
    pub(super) fn variance_lane(&self, level: u8) -> Option<usize> {
        let (level, direction) = (level as usize, self.p + level as usize);
        (level < self.n_variances && (self.start..self.start + LANES).contains(&direction))
            .then(|| direction - self.start)
    }

    /// The lane of φ, if it lies in this block.
    #[inline(always)]
    pub(super) fn phi_lane(&self) -> Option<usize> {
        let direction = self.p + self.n_variances;
        (self.start..self.start + LANES).contains(&direction).then(|| direction - self.start)
    }

    #[inline(always)]
    pub(super) fn has_beta(&self) -> bool {
        self.start < self.p
    }
}

impl<F: Coarsened> Pass<'_, F> {
    /// ȧ: Z up, then ȧ = ρ(υZ + δ + ȧ_p), with δ = R in the direction of the node's own variance.
    #[inline(always)]
    pub(super) fn tangent_of_mode(&mut self, block: Block) {
        let n = self.subtree.n_nodes();
        self.scratch.tangents[..self.subtree.first_leaf()].iter_mut().for_each(|t| t.a = ZERO);
        for leaf in 0..self.subtree.n_leaves() {
            let mut source = ZERO;
            if block.has_beta() {
                let tw = self.leaf_vectors(leaf).lanes_w(block.start);
                source = lanes(|l| -tw[l]);
            }
            if let (true, Some(lane)) = (F::HAS_THETA, block.phi_lane()) {
                source[lane] = self.scratch.leaves[leaf].r_phi;
            }
            let at = self.leaf_node(leaf);
            self.scratch.tangents[at].a = source;
        }
        for at in (1..n).rev() {
            let node = &self.scratch.nodes[at];
            let own = self.scratch.tangents[at].a;
            let parent = &mut self.scratch.tangents[self.subtree.parent[at] as usize];
            let sum = parent.a;
            parent.a = lanes(|l| sum[l] + node.rho * own[l]);
            if let Some(lane) = block.variance_lane(self.subtree.level[at]) {
                parent.a[lane] -= node.m * node.score;
            }
        }
        for at in 0..n {
            let above = self.parent(at).map_or(ZERO, |parent| self.scratch.tangents[parent].a);
            let (node, variance) = (&self.scratch.nodes[at], self.variance(at));
            let z = self.scratch.tangents[at].a;
            let own = &mut self.scratch.tangents[at];
            own.a = lanes(|l| node.rho * (variance * z[l] + above[l]));
            if let Some(lane) = block.variance_lane(self.subtree.level[at]) {
                own.a[lane] += node.rho * node.score;
            }
        }
    }

    /// Ṡ and Ṙ up, then V̇ down.
    #[inline(always)]
    pub(super) fn tangent_of_precision(&mut self, block: Block) {
        let n = self.subtree.n_nodes();
        for tangent in &mut self.scratch.tangents[..self.subtree.first_leaf()] {
            (tangent.s_info, tangent.score) = (ZERO, ZERO);
        }
        for leaf in 0..self.subtree.n_leaves() {
            let at = self.leaf_node(leaf);
            let sum = self.scratch.leaves[leaf];
            let (mut tw, mut tc) = (ZERO, ZERO);
            if block.has_beta() {
                let vectors = self.leaf_vectors(leaf);
                (tw, tc) = (vectors.lanes_w(block.start), vectors.lanes_c(block.start));
            }
            let tangent = &mut self.scratch.tangents[at];
            let a = tangent.a;
            tangent.s_info = lanes(|l| tc[l] + sum.c * a[l]);
            tangent.score = lanes(|l| -tw[l] - sum.w * a[l]);
            if let (true, Some(lane)) = (F::HAS_THETA, block.phi_lane()) {
                tangent.s_info[lane] += sum.w_phi;
                tangent.score[lane] += sum.r_phi;
            }
        }
        for at in (0..n).rev() {
            self.close_tangent(at, block);
            if at > 0 {
                let (m_dot, score) = (self.scratch.tangents[at].m, self.scratch.tangents[at].score);
                let parent = &mut self.scratch.tangents[self.subtree.parent[at] as usize];
                let (s_sum, score_sum) = (parent.s_info, parent.score);
                parent.s_info = lanes(|l| s_sum[l] + m_dot[l]);
                parent.score = lanes(|l| score_sum[l] + score[l]);
            }
        }
        for at in 0..n {
            let (v_above, dot_above) = self.parent(at).map_or((0.0, ZERO), |parent| {
                (self.scratch.nodes[parent].v, self.scratch.tangents[parent].v)
            });
            let (node, variance) = (&self.scratch.nodes[at], self.variance(at));
            let own = &mut self.scratch.tangents[at];
            let (rho_dot, by_rho, by_above) =
                (own.rho, variance + 2.0 * node.rho * v_above, node.rho * node.rho);
            own.v = lanes(|l| rho_dot[l] * by_rho + by_above * dot_above[l]);
            if let Some(lane) = block.variance_lane(self.subtree.level[at]) {
                own.v[lane] += node.rho;
            }
        }
    }

    /// ṁ = ρ²Ṡ − m² dυ and ρ̇ = −ρ²(υṠ + S dυ) of a node whose Ṡ is complete.
    #[inline(always)]
    fn close_tangent(&mut self, at: usize, block: Block) {
        let (node, variance) = (&self.scratch.nodes[at], self.variance(at));
        let own = &mut self.scratch.tangents[at];
        let (s_dot, rho2) = (own.s_info, node.rho * node.rho);
        own.m = lanes(|l| rho2 * s_dot[l]);
        own.rho = lanes(|l| -rho2 * variance * s_dot[l]);
        if let Some(lane) = block.variance_lane(self.subtree.level[at]) {
            own.m[lane] -= node.m * node.m;
            own.rho[lane] -= node.rho * node.m;
        }
    }

    /// Q̇ up, then ṡ down.
    #[inline(always)]
    pub(super) fn tangent_of_adjoint(&mut self, block: Block) {
        let n = self.subtree.n_nodes();
        self.scratch.tangents[..self.subtree.first_leaf()].iter_mut().for_each(|t| t.q = ZERO);
        for leaf in 0..self.subtree.n_leaves() {
            let at = self.leaf_node(leaf);
            let (v, sum) = (self.scratch.nodes[at].v, self.scratch.leaves[leaf]);
            let td = if block.has_beta() { self.leaf_vectors(leaf).lanes_d(block.start) } else { ZERO };
            let tangent = &mut self.scratch.tangents[at];
            let (v_dot, a) = (tangent.v, tangent.a);
            tangent.q = lanes(|l| v_dot[l] * sum.c + v * (td[l] + sum.d * a[l]));
            if let (true, Some(lane)) = (F::HAS_THETA, block.phi_lane()) {
                tangent.q[lane] += v * sum.c_phi;
            }
        }
        for at in (1..n).rev() {
            let (node, own) = (&self.scratch.nodes[at], &self.scratch.tangents[at]);
            let (rho_dot, q_dot) = (own.rho, own.q);
            let parent = &mut self.scratch.tangents[self.subtree.parent[at] as usize];
            let sum = parent.q;
            parent.q = lanes(|l| sum[l] + rho_dot[l] * node.q + node.rho * q_dot[l]);
        }
        for at in 0..n {
            let (s_above, dot_above) = self.parent(at).map_or((0.0, ZERO), |parent| {
                (self.scratch.nodes[parent].s, self.scratch.tangents[parent].s)
            });
            let (node, variance) = (&self.scratch.nodes[at], self.variance(at));
            let own = &mut self.scratch.tangents[at];
            let (rho_dot, q_dot, by_rho) = (own.rho, own.q, variance * node.q + s_above);
            own.s = lanes(|l| rho_dot[l] * by_rho + node.rho * (variance * q_dot[l] + dot_above[l]));
            if let Some(lane) = block.variance_lane(self.subtree.level[at]) {
                own.s[lane] += node.rho * node.q;
            }
        }
    }
}
