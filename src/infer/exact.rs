//! The fit by the exact log-likelihood.

use super::approximation::Approximation;
use super::covariance::information;
use super::fit::Fit;
use crate::error::{Error, ErrorKind, Result};
use crate::estimate::{
    Estimate, ExactCorrection, Objective, Options, Orders, Refined, Start, maximise, maximise_corrected,
    refine,
};
use crate::model::Problem;
use crate::progress::Iteration;
use std::ops::ControlFlow;

/// Climbs with ever finer rules before giving up.
const MOST_CLIMBS: usize = 4;

impl Problem {
    /// Maximises the exact log-likelihood, from Laplace's maximum.
    ///
    /// One rule, fine enough at the start, serves the climb; where a refinement at the maximum changes more than the orders
    /// allow, a finer one goes on from there.
    pub(crate) fn fit_exact(
        &self,
        orders: Orders,
        options: &Options,
        progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Result<Fit> {
        options.check()?;
        orders.check()?;
        let mut estimate = maximise(self, options, Start::Cold, progress)?;
        let mut objective = Objective::new(self, options);
        let mut refined = refine_at(&mut objective, orders, None, &estimate)?;
        for _ in 0..MOST_CLIMBS {
            let rule = refined.quadrature.rule();
            let mut correction = ExactCorrection { quadrature: refined.quadrature, error: refined.error };
            estimate = maximise_corrected(self, options, estimate, &mut correction, progress)?;
            refined = refine_at(&mut objective, orders, Some(correction), &estimate)?;
            if refined.quadrature.rule() == rule {
                let approximation = Approximation::Exact { error: refined.error };
                let information = information(self, &estimate)?;
                return Ok(self.finished(estimate, information, options, approximation));
            }
        }
        let message = "the maximum of the exact log-likelihood moves with every refinement of its points";
        Err(Error::from(ErrorKind::Specification { message: message.into() }))
    }
}

fn refine_at(
    objective: &mut Objective<'_>,
    orders: Orders,
    from: Option<ExactCorrection>,
    at: &Estimate,
) -> Result<Refined> {
    let from = from.map(|correction| correction.quadrature);
    let position = &at.position;
    Ok(refine(orders, from, objective, at.family, &position.point, &position.effects)?)
}
