//! First-order penalised and marginal quasi-likelihood, for comparison.

use super::{Estimator, Progress, QuasiFit, QuasiLikelihood};
use crate::error::Result;
use crate::estimate::{Expansion, Options};
use crate::model::Problem;

/// Square of the step, in standard errors, at which the equations count as solved.
const SQUARED_STEP: f64 = 1e-16;

/// First-order penalised quasi-likelihood, PQL-1: the estimates that MLwiN, and `glmmPQL` with its residual scale held at
/// 1, have made so many of.
///
/// Rows are expanded to the second order at the conditional modes â of the area effects, with weights w that do not answer
/// to the parameters, and the linear mixed model that they make is fitted by maximum likelihood; then it is made anew,
/// until it stays. In the letters of `docs/laplace.md` the equations are
///
/// ```text
/// Σ x r = 0,   ½ Σ (R² − m + m² V_p) = 0 for each level,   Σ (ℓ_φ − ½ V w_φ) = 0 for φ = log θ
/// ```
///
/// which are Laplace's less the terms with ∂w/∂η. Nothing is maximised, so there is no likelihood, and there may be several
/// roots: this one is reached from least squares and moments, or else from Laplace's maximum. θ is that which maximises Laplace's likelihood, its weights
/// held in η, not in θ: the linear model's own likelihood would take z − η for normal, and has no θ to speak of.
///
/// **Known bias.** Standard deviations come out too small, the more so the smaller the counts, and the intercept too large.
/// [`QuasiFit`] has figures. Source: Breslow & Clayton 1993, JASA 88:9; of the bias, Breslow & Lin 1995, Biometrika 82:81.
#[derive(Debug, Clone, PartialEq)]
pub struct Pql {
    /// Tolerances and caps; `decrement_tolerance` is the square of the last step in standard errors, 1e-16 by default.
    pub options: Options,
}

/// First-order marginal quasi-likelihood, MQL-1: as [`Pql`], with the rows expanded at area effects of 0.
///
/// With r⁰ and w⁰ there, a row's residual at effects a is r⁰ − w⁰a, the effects are one linear solve, and θ answers
/// Σ [ℓ⁰_φ + r⁰_φ a − ½ w⁰_φ (a² + V)] = 0.
///
/// **Known bias.** The linear model takes the mean over the areas for the mean of a typical area: the intercept comes out
/// too large by about half the sum of the variances. Standard deviations err, mostly upward: [`QuasiFit`] has figures. The
/// equations need not have a root, and then this fails. Source: Goldstein 1991, Biometrika 78:45; of the bias, Rodríguez &
/// Goldman 1995, JRSSA 158:73.
#[derive(Debug, Clone, PartialEq)]
pub struct Mql {
    /// Tolerances and caps, as for [`Pql`].
    pub options: Options,
}

impl Default for Pql {
    fn default() -> Self {
        Pql { options: options() }
    }
}

impl Default for Mql {
    fn default() -> Self {
        Mql { options: options() }
    }
}

fn options() -> Options {
    Options { decrement_tolerance: SQUARED_STEP, ..Options::default() }
}

impl Estimator for Pql {
    type Answer = QuasiFit;

    fn name(&self) -> &str {
        "pql"
    }

    fn estimate_watched(&self, problem: &Problem, progress: &mut Progress<'_>) -> Result<QuasiFit> {
        let (estimates, evaluations) = problem.linearised(Expansion::AtMode, &self.options, progress)?;
        Ok(QuasiFit { method: QuasiLikelihood::Penalised, estimates, evaluations })
    }
}

impl Estimator for Mql {
    type Answer = QuasiFit;

    fn name(&self) -> &str {
        "mql"
    }

    fn estimate_watched(&self, problem: &Problem, progress: &mut Progress<'_>) -> Result<QuasiFit> {
        let (estimates, evaluations) = problem.linearised(Expansion::AtZero, &self.options, progress)?;
        Ok(QuasiFit { method: QuasiLikelihood::Marginal, estimates, evaluations })
    }
}
