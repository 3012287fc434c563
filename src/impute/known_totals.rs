//! Known totals of all rows as restrictions on the rows of a problem.

use super::totals::{Forest, RowMean, TotalDraws};
use crate::area::Placement;
use crate::count::{Count, Interval, Totals};
use crate::error::{Error, ErrorKind, Result};
use crate::family::Scatter;
use crate::model::Problem;
use rand::Rng;
use std::collections::HashSet;

/// Totals less what is known of the rows that are not in the problem.
#[derive(Debug, Clone)]
pub(super) struct KnownTotals {
    forest: Forest,
    restrictions: Vec<(usize, Interval)>,
    /// Along the problem's rows; the exact ones are known, the others published as they are.
    published: Vec<Count>,
}

impl KnownTotals {
    /// `counts` are those of all rows that the totals are about, in the caller's order.
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
            let message = "the totals are of other areas than the placement".into();
            return Err(ErrorKind::Specification { message }.into());
        }
        let inside: HashSet<usize> = problem.rows().iter().copied().collect();
        let outside: Vec<usize> = (0..counts.len()).filter(|row| !inside.contains(row)).collect();
        let forest = Forest::of_placement(placement, problem.rows());
        let mut restrictions = Vec::new();
        let everything = outside.iter().map(|&row| counts[row].bounds());
        let all = Restriction { node: Forest::ALL_ROWS, total: totals.bounds_of_all_rows() };
        restrictions.extend(all.less(everything, &forest)?);
        for (level, _) in placement.tree().levels().iter().enumerate() {
            let areas = placement.areas(level);
            let mut left: Vec<Vec<Interval>> = vec![Vec::new(); placement.tree().n_areas(level)];
            outside.iter().for_each(|&row| left[areas[row] as usize].push(counts[row].bounds()));
            for ((area, total), left) in (0..).zip(totals.bounds_of_level(level)).zip(left) {
                let Some(node) = forest.node(level, area) else { continue };
                restrictions.extend(Restriction { node, total }.less(left.into_iter(), &forest)?);
            }
        }
        let published = problem.published_counts();
        Ok(KnownTotals { forest, restrictions, published })
    }

    /// A draw of all counts of the problem, along its rows; `means` are those of the coarse ones by position.
    pub(super) fn draw(
        &self,
        means: &[(usize, f64)],
        scatter: Scatter,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Vec<u64>> {
        let mut rows: Vec<RowMean> =
            self.published.iter().map(|&published| RowMean { published, mean: 1.0 }).collect();
        means.iter().for_each(|&(position, mean)| rows[position].mean = mean);
        let mut draws = TotalDraws::prepare(&self.forest, &rows, &self.restrictions, scatter)?;
        Ok(draws.draw(rng)?.to_vec())
    }
}

/// A total of an area.
#[derive(Debug, Clone, Copy)]
struct Restriction {
    node: usize,
    total: Interval,
}

impl Restriction {
    /// What the total leaves for the problem's rows once these are taken off; nothing where there is no total.
    fn less(
        self,
        mut left_out: impl Iterator<Item = Interval>,
        forest: &Forest,
    ) -> Result<Option<(usize, Interval)>> {
        let Restriction { node, total } = self;
        if total == Interval::at_least(0) {
            return Ok(None);
        }
        let sum = left_out.try_fold((0u64, Some(0u64)), |(lo, hi), count| {
            let hi = hi.zip(count.hi()).map(|(hi, more)| hi.saturating_add(more));
            Some((lo.checked_add(count.lo())?, hi))
        });
        let unreachable = || Error::from(ErrorKind::UnreachableTotal { area: forest.name(node) });
        let (lo_out, hi_out) = sum.ok_or_else(unreachable)?;
        let lo = hi_out.map_or(0, |hi_out| total.lo().saturating_sub(hi_out));
        let rest = match total.hi() {
            None => Interval::at_least(lo),
            Some(hi) => Interval::new(lo, hi.checked_sub(lo_out).ok_or_else(unreachable)?)
                .map_err(|_| unreachable())?,
        };
        Ok(Some((node, rest)))
    }
}
