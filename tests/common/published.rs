//! Questions whose counts are known as a publisher leaves them: withheld, rounded, bounded.

use crate::question::Question;
use nestcount::area::Placement;
use nestcount::count::{Count, CountTable, Interval, RandomlyRounded};
use nestcount::{Fit, Options, Problem, Result};

/// A question with what is known of the counts in the place of its column.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) question: Question,
    pub(crate) counts: Vec<Count>,
}

impl Published {
    /// What a publisher makes of each row's count.
    pub(crate) fn of(question: Question, publish: impl Fn(usize, u64) -> Count) -> Self {
        let counts = question.numbers("count").into_iter().enumerate();
        let counts = counts.map(|(row, y)| publish(row, y as u64)).collect();
        Published { question, counts }
    }

    pub(crate) fn placement(&self) -> Result<Placement> {
        self.question.placement()
    }

    pub(crate) fn count_table(&self) -> Result<CountTable> {
        match self.question.exposure {
            Some(column) => {
                CountTable::with_exposures(self.counts.clone(), self.question.table.numbers(column)?)
            }
            None => CountTable::without_exposure(self.counts.clone()),
        }
    }

    pub(crate) fn problem(&self) -> Result<Problem> {
        let (placement, counts) = (self.placement()?, self.count_table()?);
        let design = self.question.determinants.build(&self.question.table, &placement, counts.rows())?;
        self.question.model.check(&placement, &counts, design)
    }

    pub(crate) fn fit(&self) -> Result<Fit> {
        self.problem()?.fit(&Options::default())
    }

    /// The same with the question changed, counts as they are.
    pub(crate) fn asking(&self, change: impl FnOnce(Question) -> Question) -> Self {
        Published { question: change(self.question.clone()), counts: self.counts.clone() }
    }

    /// These rows, in this order.
    pub(crate) fn select(&self, rows: &[usize]) -> Self {
        let counts = rows.iter().map(|&row| self.counts[row]).collect();
        let table = self.question.table.select(rows);
        Published { question: Question { table, ..self.question.clone() }, counts }
    }

    /// The counts before they were published.
    pub(crate) fn truth(&self) -> Vec<u64> {
        self.question.numbers("count").into_iter().map(|y| y as u64).collect()
    }
}

#[allow(clippy::unwrap_used)]
pub(crate) fn interval(lo: u64, hi: u64) -> Count {
    Count::interval(lo, hi).unwrap()
}

pub(crate) fn open(lo: u64) -> Count {
    Count::Interval(Interval::at_least(lo))
}

/// Counts below the threshold withheld.
pub(crate) fn below(threshold: u64) -> impl Fn(usize, u64) -> Count {
    move |_, y| if y < threshold { interval(0, threshold - 1) } else { Count::Exact(y) }
}

/// Counts rounded at random to this base, up or down by the row's number.
#[allow(clippy::unwrap_used)]
pub(crate) fn randomly(base: u32) -> impl Fn(usize, u64) -> Count {
    move |row, y| {
        let (wide, over) = (u64::from(base), y % u64::from(base));
        let up = (row as u64 * 7919 + y * 104_729) % wide < over;
        let value = y - over + if up { wide } else { 0 };
        Count::RandomlyRounded(RandomlyRounded::new(base, value).unwrap())
    }
}

/// Something of every kind: exact, withheld, rounded, open above, rounded at random.
pub(crate) fn mixed(row: usize, y: u64) -> Count {
    match row % 6 {
        0 if y < 15 => interval(0, 14),
        1 => interval(y.saturating_sub(2), y + 2),
        2 if y > 30 => open(31),
        3 => randomly(5)(row, y),
        4 => interval(y, y),
        _ => Count::Exact(y),
    }
}
