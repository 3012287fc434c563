//! Whether stock and flow agree.

use super::gap::Gap;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether opening + begun − ended is closing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Identity {
    /// It is.
    Holds,
    /// Of the published figures it is not, but what is known of each allows it: rounding may explain the gap.
    WithinRounding(Gap),
    /// It is not.
    Broken(Gap),
    /// A figure is missing, or has no upper bound.
    Unknown,
}

impl Identity {
    pub(super) fn of(gap: Gap) -> Self {
        match (gap.allows_zero(), gap.published == 0.0) {
            (true, true) => Identity::Holds,
            (true, false) => Identity::WithinRounding(gap),
            (false, _) => Identity::Broken(gap),
        }
    }

    /// The gap where there is one.
    pub fn gap(self) -> Option<Gap> {
        match self {
            Identity::WithinRounding(gap) | Identity::Broken(gap) => Some(gap),
            Identity::Holds | Identity::Unknown => None,
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Identity::Holds => f.write_str("holds"),
            Identity::WithinRounding(gap) => write!(f, "gap {gap}, within what rounding explains"),
            Identity::Broken(gap) => write!(f, "gap {gap}"),
            Identity::Unknown => f.write_str("unknown: a figure is missing"),
        }
    }
}
