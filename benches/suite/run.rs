//! Worlds times replicates times estimators.

use crate::distance::{another_boundary, in_std_errors};
use crate::estimators::{REFERENCE, log_likelihood};
use crate::measure::{Measured, guarded, measured};
use crate::scores::Splits;
use crate::tally::{EstimatorRecord, Tally};
use crate::worlds::Declared;
use indicatif::ProgressBar;
use nestcount::Problem;
use nestcount::estimator::{AnyEstimator, Estimated};
use nestcount::table::Table;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::Serialize;
use std::ops::ControlFlow;

/// How much is run.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Extent {
    /// Tables of each world.
    pub(crate) replicates: usize,
    /// Tables of each world on which predictions are scored.
    pub(crate) scored: usize,
    /// Areas left out of each of those.
    pub(crate) areas_left_out: usize,
    /// Table k of world w is drawn with this plus 100,000 w + k.
    pub(crate) seed: u64,
}

/// One world with what every estimator came to.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct WorldRecord {
    pub(crate) world: String,
    pub(crate) kind: String,
    pub(crate) mean: f64,
    /// Drawn tables that make no question: all counts 0, say.
    pub(crate) impossible: usize,
    pub(crate) estimators: Vec<EstimatorRecord>,
}

/// Runs the worlds, one after the other so that processor time is that of the fits.
pub(crate) fn run(
    worlds: &[(usize, Declared)],
    estimators: &[Box<dyn AnyEstimator>],
    extent: Extent,
    bar: &ProgressBar,
) -> Vec<WorldRecord> {
    worlds.iter().map(|(at, declared)| one_world(*at, declared, estimators, extent, bar)).collect()
}

fn one_world(
    at: usize,
    declared: &Declared,
    estimators: &[Box<dyn AnyEstimator>],
    extent: Extent,
    bar: &ProgressBar,
) -> WorldRecord {
    bar.set_message(declared.name());
    let mut tallies: Vec<Tally> = estimators.iter().map(|_| Tally::default()).collect();
    let mut impossible = 0;
    for replicate in 0..extent.replicates {
        let mut rng = generator(extent.seed, at, replicate);
        match drawn(declared, &mut rng) {
            Some((table, problem)) => {
                fit_all(declared, &problem, estimators, &mut tallies);
                if replicate < extent.scored {
                    let splits = Splits::draw(declared, &table, extent.areas_left_out, &mut rng);
                    score_all(&splits, estimators, &mut tallies);
                }
            }
            None => impossible += 1,
        }
        bar.inc(1);
    }
    let reference = reference(estimators);
    let records = estimators.iter().zip(&tallies);
    let records = records
        .map(|(estimator, tally)| tally.record(estimator.name(), &declared.truth, &tallies[reference]));
    WorldRecord {
        world: declared.name(),
        kind: declared.kind.what().into(),
        mean: declared.mean,
        impossible,
        estimators: records.collect(),
    }
}

pub(crate) fn generator(seed: u64, world: usize, replicate: usize) -> ChaCha12Rng {
    ChaCha12Rng::seed_from_u64(seed + 100_000 * world as u64 + replicate as u64)
}

/// A table and its question, where it makes one.
pub(crate) fn drawn(declared: &Declared, rng: &mut ChaCha12Rng) -> Option<(Table, Problem)> {
    let table = declared.world().draw(rng).ok()?.table;
    let problem = declared.problem(&table).ok()?;
    Some((table, problem))
}

fn reference(estimators: &[Box<dyn AnyEstimator>]) -> usize {
    estimators.iter().position(|estimator| estimator.name() == REFERENCE).unwrap_or(0)
}

fn fit_all(
    declared: &Declared,
    problem: &Problem,
    estimators: &[Box<dyn AnyEstimator>],
    tallies: &mut [Tally],
) {
    let fits: Vec<Measured<Box<dyn Estimated>>> =
        estimators.iter().map(|e| fit(e.as_ref(), problem)).collect();
    for (fit, tally) in fits.iter().zip(tallies.iter_mut()) {
        tally.fit(fit, &declared.truth);
    }
    let Ok(reference) = &fits[reference(estimators)].outcome else { return };
    let judged = |answer: &dyn Estimated| guarded(|| log_likelihood(problem, &answer.parameters())).ok();
    let best = judged(reference.as_ref());
    for (fit, tally) in fits.iter().zip(tallies) {
        if let Ok(answer) = &fit.outcome {
            let short = best.zip(judged(answer.as_ref())).map(|(best, found)| best - found);
            let distance = in_std_errors(answer.as_ref(), reference.as_ref());
            tally.apart(distance, short, another_boundary(answer.as_ref(), reference.as_ref()));
        }
    }
}

/// One fit, measured.
pub(crate) fn fit(estimator: &dyn AnyEstimator, problem: &Problem) -> Measured<Box<dyn Estimated>> {
    measured(|| estimator.estimate_any(problem, &mut |_| ControlFlow::Continue(())))
}

fn score_all(splits: &Splits, estimators: &[Box<dyn AnyEstimator>], tallies: &mut [Tally]) {
    for (estimator, tally) in estimators.iter().zip(tallies) {
        tally.held_out(splits.rows.as_ref().map(|split| split.score(estimator.as_ref())));
        tally.left_out(splits.areas.iter().map(|split| split.score(estimator.as_ref())).collect());
    }
}
