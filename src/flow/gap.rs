//! What sums of counts differ by.

use crate::count::Count;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The difference of two sums that should be equal, as published and as what is known of each figure allows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// Of the figures as they are; the middle of its bounds stands for one that is known between them.
    pub published: f64,
    /// The least it can be.
    pub least: i64,
    /// The most it can be.
    pub most: i64,
}

impl Gap {
    /// Σ plus − Σ minus; `None` where one is missing or has no upper bound.
    pub(super) fn of(plus: &[Count], minus: &[Count]) -> Option<Self> {
        let mut gap = Gap { published: 0.0, least: 0, most: 0 };
        for (count, sign) in plus.iter().map(|c| (c, 1.0)).chain(minus.iter().map(|c| (c, -1.0))) {
            let bounds = count.bounds();
            let ends = [bounds.lo(), bounds.hi()?].map(|end| i64::try_from(end).ok());
            let (low, high) = (ends[0]?, ends[1]?);
            gap.published += sign * 0.5 * (low as f64 + high as f64);
            let (least, most) = if sign > 0.0 { (low, high) } else { (-high, -low) };
            gap.least = gap.least.checked_add(least)?;
            gap.most = gap.most.checked_add(most)?;
        }
        Some(gap)
    }

    /// Whether the figures behind the published ones may be equal.
    pub fn allows_zero(self) -> bool {
        self.least <= 0 && self.most >= 0
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+}", self.published)?;
        match self.least == self.most {
            true => Ok(()),
            false => write!(f, " ({:+} to {:+})", self.least, self.most),
        }
    }
}
