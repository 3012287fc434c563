//! Stocks that changed between one release and the next.

use super::gap::Gap;
use super::period::Period;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The stock with which a period closes is not the one with which the next opens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// The area's code.
    pub area: String,
    /// The period that closes; the other one is the next of its length.
    pub period: Period,
    /// Next opening minus closing.
    pub gap: Gap,
}

impl Revision {
    /// Whether rounding may explain it.
    pub fn within_rounding(&self) -> bool {
        self.gap.allows_zero()
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}: closing stock revised by {} until the next opening",
            self.area, self.period, self.gap
        )?;
        match self.within_rounding() {
            true => f.write_str(", within what rounding explains"),
            false => Ok(()),
        }
    }
}
