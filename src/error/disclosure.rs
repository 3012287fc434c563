//! Which cells of a file give away what was withheld.

use super::wording::{Listed, Path};
use std::fmt;

/// A cell that may not be written, or a count that the rest of the files gives away.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Disclosure {
    /// The level of the file's areas.
    pub level: String,
    /// The row of the file, from 0.
    pub row: usize,
    /// Codes of the area, from the coarsest level down.
    pub path: Vec<String>,
    /// What is given away, and by what.
    pub leak: Leak,
}

/// What gives a count away. Bounds are inclusive, `None` is open above.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Leak {
    /// The count itself stands there and lies below the threshold.
    Small {
        /// The threshold.
        threshold: u64,
    },
    /// The count itself stands there, and its publisher did not publish it.
    Unpublished,
    /// A value stands there that was computed from a count which may not be known.
    Computed {
        /// The column.
        column: String,
        /// What the count must lie between, by arithmetic with the other columns of the row.
        bounds: (u64, Option<u64>),
    },
    /// Bounds stand there that are narrower than those published.
    Narrowed {
        /// The columns.
        columns: Vec<String>,
        /// What the count must lie between.
        bounds: (u64, Option<u64>),
    },
    /// Totals, less the counts beside it, leave too few values.
    Totals {
        /// What the count must lie between.
        bounds: (u64, Option<u64>),
    },
    /// A drawn number stands where the count is known, or outside what is known of it.
    Imputed {
        /// The column.
        column: String,
    },
}

impl fmt::Display for Disclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Disclosure { level, row, path, leak } = self;
        write!(f, "{level} {} (row {}): {leak}", Path(path), row + 1)
    }
}

impl fmt::Display for Leak {
    /// Never the count itself: messages end up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Leak::Small { threshold } => write!(f, "its count is below {threshold}"),
            Leak::Unpublished => f.write_str("its count was not published as it stands there"),
            Leak::Computed { column, .. } => write!(f, "'{column}' is computed from a withheld count"),
            Leak::Narrowed { columns, .. } => {
                write!(f, "{} bound a withheld count more closely than was published", Listed(columns))
            }
            Leak::Totals { .. } => f.write_str("totals and the counts beside it give the count away"),
            Leak::Imputed { column } => {
                write!(f, "'{column}' holds a drawn number that what is known of the count rules out")
            }
        }
    }
}

impl Leak {
    /// What the count must lie between, where the leak is one by arithmetic.
    pub fn bounds(&self) -> Option<(u64, Option<u64>)> {
        match self {
            Leak::Computed { bounds, .. } | Leak::Narrowed { bounds, .. } | Leak::Totals { bounds } => {
                Some(*bounds)
            }
            Leak::Small { .. } | Leak::Unpublished | Leak::Imputed { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_the_area_and_never_the_count() {
        let path = vec!["GM0363".to_string(), "WK036301".into()];
        let leak = Leak::Totals { bounds: (7, Some(7)) };
        let disclosure = Disclosure { level: "wijk".into(), row: 1, path, leak };
        let text = "wijk 'GM0363' > 'WK036301' (row 2): totals and the counts beside it give the count away";
        assert_eq!(disclosure.to_string(), text);
        assert_eq!(disclosure.leak.bounds(), Some((7, Some(7))));
    }
}
