//! What was read and what was left out, for people.

use crate::arguments::Arguments;
use nestcount::count::{Count, CountTable, Exposure};
use nestcount::table::Table;
use std::collections::BTreeMap;
use std::fmt;

/// How many row numbers a list spells out.
const SPELLED_OUT: usize = 8;

/// The rows of the file, kept and left out.
pub(crate) struct Reading<'a> {
    pub(crate) asked: &'a Arguments,
    pub(crate) table: &'a Table,
    pub(crate) counts: &'a CountTable,
}

impl fmt::Display for Reading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reading { asked, table, counts } = self;
        let (rows, columns) = (counts.n_read(), table.names().len());
        write!(f, "{}: {rows} rows, {columns} columns", asked.data.display())?;
        let mut by_reason = BTreeMap::new();
        for exclusion in counts.excluded() {
            by_reason.entry(exclusion.reason).or_insert_with(Vec::new).push(exclusion.row);
        }
        for (reason, rows) in &by_reason {
            write!(f, "\nleft out, {reason}: {}", RowList(rows))?;
        }
        write!(
            f,
            "\nkept {} rows: {}",
            counts.rows().len(),
            Counted { name: asked.count_columns().join(" to "), counts }
        )?;
        match &asked.exposure {
            Some(exposure) => write!(f, "; {exposure} adds up to {}", Sum(total_exposure(counts))),
            None => Ok(()),
        }
    }
}

/// The kept counts.
struct Counted<'a> {
    name: String,
    counts: &'a CountTable,
}

impl fmt::Display for Counted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut exact, mut zeros, mut known_in_part) = (0.0, 0, 0);
        for count in self.counts.counts() {
            match count {
                Count::Exact(y) => {
                    exact += *y as f64;
                    zeros += usize::from(*y == 0);
                }
                _ => known_in_part += 1,
            }
        }
        let of = self.counts.counts().len();
        match known_in_part {
            0 => write!(f, "{} adds up to {}, 0 in {zeros} of them", self.name, Sum(exact)),
            n if n == of => write!(f, "{} known in part only", self.name),
            n => write!(f, "{} known in part only in {n}, the others add up to {}", self.name, Sum(exact)),
        }
    }
}

fn total_exposure(counts: &CountTable) -> f64 {
    counts.exposures().iter().copied().map(Exposure::get).sum()
}

/// A sum, with decimals only where it has some.
struct Sum(f64);

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = if self.0.fract() == 0.0 { 0 } else { 2 };
        write!(f, "{:.decimals$}", self.0)
    }
}

/// The number of rows, and the first of them counted from 1.
struct RowList<'a>(&'a [usize]);

impl fmt::Display for RowList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first: Vec<String> = self.0.iter().take(SPELLED_OUT).map(|row| (row + 1).to_string()).collect();
        let more = if self.0.len() > SPELLED_OUT { ", ..." } else { "" };
        match self.0.len() {
            1 => write!(f, "1 row (row {}{more})", first.join(", ")),
            n => write!(f, "{n} rows (rows {}{more})", first.join(", ")),
        }
    }
}
