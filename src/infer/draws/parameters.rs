//! Draws of the parameters of a fit.

use crate::error::{ErrorKind, Result};
use crate::estimate::Point;
use crate::family::{Family, Scatter};
use crate::infer::fit::Fit;
use crate::infer::variance::{Dispersion, LevelVariance, StandardDeviation};
use crate::model::Problem;
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// Up to this standard error a standard deviation (or θ) is drawn on its logarithm, beyond it on its own scale (or
/// that of 1/θ), folded at 0: far out the logarithm of little known things runs to absurd values.
const KNOWN_WELL: f64 = 0.5;
/// The largest standard deviation that is drawn for a level whose estimate is 0: a bound of sense, mostly far away.
const LARGEST_SD: f64 = 1.0;
/// The largest 1/θ that is drawn where the estimate is 0.
const LARGEST_ALPHA: f64 = 1.0;

/// The approximate posterior of a fit's parameters under flat priors.
///
/// Coefficients, log standard deviations and log θ are normal around the maximum with the inverse information as
/// covariance. A standard deviation whose maximum is 0, with slope g and curvature h of the log-likelihood in the
/// variance there, has a likelihood about exp(gσ² + ½hσ⁴); an infinite θ one about exp(g/θ + ½h/θ²), where h is
/// −½Σμ², the information of the Poisson's rows about 1/θ.
#[derive(Debug, Clone)]
pub(crate) struct ParameterPosterior {
    family: Family,
    estimates: Vec<f64>,
    levels: Vec<LevelVariance>,
    dispersion: Dispersion,
    /// Lower triangle L with LL' the covariance.
    factor: Array2<f64>,
    /// Another factor A with AA' the covariance: the first columns move standard deviations and θ, and the coefficients
    /// along with them, the others coefficients alone.
    axes: Array2<f64>,
    /// ½Σμ², the information about 1/θ where θ is infinite.
    alpha_information: f64,
}

/// One draw, in the units of the passes.
#[derive(Debug, Clone)]
pub(crate) struct DrawnParameters {
    pub family: Family,
    pub point: Point,
    pub scatter: Scatter,
}

impl ParameterPosterior {
    pub(crate) fn of(fit: &Fit, problem: &Problem) -> Result<Self> {
        let covariance = &fit.covariance().matrix;
        let p = fit.coefficients().len();
        let scales_first: Vec<usize> = (p..covariance.nrows()).chain(0..p).collect();
        let reordered = Array2::from_shape_fn(covariance.raw_dim(), |(i, j)| {
            covariance[[scales_first[i], scales_first[j]]]
        });
        let factors = Cholesky::new(&covariance.view()).zip(Cholesky::new(&reordered.view()));
        let Some((factor, reordered)) = factors else {
            let message =
                "the covariance of the fit is not positive definite, so nothing can be drawn from it";
            return Err(ErrorKind::Specification { message: message.into() }.into());
        };
        let mut axes = Array2::zeros(covariance.raw_dim());
        for (row, &parameter) in reordered.lower().rows().into_iter().zip(&scales_first) {
            axes.row_mut(parameter).assign(&row);
        }
        Ok(ParameterPosterior {
            axes,
            family: fit.family(),
            estimates: fit.coefficients().iter().map(|c| c.estimate).collect(),
            levels: fit.levels().to_vec(),
            dispersion: fit.dispersion(),
            factor: factor.lower(),
            alpha_information: 0.5 * problem.typical_counts().iter().map(|mean| mean * mean).sum::<f64>(),
        })
    }

    /// A with AA' the covariance of what [`super::Covariance`] names; see [`ParameterPosterior::n_scales`].
    pub(super) fn axes(&self) -> &Array2<f64> {
        &self.axes
    }

    /// Number of standard deviations and θ that are free: the axes up to here move them, the others coefficients alone.
    pub(crate) fn n_scales(&self) -> usize {
        self.axes.ncols() - self.estimates.len()
    }

    /// The maximum itself.
    pub(crate) fn mode(&self, problem: &Problem) -> DrawnParameters {
        self.moved(problem, &Array1::zeros(self.axes.nrows()), |_| 0.0)
    }

    /// So many standard deviations along an axis; a standard deviation of 0 and an infinite θ stay.
    pub(crate) fn along(&self, problem: &Problem, axis: usize, steps: f64) -> DrawnParameters {
        self.moved(problem, &(&self.axes.column(axis) * steps), |_| 0.0)
    }

    pub(crate) fn draw(&self, problem: &Problem, rng: &mut (impl Rng + ?Sized)) -> DrawnParameters {
        let normal: Array1<f64> = (0..self.factor.nrows()).map(|_| StandardNormal.sample(rng)).collect();
        self.moved(problem, &self.factor.dot(&normal), |edge| {
            from_zero(|x| edge.log_density(x), edge.most, rng)
        })
    }

    /// The maximum with a change of what is free, on the scales of [`super::Covariance`], and with a value for each
    /// standard deviation and 1/θ that is 0 there.
    fn moved(
        &self,
        problem: &Problem,
        change: &Array1<f64>,
        mut at_edge: impl FnMut(Edge) -> f64,
    ) -> DrawnParameters {
        let mut change = change.iter().copied();
        let coefficients: Vec<f64> =
            self.estimates.iter().map(|estimate| estimate + change.next().unwrap_or(0.0)).collect();
        let mut sds = Vec::with_capacity(self.levels.len());
        for level in &self.levels {
            sds.push(match level.sd {
                StandardDeviation::Positive { estimate, std_error } => {
                    positive(estimate, std_error / estimate, change.next().unwrap_or(0.0))
                }
                StandardDeviation::Zero { score, curvature } => {
                    at_edge(Edge { power: 2, slope: score, curvature: curvature.min(0.0), most: LARGEST_SD })
                }
            });
        }
        let theta = match self.dispersion {
            Dispersion::Poisson => f64::INFINITY,
            Dispersion::NegBin2 { theta, std_error } => {
                1.0 / positive(1.0 / theta, std_error / theta, -change.next().unwrap_or(0.0))
            }
            Dispersion::PoissonLimit { score } => {
                let curvature = -self.alpha_information;
                1.0 / at_edge(Edge { power: 1, slope: score, curvature, most: LARGEST_ALPHA })
            }
        };
        match self.family {
            Family::Poisson => drawn(problem, &coefficients, sds, f64::INFINITY),
            Family::NegBin2 => drawn(problem, &coefficients, sds, theta),
        }
    }
}

/// How the log-likelihood falls from 0 on in a standard deviation (in its square) or in 1/θ.
#[derive(Debug, Clone, Copy)]
struct Edge {
    power: i32,
    slope: f64,
    curvature: f64,
    /// The largest value that is drawn.
    most: f64,
}

impl Edge {
    fn log_density(self, x: f64) -> f64 {
        let x = x.powi(self.power);
        self.slope * x + 0.5 * self.curvature * x * x
    }
}

impl Fit {
    /// The maximum in the units of the passes, the Poisson where θ is infinite.
    pub(crate) fn at_estimate(&self, problem: &Problem) -> Result<DrawnParameters> {
        Ok(ParameterPosterior::of(self, problem)?.mode(problem))
    }
}

/// A positive quantity whose logarithm has this standard error, moved by `change` on that scale.
fn positive(estimate: f64, log_error: f64, change: f64) -> f64 {
    match log_error <= KNOWN_WELL {
        true => estimate * change.exp(),
        false => estimate * (1.0 + change).abs(),
    }
}

/// Points of the grid on which a density that falls from 0 is drawn.
const GRID: usize = 256;
/// What is this far below the largest log-density is left out.
const FAR_BELOW: f64 = 40.0;

/// A draw from a density on [0, most] that falls from 0 on, by inversion on a grid over what matters of it.
fn from_zero(log_density: impl Fn(f64) -> f64, most: f64, rng: &mut (impl Rng + ?Sized)) -> f64 {
    let mut end = most;
    while log_density(end) < -FAR_BELOW && end > f64::MIN_POSITIVE {
        end *= 0.5;
    }
    let end = (2.0 * end).min(most);
    let cells: Vec<f64> =
        (0..GRID).map(|i| log_density(end * (i as f64 + 0.5) / GRID as f64).exp()).collect();
    let (target, mut sum) = (rng.random::<f64>() * cells.iter().sum::<f64>(), 0.0);
    for (i, cell) in cells.iter().enumerate() {
        if sum + cell >= target {
            return end * (i as f64 + ((target - sum) / cell).clamp(0.0, 1.0)) / GRID as f64;
        }
        sum += cell;
    }
    end
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

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    /// Mean of σ² under exp(gσ²) is −1/(2g), of x under exp(gx) −1/g.
    #[test]
    fn draws_from_zero_have_the_moments_of_their_density() {
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let n = 20_000;
        let square: f64 = (0..n).map(|_| from_zero(|sd| -800.0 * sd * sd, 1.0, &mut rng).powi(2)).sum();
        assert!((square / n as f64 * 1600.0 - 1.0).abs() < 0.04, "{square}");
        let plain: f64 = (0..n).map(|_| from_zero(|x| -5e4 * x, 1.0, &mut rng)).sum();
        assert!((plain / n as f64 * 5e4 - 1.0).abs() < 0.03, "{plain}");
    }

    #[test]
    fn a_flat_start_is_held_by_the_curvature() {
        let mut rng = ChaCha12Rng::seed_from_u64(2);
        let largest =
            (0..2000).map(|_| from_zero(|sd| -0.5 * 4e6 * sd.powi(4), 1.0, &mut rng)).fold(0.0, f64::max);
        assert!(largest < 0.07, "{largest}");
        assert!((0..100).all(|_| (0.0..=1.0).contains(&from_zero(|_| 0.0, 1.0, &mut rng))));
    }
}
