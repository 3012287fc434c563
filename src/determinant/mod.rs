//! What may explain the counts: named columns to a design matrix.
//!
//! [`Determinants`] says what is wanted and holds no data. [`Determinants::build`] reads a table and gives a
//! [`Design`]: the matrix with its column names, a [`DesignReport`] of everything that was done to get there, and the
//! [`Recipe`] that makes the same columns out of other rows with the means, scales and categories learned here.
//!
//! | column of the table | columns of the matrix |
//! |---|---|
//! | [`Numeric`] | `x`, `log(x)`, `log1p(x)`, `logit(x)`, `sqrt(x)`; centred and scaled columns keep their name |
//! | [`Numeric::polynomial`] | `x`, `x^2`, ... |
//! | [`Numeric::within`] | `x (within gemeente)`, `x (mean of gemeente)` |
//! | [`Categorical`] | `spp=RGP`, ... : one per category but the reference |
//! | [`MissingCells::ParentMeanWithIndicator`] | `x missing`, after the columns of `x`, where a cell was filled |
//! | [`Determinants::interaction`] | `a:b`, `a=1:b`, ... |
//!
//! The first column is always the intercept. All means and standard deviations are over the rows given, each counting
//! once. A cell is missing where it is blank, `NA` or a lone `.`, for categories as for numbers.

mod alias;
mod build;
mod categorical;
mod cells;
mod columns;
mod design;
mod determinants;
mod factor;
mod fill;
mod imputable;
mod interaction;
mod layout;
mod learned;
mod moments;
mod numeric;
mod precision;
mod recipe;
mod report;
mod source;
mod surroundings;
mod term;
mod training;
mod transform;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use design::Design;
pub use determinants::{AliasedColumns, Determinants, MissingCells};
pub(crate) use imputable::Imputable;
pub use recipe::Recipe;
pub use report::{DesignReport, DroppedRow, FillSource, FilledCells, VarianceInflation};
pub use term::{Categorical, Numeric, Term};

/// Name of the first column of every design, the column of ones.
pub const INTERCEPT: &str = "(Intercept)";
