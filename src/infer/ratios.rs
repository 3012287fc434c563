//! Rate ratios on request, as a table to print.

use super::coefficient::{Coefficient, Confidence, Interval};
use super::fit::Fit;
use std::fmt;

/// The coefficients of a fit as ratios of rates, with their intervals; prints as a table.
#[derive(Debug, Clone, Copy)]
pub struct RateRatios<'a> {
    coefficients: &'a [Coefficient],
    confidence: Confidence,
}

impl Fit {
    /// exp(coefficient) of every term but the intercept: the ratio of rates for one unit more, Wald intervals.
    pub fn rate_ratios(&self, confidence: Confidence) -> RateRatios<'_> {
        let coefficients = self.coefficients().get(1..).unwrap_or(&[]);
        RateRatios { coefficients, confidence }
    }
}

impl<'a> RateRatios<'a> {
    /// Each term with its ratio and interval.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, f64, Interval)> {
        let confidence = self.confidence;
        self.coefficients
            .iter()
            .map(move |c| (c.term.as_str(), c.rate_ratio(), c.rate_ratio_interval(confidence)))
    }
}

impl fmt::Display for RateRatios<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.coefficients.iter().map(|c| c.term.chars().count()).max().unwrap_or(0).max(4);
        writeln!(f, "Rate ratios for one unit more, with {} intervals", self.confidence)?;
        writeln!(f, "  {:width$} {:>9} {:>9} {:>9}", "term", "ratio", "low", "high")?;
        for (term, ratio, Interval { low, high }) in self.iter() {
            writeln!(f, "  {term:width$} {ratio:>9.4} {low:>9.4} {high:>9.4}")?;
        }
        Ok(())
    }
}
