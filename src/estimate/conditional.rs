//! Means and variances of the effects given the parameters, to one order more than the mode.

use super::dispatch::as_family;
use super::evaluate::Objective;
use super::pass::Pass;
use super::point::Point;
use crate::family::{Coarsened, Family};

/// The effect of one area, b = a − a_parent, given data and parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GivenParameters {
    /// The mode less half the adjoint: E a = â − ½H⁻¹(Vc), but for terms of the next order.
    pub mean: f64,
    /// ρυ + (1 − ρ)² V_p.
    pub variance: f64,
}

impl Objective<'_> {
    /// Mean and variance of every node's own effect; `effects` enters as the start of the mode and leaves as the mode.
    /// `None` where there is none to be found.
    pub(crate) fn effects_given(
        &mut self,
        family: Family,
        point: &Point,
        effects: &mut [f64],
    ) -> Option<Vec<GivenParameters>> {
        as_family!(self.problem, family, point, |known| self.effects_given_as(known, point, effects))
    }

    fn effects_given_as<F: Coarsened>(
        &mut self,
        family: F,
        point: &Point,
        effects: &mut [f64],
    ) -> Option<Vec<GivenParameters>> {
        let problem = self.problem;
        let (mut all, mut means) = (Vec::with_capacity(effects.len()), Vec::new());
        for subtree in problem.nodes.subtrees() {
            let modes = &mut effects[subtree.first_node..subtree.first_node + subtree.n_nodes()];
            let mut pass = Pass::new(problem, subtree, family, point, &mut self.scratch);
            pass.predict_rows();
            if !pass.find_mode(modes, &self.options) {
                return None;
            }
            pass.expand_leaves(modes);
            pass.sweep_precision(modes);
            means.clear();
            pass.means(modes, &mut means);
            all.extend((0..means.len()).map(|at| pass.given_parameters(at, &means)));
        }
        Some(all)
    }
}

impl<F: Coarsened> Pass<'_, F> {
    /// E a of every node to second order, after the sweep for the precision.
    pub(super) fn means(&mut self, modes: &[f64], out: &mut Vec<f64>) {
        self.sweep_variance();
        self.sweep_adjoint();
        out.extend(modes.iter().zip(&self.scratch.nodes).map(|(mode, node)| mode - 0.5 * node.s));
    }

    fn given_parameters(&self, at: usize, means: &[f64]) -> GivenParameters {
        let node = &self.scratch.nodes[at];
        let (mean, v) = match self.parent(at) {
            Some(parent) => (means[parent], self.scratch.nodes[parent].v),
            None => (0.0, 0.0),
        };
        GivenParameters {
            mean: means[at] - mean,
            variance: node.rho * self.variance(at) + (1.0 - node.rho).powi(2) * v,
        }
    }
}
