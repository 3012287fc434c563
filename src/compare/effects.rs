//! The effect of one area in the Gaussian model.

use super::fit::LinearFit;
use super::sweep::combined;
use crate::error::{ErrorKind, Result};
use ndarray::Axis;
use serde::{Deserialize, Serialize};

/// The random intercept of one area, predicted: λ 1_a'V⁻¹(y − Xβ), units of the response.
///
/// Source: Robinson 1991, Statistical Science 6:15 (best linear unbiased prediction).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinearEffect {
    /// Codes from the coarsest level of the tree down to the area.
    pub path: Vec<String>,
    /// The prediction; 0 for an area without a row in the fit.
    pub effect: f64,
    /// Its standard deviation were the coefficients known (lme4's `condVar`).
    pub sd_given_coefficients: f64,
    /// Its standard deviation with the coefficients' uncertainty; the variances are taken as estimated.
    pub sd: f64,
}

impl LinearEffect {
    /// The area's own code.
    pub fn code(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }
}

impl LinearFit {
    /// The effects of all areas of a level, in the tree's order, those without a row in the fit too.
    ///
    /// Fails where the model has no random intercept at the level.
    pub fn area_effects(&self, level: &str) -> Result<Vec<LinearEffect>> {
        let (l, inside) = (self.position_of_level(level)?, &self.inside);
        let (p, relative) = (inside.beta.len(), inside.swept.variances[l]);
        let effect = |(area, node): (usize, usize)| {
            let h = inside.swept.h.row(node);
            let given = inside.sigma2 * relative * (1.0 - relative * inside.swept.v[node]);
            let x = h.split_at(Axis(0), p).0;
            let of_beta = relative * relative * x.dot(&inside.covariance.dot(&x));
            LinearEffect {
                path: inside
                    .tree
                    .path(inside.nodes.levels[l], area as u32)
                    .into_iter()
                    .map(Into::into)
                    .collect(),
                effect: relative * combined(h, inside.beta.view()),
                sd_given_coefficients: given.max(0.0).sqrt(),
                sd: (given + of_beta).max(0.0).sqrt(),
            }
        };
        Ok(inside.nodes.of_level(l).enumerate().map(effect).collect())
    }

    pub(super) fn position_of_level(&self, level: &str) -> Result<usize> {
        let known: Vec<String> = self.levels().iter().map(|level| level.level.clone()).collect();
        let found = known.iter().position(|name| name == level);
        found.ok_or_else(|| ErrorKind::UnknownLevel { level: level.into(), known }.into())
    }
}
