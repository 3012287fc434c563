//! Counts drawn with their totals.

use super::convolution::{Scratch, convolve, normalise};
use super::forest::Forest;
use super::reach::{Reach, in_row};
use super::sums::{Part, Sums};
use crate::count::{Count, Interval, RestrictedCount};
use crate::error::{ErrorKind, Result};
use crate::family::Scatter;
use crate::numeric::elementary::exp;
use rand::{Rng, RngExt};

/// One row: what was published about its count, and the mean of the count given all but its scatter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RowMean {
    pub published: Count,
    pub mean: f64,
}

/// Exact draws of all counts of a table given what was published about them and about their sums.
///
/// Prepared once for given means; each draw is independent of the others.
#[derive(Debug, Clone)]
pub(crate) struct TotalDraws {
    /// Rows that no total ties to another.
    free: Vec<(usize, RestrictedCount)>,
    sums: Sums,
    /// Where the table of each part begins, and where the last ends.
    starts: Vec<usize>,
    /// log P(part = lo), log P(part = lo + 1), … but for a constant, of one part after the other.
    logs: Vec<f64>,
    drawn: Vec<u64>,
    weights: Vec<f64>,
    counts: Vec<u64>,
}

/// The most entries of all tables.
const MOST_ENTRIES: u128 = 1 << 25;

/// The most products in the making of the tables: some seconds.
const MOST_PRODUCTS: u128 = 1 << 34;

impl TotalDraws {
    /// Works out the distribution of every sum that a total restricts.
    ///
    /// `totals` are bounds on the sum of all rows in an area: an exact or interval total that the rows add up to, or
    /// `[0, T]` where they are at most T. Fails where a row or a mean allows no draw, where no counts meet a total,
    /// and where the sums may take too many values.
    pub(crate) fn prepare(
        forest: &Forest,
        rows: &[RowMean],
        totals: &[(usize, Interval)],
        scatter: Scatter,
    ) -> Result<Self> {
        let rows = restricted(forest, rows, scatter)?;
        let reach = Reach::new(forest, &rows, totals)?;
        let sums = Sums::new(forest, &reach);
        let starts = starts(forest, &sums)?;
        let logs = tables(&rows, &sums, &starts);
        let (n_parts, n_rows) = (sums.parts.len(), rows.len());
        Ok(TotalDraws {
            free: free(forest, rows, &reach)?,
            sums,
            starts,
            logs,
            drawn: vec![0; n_parts],
            weights: Vec::new(),
            counts: vec![0; n_rows],
        })
    }

    /// One draw of all counts, in the rows' order; fails where a count without a total would lie above 2^53.
    pub(crate) fn draw(&mut self, rng: &mut (impl Rng + ?Sized)) -> Result<&[u64]> {
        for (row, count) in &self.free {
            self.counts[*row] = count.draw(rng).map_err(|error| in_row(error, *row))?;
        }
        for i in 0..self.sums.tops.len() {
            let (top, _) = self.sums.tops[i];
            self.weights.clear();
            self.weights.extend_from_slice(&self.logs[self.starts[top]..self.starts[top + 1]]);
            self.drawn[top] = self.sums.ranges[top].lo + chosen(&mut self.weights, rng);
        }
        for part in (0..self.sums.parts.len()).rev() {
            let sum = self.drawn[part];
            match self.sums.parts[part] {
                Part::Row(row) => self.counts[row] = sum,
                Part::Pair(left, right) => {
                    let first = self.split(sum, left, right);
                    let share = first + chosen(&mut self.weights, rng);
                    self.drawn[left] = share;
                    self.drawn[right] = sum - share;
                }
            }
        }
        Ok(&self.counts)
    }

    /// Puts into `weights` the log-weights of what the left part may be when both add up to `sum`, from the value
    /// returned upward.
    fn split(&mut self, sum: u64, left: usize, right: usize) -> u64 {
        let (a, b) = (self.sums.ranges[left], self.sums.ranges[right]);
        let first = a.lo.max(sum.saturating_sub(b.hi));
        let last = a.hi.min(sum.saturating_sub(b.lo));
        let n = (last - first + 1) as usize;
        let left = &self.logs[self.starts[left] + (first - a.lo) as usize..][..n];
        let right = &self.logs[self.starts[right] + (sum - last - b.lo) as usize..][..n];
        self.weights.clear();
        self.weights.extend(left.iter().zip(right.iter().rev()).map(|(a, b)| a + b));
        first
    }
}

/// A position with a probability proportional to e^log; no randomness is used where there is no choice.
fn chosen(logs: &mut [f64], rng: &mut (impl Rng + ?Sized)) -> u64 {
    if logs.len() < 2 {
        return 0;
    }
    normalise(logs);
    let mut total = 0.0;
    for log in logs.iter_mut() {
        total += exp(*log);
        *log = total;
    }
    let target = rng.random::<f64>() * total;
    logs.partition_point(|&passed| passed <= target).min(logs.len() - 1) as u64
}

fn restricted(forest: &Forest, rows: &[RowMean], scatter: Scatter) -> Result<Vec<RestrictedCount>> {
    let (expected, found) = (forest.of_row().len(), rows.len());
    if expected != found {
        return Err(ErrorKind::Length { what: "the counts to draw".into(), expected, found }.into());
    }
    let made = || rows.iter().map(|row| RestrictedCount::new(row.published, row.mean, scatter));
    let undrawable: Vec<usize> = made().enumerate().filter(|(_, row)| row.is_err()).map(|(i, _)| i).collect();
    match undrawable.first() {
        Some(&first) => Err(ErrorKind::Undrawable { mean: rows[first].mean, rows: undrawable }.into()),
        None => made().collect(),
    }
}

/// Rows that are drawn by themselves; one below a total ends where the sums were told that it does.
fn free(forest: &Forest, rows: Vec<RestrictedCount>, reach: &Reach) -> Result<Vec<(usize, RestrictedCount)>> {
    let untied = rows.into_iter().enumerate().filter(|&(row, _)| !reach.tied[forest.of_row()[row]]);
    untied
        .map(|(row, count)| match reach.rows[row].hi {
            u64::MAX => Ok((row, count)),
            hi => Ok((row, count.at_most(hi)?)),
        })
        .collect()
}

fn starts(forest: &Forest, sums: &Sums) -> Result<Vec<usize>> {
    let width = |part: usize| u128::from(sums.ranges[part].hi - sums.ranges[part].lo) + 1;
    let products = |part: &Part| match *part {
        Part::Row(_) => 0,
        Part::Pair(left, right) => width(left) * width(right),
    };
    let (mut starts, mut entries) = (vec![0], 0);
    let mut work = 0;
    for (i, part) in sums.parts.iter().enumerate() {
        entries += width(i);
        work += products(part);
        if entries > MOST_ENTRIES || work > MOST_PRODUCTS {
            return Err(ErrorKind::WideTotal { area: forest.name(sums.area_around(i)) }.into());
        }
        starts.push(entries as usize);
    }
    Ok(starts)
}

fn tables(rows: &[RestrictedCount], sums: &Sums, starts: &[usize]) -> Vec<f64> {
    let mut logs = vec![0.0; starts.last().copied().unwrap_or(0)];
    let mut scratch = Scratch::default();
    for (i, (&part, range)) in sums.parts.iter().zip(&sums.ranges).enumerate() {
        let (below, here) = logs.split_at_mut(starts[i]);
        let here = &mut here[..starts[i + 1] - starts[i]];
        match part {
            Part::Row(row) => rows[row].log_weights(range.lo, here),
            Part::Pair(left, right) => {
                let first = range.lo - sums.ranges[left].lo - sums.ranges[right].lo;
                let table = |part: usize| &below[starts[part]..starts[part + 1]];
                convolve(table(left), table(right), first as usize, here, &mut scratch);
            }
        }
    }
    logs
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
