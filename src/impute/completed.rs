//! Completed tables: a number for every count, and where it comes from.

use serde::{Deserialize, Serialize};

/// A count for every row of a problem, and the determinants that were imputed with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Completed {
    pub(super) rows: Vec<usize>,
    pub(super) counts: Vec<CompletedCount>,
    pub(super) cells: Vec<ImputedCell>,
}

/// An imputed cell of a determinant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImputedCell {
    /// The row, by its position in the caller's table.
    pub row: usize,
    /// The design column.
    pub term: String,
    /// The value, on the scale of the design column: after the transforms of the determinant.
    pub value: f64,
}

/// A count of a completed table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CompletedCount {
    /// The number: whole, unless it is a mean or a midpoint.
    pub count: f64,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a number of a completed table comes from. Only the first was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Origin {
    /// Published as it is.
    Published,
    /// Drawn from the model, inside what was published about it.
    Drawn,
    /// The mean of what the model allows, inside what was published about it.
    ConditionalMean,
    /// A fixed value inside its bounds.
    Fixed,
    /// Left as it was published: the number is the middle of its bounds, or the lower one where the upper is open.
    Bounded,
}

impl Completed {
    /// Positions of the rows in the caller's table, ascending.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The counts, along [`Completed::rows`].
    pub fn counts(&self) -> &[CompletedCount] {
        &self.counts
    }

    /// The imputed cells of determinants; none where all were observed.
    pub fn cells(&self) -> &[ImputedCell] {
        &self.cells
    }

    /// Number of counts that were not published as they are.
    pub fn n_imputed(&self) -> usize {
        self.counts.iter().filter(|count| count.origin != Origin::Published).count()
    }
}
