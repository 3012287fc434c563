//! An effect whose error follows a t.

use super::coefficient::{Confidence, Interval};
use super::degrees::DegreesOfFreedom;
use super::t_and_f::{t_quantile, t_tails};
use serde::{Deserialize, Serialize};

/// The effect of a determinant with degrees of freedom: a coefficient where areas or periods are few.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Name of the determinant.
    pub term: String,
    /// Change of the log rate per unit of the determinant (of the standardised difference in that design).
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Degrees of freedom of the t that estimate/standard error follows where there is no effect.
    pub df: DegreesOfFreedom,
}

impl Effect {
    /// estimate/standard error.
    pub fn t(&self) -> f64 {
        self.estimate / self.std_error
    }

    /// Two-sided p-value of no effect, by the t distribution.
    pub fn p_value(&self) -> f64 {
        t_tails(self.t(), self.df)
    }

    /// estimate ± q · standard error, q the quantile of the t distribution.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        let half = t_quantile(confidence.get(), self.df) * self.std_error;
        Interval { low: self.estimate - half, high: self.estimate + half }
    }

    /// exp(estimate): the ratio of rates for one unit more, in a design on the scale of log rates.
    pub fn rate_ratio(&self) -> f64 {
        self.estimate.exp()
    }

    /// The interval on the scale of the rate ratio.
    pub fn rate_ratio_interval(&self, confidence: Confidence) -> Interval {
        let Interval { low, high } = self.interval(confidence);
        Interval { low: low.exp(), high: high.exp() }
    }
}
