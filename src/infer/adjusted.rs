//! Variances corrected for few areas: the adjusted profile beside the maximum likelihood.

use super::coefficient::Coefficient;
use super::fit::Fit;
use super::variance::{Dispersion, LevelVariance, StandardDeviation};
use crate::error::{ErrorKind, Result};
use crate::estimate::{AdjustedMaximum, Coordinate, Objective, Options};
use crate::family::Family;
use crate::model::Problem;
use crate::progress::BestPoint;

/// Estimates of the variances and θ from the adjusted profile log-likelihood L − ½ log det(−H_ββ), and the coefficients
/// that go with them.
///
/// Maximum likelihood finds too little variance between few areas, as it takes the coefficients for known; the more
/// coefficients describe the areas of a level, the more. For normal data the adjusted estimates are those of REML. Source:
/// Cox & Reid 1987, JRSSB 49:1. What is compared between models with other coefficients is [`Fit::log_likelihood`], never
/// the adjusted one, whose determinant depends on the units of the determinants.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjusted {
    /// Standard deviations, coarsest level first; standard errors from the curvature of the adjusted profile.
    pub levels: Vec<LevelVariance>,
    /// θ, or that it is infinite.
    pub dispersion: Dispersion,
    /// The coefficients at these variances. Their standard errors are wider than those of the fit where variances grew.
    pub coefficients: Vec<Coefficient>,
    /// The adjusted profile log-likelihood at its maximum, determinants in standard units.
    pub criterion: f64,
}

impl Fit {
    /// The variances, θ and coefficients of the adjusted profile.
    ///
    /// Takes some ten evaluations of the Hessian for each variance. A variance that maximum likelihood puts at 0 may come
    /// out above it. Fails where the problem is not the one of the fit, and with [`ErrorKind::NotConverged`].
    pub fn adjusted(&self, problem: &Problem, options: &Options) -> Result<Adjusted> {
        self.refuse_other(problem)?;
        self.refuse_unless_laplace("adjusted variances")?;
        options.check()?;
        let (point, effects) = problem.position_of(self)?;
        let family = match self.dispersion() {
            Dispersion::NegBin2 { .. } => Family::NegBin2,
            Dispersion::Poisson | Dispersion::PoissonLimit { .. } => Family::Poisson,
        };
        let maximum = Objective::new(problem, options).maximise_adjusted(family, &point, &effects);
        let maximum = maximum.map_err(|why| {
            let best = BestPoint {
                names: self.coefficients().iter().map(|c| c.term.clone()).collect(),
                values: self.coefficients().iter().map(|c| c.estimate).collect(),
                log_likelihood: self.log_likelihood(),
                trace: self.trace().to_vec(),
            };
            ErrorKind::NotConverged { why: format!("the adjusted profile: {why}"), best }
        })?;
        Ok(Adjusted {
            levels: self.adjusted_levels(&maximum),
            dispersion: adjusted_dispersion(&maximum),
            coefficients: adjusted_coefficients(problem, &maximum),
            criterion: maximum.value,
        })
    }

    fn adjusted_levels(&self, maximum: &AdjustedMaximum) -> Vec<LevelVariance> {
        let mut errors = maximum.of_variances.diag().into_iter().copied();
        let each = self.levels().iter().zip(&maximum.coordinates).enumerate();
        each.map(|(l, (known, coordinate))| {
            let estimate = maximum.point.variances[l].sqrt();
            let sd = match coordinate {
                Coordinate::Pinned => StandardDeviation::Zero {
                    score: maximum.derivatives.gradient[l],
                    curvature: maximum.derivatives.hessian[[l, l]],
                },
                _ => StandardDeviation::Positive {
                    estimate,
                    std_error: estimate * errors.next().unwrap_or(0.0).sqrt(),
                },
            };
            LevelVariance { level: known.level.clone(), n_areas: known.n_areas, sd }
        })
        .collect()
    }
}

fn adjusted_dispersion(maximum: &AdjustedMaximum) -> Dispersion {
    match (maximum.family, maximum.poisson_limit) {
        (Family::Poisson, None) => Dispersion::Poisson,
        (Family::Poisson, Some(score)) => Dispersion::PoissonLimit { score },
        (Family::NegBin2, _) => {
            let theta = maximum.point.phi.exp();
            let variance = maximum.of_variances.diag().last().copied().unwrap_or(0.0);
            Dispersion::NegBin2 { theta, std_error: theta * variance.sqrt() }
        }
    }
}

fn adjusted_coefficients(problem: &Problem, maximum: &AdjustedMaximum) -> Vec<Coefficient> {
    let back = problem.standard.back();
    let covariance = back.dot(&maximum.of_coefficients).dot(&back.t());
    let estimates = problem.standard.coefficients(&maximum.point.beta);
    let each = problem.terms().iter().zip(&estimates).zip(covariance.diag());
    each.map(|((term, &estimate), variance)| Coefficient {
        term: term.clone(),
        estimate,
        std_error: variance.sqrt(),
    })
    .collect()
}
