//! Joint draws from a posterior: parameters by their weights, effects given each.

use super::beginning::Beginning;
use super::posterior::Posterior;
use super::target::{MODE_TOLERANCE, point};
use crate::error::{ErrorKind, Result};
use crate::estimate::{GivenParameters, Objective, Options, Refining};
use crate::family::{Family, Scatter};
use crate::infer::{AreaEffect, Draw, DrawnParameters, Draws};
use crate::model::Problem;
use crate::numeric::weights::resampled;
use crate::parallel::{self, Seed};
use ndarray::ArrayView1;
use rand::{Rng, RngExt};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::ops::ControlFlow;

/// Draws that share a generator and a working memory.
const BLOCK: usize = 50;
/// Draws of the parameters over which the conditional moments of the effects are averaged.
const FOR_EFFECTS: usize = 1000;

impl Posterior {
    /// Equally weighted joint draws of parameters and area effects; exceedance, ranks and rates are read off them.
    ///
    /// Parameters are resampled by their weights, effects drawn anew given each: around their mean there, and then by
    /// a few steps of Metropolis and Gibbs towards their own distribution. Equal generators give equal bits for any
    /// number of threads. Fails where the problem is not the posterior's, and on no draws.
    pub fn draws<'a>(
        &self,
        problem: &'a Problem,
        n_draws: usize,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Draws<'a>> {
        self.refuse_other(problem)?;
        if n_draws == 0 {
            return Err(ErrorKind::Specification { message: "at least one draw is needed".into() }.into());
        }
        let chosen = resampled(&self.weights, n_draws, rng.random());
        let pieces = n_draws.div_ceil(BLOCK);
        let seeds = parallel::seeds(pieces, rng);
        let begin = self.beginning(problem);
        let work = |piece: usize| {
            let end = ((piece + 1) * BLOCK).min(n_draws);
            self.draw_block(problem, &begin, &chosen[piece * BLOCK..end], seeds[piece])
        };
        let blocks = parallel::in_order(pieces, self.threads, work, |_, _| ControlFlow::Continue(()));
        let blocks: Option<Vec<Vec<Draw>>> = blocks.into_iter().collect();
        let draws = blocks.ok_or_else(no_mode)?.into_iter().flatten().collect();
        Ok(Draws::of(problem, draws))
    }

    /// Draws that share their parameters stand side by side and share the mode.
    fn draw_block(
        &self,
        problem: &Problem,
        begin: &Beginning,
        chosen: &[usize],
        seed: Seed,
    ) -> Option<Vec<Draw>> {
        let mut rng = ChaCha12Rng::from_seed(seed);
        let mut objective = Objective::new(problem, &options());
        let (mut draws, mut modes) = (Vec::with_capacity(chosen.len()), self.modes.clone());
        for alike in chosen.chunk_by(|one, other| one == other) {
            let parameters = self.drawn_parameters(problem, alike[0]);
            begin.write(&self.psi.row(alike[0]).to_vec(), &mut modes);
            let (family, point) = (parameters.family, &parameters.point);
            let quick = Refining::Quick;
            let all = objective.draw_effects_anew(family, point, &mut modes, quick, alike.len(), &mut rng)?;
            let draw = |effects| Draw { parameters: parameters.clone(), effects, seed: rng.random() };
            draws.extend(all.into_iter().map(draw));
        }
        Some(draws)
    }

    /// One joint draw of parameters and of the effects of all nodes.
    pub(crate) fn one_draw(
        &self,
        problem: &Problem,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<(DrawnParameters, Vec<f64>)> {
        let chosen = resampled(&self.weights, 1, rng.random());
        let parameters = self.drawn_parameters(problem, chosen.first().copied().unwrap_or(0));
        let mut modes = self.modes.clone();
        let effects = Objective::new(problem, &options()).draw_effects(
            parameters.family,
            &parameters.point,
            &mut modes,
            Refining::Quick,
            rng,
        );
        Ok((parameters, effects.ok_or_else(no_mode)?))
    }

    /// Posterior means in the sampler's coordinates, and modes of the effects not far from there.
    pub(crate) fn means(&self, problem: &Problem) -> (DrawnParameters, Vec<f64>) {
        let mean = |psi: ArrayView1<'_, f64>| psi.iter().zip(&self.weights).map(|(x, w)| w * x).sum();
        let psi: Vec<f64> = self.psi.columns().into_iter().map(mean).collect();
        (parameters_at(problem, &psi), self.modes.clone())
    }

    /// One draw of the parameters, by its position.
    pub(super) fn drawn_parameters(&self, problem: &Problem, at: usize) -> DrawnParameters {
        parameters_at(problem, &self.psi.row(at).to_vec())
    }

    /// The posterior with its area effects: moments given the parameters, averaged over these.
    pub(super) fn with_effects(mut self, problem: &Problem) -> Result<Self> {
        let chosen = resampled(&self.weights, FOR_EFFECTS, 0.5);
        let pieces = FOR_EFFECTS.div_ceil(BLOCK);
        let begin = self.beginning(problem);
        let work = |piece: usize| {
            let end = ((piece + 1) * BLOCK).min(FOR_EFFECTS);
            self.moments(problem, &begin, &chosen[piece * BLOCK..end])
        };
        let blocks = parallel::in_order(pieces, self.threads, work, |_, _| ControlFlow::Continue(()));
        let mut all = vec![Moments::default(); problem.nodes.n_nodes()];
        for block in blocks {
            let block = block.ok_or_else(no_mode)?;
            all.iter_mut().zip(block).for_each(|(all, block)| all.add(block));
        }
        self.effects = area_effects(problem, &all);
        Ok(self)
    }

    fn beginning(&self, problem: &Problem) -> Beginning {
        Beginning::new(problem, &options(), &self.centre, &self.modes)
    }

    fn moments(&self, problem: &Problem, begin: &Beginning, chosen: &[usize]) -> Option<Vec<Moments>> {
        let mut objective = Objective::new(problem, &options());
        let mut sums = vec![Moments::default(); problem.nodes.n_nodes()];
        let mut modes = self.modes.clone();
        for alike in chosen.chunk_by(|one, other| one == other) {
            let at = self.drawn_parameters(problem, alike[0]);
            begin.write(&self.psi.row(alike[0]).to_vec(), &mut modes);
            let effects = objective.effects_given(at.family, &at.point, &mut modes)?;
            let times = alike.len() as f64;
            sums.iter_mut().zip(&effects).for_each(|(sums, effect)| sums.add(Moments::of(effect, times)));
        }
        Some(sums)
    }
}

/// Sums over draws of the parameters.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    mean: f64,
    square: f64,
    variance: f64,
}

impl Moments {
    fn of(effect: &GivenParameters, times: f64) -> Self {
        let GivenParameters { mean, variance } = *effect;
        Moments { mean: times * mean, square: times * mean * mean, variance: times * variance }
    }

    fn add(&mut self, other: Moments) {
        self.mean += other.mean;
        self.square += other.square;
        self.variance += other.variance;
    }
}

/// The nodes' effects by level, areas in the order of the tree and rows in the caller's.
fn area_effects(problem: &Problem, nodes: &[Moments]) -> Vec<Vec<AreaEffect>> {
    let n = FOR_EFFECTS as f64;
    let effect = |(path, node): (Vec<String>, usize)| {
        let Moments { mean, square, variance } = nodes[node];
        let (mean, variance) = (mean / n, variance / n);
        let of_parameters = (square / n - mean * mean).max(0.0);
        AreaEffect {
            path,
            effect: mean,
            sd_given_parameters: variance.sqrt(),
            sd: (variance + of_parameters).sqrt(),
        }
    };
    let level = |level: usize| {
        let paths = problem.paths_of_level(level).into_iter();
        paths.zip(problem.nodes_of_level(level)).map(effect).collect()
    };
    (0..problem.n_variances()).map(level).collect()
}

/// ψ in the units of the passes.
pub(super) fn parameters_at(problem: &Problem, psi: &[f64]) -> DrawnParameters {
    let (family, point) = (problem.family(), point(problem, psi));
    let scatter = match family {
        Family::Poisson => Scatter::Poisson,
        Family::NegBin2 => Scatter::NegBin2 { theta: point.phi.exp() },
    };
    DrawnParameters { family, point, scatter }
}

pub(super) fn options() -> Options {
    Options { mode_tolerance: MODE_TOLERANCE, ..Options::default() }
}

#[cold]
pub(super) fn no_mode() -> crate::Error {
    let message = "the area effects have no mode at parameters drawn from the posterior".into();
    ErrorKind::Specification { message }.into()
}
