//! How much is explained: against the empty model, on the scale of counts, by determinant and by block.
//!
//! Nothing here fits a model by itself but [`LeftOut`], which is asked to. An empty model comes from
//! [`Problem::without_determinants`](crate::Problem::without_determinants), so that it has the same rows.

mod against;
mod importance;
mod left_out;
mod partition;
mod rsquared;
mod scale;

pub use against::{Change, Explained, ExplainedLevel};
pub use importance::{Block, Importance, Share};
pub use left_out::{LeftOut, LeftOutBlock};
pub use partition::{Component, VarianceComponent, VariancePartition};
pub use rsquared::{ObservationVariance, RSquared};
pub use scale::MeanCount;
