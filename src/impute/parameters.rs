//! Draws of the parameters of a fit.

use crate::error::{ErrorKind, Result};
use crate::estimate::Point;
use crate::family::{Family, Scatter};
use crate::infer::{Dispersion, Fit, LevelVariance, StandardDeviation};
use crate::model::Problem;
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2};
use rand::Rng;
use rand_distr::{Distribution, Exp1, StandardNormal};

/// Up to this standard error a standard deviation (or θ) is drawn on its logarithm, beyond it on its own scale (or
/// that of 1/θ), folded at 0: far out the logarithm of little known things runs to absurd values.
const KNOWN_WELL: f64 = 0.5;
/// The largest standard deviation that is drawn for a level whose estimate is 0.
const LARGEST_SD: f64 = 1.0;
/// The largest 1/θ that is drawn where the estimate is 0.
const LARGEST_ALPHA: f64 = 1.0;

/// The approximate posterior of a fit's parameters under flat priors.
///
/// Coefficients, log standard deviations and log θ are normal around the maximum with the inverse information as
/// covariance. A standard deviation whose maximum is 0 with slope g in the variance has a likelihood about exp(gσ²):
/// half a normal with variance −1/(2g). An infinite θ with slope g in 1/θ has one about exp(g/θ): an exponential.
#[derive(Debug)]
pub(super) struct Posterior {
    family: Family,
    estimates: Vec<f64>,
    levels: Vec<LevelVariance>,
    dispersion: Dispersion,
    /// Lower triangle L with LL' the covariance.
    factor: Array2<f64>,
}

/// One draw, in the units of the passes.
#[derive(Debug, Clone)]
pub(super) struct DrawnParameters {
    pub family: Family,
    pub point: Point,
    pub scatter: Scatter,
}

impl Posterior {
    pub(super) fn of(fit: &Fit) -> Result<Self> {
        let covariance = &fit.covariance().matrix;
        let Some(factor) = Cholesky::new(&covariance.view()) else {
            let message =
                "the covariance of the fit is not positive definite, so nothing can be drawn from it";
            return Err(ErrorKind::Specification { message: message.into() }.into());
        };
        Ok(Posterior {
            family: fit.family(),
            estimates: fit.coefficients().iter().map(|c| c.estimate).collect(),
            levels: fit.levels().to_vec(),
            dispersion: fit.dispersion(),
            factor: factor.lower(),
        })
    }

    /// The maximum itself.
    pub(super) fn mode(&self, problem: &Problem) -> DrawnParameters {
        let sds = self.levels.iter().map(|level| level.sd.estimate()).collect();
        let theta = match self.dispersion {
            Dispersion::NegBin2 { theta, .. } => theta,
            Dispersion::Poisson | Dispersion::PoissonLimit { .. } => f64::INFINITY,
        };
        drawn(problem, &self.estimates, sds, theta)
    }

    pub(super) fn draw(&self, problem: &Problem, rng: &mut (impl Rng + ?Sized)) -> DrawnParameters {
        let normal: Array1<f64> = (0..self.factor.nrows()).map(|_| StandardNormal.sample(rng)).collect();
        let change = self.factor.dot(&normal);
        let mut change = change.iter().copied();
        let coefficients: Vec<f64> =
            self.estimates.iter().map(|estimate| estimate + change.next().unwrap_or(0.0)).collect();
        let mut sds = Vec::with_capacity(self.levels.len());
        for level in &self.levels {
            sds.push(match level.sd {
                StandardDeviation::Positive { estimate, std_error } => {
                    positive(estimate, std_error / estimate, change.next().unwrap_or(0.0))
                }
                StandardDeviation::Zero { score } => {
                    let normal: f64 = StandardNormal.sample(rng);
                    (normal.abs() / (-2.0 * score).sqrt()).min(LARGEST_SD)
                }
            });
        }
        let theta = match self.dispersion {
            Dispersion::Poisson => f64::INFINITY,
            Dispersion::NegBin2 { theta, std_error } => {
                1.0 / positive(1.0 / theta, std_error / theta, -change.next().unwrap_or(0.0))
            }
            Dispersion::PoissonLimit { score } => {
                let exponential: f64 = Exp1.sample(rng);
                1.0 / (exponential / -score).min(LARGEST_ALPHA)
            }
        };
        match self.family {
            Family::Poisson => drawn(problem, &coefficients, sds, f64::INFINITY),
            Family::NegBin2 => drawn(problem, &coefficients, sds, theta),
        }
    }
}

/// A positive quantity whose logarithm has this standard error, moved by `change` on that scale.
fn positive(estimate: f64, log_error: f64, change: f64) -> f64 {
    match log_error <= KNOWN_WELL {
        true => estimate * change.exp(),
        false => estimate * (1.0 + change).abs(),
    }
}

/// Beyond this θ a negative binomial is a Poisson to all the digits that matter.
const POISSON: f64 = 1e12;

fn drawn(problem: &Problem, coefficients: &[f64], sds: Vec<f64>, theta: f64) -> DrawnParameters {
    let variances = sds.into_iter().map(|sd| sd * sd).collect();
    let (family, scatter) = match theta < POISSON {
        true => (Family::NegBin2, Scatter::NegBin2 { theta }),
        false => (Family::Poisson, Scatter::Poisson),
    };
    DrawnParameters {
        family,
        scatter,
        point: problem.point(coefficients, variances, theta.min(POISSON).ln()),
    }
}
