//! Estimates and intervals beside the truth.

use nestcount::Fit;
use nestcount::impute::{PooledDispersion, PooledEstimate, PooledFit, PooledSd};
use nestcount::infer::{Confidence, Dispersion, Interval, StandardDeviation};
use nestcount::simulate::{Scatter, Truth};

/// What is estimated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Parameter {
    Coefficient(String),
    /// Logarithm of the standard deviation of a level.
    LogSd(String),
    LogTheta,
}

/// One estimate of a parameter in one world.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) parameter: Parameter,
    /// The true value on the scale of the estimate.
    pub(crate) truth: f64,
    /// `None` where it lies at its limit: a standard deviation of 0, an infinite theta.
    pub(crate) found: Option<Found>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) estimate: f64,
    pub(crate) std_error: f64,
    /// The 95 % interval.
    pub(crate) interval: Interval,
}

impl Found {
    pub(crate) fn covers(&self, truth: f64) -> bool {
        (self.interval.low..=self.interval.high).contains(&truth)
    }

    fn wald(estimate: f64, std_error: f64) -> Found {
        const QUANTILE: f64 = 1.959_963_984_540_054;
        let half = QUANTILE * std_error;
        Found { estimate, std_error, interval: Interval { low: estimate - half, high: estimate + half } }
    }

    fn pooled(pooled: &PooledEstimate) -> Found {
        let PooledEstimate { estimate, std_error, .. } = *pooled;
        Found { estimate, std_error, interval: pooled.interval(Confidence::P95) }
    }
}

/// All parameters of a fit.
pub(crate) fn of_fit(fit: &Fit, truth: &Truth) -> Vec<Answer> {
    let coefficients = fit.coefficients().iter().map(|c| Answer {
        parameter: Parameter::Coefficient(c.term.clone()),
        truth: true_coefficient(truth, &c.term),
        found: Some(Found::wald(c.estimate, c.std_error)),
    });
    let levels = fit.levels().iter().map(|level| Answer {
        parameter: Parameter::LogSd(level.level.clone()),
        truth: truth.sd(&level.level).unwrap().ln(),
        found: match level.sd {
            StandardDeviation::Positive { estimate, std_error } => {
                Some(Found::wald(estimate.ln(), std_error / estimate))
            }
            StandardDeviation::Zero { .. } => None,
        },
    });
    let theta = log_theta(truth).map(|truth| Answer {
        parameter: Parameter::LogTheta,
        truth,
        found: match fit.dispersion() {
            Dispersion::NegBin2 { theta, std_error } => Some(Found::wald(theta.ln(), std_error / theta)),
            _ => None,
        },
    });
    coefficients.chain(levels).chain(theta).collect()
}

/// All parameters of a pooled fit.
pub(crate) fn of_pooled(pooled: &PooledFit, truth: &Truth) -> Vec<Answer> {
    let coefficients = pooled.coefficients().iter().map(|c| Answer {
        parameter: Parameter::Coefficient(c.term.clone()),
        truth: true_coefficient(truth, &c.term),
        found: Some(Found::pooled(&c.pooled)),
    });
    let levels = pooled.levels().iter().map(|level| Answer {
        parameter: Parameter::LogSd(level.level.clone()),
        truth: truth.sd(&level.level).unwrap().ln(),
        found: match &level.sd {
            PooledSd::Positive { log_sd } => Some(Found::pooled(log_sd)),
            PooledSd::AtZero { .. } => None,
        },
    });
    let theta = log_theta(truth).map(|truth| Answer {
        parameter: Parameter::LogTheta,
        truth,
        found: match pooled.dispersion() {
            PooledDispersion::NegBin2 { log_theta } => Some(Found::pooled(&log_theta)),
            _ => None,
        },
    });
    coefficients.chain(levels).chain(theta).collect()
}

fn true_coefficient(truth: &Truth, term: &str) -> f64 {
    truth.coefficient(term).unwrap_or(truth.intercept)
}

fn log_theta(truth: &Truth) -> Option<f64> {
    match truth.scatter {
        Scatter::NegBin2 { theta } => Some(theta.ln()),
        Scatter::Poisson => None,
    }
}
