//! Whether overdispersion would help at all: the score of α = 1/θ where θ is infinite.

use super::evaluate::Objective;
use super::newton::Position;
use super::pass::Pass;
use crate::family::Poisson;

impl Objective<'_> {
    /// ∂L/∂α at α = 0, the Poisson maximum: Σ ½[(y−μ)² − y] − ½ Σ [V(yμ − 2μ²) − s μ(y−μ)].
    ///
    /// Not above 0 certifies that θ is infinite at the maximum of the negative binomial.
    pub(super) fn overdispersion_score(&mut self, at: &Position) -> f64 {
        let problem = self.problem;
        let mut score = 0.0;
        for subtree in problem.nodes.subtrees() {
            let effects = &at.effects[subtree.first_node..subtree.first_node + subtree.n_nodes()];
            let mut pass =
                Pass { problem, subtree, family: Poisson, point: &at.point, scratch: &mut self.scratch };
            pass.stand_at_mode(effects);
            pass.sweep_adjoint();
            score += pass.overdispersion_score();
        }
        score
    }
}

impl Pass<'_, Poisson> {
    fn overdispersion_score(&self) -> f64 {
        let mut score = 0.0;
        for leaf in 0..self.subtree.n_leaves() {
            let node = &self.scratch.nodes[self.leaf_node(leaf)];
            for i in self.subtree.leaf_rows(leaf) {
                let (y, mu, residual) = (self.y()[i], self.scratch.rows.w[i], self.scratch.rows.r[i]);
                let laplace = node.v * (y * mu - 2.0 * mu * mu) - node.s * mu * residual;
                score += 0.5 * (residual * residual - y - laplace);
            }
        }
        score
    }
}
