//! What others fit to the same table: the Gaussian multilevel model on a percentage.
//!
//! ```text
//! y_i = x_i'β + Σ_levels u_area(i, level) + e_i        u_level ~ N(0, υ_level),  e_i ~ N(0, σ² / w_i)
//! ```
//!
//! A [`LinearModel`] is a comparator and no model of counts: it takes a percentage for a number like any other, knows
//! nothing of how many people stand behind it, and may expect less than nothing of an area. The integral over the area
//! effects is exact, and with areas in areas it costs one pass over the rows and one over the areas for each step. Its
//! result, [`LinearFit`], is not a [`Fit`](crate::Fit).

mod effects;
mod expectation;
mod fit;
mod maximise;
mod model;
mod nodes;
mod profile;
mod response;
mod sums;
mod sweep;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod identities;

pub use effects::LinearEffect;
pub use expectation::LinearExpectation;
pub use fit::{LinearCoefficient, LinearFit, LinearLevel, LinearSd};
pub use model::{Criterion, LinearModel};
pub use response::Response;
