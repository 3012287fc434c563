//! The fit: all that was estimated, enough to predict without the data.

use super::approximation::Approximation;
use super::areas::AreaEffect;
use super::certificate::Certificate;
use super::coefficient::Coefficient;
use super::covariance::Covariance;
use super::estimates::effects_of;
use super::variance::{Dispersion, LevelVariance, StandardDeviation};
use crate::area::AreaTree;
use crate::determinant::Recipe;
use crate::error::{ErrorKind, Result};
use crate::family::Family;
use crate::model::{Problem, ROW_LEVEL};
use crate::progress::Iteration;
use serde::{Deserialize, Serialize};
use std::mem::discriminant;

/// The version of the stored form.
pub(super) const FORMAT: u32 = 3;

/// A converged fit. There is no other: what did not converge is an error.
///
/// It serialises with `serde` and predicts after loading with the same bits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Fit {
    pub(super) stored: Stored,
}

/// What a fit holds and how it is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Stored {
    pub format: u32,
    /// Of the problem that was fitted, to know it again.
    pub fingerprint: u64,
    /// Of its rows alone, to know what other fits are of the same table.
    pub rows: u64,
    pub family: Family,
    pub approximation: Approximation,
    pub log_likelihood: f64,
    pub n_rows: usize,
    pub n_read: usize,
    pub coefficients: Vec<Coefficient>,
    pub covariance: Covariance,
    pub dispersion: Dispersion,
    pub levels: Vec<LevelVariance>,
    pub effects: Vec<Vec<AreaEffect>>,
    pub tree: AreaTree,
    pub recipe: Recipe,
    pub certificate: Certificate,
    pub trace: Vec<Iteration>,
}

impl TryFrom<Stored> for Fit {
    type Error = crate::error::Error;

    fn try_from(stored: Stored) -> Result<Self> {
        if stored.format != FORMAT {
            return Err(ErrorKind::Format { found: stored.format, expected: FORMAT }.into());
        }
        match stored.holds_together() {
            true => Ok(Fit { stored }),
            false => {
                let message =
                    "the saved fit does not hold together: its parts have lost their fit to each other";
                Err(ErrorKind::Specification { message: message.into() }.into())
            }
        }
    }
}

impl Stored {
    /// What every fit holds: a coefficient per column of the recipe, effects per level of the tree, a square covariance.
    fn holds_together(&self) -> bool {
        let terms = self.coefficients.iter().map(|c| &c.term);
        let finite = |x: f64| x.is_finite();
        let known = |level: &LevelVariance| level.level == ROW_LEVEL || self.tree.level(&level.level).is_ok();
        let complete = |(level, effects): (&LevelVariance, &Vec<AreaEffect>)| {
            level.n_areas == effects.len()
                && finite(level.sd.estimate())
                && level.sd.estimate() >= 0.0
                && effects.iter().all(|area| !area.path.is_empty() && finite(area.effect))
        };
        terms.eq(self.recipe.names())
            && self.coefficients.iter().all(|c| finite(c.estimate))
            && self.levels.len() == self.effects.len()
            && self.levels.iter().all(known)
            && self.levels.iter().zip(&self.effects).all(complete)
            && self.covariance.matrix.dim() == (self.n_free(), self.n_free())
            && self.covariance.names.len() == self.n_free()
            && self.covariance.matrix.iter().copied().all(finite)
    }

    /// Number of parameters inside their space: the covariance has a row for each.
    fn n_free(&self) -> usize {
        let positive = |level: &&LevelVariance| matches!(level.sd, StandardDeviation::Positive { .. });
        let theta = matches!(self.dispersion, Dispersion::NegBin2 { .. });
        self.coefficients.len() + self.levels.iter().filter(positive).count() + usize::from(theta)
    }
}

impl From<Fit> for Stored {
    fn from(fit: Fit) -> Stored {
        fit.stored
    }
}

impl Fit {
    /// Fails where the problem is not the one the fit was made from.
    pub(crate) fn refuse_other(&self, problem: &Problem) -> Result<()> {
        match self.stored.fingerprint == problem.fingerprint() {
            true => Ok(()),
            false => {
                let message = "this problem is not the one the fit was made from".into();
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    /// Fails where the two fits are not of the same rows, levels and family.
    pub(super) fn refuse_other_rows(&self, other: &Fit) -> Result<()> {
        let levels = |fit: &Fit| -> Vec<(String, usize)> {
            fit.levels().iter().map(|level| (level.level.clone(), level.n_areas)).collect()
        };
        let (one, two) = (&self.stored, &other.stored);
        let why = match (one.rows == two.rows, one.family == two.family, levels(self) == levels(other)) {
            (true, true, true) => return Ok(()),
            (false, ..) => "rows",
            (_, false, _) => "families",
            (.., false) => "levels",
        };
        let message = format!("the two fits are of other {why}: what they explain cannot be compared");
        Err(ErrorKind::Specification { message }.into())
    }

    /// The family asked for.
    pub fn family(&self) -> Family {
        self.stored.family
    }

    /// How counts scatter: θ, or that it is infinite.
    pub fn dispersion(&self) -> Dispersion {
        self.stored.dispersion
    }

    /// Coefficients in the order of the design, the intercept first.
    pub fn coefficients(&self) -> &[Coefficient] {
        &self.stored.coefficients
    }

    /// The coefficient of a term.
    pub fn coefficient(&self, term: &str) -> Option<&Coefficient> {
        self.stored.coefficients.iter().find(|coefficient| coefficient.term == term)
    }

    /// Standard deviations, coarsest level first; the rows' own level is called `row`.
    pub fn levels(&self) -> &[LevelVariance] {
        &self.stored.levels
    }

    /// Effects of the areas of a level, in the order of the tree; those of rows, level `row`, in the caller's order.
    ///
    /// Fails where the level has no random intercept.
    pub fn area_effects(&self, level: &str) -> Result<&[AreaEffect]> {
        effects_of(level, &self.stored.levels, &self.stored.effects)
    }

    /// Covariance of coefficients, log standard deviations and log θ.
    pub fn covariance(&self) -> &Covariance {
        &self.stored.covariance
    }

    /// The log-likelihood that was maximised.
    pub fn approximation(&self) -> &Approximation {
        &self.stored.approximation
    }

    /// Fails where it was not Laplace's, which `what` follows.
    pub(crate) fn refuse_unless_laplace(&self, what: &str) -> Result<()> {
        match self.approximation() {
            Approximation::Laplace { .. } => Ok(()),
            other => {
                let message =
                    format!("{what} follow the Laplace likelihood, but this fit maximised the {other} one");
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    /// Fails where two log-likelihoods are not by the same approximation, and so cannot be compared.
    pub(super) fn refuse_other_approximation(&self, other: &Fit) -> Result<()> {
        let (one, two) = (self.approximation(), other.approximation());
        match discriminant(one) == discriminant(two) {
            true => Ok(()),
            false => {
                let message = format!(
                    "one fit maximised the {one} likelihood, the other the {two} one: estimate both alike"
                );
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    /// Log-likelihood at the maximum, all constants in.
    pub fn log_likelihood(&self) -> f64 {
        self.stored.log_likelihood
    }

    /// Number of parameters: coefficients, one sd per level (also where it is 0), θ of a negative binomial.
    pub fn n_parameters(&self) -> usize {
        let theta = usize::from(self.stored.family == Family::NegBin2);
        self.stored.coefficients.len() + self.stored.levels.len() + theta
    }

    /// Akaike's criterion −2 logLik + 2k.
    pub fn aic(&self) -> f64 {
        -2.0 * self.log_likelihood() + 2.0 * self.n_parameters() as f64
    }

    /// Schwarz's criterion −2 logLik + k log n, n the number of rows.
    pub fn bic(&self) -> f64 {
        -2.0 * self.log_likelihood() + self.n_parameters() as f64 * (self.n_rows() as f64).ln()
    }

    /// Number of rows in the fit.
    pub fn n_rows(&self) -> usize {
        self.stored.n_rows
    }

    /// Number of rows read, in the fit or not.
    pub fn n_read(&self) -> usize {
        self.stored.n_read
    }

    /// What shows that this is the maximum.
    pub fn certificate(&self) -> &Certificate {
        &self.stored.certificate
    }

    /// The evaluations that led here.
    pub fn trace(&self) -> &[Iteration] {
        &self.stored.trace
    }

    /// The recipe that turns new columns into design rows.
    pub fn recipe(&self) -> &Recipe {
        &self.stored.recipe
    }

    /// The tree of areas the fit knows.
    pub fn tree(&self) -> &AreaTree {
        &self.stored.tree
    }
}
