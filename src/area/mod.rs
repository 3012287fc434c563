//! Who contains whom: levels, area codes and the validated tree.
//!
//! An [`AreaTree`] comes out of columns of a table ([`Placement::from_table`]), slices of codes
//! ([`Placement::from_codes`]) or (child, parent) pairs ([`TreeBuilder`]); each of them reports all that keeps the
//! areas from nesting in one error. A [`Placement`] is a tree with the area of every row. [`TypedTree`] is the same
//! tree with its levels as types, so that an area of one level cannot be taken for one of another.

mod id;
mod level;
mod nesting;
mod pairs;
mod place;
mod placement;
#[cfg(test)]
mod properties;
mod stored;
mod tree;
mod typed;

pub use id::AreaId;
pub use level::{Level, ParentLevel, Top};
pub use nesting::CodeScope;
pub use pairs::TreeBuilder;
pub use placement::{LevelColumn, Placement};
pub use tree::AreaTree;
pub use typed::TypedTree;
