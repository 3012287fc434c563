//! Counts from two columns of bounds.

use super::observed::whole;
use super::{Count, Interval};
use crate::error::{ErrorKind, Result};
use crate::table::Table;

impl Count {
    /// Reads two columns of bounds, both included: `lo` and `hi` of each row.
    ///
    /// Where they meet the count is exact. A blank upper bound is open, a blank lower bound is 0, and where both are
    /// blank the count is missing. Fails on cells that are no numbers, and with one [`ErrorKind::InvalidBounds`] that
    /// names all rows with a negative, fractional or too large bound or with `lo > hi`.
    ///
    /// ```
    /// use nestcount::{count::Count, table::Table};
    /// let table = Table::new().with_text("from", ["1", "4", "10", ""])?.with_text("to", ["9", "4", "", ""])?;
    /// let counts = Count::between(&table, "from", "to")?;
    /// assert_eq!(counts[..2], [Count::interval(1, 9)?, Count::Exact(4)]);
    /// assert_eq!((counts[2].bounds().hi(), counts[3]), (None, Count::Missing));
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn between(table: &Table, lo: &str, hi: &str) -> Result<Vec<Count>> {
        let cells: Vec<_> = table.numbers(lo)?.into_iter().zip(table.numbers(hi)?).collect();
        let counts: Vec<Option<Count>> = cells.iter().map(|&(lo, hi)| count(lo, hi)).collect();
        let rows: Vec<usize> = (0..counts.len()).filter(|&row| counts[row].is_none()).collect();
        match rows.first() {
            None => Ok(counts.into_iter().flatten().collect()),
            Some(&first) => {
                let written = |cell: Option<f64>| cell.map_or("blank".into(), |x| x.to_string());
                let example = format!("{} and {}", written(cells[first].0), written(cells[first].1));
                Err(ErrorKind::InvalidBounds { lo: lo.into(), hi: hi.into(), rows, example }.into())
            }
        }
    }
}

/// `None` where the bounds bound no count.
fn count(lo: Option<f64>, hi: Option<f64>) -> Option<Count> {
    match (lo, hi) {
        (None, None) => Some(Count::Missing),
        (lo, None) => Some(Interval::at_least(whole(lo.unwrap_or(0.0))?).into()),
        (lo, Some(hi)) => Interval::new(whole(lo.unwrap_or(0.0))?, whole(hi)?).ok().map(Count::from),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn between(lo: &[&str], hi: &[&str]) -> Result<Vec<Count>> {
        let table = Table::new().with_text("lo", lo.to_vec()).unwrap().with_text("hi", hi.to_vec()).unwrap();
        Count::between(&table, "lo", "hi")
    }

    #[test]
    fn bounds_meet_stay_open_or_are_not_there() {
        let counts = between(&["0", "7", "3", "", "", "0"], &["9", "7", "", "4", "", ""]).unwrap();
        let open = |lo| Count::Interval(Interval::at_least(lo));
        let expected = [
            Count::interval(0, 9).unwrap(),
            Count::Exact(7),
            open(3),
            Count::interval(0, 4).unwrap(),
            Count::Missing,
            open(0),
        ];
        assert_eq!(counts, expected);
    }

    #[test]
    fn crossed_negative_fractional_and_huge_bounds_are_refused_with_all_their_rows() {
        let error =
            between(&["9", "1", "-1", "0", "0.5", "1e17"], &["1", "9", "4", "2.5", "", ""]).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("invalid-bounds", &[0, 2, 3, 4, 5][..]));
        assert!(error.to_string().ends_with("rows 1, 3, 4, 5, 6 are not; the first are 9 and 1"), "{error}");
    }

    #[test]
    fn text_that_is_no_number_is_refused() {
        assert_eq!(between(&["x"], &["1"]).unwrap_err().code(), "not-a-number");
    }
}
