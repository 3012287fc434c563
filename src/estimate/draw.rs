//! A draw of the area effects given data and parameters: normal around the mode, then refined.

use super::dispatch::as_family;
use super::evaluate::Objective;
use super::pass::Pass;
use super::point::Point;
use crate::family::{Coarsened, Family};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

impl Objective<'_> {
    /// Draws all cumulative effects: down the tree from the normal approximation at the mode,
    /// a_c | a_p ~ N(â_c + ρ_c(a_p − â_p), υ_c ρ_c), whose joint precision is the Hessian of the Laplace approximation,
    /// and from there by a few steps that know the rows themselves.
    ///
    /// `effects` enters as the start of the mode and leaves as the mode; `None` where there is none to be found.
    pub(crate) fn draw_effects(
        &mut self,
        family: Family,
        point: &Point,
        effects: &mut [f64],
        rng: &mut (impl Rng + ?Sized),
    ) -> Option<Vec<f64>> {
        as_family!(self.problem, family, point, |known| self.draw_effects_as(known, point, effects, rng))
    }

    fn draw_effects_as<F: Coarsened>(
        &mut self,
        family: F,
        point: &Point,
        effects: &mut [f64],
        rng: &mut (impl Rng + ?Sized),
    ) -> Option<Vec<f64>> {
        let problem = self.problem;
        let mut drawn = Vec::with_capacity(effects.len());
        for subtree in problem.nodes.subtrees() {
            let nodes = subtree.first_node..subtree.first_node + subtree.n_nodes();
            let modes = &mut effects[nodes];
            let mut pass = Pass::new(problem, subtree, family, point, &mut self.scratch);
            pass.predict_rows();
            if !pass.find_mode(modes, &self.options) {
                return None;
            }
            pass.expand_rows(modes);
            pass.sweep_precision(modes);
            let first = drawn.len();
            pass.draw_down(modes, &mut drawn, rng);
            pass.refine(&mut drawn[first..], rng);
        }
        Some(drawn)
    }
}

impl<F: Coarsened> Pass<'_, F> {
    fn draw_down(&self, modes: &[f64], drawn: &mut Vec<f64>, rng: &mut (impl Rng + ?Sized)) {
        let first = drawn.len();
        for (at, mode) in modes.iter().enumerate() {
            let above = self.parent(at).map_or(0.0, |parent| drawn[first + parent] - modes[parent]);
            let rho = self.scratch.nodes[at].rho;
            let normal: f64 = StandardNormal.sample(rng);
            drawn.push(mode + rho * above + (self.variance(at) * rho).sqrt() * normal);
        }
    }
}
