//! The figure that a rule looked at.

use super::verdict::Verdict;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A number known between bounds, both included; without an upper one it may be anything above.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// The least it can be.
    pub low: f64,
    /// The most it can be; equal to the least where the number is known.
    pub high: Option<f64>,
}

impl Span {
    pub(super) fn known(number: f64) -> Self {
        Span { low: number, high: Some(number) }
    }

    /// The number itself, where its bounds meet.
    pub fn number(self) -> Option<f64> {
        self.high.filter(|high| *high == self.low)
    }
}

/// What a single comparison of a rule found for an area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The indicator; `name` where areas are named.
    pub indicator: String,
    /// The figure.
    pub measured: Measured,
    /// What the comparison said.
    pub verdict: Verdict,
}

/// A figure of an area as a rule sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Measured {
    /// A rate with the threshold that it was held against, both per unit of exposure.
    Rate {
        /// The rate.
        rate: Span,
        /// The threshold.
        threshold: Span,
        /// Decimals with which the two are written in percent.
        decimals: (usize, usize),
    },
    /// A number.
    Number(f64),
    /// A text, or the area's name.
    Text(String),
    /// No figure.
    Missing,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.indicator)?;
        match &self.measured {
            Measured::Rate { rate, threshold, decimals } => {
                percent(f, *rate, decimals.0)?;
                f.write_str(" against ")?;
                percent(f, *threshold, decimals.1)
            }
            Measured::Number(number) => write!(f, "{number}"),
            Measured::Text(text) => f.write_str(text),
            Measured::Missing => f.write_str("missing"),
        }
    }
}

fn percent(f: &mut fmt::Formatter<'_>, span: Span, decimals: usize) -> fmt::Result {
    let low = 100.0 * span.low;
    match span.high.map(|high| 100.0 * high) {
        None => write!(f, "{low:.decimals$} % or more"),
        Some(high) => {
            let (low, high) = (format!("{low:.decimals$}"), format!("{high:.decimals$}"));
            if low == high { write!(f, "{low} %") } else { write!(f, "{low}–{high} %") }
        }
    }
}
