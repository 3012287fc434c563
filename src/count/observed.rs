//! One cell of a count column.

use super::RandomlyRounded;
use crate::error::{ErrorKind, Result};
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// What is known about one count. Withheld is not missing is not zero.
///
/// None of them turns into a number by itself:
///
/// ```compile_fail,E0277
/// use nestcount::count::Count;
/// fn total(counts: &[Count]) -> f64 {
///     counts.iter().map(|&count| f64::from(count)).sum()
/// }
/// ```
/// ```compile_fail,E0605
/// use nestcount::count::Count;
/// fn rate(withheld: Count, exposure: f64) -> f64 {
///     withheld as f64 / exposure
/// }
/// ```
/// ```compile_fail,E0277
/// use nestcount::count::Count;
/// fn number(withheld: Count) -> u64 {
///     withheld.try_into().expect("no conversion exists, not even one that may fail")
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Count {
    /// The count itself.
    Exact(u64),
    /// Known to lie between two bounds, both included: withheld or rounded before publication.
    Interval(Interval),
    /// Rounded at random: a mixture over the counts that could have led to what was published.
    RandomlyRounded(RandomlyRounded),
    /// Nothing is known.
    Missing,
}

/// Inclusive bounds of a count, `lo <= hi`; the upper one may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u64, Option<u64>)", into = "(u64, Option<u64>)")]
pub struct Interval {
    lo: u64,
    hi: Option<u64>,
}

impl Interval {
    /// Bounds `[lo, hi]`, both included; fails where `lo > hi`.
    pub fn new(lo: u64, hi: u64) -> Result<Self> {
        match lo <= hi {
            true => Ok(Interval { lo, hi: Some(hi) }),
            false => Err(ErrorKind::EmptyInterval { lo, hi }.into()),
        }
    }

    /// `lo` or more.
    pub fn at_least(lo: u64) -> Self {
        Interval { lo, hi: None }
    }

    /// The smallest count it may be.
    pub fn lo(self) -> u64 {
        self.lo
    }

    /// The largest count it may be; `None` where the interval is open above.
    pub fn hi(self) -> Option<u64> {
        self.hi
    }

    /// The middle of the bounds; `None` where the interval is open above.
    pub(crate) fn middle(self) -> Option<f64> {
        self.hi.map(|hi| 0.5 * (self.lo as f64 + hi as f64))
    }

    /// Whether a count lies in it.
    pub fn contains(self, count: u64) -> bool {
        count >= self.lo && self.hi.is_none_or(|hi| count <= hi)
    }
}

impl TryFrom<(u64, Option<u64>)> for Interval {
    type Error = crate::error::Error;

    fn try_from((lo, hi): (u64, Option<u64>)) -> Result<Self> {
        hi.map_or(Ok(Interval::at_least(lo)), |hi| Interval::new(lo, hi))
    }
}

impl From<Interval> for (u64, Option<u64>) {
    fn from(interval: Interval) -> Self {
        (interval.lo, interval.hi)
    }
}

impl From<Interval> for Count {
    /// The count between these bounds: exact where they meet.
    fn from(bounds: Interval) -> Self {
        match bounds.hi == Some(bounds.lo) {
            true => Count::Exact(bounds.lo),
            false => Count::Interval(bounds),
        }
    }
}

/// Above this a count is no longer exact in double precision.
pub(super) const LARGEST: u64 = 1 << 53;

/// The number as a count, if it is one.
pub(super) fn whole(x: f64) -> Option<u64> {
    ((0.0..=LARGEST as f64).contains(&x) && x.fract() == 0.0).then_some(x as u64)
}

impl Count {
    /// A count known to lie in `[lo, hi]`; fails where `lo > hi`.
    pub fn interval(lo: u64, hi: u64) -> Result<Self> {
        Interval::new(lo, hi).map(Count::Interval)
    }

    /// The bounds of the count: those of an exact one meet, a missing one has none but 0.
    pub fn bounds(self) -> Interval {
        match self {
            Count::Exact(count) => Interval { lo: count, hi: Some(count) },
            Count::Interval(interval) => interval,
            Count::RandomlyRounded(rounded) => Interval { lo: rounded.lo(), hi: Some(rounded.hi()) },
            Count::Missing => Interval::at_least(0),
        }
    }

    /// Reads a column of exact counts; a missing cell becomes [`Count::Missing`].
    ///
    /// Fails on negative, fractional and non-numeric cells and above 2^53, with all their rows.
    pub fn column(table: &Table, name: &str) -> Result<Vec<Count>> {
        let cells = table.numbers(name)?;
        let rows: Vec<usize> =
            (0..cells.len()).filter(|&row| cells[row].is_some_and(|x| whole(x).is_none())).collect();
        if let Some(&first) = rows.first() {
            let example = format!("{} in column '{name}'", cells[first].unwrap_or_default());
            return Err(ErrorKind::InvalidCount { rows, example }.into());
        }
        Ok(cells.into_iter().map(|cell| cell.and_then(whole).map_or(Count::Missing, Count::Exact)).collect())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn negative_fractional_and_huge_counts_are_refused_with_their_rows() {
        let table = Table::new().with_numbers("y", [3.0, -1.0, 2.5, 1e17]).unwrap();
        let error = Count::column(&table, "y").unwrap_err();
        assert_eq!((error.code(), error.rows()), ("invalid-count", &[1, 2, 3][..]));
    }

    #[test]
    fn a_missing_cell_is_missing_and_a_large_count_is_exact() {
        let table = Table::new().with_optional_numbers("y", [Some(1e12), None]).unwrap();
        assert_eq!(Count::column(&table, "y").unwrap(), [Count::Exact(1_000_000_000_000), Count::Missing]);
    }

    #[test]
    fn an_interval_keeps_its_order() {
        assert_eq!(Count::interval(9, 1).unwrap_err().code(), "empty-interval");
        let Count::Interval(interval) = Count::interval(1, 9).unwrap() else { unreachable!() };
        assert_eq!((interval.lo(), interval.hi()), (1, Some(9)));
        assert!(interval.contains(9) && !interval.contains(0) && Interval::at_least(3).contains(u64::MAX));
        assert!(serde_json::from_str::<Interval>("[9,1]").is_err());
    }
}
