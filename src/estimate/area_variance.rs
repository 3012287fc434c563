//! Effects of the areas and their variances, for every node in linear time.

use super::dispatch::as_family;
use super::evaluate::Objective;
use super::newton::Position;
use super::pass::Pass;
use super::point::Point;
use super::tangents::Block;
use crate::family::{Coarsened, Family};
use crate::numeric::rows::LANES;
use ndarray::{Array2, ArrayView1};

/// The effect of one area, b = a − a_parent, and what is known of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NodeEffect {
    /// Conditional mode of b.
    pub mode: f64,
    /// Var(b | data, parameters) = ρυ + (1 − ρ)² V_p.
    pub given_parameters: f64,
    /// The parameters' share, ḃ'Σḃ with ḃ the derivative of the mode.
    pub of_parameters: f64,
}

impl Objective<'_> {
    /// Effects of all nodes at the maximum; `covariance` is that of (β, υ, φ), 0 for what does not move.
    pub(crate) fn node_effects(
        &mut self,
        family: Family,
        at: &Position,
        covariance: &Array2<f64>,
    ) -> Vec<NodeEffect> {
        as_family!(self.problem, family, at.point, |known| self.node_effects_as(known, at, covariance))
    }

    fn node_effects_as<F: Coarsened>(
        &mut self,
        family: F,
        at: &Position,
        covariance: &Array2<f64>,
    ) -> Vec<NodeEffect> {
        let mut all = Vec::with_capacity(at.effects.len());
        self.stand_in_each(family, &at.point, &at.effects, |pass, modes, tangents| {
            all.extend((0..modes.len()).map(|node| pass.node_effect(node, modes, tangents, covariance)));
        });
        all
    }

    /// Visits each root subtree at modes that belong to the point: with the sweeps up to V, and the tangents ȧ of its
    /// nodes `width` apart.
    pub(super) fn stand_in_each<F: Coarsened>(
        &mut self,
        family: F,
        point: &Point,
        modes: &[f64],
        mut visit: impl FnMut(&Pass<'_, F>, &[f64], &[f64]),
    ) {
        let problem = self.problem;
        let mut tangents = Vec::new();
        for subtree in problem.nodes.subtrees() {
            let modes = &modes[subtree.first_node..subtree.first_node + subtree.n_nodes()];
            let mut pass = Pass::new(problem, subtree, family, point, &mut self.scratch);
            // the working memory holds one subtree at a time, so the sweeps are run again
            pass.stand_at_mode(modes);
            pass.sum_leaf_vectors();
            pass.mode_tangents(&mut tangents);
            visit(&pass, modes, &tangents);
        }
    }
}

impl<F: Coarsened> Pass<'_, F> {
    /// ȧ of every node in every direction, `width` apart.
    pub(super) fn mode_tangents(&mut self, out: &mut Vec<f64>) {
        let (n, width) = (self.subtree.n_nodes(), self.scratch.width);
        out.clear();
        out.resize(n * width, 0.0);
        for start in (0..width).step_by(LANES) {
            let (p, n_variances) = (self.problem.n_terms(), self.problem.n_variances());
            self.tangent_of_mode(Block { start, p, n_variances });
            for (out, tangent) in out.chunks_exact_mut(width).zip(&self.scratch.tangents) {
                out[start..start + LANES].copy_from_slice(&tangent.a);
            }
        }
    }

    pub(super) fn node_effect(
        &self,
        node: usize,
        effects: &[f64],
        tangents: &[f64],
        covariance: &Array2<f64>,
    ) -> NodeEffect {
        let (width, directions) = (self.scratch.width, covariance.nrows());
        let at = &self.scratch.nodes[node];
        let mut slope = tangents[node * width..node * width + directions].to_vec();
        let (mut mode, mut above) = (effects[node], 0.0);
        if let Some(parent) = self.parent(node) {
            mode -= effects[parent];
            above = self.scratch.nodes[parent].v;
            slope.iter_mut().zip(&tangents[parent * width..]).for_each(|(own, parent)| *own -= parent);
        }
        let slope = ArrayView1::from(&slope);
        NodeEffect {
            mode,
            given_parameters: at.rho * self.variance(node) + (1.0 - at.rho).powi(2) * above,
            of_parameters: slope.dot(&covariance.dot(&slope)).max(0.0),
        }
    }
}
