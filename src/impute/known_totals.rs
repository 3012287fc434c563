//! Known totals of all rows of a table, as the draws of a problem's counts keep to them.

use super::totals::{Forest, RowMean, TotalDraws};
use crate::area::Placement;
use crate::count::{Count, Interval, Totals};
use crate::error::{ErrorKind, Result};
use crate::family::Scatter;
use crate::model::Problem;
use rand::Rng;

/// Totals with the counts of all rows that they are about, those that are not in the problem too.
#[derive(Debug, Clone)]
pub(super) struct KnownTotals {
    forest: Forest,
    restrictions: Vec<(usize, Interval)>,
    /// What is known of each row's count, in the caller's order.
    published: Vec<Count>,
    /// The problem's coarse rows, in their own order, by their positions in the caller's table.
    coarse: Vec<usize>,
}

impl KnownTotals {
    /// `counts` are those of all rows of the table, in the caller's order.
    pub(super) fn new(
        problem: &Problem,
        placement: &Placement,
        counts: &[Count],
        totals: &Totals,
    ) -> Result<Self> {
        let lengths = [("the counts", counts.len()), ("the placement", placement.n_rows())];
        if let Some((what, found)) = lengths.into_iter().find(|(_, found)| *found != problem.n_read()) {
            return Err(ErrorKind::Length { what: what.into(), expected: problem.n_read(), found }.into());
        }
        if totals.tree() != placement.tree() {
            return Err(refused("the totals are of other areas than the placement"));
        }
        let mut published = counts.to_vec();
        for (&row, count) in problem.rows().iter().zip(problem.published_counts()) {
            let Some(count) = count else {
                return Err(refused(
                    "totals are of whole counts, and this problem was completed with others",
                ));
            };
            published[row] = count;
        }
        let rows: Vec<usize> = (0..counts.len()).collect();
        let forest = Forest::of_placement(placement, &rows);
        let mut restrictions = vec![(Forest::ALL_ROWS, totals.bounds_of_all_rows())];
        for level in 0..placement.tree().levels().len() {
            let of_level = (0..).zip(totals.bounds_of_level(level));
            restrictions
                .extend(of_level.filter_map(|(area, total)| Some((forest.node(level, area)?, total))));
        }
        restrictions.retain(|(_, total)| *total != Interval::at_least(0));
        let positions = problem.positions_of_coarse_rows();
        let coarse = positions.into_iter().map(|position| problem.rows()[position]).collect();
        Ok(KnownTotals { forest, restrictions, published, coarse })
    }

    /// A draw of the coarse rows given their means, in their own order.
    ///
    /// A row outside the problem has no mean of its own: it takes the average one, inside its bounds.
    pub(super) fn draw(
        &self,
        means: &[f64],
        scatter: Scatter,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Vec<f64>> {
        let average = means.iter().sum::<f64>() / means.len().max(1) as f64;
        let outside = |published: Count| {
            let bounds = published.bounds();
            let hi = bounds.hi().map_or(f64::INFINITY, |hi| (hi as f64).max(1.0));
            RowMean { published, mean: average.clamp((bounds.lo() as f64).max(0.5).min(hi), hi) }
        };
        let mut rows: Vec<RowMean> = self.published.iter().map(|&count| outside(count)).collect();
        self.coarse.iter().zip(means).for_each(|(&row, &mean)| rows[row].mean = mean);
        let mut draws = TotalDraws::prepare(&self.forest, &rows, &self.restrictions, scatter)?;
        let drawn = draws.draw(rng)?;
        Ok(self.coarse.iter().map(|&row| drawn[row] as f64).collect())
    }
}

fn refused(message: &str) -> crate::error::Error {
    ErrorKind::Specification { message: message.into() }.into()
}
