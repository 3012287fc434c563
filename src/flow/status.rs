//! Whether figures may still change.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether the figures of a period may still change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// Provisional: one star in Dutch publications. Flows of the last period run some percents below what they become.
    Provisional,
    /// Revised, still provisional: two stars.
    RevisedProvisional,
    /// Final.
    Final,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Provisional => "provisional",
            Status::RevisedProvisional => "revised provisional",
            Status::Final => "final",
        })
    }
}
