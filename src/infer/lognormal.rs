//! The fit by the log-likelihood with the rows integrated.

use super::approximation::Approximation;
use super::covariance::information;
use super::fit::Fit;
use crate::error::Result;
use crate::estimate::{LognormalMaximum, Options, maximise_lognormal};
use crate::model::Problem;
use crate::progress::Iteration;
use std::ops::ControlFlow;

impl Problem {
    /// Maximises the log-likelihood in which every row's effect is integrated out, and those of the areas by Laplace's
    /// approximation. Fails where rows have no effect.
    pub(crate) fn fit_lognormal(
        &self,
        options: &Options,
        progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Result<Fit> {
        options.check()?;
        let LognormalMaximum { estimate, error, epsilon } = maximise_lognormal(self, options, progress)?;
        let information = information(self, &estimate)?;
        Ok(self.finished(estimate, information, options, Approximation::Lognormal { error, epsilon }))
    }
}
