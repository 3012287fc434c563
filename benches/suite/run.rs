//! The replicates of one world times the estimators.

use crate::distance::{another_boundary, in_std_errors};
use crate::estimators::{Contestant, log_likelihood, reference};
use crate::measure::{Measured, guarded};
use crate::scores::Splits;
use crate::tally::{Beside, EstimatorRecord, Tally};
use crate::worlds::Declared;
use nestcount::Problem;
use nestcount::estimate::Parameters;
use nestcount::estimator::Estimated;
use nestcount::table::Table;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

/// How much is run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Extent {
    /// Tables of each world.
    pub(crate) replicates: usize,
    /// The first so many of these are scored on what they predict.
    pub(crate) scored: usize,
    /// Areas left out of each of those.
    pub(crate) areas_left_out: usize,
    /// Dear estimators run on one table in so many.
    pub(crate) dear_every: usize,
    /// Table k of world w is drawn with this plus 100,000 w + k.
    pub(crate) seed: u64,
}

/// One world with what every estimator came to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WorldRecord {
    pub(crate) world: String,
    pub(crate) kind: String,
    pub(crate) mean: f64,
    /// Drawn tables that make no question: all counts 0, say.
    pub(crate) impossible: usize,
    pub(crate) estimators: Vec<EstimatorRecord>,
}

/// Runs a world; `at` is its place in the list of all.
pub(crate) fn one_world(
    at: usize,
    declared: &Declared,
    contestants: &[Contestant],
    extent: Extent,
) -> WorldRecord {
    let mut tallies: Vec<Tally> = contestants.iter().map(|_| Tally::default()).collect();
    let mut impossible = 0;
    for replicate in 0..extent.replicates {
        let mut rng = generator(extent.seed, at, replicate);
        let Some((table, problem)) = drawn(declared, &mut rng) else {
            impossible += 1;
            continue;
        };
        let now = |contestant: &Contestant| {
            contestant.takes(&problem) && (!contestant.dear || replicate % extent.dear_every == 0)
        };
        let running: Vec<bool> = contestants.iter().map(now).collect();
        fit_all(declared, &problem, contestants, &running, &mut tallies);
        if replicate < extent.scored {
            let splits = Splits::draw(declared, &table, extent.areas_left_out, &mut rng);
            score_all(&splits, contestants, &running, &mut tallies);
        }
    }
    let of_reference = &tallies[reference(contestants)];
    let records = contestants.iter().zip(&tallies);
    let records =
        records.map(|(contestant, tally)| tally.record(contestant.name(), &declared.truth, of_reference));
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

fn fit_all(
    declared: &Declared,
    problem: &Problem,
    contestants: &[Contestant],
    running: &[bool],
    tallies: &mut [Tally],
) {
    let fits = contestants.iter().zip(running);
    let fits: Vec<Option<Measured<Box<dyn Estimated>>>> =
        fits.map(|(contestant, runs)| runs.then(|| contestant.fit(problem))).collect();
    for (fit, tally) in fits.iter().zip(tallies.iter_mut()) {
        fit.iter().for_each(|fit| tally.fit(fit, &declared.truth));
    }
    let Some(best) = fits[reference(contestants)].as_ref().and_then(|fit| fit.outcome.as_ref().ok()) else {
        return;
    };
    let judged = |at: &Parameters| guarded(|| log_likelihood(problem, at)).ok();
    let (summit, highest) = (best.parameters(), judged(&best.parameters()));
    for (fit, tally) in fits.iter().zip(tallies) {
        let Some(Ok(answer)) = fit.as_ref().map(|fit| &fit.outcome) else { continue };
        let at = answer.parameters();
        tally.beside_reference(Beside {
            distance: in_std_errors(&at, best.as_ref()),
            short: highest.zip(judged(&at)).map(|(best, found)| best - found),
            coarsest_sd: at.variances[0].sqrt() - summit.variances[0].sqrt(),
            another_boundary: another_boundary(&at, &summit),
        });
    }
}

fn score_all(splits: &Splits, contestants: &[Contestant], running: &[bool], tallies: &mut [Tally]) {
    for ((contestant, runs), tally) in contestants.iter().zip(running).zip(tallies) {
        if *runs {
            let held_out = splits.rows.iter().map(|split| split.score(contestant)).collect();
            tally.scores(held_out, splits.areas.iter().map(|split| split.score(contestant)).collect());
        } else {
            tally.not_scored();
        }
    }
}
