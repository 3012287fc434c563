//! The value: Γ up, then one sum over the nodes.

use super::Memory;
use crate::estimate::pass::Pass;
use crate::estimate::scratch::Node;
use crate::family::Coarsened;

impl<F: Coarsened> Pass<'_, F> {
    /// ε = −⅛ Σ_g D_g V_g² + ⅛ Σ_c T_c Q_c² + (1/12) Σ_c Γ_c² (V_c³ − P_c³), after the sweeps.
    ///
    /// T = υρ is the variance of the effect given its parent's, P = ρ²V_p what comes from there, V = T + P; the second
    /// sum is ⅛ q'H⁻¹q = ⅛ Σ q_g s_g. In this form nothing cancels, and where υ = 0 a node adds nothing.
    pub(in crate::estimate) fn epsilon(&mut self, memory: &mut Memory) -> f64 {
        self.gather_gamma(memory);
        let mut value = 0.0;
        for at in 0..self.subtree.n_nodes() {
            let (node, gamma) = (&self.scratch.nodes[at], memory.nodes[at].gamma);
            let inflow = self.inflow(at);
            let given_parent = self.variance(at) * node.rho;
            // V³ − P³ = T (V² + VP + P²)
            let cubes = node.v * node.v + inflow * (node.v + inflow);
            value += given_parent * (node.q * node.q / 8.0 + gamma * gamma * cubes / 12.0);
        }
        for leaf in 0..self.subtree.n_leaves() {
            let v = self.scratch.nodes[self.leaf_node(leaf)].v;
            value -= self.scratch.leaves[leaf].d * v * v / 8.0;
        }
        value
    }

    /// Γ_c = C_c + Σ_k ρ_k³ Γ_k.
    fn gather_gamma(&self, memory: &mut Memory) {
        let (first_leaf, n) = (self.subtree.first_leaf(), self.subtree.n_nodes());
        memory.nodes[..first_leaf].iter_mut().for_each(|node| node.gamma = 0.0);
        for (node, leaf) in memory.nodes[first_leaf..n].iter_mut().zip(&self.scratch.leaves) {
            node.gamma = leaf.c;
        }
        for at in (1..n).rev() {
            let reached = self.scratch.nodes[at].rho.powi(3) * memory.nodes[at].gamma;
            memory.nodes[self.subtree.parent[at] as usize].gamma += reached;
        }
    }

    /// V of the parent, 0 above the root.
    pub(super) fn v_above(&self, at: usize) -> f64 {
        self.parent(at).map_or(0.0, |parent| self.scratch.nodes[parent].v)
    }

    /// P = ρ²V_p.
    pub(super) fn inflow(&self, at: usize) -> f64 {
        let Node { rho, .. } = self.scratch.nodes[at];
        rho * rho * self.v_above(at)
    }
}
