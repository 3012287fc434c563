//! The fit of a panel.

use super::effects::{InTimeEffect, PeriodEffect};
use super::point::Part;
use super::posterior::Maximum;
use super::problem::PanelProblem;
use super::provisional::ProvisionalEffect;
use super::specification::InTime;
use crate::error::{Error, ErrorKind, Result};
use crate::estimate::Options;
use crate::estimator::{HasEstimates, HasLogLikelihood};
use crate::family::Family;
use crate::infer::{
    AreaEffect, Certificate, Coefficient, Covariance, Dispersion, Estimates, LevelVariance,
    StandardDeviation, effects_of,
};
use crate::progress::Iteration;
use serde::{Deserialize, Serialize};

/// The version of the stored form.
pub(super) const FORMAT: u32 = 1;

/// A converged fit of a panel. There is no other: what did not converge is an error.
///
/// It serialises with `serde`; after loading it goes with the problem checked anew from the same data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct PanelFit {
    pub(super) stored: Stored,
}

/// What a fit holds and how it is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Stored {
    pub format: u32,
    pub maximum: Maximum,
    pub options: Options,
    /// Of the problem that was fitted, to know it again.
    pub fingerprint: u64,
    pub family: Family,
    pub log_likelihood: f64,
    pub n_rows: usize,
    pub estimates: Estimates,
    pub period: Option<PeriodVariance>,
    pub period_effects: Vec<PeriodEffect>,
    pub movement: Option<Movement>,
    pub effects_in_time: Vec<InTimeEffect>,
    pub provisional: Vec<ProvisionalEffect>,
    pub certificate: Certificate,
    pub trace: Vec<Iteration>,
}

impl TryFrom<Stored> for PanelFit {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        if stored.format != FORMAT {
            return Err(ErrorKind::Format { found: stored.format, expected: FORMAT }.into());
        }
        match stored.holds_together() {
            true => Ok(PanelFit { stored }),
            false => {
                let message =
                    "the saved fit does not hold together: its parts have lost their fit to each other";
                Err(ErrorKind::Specification { message: message.into() }.into())
            }
        }
    }
}

impl From<PanelFit> for Stored {
    fn from(fit: PanelFit) -> Stored {
        fit.stored
    }
}

impl Stored {
    /// What every fit holds: a coefficient for each of the maximum, effects for each level, a covariance of what is free.
    fn holds_together(&self) -> bool {
        let (point, estimates) = (&self.maximum.point, &self.estimates);
        let n_free = self.maximum.free.len();
        let n_scales = estimates.levels.len()
            + usize::from(self.period.is_some())
            + usize::from(self.movement.is_some());
        let inside = |part: &Part| match *part {
            Part::Coefficient(j) => j < point.beta.len(),
            Part::Scale(k) => k < n_scales,
            Part::Correlation | Part::LogTheta => true,
        };
        let sizes = estimates.levels.iter().map(|level| level.n_areas);
        estimates.coefficients.len() == point.beta.len()
            && point.scales.len() == n_scales
            && self.maximum.free.iter().all(inside)
            && self.maximum.covariance.dim() == (n_free, n_free)
            && estimates.covariance.matrix.dim() == (n_free, n_free)
            && estimates.covariance.names.len() == n_free
            && sizes.eq(estimates.effects.iter().map(Vec::len))
            && self.maximum.u.iter().chain(&point.beta).chain(&point.scales).all(|x| x.is_finite())
    }
}

/// How periods scatter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeriodVariance {
    /// Periods with rows in the fit.
    pub n_periods: usize,
    /// Standard deviation of their effects, log-rate scale.
    pub sd: StandardDeviation,
}

/// How the areas of a level move in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Movement {
    /// Name of the level.
    pub level: String,
    /// What was asked.
    pub how: InTime,
    /// Cells of area by period with an effect of their own.
    pub n_cells: usize,
    /// Standard deviation, log-rate scale: of the effects themselves, of a random walk that of one step.
    pub sd: StandardDeviation,
    /// Correlation over one step.
    pub correlation: Correlation,
}

/// A correlation in time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Correlation {
    /// None is estimated: the effects are independent, or a random walk.
    Given,
    /// Of an autoregression.
    Estimated {
        /// ρ over one step.
        estimate: f64,
        /// Its standard error, from that of its transform by the delta method.
        std_error: f64,
    },
    /// Of an autoregression whose standard deviation is 0: there is nothing that could correlate.
    Undefined,
}

impl Correlation {
    /// ρ where it was estimated.
    pub fn estimate(self) -> Option<f64> {
        match self {
            Correlation::Estimated { estimate, .. } => Some(estimate),
            Correlation::Given | Correlation::Undefined => None,
        }
    }
}

impl PanelFit {
    /// The family asked for.
    pub fn family(&self) -> Family {
        self.stored.family
    }

    /// How counts scatter: θ, or that it is infinite.
    pub fn dispersion(&self) -> Dispersion {
        self.stored.estimates.dispersion
    }

    /// Coefficients in the order of the design, the intercept first.
    pub fn coefficients(&self) -> &[Coefficient] {
        &self.stored.estimates.coefficients
    }

    /// The coefficient of a term; fails where the design has no such column.
    pub fn coefficient(&self, term: &str) -> Result<&Coefficient> {
        self.stored.estimates.coefficients.iter().find(|known| known.term == term).ok_or_else(|| {
            let known = self.stored.estimates.coefficients.iter().map(|c| c.term.clone()).collect();
            ErrorKind::UnknownColumn { column: term.into(), known }.into()
        })
    }

    /// Standard deviations of the nested areas, coarsest first; the rows' own level is called `row`.
    pub fn levels(&self) -> &[LevelVariance] {
        &self.stored.estimates.levels
    }

    /// Effects of the areas of a level, in the order of the tree; those of rows, level `row`, in the caller's order.
    ///
    /// Fails where the level has no random intercept.
    pub fn area_effects(&self, level: &str) -> Result<&[AreaEffect]> {
        effects_of(level, &self.stored.estimates.levels, &self.stored.estimates.effects)
    }

    /// How periods scatter, where they have a random intercept.
    pub fn period(&self) -> Option<&PeriodVariance> {
        self.stored.period.as_ref()
    }

    /// Effects of the periods that have rows, in order; none without a random intercept of periods.
    pub fn period_effects(&self) -> &[PeriodEffect] {
        &self.stored.period_effects
    }

    /// How areas move in time, where they do.
    pub fn movement(&self) -> Option<&Movement> {
        self.stored.movement.as_ref()
    }

    /// Where every area stands in every period in which it has rows: areas in the order of the tree, then periods. A random
    /// walk has no entry in the first period of the panel, where it is 0.
    pub fn effects_in_time(&self) -> &[InTimeEffect] {
        &self.stored.effects_in_time
    }

    /// The declared factors as the data bear them out, in the order of their declaration.
    pub fn provisional(&self) -> &[ProvisionalEffect] {
        &self.stored.provisional
    }

    /// Covariance of coefficients, log standard deviations, the transformed correlation and log θ.
    pub fn covariance(&self) -> &Covariance {
        &self.stored.estimates.covariance
    }

    /// Laplace log-likelihood at the maximum, all constants in.
    pub fn log_likelihood(&self) -> f64 {
        self.stored.log_likelihood
    }

    /// Number of parameters: coefficients, standard deviations, correlation, θ.
    pub fn n_parameters(&self) -> usize {
        let correlation = self.stored.movement.as_ref().is_some_and(|m| m.how == InTime::Autoregressive);
        self.stored.estimates.coefficients.len()
            + self.stored.estimates.levels.len()
            + usize::from(self.stored.period.is_some())
            + usize::from(self.stored.movement.is_some())
            + usize::from(correlation)
            + usize::from(self.stored.family == Family::NegBin2)
    }

    /// −2 logLik + 2 parameters.
    pub fn aic(&self) -> f64 {
        2.0 * (self.n_parameters() as f64 - self.stored.log_likelihood)
    }

    /// −2 logLik + parameters · log rows.
    pub fn bic(&self) -> f64 {
        self.n_parameters() as f64 * (self.stored.n_rows as f64).ln() - 2.0 * self.stored.log_likelihood
    }

    /// Number of rows in the fit.
    pub fn n_rows(&self) -> usize {
        self.stored.n_rows
    }

    /// What shows that this is the maximum.
    pub fn certificate(&self) -> &Certificate {
        &self.stored.certificate
    }

    /// The evaluations that led here; those for differences of the gradient are given back.
    pub fn trace(&self) -> &[Iteration] {
        &self.stored.trace
    }

    /// Fails where the problem is not the one the fit was made from.
    pub(super) fn refuse_other(&self, problem: &PanelProblem) -> Result<()> {
        match self.stored.fingerprint == problem.fingerprint() && self.has_shape_of(problem) {
            true => Ok(()),
            false => {
                let message = "this panel is not the one the fit was made from".into();
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    /// Whether the problem has the terms and effects of this fit.
    pub(super) fn has_shape_of(&self, problem: &PanelProblem) -> bool {
        let maximum = &self.stored.maximum;
        maximum.u.len() == problem.layout.n_unknowns
            && maximum.point.scales.len() == problem.layout.n_scales()
            && self.coefficients().iter().map(|c| &c.term).eq(problem.terms())
    }
}

/// Levels are the nested areas; periods and what moves in time stand beside them.
impl HasEstimates for PanelFit {
    fn estimates(&self) -> &Estimates {
        &self.stored.estimates
    }
}

impl HasLogLikelihood for PanelFit {
    fn log_likelihood(&self) -> f64 {
        PanelFit::log_likelihood(self)
    }
}
