//! The sweeps in reverse: from ε to the leaves' sums of w, c and d, and to the mode.

use super::Memory;
use crate::estimate::pass::Pass;
use crate::family::Coarsened;

impl<F: Coarsened> Pass<'_, F> {
    /// Derivatives of ε in Γ and ρ down, in V up, in S and υ down; the mode is held.
    pub(super) fn sweep_back(&mut self, memory: &mut Memory) {
        self.back_through_gamma(memory);
        self.back_through_variance(memory);
        self.back_through_precision(memory);
    }

    /// Γ̄_c = ⅙ Γ_c (V_c³ − P_c³) + ρ_c³ Γ̄_p; what ρ and V have a part in at the node itself; Q̄ = ¼ s.
    fn back_through_gamma(&self, memory: &mut Memory) {
        for at in 0..self.subtree.n_nodes() {
            let node = &self.scratch.nodes[at];
            let (mut gamma_above, mut s_above) = (0.0, 0.0);
            if let Some(parent) = self.parent(at) {
                (gamma_above, s_above) = (memory.nodes[parent].gamma_bar, self.scratch.nodes[parent].s);
            }
            let inflow = self.inflow(at);
            let cubes = self.variance(at) * node.rho * (node.v * node.v + inflow * (node.v + inflow));
            let adjoint = &mut memory.nodes[at];
            let gamma = adjoint.gamma;
            adjoint.gamma_bar = gamma * cubes / 6.0 + node.rho.powi(3) * gamma_above;
            adjoint.rho = 3.0 * node.rho * node.rho * gamma * gamma_above + 0.25 * s_above * node.q;
            adjoint.v = 0.25 * gamma * gamma * node.v * node.v;
        }
        for leaf in 0..self.subtree.n_leaves() {
            let at = self.leaf_node(leaf);
            let (node, sum) = (&self.scratch.nodes[at], &self.scratch.leaves[leaf]);
            memory.nodes[at].v += 0.25 * (node.s * sum.c - sum.d * node.v);
        }
    }

    /// V̄ up: V = T + P with P = ρ²V_p, and P̄ = V̄ − ¼Γ²P².
    fn back_through_variance(&self, memory: &mut Memory) {
        for at in (0..self.subtree.n_nodes()).rev() {
            let (rho, inflow) = (self.scratch.nodes[at].rho, self.inflow(at));
            let adjoint = &mut memory.nodes[at];
            let of_inflow = adjoint.v - 0.25 * (adjoint.gamma * inflow).powi(2);
            adjoint.rho += 2.0 * rho * self.v_above(at) * of_inflow;
            if let Some(parent) = self.parent(at) {
                memory.nodes[parent].v += rho * rho * of_inflow;
            }
        }
    }

    /// S̄ down, with dT = ρ²dυ − T²dS, dρ = −ρ(m dυ + T dS) and dm = ρ²dS − m²dυ.
    fn back_through_precision(&self, memory: &mut Memory) {
        for at in 0..self.subtree.n_nodes() {
            let node = &self.scratch.nodes[at];
            let above = self.parent(at).map_or(0.0, |parent| memory.nodes[parent].s_info);
            let given_parent = self.variance(at) * node.rho;
            let adjoint = &mut memory.nodes[at];
            let of_given_parent = adjoint.v + node.q * node.q / 8.0;
            let (squared, by_rho) = (node.rho * node.rho, node.rho * adjoint.rho);
            adjoint.s_info = squared * above - given_parent * (given_parent * of_given_parent + by_rho);
            adjoint.variance = squared * of_given_parent - node.m * (by_rho + node.m * above);
        }
    }

    /// The answer of ε to the mode, H u = t with t = W̄ Σc + C̄ Σd + D̄ Σd_η: U up, u down.
    pub(super) fn sweep_response(&mut self, memory: &mut Memory) {
        let n = self.subtree.n_nodes();
        memory.nodes[..self.subtree.first_leaf()].iter_mut().for_each(|node| node.source = 0.0);
        for leaf in 0..self.subtree.n_leaves() {
            let (at, sum) = (self.leaf_node(leaf), &self.scratch.leaves[leaf]);
            let LeafAdjoint { w, c, d } = self.leaf_adjoint(leaf, memory);
            memory.nodes[at].source = w * sum.c + c * sum.d + d * memory.leaves[leaf].d_eta;
        }
        for at in (1..n).rev() {
            let reached = self.scratch.nodes[at].rho * memory.nodes[at].source;
            memory.nodes[self.subtree.parent[at] as usize].source += reached;
        }
        for at in 0..n {
            let above = self.parent(at).map_or(0.0, |parent| memory.nodes[parent].u);
            let (rho, source) = (self.scratch.nodes[at].rho, memory.nodes[at].source);
            memory.nodes[at].u = rho * (self.variance(at) * source + above);
        }
    }

    /// W̄ = S̄, C̄ = Γ̄ + ¼ V s, D̄ = −⅛ V².
    pub(super) fn leaf_adjoint(&self, leaf: usize, memory: &Memory) -> LeafAdjoint {
        let at = self.leaf_node(leaf);
        let (node, adjoint) = (&self.scratch.nodes[at], &memory.nodes[at]);
        LeafAdjoint {
            w: adjoint.s_info,
            c: adjoint.gamma_bar + 0.25 * node.v * node.s,
            d: -node.v * node.v / 8.0,
        }
    }
}

/// Derivatives of ε in a leaf's Σw, Σc and Σd.
#[derive(Debug, Clone, Copy)]
pub(super) struct LeafAdjoint {
    pub w: f64,
    pub c: f64,
    pub d: f64,
}
