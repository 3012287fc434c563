//! What lay behind a simulated table.

use crate::family::Scatter;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that was declared or drawn and that a fit may be compared with.
///
/// `mean = exposure · exp(fixed_part + area effects + row effect)`; rows are in the table's order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Truth {
    /// The intercept, log scale, given or solved for.
    pub intercept: f64,
    /// The determinants' terms, in the order declared.
    pub terms: Vec<TrueTerm>,
    /// The levels, coarsest first.
    pub levels: Vec<TrueLevel>,
    /// Standard deviation of the rows' own effects, log scale; 0 where there are none.
    pub row_sd: f64,
    /// How counts scatter around their means.
    pub scatter: Scatter,
    /// Intercept plus determinants, per row, log scale.
    pub fixed_part: Vec<f64>,
    /// The rows' own effects, log scale.
    pub row_effects: Vec<f64>,
    /// Logarithm of the rate per row: fixed part, area effects and row effect.
    pub linear_predictor: Vec<f64>,
    /// Expected count per row, given all effects.
    pub mean: Vec<f64>,
}

/// A determinant's part in the linear predictor: `coefficient · (transform(x) − centre) / scale`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TrueTerm {
    /// The determinant's column.
    pub name: String,
    /// The coefficient, log scale.
    pub coefficient: f64,
    /// What is done to the values first.
    pub transform: Transform,
    /// Subtracted after the transform.
    pub centre: f64,
    /// Divided by then.
    pub scale: f64,
}

/// What is done to a determinant before it is multiplied with its coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Transform {
    /// Nothing.
    Identity,
    /// The natural logarithm.
    Ln,
}

/// A level with the effects drawn for its areas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TrueLevel {
    /// The level's name.
    pub name: String,
    /// Standard deviation the effects were drawn with, log scale.
    pub sd: f64,
    /// The effects by area code, log scale.
    pub effects: BTreeMap<String, f64>,
}

impl Truth {
    /// The coefficient of a determinant.
    pub fn coefficient(&self, term: &str) -> Option<f64> {
        self.terms.iter().find(|known| known.name == term).map(|term| term.coefficient)
    }

    /// The standard deviation of a level's effects.
    pub fn sd(&self, level: &str) -> Option<f64> {
        self.level(level).map(|level| level.sd)
    }

    /// The effect of an area.
    pub fn effect(&self, level: &str, code: &str) -> Option<f64> {
        self.level(level)?.effects.get(code).copied()
    }

    fn level(&self, level: &str) -> Option<&TrueLevel> {
        self.levels.iter().find(|known| known.name == level)
    }
}

impl TrueTerm {
    /// What the term multiplies its coefficient with, for a value in natural units.
    pub fn regressor(&self, value: f64) -> f64 {
        (self.transform.apply(value) - self.centre) / self.scale
    }
}

impl Transform {
    pub(super) fn apply(self, value: f64) -> f64 {
        match self {
            Transform::Identity => value,
            Transform::Ln => value.ln(),
        }
    }
}
