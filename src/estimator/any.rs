//! Estimators of any kind in one list.

use super::{Estimated, Estimator, Progress};
use crate::error::Result;
use crate::model::Problem;

/// An estimator whose answer is known by what all answers have in common; every [`Estimator`] is one.
pub trait AnyEstimator {
    /// Its name in tables and reports.
    fn name(&self) -> &str;

    /// Estimates; `progress` sees every evaluation and may stop the work.
    fn estimate_any(&self, problem: &Problem, progress: &mut Progress<'_>) -> Result<Box<dyn Estimated>>;
}

impl<E: Estimator> AnyEstimator for E
where
    E::Answer: 'static,
{
    fn name(&self) -> &str {
        Estimator::name(self)
    }

    fn estimate_any(&self, problem: &Problem, progress: &mut Progress<'_>) -> Result<Box<dyn Estimated>> {
        Ok(Box::new(self.estimate_watched(problem, progress)?))
    }
}
