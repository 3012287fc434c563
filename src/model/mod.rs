//! What is asked: a family and the levels with a random intercept, checked against the data into a [`Problem`].
//!
//! `log E[y_i] = log exposure_i + x_i'β + Σ_l b_{l, area(i, l)}`, with `b_l ~ N(0, sd_l²)` independent, one per area
//! of level `l` (and, if asked, one per row).

mod completed;
mod integrated;
mod nodes;
mod problem;
mod published;
mod reduced;
mod resampled;
mod separation;
mod sort;
mod specification;
mod standard;
mod view;

pub(crate) use nodes::Subtree;
pub use problem::Problem;
pub(crate) use problem::{LevelAreas, ROW_LEVEL};
pub(crate) use published::{CoarseRow, coarse};
pub use specification::Model;
pub(crate) use standard::Standard;
pub use view::{Observation, ObservedCount};
