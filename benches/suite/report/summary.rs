//! One line an estimator: the certified set and all worlds together.

use super::words::{NONE, TextTable, per_cent, signed, small};
use super::worlds::{slope, top};
use crate::output::Suite;
use crate::statistics::{Mean, Share, Spread};
use crate::tally::{EstimatorRecord, ScoreRecord};

pub(super) fn section(suite: &Suite) -> String {
    let mut table = TextTable::new([
        "estimator",
        "certified set",
        "distance",
        "log-likelihood",
        "bias of sd",
        "beside",
        "coverage",
        "left-out areas",
        "CRPS",
        "time",
        "memory",
        "failures",
    ]);
    for (at, name) in suite.estimators.iter().enumerate() {
        table.line(line(suite, at, name));
    }
    format!(
        "## In short\n\n{}* **certified set**: largest distance of a parameter from the maximum, in standard errors, over the ten \
         tables.\n* **distance**: the same from the reference over the worlds: the middle one and the largest of the worlds' medians. \
         **log-likelihood**: likewise, how far short of the reference's by the exact one.\n* **bias of sd**: of the coarsest level's, \
         per cent of the truth, mean over the worlds; maximum likelihood itself is biased where areas are few. **beside**: the same less \
         the reference's on the same tables, which is what the approximation does. **coverage**: of 95 % intervals of the slope, per cent, all worlds together.\n* **left-out areas**: joint log score per row \
         less the reference's, times 1000, mean over the worlds; higher is better. **CRPS**: of the same rows, in per cent of the \
         reference's; lower is better.\n* **time**, **memory**: as multiples of `laplace`, the worlds' middle one. **failures**: of all \
         fits, those to tables with rows left out included.\n\n`poisson-lognormal` is for rows with effects only: its line is over the \
         {} worlds that have them, and compares with the others in the tables of those worlds.\n\n",
        table.markdown(),
        suite.worlds.iter().filter(|world| world.estimators.iter().all(|record| record.fits > 0)).count()
    )
}

fn line(suite: &Suite, at: usize, name: &str) -> Vec<String> {
    let records: Vec<&EstimatorRecord> = suite.worlds.iter().map(|world| &world.estimators[at]).collect();
    let medians = |read: fn(&EstimatorRecord) -> Option<Spread>| -> Vec<f64> {
        records.iter().filter_map(|record| Some(read(record)?.median)).collect()
    };
    let bias = records.iter().filter_map(|record| {
        let sd = top(record)?;
        Some((sd.bias, 100.0 / sd.truth))
    });
    let beside = records
        .iter()
        .filter_map(|record| Some((record.coarsest_sd_beside_reference?, 100.0 / top(record)?.truth)));
    let misses =
        suite.certified.iter().filter_map(|table| Some(table.estimators[at].miss.as_ref()?.std_errors));
    let coverage: Vec<Share> = records.iter().filter_map(|record| slope(record)?.coverage).collect();
    let left_out = records.iter().filter_map(|record| Some((record.left_out?.beside_reference?, 1e3)));
    let crps = records.iter().filter_map(|record| crps(record.left_out_crps?));
    vec![
        name.into(),
        small(misses.reduce(f64::max)),
        pair(Spread::of(&medians(|record| record.distance))),
        pair(Spread::of(&medians(|record| record.short))),
        mean(bias.collect(), 1),
        mean(beside.collect(), 2),
        per_cent(pooled(&coverage)),
        mean(left_out.collect(), 2),
        mean(crps.collect(), 2),
        ratio(suite, at, |record| record.seconds),
        ratio(suite, at, |record| record.peak_bytes),
        failures(&records),
    ]
}

fn pair(spread: Option<Spread>) -> String {
    spread.map_or(NONE.into(), |s| format!("{}, {}", small(Some(s.median)), small(Some(s.largest))))
}

/// The difference from the reference in per cent of the reference's own.
fn crps(score: ScoreRecord) -> Option<(Mean, f64)> {
    let beside = score.beside_reference?;
    Some((beside, 100.0 / (score.own.mean - beside.mean)))
}

/// The mean of independent means, each in units of its own; of those with an error.
fn mean(means: Vec<(Mean, f64)>, decimals: usize) -> String {
    let known: Vec<(f64, f64)> = means
        .iter()
        .filter_map(|(mean, times)| Some((times * mean.mean, (times * mean.std_error?).powi(2))))
        .collect();
    let n = known.len();
    if n == 0 {
        return NONE.into();
    }
    let sum = known.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let all = Mean { mean: sum.0 / n as f64, std_error: Some(sum.1.sqrt() / n as f64), n };
    signed(all, 1.0, decimals)
}

fn pooled(shares: &[Share]) -> Option<Share> {
    let hits = |share: &Share| (share.share * share.n as f64).round() as usize;
    let all: Vec<bool> = shares.iter().flat_map(|share| (0..share.n).map(|k| k < hits(share))).collect();
    Share::of(&all)
}

fn ratio(suite: &Suite, at: usize, read: fn(&EstimatorRecord) -> Option<Spread>) -> String {
    let laplace = suite.estimators.iter().position(|name| name == "laplace").unwrap_or(0);
    let worlds = suite.worlds.iter().map(|world| &world.estimators);
    let ratios = worlds.filter_map(|all| Some(read(&all[at])?.median / read(&all[laplace])?.median));
    Spread::of(&ratios.collect::<Vec<_>>()).map_or(NONE.into(), |ratios| format!("{:.1}", ratios.median))
}

fn failures(records: &[&EstimatorRecord]) -> String {
    let count = |record: &&EstimatorRecord| -> usize {
        record.failures.values().chain(record.failures_of_scores.values()).sum()
    };
    let failed: usize = records.iter().map(count).sum();
    let fits: usize = records.iter().map(|record| record.fits + record.fits_of_scores).sum();
    format!("{failed} of {fits}")
}
