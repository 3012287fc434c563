//! Effects of the areas and their variances in the linear mixed model at the root.

use super::Expansion;
use crate::estimate::area_variance::NodeEffect;
use crate::estimate::dispatch::as_family;
use crate::estimate::evaluate::Objective;
use crate::estimate::newton::Position;
use crate::estimate::pass::Pass;
use crate::family::{Coarsened, Family, Frozen};
use ndarray::Array2;

impl Objective<'_> {
    /// Effects of all nodes at the root; `covariance` is that of (β, υ, φ), 0 for what does not move.
    pub(crate) fn linearised_effects(
        &mut self,
        family: Family,
        expansion: Expansion,
        at: &Position,
        covariance: &Array2<f64>,
    ) -> Vec<NodeEffect> {
        match expansion {
            // mode, variance and the mode's slopes are those of Laplace: no third derivative is in them
            Expansion::AtMode => self.node_effects(family, at, covariance),
            Expansion::AtZero => {
                as_family!(self.problem, family, at.point, |known| self.effects_from_zero(
                    Frozen(known),
                    at,
                    covariance
                ))
            }
        }
    }

    fn effects_from_zero<F: Coarsened>(
        &mut self,
        family: F,
        at: &Position,
        covariance: &Array2<f64>,
    ) -> Vec<NodeEffect> {
        let problem = self.problem;
        let mut effects = vec![0.0; problem.nodes.n_nodes()];
        let (mut all, mut tangents) = (Vec::with_capacity(effects.len()), Vec::new());
        for subtree in problem.nodes.subtrees() {
            let effects = &mut effects[subtree.first_node..subtree.first_node + subtree.n_nodes()];
            let mut pass = Pass::new(problem, subtree, family, &at.point, &mut self.scratch);
            pass.predict_rows();
            pass.solve_from_zero(effects);
            pass.sweep_precision(effects);
            pass.sweep_variance();
            pass.sum_leaf_vectors();
            pass.mode_tangents(&mut tangents);
            let nodes = 0..effects.len();
            all.extend(nodes.map(|node| pass.node_effect(node, effects, &tangents, covariance)));
        }
        all
    }
}
