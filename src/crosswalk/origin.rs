//! How an area of the division entered came about.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How an area came about, and so what its figures are: seen as they stand, added up, or computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Origin {
    /// The same area under the same code.
    Unchanged,
    /// The same area under another code.
    Recoded,
    /// Whole areas together.
    Merged,
    /// A part of one area.
    Part,
    /// Several areas, of which at least one gave a part.
    Redrawn,
}

impl Origin {
    /// Whether figures are computed rather than seen: added up, averaged, or a share of another area's.
    pub fn is_computed(self) -> bool {
        !matches!(self, Origin::Unchanged | Origin::Recoded)
    }

    /// Whether a split left the figures uncertain.
    pub fn is_uncertain(self) -> bool {
        matches!(self, Origin::Part | Origin::Redrawn)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Origin::Unchanged => "unchanged",
            Origin::Recoded => "recoded",
            Origin::Merged => "merged",
            Origin::Part => "part",
            Origin::Redrawn => "redrawn",
        })
    }
}
