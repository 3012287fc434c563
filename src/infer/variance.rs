//! Standard deviations per level, and the dispersion of the family.

use serde::{Deserialize, Serialize};

/// A level with its standard deviation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelVariance {
    /// Name of the level.
    pub level: String,
    /// Areas of the level among the rows of the fit.
    pub n_areas: usize,
    /// Standard deviation of its random intercepts, log-rate scale.
    pub sd: StandardDeviation,
}

/// A standard deviation at its maximum: inside, or exactly 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum StandardDeviation {
    /// Above 0.
    Positive {
        /// The estimate, log-rate scale.
        estimate: f64,
        /// Its standard error; that of log sd is `std_error / estimate`.
        std_error: f64,
    },
    /// Exactly 0: the log-likelihood falls when the variance leaves 0. A statement about a local maximum.
    Zero {
        /// Slope of the log-likelihood in the variance there, not above 0.
        score: f64,
        /// Its second derivative there: how the slope goes on.
        curvature: f64,
    },
}

impl StandardDeviation {
    /// The standard deviation, 0 included.
    pub fn estimate(self) -> f64 {
        match self {
            StandardDeviation::Positive { estimate, .. } => estimate,
            StandardDeviation::Zero { .. } => 0.0,
        }
    }

    /// Its standard error; there is none at 0.
    pub fn std_error(self) -> Option<f64> {
        match self {
            StandardDeviation::Positive { std_error, .. } => Some(std_error),
            StandardDeviation::Zero { .. } => None,
        }
    }

    /// The variance.
    pub fn variance(self) -> f64 {
        self.estimate().powi(2)
    }

    /// Median rate ratio exp(√2 Φ⁻¹(¾) sd): the typical ratio of the rates of two areas drawn at random.
    ///
    /// Source: Austin, Stryhn, Leckie & Merlo 2018, Statistics in Medicine 37:572.
    pub fn median_rate_ratio(self) -> f64 {
        (0.953_872_552_417_879 * self.estimate()).exp()
    }
}

/// How counts scatter about their conditional mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Dispersion {
    /// A Poisson model: Var(y) = μ.
    Poisson,
    /// Negative binomial: Var(y) = μ + μ²/θ.
    NegBin2 {
        /// θ; the smaller, the more the counts scatter.
        theta: f64,
        /// Its standard error; that of log θ is `std_error / theta`.
        std_error: f64,
    },
    /// A negative binomial whose θ is infinite at the maximum: the fit is the Poisson's.
    PoissonLimit {
        /// Slope of the log-likelihood in 1/θ there: not above 0, or so little that no finite θ has a log-likelihood that
        /// is larger by more than rounding.
        score: f64,
    },
}

impl Dispersion {
    /// θ where it is finite.
    pub fn theta(self) -> Option<f64> {
        match self {
            Dispersion::NegBin2 { theta, .. } => Some(theta),
            _ => None,
        }
    }
}
