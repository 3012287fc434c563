//! Whether overdispersion would help the linearised equations: their left side for α = 1/θ where θ is infinite.

use super::Expansion;
use crate::estimate::evaluate::Objective;
use crate::estimate::newton::Position;
use crate::estimate::pass::Pass;
use crate::family::{Coarsened, Frozen, Mixed, Poisson};

impl Objective<'_> {
    /// Σ (ℓ_α + r_α a − ½w_α (a² + V)) at α = 0, with the rows' derivatives where they are expanded and a counted from
    /// there.
    pub(super) fn linearised_overdispersion(&mut self, expansion: Expansion, at: &Position) -> f64 {
        match (expansion, self.problem.coarse.is_empty()) {
            (Expansion::AtMode, true) => {
                self.overdispersion_score_as(Frozen(Poisson), &at.point, &at.effects)
            }
            (Expansion::AtMode, false) => {
                self.overdispersion_score_as(Frozen(Mixed(Poisson)), &at.point, &at.effects)
            }
            (Expansion::AtZero, true) => self.overdispersion_from_zero(Frozen(Poisson), at),
            (Expansion::AtZero, false) => self.overdispersion_from_zero(Frozen(Mixed(Poisson)), at),
        }
    }

    fn overdispersion_from_zero<F: Coarsened>(&mut self, family: F, at: &Position) -> f64 {
        let problem = self.problem;
        let mut score = 0.0;
        let mut effects = vec![0.0; problem.nodes.n_nodes()];
        for subtree in problem.nodes.subtrees() {
            let effects = &mut effects[subtree.first_node..subtree.first_node + subtree.n_nodes()];
            let mut pass = Pass::new(problem, subtree, family, &at.point, &mut self.scratch);
            pass.predict_rows();
            pass.solve_from_zero(effects);
            pass.sweep_precision(effects);
            pass.sweep_variance();
            score += pass.overdispersion_of_rows(|node, v, _| {
                let a = effects[node];
                (a, 0.5 * (a * a + v))
            });
        }
        score
    }
}
