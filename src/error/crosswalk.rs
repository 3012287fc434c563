//! What may be wrong with a crosswalk or with the changes it is built from.

use super::wording::{Listed, Rows};
use super::{ErrorKind, Result};

/// Why pairs of codes, or dated changes, are no crosswalk. Rows are positions in the list or table given.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CrosswalkFault {
    /// A cell that should hold a code is blank.
    #[error("a blank code in {}", Rows(rows))]
    BlankCode {
        /// The rows.
        rows: Vec<usize>,
    },
    /// A share or weight that is no number above 0, or a share above 1.
    #[error("{share} as the share of '{from}' that goes to '{to}' ({})", Rows(&[*row]))]
    InvalidShare {
        /// The area left.
        from: String,
        /// The area entered.
        to: String,
        /// The share as text.
        share: String,
        /// The row.
        row: usize,
    },
    /// A quantity to turn a crosswalk round by that is not positive and finite.
    #[error("the weight {weight} of '{code}' ({}); it must be above 0", Rows(&[*row]))]
    InvalidWeight {
        /// The area.
        code: String,
        /// The weight as text.
        weight: String,
        /// The row.
        row: usize,
    },
    /// The same pair of areas more than once.
    #[error("'{from}' to '{to}' stands there {} times ({})", rows.len(), Rows(rows))]
    RepeatedPair {
        /// The area left.
        from: String,
        /// The area entered.
        to: String,
        /// The rows.
        rows: Vec<usize>,
    },
    /// The shares of an area do not add up to 1.
    #[error("the shares of '{from}' add up to {sum}, not to 1 ({})", Rows(rows))]
    SharesSum {
        /// The area left.
        from: String,
        /// Their sum.
        sum: f64,
        /// The rows.
        rows: Vec<usize>,
    },
    /// An area that should go whole to one area goes to several.
    #[error("'{from}' goes whole to {} ({}); give the shares", Listed(to), Rows(rows))]
    SeveralTargets {
        /// The area left.
        from: String,
        /// The areas entered.
        to: Vec<String>,
        /// The rows.
        rows: Vec<usize>,
    },
    /// A new code that several areas get.
    #[error("{} become '{to}' ({}): a merger, no recoding", Listed(from), Rows(rows))]
    SeveralSources {
        /// The areas left.
        from: Vec<String>,
        /// The area entered.
        to: String,
        /// The rows.
        rows: Vec<usize>,
    },
    /// An area that ends without another to take it over.
    #[error("'{from}' ended on {date} and no area took it over ({}); leave it out of the codes", Rows(rows))]
    NoSuccessor {
        /// The area.
        from: String,
        /// The day.
        date: String,
        /// The rows.
        rows: Vec<usize>,
    },
    /// An area that was no more on the day of the division left.
    #[error("'{code}' was no more on {day} ({}); take the areas of that day", Rows(rows))]
    Gone {
        /// The area.
        code: String,
        /// The day.
        day: String,
        /// The rows by which it ended.
        rows: Vec<usize>,
    },
    /// A cell that should hold a code holds another form.
    #[error("'{cell}' is not a {expected} ({})", Rows(&[*row]))]
    InvalidCode {
        /// The cell.
        cell: String,
        /// What such a code looks like.
        expected: String,
        /// The row.
        row: usize,
    },
    /// A cell that should hold a date holds none.
    #[error("'{cell}' is no date ({}); write day-month-year or year-month-day", Rows(rows))]
    InvalidDate {
        /// The first such cell.
        cell: String,
        /// The rows.
        rows: Vec<usize>,
    },
}

impl CrosswalkFault {
    /// One error with all faults, if there are any.
    pub(crate) fn refuse(faults: Vec<CrosswalkFault>) -> Result<()> {
        if faults.is_empty() {
            return Ok(());
        }
        let mut rows: Vec<usize> = faults.iter().flat_map(|fault| fault.rows().iter().copied()).collect();
        rows.sort_unstable();
        rows.dedup();
        Err(ErrorKind::Crosswalk { faults, rows }.into())
    }

    /// The rows it is about.
    pub fn rows(&self) -> &[usize] {
        use CrosswalkFault as F;
        match self {
            F::InvalidShare { row, .. } | F::InvalidWeight { row, .. } | F::InvalidCode { row, .. } => {
                std::slice::from_ref(row)
            }
            F::BlankCode { rows }
            | F::RepeatedPair { rows, .. }
            | F::SharesSum { rows, .. }
            | F::SeveralTargets { rows, .. }
            | F::SeveralSources { rows, .. }
            | F::NoSuccessor { rows, .. }
            | F::Gone { rows, .. }
            | F::InvalidDate { rows, .. } => rows,
        }
    }
}
