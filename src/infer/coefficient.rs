//! One coefficient with its standard error, and what follows from the two.

use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// A coefficient on the log-rate scale: a step of 1 in the determinant multiplies the rate by `exp(estimate)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// Name of the design column.
    pub term: String,
    /// Estimate, log rate per unit of the determinant.
    pub estimate: f64,
    /// Standard error from the observed information of all parameters.
    pub std_error: f64,
}

/// A confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Coefficient {
    /// estimate / standard error.
    pub fn z(&self) -> f64 {
        self.estimate / self.std_error
    }

    /// Two-sided p-value of coefficient 0 by the normal distribution (Wald).
    pub fn p_value(&self) -> f64 {
        2.0 * Normal::standard().sf(self.z().abs())
    }

    /// Wald interval `estimate ± q · std_error`, log rate scale, q the normal quantile of the confidence.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        confidence.around(self.estimate, self.std_error)
    }

    /// exp(estimate): the ratio of rates for one unit more.
    pub fn rate_ratio(&self) -> f64 {
        self.estimate.exp()
    }

    /// The interval on the scale of the rate ratio.
    pub fn rate_ratio_interval(&self, confidence: Confidence) -> Interval {
        let Interval { low, high } = self.interval(confidence);
        Interval { low: low.exp(), high: high.exp() }
    }
}

/// How often an interval should hold the truth: above 0, below 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Confidence(f64);

/// In percent, without the last digits of the arithmetic.
impl std::fmt::Display for Confidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} %", (1e12 * self.0).round() / 1e10)
    }
}

impl Confidence {
    /// 90 %.
    pub const P90: Confidence = Confidence(0.90);
    /// 95 %.
    pub const P95: Confidence = Confidence(0.95);
    /// 99 %.
    pub const P99: Confidence = Confidence(0.99);

    /// A confidence between 0 and 1, both left out; 95 (per cent) is an error.
    pub fn new(confidence: f64) -> Result<Self> {
        match confidence > 0.0 && confidence < 1.0 {
            true => Ok(Confidence(confidence)),
            false => {
                let message = format!("a confidence lies between 0 and 1, as 0.95 does; got {confidence}");
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    /// The confidence as a number.
    pub fn get(self) -> f64 {
        self.0
    }

    /// estimate ± q · std_error.
    pub(crate) fn around(self, estimate: f64, std_error: f64) -> Interval {
        let half = self.quantile() * std_error;
        Interval { low: estimate - half, high: estimate + half }
    }

    /// The normal quantile that leaves (1 − confidence)/2 above.
    pub(crate) fn quantile(self) -> f64 {
        Normal::standard().inverse_cdf(0.5 + 0.5 * self.0)
    }

    /// The normal quantile that leaves 1 − confidence above.
    pub(super) fn one_sided_quantile(self) -> f64 {
        Normal::standard().inverse_cdf(self.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn z_p_and_intervals_follow_from_estimate_and_error() {
        let c = Coefficient { term: "x".into(), estimate: 0.2, std_error: 0.1 };
        assert_relative_eq!(c.z(), 2.0);
        assert_relative_eq!(c.p_value(), 0.04550026389635842, max_relative = 1e-9);
        let Interval { low, high } = c.interval(Confidence::P95);
        assert_relative_eq!(low, 0.2 - 0.1959963984540054, max_relative = 1e-12);
        assert_relative_eq!(c.rate_ratio_interval(Confidence::P95).high, high.exp());
        assert_eq!(Confidence::new(0.9999999).unwrap().to_string(), "99.99999 %");
        for bad in [0.0, 1.0, 95.0, f64::NAN] {
            assert_eq!(Confidence::new(bad).unwrap_err().code(), "specification");
        }
    }
}
