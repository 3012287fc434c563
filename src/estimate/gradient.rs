//! The exact gradient of the Laplace value over (β, υ, φ).

use super::pass::Pass;
use super::sums::Sums;
use crate::family::Coarsened;
use crate::numeric::rows::{WeightedRows, vectorised};

impl<F: Coarsened> Pass<'_, F> {
    /// g_β = Σ x [r − ½(Vc − sw)], g_υ = ½ Σ [R² − m + m²V_p − Rk], g_φ = Σ ℓ_φ − ½ Σ (V w_φ + s r_φ).
    pub(super) fn add_gradient(&mut self, sums: &mut Sums) {
        self.weigh_rows(|at, v, s| at.r - 0.5 * (v * at.c - s * at.w));
        let (x, n) = (self.x(), self.subtree.rows().len());
        let weights = &self.scratch.rows.weight[..n];
        vectorised(self.scratch.arch, WeightedRows { x, weights, out: &mut sums.g_beta });
        self.sharpen(&mut sums.g_beta);
        for at in 0..self.subtree.n_nodes() {
            let above = self.parent(at).map_or(0.0, |parent| self.scratch.nodes[parent].v);
            let node = &self.scratch.nodes[at];
            let part = node.score * node.score - node.m + node.m * node.m * above - node.score * node.k;
            sums.g_variance[self.subtree.level[at] as usize] += 0.5 * part;
        }
        if F::HAS_THETA {
            for leaf in 0..self.subtree.n_leaves() {
                let (sum, node) = (&self.scratch.leaves[leaf], &self.scratch.nodes[self.leaf_node(leaf)]);
                sums.g_phi += sum.l_phi - 0.5 * (node.v * sum.w_phi + node.s * sum.r_phi);
            }
        }
    }

    /// Replaces a leaf's Σr by its R where that is known from the mode: Σ x r = Σ (x − x̄) r + x̄ R, x̄ = T^w/W.
    ///
    /// Equal at the mode. With counts of 1e12 the sum of the residuals is lost in their rounding, and with it the
    /// slope of what varies between areas only.
    fn sharpen(&self, g_beta: &mut [f64]) {
        for leaf in 0..self.subtree.n_leaves() {
            let (node, sum) = (&self.scratch.nodes[self.leaf_node(leaf)], &self.scratch.leaves[leaf]);
            let gained = node.score - sum.r;
            // below that a leaf says nothing, and its W may be too small to divide by
            if gained != 0.0 && sum.w > 1e-200 {
                self.leaf_vectors(leaf).add_w(gained / sum.w, g_beta);
            }
        }
    }

    /// Fills the rows' weights from their derivatives and their leaf's V and s.
    pub(super) fn weigh_rows(&mut self, weight: impl Fn(RowAt, f64, f64) -> f64) {
        for leaf in 0..self.subtree.n_leaves() {
            let node = self.scratch.nodes[self.leaf_node(leaf)];
            let rows = &mut self.scratch.rows;
            for i in self.subtree.leaf_rows(leaf) {
                let (r, w) = (rows.r[i], rows.w[i]);
                let (c, d) = if F::LINEAR_IN_MU { (w, w) } else { (rows.c[i], rows.d[i]) };
                rows.weight[i] = weight(RowAt { r, w, c, d }, node.v, node.s);
            }
        }
    }
}

/// One row's derivatives in η.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowAt {
    pub r: f64,
    pub w: f64,
    pub c: f64,
    pub d: f64,
}
