//! The log-likelihood with one parameter, or one combination of coefficients, held where it is.

use super::coordinates::Coordinate;
use super::evaluate::{Objective, Order};
use super::newton::{Climb, End};
use super::options::Options;
use super::point::{Derivatives, Point};
use super::surface::Surface;
use crate::family::Family;
use ndarray::{Array1, Array2, Axis};
use std::ops::ControlFlow;

/// What is held.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Held {
    /// Σ_k a_k β̃_k of the standardised coefficients. The pivot, where |a| is largest, follows from the others.
    Combination { weights: Vec<f64>, pivot: usize },
    /// The variance of a level.
    Variance(usize),
    /// φ = log θ.
    Phi,
}

/// The maximum over everything else.
#[derive(Debug, Clone)]
pub(crate) struct HeldMaximum {
    pub log_likelihood: f64,
    /// The Poisson where θ, not held, is infinite.
    pub family: Family,
    pub point: Point,
    pub effects: Vec<f64>,
    /// Slope of the maximum in what is held: in Σaβ̃, υ or φ.
    pub slope: f64,
}

impl Held {
    /// A combination of coefficients; `weights` is not all 0.
    pub(crate) fn combination(weights: Vec<f64>) -> Self {
        let largest = |best: usize, k: usize| if weights[k].abs() > weights[best].abs() { k } else { best };
        let pivot = (0..weights.len()).fold(0, largest);
        Held::Combination { weights, pivot }
    }

    /// Position among (β, υ, φ) of what is held, for the combination that of its pivot.
    pub(super) fn position(&self, n_terms: usize, n_variances: usize) -> usize {
        match self {
            Held::Combination { pivot, .. } => *pivot,
            Held::Variance(level) => n_terms + level,
            Held::Phi => n_terms + n_variances,
        }
    }

    /// a_k/a_pivot, 0 for the pivot itself; nothing where no combination is held.
    pub(super) fn ratios(&self) -> Vec<f64> {
        match self {
            Held::Combination { weights, pivot } => {
                let ratio = |(k, a): (usize, &f64)| if k == *pivot { 0.0 } else { a / weights[*pivot] };
                weights.iter().enumerate().map(ratio).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Its value at a point: Σaβ̃, υ or φ.
    pub(crate) fn value(&self, at: &Point) -> f64 {
        match self {
            Held::Combination { weights, .. } => weights.iter().zip(&at.beta).map(|(a, b)| a * b).sum(),
            Held::Variance(level) => at.variances[*level],
            Held::Phi => at.phi,
        }
    }

    /// The point without what is held.
    fn without(&self, mut point: Point) -> Point {
        match self {
            Held::Combination { pivot, .. } => drop(point.beta.remove(*pivot)),
            Held::Variance(level) => drop(point.variances.remove(*level)),
            Held::Phi => {}
        }
        point
    }

    /// The whole point, with what is held at `value`.
    fn with(&self, value: f64, others: &Point) -> Point {
        let mut point = others.clone();
        match self {
            Held::Combination { weights, pivot } => {
                point.beta.insert(*pivot, 0.0);
                point.beta[*pivot] = (value - self.value(&point)) / weights[*pivot];
            }
            Held::Variance(level) => point.variances.insert(*level, value),
            Held::Phi => point.phi = value,
        }
        point
    }
}

/// The log-likelihood over the parameters that are not held.
struct HeldSurface<'a, 'b> {
    objective: &'a mut Objective<'b>,
    held: &'a Held,
    value: f64,
}

impl Surface for HeldSurface<'_, '_> {
    fn n_variances(&self) -> usize {
        self.objective.n_variances() - usize::from(matches!(self.held, Held::Variance(_)))
    }

    fn options(&self) -> &Options {
        &self.objective.options
    }

    fn evaluate(&mut self, family: Family, point: &Point, effects: &mut [f64]) -> Derivatives {
        let point = self.held.with(self.value, point);
        let all = self.objective.evaluate(family, &point, effects, Order::Hessian);
        let problem = self.objective.problem;
        let at = self.held.position(problem.n_terms(), problem.n_variances());
        let Derivatives { gradient, hessian, .. } = along(&all, &self.held.ratios(), at);
        let kept: Vec<usize> = (0..gradient.len()).filter(|k| *k != at).collect();
        Derivatives {
            gradient: gradient.select(Axis(0), &kept),
            hessian: hessian.select(Axis(0), &kept).select(Axis(1), &kept),
            ..all
        }
    }
}

/// Derivatives where the pivot stands for its whole combination: β̃_k then moves with −a_k/a_pivot of the pivot.
fn along(all: &Derivatives, ratios: &[f64], pivot: usize) -> Derivatives {
    let mut moved = all.clone();
    if ratios.iter().any(|&ratio| ratio != 0.0) {
        let mut change = Array2::eye(all.gradient.len());
        ratios.iter().enumerate().for_each(|(k, ratio)| change[[pivot, k]] -= ratio);
        moved.gradient = change.t().dot(&all.gradient);
        moved.hessian = change.t().dot(&all.hessian).dot(&change);
    }
    moved
}

/// The gradient in the same coordinates.
pub(super) fn gradient_along(gradient: &Array1<f64>, ratios: &[f64], pivot: usize) -> Array1<f64> {
    let mut moved = gradient.clone();
    ratios.iter().enumerate().for_each(|(k, ratio)| moved[k] -= ratio * gradient[pivot]);
    moved
}

impl Objective<'_> {
    /// θ above this raises the question whether the counts are Poisson.
    pub(crate) fn question(&self) -> f64 {
        let mean = self.problem.typical_counts().iter().sum::<f64>() / self.problem.n_rows() as f64;
        self.options.poisson_question * mean.max(1.0)
    }

    /// The maximum with something held at a value, climbed to from another point; `Err` says why there is none.
    pub(crate) fn maximise_held(
        &mut self,
        held: &Held,
        value: f64,
        from: &HeldMaximum,
    ) -> Result<HeldMaximum, String> {
        let mut start = from.point.clone();
        if *held == Held::Phi {
            return self.climb_held(held, value, Family::NegBin2, start, &from.effects, f64::INFINITY).0;
        }
        let family = self.problem.family();
        if family == Family::Poisson {
            return self.climb_held(held, value, family, start, &from.effects, f64::INFINITY).0;
        }
        let question = self.question();
        if from.family == Family::Poisson {
            start.phi = (question * 1.001).ln();
        }
        let (first, asked) = self.climb_held(held, value, family, start.clone(), &from.effects, question);
        if !asked {
            return first;
        }
        if let (Ok(limit), _) =
            self.climb_held(held, value, Family::Poisson, start.clone(), &from.effects, f64::INFINITY)
            && self.overdispersion_score_at(&limit.point, &limit.effects) <= 0.0
        {
            return Ok(limit);
        }
        self.climb_held(held, value, family, start, &from.effects, f64::INFINITY).0
    }

    /// The maximum of the Poisson, where a negative binomial has an infinite θ.
    pub(crate) fn maximise_poisson(&mut self, from: &HeldMaximum) -> Result<HeldMaximum, String> {
        let (mut trace, mut progress) = (Vec::new(), |_: &_| ControlFlow::Continue(()));
        let question = f64::INFINITY;
        let climb = Climb {
            surface: self,
            family: Family::Poisson,
            question,
            trace: &mut trace,
            progress: &mut progress,
        };
        let (mut climb, start, effects) = (climb, from.point.clone(), from.effects.clone());
        match climb.run(start, effects) {
            (at, End::Maximum(_)) => Ok(HeldMaximum {
                log_likelihood: at.derivatives.value,
                family: Family::Poisson,
                point: at.point,
                effects: at.effects,
                slope: 0.0,
            }),
            (_, end) => Err(unfinished(&end)),
        }
    }

    /// One climb, and whether it ended with the question whether the counts are Poisson.
    fn climb_held(
        &mut self,
        held: &Held,
        value: f64,
        family: Family,
        start: Point,
        effects: &[f64],
        question: f64,
    ) -> (Result<HeldMaximum, String>, bool) {
        let mut surface = HeldSurface { objective: self, held, value };
        let (mut trace, mut progress) = (Vec::new(), |_: &_| ControlFlow::Continue(()));
        let mut climb =
            Climb { surface: &mut surface, family, question, trace: &mut trace, progress: &mut progress };
        let (at, end) = climb.run(held.without(start), effects.to_vec());
        if !matches!(end, End::Maximum(_)) {
            return (Err(unfinished(&end)), matches!(end, End::PoissonQuestion));
        }
        let (point, mut effects) = (held.with(value, &at.point), at.effects);
        let all = self.evaluate(family, &point, &mut effects, Order::Gradient);
        let position = held.position(self.problem.n_terms(), self.problem.n_variances());
        let slope = match held {
            Held::Combination { weights, pivot } => all.gradient[position] / weights[*pivot],
            _ => all.gradient[position],
        };
        (Ok(HeldMaximum { log_likelihood: all.value, family, point, effects, slope }), false)
    }

    /// The coordinates of a point as a maximum is described: log sd, and what is exactly 0.
    pub(crate) fn coordinates_at(&self, point: &Point) -> Vec<Coordinate> {
        let of = |variance: &f64| if *variance == 0.0 { Coordinate::Pinned } else { Coordinate::LogSd };
        point.variances.iter().take(self.problem.n_variances()).map(of).collect()
    }
}

fn unfinished(end: &End) -> String {
    match end {
        End::Stuck(why) => why.clone(),
        _ => "the climb did not end".into(),
    }
}
