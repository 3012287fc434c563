//! From a problem to its fit.

use super::approximation::Approximation;
use super::areas::AreaEffect;
use super::certificate::{Certificate, ZeroVariance};
use super::coefficient::Coefficient;
use super::covariance::{Information, information};
use super::fit::{FORMAT, Fit, Stored};
use super::variance::{Dispersion, LevelVariance, StandardDeviation};
use crate::error::Result;
use crate::estimate::{
    Coordinate, Correction, Estimate, NodeEffect, Objective, Options, Start, maximise, maximise_corrected,
};
use crate::family::Family;
use crate::model::{LevelAreas, Problem};
use crate::progress::Iteration;
use std::ops::ControlFlow;

impl Problem {
    /// Maximum likelihood with standard errors and area effects.
    ///
    /// Fails with [`crate::ErrorKind::NotConverged`], which carries the best point and the trace.
    pub fn fit(&self, options: &Options) -> Result<Fit> {
        self.fit_watched(options, |_| ControlFlow::Continue(()))
    }

    /// The same, with a callback that sees every evaluation and may stop the work.
    pub fn fit_watched(
        &self,
        options: &Options,
        mut progress: impl FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Result<Fit> {
        self.fit_starting(Start::Cold, options, &mut progress)
    }

    /// The same from the maximum of a problem much like this one: the same terms, levels and areas with other counts
    /// or other values of the determinants. Two or three evaluations do where a cold start takes six.
    ///
    /// Fails as [`Problem::fit`] does, and where terms, levels or areas are not the same.
    pub fn fit_from(&self, like: &Fit, options: &Options) -> Result<Fit> {
        let (point, effects) = self.position_of(like)?;
        self.fit_starting(Start::Warm { point, effects }, options, &mut |_| ControlFlow::Continue(()))
    }

    /// The fit from a given start.
    pub(super) fn fit_starting(
        &self,
        start: Start,
        options: &Options,
        progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Result<Fit> {
        options.check()?;
        let estimate = maximise(self, options, start, progress)?;
        self.finished(estimate, options, Approximation::Laplace)
    }

    /// The fit by Laplace's log-likelihood and a correction, from Laplace's own maximum.
    pub(crate) fn fit_corrected(
        &self,
        correction: &mut impl Correction,
        options: &Options,
        approximation: Approximation,
        progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Result<Fit> {
        options.check()?;
        let laplace = maximise(self, options, Start::Cold, progress)?;
        let estimate = maximise_corrected(self, options, laplace, correction, progress)?;
        self.finished(estimate, options, approximation)
    }

    /// A fit from a maximum.
    pub(super) fn finished(
        &self,
        estimate: Estimate,
        options: &Options,
        approximation: Approximation,
    ) -> Result<Fit> {
        let information = information(self, &estimate)?;
        let nodes = Objective::new(self, options).node_effects(
            estimate.family,
            &estimate.position,
            &information.in_pass_units,
        );
        let levels = self.level_variances(&estimate, &information);
        let certificate = certificate(&levels, &estimate, &information);
        Ok(Fit {
            stored: Stored {
                format: FORMAT,
                fingerprint: self.fingerprint(),
                rows: self.fingerprint_of_rows(),
                family: self.family(),
                approximation,
                log_likelihood: estimate.position.derivatives.value,
                n_rows: self.n_rows(),
                n_read: self.n_read(),
                coefficients: self.coefficients(&estimate, &information),
                dispersion: dispersion(self.family(), &estimate, &information),
                effects: self.area_effects(&nodes),
                levels,
                tree: self.tree().clone(),
                recipe: self.recipe().clone(),
                covariance: information.covariance,
                certificate,
                trace: estimate.trace,
            },
        })
    }

    fn coefficients(&self, estimate: &Estimate, information: &Information) -> Vec<Coefficient> {
        let estimates = self.standard.coefficients(&estimate.position.point.beta);
        let variances = information.covariance.matrix.diag();
        let each = self.terms().iter().zip(&estimates).zip(variances);
        each.map(|((term, &estimate), variance)| Coefficient {
            term: term.clone(),
            estimate,
            std_error: variance.sqrt(),
        })
        .collect()
    }

    fn level_variances(&self, estimate: &Estimate, information: &Information) -> Vec<LevelVariance> {
        let p = self.n_terms();
        let at = &estimate.position;
        let each = self.levels().into_iter().zip(&estimate.coordinates).enumerate();
        each.map(|(l, (level, coordinate))| {
            let sd = at.point.variances[l].sqrt();
            let sd = match coordinate {
                Coordinate::Pinned => StandardDeviation::Zero {
                    score: at.derivatives.gradient[p + l],
                    curvature: at.derivatives.hessian[[p + l, p + l]],
                },
                _ => {
                    let log_error = information.covariance.std_error(&format!("log sd({level})"));
                    StandardDeviation::Positive { estimate: sd, std_error: sd * log_error.unwrap_or(0.0) }
                }
            };
            LevelVariance { level: level.to_string(), n_areas: self.nodes.n_areas(l), sd }
        })
        .collect()
    }

    /// The nodes' effects by level, areas in the order of the tree and rows in the caller's.
    fn area_effects(&self, nodes: &[NodeEffect]) -> Vec<Vec<AreaEffect>> {
        let mut by_level: Vec<Vec<(u32, &NodeEffect)>> = vec![Vec::new(); self.n_variances()];
        for ((level, area), node) in self.nodes.areas().zip(nodes) {
            if let Some(level) = by_level.get_mut(level) {
                level.push((area, node));
            }
        }
        let levels = by_level.into_iter().zip(self.model_levels());
        levels
            .map(|(mut areas, level)| {
                areas.sort_unstable_by_key(|(area, _)| *area);
                areas.into_iter().map(|(area, node)| self.area_effect(level.areas, area, node)).collect()
            })
            .collect()
    }

    fn area_effect(&self, areas: LevelAreas, area: u32, node: &NodeEffect) -> AreaEffect {
        AreaEffect {
            path: self.area_path(areas, area),
            effect: node.mode,
            sd_given_parameters: node.given_parameters.sqrt(),
            sd: (node.given_parameters + node.of_parameters).sqrt(),
        }
    }
}

fn dispersion(family: Family, estimate: &Estimate, information: &Information) -> Dispersion {
    match (family, estimate.poisson_limit) {
        (Family::Poisson, _) => Dispersion::Poisson,
        (Family::NegBin2, Some(score)) => Dispersion::PoissonLimit { score },
        (Family::NegBin2, None) => {
            let theta = estimate.position.point.phi.exp();
            let log_error = information.covariance.std_error("log theta").unwrap_or(0.0);
            Dispersion::NegBin2 { theta, std_error: theta * log_error }
        }
    }
}

fn certificate(levels: &[LevelVariance], estimate: &Estimate, information: &Information) -> Certificate {
    let zero = |level: &LevelVariance| match level.sd {
        StandardDeviation::Zero { score, .. } => Some(ZeroVariance { level: level.level.clone(), score }),
        StandardDeviation::Positive { .. } => None,
    };
    Certificate {
        evaluations: estimate.trace.len(),
        gradient: information.scaled_gradient,
        decrement: estimate.decrement,
        smallest_curvature: information.smallest_curvature,
        zero_variances: levels.iter().filter_map(zero).collect(),
    }
}
