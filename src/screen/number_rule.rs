//! A number within a range.

use super::rate_rule::Missing;
use super::verdict::Verdict;
use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A number from one end to another, both included; an end may be open.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NumberRule {
    low: Option<f64>,
    high: Option<f64>,
    inclusive: bool,
    missing: Missing,
}

impl NumberRule {
    /// `low` or more; fails unless it is finite.
    pub fn at_least(low: f64) -> Result<Self> {
        NumberRule::new(Some(low), None, true)
    }

    /// `high` or less; fails unless it is finite.
    pub fn at_most(high: f64) -> Result<Self> {
        NumberRule::new(None, Some(high), true)
    }

    /// Less than `high`; fails unless it is finite.
    pub fn below(high: f64) -> Result<Self> {
        NumberRule::new(None, Some(high), false)
    }

    /// More than `low`; fails unless it is finite.
    pub fn above(low: f64) -> Result<Self> {
        NumberRule::new(Some(low), None, false)
    }

    /// From `low` to `high`, both included; fails unless both are finite and in order.
    pub fn between(low: f64, high: f64) -> Result<Self> {
        NumberRule::new(Some(low), Some(high), true)
    }

    fn new(low: Option<f64>, high: Option<f64>, inclusive: bool) -> Result<Self> {
        let finite = [low, high].iter().flatten().all(|end| end.is_finite());
        match finite && low.zip(high).is_none_or(|(low, high)| low <= high) {
            true => Ok(NumberRule { low, high, inclusive, missing: Missing::Undecided }),
            false => {
                let message = format!("a range of numbers has finite ends in order; got {low:?} to {high:?}");
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    /// What is said of an area without the number; [`Missing::Undecided`] unless stated.
    pub fn missing(self, missing: Missing) -> Self {
        NumberRule { missing, ..self }
    }

    pub(super) fn verdict(&self, number: Option<f64>) -> Verdict {
        let Some(number) = number else { return self.missing.verdict() };
        let within = |end: f64, inside: bool| inside || (self.inclusive && number == end);
        let low = self.low.is_none_or(|low| within(low, number > low));
        let high = self.high.is_none_or(|high| within(high, number < high));
        Verdict::of(low && high)
    }
}

impl fmt::Display for NumberRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high, self.inclusive) {
            (Some(low), Some(high), _) => write!(f, "from {low} to {high}"),
            (Some(low), None, true) => write!(f, "at least {low}"),
            (Some(low), None, false) => write!(f, "above {low}"),
            (None, Some(high), true) => write!(f, "at most {high}"),
            (None, Some(high), false) => write!(f, "below {high}"),
            (None, None, _) => f.write_str("any"),
        }?;
        write!(f, " ({})", self.missing)
    }
}
