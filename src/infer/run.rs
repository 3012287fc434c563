//! From a problem to its fit.

use super::approximation::Approximation;
use super::certificate::{Certificate, ZeroVariance};
use super::covariance::{Information, information};
use super::fit::{FORMAT, Fit, Stored};
use super::variance::{LevelVariance, StandardDeviation};
use crate::error::Result;
use crate::estimate::{Correction, Estimate, Objective, Options, Start, maximise, maximise_corrected};
use crate::model::Problem;
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
        let information = information(self, &estimate)?;
        let gauge = self.gauge(&estimate, &information, options);
        Ok(self.finished(estimate, information, options, Approximation::Laplace { gauge }))
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
        let information = information(self, &estimate)?;
        Ok(self.finished(estimate, information, options, approximation))
    }

    /// A fit from a maximum.
    pub(super) fn finished(
        &self,
        estimate: Estimate,
        information: Information,
        options: &Options,
        approximation: Approximation,
    ) -> Fit {
        let nodes = Objective::new(self, options).node_effects(
            estimate.family,
            &estimate.position,
            &information.in_pass_units,
        );
        let parts = self.estimates(&estimate, &information, &nodes);
        let certificate = certificate(&parts.levels, &estimate, &information);
        Fit {
            stored: Stored {
                format: FORMAT,
                fingerprint: self.fingerprint(),
                rows: self.fingerprint_of_rows(),
                family: self.family(),
                approximation,
                log_likelihood: estimate.position.derivatives.value,
                n_rows: self.n_rows(),
                n_read: self.n_read(),
                coefficients: parts.coefficients,
                dispersion: parts.dispersion,
                effects: parts.effects,
                levels: parts.levels,
                tree: self.tree().clone(),
                recipe: self.recipe().clone(),
                covariance: parts.covariance,
                certificate,
                trace: estimate.trace,
            },
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
