//! The restricted fit: variances and errors that know how few periods and areas there are.

use super::counterfactual::{Counterfactual, Without};
use super::estimate::{Start, maximise};
use super::fit::{Movement, PanelFit, PeriodVariance, Stored};
use super::layout::{Block, Scale};
use super::point::Part;
use super::posterior::{Maximum, Posterior, dot};
use super::problem::PanelProblem;
use super::report::Report;
use super::run::{maximum, unusable};
use crate::error::{ErrorKind, Result};
use crate::estimate::Options;
use crate::infer::{Certificate, DegreesOfFreedom, Dispersion, Effect, LevelVariance};
use ndarray::Array1;
use std::ops::ControlFlow;

/// Estimates by restricted maximum likelihood, with errors for few periods.
///
/// A term that all areas share (a step, a trend, a season of the whole country) rests on the periods and not on the rows.
/// Maximum likelihood takes the coefficients for known when it looks for variances, and finds those of T periods too small
/// by about (T − p)/T, p the number of such terms. Here coefficients are integrated out with the effects,
///
/// ```text
/// L_R(σ, ρ, θ) = log ∫∫ p(y | β, u) p(u) dβ du        by Laplace's approximation
/// ```
///
/// and the variances maximise that. Errors of coefficients and of [`RestrictedFit::counterfactual`] are √(G + 2Λ): G given the
/// variances, Λ for their being estimated; they go with a t, with 2G²/(g'Cg) degrees of freedom, g the slope of G in the
/// variance parameters and C their covariance. Where areas and periods are balanced this is the analysis of variance.
///
/// Sources: Patterson & Thompson 1971, Biometrika 58:545; Kenward & Roger 1997, Biometrics 53:983; Fai & Cornelius 1996,
/// Journal of Statistical Computation and Simulation 54:363. Log-likelihoods of models with other terms are compared by
/// [`PanelFit::log_likelihood`], never by the restricted one.
#[derive(Debug, Clone)]
pub struct RestrictedFit {
    problem: PanelProblem,
    maximum: Maximum,
    options: Options,
    criterion: f64,
    coefficients: Vec<Effect>,
    levels: Vec<LevelVariance>,
    dispersion: Dispersion,
    period: Option<PeriodVariance>,
    movement: Option<Movement>,
    certificate: Certificate,
}

impl PanelFit {
    /// The restricted fit of the same panel, from this one.
    ///
    /// Takes about as long as the fit. Fails where the problem is not the one the fit was made from, and as
    /// [`PanelProblem::fit`] does.
    pub fn restricted(&self, problem: &PanelProblem) -> Result<RestrictedFit> {
        self.refuse_other(problem)?;
        let problem = problem.restricted();
        let Stored { maximum: from, options, .. } = &self.stored;
        let mut u = from.u.clone();
        u.resize(problem.layout.n_unknowns, 0.0);
        let from = Start::Warm { point: from.point.clone(), u };
        let estimate = maximise(&problem, options, from, &mut |_| ControlFlow::Continue(()))?;
        let maximum = maximum(&problem, &estimate)?;
        let posterior =
            Posterior::new(&problem, &maximum, options).ok_or_else(|| unusable(&problem, &estimate))?;
        let coefficients = posterior.restricted_coefficients();
        let report = Report { problem: &problem, estimate: &estimate, maximum: &maximum };
        Ok(RestrictedFit {
            criterion: estimate.position.at.value,
            coefficients,
            levels: report.levels(),
            dispersion: report.dispersion(),
            period: report.period(),
            movement: report.movement(),
            certificate: report.certificate(),
            options: options.clone(),
            maximum,
            problem,
        })
    }
}

impl RestrictedFit {
    /// Coefficients in the order of the design, the intercept first, with degrees of freedom.
    pub fn coefficients(&self) -> &[Effect] {
        &self.coefficients
    }

    /// The coefficient of a term; fails where the design has no such column.
    pub fn coefficient(&self, term: &str) -> Result<&Effect> {
        self.coefficients.iter().find(|known| known.term == term).ok_or_else(|| {
            let known = self.coefficients.iter().map(|c| c.term.clone()).collect();
            ErrorKind::UnknownColumn { column: term.into(), known }.into()
        })
    }

    /// Standard deviations of the nested areas, coarsest first; the rows' own level is called `row`.
    pub fn levels(&self) -> &[LevelVariance] {
        &self.levels
    }

    /// How counts scatter: θ, or that it is infinite.
    pub fn dispersion(&self) -> Dispersion {
        self.dispersion
    }

    /// How periods scatter, where they have a random intercept.
    pub fn period(&self) -> Option<&PeriodVariance> {
        self.period.as_ref()
    }

    /// How areas move in time, where they do.
    pub fn movement(&self) -> Option<&Movement> {
        self.movement.as_ref()
    }

    /// L_R at its maximum, without the constant ½ p log 2π, determinants in standard units.
    pub fn criterion(&self) -> f64 {
        self.criterion
    }

    /// What shows that this is the maximum.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The world observed beside one without some terms, with the errors and degrees of freedom of this fit.
    ///
    /// Fails on terms that the design does not have.
    pub fn counterfactual(&self, without: &Without) -> Result<Counterfactual<'_>> {
        Counterfactual::new(&self.problem, &self.maximum, &self.options, without)
    }
}

impl Posterior<'_> {
    /// The coefficients in the caller's units; none where they are not among the effects.
    fn restricted_coefficients(&self) -> Vec<Effect> {
        let problem = self.problem();
        let Some(block) = problem.layout.coefficients() else { return Vec::new() };
        let back = problem.base.standard.back();
        let estimates = problem.base.standard.coefficients(&self.coefficients());
        let effect = |(j, (term, estimate)): (usize, (&String, f64))| {
            let mut of = self.functional();
            let own = of.of_effects[block.unknowns.clone()].iter_mut();
            own.zip(back.row(j)).for_each(|(slope, back)| *slope = *back);
            let (std_error, df) = self.error(&of);
            Effect { term: term.clone(), estimate, std_error, df }
        };
        problem.terms().iter().zip(estimates).enumerate().map(effect).collect()
    }

    /// 2G²/(g'Cg) of a function f with G = f'H⁻¹f, from x = H⁻¹f; working weights taken as known but for θ.
    ///
    /// A scale σ has ∂G/∂σ = 2 x'Qx/σ over its effects, a correlation −x'(∂Q/∂ρ)x, log θ −Σ w_φ (Bx)².
    pub(super) fn degrees_of_freedom(&self, given: f64, x: &[f64]) -> DegreesOfFreedom {
        let slopes: Array1<f64> =
            self.maximum.free.iter().map(|part| self.slope_of_variance(*part, x)).collect();
        DegreesOfFreedom::of(2.0 * given * given / slopes.dot(&self.maximum.covariance.dot(&slopes)))
    }

    fn slope_of_variance(&self, part: Part, x: &[f64]) -> f64 {
        let (problem, point) = (self.problem(), &self.maximum.point);
        let chain = problem.chain.as_ref();
        let mut turned = vec![0.0; x.len()];
        match part {
            Part::Scale(k) => {
                let own = |block: &&Block| block.scale == Scale::Estimated(k);
                let blocks = problem.layout.blocks.iter().filter(own);
                let square = |block: &Block| match block.is_standard_normal() {
                    true => dot(&x[block.unknowns.clone()], &x[block.unknowns.clone()]),
                    false => {
                        chain.into_iter().for_each(|chain| chain.subtract_pull(point.rho, x, &mut turned));
                        -dot(x, &turned)
                    }
                };
                2.0 * blocks.map(square).sum::<f64>() / point.scales[k]
            }
            Part::Correlation => {
                chain.into_iter().for_each(|chain| chain.subtract_turned(point.rho, x, &mut turned));
                dot(x, &turned) * problem.correlate().map_or(0.0, |by| by.slope(point.rho))
            }
            Part::LogTheta => {
                let of_row = |(row, w_phi): (usize, &f64)| -w_phi * self.objective.along(row, x).powi(2);
                self.objective.rows.w_phi.iter().enumerate().map(of_row).sum()
            }
            Part::Coefficient(_) => 0.0,
        }
    }
}
