//! What may be wrong with published cells and published totals.

use super::wording::{InRows, Path, Span};
use std::fmt;

/// Why a published cell is no count under the publisher's rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CellProblem {
    /// Neither a number nor one of the marks.
    #[error("is neither a number nor a mark of a withheld or missing cell")]
    UnknownSymbol,
    /// Three digits after a point, where the format does not say that the point marks thousands.
    #[error(
        "has a point that may mark decimals or thousands; if it marks thousands read the cells as Dutch numbers"
    )]
    AmbiguousPoint,
    /// Negative, fractional, not finite or above 2^53.
    #[error("is no whole number from 0 to 2^53")]
    NotWhole,
    /// No count leads to this cell.
    #[error("cannot have been published under the rule: {rule}")]
    AgainstRule {
        /// The rule in words.
        rule: String,
    },
    /// A withheld cell under a rule that withholds nothing.
    #[error("is withheld, but nothing is withheld under the rule: {rule}")]
    NothingWithheld {
        /// The rule in words.
        rule: String,
    },
    /// A number whose flag says that it is withheld.
    #[error("is a number, but its flag says that it is withheld")]
    FlaggedNumber,
    /// A mark of a withheld cell whose flag says that it is not withheld.
    #[error("is marked as withheld, but its flag says that it is not")]
    UnflaggedMark,
    /// A flag that is neither 1 nor 0, true nor false.
    #[error("is no flag: 1, 0, true or false")]
    NotAFlag,
}

/// Cells of one column with the same problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    /// What is wrong with them.
    pub problem: CellProblem,
    /// The first of them, as published.
    pub example: String,
    /// All their rows.
    pub rows: Vec<usize>,
}

impl fmt::Display for CellFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' {}{}", self.example, self.problem, InRows(&self.rows))
    }
}

/// What a published total is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TotalOf {
    /// All rows together.
    AllRows,
    /// The rows of one area.
    Area {
        /// Its level.
        level: String,
        /// Its codes, from the coarsest level down to its own.
        path: Vec<String>,
    },
}

impl fmt::Display for TotalOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TotalOf::AllRows => f.write_str("the whole table"),
            TotalOf::Area { level, path } => write!(f, "{level} {}", Path(path)),
        }
    }
}

/// A published total that its parts cannot add up to. Bounds are inclusive, `None` is open above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalConflict {
    /// What it is the total of.
    pub of: TotalOf,
    /// What the sum of the rows must be, by the total.
    pub total: (u64, Option<u64>),
    /// What the sum of the rows may be, by the rows and the totals of the areas within.
    pub parts: (u64, Option<u64>),
    /// The rows that add up to it; none where the area holds no row.
    pub rows: Vec<usize>,
}

impl fmt::Display for TotalConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (of, total, parts) = (&self.of, Span(self.total), Span(self.parts));
        match self.rows.is_empty() {
            true => write!(f, "{of} should add up to {total}, but holds no row"),
            false => {
                let rows = InRows(&self.rows);
                write!(f, "{of} should add up to {total}, but what lies within adds up to {parts}{rows}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_names_area_total_parts_and_rows() {
        let path = ["JZ01", "GM0363"].map(String::from).to_vec();
        let of = TotalOf::Area { level: "gemeente".into(), path };
        let conflict = TotalConflict { of, total: (0, Some(50)), parts: (60, None), rows: vec![0, 2] };
        let text = "gemeente 'JZ01' > 'GM0363' should add up to at most 50, \
                    but what lies within adds up to 60 or more (rows 1, 3)";
        assert_eq!(conflict.to_string(), text);
        let empty =
            TotalConflict { of: TotalOf::AllRows, total: (5, Some(5)), parts: (0, Some(0)), rows: vec![] };
        assert_eq!(empty.to_string(), "the whole table should add up to 5, but holds no row");
    }
}
