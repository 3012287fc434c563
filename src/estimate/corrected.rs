//! Log-likelihoods that differ from Laplace's by a small smooth function, and their maxima.
//!
//! Value and gradient are exact. Of the curvature Laplace's share is exact and the difference's is built up by secants
//! (symmetric rank one) on the way, then taken by central differences of its gradient once, at the end.

use super::evaluate::{Objective, Order};
use super::maximise::{Estimate, best_point};
use super::newton::{Climb, End, Position};
use super::options::Options;
use super::point::{Derivatives, Point};
use super::surface::Surface;
use crate::error::{ErrorKind, Result};
use crate::family::Family;
use crate::model::Problem;
use crate::progress::Iteration;
use ndarray::{Array1, Array2};
use std::ops::ControlFlow;

/// What a log-likelihood adds to Laplace's.
pub(crate) trait Correction {
    /// The difference at a point; `modes` and `laplace`, with its gradient, belong to the point. `None` where the
    /// difference cannot be computed.
    fn difference(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &[f64],
        laplace: &Derivatives,
    ) -> Option<Difference>;
}

/// The difference from Laplace's log-likelihood at a point.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    pub value: f64,
    /// Over (β, υ, φ).
    pub gradient: Array1<f64>,
    /// The error to expect of the value, absolute.
    pub noise: f64,
}

/// Laplace's log-likelihood with a correction.
struct Corrected<'a, 'b, C> {
    objective: &'a mut Objective<'b>,
    correction: &'a mut C,
    secants: Option<Secants>,
}

/// The curvature of the difference as the points seen tell it.
#[derive(Debug)]
struct Secants {
    family: Family,
    at: Array1<f64>,
    gradient: Array1<f64>,
    curvature: Array2<f64>,
}

/// Secants shorter than this share of what they could tell are left out.
const LEAST_SECANT: f64 = 1e-6;

impl<C: Correction> Surface for Corrected<'_, '_, C> {
    fn n_variances(&self) -> usize {
        self.objective.n_variances()
    }

    fn options(&self) -> &Options {
        &self.objective.options
    }

    fn evaluate(&mut self, family: Family, point: &Point, effects: &mut [f64]) -> Derivatives {
        let mut all = self.objective.evaluate(family, point, effects, Order::Hessian);
        if !all.is_finite() {
            return all;
        }
        match self.correction.difference(self.objective, family, point, effects, &all) {
            None => all.value = f64::NAN,
            Some(difference) => {
                self.learn(family, point, &difference.gradient, &all);
                all.value += difference.value;
                all.gradient += &difference.gradient;
                all.magnitude += difference.noise / self.objective.options.rounding;
                if let Some(secants) = &self.secants {
                    all.hessian += &secants.curvature;
                }
            }
        }
        all
    }
}

impl<C: Correction> Corrected<'_, '_, C> {
    /// Adds what the step from the last point says of the difference's curvature: the symmetric matrix of rank one that
    /// makes the new secant hold.
    fn learn(&mut self, family: Family, point: &Point, gradient: &Array1<f64>, laplace: &Derivatives) {
        let at = vector(point, gradient.len());
        let secants = match &mut self.secants {
            Some(secants) if secants.family == family => secants,
            other => {
                let n = at.len();
                *other = Some(Secants {
                    family,
                    at,
                    gradient: gradient.clone(),
                    curvature: Array2::zeros((n, n)),
                });
                return;
            }
        };
        let step = &at - &secants.at;
        let missing = gradient - &secants.gradient - secants.curvature.dot(&step);
        // in standard errors, so that the units of the parameters do not matter
        let sizes = laplace.hessian.diag().mapv(|h| h.abs().max(f64::MIN_POSITIVE).sqrt());
        let (long, large) = (&step * &sizes, &missing / &sizes);
        let along = missing.dot(&step);
        if along.abs() > LEAST_SECANT * (long.dot(&long) * large.dot(&large)).sqrt() {
            for i in 0..step.len() {
                for j in 0..step.len() {
                    secants.curvature[[i, j]] += missing[i] * missing[j] / along;
                }
            }
        }
        (secants.at, secants.gradient) = (at, gradient.clone());
    }
}

/// (β, υ, φ) as one vector.
fn vector(point: &Point, n: usize) -> Array1<f64> {
    let n_variances = n.saturating_sub(point.beta.len()).min(point.variances.len());
    let all = point.beta.iter().chain(&point.variances[..n_variances]).chain([&point.phi]);
    all.take(n).copied().collect()
}

/// Maximises Laplace's log-likelihood with a correction, from Laplace's maximum.
pub(crate) fn maximise_corrected<C: Correction>(
    problem: &Problem,
    options: &Options,
    from: Estimate,
    correction: &mut C,
    progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
) -> Result<Estimate> {
    let mut objective = Objective::new(problem, options);
    let question = objective.question();
    let mut search =
        Search { objective: &mut objective, correction, trace: Vec::new(), before: from.trace, progress };
    let (family, Position { mut point, effects, .. }) = (from.family, from.position);
    if family == Family::NegBin2 {
        let (at, end) = search.climb(Family::NegBin2, point.clone(), effects.clone(), question);
        if !matches!(end, End::PoissonQuestion) {
            return search.ended(at, Family::NegBin2, end, None);
        }
        point = at.point;
    }
    let (limit, end) = search.climb(Family::Poisson, point, effects, f64::INFINITY);
    if problem.family() == Family::Poisson || !matches!(end, End::Maximum(_)) {
        return search.ended(limit, Family::Poisson, end, None);
    }
    let score = search.overdispersion_score(&limit, question);
    if score <= 0.0 {
        return search.ended(limit, Family::Poisson, end, Some(score));
    }
    let point = Point { phi: question.ln(), ..limit.point };
    let (at, end) = search.climb(Family::NegBin2, point, limit.effects, f64::INFINITY);
    search.ended(at, Family::NegBin2, end, None)
}

struct Search<'a, 'b, C> {
    objective: &'a mut Objective<'b>,
    correction: &'a mut C,
    /// Evaluations of this log-likelihood, which count against the limit, and those of Laplace's before them.
    trace: Vec<Iteration>,
    before: Vec<Iteration>,
    progress: &'a mut dyn FnMut(&Iteration) -> ControlFlow<()>,
}

/// 1/θ at which the slope away from the Poisson is taken, as a share of that at which the question is asked.
const NEAR_POISSON: f64 = 1e-3;
/// Step of the differences, in standard errors.
const STEP: f64 = 1e-3;

impl<C: Correction> Search<'_, '_, C> {
    fn climb(&mut self, family: Family, from: Point, effects: Vec<f64>, question: f64) -> (Position, End) {
        let mut surface = Corrected { objective: self.objective, correction: self.correction, secants: None };
        let (trace, progress) = (&mut self.trace, &mut *self.progress);
        Climb { surface: &mut surface, family, question, trace, progress }.run(from, effects)
    }

    /// ∂/∂(1/θ) at the Poisson: Laplace's exactly, the correction's by a difference.
    fn overdispersion_score(&mut self, limit: &Position, question: f64) -> f64 {
        let laplace = self.objective.overdispersion_score(limit);
        let alpha = NEAR_POISSON / question;
        let there = Point { phi: -alpha.ln(), ..limit.point.clone() };
        let mut difference = |family, point| {
            let mut modes = limit.effects.clone();
            let all = self.objective.evaluate(family, point, &mut modes, Order::Gradient);
            self.correction.difference(self.objective, family, point, &modes, &all).map(|d| d.value)
        };
        let here = difference(Family::Poisson, &limit.point);
        let moved = difference(Family::NegBin2, &there);
        laplace + here.zip(moved).map_or(0.0, |(here, moved)| (moved - here) / alpha)
    }

    fn ended(
        &mut self,
        mut at: Position,
        family: Family,
        end: End,
        poisson_limit: Option<f64>,
    ) -> Result<Estimate> {
        let mut trace = std::mem::take(&mut self.before);
        trace.append(&mut self.trace);
        match end {
            End::Maximum(coordinates) => {
                self.curve(family, &mut at);
                let decrement = trace.last().map_or(0.0, |last| last.decrement);
                Ok(Estimate { position: at, family, poisson_limit, coordinates, decrement, trace })
            }
            other => {
                let best = best_point(self.objective.problem, family, &at, trace);
                Err(match other {
                    End::Cancelled => ErrorKind::Cancelled { best }.into(),
                    End::Stuck(why) => ErrorKind::NotConverged { why, best }.into(),
                    _ => ErrorKind::NotConverged { why: "θ ran to infinity".into(), best }.into(),
                })
            }
        }
    }

    /// The Hessian at the maximum: Laplace's, and central differences of the correction's gradient (one-sided at a
    /// variance of 0).
    fn curve(&mut self, family: Family, at: &mut Position) {
        let mut modes = at.effects.clone();
        let laplace = self.objective.evaluate(family, &at.point, &mut modes, Order::Hessian);
        let n = laplace.gradient.len();
        let mut curvature = Array2::zeros((n, n));
        for k in 0..n {
            let step = STEP / laplace.hessian[[k, k]].abs().sqrt().max(f64::MIN_POSITIVE);
            let here = coordinate(&at.point, k);
            let is_variance = (at.point.beta.len()..n - usize::from(family == Family::NegBin2)).contains(&k);
            let down = if is_variance { step.min(here) } else { step };
            let (up, below) = (
                self.gradient_at(family, &at.point, k, step, &modes),
                self.gradient_at(family, &at.point, k, -down, &modes),
            );
            if let (Some(up), Some(below)) = (up, below) {
                curvature.column_mut(k).assign(&((up - below) / (step + down)));
            }
        }
        at.derivatives.hessian = laplace.hessian + 0.5 * (&curvature + &curvature.t());
    }

    fn gradient_at(
        &mut self,
        family: Family,
        from: &Point,
        k: usize,
        change: f64,
        modes: &[f64],
    ) -> Option<Array1<f64>> {
        let (mut point, mut modes) = (from.clone(), modes.to_vec());
        let p = point.beta.len();
        match k {
            k if k < p => point.beta[k] += change,
            k if k < p + self.objective.n_variances() => point.variances[k - p] += change,
            _ => point.phi += change,
        }
        let all = self.objective.evaluate(family, &point, &mut modes, Order::Gradient);
        self.correction.difference(self.objective, family, &point, &modes, &all).map(|d| d.gradient)
    }
}

fn coordinate(point: &Point, k: usize) -> f64 {
    let p = point.beta.len();
    match k {
        k if k < p => point.beta[k],
        k => point.variances.get(k - p).copied().unwrap_or(point.phi),
    }
}
