//! Known totals of all rows as restrictions on the rows of a problem.

use super::totals::{Forest, RowMean, TotalDraws};
use crate::area::Placement;
use crate::count::{Count, Interval, Totals};
use crate::error::{ErrorKind, Result};
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
        let mut restrictions = Vec::new();
        let everything = outside.iter().map(|&row| counts[row].bounds());
        restrict(&mut restrictions, 0, totals.bounds_of_all_rows(), everything, || "all rows".into())?;
        let mut start = 1;
        for (level, name) in placement.tree().levels().iter().enumerate() {
            let areas = placement.areas(level);
            let mut left: Vec<Vec<Interval>> = vec![Vec::new(); placement.tree().n_areas(level)];
            outside.iter().for_each(|&row| left[areas[row] as usize].push(counts[row].bounds()));
            for (area, (total, left)) in totals.bounds_of_level(level).into_iter().zip(left).enumerate() {
                let code = || format!("{name} '{}'", placement.tree().codes(level)[area]);
                restrict(&mut restrictions, start + area, total, left.into_iter(), code)?;
            }
            start += placement.tree().n_areas(level);
        }
        let published = problem.published_counts();
        Ok(KnownTotals { forest: forest(problem, placement)?, restrictions, published })
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

/// All areas below one that holds all rows.
fn forest(problem: &Problem, placement: &Placement) -> Result<Forest> {
    let tree = placement.tree();
    let (mut parents, mut names, mut start) = (vec![None], vec!["all rows".to_string()], 0);
    for (level, name) in tree.levels().iter().enumerate() {
        let above = start;
        start = parents.len();
        match level {
            0 => parents.extend(std::iter::repeat_n(Some(0), tree.n_areas(0))),
            _ => parents.extend(tree.parents(level).iter().map(|&parent| Some(above + parent as usize))),
        }
        names.extend(tree.codes(level).iter().map(|code| format!("{name} '{code}'")));
    }
    let finest = placement.areas(tree.finest());
    let of_row = problem.rows().iter().map(|&row| start + finest[row] as usize).collect();
    Forest::new(parents, of_row, names)
}

/// Adds the total less the counts of the rows that are left out, where it says anything.
fn restrict(
    restrictions: &mut Vec<(usize, Interval)>,
    node: usize,
    total: Interval,
    mut left_out: impl Iterator<Item = Interval>,
    area: impl Fn() -> String,
) -> Result<()> {
    if total == Interval::at_least(0) {
        return Ok(());
    }
    let sum = left_out.try_fold((0u64, Some(0u64)), |(lo, hi), count| {
        Some((lo.checked_add(count.lo())?, hi.zip(count.hi()).map(|(hi, more)| hi.saturating_add(more))))
    });
    let unreachable = || crate::error::Error::from(ErrorKind::UnreachableTotal { area: area() });
    let (lo_out, hi_out) = sum.ok_or_else(unreachable)?;
    let lo = hi_out.map_or(0, |hi_out| total.lo().saturating_sub(hi_out));
    let rest = match total.hi() {
        None => Interval::at_least(lo),
        Some(hi) => {
            Interval::new(lo, hi.checked_sub(lo_out).ok_or_else(unreachable)?).map_err(|_| unreachable())?
        }
    };
    restrictions.push((node, rest));
    Ok(())
}
