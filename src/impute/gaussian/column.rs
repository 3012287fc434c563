//! What a Gaussian imputation is given: columns with their gaps, and the areas of the rows.

/// A numeric column with its gaps, on the scale on which it is to be thought normal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column<'a> {
    /// The name that errors use.
    pub(crate) name: &'a str,
    /// A value or nothing for each row.
    pub(crate) cells: &'a [Option<f64>],
    /// What the column was measured on.
    pub(crate) of: Measured,
}

/// What a column was measured on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measured {
    /// Each row has its own value.
    Rows,
    /// All rows of an area share one value; the level's position among the levels given.
    Areas(usize),
}

/// A level of areas that the rows lie in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Level<'a> {
    /// The name that errors use.
    pub(crate) name: &'a str,
    /// The area of each row, by any number; only equality counts.
    pub(crate) areas: &'a [u32],
}
