//! How probable it is that an area's own rate lies above or below something.

use super::expectation::{Expectation, Levels};
use crate::error::{ErrorKind, Result};

/// An event about the rate that an area's counts were drawn from: its own effects, and the factors of NB2 rows, included.
#[derive(Debug, Clone, PartialEq)]
pub struct Exceedance(pub(super) Event);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Event {
    RatioAbove { expectation: Expectation, ratio: f64 },
    RateAtMostNational { factor: f64 },
    RateAboveNational { factor: f64 },
}

impl Exceedance {
    /// The ratio of the rate to an expectation lies above a value; both are those of the same draw. Of 1 it is the
    /// probability of an excess.
    ///
    /// Source: Richardson, Thomson, Best & Elliott 2004, Environmental Health Perspectives 112:1016.
    pub fn ratio_above(ratio: f64, expectation: Expectation) -> Result<Self> {
        finite(ratio, "ratio").map(|ratio| Exceedance(Event::RatioAbove { expectation, ratio }))
    }

    /// The rate is at most `factor` times the national one: the sum of all rows' rates over all exposure, in the same
    /// draw.
    pub fn rate_at_most_national(factor: f64) -> Result<Self> {
        finite(factor, "factor").map(|factor| Exceedance(Event::RateAtMostNational { factor }))
    }

    /// The rate is above `factor` times the national one.
    pub fn rate_above_national(factor: f64) -> Result<Self> {
        finite(factor, "factor").map(|factor| Exceedance(Event::RateAboveNational { factor }))
    }

    pub(super) fn among(&self, levels: &[String]) -> Result<Question> {
        Ok(match &self.0 {
            Event::RatioAbove { expectation, ratio } => {
                Question::Ratio { levels: expectation.among(levels)?, above: *ratio }
            }
            Event::RateAtMostNational { factor } => Question::AtMost { factor: *factor },
            Event::RateAboveNational { factor } => Question::Above { factor: *factor },
        })
    }
}

/// An event whose levels are known.
#[derive(Debug, Clone)]
pub(super) enum Question {
    Ratio { levels: Levels, above: f64 },
    AtMost { factor: f64 },
    Above { factor: f64 },
}

fn finite(value: f64, what: &str) -> Result<f64> {
    match value.is_finite() && value >= 0.0 {
        true => Ok(value),
        false => {
            let message = format!("a {what} is a number from 0 upward; got {value}");
            Err(ErrorKind::Specification { message }.into())
        }
    }
}
