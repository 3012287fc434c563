//! Rows expanded at effects of 0, and the mode of the linear mixed model that they make.

use crate::estimate::pass::Pass;
use crate::estimate::scratch::Leaf;
use crate::family::Coarsened;

impl<F: Coarsened> Pass<'_, F> {
    /// Expands the rows at effects of 0, fills `effects` with the mode of those quadratics, which is one linear solve, and
    /// moves the quadratics there: r = r⁰ − w⁰a, ℓ_φ = ℓ⁰_φ + r⁰_φ a − ½w⁰_φ a². Returns Σ (ℓ⁰ + r⁰a − ½w⁰a²), but for what
    /// [`Pass::expand_rows`] leaves out.
    pub(in crate::estimate) fn solve_from_zero(&mut self, effects: &mut [f64]) -> f64 {
        effects.fill(0.0);
        let mut value = self.expand_rows(effects);
        self.step_from_leaves(effects);
        for (effect, node) in effects.iter_mut().zip(&self.scratch.nodes) {
            *effect = node.stepped;
        }
        for leaf in 0..self.subtree.n_leaves() {
            let (a, range) = (effects[self.leaf_node(leaf)], self.subtree.leaf_rows(leaf));
            let scratch = &mut *self.scratch;
            value += scratch.leaves[leaf].move_by(a);
            for i in range {
                scratch.rows.r[i] -= a * scratch.rows.w[i];
                scratch.rows.r_phi[i] -= a * scratch.rows.w_phi[i];
            }
        }
        value
    }
}

impl Leaf {
    /// The sums of the rows' quadratics at `a` away; returns what Σℓ gains.
    fn move_by(&mut self, a: f64) -> f64 {
        let gain = a * (self.r - 0.5 * a * self.w);
        self.l_phi += a * (self.r_phi - 0.5 * a * self.w_phi);
        self.l_phi_phi += a * (self.r_phi_phi - 0.5 * a * self.w_phi_phi);
        self.r -= a * self.w;
        self.r_phi -= a * self.w_phi;
        self.r_phi_phi -= a * self.w_phi_phi;
        gain
    }
}
