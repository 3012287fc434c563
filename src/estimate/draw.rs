//! A draw of the area effects given data and parameters: normal around the mode, then refined.

use super::dispatch::as_family;
use super::evaluate::Objective;
use super::pass::Pass;
use super::point::Point;
use crate::family::{Coarsened, Family};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// How a normal draw of the effects is brought to their own distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refining {
    /// By many small steps from the normal around the mode: good wherever the normal is not.
    Thorough,
    /// From the normal around the mean to second order, by few steps that propose from it anew: good where most of
    /// these are taken, and several times as fast.
    Quick,
}

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
        refining: Refining,
        rng: &mut (impl Rng + ?Sized),
    ) -> Option<Vec<f64>> {
        as_family!(self.problem, family, point, |known| self
            .draw_effects_as(known, point, effects, refining, rng))
    }

    fn draw_effects_as<F: Coarsened>(
        &mut self,
        family: F,
        point: &Point,
        effects: &mut [f64],
        refining: Refining,
        rng: &mut (impl Rng + ?Sized),
    ) -> Option<Vec<f64>> {
        let problem = self.problem;
        let (mut drawn, mut means) = (Vec::with_capacity(effects.len()), Vec::new());
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
            match refining {
                Refining::Thorough => {
                    pass.draw_down(modes, &mut drawn, rng);
                    pass.refine(&mut drawn[first..], rng);
                }
                Refining::Quick => {
                    means.clear();
                    pass.means(modes, &mut means);
                    pass.draw_down(&means, &mut drawn, rng);
                    pass.refine_quickly(&means, &mut drawn[first..], rng);
                }
            }
        }
        Some(drawn)
    }
}

impl<F: Coarsened> Pass<'_, F> {
    /// Down the tree from the normal with these means.
    fn draw_down(&self, means: &[f64], drawn: &mut Vec<f64>, rng: &mut (impl Rng + ?Sized)) {
        let first = drawn.len();
        for (at, mean) in means.iter().enumerate() {
            let above = self.parent(at).map_or(0.0, |parent| drawn[first + parent] - means[parent]);
            let rho = self.scratch.nodes[at].rho;
            let normal: f64 = StandardNormal.sample(rng);
            drawn.push(mean + rho * above + (self.variance(at) * rho).sqrt() * normal);
        }
    }
}
