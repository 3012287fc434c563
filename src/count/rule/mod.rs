//! What a publisher did to counts before publication, and what a published cell therefore says.
//!
//! A [`DisclosureRule`] is the publisher's rule as a value ([`RuleBuilder`] makes one and refuses contradictions). It
//! reads cells as they stand in a file, in a [`CellFormat`], and answers with the tightest [`Count`](super::Count).

mod builder;
mod columns;
mod format;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod properties;
mod publish;
mod publisher;
mod rounding;

pub use builder::RuleBuilder;
pub use format::{Blanks, CellFormat};
pub use publisher::{DisclosureRule, Zeros};
pub use rounding::Rounding;
