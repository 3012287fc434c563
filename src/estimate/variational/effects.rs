//! Effects of the areas as their normal distribution has them.

use super::Bound;
use crate::estimate::area_variance::NodeEffect;
use crate::estimate::dispatch::as_family;
use crate::estimate::evaluate::Objective;
use crate::estimate::newton::Position;
use crate::estimate::pass::Pass;
use crate::family::{Coarsened, Family, Frozen};
use ndarray::Array2;

impl Bound {
    /// Mean and variance under q of all effects, the mean's slopes in the parameters taken at fixed weights; `covariance`
    /// is that of (β, υ, φ), 0 for what does not move. `None` where q does not settle.
    pub(crate) fn node_effects(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        at: &Position,
        covariance: &Array2<f64>,
    ) -> Option<Vec<NodeEffect>> {
        self.warm = false;
        as_family!(objective.problem, family, at.point, |known| {
            self.node_effects_as(Frozen(known), objective, at, covariance)
        })
    }

    fn node_effects_as<F: Coarsened>(
        &mut self,
        family: F,
        objective: &mut Objective<'_>,
        at: &Position,
        covariance: &Array2<f64>,
    ) -> Option<Vec<NodeEffect>> {
        let problem = objective.problem;
        let options = objective.options.clone();
        let (mut all, mut tangents) = (Vec::with_capacity(at.effects.len()), Vec::new());
        for subtree in problem.nodes.subtrees() {
            let mut pass = Pass::new(problem, subtree, family, &at.point, &mut objective.scratch);
            let (mean, _) = self.stand(&mut pass, &at.effects, &options)?;
            pass.sum_leaf_vectors();
            pass.mode_tangents(&mut tangents);
            all.extend((0..mean.len()).map(|node| pass.node_effect(node, &mean, &tangents, covariance)));
        }
        Some(all)
    }
}
