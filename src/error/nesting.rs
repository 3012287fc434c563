//! The ways in which areas fail to nest.

use super::wording::{Listed, Rows};

/// One way in which areas fail to nest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// A cell that should hold a code is blank.
    #[error("level '{level}' has a blank code in {}", Rows(rows))]
    BlankCode {
        /// The level.
        level: String,
        /// The rows.
        rows: Vec<usize>,
    },
    /// One code stands under more than one parent.
    #[error("{level} '{code}' stands under {} ({})", Listed(parents), Rows(rows))]
    SeveralParents {
        /// The level of the child.
        level: String,
        /// The child's code.
        code: String,
        /// The parents it was met under.
        parents: Vec<String>,
        /// The first row of each.
        rows: Vec<usize>,
    },
    /// A child names a parent that is not there.
    #[error("{level} '{code}' names the parent '{parent}', which is not there ({})", Rows(rows))]
    Orphan {
        /// The level of the child.
        level: String,
        /// The child's code.
        code: String,
        /// The parent it names.
        parent: String,
        /// The rows.
        rows: Vec<usize>,
    },
    /// There is no level at all.
    #[error("there is no level; name at least one")]
    NoLevel,
    /// A level without areas.
    #[error("level '{level}' has no areas")]
    EmptyLevel {
        /// The level.
        level: String,
    },
    /// Two levels share a name.
    #[error("two levels are called '{level}'")]
    DuplicateLevel {
        /// The name.
        level: String,
    },
}
