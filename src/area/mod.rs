//! Who contains whom: levels, area codes and the validated tree.

mod placement;
mod tree;

pub use placement::Placement;
pub use tree::AreaTree;
