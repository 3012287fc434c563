//! The posterior by Markov chains on the same log-density, with its gradient: the No-U-Turn Sampler.
//!
//! The chains walk in coordinates in which the proposal's centre is 0 and its scale the identity. Where few areas stand at a
//! level the density is a funnel: given a small standard deviation the intercept is known several times better than that
//! scale says, and a step that fits elsewhere is too long. So a step along which the log-density is not kept is taken in
//! halves.
//!
//! Source: Bou-Rabee, Carpenter, Kleppe & Liu 2025, arXiv:2506.18746.

use super::importance::Ground;
use super::proposal::Proposal;
use super::sampler::MarkovChains;
use super::target::Target;
use crate::numeric::chains::{effective, r_hat};
use crate::parallel;
use ndarray::{Array1, Array2};
use nuts_rs::{
    Chain, CpuLogpFunc, CpuMath, CpuMathError, DiagNutsSettings, HasDims, LogpError, Settings, WalnutsOptions,
};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Chains, each on one thread at most.
const CHAINS: usize = 4;
/// Draws of each chain that are thrown away while it finds its step.
const TUNING: u64 = 500;
/// How far from the centre the chains begin, in the units of the proposal.
const START: f64 = 1.0;

/// Draws from chains, one ψ a row, chain after chain.
pub(super) struct Walked {
    pub psi: Array2<f64>,
    pub diagnostics: MarkovChains,
}

/// Walks until all chains have their share of the draws; `None` where the work was stopped, `Err` says what failed.
pub(super) fn walk(
    ground: &Ground<'_>,
    proposal: &Proposal,
    draws: usize,
    rng: &mut (impl Rng + ?Sized),
    seen: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Option<Result<Walked, String>> {
    let each = draws.div_ceil(CHAINS);
    let seeds = parallel::seeds(CHAINS, rng);
    let work = |chain: usize| {
        let mut rng = ChaCha12Rng::from_seed(seeds[chain]);
        let density = Whitened { target: ground.target(), proposal };
        one_chain(density, each, &mut rng)
    };
    let chains = parallel::in_order(CHAINS, ground.threads, work, |done, _| seen(done * each));
    if chains.len() < CHAINS {
        return None;
    }
    Some(chains.into_iter().collect::<Result<Vec<OneChain>, String>>().map(|chains| put_together(&chains)))
}

struct OneChain {
    psi: Vec<Vec<f64>>,
    divergences: usize,
}

fn one_chain(density: Whitened<'_, '_>, draws: usize, rng: &mut ChaCha12Rng) -> Result<OneChain, String> {
    let (dim, proposal) = (CpuLogpFunc::dim(&density), density.proposal);
    let settings = DiagNutsSettings {
        num_tune: TUNING,
        num_draws: draws as u64,
        walnuts: Some(WalnutsOptions::default()),
        ..Default::default()
    };
    let begin: Vec<f64> = (0..dim).map(|_| START * (2.0 * rng.random::<f64>() - 1.0)).collect();
    let mut chain = settings.new_chain(0, CpuMath::new(density), rng).map_err(said)?;
    chain.set_position(&begin).map_err(said)?;
    let (mut psi, mut divergences) = (Vec::with_capacity(draws), 0);
    for draw in 0..TUNING as usize + draws {
        let (position, progress) = chain.draw().map_err(said)?;
        if draw >= TUNING as usize {
            psi.push(proposal.at_whitened(&Array1::from(position.to_vec())));
            divergences += usize::from(progress.diverging);
        }
    }
    Ok(OneChain { psi, divergences })
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn put_together(chains: &[OneChain]) -> Walked {
    let n = chains.first().and_then(|chain| chain.psi.first()).map_or(0, Vec::len);
    let draws: Vec<&Vec<f64>> = chains.iter().flat_map(|chain| &chain.psi).collect();
    let psi = Array2::from_shape_fn((draws.len(), n), |(draw, at)| draws[draw][at]);
    let of = |at: usize| -> Vec<Vec<f64>> {
        chains.iter().map(|chain| chain.psi.iter().map(|psi| psi[at]).collect()).collect()
    };
    let diagnostics = MarkovChains {
        chains: chains.len(),
        draws: draws.len(),
        effective: (0..n).map(|at| effective(&of(at))).fold(f64::INFINITY, f64::min),
        r_hat: (0..n).map(|at| r_hat(&of(at))).fold(0.0, f64::max),
        divergences: chains.iter().map(|chain| chain.divergences).sum(),
    };
    Walked { psi, diagnostics }
}

/// The log-density in whitened coordinates.
struct Whitened<'a, 'p> {
    target: Target<'a>,
    proposal: &'p Proposal,
}

/// The density has no value there: the step is given back.
#[derive(Debug, thiserror::Error)]
#[error("the posterior has no value there")]
struct NoValue;

impl LogpError for NoValue {
    fn is_recoverable(&self) -> bool {
        true
    }
}

impl HasDims for Whitened<'_, '_> {
    fn dim_sizes(&self) -> HashMap<String, u64> {
        let n = self.proposal.dimension() as u64;
        HashMap::from([("unconstrained_parameter".to_string(), n), ("dim".to_string(), n)])
    }
}

impl CpuLogpFunc for Whitened<'_, '_> {
    type LogpError = NoValue;
    type FlowParameters = ();
    type ExpandedVector = Vec<f64>;

    fn dim(&self) -> usize {
        self.proposal.dimension()
    }

    fn logp(&mut self, position: &[f64], gradient: &mut [f64]) -> Result<f64, NoValue> {
        let psi = self.proposal.at_whitened(&Array1::from(position.to_vec()));
        let (value, slope) = self.target.gradient(&psi).ok_or(NoValue)?;
        let whitened = self.proposal.gradient_whitened(&slope);
        gradient.iter_mut().zip(whitened).for_each(|(out, slope)| *out = slope);
        Ok(value)
    }

    fn expand_vector<R>(&mut self, _: &mut R, array: &[f64]) -> Result<Vec<f64>, CpuMathError>
    where
        R: Rng + ?Sized,
    {
        Ok(array.to_vec())
    }
}
