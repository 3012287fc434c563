//! The outer maximisation: Newton with the exact Hessian, damped where the surface is not yet concave.

use super::coordinates::{Coordinate, DropRight, System, at_rest, choose};
use super::options::Options;
use super::point::{Derivatives, Point};
use super::surface::Surface;
use crate::family::Family;
use crate::numeric::dense::Cholesky;
use crate::progress::{Iteration, Verdict};
use ndarray::{Array1, Array2};
use std::ops::ControlFlow;

/// First damping after a refused step, as a share of the Hessian's diagonal.
const FIRST_DAMPING: f64 = 1e-3;
/// With more damping than this no step is uphill.
const LAST_DAMPING: f64 = 1e12;
/// Evaluations during which a variance is not dropped to 0 again; doubled with each time.
const FIRST_WAIT: usize = 2;

/// A point with everything known there.
#[derive(Debug, Clone)]
pub(crate) struct Position {
    pub point: Point,
    pub effects: Vec<f64>,
    pub derivatives: Derivatives,
}

impl Position {
    /// Whether the value is larger by more than its noise.
    pub(super) fn is_above(&self, other: &Position, options: &Options) -> bool {
        let noise = options.rounding * (self.derivatives.magnitude + other.derivatives.magnitude);
        self.derivatives.value - other.derivatives.value > noise
    }
}

/// How a climb ended.
#[derive(Debug)]
pub(crate) enum End {
    /// At the maximum, in these coordinates.
    Maximum(Vec<Coordinate>),
    /// θ has run so far out that the Poisson should be asked.
    PoissonQuestion,
    /// The callback asked to stop.
    Cancelled,
    /// Evaluations ran out, or no step led uphill.
    Stuck(String),
}

/// One maximisation in progress.
pub(crate) struct Climb<'a, S> {
    pub surface: &'a mut S,
    pub family: Family,
    /// θ above this ends the climb with the Poisson question.
    pub question: f64,
    pub trace: &'a mut Vec<Iteration>,
    pub progress: &'a mut dyn FnMut(&Iteration) -> ControlFlow<()>,
}

impl<S: Surface> Climb<'_, S> {
    /// Climbs from a point to the maximum; `Position` is the best point reached, however the climb ends.
    pub(crate) fn run(&mut self, start: Point, effects: Vec<f64>) -> (Position, End) {
        let mut best = self.evaluate(start, effects);
        if !best.derivatives.is_finite() {
            // effects from elsewhere may lie where nothing leads to the mode
            best = self.evaluate(best.point, vec![0.0; best.effects.len()]);
        }
        if !best.derivatives.is_finite() {
            return (best, End::Stuck("the log-likelihood has no value where the climb begins".into()));
        }
        let mut waits = vec![DropWait::default(); self.surface.n_variances()];
        let (mut damping, mut verdict) = (0.0, Verdict::Taken);
        loop {
            let coordinates = self.coordinates(&best, &waits);
            let system = System::new(&best.derivatives, &best.point, &coordinates);
            let Some((step, decrement)) = damped_step(&system, &mut damping) else {
                return (best, End::Stuck("no step leads uphill".into()));
            };
            if verdict == Verdict::Taken
                && let Some(end) = self.record(&best, decrement, verdict).or_else(|| self.asks_poisson(&best))
            {
                return (best, end);
            }
            if damping == 0.0
                && decrement < self.surface.options().decrement_tolerance
                && let Some(coordinates) = at_rest(&coordinates, &best.point.variances)
            {
                return (best, End::Maximum(coordinates));
            }
            let limit = self.surface.options().max_evaluations;
            if self.trace.len() >= limit {
                return (best, End::Stuck(format!("the limit of {limit} evaluations was reached")));
            }
            let point = system.moved(&best.point, &step, &coordinates, self.surface.options());
            let next = self.evaluate(point, best.effects.clone());
            verdict = self.judge(&best, &next, decrement);
            for (wait, _) in waits.iter_mut().zip(&coordinates).filter(|(_, c)| **c == Coordinate::Drop) {
                wait.begin(self.trace.len());
            }
            if verdict == Verdict::Taken {
                damping = if damping <= FIRST_DAMPING { 0.0 } else { damping / 10.0 };
                best = next;
                continue;
            }
            let shown = if verdict == Verdict::NoValue { &best } else { &next };
            if let Some(end) = self.record(shown, decrement, verdict) {
                return (best, end);
            }
            // a variance that was dropped too early is the first suspect
            if !coordinates.contains(&Coordinate::Drop) {
                damping = (damping * 10.0).max(FIRST_DAMPING);
            }
        }
    }

    /// A point is taken if it loses no more log-likelihood than rounding explains.
    fn judge(&self, best: &Position, next: &Position, decrement: f64) -> Verdict {
        let (old, new) = (best.derivatives.value, next.derivatives.value);
        let slack = 1e-4 * decrement + self.surface.options().rounding * best.derivatives.magnitude;
        match (next.derivatives.is_finite(), new >= old - slack) {
            (false, _) => Verdict::NoValue,
            (true, true) => Verdict::Taken,
            (true, false) => Verdict::GivenBack,
        }
    }

    fn coordinates(&self, at: &Position, waits: &[DropWait]) -> Vec<Coordinate> {
        let p = at.point.beta.len();
        let of = |(l, wait): (usize, &DropWait)| {
            let (slope, curvature) = (at.derivatives.gradient[p + l], at.derivatives.hessian[[p + l, p + l]]);
            choose(at.point.variances[l], slope, curvature, wait.right(self.trace.len()))
        };
        waits.iter().enumerate().map(of).collect()
    }

    fn asks_poisson(&self, at: &Position) -> Option<End> {
        let upward = at.derivatives.gradient.last().is_some_and(|&slope| slope > 0.0);
        let far = self.family == Family::NegBin2 && at.point.phi > self.question.ln();
        (far && upward).then_some(End::PoissonQuestion)
    }

    fn evaluate(&mut self, point: Point, mut effects: Vec<f64>) -> Position {
        let derivatives = self.surface.evaluate(self.family, &point, &mut effects);
        Position { point, effects, derivatives }
    }

    fn record(&mut self, at: &Position, decrement: f64, verdict: Verdict) -> Option<End> {
        let evaluation = self.trace.len() + 1;
        let log_likelihood = at.derivatives.value;
        let iteration = Iteration { evaluation, log_likelihood, decrement, verdict };
        self.trace.push(iteration);
        (self.progress)(&iteration).is_break().then_some(End::Cancelled)
    }
}

/// When a variance that was dropped to 0 (and came back, or was refused) may be dropped again.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DropWait {
    until: usize,
    times: u32,
}

impl DropWait {
    pub(super) fn begin(&mut self, evaluation: usize) {
        self.until = evaluation + (FIRST_WAIT << self.times.min(16));
        self.times += 1;
    }

    pub(super) fn right(self, evaluation: usize) -> DropRight {
        if evaluation >= self.until { DropRight::Granted } else { DropRight::Withdrawn }
    }
}

/// (−H + λ|diag H|)⁻¹g with the smallest λ on the ladder that makes the matrix positive definite, and its decrement.
pub(super) fn damped_step(system: &System, damping: &mut f64) -> Option<(Array1<f64>, f64)> {
    while *damping <= LAST_DAMPING {
        if let Some(factor) = Cholesky::new(&negated(&system.hessian, *damping).view()) {
            let step = factor.solve(&system.gradient.view());
            let decrement = step.dot(&system.gradient);
            return Some((step, decrement));
        }
        *damping = (*damping * 10.0).max(FIRST_DAMPING);
    }
    None
}

fn negated(hessian: &Array2<f64>, damping: f64) -> Array2<f64> {
    let mut negated = -hessian;
    for i in 0..negated.nrows() {
        negated[[i, i]] += damping * hessian[[i, i]].abs().max(f64::MIN_POSITIVE);
    }
    negated
}
