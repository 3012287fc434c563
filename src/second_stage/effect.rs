//! What a second stage finds: an effect per determinant, in the same shape whichever way it was found.

use crate::infer::{Confidence, Effect, Interval};
use std::fmt;

/// By which design the effects were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Design {
    /// Counts with the national expectation as exposure.
    Offset,
    /// The same, survey means imputed and the answers pooled.
    OffsetImputed,
    /// Least squares on log((actual + ½)/expected).
    LogRatio,
    /// Least squares on (actual − mean)/sd of the national prediction; effects are in standard deviations, no log rates.
    Standardised,
}

impl Design {
    /// Whether its effects are on the scale of log rates, and so comparable with those of the others.
    pub fn is_log_rate(self) -> bool {
        self != Design::Standardised
    }
}

impl fmt::Display for Design {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Design::Offset => "offset",
            Design::OffsetImputed => "offset, imputed",
            Design::LogRatio => "residual, log ratio",
            Design::Standardised => "residual, standardised",
        })
    }
}

/// The effects of the extra determinants by one design.
#[derive(Debug, Clone, PartialEq)]
pub struct SecondStage {
    /// The design.
    pub design: Design,
    /// The effects, in the order of the extras.
    pub effects: Vec<Effect>,
    /// Rows that took part.
    pub n_rows: usize,
    /// Positions in the caller's table of rows that the design could not take, as their count was withheld or rounded.
    pub left_out: Vec<usize>,
}

impl SecondStage {
    /// The effect of a determinant.
    pub fn effect(&self, term: &str) -> Option<&Effect> {
        self.effects.iter().find(|effect| effect.term == term)
    }
}

/// A table of the effects with 95 % intervals.
impl fmt::Display for SecondStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:22} {:>9} {:>9} {:>8} {:>9} {:>20}",
            self.design.to_string(),
            "effect",
            "error",
            "df",
            "p",
            "95 % interval"
        )?;
        for effect in &self.effects {
            let Interval { low, high } = effect.interval(Confidence::P95);
            writeln!(
                f,
                "{:22} {:>9.4} {:>9.4} {:>8} {:>9.4} {:>9.4} to {:>7.4}",
                effect.term,
                effect.estimate,
                effect.std_error,
                effect.df,
                effect.p_value(),
                low,
                high
            )?;
        }
        write!(f, "{} rows", self.n_rows)?;
        match self.left_out.len() {
            0 => Ok(()),
            n => write!(f, ", {n} left out: their count was not observed"),
        }
    }
}
