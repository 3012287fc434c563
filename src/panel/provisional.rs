//! Periods whose figures are not final yet, with the declared factor to the final ones.

use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// Periods in which only a share of the final count has been published, and what is known of that share.
///
/// The expected provisional count is the final one times a factor f that these periods share, log f ~ N(log factor, sd²):
/// one more effect, whose variance is declared and not estimated. The step of a corona half-year whose figures are
/// provisional is then neither taken for lost care nor claimed to be known better than it is.
///
/// ```
/// use nestcount::panel::Provisional;
/// let late = Provisional::new(["2021-2"], 0.955)?.with_log_sd(0.01)?;
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provisional {
    periods: Vec<String>,
    factor: f64,
    log_sd: f64,
}

impl Provisional {
    /// These periods hold the share `factor` of their final counts, known exactly.
    ///
    /// Fails on a factor that is not a positive number.
    pub fn new<S: Into<String>>(periods: impl IntoIterator<Item = S>, factor: f64) -> Result<Self> {
        if !(factor > 0.0 && factor.is_finite()) {
            let message = format!("a factor from final to provisional must be above 0, got {factor}");
            return Err(ErrorKind::Specification { message }.into());
        }
        Ok(Provisional { periods: periods.into_iter().map(Into::into).collect(), factor, log_sd: 0.0 })
    }

    /// The same with the standard deviation of log f, about that of f over f.
    ///
    /// Fails on a standard deviation below 0 or not finite.
    pub fn with_log_sd(mut self, sd: f64) -> Result<Self> {
        if !(sd >= 0.0 && sd.is_finite()) {
            let message = format!("the sd of a log factor must be 0 or more, got {sd}");
            return Err(ErrorKind::Specification { message }.into());
        }
        self.log_sd = sd;
        Ok(self)
    }

    /// Names of the periods.
    pub fn periods(&self) -> &[String] {
        &self.periods
    }

    /// The declared factor.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// The declared standard deviation of its logarithm.
    pub fn log_sd(&self) -> f64 {
        self.log_sd
    }
}

/// What a fit says of a declared factor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProvisionalEffect {
    /// What was declared.
    pub declared: Provisional,
    /// log f at its conditional mode.
    pub log_factor: f64,
    /// Its standard deviation given the data, the uncertainty of all parameters included.
    pub sd: f64,
}
