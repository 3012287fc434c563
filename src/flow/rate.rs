//! Events per person-year.

use super::exact;
use super::person_time::PersonTime;
use crate::count::Count;
use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// A rate per person-year with its exact interval.
///
/// The interval is that of a Poisson count by its own tails (Garwood 1936, Biometrika 28:437), over the person-time. Of a count
/// or a time between bounds rate and interval reach from the lower end of the least to the upper end of the most.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EventRate {
    /// The least the rate can be, from what was published.
    pub least: f64,
    /// The most it can be; equal to the least where count and time are known.
    pub most: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

impl EventRate {
    /// Of a count of events in person-time; fails on a count that is missing or has no upper bound and unless the
    /// confidence lies between 0 and 1.
    pub fn new(events: Count, time: PersonTime, confidence: f64) -> Result<Self> {
        let tail = exact::tail(confidence)?;
        let bounds = events.bounds();
        let Some(most) = bounds.hi() else {
            return Err(ErrorKind::OpenInterval { rows: Vec::new() }.into());
        };
        Ok(EventRate {
            least: bounds.lo() as f64 / time.high(),
            most: most as f64 / time.low(),
            low: exact::poisson_low(bounds.lo(), tail) / time.high(),
            high: exact::poisson_high(most, tail) / time.low(),
        })
    }
}
