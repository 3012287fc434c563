//! Counts tightened by what was published about their sums.
//!
//! [`Totals`] says what is known about the rows of an area together; [`Bounds`] is what then remains possible for each
//! row and for each area. All bounds are the tightest there are: every value between them occurs in some table that
//! agrees with all that was published.

mod bounds;
mod conflicts;
#[cfg(test)]
mod enumeration;
mod span;
mod stated;
mod sweeps;

pub use bounds::{Bounds, Revealed};
pub use stated::{Relation, Totals};
