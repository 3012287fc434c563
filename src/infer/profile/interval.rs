//! Intervals from the profile log-likelihood, as a result carries them.

use crate::infer::Confidence;
use crate::infer::parameter::Parameter;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum End {
    /// The value at which the deviance meets the quantile.
    At(f64),
    /// A standard deviation of 0 is inside: the parameter space ends before the deviance meets the quantile.
    Zero,
    /// No value on this side is refused. For θ upwards: the counts may be Poisson.
    Unbounded,
}

impl End {
    /// The end as a number: 0 for [`End::Zero`], none where there is no end.
    pub fn value(self) -> Option<f64> {
        match self {
            End::At(value) => Some(value),
            End::Zero => Some(0.0),
            End::Unbounded => None,
        }
    }
}

/// The interval of one parameter: all values at which twice the fall of the log-likelihood, maximised over all other
/// parameters, stays below the quantile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileInterval {
    /// The parameter.
    pub parameter: Parameter,
    /// Its estimate; infinite for θ at the Poisson limit.
    pub estimate: f64,
    /// Lower end; [`End::Zero`] or [`End::Unbounded`] also where only an upper bound was asked for.
    pub low: End,
    /// Upper end.
    pub high: End,
}

impl ProfileInterval {
    /// Whether a value lies inside, ends included.
    pub fn contains(&self, value: f64) -> bool {
        self.low.value().is_none_or(|low| low <= value) && self.high.value().is_none_or(|high| value <= high)
    }
}

/// Profile intervals of several parameters; prints as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Profiles {
    pub(super) confidence: Confidence,
    pub(super) intervals: Vec<ProfileInterval>,
}

impl Profiles {
    /// The confidence asked for.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// One interval a parameter, in the order asked for.
    pub fn intervals(&self) -> &[ProfileInterval] {
        &self.intervals
    }

    /// The interval of a parameter.
    pub fn interval(&self, parameter: &Parameter) -> Option<&ProfileInterval> {
        self.intervals.iter().find(|interval| interval.parameter == *parameter)
    }
}

impl fmt::Display for Profiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |interval: &ProfileInterval| interval.parameter.to_string();
        let width = self.intervals.iter().map(|i| name(i).chars().count()).max().unwrap_or(0).max(9);
        writeln!(f, "Profile intervals, {}", self.confidence)?;
        writeln!(f, "  {:width$} {:>12} {:>12} {:>12}", "parameter", "estimate", "low", "high")?;
        for interval in &self.intervals {
            let end = |end: End| end.value().map_or("unbounded".into(), |end| format!("{end:.5}"));
            let (low, high) = (end(interval.low), end(interval.high));
            writeln!(f, "  {:width$} {:>12.5} {low:>12} {high:>12}", name(interval), interval.estimate)?;
        }
        Ok(())
    }
}
