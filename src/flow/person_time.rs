//! How long how many people were exposed.

use super::period::Period;
use crate::count::Count;
use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// Person-years, above 0: between bounds where they rest on counts that are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PersonTime {
    low: f64,
    high: f64,
}

impl PersonTime {
    /// So many people over the whole of a period; fails unless the number is above 0 and the period a stretch of time.
    pub fn of_population(people: f64, period: Period) -> Result<Self> {
        let years = people * period.years();
        match years > 0.0 && years.is_finite() {
            true => Ok(PersonTime { low: years, high: years }),
            false => {
                let example = format!("{people} people over {period}");
                Err(ErrorKind::InvalidExposure { rows: Vec::new(), example }.into())
            }
        }
    }

    /// The mean of the stocks at both ends of a period times its length: as if the stock had changed evenly.
    ///
    /// `None` where one is missing or has no upper bound, and where it may be nothing.
    pub fn of_stocks(opening: Count, closing: Count, period: Period) -> Option<Self> {
        let (opening, closing) = (opening.bounds(), closing.bounds());
        let years = |opening: u64, closing: u64| 0.5 * (opening as f64 + closing as f64) * period.years();
        let (low, high) = (years(opening.lo(), closing.lo()), years(opening.hi()?, closing.hi()?));
        (low > 0.0).then_some(PersonTime { low, high })
    }

    /// The least it can be, in years.
    pub fn low(self) -> f64 {
        self.low
    }

    /// The most it can be, in years.
    pub fn high(self) -> f64 {
        self.high
    }

    /// The middle of the two: the person-years themselves where they are known.
    pub fn years(self) -> f64 {
        0.5 * (self.low + self.high)
    }
}
