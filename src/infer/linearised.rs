//! From a problem to the parts of its quasi-likelihood fit.

use super::covariance::information;
use super::estimates::Estimates;
use crate::error::Result;
use crate::estimate::{Expansion, Objective, Options, solve_linearised};
use crate::model::Problem;
use crate::progress::Iteration;
use std::ops::ControlFlow;

impl Problem {
    /// The root of the linearised equations with standard errors and area effects, and the evaluations it took.
    pub(crate) fn linearised(
        &self,
        expansion: Expansion,
        options: &Options,
        progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Result<(Estimates, usize)> {
        options.check()?;
        let estimate = solve_linearised(self, options, expansion, progress)?;
        let information = information(self, &estimate)?;
        let nodes = Objective::new(self, options).linearised_effects(
            estimate.family,
            expansion,
            &estimate.position,
            &information.in_pass_units,
        );
        Ok((self.estimates(&estimate, &information, &nodes), estimate.trace.len()))
    }
}
