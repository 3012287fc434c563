//! What every way of estimating gives: the parts of a fit that need no log-likelihood.

use super::areas::AreaEffect;
use super::coefficient::Coefficient;
use super::covariance::{Covariance, Information};
use super::variance::{Dispersion, LevelVariance, StandardDeviation};
use crate::error::{ErrorKind, Result};
use crate::estimate::{Coordinate, Estimate, NodeEffect};
use crate::family::Family;
use crate::model::{LevelAreas, Problem};
use serde::{Deserialize, Serialize};

/// Coefficients, standard deviations, dispersion and area effects, with their covariance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Estimates {
    /// In the order of the design.
    pub coefficients: Vec<Coefficient>,
    /// Coarsest first.
    pub levels: Vec<LevelVariance>,
    pub dispersion: Dispersion,
    /// By level.
    pub effects: Vec<Vec<AreaEffect>>,
    /// Of coefficients, log standard deviations and log θ.
    pub covariance: Covariance,
}

/// The effects of a level among those of all; fails where it has none.
pub(crate) fn effects_of<'a>(
    level: &str,
    levels: &[LevelVariance],
    effects: &'a [Vec<AreaEffect>],
) -> Result<&'a [AreaEffect]> {
    let at = levels.iter().position(|known| known.level == level);
    match at.and_then(|at| effects.get(at)) {
        Some(effects) => Ok(effects),
        None => {
            let known = levels.iter().map(|level| level.level.clone()).collect();
            Err(ErrorKind::UnknownLevel { level: level.into(), known }.into())
        }
    }
}

impl Problem {
    /// The parts from an estimate, its information and its nodes' effects.
    pub(super) fn estimates(
        &self,
        estimate: &Estimate,
        information: &Information,
        nodes: &[NodeEffect],
    ) -> Estimates {
        Estimates {
            coefficients: self.coefficients(estimate, information),
            levels: self.level_variances(estimate, information),
            dispersion: dispersion(self.family(), estimate, information),
            effects: self.area_effects(nodes),
            covariance: information.covariance.clone(),
        }
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
