//! Counts drawn together so that known totals hold.
//!
//! Given their means the counts are independent, so given their totals only the sums tie them: the distribution of
//! each area's sum is the convolution of what lies below it, cut by its total, and a draw goes from the top down.

mod convolution;
mod draws;
mod forest;
mod reach;
mod sums;

pub(crate) use draws::{RowMean, TotalDraws};
pub(crate) use forest::Forest;
