//! An expected count with its standard error.

use crate::infer::{Confidence, Interval};

/// An expected count, or a sum of them, with the uncertainty of all that was estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The expected count.
    pub count: f64,
    /// Its standard error by the delta method: coefficients, standard deviations, θ and effects together.
    pub std_error: f64,
    /// The exposure behind it.
    pub exposure: f64,
}

impl Expected {
    /// Expected count per unit of exposure.
    pub fn rate(&self) -> f64 {
        self.count / self.exposure
    }

    /// Standard error of the rate.
    pub fn rate_std_error(&self) -> f64 {
        self.std_error / self.exposure
    }

    /// Standard error of the logarithm of the count (or rate).
    pub fn log_std_error(&self) -> f64 {
        self.std_error / self.count
    }

    /// Confidence interval of the expected count, count · exp(± q · log standard error).
    ///
    /// It is about the expectation, not about counts; those scatter around it (see
    /// [`CountPrediction`](super::CountPrediction)).
    pub fn interval(&self, confidence: Confidence) -> Interval {
        let half = confidence.quantile() * self.log_std_error();
        Interval { low: self.count * (-half).exp(), high: self.count * half.exp() }
    }
}
