//! At which count a share is stated that depends on it.

use crate::count::Exposure;
use crate::error::{ErrorKind, Result};
use crate::model::Problem;

/// The mean count at which variances of counts are stated: shares of a variance on the count scale, and an R², depend on
/// it, because the Poisson's own variance weighs less the more is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MeanCount {
    /// This mean.
    Of(f64),
    /// The rate times this exposure.
    AtExposure(Exposure),
    /// The rate times the mean exposure of the rows.
    AtMeanExposure,
}

impl MeanCount {
    /// The mean; `rate` per unit of exposure. Fails unless it is positive and finite.
    pub(super) fn mean(self, problem: &Problem, rate: f64) -> Result<f64> {
        let mean = match self {
            MeanCount::Of(mean) => mean,
            MeanCount::AtExposure(exposure) => rate * exposure.get(),
            MeanCount::AtMeanExposure => {
                rate * problem.offset.iter().map(|o| o.exp()).sum::<f64>() / problem.n_rows() as f64
            }
        };
        match mean.is_finite() && mean > 0.0 {
            true => Ok(mean),
            false => {
                let message = format!("a mean count is above 0 and finite, got {mean}");
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }
}
