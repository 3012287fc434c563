//! A declared world: everything that a simulated table is drawn from.

use super::check;
use super::determinant::Determinant;
use super::level::DeclaredLevel;
use super::marginal::Marginal;
use super::simulated::{Simulated, simulate};
use crate::error::Result;
use crate::family::Scatter;
use rand::Rng;
use serde::{Deserialize, Serialize};

/// A declaration of areas, determinants, effects, exposure and counts, to be drawn as often as wanted.
///
/// The count of a row is drawn around
/// `μ = exposure · exp(intercept + Σ coefficient · x + Σ area effects + row effect)`,
/// with normal effects. Nothing is checked before [`World::draw`], so a world read from a file is checked too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct World {
    pub(super) rows: usize,
    pub(super) levels: Vec<DeclaredLevel>,
    pub(super) row_sd: f64,
    pub(super) determinants: Vec<Determinant>,
    pub(super) factor_shares: Vec<(String, f64)>,
    pub(super) exposure: Exposed,
    pub(super) intercept: Intercept,
    pub(super) scatter: Scatter,
    pub(super) names: Names,
    pub(super) row_order: RowOrder,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Exposed {
    Drawn(Marginal),
    ShareOf { determinant: String, share: Marginal },
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Intercept {
    Given(f64),
    ForRate(f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum RowOrder {
    AlongTheTree,
    Shuffled,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Names {
    pub(super) exposure: String,
    pub(super) count: String,
    /// Name in the table and the column it holds; empty for all columns as they come.
    pub(super) columns: Vec<(String, String)>,
}

impl World {
    /// A world of this many rows: no levels, no determinants, exposure 1, rate 1, Poisson counts.
    pub fn new(rows: usize) -> Self {
        World {
            rows,
            levels: Vec::new(),
            row_sd: 0.0,
            determinants: Vec::new(),
            factor_shares: Vec::new(),
            exposure: Exposed::Drawn(Marginal::constant(1.0)),
            intercept: Intercept::Given(0.0),
            scatter: Scatter::Poisson,
            names: Names { exposure: "exposure".into(), count: "count".into(), columns: Vec::new() },
            row_order: RowOrder::AlongTheTree,
        }
    }

    /// Adds a level within the levels so far: its name, its number of areas, and the standard deviation of their
    /// effects on the log scale. Short for [`World::declared_level`] with [`DeclaredLevel::new`].
    pub fn level(self, name: &str, areas: usize, sd: f64) -> Self {
        self.declared_level(DeclaredLevel::new(name, areas, sd))
    }

    /// Adds a level within the levels so far, coarsest first.
    ///
    /// A level with as many areas as there are rows gives every row a code and an effect of its own.
    pub fn declared_level(mut self, level: DeclaredLevel) -> Self {
        self.levels.push(level);
        self
    }

    /// Standard deviation of an effect of each row, log scale: with Poisson counts the Poisson-lognormal model.
    pub fn row_sd(mut self, sd: f64) -> Self {
        self.row_sd = sd;
        self
    }

    /// Adds a determinant.
    pub fn determinant(mut self, determinant: Determinant) -> Self {
        self.determinants.push(determinant);
        self
    }

    /// Share, from 0 to 1, of the variance of the determinants' common factor that lies between the areas of a level.
    ///
    /// Without any, the factor scatters over the rows alone. The shares of all levels add up to at most 1.
    pub fn factor_share(mut self, level: &str, share: f64) -> Self {
        self.factor_shares.push((level.into(), share));
        self
    }

    /// Exposures drawn from a distribution of positive numbers.
    pub fn exposure(mut self, exposure: Marginal) -> Self {
        self.exposure = Exposed::Drawn(exposure);
        self
    }

    /// Exposures as a drawn share of a determinant that counts people, in whole people, at least 1.
    pub fn exposure_as_share_of(mut self, determinant: &str, share: Marginal) -> Self {
        self.exposure = Exposed::ShareOf { determinant: determinant.into(), share };
        self
    }

    /// The intercept, log scale.
    pub fn intercept(mut self, intercept: f64) -> Self {
        self.intercept = Intercept::Given(intercept);
        self
    }

    /// Solves the intercept so that the expected counts, given all effects drawn, add up to `rate` times the exposure.
    pub fn rate(mut self, rate: f64) -> Self {
        self.intercept = Intercept::ForRate(rate);
        self
    }

    /// Negative binomial counts, `V = μ + μ²/θ`.
    pub fn theta(mut self, theta: f64) -> Self {
        self.scatter = Scatter::NegBin2 { theta };
        self
    }

    /// Name of the exposure's column; `exposure` unless named.
    pub fn exposure_column(mut self, name: &str) -> Self {
        self.names.exposure = name.into();
        self
    }

    /// Name of the counts' column; `count` unless named.
    pub fn count_column(mut self, name: &str) -> Self {
        self.names.count = name.into();
        self
    }

    /// Chooses the table's columns: the name each shall have, and the column it holds. One column may stand under two
    /// names. Without this the table has the levels with their labels, exposure, count and determinants.
    pub fn columns(mut self, columns: &[(&str, &str)]) -> Self {
        self.names.columns = columns.iter().map(|&(name, holds)| (name.into(), holds.into())).collect();
        self
    }

    /// Rows in random order instead of along the tree.
    pub fn shuffled(mut self) -> Self {
        self.row_order = RowOrder::Shuffled;
        self
    }

    /// Draws a table with its truth.
    ///
    /// The same world and the same state of the generator give the same bits (on one platform: logarithms and powers
    /// may differ in the last digit on another).
    ///
    /// Fails, with everything that is wrong, on a world that cannot be: more areas than rows, or than areas of the
    /// next level; negative standard deviations; θ at or below 0; loadings beyond ±1; unknown or repeated names.
    /// Fails, too, on drawn values that cannot be used: a logarithm of 0 or less, a standardised column that does not
    /// vary, an exposure that is not positive, a count above 2^53.
    pub fn draw(&self, rng: &mut (impl Rng + ?Sized)) -> Result<Simulated> {
        check::check(self)?;
        simulate(self, rng)
    }
}
