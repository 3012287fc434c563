//! Whether overdispersion would help at all: the score of α = 1/θ where θ is infinite.

use super::evaluate::Objective;
use super::newton::Position;
use super::pass::Pass;
use super::point::Point;
use crate::family::{Coarsened, Mixed, Poisson};

impl Objective<'_> {
    /// ∂L/∂α at α = 0, the Poisson maximum: Σ ℓ_α − ½ Σ (V w_α + s r_α), with ℓ_α = ½[(y−μ)² − y] and its derivatives.
    ///
    /// Not above 0 certifies that θ is infinite at the maximum of the negative binomial.
    pub(super) fn overdispersion_score(&mut self, at: &Position) -> f64 {
        self.overdispersion_score_at(&at.point, &at.effects)
    }

    /// The same at parameters and their mode.
    pub(super) fn overdispersion_score_at(&mut self, point: &Point, effects: &[f64]) -> f64 {
        match self.problem.coarse.is_empty() {
            true => self.overdispersion_score_as(Poisson, point, effects),
            false => self.overdispersion_score_as(Mixed(Poisson), point, effects),
        }
    }

    pub(super) fn overdispersion_score_as<F: Coarsened>(
        &mut self,
        family: F,
        point: &Point,
        effects: &[f64],
    ) -> f64 {
        let problem = self.problem;
        let mut score = 0.0;
        for subtree in problem.nodes.subtrees() {
            let effects = &effects[subtree.first_node..subtree.first_node + subtree.n_nodes()];
            let mut pass = Pass::new(problem, subtree, family, point, &mut self.scratch);
            pass.stand_at_mode(effects);
            pass.sweep_adjoint();
            score += pass.overdispersion_of_rows(|_, v, s| (-0.5 * s, 0.5 * v));
        }
        score
    }
}

impl<F: Coarsened> Pass<'_, F> {
    /// Σ (ℓ_α + first r_α − second w_α), the two factors from a leaf's node, V and s.
    pub(super) fn overdispersion_of_rows(&self, factors: impl Fn(usize, f64, f64) -> (f64, f64)) -> f64 {
        let of_leaf = |leaf: usize| {
            let at = self.leaf_node(leaf);
            let node = &self.scratch.nodes[at];
            factors(at, node.v, node.s)
        };
        self.overdispersion_of_exact_rows(of_leaf) + self.overdispersion_of_coarse_rows(of_leaf)
    }

    fn overdispersion_of_exact_rows(&self, factors: impl Fn(usize) -> (f64, f64)) -> f64 {
        let first = self.subtree.rows().start;
        let mut coarse =
            self.problem.coarse[self.coarse.clone()].iter().map(|row| row.row - first).peekable();
        let mut score = 0.0;
        for leaf in 0..self.subtree.n_leaves() {
            let (by_r, by_w) = factors(leaf);
            for i in self.subtree.leaf_rows(leaf) {
                if coarse.next_if_eq(&i).is_some() {
                    continue;
                }
                let (y, mu) = (self.y()[i], self.scratch.rows.w[i]);
                let residual = y - mu;
                let (l, r, w) = (0.5 * (residual * residual - y), -mu * residual, y * mu - 2.0 * mu * mu);
                score += l + by_r * r - by_w * w;
            }
        }
        score
    }

    fn overdispersion_of_coarse_rows(&self, factors: impl Fn(usize) -> (f64, f64)) -> f64 {
        let first = self.subtree.rows().start;
        let of_row = |coarse: &crate::model::CoarseRow| {
            let mu = self.scratch.rows.e[coarse.row - first] * self.scratch.rows.leaf_scale[coarse.leaf];
            let (l, r, w) = Poisson.coarse_overdispersion(&coarse.published, mu);
            let (by_r, by_w) = factors(coarse.leaf);
            l + by_r * r - by_w * w
        };
        self.problem.coarse[self.coarse.clone()].iter().map(of_row).sum()
    }
}
