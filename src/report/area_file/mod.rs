//! One row per area, every column with its entry in the codebook.

mod codebook;
mod column;
mod expected;
mod file;
mod reported_count;
mod results;
mod role;
mod scale;

pub use codebook::Codebook;
pub use column::{AreaColumn, Description};
pub use expected::ExpectedCounts;
pub use file::AreaFile;
pub use reported_count::ReportedCount;
pub use results::{Compared, SetsInFile};
pub use role::{FromCount, Role, Side};
pub use scale::Scale;
