//! Rows at the mode, then the three sweeps: precision up, variance down, adjoint up and down.

use super::pass::Pass;
use super::scratch::{Leaf, RowScratch};
use crate::family::CountFamily;
use crate::numeric::rows::{Kernel, vectorised};
use std::ops::Range;

impl<F: CountFamily> Pass<'_, F> {
    /// Derivatives of every row at the mode with their leaf sums; returns Σ (ℓ − y(x'β + offset) − constants).
    pub(super) fn expand_rows(&mut self, effects: &[f64]) -> f64 {
        let mut value = 0.0;
        for leaf in 0..self.subtree.n_leaves() {
            let rows = self.subtree.leaf_rows(leaf);
            let effect = effects[self.leaf_node(leaf)];
            let y = &self.problem.y[self.subtree.rows()][rows.clone()];
            let scale = effect.exp();
            let (family, scratch) = (self.family, &mut *self.scratch);
            let e = &scratch.rows.e[rows.clone()];
            let densities = y.iter().zip(e).map(|(&y, e)| family.log_density_part(y, e * scale));
            value += densities.sum::<f64>() + effect * scratch.leaves[leaf].y_total;
            let kernel = ExpandEta { family, y, scale, rows: rows.clone(), out: &mut scratch.rows };
            vectorised(scratch.arch, kernel);
            sum_eta(&scratch.rows, rows.clone(), F::EQUAL_WEIGHTS, &mut scratch.leaves[leaf]);
            if F::HAS_THETA {
                expand_phi(family, y, scale, rows, &mut scratch.rows, &mut scratch.leaves[leaf]);
            }
        }
        value
    }

    /// Precision messages up; returns −½ Σ [(a−a_p)²/υ + log(1+υS)], the effects' share of the Laplace value.
    pub(super) fn sweep_precision(&mut self, effects: &[f64]) -> f64 {
        self.start_nodes(|leaf| (leaf.w, leaf.r));
        let mut value = 0.0;
        for at in (0..self.subtree.n_nodes()).rev() {
            let node = self.close_node(at);
            let variance = self.variance(at);
            let above = self.parent(at).map_or(0.0, |parent| effects[parent]);
            if variance > 0.0 {
                value -= 0.5 * ((effects[at] - above).powi(2) / variance + (variance * node.s_info).ln_1p());
            }
            if let Some(parent) = self.parent(at) {
                let parent = &mut self.scratch.nodes[parent];
                parent.s_info += node.m;
                parent.score += node.score;
            }
        }
        value
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

/// r, w, c and d of the rows of one leaf.
struct ExpandEta<'a, F> {
    family: F,
    y: &'a [f64],
    scale: f64,
    rows: Range<usize>,
    out: &'a mut RowScratch,
}

impl<F: CountFamily> Kernel for ExpandEta<'_, F> {
    #[inline(always)]
    fn run(self) {
        let ExpandEta { family, y, scale, rows, out } = self;
        let n = y.len();
        let e = &out.e[rows.clone()][..n];
        let (r, w) = (&mut out.r[rows.clone()][..n], &mut out.w[rows.clone()][..n]);
        if F::EQUAL_WEIGHTS {
            for i in 0..n {
                let at = family.eta(y[i], e[i] * scale);
                (r[i], w[i]) = (at.r, at.w);
            }
            return;
        }
        let (c, d) = (&mut out.c[rows.clone()][..n], &mut out.d[rows][..n]);
        for i in 0..n {
            let at = family.eta(y[i], e[i] * scale);
            (r[i], w[i], c[i], d[i]) = (at.r, at.w, at.c, at.d);
        }
    }
}

fn sum_eta(rows: &RowScratch, range: Range<usize>, equal_weights: bool, leaf: &mut Leaf) {
    let sum = |values: &[f64]| values[range.clone()].iter().sum::<f64>();
    leaf.r = sum(&rows.r);
    leaf.w = sum(&rows.w);
    (leaf.c, leaf.d) = if equal_weights { (leaf.w, leaf.w) } else { (sum(&rows.c), sum(&rows.d)) };
}

fn expand_phi<F: CountFamily>(
    family: F,
    y: &[f64],
    scale: f64,
    rows: Range<usize>,
    out: &mut RowScratch,
    leaf: &mut Leaf,
) {
    let mut sums = Leaf { r: leaf.r, w: leaf.w, c: leaf.c, d: leaf.d, ..*leaf };
    (sums.l_phi, sums.l_phi_phi, sums.r_phi, sums.w_phi, sums.c_phi) = (0.0, 0.0, 0.0, 0.0, 0.0);
    (sums.r_phi_phi, sums.w_phi_phi) = (0.0, 0.0);
    for (i, &y) in rows.zip(y) {
        let at = family.phi(y, out.e[i] * scale);
        (out.r_phi[i], out.w_phi[i], out.c_phi[i]) = (at.r_phi, at.w_phi, at.c_phi);
        sums.l_phi += at.l_phi;
        sums.l_phi_phi += at.l_phi_phi;
        sums.r_phi += at.r_phi;
        sums.w_phi += at.w_phi;
        sums.c_phi += at.c_phi;
        sums.r_phi_phi += at.r_phi_phi;
        sums.w_phi_phi += at.w_phi_phi;
    }
    *leaf = sums;
}
