//! Full Bayes: the posterior under stated priors, by importance sampling on the marginal likelihood.
//!
//! Derivations and what to trust are in `docs/bayes.md`.

mod beginning;
#[cfg(feature = "nuts")]
mod chain;
mod draws;
mod given;
mod importance;
mod log_prior;
mod marginal;
mod mode;
mod posterior;
mod priors;
mod proposal;
mod sampler;
mod summary;
mod target;

pub use marginal::Marginal;
pub use posterior::{LogEvidence, ParameterSummary, Posterior};
pub use priors::{CoefficientPrior, LogThetaPrior, Priors, SdPrior};
pub use sampler::{Doubt, ImportanceSampling, MarkovChains, Reliability, Sampler};

use super::{Estimator, Progress};
use crate::error::{ErrorKind, Result};
use crate::estimate::{Objective, Options};
use crate::model::Problem;
use crate::progress::{Iteration, Verdict};
use beginning::Beginning;
use importance::{Ground, Weighted};
use log_prior::LogPrior;
use mode::{PosteriorMode, cancelled, posterior_mode};
use posterior::Drawn;
use proposal::Proposal;
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

/// By which way the parameters are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Sampling {
    /// Importance sampling; where its weights cannot be trusted once more from a proposal fitted to them, and then, with
    /// the feature `nuts`, by Markov chains.
    #[default]
    Importance,
    /// Markov chains at once.
    #[cfg(feature = "nuts")]
    Chains,
}

/// The posterior of all parameters and area effects under stated priors.
///
/// Parameters are drawn from a multivariate t with 8 degrees of freedom around the posterior's mode and weighted by
/// marginal likelihood × prior / proposal, the largest weights smoothed; their Pareto k̂ says whether to believe the
/// result ([`Posterior::reliability`]).
///
/// ```
/// # fn main() -> nestcount::Result<()> {
/// use nestcount::estimator::{Bayes, Estimated, Estimator, Reliability};
/// # use nestcount::simulate::{ScpVariant, scp_world};
/// # use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
/// # use nestcount::{area::*, count::CountTable, determinant::Determinants, Model};
/// # let table = scp_world(ScpVariant::Standard).draw(&mut ChaCha12Rng::seed_from_u64(1))?.table;
/// # let areas = Placement::from_table(&table, &["jeugdregio", "gemeente"], CodeScope::Unique)?;
/// # let counts = CountTable::from_table(&table, "gebruikers", "jeugdigen")?;
/// # let design = Determinants::new().build(&table, &areas, counts.rows())?;
/// # let problem = Model::poisson().random_intercept("gemeente").check(&areas, &counts, design)?;
/// let posterior = Bayes { proposals: 2_000, ..Bayes::default() }.estimate(&problem)?;
/// assert_eq!(posterior.reliability(), Reliability::Reliable);
/// println!("{} ± {}", posterior.coefficients()[0].estimate, posterior.coefficients()[0].std_error);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Bayes {
    /// What is held likely before the data.
    pub priors: Priors,
    /// Draws of the parameters, at least 100. Default 10,000.
    pub proposals: usize,
    /// How they are drawn. Default by importance.
    pub sampling: Sampling,
    /// The likelihood that weighs them. Default L + ε.
    pub marginal: Marginal,
    /// Equal seeds give equal bits, for any number of threads; [`Bayes::posterior`] takes a generator instead.
    pub seed: u64,
    /// Threads to work on. Default 1.
    pub threads: usize,
    /// Tolerances and caps of the climb to the mode.
    pub options: Options,
}

impl Default for Bayes {
    fn default() -> Self {
        Bayes {
            priors: Priors::default(),
            proposals: 10_000,
            sampling: Sampling::default(),
            marginal: Marginal::default(),
            seed: 1,
            threads: 1,
            options: Options::default(),
        }
    }
}

/// With fewer draws the tail of the weights has no shape.
const FEWEST_PROPOSALS: usize = 100;

impl Estimator for Bayes {
    type Answer = Posterior;

    fn name(&self) -> &str {
        "bayes"
    }

    fn estimate_watched(&self, problem: &Problem, progress: &mut Progress<'_>) -> Result<Posterior> {
        self.posterior(problem, &mut ChaCha12Rng::seed_from_u64(self.seed), progress)
    }
}

impl Bayes {
    /// The posterior, with draws from a generator instead of [`Bayes::seed`].
    ///
    /// `progress` sees every step of the climb to the mode, its log-likelihood that of the posterior, and then the
    /// number of evaluations as draws are weighed. Fails on priors of other parameters, on too few proposals, where
    /// the posterior has no mode and where it was stopped.
    pub fn posterior(
        &self,
        problem: &Problem,
        rng: &mut (impl Rng + ?Sized),
        progress: &mut Progress<'_>,
    ) -> Result<Posterior> {
        self.check(problem)?;
        let prior = LogPrior::new(&self.priors, problem);
        let mode = posterior_mode(problem, &prior, &self.options, progress)?;
        let mut objective = Objective::new(problem, &self.options);
        let plan = self.marginal.plan(problem, &mut objective, &mode.psi, &mode.effects)?;
        let (options, threads) = (&self.options, self.threads);
        let beginning = &Beginning::new(problem, options, &mode.psi, &mode.effects);
        let ground = Ground { problem, prior: &prior, options, mode: &mode, beginning, plan, threads };
        let drawn = self.draw(&ground, rng, progress)?;
        Posterior::new(problem, self, drawn).with_effects(problem)
    }

    fn check(&self, problem: &Problem) -> Result<()> {
        self.options.check()?;
        self.priors.check(problem)?;
        match self.proposals >= FEWEST_PROPOSALS {
            true => Ok(()),
            false => {
                let message =
                    format!("at least {FEWEST_PROPOSALS} proposals are needed, got {}", self.proposals);
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    fn draw(
        &self,
        ground: &Ground<'_>,
        rng: &mut (impl Rng + ?Sized),
        progress: &mut Progress<'_>,
    ) -> Result<Drawn> {
        let mode = ground.mode;
        let at_mode = Proposal::new(mode.psi.clone(), mode.precision.clone());
        #[cfg(feature = "nuts")]
        if self.sampling == Sampling::Chains {
            return self.walk(ground, &at_mode, rng, progress);
        }
        let first = self.round(ground, &at_mode, 1, rng, progress)?;
        if first.1.reliability() == Reliability::Reliable {
            return Ok(self.drawn(ground, first));
        }
        let Some(fitted) = first.0.proposal() else { return Ok(self.drawn(ground, first)) };
        let second = self.round(ground, &fitted, 2, rng, progress)?;
        let better = if second.1.pareto_k < first.1.pareto_k { second } else { first };
        #[cfg(feature = "nuts")]
        if better.1.reliability() != Reliability::Reliable {
            return self.walk(ground, &fitted, rng, progress);
        }
        Ok(self.drawn(ground, better))
    }

    /// By Markov chains, in the coordinates of a proposal.
    #[cfg(feature = "nuts")]
    fn walk(
        &self,
        ground: &Ground<'_>,
        proposal: &Proposal,
        rng: &mut (impl Rng + ?Sized),
        progress: &mut Progress<'_>,
    ) -> Result<Drawn> {
        let mode = ground.mode;
        let mut seen = |done: usize| progress(&weighing(mode, mode.trace.len() + done));
        let Some(walked) = chain::walk(ground, proposal, self.proposals, rng, &mut seen) else {
            return Err(cancelled(ground.problem, &mode.psi, mode.value, &mode.trace));
        };
        let chain::Walked { psi, diagnostics } = walked.map_err(|why| {
            let message = format!("the Markov chains could not go on: {why}");
            crate::Error::from(ErrorKind::Specification { message })
        })?;
        Ok(Drawn {
            weights: vec![1.0 / psi.nrows() as f64; psi.nrows()],
            psi,
            centre: mode.psi.clone(),
            modes: mode.effects.clone(),
            sampler: Sampler::Chains(diagnostics),
            evidence: None,
        })
    }

    fn round(
        &self,
        ground: &Ground<'_>,
        proposal: &Proposal,
        rounds: usize,
        rng: &mut (impl Rng + ?Sized),
        progress: &mut Progress<'_>,
    ) -> Result<(Weighted, ImportanceSampling)> {
        let (mode, before) = (ground.mode, ground.mode.trace.len() + (rounds - 1) * self.proposals);
        let mut stopped = false;
        let mut seen = |done: usize| {
            let verdict = progress(&weighing(mode, before + done));
            stopped |= verdict.is_break();
            verdict
        };
        let weighted = ground.weigh(proposal, self.proposals, rng, &mut seen);
        if stopped {
            return Err(cancelled(ground.problem, &mode.psi, mode.value, &mode.trace));
        }
        let Some(weighted) = weighted else {
            let message = "no draw around the posterior's mode has a likelihood: is its mode sound?".into();
            return Err(ErrorKind::Specification { message }.into());
        };
        let sampling = ImportanceSampling {
            proposals: self.proposals,
            rounds,
            effective: weighted.weights.effective,
            pareto_k: weighted.weights.pareto_k.unwrap_or(0.0),
        };
        Ok((weighted, sampling))
    }

    fn drawn(&self, ground: &Ground<'_>, (weighted, sampling): (Weighted, ImportanceSampling)) -> Drawn {
        let Weighted { psi, weights } = weighted;
        let evidence = self
            .priors
            .are_proper(ground.problem)
            .then(|| LogEvidence { estimate: weights.log_mean, std_error: weights.relative_error() });
        Drawn {
            psi,
            weights: weights.weights,
            centre: ground.mode.psi.clone(),
            modes: ground.mode.effects.clone(),
            sampler: Sampler::Importance(sampling),
            evidence,
        }
    }
}

/// What progress sees of the weighing.
fn weighing(mode: &PosteriorMode, evaluation: usize) -> Iteration {
    Iteration { evaluation, log_likelihood: mode.value, decrement: 0.0, verdict: Verdict::Taken }
}
