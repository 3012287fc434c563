//! A draw of the area effects given data and parameters: normal around the mode, then refined.

use super::dispatch::as_family;
use super::evaluate::Objective;
use super::pass::Pass;
use super::point::Point;
use super::refine::Room;
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
        self.draw_effects_anew(family, point, effects, refining, 1, rng)?.pop()
    }

    /// The same so many times; the mode and all that surrounds it are found once.
    pub(crate) fn draw_effects_anew(
        &mut self,
        family: Family,
        point: &Point,
        effects: &mut [f64],
        refining: Refining,
        times: usize,
        rng: &mut (impl Rng + ?Sized),
    ) -> Option<Vec<Vec<f64>>> {
        as_family!(self.problem, family, point, |known| self
            .draw_effects_as(known, point, effects, refining, times, rng))
    }

    fn draw_effects_as<F: Coarsened>(
        &mut self,
        family: F,
        point: &Point,
        effects: &mut [f64],
        refining: Refining,
        times: usize,
        rng: &mut (impl Rng + ?Sized),
    ) -> Option<Vec<Vec<f64>>> {
        let problem = self.problem;
        let mut all = vec![Vec::with_capacity(effects.len()); times];
        let (mut means, mut room) = (Vec::new(), Room::default());
        for subtree in problem.nodes.subtrees() {
            let nodes = subtree.first_node..subtree.first_node + subtree.n_nodes();
            let modes = &mut effects[nodes];
            let mut pass = Pass::new(problem, subtree, family, point, &mut self.scratch);
            pass.predict_rows();
            if !pass.find_mode(modes, &self.options) {
                return None;
            }
            pass.expand_leaves(modes);
            pass.sweep_precision(modes);
            means.clear();
            match refining {
                Refining::Thorough => means.extend_from_slice(modes),
                Refining::Quick => pass.means(modes, &mut means),
            }
            room.fit(&pass);
            for drawn in &mut all {
                let first = drawn.len();
                pass.draw_down(&means, drawn, rng);
                match refining {
                    Refining::Thorough => pass.refine(&mut drawn[first..], &mut room, rng),
                    Refining::Quick => pass.refine_quickly(&means, &mut drawn[first..], &mut room, rng),
                }
            }
        }
        Some(all)
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
