//! From a problem to the maximum of its Gaussian variational bound.

use super::covariance::information;
use super::estimates::Estimates;
use crate::error::{ErrorKind, Result};
use crate::estimate::{Bound, Objective, Options, Start, best_point, maximise, maximise_corrected};
use crate::model::Problem;
use crate::progress::Iteration;
use std::ops::ControlFlow;

impl Problem {
    /// The maximum of the bound with standard errors and area effects, the bound there, and the evaluations it took.
    pub(crate) fn highest_bound(
        &self,
        options: &Options,
        progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Result<(Estimates, f64, usize)> {
        options.check()?;
        let laplace = maximise(self, options, Start::Cold, progress)?;
        let mut objective = Objective::new(self, options);
        let mut bound = Bound::refined(&mut objective, laplace.family, &laplace.position);
        let estimate = maximise_corrected(self, options, laplace, &mut bound, progress)?;
        let (family, at) = (estimate.family, &estimate.position);
        let information = information(self, &estimate)?;
        let Some(nodes) = bound.node_effects(&mut objective, family, at, &information.in_pass_units) else {
            let why = "the effects' normal distribution does not settle at the maximum".into();
            let best = best_point(self, family, at, estimate.trace.clone());
            return Err(ErrorKind::NotConverged { why, best }.into());
        };
        let parts = self.estimates(&estimate, &information, &nodes);
        Ok((parts, at.derivatives.value, estimate.trace.len()))
    }
}
