//! From a panel to its fit.

use super::effects::Effects;
use super::estimate::{Estimate, Start, best_point, maximise};
use super::fit::{FORMAT, PanelFit, Stored};
use super::point::Part;
use super::posterior::{Maximum, Posterior};
use super::problem::PanelProblem;
use super::report::Report;
use crate::error::{Error, ErrorKind, Result};
use crate::estimate::Options;
use crate::numeric::dense::Cholesky;
use crate::progress::Iteration;
use std::ops::ControlFlow;

impl PanelProblem {
    /// Maximum Laplace likelihood with standard errors and all effects.
    ///
    /// Fails with [`ErrorKind::NotConverged`], and with [`ErrorKind::CorrelationAtLimit`] where areas move as another model has
    /// it; both carry the best point and the trace.
    pub fn fit(&self, options: &Options) -> Result<PanelFit> {
        self.fit_watched(options, |_| ControlFlow::Continue(()))
    }

    /// The same, with a callback that sees every evaluation and may stop the work.
    pub fn fit_watched(
        &self,
        options: &Options,
        mut progress: impl FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Result<PanelFit> {
        self.fit_starting(Start::Cold, options, &mut progress)
    }

    /// The same from the maximum of a panel with the same effects, whose counts, exposures or determinants may differ.
    ///
    /// Fails as [`PanelProblem::fit`] does, and where terms or effects are not the same.
    pub fn fit_from(&self, like: &PanelFit, options: &Options) -> Result<PanelFit> {
        match like.has_shape_of(self) {
            true => {
                let Maximum { point, u, .. } = like.stored.maximum.clone();
                self.fit_starting(Start::Warm { point, u }, options, &mut |_| ControlFlow::Continue(()))
            }
            false => {
                let message = "the panel to start from has other terms or effects".into();
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    fn fit_starting(
        &self,
        from: Start,
        options: &Options,
        progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Result<PanelFit> {
        let estimate = maximise(self, options, from, progress)?;
        let maximum = maximum(self, &estimate)?;
        let posterior = Posterior::new(self, &maximum, options).ok_or_else(|| unusable(self, &estimate))?;
        let effects = Effects::of(&posterior);
        let report = Report { problem: self, estimate: &estimate, maximum: &maximum };
        let stored = Stored {
            format: FORMAT,
            options: options.clone(),
            fingerprint: self.fingerprint(),
            family: self.family(),
            log_likelihood: estimate.position.at.value,
            n_rows: self.n_rows(),
            estimates: report.estimates(effects.levels),
            period: report.period(),
            period_effects: effects.periods,
            movement: report.movement(),
            effects_in_time: effects.in_time,
            provisional: effects.provisional,
            certificate: report.certificate(),
            trace: estimate.trace.clone(),
            maximum,
        };
        Ok(PanelFit { stored })
    }

    /// A number that another panel all but never has.
    pub(super) fn fingerprint(&self) -> u64 {
        let periods = self.periods.of_rows().iter().map(|&period| u64::from(period));
        let times = self.periods.times().iter().chain(&self.offset).map(|x| x.to_bits());
        let kinds = self.layout.blocks.iter().map(|block| block.unknowns.start as u64);
        let how = self.movement.iter().map(|moving| moving.how as u64 + 1);
        let declared = self.provisional.iter().map(|late| late.log_sd().to_bits());
        let words = periods.chain(times).chain(kinds).chain(how).chain(declared);
        words.fold(self.base.fingerprint(), |hash, word| (hash ^ word).wrapping_mul(0x0100_0000_01b3))
    }
}

pub(super) fn unusable(problem: &PanelProblem, estimate: &Estimate) -> Error {
    let best = best_point(problem, estimate.family, &estimate.position, estimate.trace.clone());
    let why = "the log-likelihood is flat there: the table does not say where its maximum is".into();
    ErrorKind::NotConverged { why, best }.into()
}

/// The maximum with standard deviations above 0 and the covariance of its free parts.
pub(super) fn maximum(problem: &PanelProblem, estimate: &Estimate) -> Result<Maximum> {
    let factor =
        Cholesky::new(&estimate.summit.information.view()).ok_or_else(|| unusable(problem, estimate))?;
    let mut covariance = factor.inverse();
    let (mut point, mut u) = (estimate.position.point.clone(), estimate.position.u.clone());
    for scale in 0..point.scales.len() {
        if point.scales[scale] >= 0.0 {
            continue;
        }
        // either sign is the same point
        point.scales[scale] *= -1.0;
        let own = problem.layout.block_of_scale(scale).map_or(0..0, |block| block.unknowns.clone());
        u[own].iter_mut().for_each(|u| *u *= -1.0);
        if let Some(at) = estimate.free.iter().position(|part| *part == Part::Scale(scale)) {
            covariance.row_mut(at).mapv_inplace(|x| -x);
            covariance.column_mut(at).mapv_inplace(|x| -x);
        }
    }
    Ok(Maximum { family: estimate.family, point, u, free: estimate.free.clone(), covariance })
}
