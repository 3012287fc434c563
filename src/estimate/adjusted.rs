//! The adjusted profile log-likelihood of the variances and θ: L_A(δ) = L(β̂_δ, δ) − ½ log det(−H_ββ).
//!
//! The maximum of L takes the coefficients for known and finds too little variance between few areas. The term takes
//! back what estimating β has used up: Cox & Reid's adjusted profile (1987, JRSSB 49:1); for normal data it is REML.
//! The gradient of L is exact. That of the determinant is a central difference along β̂_δ of the exact Hessian, of which
//! β̂_δ ± β̇h is good to second order; there are few variances, and two evaluations each cost less than third derivatives
//! of every sweep. Its own curvature enters the steps by its diagonal, so these close in linearly, and fast.

use super::coordinates::{Coordinate, System};
use super::evaluate::{Objective, Order};
use super::newton::{Climb, End};
use super::options::Options;
use super::point::{Derivatives, Point};
use super::surface::Surface;
use crate::family::Family;
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2, Axis};
use std::ops::ControlFlow;

/// The maximum of the adjusted profile.
#[derive(Debug)]
pub(crate) struct AdjustedMaximum {
    pub value: f64,
    /// The Poisson where θ is infinite.
    pub family: Family,
    /// The score of 1/θ there, where the model is a negative binomial.
    pub poisson_limit: Option<f64>,
    /// β̂ at the adjusted variances, and these.
    pub point: Point,
    /// [`Coordinate::Pinned`] for the variances that are 0.
    pub coordinates: Vec<Coordinate>,
    /// Slope and curvature of L_A over (υ, φ).
    pub derivatives: Derivatives,
    /// Covariance of the free ones among (log sd, φ).
    pub of_variances: Array2<f64>,
    /// Covariance of β̃, the uncertainty of the variances included.
    pub of_coefficients: Array2<f64>,
}

/// Step of the differences in log υ and φ.
const STEP: f64 = 2e-3;
/// Variances below this many steps at 0 are stepped as 0 is.
const NEAR_ZERO: f64 = 4.0;
/// Newton steps for β at fixed variances.
const MOST_STEPS: usize = 60;
/// β is at its maximum when twice what is still to be gained is below this.
const AT_REST: f64 = 1e-14;
/// The climb's own tolerance: the determinant's slope is a difference.
const DECREMENT: f64 = 1e-10;

/// L_A over (υ, φ), with β̂ carried along.
struct AdjustedSurface<'a, 'b> {
    objective: &'a mut Objective<'b>,
    options: Options,
    beta: Vec<f64>,
}

/// L at β̂_δ with what the adjustment needs of it.
struct Inner {
    all: Derivatives,
    point: Point,
    /// −H_ββ, factored.
    information: Cholesky,
    log_determinant: f64,
}

impl Surface for AdjustedSurface<'_, '_> {
    fn n_variances(&self) -> usize {
        self.objective.n_variances()
    }

    fn options(&self) -> &Options {
        &self.options
    }

    fn evaluate(&mut self, family: Family, point: &Point, effects: &mut [f64]) -> Derivatives {
        let point = Point { beta: self.beta.clone(), ..point.clone() };
        match self.inner(family, point, effects) {
            Some(inner) => self.adjusted(family, &inner, effects),
            None => {
                let n = self.objective.n_parameters(family) - self.beta.len();
                let (gradient, hessian) = (Array1::zeros(n), Array2::zeros((n, n)));
                Derivatives { value: f64::NAN, magnitude: 0.0, gradient, hessian }
            }
        }
    }
}

impl AdjustedSurface<'_, '_> {
    /// β̂ at fixed variances, by Newton from the last one.
    fn inner(&mut self, family: Family, mut point: Point, effects: &mut [f64]) -> Option<Inner> {
        let mut all = self.objective.evaluate(family, &point, effects, Order::Hessian);
        let mut last = f64::INFINITY;
        for _ in 0..MOST_STEPS {
            if !all.is_finite() {
                return None;
            }
            let (gradient, information) = of_coefficients(&all, point.beta.len());
            let information = Cholesky::new(&information.view())?;
            let mut step = information.solve(&gradient.view());
            let decrement = step.dot(&gradient);
            // the value stands still before β does, and the determinant moves with β: one step more
            if last < AT_REST.max(self.options.rounding * all.magnitude) {
                self.beta.clone_from(&point.beta);
                let log_determinant = log_determinant(&information);
                return Some(Inner { all, point, information, log_determinant });
            }
            last = decrement;
            let slack = self.options.rounding * all.magnitude;
            let cap = self.options.coefficient_step_cap;
            step *= step.iter().map(|s| cap / s.abs()).fold(1.0, f64::min);
            loop {
                let mut next = point.clone();
                next.beta.iter_mut().zip(&step).for_each(|(b, s)| *b += s);
                let there = self.objective.evaluate(family, &next, effects, Order::Hessian);
                if there.value >= all.value - slack {
                    (point, all) = (next, there);
                    break;
                }
                step *= 0.5;
                if step.iter().all(|s| s.abs() < 1e-14) {
                    return None;
                }
            }
        }
        None
    }

    fn adjusted(&mut self, family: Family, inner: &Inner, effects: &[f64]) -> Derivatives {
        let (all, p) = (&inner.all, inner.point.beta.len());
        let n = all.gradient.len() - p;
        let ways = self.ways(inner);
        let mut gradient = Array1::from_shape_fn(n, |k| all.gradient[p + k]);
        let mut hessian = Array2::from_shape_fn((n, n), |(k, l)| {
            let through: f64 = (0..p).map(|i| all.hessian[[i, p + k]] * ways[[i, l]]).sum();
            all.hessian[[p + k, p + l]] + through
        });
        for k in 0..n {
            let (slope, curvature) = self.determinant(family, inner, effects, k, &ways.column(k).to_owned());
            gradient[k] -= 0.5 * slope;
            hessian[[k, k]] -= 0.5 * curvature;
        }
        let value = all.value - 0.5 * inner.log_determinant;
        Derivatives { value, magnitude: all.magnitude, gradient, hessian }
    }

    /// β̇ = (−H_ββ)⁻¹ H_βδ: how β̂ moves with each of (υ, φ).
    fn ways(&self, inner: &Inner) -> Array2<f64> {
        let p = inner.point.beta.len();
        let n = inner.all.gradient.len() - p;
        let mut ways = Array2::zeros((p, n));
        for k in 0..n {
            let mixed = Array1::from_shape_fn(p, |i| inner.all.hessian[[i, p + k]]);
            ways.column_mut(k).assign(&inner.information.solve(&mixed.view()));
        }
        ways
    }

    /// Slope and curvature of log det(−H_ββ) along β̂ in the k-th of (υ, φ).
    fn determinant(
        &mut self,
        family: Family,
        inner: &Inner,
        effects: &[f64],
        k: usize,
        way: &Array1<f64>,
    ) -> (f64, f64) {
        let n_variances = self.objective.n_variances();
        let here = inner.log_determinant;
        let at_variance = (k < n_variances).then(|| inner.point.variances[k]);
        let mut moved = |change: f64| {
            let mut point = inner.point.clone();
            point.beta.iter_mut().zip(way).for_each(|(b, w)| *b += w * change);
            match k < n_variances {
                true => point.variances[k] += change,
                false => point.phi += change,
            }
            self.objective.log_determinant(family, &point, effects).unwrap_or(here)
        };
        let step_at_zero = 1e-3 / of_areas(&inner.all, inner.point.beta.len() + k);
        match at_variance {
            Some(variance) if variance < NEAR_ZERO * step_at_zero => {
                // one-sided, far below the variance at which the areas' own information counts: a share of the variance
                // itself would drown in rounding
                let (one, two) = (moved(step_at_zero), moved(2.0 * step_at_zero));
                let slope = (4.0 * one - 3.0 * here - two) / (2.0 * step_at_zero);
                (slope, (two - 2.0 * one + here) / (step_at_zero * step_at_zero))
            }
            Some(variance) => {
                let (up, down) = (moved(variance * STEP.exp_m1()), moved(variance * (-STEP).exp_m1()));
                let slope = (up - down) / (2.0 * STEP);
                let curvature = (up - 2.0 * here + down) / (STEP * STEP);
                (slope / variance, (curvature - slope) / (variance * variance))
            }
            None => {
                let (up, down) = (moved(STEP), moved(-STEP));
                ((up - down) / (2.0 * STEP), (up - 2.0 * here + down) / (STEP * STEP))
            }
        }
    }
}

fn log_determinant(factor: &Cholesky) -> f64 {
    2.0 * factor.lower().diag().iter().map(|d| d.ln()).sum::<f64>()
}

/// The root of the information about a variance at 0: about the information of its areas about their effects.
fn of_areas(all: &Derivatives, at: usize) -> f64 {
    all.hessian[[at, at]].abs().sqrt().max(1e-3)
}

/// Gradient and information of β.
fn of_coefficients(all: &Derivatives, p: usize) -> (Array1<f64>, Array2<f64>) {
    let gradient = all.gradient.iter().take(p).copied().collect();
    (gradient, Array2::from_shape_fn((p, p), |(i, j)| -all.hessian[[i, j]]))
}

impl Objective<'_> {
    /// log det(−H_ββ), β standardised; `None` where it is not positive definite.
    pub(crate) fn log_determinant(&mut self, family: Family, point: &Point, effects: &[f64]) -> Option<f64> {
        let mut effects = effects.to_vec();
        let all = self.evaluate(family, point, &mut effects, Order::Hessian);
        let information = Cholesky::new(&of_coefficients(&all, point.beta.len()).1.view())?;
        Some(log_determinant(&information))
    }

    /// The maximum of the adjusted profile, from the maximum of the likelihood; `Err` says why there is none.
    pub(crate) fn maximise_adjusted(
        &mut self,
        family: Family,
        from: &Point,
        effects: &[f64],
    ) -> Result<AdjustedMaximum, String> {
        let mut start = from.clone();
        let question = self.question();
        if self.problem.family() == Family::Poisson {
            return self
                .climb_adjusted(Family::Poisson, start, effects, f64::INFINITY)
                .map_err(|(why, _)| why);
        }
        if family == Family::Poisson {
            start.phi = (question * 1.001).ln();
        }
        match self.climb_adjusted(Family::NegBin2, start.clone(), effects, question) {
            Err((_, true)) => {}
            ended => return ended.map_err(|(why, _)| why),
        }
        // the determinant hardly moves with 1/θ where that is 0, and the score of the likelihood decides
        if let Ok(limit) = self.climb_adjusted(Family::Poisson, start.clone(), effects, f64::INFINITY) {
            let mut modes = effects.to_vec();
            self.evaluate(Family::Poisson, &limit.point, &mut modes, Order::Value);
            let score = self.overdispersion_score_at(&limit.point, &modes);
            if score <= 0.0 {
                return Ok(AdjustedMaximum { poisson_limit: Some(score), ..limit });
            }
        }
        self.climb_adjusted(Family::NegBin2, start, effects, f64::INFINITY).map_err(|(why, _)| why)
    }

    /// One climb; an error says whether it ended with the question whether the counts are Poisson.
    fn climb_adjusted(
        &mut self,
        family: Family,
        start: Point,
        effects: &[f64],
        question: f64,
    ) -> Result<AdjustedMaximum, (String, bool)> {
        let tolerance = self.options.decrement_tolerance.max(DECREMENT);
        let options = Options { decrement_tolerance: tolerance, ..self.options.clone() };
        let mut surface = AdjustedSurface { objective: self, options, beta: start.beta.clone() };
        let (mut trace, mut progress) = (Vec::new(), |_: &_| ControlFlow::Continue(()));
        let mut climb =
            Climb { surface: &mut surface, family, question, trace: &mut trace, progress: &mut progress };
        let without = Point { beta: Vec::new(), ..start };
        let (at, coordinates) = match climb.run(without, effects.to_vec()) {
            (at, End::Maximum(coordinates)) => (at, coordinates),
            (_, End::Stuck(why)) => return Err((why, false)),
            (_, End::PoissonQuestion) => return Err(("θ ran to infinity".into(), true)),
            (_, End::Cancelled) => return Err(("the climb was stopped".into(), false)),
        };
        let (point, mut effects) = (Point { beta: surface.beta.clone(), ..at.point.clone() }, at.effects);
        let flat = || ("the adjusted profile is flat there".to_string(), false);
        let inner = surface.inner(family, point, &mut effects).ok_or_else(flat)?;
        let system = System::new(&at.derivatives, &at.point, &coordinates);
        let of_variances = Cholesky::new(&(-&system.hessian).view()).ok_or_else(flat)?.inverse();
        let factors = Array1::from(system.factors(&at.point, &coordinates));
        let ways = surface.ways(&inner).select(Axis(1), &system.free) * &factors;
        let of_coefficients = inner.information.inverse() + ways.dot(&of_variances).dot(&ways.t());
        Ok(AdjustedMaximum {
            value: at.derivatives.value,
            family,
            poisson_limit: None,
            point: inner.point,
            coordinates,
            derivatives: at.derivatives,
            of_variances,
            of_coefficients,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::{Model, Problem};

    fn problem(model: Model) -> Problem {
        super::super::fixture::problem(model, 96, 3)
    }

    #[test]
    fn the_curvature_next_to_zero_is_that_at_zero() {
        let problem = problem(Model::poisson());
        let mut objective = Objective::new(&problem, &Options::default());
        let options = Options::default();
        let mut surface = AdjustedSurface { objective: &mut objective, options, beta: vec![2.3, 0.0, 0.0] };
        let mut effects = vec![0.0; problem.nodes.n_nodes()];
        let mut at = |variance: f64| {
            let point = Point { beta: vec![], variances: vec![variance, 0.1], phi: f64::INFINITY };
            surface.evaluate(Family::Poisson, &point, &mut effects).hessian[[0, 0]]
        };
        let zero = at(0.0);
        for variance in [1e-9, 1e-8, 1e-7, 1e-6] {
            assert!((at(variance) / zero - 1.0).abs() < 0.01, "{variance}: {} {zero}", at(variance));
        }
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_value() {
        for (model, family) in [(Model::poisson(), Family::Poisson), (Model::neg_bin2(), Family::NegBin2)] {
            let problem = problem(model);
            let mut objective = Objective::new(&problem, &Options::default());
            let options = Options::default();
            let mut surface =
                AdjustedSurface { objective: &mut objective, options, beta: vec![2.3, 0.0, 0.0] };
            let mut effects = vec![0.0; problem.nodes.n_nodes()];
            for (variances, phi) in [([0.05, 0.2], 1.3), ([0.3, 0.02], 0.4), ([0.0, 0.1], 1.0)] {
                let point = Point { beta: vec![], variances: variances.to_vec(), phi };
                let all = surface.evaluate(family, &point, &mut effects);
                for k in 0..all.gradient.len() {
                    let mut value = |step: f64| {
                        let mut moved = point.clone();
                        if k < 2 {
                            moved.variances[k] += step
                        } else {
                            moved.phi += step
                        }
                        surface.evaluate(family, &moved, &mut effects).value
                    };
                    let slope = match point.variances.get(k) {
                        Some(0.0) => {
                            let h = 1e-4;
                            (4.0 * value(h) - 3.0 * all.value - value(2.0 * h)) / (2.0 * h)
                        }
                        _ => {
                            let h = 1e-3 * point.variances.get(k).copied().unwrap_or(1.0);
                            (8.0 * (value(h) - value(-h)) - value(2.0 * h) + value(-2.0 * h)) / (12.0 * h)
                        }
                    };
                    let off = (slope - all.gradient[k]).abs() / (1.0 + slope.abs());
                    assert!(off < 2e-5, "{family:?} {variances:?} {k}: {slope} {}", all.gradient[k]);
                }
            }
        }
    }
}
