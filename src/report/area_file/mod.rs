//! One row per area, every column with its entry in the codebook.

mod actual;
mod codebook;
mod column;
mod expected;
mod file;
mod role;
mod scale;

pub use actual::Actual;
pub use codebook::Codebook;
pub use column::{AreaColumn, Description};
pub use expected::ExpectedCounts;
pub use file::AreaFile;
pub use role::{FromCount, Role, Side};
pub use scale::Scale;
