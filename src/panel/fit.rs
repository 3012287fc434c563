//! The fit of a panel.

use super::effects::{InTimeEffect, PeriodEffect};
use super::posterior::Maximum;
use super::problem::PanelProblem;
use super::provisional::ProvisionalEffect;
use super::specification::InTime;
use crate::error::{ErrorKind, Result};
use crate::estimate::Options;
use crate::estimator::{Estimated, HasLogLikelihood};
use crate::family::Family;
use crate::infer::{
    AreaEffect, Certificate, Coefficient, Covariance, Dispersion, LevelVariance, StandardDeviation,
    effects_of,
};
use crate::progress::Iteration;
use serde::{Deserialize, Serialize};

/// A converged fit of a panel. There is no other: what did not converge is an error.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelFit {
    pub(super) maximum: Maximum,
    pub(super) options: Options,
    pub(super) fingerprint: u64,
    pub(super) family: Family,
    pub(super) log_likelihood: f64,
    pub(super) n_rows: usize,
    pub(super) coefficients: Vec<Coefficient>,
    pub(super) covariance: Covariance,
    pub(super) dispersion: Dispersion,
    pub(super) levels: Vec<LevelVariance>,
    pub(super) effects: Vec<Vec<AreaEffect>>,
    pub(super) period: Option<PeriodVariance>,
    pub(super) period_effects: Vec<PeriodEffect>,
    pub(super) movement: Option<Movement>,
    pub(super) effects_in_time: Vec<InTimeEffect>,
    pub(super) provisional: Vec<ProvisionalEffect>,
    pub(super) certificate: Certificate,
    pub(super) trace: Vec<Iteration>,
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
        self.family
    }

    /// How counts scatter: θ, or that it is infinite.
    pub fn dispersion(&self) -> Dispersion {
        self.dispersion
    }

    /// Coefficients in the order of the design, the intercept first.
    pub fn coefficients(&self) -> &[Coefficient] {
        &self.coefficients
    }

    /// The coefficient of a term; fails where the design has no such column.
    pub fn coefficient(&self, term: &str) -> Result<&Coefficient> {
        self.coefficients.iter().find(|known| known.term == term).ok_or_else(|| {
            let known = self.coefficients.iter().map(|c| c.term.clone()).collect();
            ErrorKind::UnknownColumn { column: term.into(), known }.into()
        })
    }

    /// Standard deviations of the nested areas, coarsest first; the rows' own level is called `row`.
    pub fn levels(&self) -> &[LevelVariance] {
        &self.levels
    }

    /// Effects of the areas of a level, in the order of the tree; those of rows, level `row`, in the caller's order.
    ///
    /// Fails where the level has no random intercept.
    pub fn area_effects(&self, level: &str) -> Result<&[AreaEffect]> {
        effects_of(level, &self.levels, &self.effects)
    }

    /// How periods scatter, where they have a random intercept.
    pub fn period(&self) -> Option<&PeriodVariance> {
        self.period.as_ref()
    }

    /// Effects of the periods that have rows, in order; none without a random intercept of periods.
    pub fn period_effects(&self) -> &[PeriodEffect] {
        &self.period_effects
    }

    /// How areas move in time, where they do.
    pub fn movement(&self) -> Option<&Movement> {
        self.movement.as_ref()
    }

    /// Where every area stands in every period in which it has rows: areas in the order of the tree, then periods. A random
    /// walk has no entry in the first period of the panel, where it is 0.
    pub fn effects_in_time(&self) -> &[InTimeEffect] {
        &self.effects_in_time
    }

    /// The declared factors as the data bear them out, in the order of their declaration.
    pub fn provisional(&self) -> &[ProvisionalEffect] {
        &self.provisional
    }

    /// Covariance of coefficients, log standard deviations, the transformed correlation and log θ.
    pub fn covariance(&self) -> &Covariance {
        &self.covariance
    }

    /// Laplace log-likelihood at the maximum, all constants in.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Number of parameters: coefficients, standard deviations, correlation, θ.
    pub fn n_parameters(&self) -> usize {
        let correlation = self.movement.as_ref().is_some_and(|m| m.how == InTime::Autoregressive);
        self.coefficients.len()
            + self.levels.len()
            + usize::from(self.period.is_some())
            + usize::from(self.movement.is_some())
            + usize::from(correlation)
            + usize::from(self.family == Family::NegBin2)
    }

    /// −2 logLik + 2 parameters.
    pub fn aic(&self) -> f64 {
        2.0 * (self.n_parameters() as f64 - self.log_likelihood)
    }

    /// −2 logLik + parameters · log rows.
    pub fn bic(&self) -> f64 {
        self.n_parameters() as f64 * (self.n_rows as f64).ln() - 2.0 * self.log_likelihood
    }

    /// Number of rows in the fit.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// What shows that this is the maximum.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The evaluations that led here; those for differences of the gradient are given back.
    pub fn trace(&self) -> &[Iteration] {
        &self.trace
    }

    /// Fails where the problem is not the one the fit was made from.
    pub(super) fn refuse_other(&self, problem: &PanelProblem) -> Result<()> {
        match self.fingerprint == problem.fingerprint() {
            true => Ok(()),
            false => {
                let message = "this panel is not the one the fit was made from".into();
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }
}

/// Levels are the nested areas; periods and what moves in time stand beside them.
impl Estimated for PanelFit {
    fn coefficients(&self) -> &[Coefficient] {
        PanelFit::coefficients(self)
    }

    fn levels(&self) -> &[LevelVariance] {
        PanelFit::levels(self)
    }

    fn dispersion(&self) -> Dispersion {
        PanelFit::dispersion(self)
    }

    fn area_effects(&self, level: &str) -> Result<&[AreaEffect]> {
        PanelFit::area_effects(self, level)
    }
}

impl HasLogLikelihood for PanelFit {
    fn log_likelihood(&self) -> f64 {
        PanelFit::log_likelihood(self)
    }
}
