//! Draws of the parameters with their weights, on several threads.

use super::beginning::Beginning;
use super::log_prior::LogPrior;
use super::marginal::Plan;
use super::mode::PosteriorMode;
use super::proposal::Proposal;
use super::target::Target;
use crate::estimate::Options;
use crate::model::Problem;
use crate::numeric::dense::Cholesky;
use crate::numeric::weights::Weights;
use crate::parallel;
use ndarray::Array2;
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::ops::ControlFlow;

/// Draws that share a generator and a working memory.
const BLOCK: usize = 100;

/// Where and on what the sampler works.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub problem: &'a Problem,
    pub prior: &'a LogPrior,
    pub options: &'a Options,
    pub mode: &'a PosteriorMode,
    pub beginning: &'a Beginning,
    pub plan: Plan,
    pub threads: usize,
}

/// Parameters with their smoothed weights.
#[derive(Debug, Clone)]
pub(super) struct Weighted {
    /// One ψ a row.
    pub psi: Array2<f64>,
    pub weights: Weights,
}

impl<'a> Ground<'a> {
    /// The target, each value by itself.
    pub(super) fn target(&self) -> Target<'a> {
        Target::around(self.problem, self.prior, self.options, self.plan, self.beginning)
    }

    /// Draws from the proposal and weighs; `None` where the work was stopped or nothing has a weight.
    ///
    /// `seen` gets the number of draws done and may stop the work.
    pub(super) fn weigh(
        &self,
        proposal: &Proposal,
        draws: usize,
        rng: &mut (impl Rng + ?Sized),
        seen: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Option<Weighted> {
        let pieces = draws.div_ceil(BLOCK);
        let seeds = parallel::seeds(pieces, rng);
        let work = |piece: usize| {
            let (mut rng, mut target) = (ChaCha12Rng::from_seed(seeds[piece]), self.target());
            let size = BLOCK.min(draws - piece * BLOCK);
            let mut block = Vec::with_capacity(size);
            for _ in 0..size {
                let (psi, log_density) = proposal.draw(&mut rng);
                let log_weight = target.value(&psi).map_or(f64::NEG_INFINITY, |value| value - log_density);
                block.push((psi, log_weight));
            }
            block
        };
        let blocks =
            parallel::in_order(pieces, self.threads, work, |done, _| seen((done * BLOCK).min(draws)));
        if blocks.len() < pieces {
            return None;
        }
        let (mut psi, mut log_weights) = (Array2::zeros((draws, self.mode.psi.len())), Vec::new());
        for (mut row, (draw, log_weight)) in psi.rows_mut().into_iter().zip(blocks.into_iter().flatten()) {
            row.iter_mut().zip(draw).for_each(|(out, value)| *out = value);
            log_weights.push(log_weight);
        }
        let weights = Weights::smoothed(&log_weights)?;
        Some(Weighted { psi, weights })
    }
}

impl Weighted {
    /// Weighted mean and covariance of ψ as the centre and the precision of another proposal; `None` where too few
    /// draws have a weight for a covariance.
    pub(super) fn proposal(&self) -> Option<Proposal> {
        let n = self.psi.ncols();
        let (mut mean, mut covariance) = (vec![0.0; n], Array2::<f64>::zeros((n, n)));
        let each = || self.psi.rows().into_iter().zip(&self.weights.weights);
        for (psi, w) in each() {
            mean.iter_mut().zip(psi).for_each(|(mean, psi)| *mean += w * psi);
        }
        for (psi, w) in each() {
            for i in 0..n {
                for j in 0..n {
                    covariance[[i, j]] += w * (psi[i] - mean[i]) * (psi[j] - mean[j]);
                }
            }
        }
        let precision = Cholesky::new(&covariance.view())?.inverse();
        Some(Proposal::new(mean, Cholesky::new(&precision.view())?))
    }
}
