//! Where the maximum over all other parameters has fallen by a given amount: the end of a profile interval.
//!
//! The end is a point with two properties: the gradient vanishes but for what is held, and the log-likelihood is what
//! was asked (Venzon & Moolgavkar 1988, Applied Statistics 37:87). Both are solved for at once, by gradients alone: the
//! inverse information of the maximum is a good one to begin with, and each gradient mends it (BFGS). Of a quadratic
//! with inverse information B the point is δ = B(g + λe), with ½λ²B_jj the fall from the quadratic's own maximum.

use super::coordinates::{Coordinate, System};
use super::evaluate::{Objective, Order};
use super::held::{Held, HeldMaximum, gradient_along};
use super::point::Point;
use crate::family::Family;
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2};

/// A maximum with the information there.
#[derive(Debug, Clone)]
pub(crate) struct Summit {
    pub maximum: HeldMaximum,
    /// Positions of the parameters that are free to move among (β, υ, φ).
    free: Vec<usize>,
    pinned: Vec<usize>,
    /// Covariance of the free ones; variances as log sd.
    covariance: Array2<f64>,
    gradient: Array1<f64>,
    /// The Hessian's diagonal over (β, υ, φ).
    curvatures: Array1<f64>,
    /// Squared length, in standard errors, of a step that changes nothing any more.
    tolerance: f64,
}

/// The two sides of an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Low,
    High,
}

impl Side {
    /// −1 or 1.
    pub(crate) fn sign(self) -> f64 {
        match self {
            Side::Low => -1.0,
            Side::High => 1.0,
        }
    }
}

/// Gradients before the search is left to slower ways.
const MOST_GRADIENTS: usize = 20;
/// A step within 3e-6 standard errors of the last: the deviance is then off by 1e-7 at most after it was taken.
const AT_REST: f64 = 1e-11;
/// Largest change of log sd and log θ in one step.
const LOG_STEP: f64 = 1.0;

impl Summit {
    /// The maximum of a fit; `None` where the information there is not positive definite.
    pub(crate) fn of(
        objective: &mut Objective<'_>,
        family: Family,
        point: Point,
        mut effects: Vec<f64>,
    ) -> Option<Self> {
        let all = objective.evaluate(family, &point, &mut effects, Order::Hessian);
        let coordinates = objective.coordinates_at(&point);
        let system = System::new(&all, &point, &coordinates);
        let covariance = Cholesky::new(&(-&system.hessian).view())?.inverse();
        let p = point.beta.len();
        let pinned = coordinates.iter().enumerate().filter(|(_, c)| **c == Coordinate::Pinned);
        Some(Summit {
            free: system.free,
            pinned: pinned.map(|(l, _)| p + l).collect(),
            covariance,
            gradient: all.gradient,
            curvatures: all.hessian.diag().to_owned(),
            tolerance: AT_REST.max(objective.options.rounding * all.magnitude),
            maximum: HeldMaximum { log_likelihood: all.value, family, point, effects, slope: 0.0 },
        })
    }

    /// Standard error of what is held: of Σaβ̃, log sd or φ; `None` where it is a variance of 0 or an infinite θ.
    pub(crate) fn std_error(&self, objective: &Objective<'_>, held: &Held) -> Option<f64> {
        let at = self.place(objective, held)?;
        let variance = match held {
            Held::Combination { weights, .. } => {
                let each = |(i, a): (usize, &f64)| -> f64 {
                    weights.iter().enumerate().map(|(j, b)| a * b * self.covariance[[i, j]]).sum()
                };
                weights.iter().enumerate().map(each).sum()
            }
            _ => self.covariance[[at, at]],
        };
        Some(variance.sqrt())
    }

    /// Slope and curvature of the log-likelihood in a variance.
    pub(crate) fn in_variance(&self, level: usize) -> (f64, f64) {
        let at = self.maximum.point.beta.len() + level;
        (self.gradient[at], self.curvatures[at])
    }

    /// The end of the interval whose deviance, twice the fall of the log-likelihood, is `deviance`.
    ///
    /// `None` where the quick way does not lead there: the profile is far from a parabola, a side has no end, or a
    /// parameter at its edge wants to leave it.
    pub(crate) fn contour(
        &self,
        objective: &mut Objective<'_>,
        held: &Held,
        deviance: f64,
        side: Side,
    ) -> Option<HeldMaximum> {
        let at = self.place(objective, held)?;
        let scale = match held {
            Held::Combination { weights, pivot } => weights[*pivot],
            _ => 1.0,
        };
        let along = Along { held, ratios: held.ratios(), position: self.free[at], at };
        let sign = side.sign() * scale.signum();
        let mut inverse = along.covariance(&self.covariance);
        let mut here = self.maximum.clone();
        let mut gradient = self.free_gradient(&along, &here.point, &self.gradient);
        for gradients in 0..MOST_GRADIENTS {
            let newton = inverse.dot(&gradient);
            let gain = gradient.dot(&newton);
            let fall = 2.0 * (here.log_likelihood - self.maximum.log_likelihood) + gain + deviance;
            let spread = inverse[[at, at]];
            if !(fall >= 0.0 && spread > 0.0) {
                return None;
            }
            let lambda = sign * (fall / spread).sqrt();
            let mut step = newton + lambda * &inverse.column(at);
            let length = gain + 2.0 * lambda * gradient.dot(&inverse.column(at)) + fall;
            if gradients > 0 && length < self.tolerance {
                here.point = self.moved(&along, &here.point, &step);
                here.log_likelihood = self.maximum.log_likelihood - 0.5 * deviance;
                here.slope = -lambda / scale;
                return self.holds(objective, &here, &along, side).then_some(here);
            }
            step *= self.share(&here.point, &step);
            here.point = self.moved(&along, &here.point, &step);
            let all = objective.evaluate(here.family, &here.point, &mut here.effects, Order::Gradient);
            let next = self.free_gradient(&along, &here.point, &all.gradient);
            let asks_to_leave = self.pinned.iter().any(|&i| all.gradient[i] > 0.0);
            if !all.value.is_finite() || next.iter().any(|g| !g.is_finite()) || asks_to_leave {
                return None;
            }
            mend(&mut inverse, &step, &(&gradient - &next));
            (gradient, here.log_likelihood) = (next, all.value);
        }
        None
    }

    /// The place of what is held among the free parameters.
    fn place(&self, objective: &Objective<'_>, held: &Held) -> Option<usize> {
        let problem = objective.problem;
        let position = held.position(problem.n_terms(), problem.n_variances());
        self.free.iter().position(|&i| i == position)
    }

    /// The gradient over the free parameters: along the combination, variances as log sd.
    fn free_gradient(&self, along: &Along<'_>, point: &Point, all: &Array1<f64>) -> Array1<f64> {
        let all = gradient_along(all, &along.ratios, along.position);
        let p = point.beta.len();
        let of = |&i: &usize| match point.variances.get(i.wrapping_sub(p)) {
            Some(variance) if i < p + self.n_variances() => 2.0 * variance * all[i],
            _ => all[i],
        };
        self.free.iter().map(of).collect()
    }

    fn n_variances(&self) -> usize {
        self.gradient.len()
            - self.maximum.point.beta.len()
            - usize::from(self.maximum.family == Family::NegBin2)
    }

    fn moved(&self, along: &Along<'_>, point: &Point, step: &Array1<f64>) -> Point {
        let (p, n_variances) = (point.beta.len(), self.n_variances());
        let mut moved = point.clone();
        for (&i, step) in self.free.iter().zip(step) {
            if i < p {
                moved.beta[i] += step;
                if let Some(ratio) = along.ratios.get(i) {
                    moved.beta[along.position] -= ratio * step;
                }
            } else if i < p + n_variances {
                moved.variances[i - p] *= (2.0 * step).exp();
            } else {
                moved.phi += step;
            }
        }
        moved
    }

    /// The share of a step that the caps leave.
    fn share(&self, point: &Point, step: &Array1<f64>) -> f64 {
        let p = point.beta.len();
        let logs = self.free.iter().zip(step).filter(|(i, _)| **i >= p);
        logs.map(|(_, step)| LOG_STEP / step.abs()).fold(1.0, f64::min)
    }

    /// Whether the point is on its side, and an infinite θ still the best.
    fn holds(
        &self,
        objective: &mut Objective<'_>,
        here: &HeldMaximum,
        along: &Along<'_>,
        side: Side,
    ) -> bool {
        let moved = along.held.value(&here.point) - along.held.value(&self.maximum.point);
        let limit = here.family == Family::Poisson && objective.problem.family() == Family::NegBin2;
        moved * side.sign() > 0.0
            && (!limit || objective.overdispersion_score_at(&here.point, &here.effects) <= 0.0)
    }
}

/// What is held, as a coordinate.
struct Along<'a> {
    held: &'a Held,
    ratios: Vec<f64>,
    /// Its position among (β, υ, φ), and among the free ones.
    position: usize,
    at: usize,
}

impl Along<'_> {
    /// The covariance where the pivot stands for its combination, Σ_k (a_k/a_pivot) β̃_k.
    fn covariance(&self, of_parameters: &Array2<f64>) -> Array2<f64> {
        let mut change = Array2::eye(of_parameters.nrows());
        self.ratios.iter().enumerate().for_each(|(k, ratio)| change[[self.at, k]] += ratio);
        change.dot(of_parameters).dot(&change.t())
    }
}

/// The inverse after one more pair of a step s and the fall y of the gradient along it (BFGS).
fn mend(inverse: &mut Array2<f64>, step: &Array1<f64>, fall: &Array1<f64>) {
    let along = step.dot(fall);
    let image = inverse.dot(fall);
    let size = fall.dot(&image);
    // against the rounding of the gradients, and where the surface is not concave
    if along.is_nan() || along <= 1e-8 * (size * along).abs().sqrt() {
        return;
    }
    let factor = (1.0 + size / along) / along;
    for i in 0..step.len() {
        for j in 0..step.len() {
            inverse[[i, j]] += factor * step[i] * step[j] - (image[i] * step[j] + step[i] * image[j]) / along;
        }
    }
}
