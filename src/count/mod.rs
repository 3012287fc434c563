//! What was published: counts, and how much was exposed to being counted.
//!
//! Four things stay apart that a bare number would mix: a count that is known, one that is only known to lie between
//! two bounds (withheld or rounded), one that was rounded at random, and one that is not there. A [`DisclosureRule`]
//! reads them from published cells, [`Bounds`] tightens them by published [`Totals`]. [`CountTable::new`] is the check
//! that lets a stage below rely on it: every row kept has a count and a positive exposure, every row left out has a
//! reason.

mod between;
mod exposure;
mod observed;
mod restricted;
mod rounded;
mod rows;
mod rule;
mod totals;

pub use exposure::Exposure;
pub use observed::{Count, Interval};
pub(crate) use restricted::RestrictedCount;
pub use rounded::RandomlyRounded;
pub use rows::{CountTable, Exclusion, ExclusionReason};
pub use rule::{Blanks, CellFormat, DisclosureRule, Rounding, RuleBuilder, Zeros};
pub use totals::{Bounds, Relation, Revealed, Totals};
