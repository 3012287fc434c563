//! The three sweeps at the mode: precision up, variance down, adjoint up and down.

use super::pass::Pass;
use super::scratch::Leaf;
use crate::family::Coarsened;
use crate::numeric::elementary::ln_1p;
use crate::numeric::rows::{Kernel, vectorised};

impl<F: Coarsened> Pass<'_, F> {
    /// Precision messages up; returns −½ Σ [(a−a_p)²/υ + log(1+υS)], the effects' share of the Laplace value.
    pub(super) fn sweep_precision(&mut self, effects: &[f64]) -> f64 {
        self.start_nodes(|leaf| (leaf.w, leaf.r));
        let (n, mut value) = (self.subtree.n_nodes(), 0.0);
        for at in (0..n).rev() {
            let node = self.close_node(at);
            let variance = self.variance(at);
            let above = self.parent(at).map_or(0.0, |parent| effects[parent]);
            self.scratch.logs[at] = variance * node.s_info;
            if variance > 0.0 {
                if variance * node.s_info > 1.0 {
                    // equal to the sum of the scores at the mode, and free of its cancellation
                    self.scratch.nodes[at].score = (effects[at] - above) / variance;
                }
                value -= 0.5 * ((effects[at] - above).powi(2) / variance);
            }
            if let Some(parent) = self.parent(at) {
                let score = self.scratch.nodes[at].score;
                let parent = &mut self.scratch.nodes[parent];
                parent.s_info += node.m;
                parent.score += score;
            }
        }
        let scratch = &mut *self.scratch;
        vectorised(scratch.arch, Ln1p(&mut scratch.logs[..n]));
        value - 0.5 * scratch.logs[..n].iter().sum::<f64>()
    }

    /// Rows and sweeps at effects that are the mode already, up to V.
    pub(super) fn stand_at_mode(&mut self, effects: &[f64]) {
        self.predict_rows();
        self.expand_rows(effects);
        self.sweep_precision(effects);
        self.sweep_variance();
    }

    fn start_nodes(&mut self, own: impl Fn(&Leaf) -> (f64, f64)) {
        let (first_leaf, n) = (self.subtree.first_leaf(), self.subtree.n_nodes());
        for node in &mut self.scratch.nodes[..first_leaf] {
            (node.s_info, node.score) = (0.0, 0.0);
        }
        for (node, leaf) in self.scratch.nodes[first_leaf..n].iter_mut().zip(&self.scratch.leaves) {
            (node.s_info, node.score) = own(leaf);
        }
    }

    /// V down: the variances that the inverse Hessian holds on its diagonal.
    pub(super) fn sweep_variance(&mut self) {
        for at in 0..self.subtree.n_nodes() {
            let above = self.parent(at).map_or(0.0, |parent| self.scratch.nodes[parent].v);
            let variance = self.variance(at);
            let node = &mut self.scratch.nodes[at];
            node.v = node.rho * (variance + node.rho * above);
        }
    }

    /// The adjoint of the mode: solves H s = V c on the tree, Q up and s down.
    pub(super) fn sweep_adjoint(&mut self) {
        let (first_leaf, n) = (self.subtree.first_leaf(), self.subtree.n_nodes());
        self.scratch.nodes[..first_leaf].iter_mut().for_each(|node| node.q = 0.0);
        for (node, leaf) in self.scratch.nodes[first_leaf..n].iter_mut().zip(&self.scratch.leaves) {
            node.q = node.v * leaf.c;
        }
        for at in (1..n).rev() {
            let (rho, q) = (self.scratch.nodes[at].rho, self.scratch.nodes[at].q);
            self.scratch.nodes[self.subtree.parent[at] as usize].q += rho * q;
        }
        for at in 0..n {
            let above = self.parent(at).map_or(0.0, |parent| self.scratch.nodes[parent].s);
            let variance = self.variance(at);
            let node = &mut self.scratch.nodes[at];
            node.s = node.rho * (variance * node.q + above);
            node.k = node.rho * node.q - node.m * above;
        }
    }
}

/// log(1 + x) in place.
struct Ln1p<'a>(&'a mut [f64]);

impl Kernel for Ln1p<'_> {
    #[inline(always)]
    fn run(self) {
        for x in self.0 {
            *x = ln_1p(*x);
        }
    }
}
