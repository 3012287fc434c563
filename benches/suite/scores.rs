//! How well estimates predict counts that they have not seen.
//!
//! Both scores are log predictive probabilities with the estimates ψ̂ put in and every effect integrated out by the judge's
//! likelihood L, so that estimators with and without a likelihood of their own are scored alike. Higher is better.
//!
//! * Held-out rows: a fifth of the rows is left out of the fit; the score is
//!   log p(y_out | y_in, ψ̂_in) = L(ψ̂_in; all rows) − L(ψ̂_in; rows in), jointly for all of them, per row left out.
//! * Left-out areas: an area of the coarsest level is left out with all its rows; the score is
//!   log p(y_area | ψ̂_without) = L(ψ̂_without; all rows) − L(ψ̂_without; the other rows), jointly for the rows of the
//!   area, per row, over the areas that were left out.

use crate::estimators::log_likelihood;
use crate::measure::guarded;
use crate::worlds::Declared;
use nestcount::Problem;
use nestcount::estimator::AnyEstimator;
use nestcount::table::Table;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha12Rng;
use std::ops::ControlFlow;

/// One row in so many is held out.
const HELD_OUT: usize = 5;

/// A table of which a part is not shown to the estimators.
pub(crate) struct Split {
    all: Problem,
    shown: Problem,
    hidden: usize,
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
    Some(Split {
        all: declared.problem(table).ok()?,
        shown: declared.problem(&table.select(&shown)).ok()?,
        hidden: hidden.len(),
    })
}

impl Split {
    /// Log predictive probability of what was hidden, and its number of rows; or the kind of failure.
    pub(crate) fn score(&self, estimator: &dyn AnyEstimator) -> Result<(f64, usize), String> {
        guarded(|| {
            let answer = estimator.estimate_any(&self.shown, &mut |_| ControlFlow::Continue(()))?;
            let at = answer.parameters();
            let score = log_likelihood(&self.all, &at)? - log_likelihood(&self.shown, &at)?;
            Ok((score, self.hidden))
        })
    }
}
