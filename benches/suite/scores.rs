//! How well estimates predict counts that they have not seen, with the estimates ψ̂ put in and every effect integrated out.
//!
//! * Log scores take the judge's likelihood L, whatever likelihood an estimator has itself; higher is better. Held-out rows:
//!   a fifth of the rows is left out of the fit; log p(y_out | y_in, ψ̂_in) = L(ψ̂_in; all rows) − L(ψ̂_in; rows in), jointly
//!   for all of them, per row left out. Left-out areas: an area of the coarsest level is left out with all its rows, and the
//!   score is the same difference, per row, over the areas that were left out.
//! * The CRPS of a row of a left-out area is that of its own count as it was drawn: nothing is known of its effects, so its
//!   rate is log-normal with all variances.

use crate::crps::LogNormalCount;
use crate::estimators::{Contestant, log_likelihood};
use crate::measure::{Outcome, guarded};
use crate::worlds::Declared;
use nestcount::Problem;
use nestcount::estimate::Parameters;
use nestcount::table::Table;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha12Rng;

/// One row in so many is held out.
const HELD_OUT: usize = 5;

/// A table of which a part is not shown to the estimators.
pub(crate) struct Split {
    all: Problem,
    shown: Problem,
    hidden: Vec<HiddenRow>,
}

struct HiddenRow {
    /// The row of the design matrix.
    x: Vec<f64>,
    log_exposure: f64,
    count: usize,
}

/// Sums over the rows that were hidden.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Score {
    pub(crate) rows: usize,
    pub(crate) log: f64,
    /// Each row as one of an area that nothing is known of.
    pub(crate) crps: f64,
}

/// The splits of a table for both scores.
pub(crate) struct Splits {
    pub(crate) rows: Option<Split>,
    pub(crate) areas: Vec<Split>,
}

impl Splits {
    /// Draws which rows are held out and which areas, up to `areas`, are left out.
    pub(crate) fn draw(declared: &Declared, table: &Table, areas: usize, rng: &mut ChaCha12Rng) -> Splits {
        let mut order: Vec<usize> = (0..table.n_rows()).collect();
        order.shuffle(rng);
        let rows = split(declared, table, &order[..table.n_rows() / HELD_OUT]);
        let codes = table.codes(declared.levels[0]).unwrap_or_default();
        let mut tops: Vec<&Option<String>> = codes.iter().collect();
        tops.sort_unstable();
        tops.dedup();
        tops.shuffle(rng);
        let members = |top: &Option<String>| (0..codes.len()).filter(|&row| codes[row] == *top).collect();
        let areas = tops.into_iter().take(areas).filter_map(|top| {
            let members: Vec<usize> = members(top);
            split(declared, table, &members)
        });
        Splits { rows, areas: areas.collect() }
    }
}

/// `None` where the rows shown make no question by themselves: all counts 0, say.
fn split(declared: &Declared, table: &Table, hidden: &[usize]) -> Option<Split> {
    let shown: Vec<usize> = (0..table.n_rows()).filter(|row| !hidden.contains(row)).collect();
    let all = declared.problem(table).ok()?;
    let (x, counts) = (all.design_matrix(), table.numbers("count").ok()?);
    let rows = all.observations().into_iter().zip(x.rows());
    let rows = rows.filter(|(observation, _)| hidden.contains(&observation.row));
    let hidden: Option<Vec<HiddenRow>> = rows
        .map(|(observation, x)| {
            let count = counts[observation.row]? as usize;
            Some(HiddenRow { x: x.to_vec(), log_exposure: observation.exposure.ln(), count })
        })
        .collect();
    Some(Split { shown: declared.problem(&table.select(&shown)).ok()?, hidden: hidden?, all })
}

impl Split {
    /// The scores of what was hidden, or the kind of failure.
    pub(crate) fn score(&self, contestant: &Contestant) -> Outcome<Score> {
        let at = contestant.answer(&self.shown)?.parameters();
        let log = guarded(|| Ok(log_likelihood(&self.all, &at)? - log_likelihood(&self.shown, &at)?))?;
        let crps = self.hidden.iter().map(|row| row.crps(&at)).sum();
        Ok(Score { rows: self.hidden.len(), log, crps })
    }
}

impl HiddenRow {
    fn crps(&self, at: &Parameters) -> f64 {
        let fixed: f64 = self.x.iter().zip(&at.coefficients).map(|(x, b)| x * b).sum();
        let variance = at.variances.iter().sum();
        LogNormalCount { log_median: self.log_exposure + fixed, variance, scatter: at.scatter }
            .crps(self.count)
    }
}
