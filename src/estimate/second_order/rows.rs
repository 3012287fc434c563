//! The rows' fifth derivatives, and the gradient of ε.

use super::Memory;
use super::reverse::LeafAdjoint;
use crate::estimate::pass::Pass;
use crate::family::{Coarsened, FifthDerivatives};
use crate::numeric::rows::{WeightedRows, vectorised};

impl<F: Coarsened> Pass<'_, F> {
    /// Σd_η and Σd_φ of every leaf; each row's d_η waits in its weight.
    pub(super) fn sum_fifth(&mut self, memory: &mut Memory) {
        if F::LINEAR_IN_MU {
            for (sum, leaf) in memory.leaves.iter_mut().zip(&self.scratch.leaves) {
                *sum = FifthDerivatives { d_eta: leaf.w, d_phi: 0.0 };
            }
            return;
        }
        let y = &self.problem.y[self.subtree.rows()];
        let rows = &mut self.scratch.rows;
        for (leaf, sum) in memory.leaves[..self.subtree.n_leaves()].iter_mut().enumerate() {
            *sum = FifthDerivatives::default();
            for i in self.subtree.leaf_rows(leaf) {
                let at = self.family.fifth(y[i], rows.mu[i]);
                rows.weight[i] = at.d_eta;
                sum.d_eta += at.d_eta;
                sum.d_phi += at.d_phi;
            }
        }
        if F::MIXED {
            self.add_fifth_of_coarse_rows(memory);
        }
    }

    /// Coarse rows, which the loop took for counts and means of 0.
    fn add_fifth_of_coarse_rows(&mut self, memory: &mut Memory) {
        let first = self.subtree.rows().start;
        let rows = &mut self.scratch.rows;
        for coarse in &self.problem.coarse[self.coarse.clone()] {
            let i = coarse.row - first;
            let at = self.family.coarse_fifth(&coarse.published, rows.e[i] * rows.leaf_scale[coarse.leaf]);
            rows.weight[i] = at.d_eta;
            memory.leaves[coarse.leaf].d_eta += at.d_eta;
            memory.leaves[coarse.leaf].d_phi += at.d_phi;
        }
    }

    /// ∂ε/∂β = Σ x [W̄c + C̄d + D̄d_η − uw], ∂ε/∂υ = its direct part + R(ρU − m u_p), ∂ε/∂φ = Σ (W̄w_φ + C̄c_φ + D̄d_φ + u r_φ).
    pub(super) fn add_gradient_of_epsilon(&mut self, memory: &Memory, out: &mut [f64]) {
        self.weigh_rows_for_epsilon(memory);
        let (p, n_variances) = (self.problem.n_terms(), self.problem.n_variances());
        let (beta, others) = out.split_at_mut(p);
        let weights = &self.scratch.rows.weight[..self.subtree.rows().len()];
        vectorised(self.scratch.arch, WeightedRows { x: self.x(), weights, out: beta });
        for at in 0..self.subtree.n_nodes() {
            let level = self.subtree.level[at] as usize;
            if level < n_variances {
                let (node, adjoint) = (&self.scratch.nodes[at], &memory.nodes[at]);
                let above = self.parent(at).map_or(0.0, |parent| memory.nodes[parent].u);
                let response = node.rho * adjoint.source - node.m * above;
                others[level] += adjoint.variance + node.score * response;
            }
        }
        if F::HAS_THETA {
            for leaf in 0..self.subtree.n_leaves() {
                let LeafAdjoint { w, c, d } = self.leaf_adjoint(leaf, memory);
                let (sum, u) = (&self.scratch.leaves[leaf], memory.nodes[self.leaf_node(leaf)].u);
                let direct = w * sum.w_phi + c * sum.c_phi + d * memory.leaves[leaf].d_phi;
                others[n_variances] += direct + u * sum.r_phi;
            }
        }
    }

    fn weigh_rows_for_epsilon(&mut self, memory: &Memory) {
        for leaf in 0..self.subtree.n_leaves() {
            let by = self.leaf_adjoint(leaf, memory);
            let u = memory.nodes[self.leaf_node(leaf)].u;
            let rows = &mut self.scratch.rows;
            for i in self.subtree.leaf_rows(leaf) {
                rows.weight[i] = match F::LINEAR_IN_MU {
                    true => (by.w + by.c + by.d - u) * rows.w[i],
                    false => by.w * rows.c[i] + by.c * rows.d[i] + by.d * rows.weight[i] - u * rows.w[i],
                };
            }
        }
    }
}
