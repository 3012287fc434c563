//! What a column says of the count of its row: what the disclosure check reasons with.

/// What a column is to the count of its row.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    /// It says nothing of the row's own count: a name, a determinant, an expectation's error.
    Plain,
    /// The exposure of the row.
    Exposure,
    /// The expected count of the row.
    Expected,
    /// per · expected / exposure.
    ExpectedRate {
        /// The column of expected counts.
        expected: String,
        /// 1 for a rate, 100 for a percentage.
        per: f64,
    },
    /// It was computed from the row's count, or from its bounds.
    FromCount {
        /// How.
        how: FromCount,
        /// From which side of it.
        side: Side,
    },
    /// Counts drawn in the place of those that were withheld.
    Imputed,
}

/// How a column follows from the count y of its row, its exposure n and its expected count E.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FromCount {
    /// per · y / n.
    Rate {
        /// 1 for a rate, 100 for a percentage.
        per: f64,
    },
    /// y − E.
    Difference {
        /// The column of E.
        expected: String,
    },
    /// per · (y − E) / n.
    RateDifference {
        /// The column of E.
        expected: String,
        /// 1 for a rate, 100 for percentage points.
        per: f64,
    },
    /// y / E.
    Ratio {
        /// The column of E.
        expected: String,
    },
    /// (y − E) / s.
    Standardised {
        /// The column of E.
        expected: String,
        /// The column of s.
        deviation: String,
    },
    /// In a way the check cannot undo: a rank, a class, a p-value.
    Otherwise,
}

/// What of the count a column was computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The count itself.
    Itself,
    /// Its lower bound.
    Low,
    /// Its upper bound.
    High,
}
