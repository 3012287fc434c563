//! What is asked, before any data.

use crate::area::Level;
use crate::family::Family;
use serde::{Deserialize, Serialize};

/// A family, and the levels that carry a random intercept.
///
/// ```
/// use nestcount::Model;
/// use nestcount::nl::{Gemeente, Jeugdregio};
/// let model = Model::neg_bin2().random_intercept("jeugdregio").random_intercept("gemeente");
/// assert_eq!(model, Model::neg_bin2().random_intercept_of::<Jeugdregio>().random_intercept_of::<Gemeente>());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    family: Family,
    levels: Vec<String>,
    rows: RowVariance,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum RowVariance {
    None,
    Effect,
}

impl Model {
    /// Counts with Var(y) = μ given the effects.
    pub fn poisson() -> Self {
        Model::of(Family::Poisson)
    }

    /// Counts with Var(y) = μ + μ²/θ given the effects; θ is estimated with the rest.
    pub fn neg_bin2() -> Self {
        Model::of(Family::NegBin2)
    }

    /// A model of the family named by a value.
    pub fn of(family: Family) -> Self {
        Model { family, levels: Vec::new(), rows: RowVariance::None }
    }

    /// Adds a random intercept per area of a level; the order of the calls does not matter.
    pub fn random_intercept(mut self, level: impl Into<String>) -> Self {
        let level = level.into();
        if !self.levels.contains(&level) {
            self.levels.push(level);
        }
        self
    }

    /// Adds a random intercept per area of a level known as a type: `random_intercept_of::<Gemeente>()`.
    pub fn random_intercept_of<L: Level>(self) -> Self {
        self.random_intercept(L::NAME)
    }

    /// Adds a normal effect per row: with the Poisson this is the Poisson-lognormal model.
    pub fn row_effect(mut self) -> Self {
        self.rows = RowVariance::Effect;
        self
    }

    /// The family.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The levels with a random intercept, in the order given.
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// Whether every row has an effect of its own.
    pub fn has_row_effect(&self) -> bool {
        self.rows == RowVariance::Effect
    }
}
