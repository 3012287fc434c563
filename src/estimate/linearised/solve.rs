//! From a problem to the root of the linearised equations, the Poisson limit of the negative binomial included.

use super::Expansion;
use crate::error::{Error, ErrorKind, Result};
use crate::estimate::coordinates::{Coordinate, System, at_rest, choose};
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::maximise::{Estimate, Start, best_point, maximise};
use crate::estimate::newton::{DropWait, End, Position, damped_step};
use crate::estimate::options::Options;
use crate::estimate::point::{Derivatives, Point};
use crate::estimate::start::start;
use crate::family::Family;
use crate::model::Problem;
use crate::progress::{Iteration, Verdict};
use std::ops::ControlFlow;

/// Steps are taken in part after one that turned the slope along it to more than this share of its opposite.
const TURNED: f64 = 0.5;
/// The least part, and how it grows again: slower than it shrinks, so that to and fro comes to an end.
const LEAST_SHARE: f64 = 1.0 / 64.0;
const GROWTH: f64 = 1.3;
/// Decrement at which Laplace's maximum is near enough to begin from.
const NEAR: f64 = 1e-6;

/// Solves the equations; `progress` sees every evaluation and may stop the work.
///
/// There is nothing to climb: each step is the Newton step of the linear mixed model at hand, which then is made anew.
/// Where steps lead too far, or there is no model to make, shorter ones are taken. What does not settle from least squares
/// and moments is begun again at Laplace's maximum.
pub(crate) fn solve_linearised(
    problem: &Problem,
    options: &Options,
    expansion: Expansion,
    progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
) -> Result<Estimate> {
    let mut search = Search {
        objective: Objective::new(problem, options),
        expansion,
        modes: vec![0.0; problem.nodes.n_nodes()],
        trace: Vec::new(),
        progress,
    };
    let question = search.objective.question();
    let first = start(problem, problem.family(), question * 1.001);
    let mut answer = search.root(first, vec![0.0; problem.nodes.n_nodes()], question);
    if let Err(error) = &answer
        && matches!(error.kind(), ErrorKind::NotConverged { .. })
        && let Some((point, effects)) = search.laplace(question)
    {
        answer = search.root(point, effects, question);
    }
    let mut estimate = answer?;
    estimate.trace = search.trace;
    Ok(estimate)
}

struct Search<'a, 'b> {
    objective: Objective<'b>,
    expansion: Expansion,
    /// The modes of the last evaluation of Laplace's log-likelihood, where the rows are expanded elsewhere.
    modes: Vec<f64>,
    trace: Vec<Iteration>,
    progress: &'a mut dyn FnMut(&Iteration) -> ControlFlow<()>,
}

impl Search<'_, '_> {
    /// Where Laplace's log-likelihood is largest, with its modes.
    fn laplace(&mut self, question: f64) -> Option<(Point, Vec<f64>)> {
        let options = Options { decrement_tolerance: NEAR, ..self.objective.options.clone() };
        let at = maximise(self.objective.problem, &options, Start::Cold, self.progress).ok()?;
        let mut point = at.position.point;
        if at.family != self.objective.problem.family() {
            point.phi = (question * 1.001).ln();
        }
        Some((point, at.position.effects))
    }

    /// The root of the problem's family, or the Poisson's where no overdispersion is left.
    fn root(&mut self, first: Point, effects: Vec<f64>, question: f64) -> Result<Estimate> {
        let family = self.objective.problem.family();
        let (here, end) = self.iterate(family, first, effects, question);
        if !matches!(end, End::PoissonQuestion) {
            return self.ended(here, family, end, None);
        }
        let (point, effects) = (here.point.clone(), here.effects.clone());
        let (limit, end) = self.iterate(Family::Poisson, point, effects, f64::INFINITY);
        match end {
            End::Cancelled => return self.ended(limit, Family::Poisson, End::Cancelled, None),
            End::Maximum(coordinates) => {
                let score = self.objective.linearised_overdispersion(self.expansion, &limit);
                if score <= 0.0 {
                    return self.ended(limit, Family::Poisson, End::Maximum(coordinates), Some(score));
                }
            }
            _ => {}
        }
        let (at, end) = self.iterate(Family::NegBin2, here.point, here.effects, f64::INFINITY);
        self.ended(at, Family::NegBin2, end, None)
    }

    /// Newton steps, each with the model of its own point.
    fn iterate(&mut self, family: Family, from: Point, effects: Vec<f64>, question: f64) -> (Position, End) {
        let mut at = self.evaluate(family, from, effects);
        if !at.derivatives.is_finite() {
            return (at, End::Stuck("the equations have no value where the iteration begins".into()));
        }
        let mut waits = vec![DropWait::default(); self.objective.problem.n_variances()];
        let (mut share, begun) = (1.0f64, self.trace.len());
        loop {
            let coordinates = coordinates(&at, &waits, self.trace.len());
            let (system, mut damping) = (System::new(&at.derivatives, &at.point, &coordinates), 0.0);
            let Some((step, decrement)) = damped_step(&system, &mut damping) else {
                return (at, End::Stuck("the equations do not say where to go".into()));
            };
            if let Some(end) = self.record(&at, decrement, Verdict::Taken) {
                return (at, end);
            }
            let slope = at.derivatives.gradient.last().copied().unwrap_or(0.0);
            if family == Family::NegBin2 && at.point.phi > question.ln() && slope > 0.0 {
                return (at, End::PoissonQuestion);
            }
            if damping == 0.0
                && decrement < self.objective.options.decrement_tolerance
                && let Some(rest) = at_rest(&coordinates, &at.point.variances)
            {
                return (at, End::Maximum(rest));
            }
            for (wait, _) in waits.iter_mut().zip(&coordinates).filter(|(_, c)| **c == Coordinate::Drop) {
                wait.begin(self.trace.len());
            }
            let next = loop {
                let limit = self.objective.options.max_evaluations;
                if self.trace.len() - begun >= limit {
                    let why = format!("the equations did not settle within the limit of {limit} evaluations");
                    return (at, End::Stuck(why));
                }
                let point = system.moved(&at.point, &(&step * share), &coordinates, &self.objective.options);
                let next = self.evaluate(family, point, at.effects.clone());
                if next.derivatives.is_finite() {
                    break next;
                }
                share *= 0.25;
                if let Some(end) = self.record(&at, decrement, Verdict::NoValue) {
                    return (at, end);
                }
            };
            share = match overshoot(&at, &next, self.objective.problem.n_variances()) > TURNED {
                true => (0.5 * share).max(LEAST_SHARE),
                false => (GROWTH * share).min(1.0),
            };
            at = next;
        }
    }

    /// Equations and information at a point, the value that of Laplace's log-likelihood.
    fn evaluate(&mut self, family: Family, point: Point, mut effects: Vec<f64>) -> Position {
        let objective = &mut self.objective;
        let mut derivatives = objective.evaluate_linearised(family, self.expansion, &point, &mut effects);
        if self.expansion == Expansion::AtZero && derivatives.is_finite() {
            derivatives.value = objective.evaluate(family, &point, &mut self.modes, Order::Value).value;
        }
        Position { point, effects, derivatives }
    }

    fn record(&mut self, at: &Position, decrement: f64, verdict: Verdict) -> Option<End> {
        let (evaluation, log_likelihood) = (self.trace.len() + 1, at.derivatives.value);
        let iteration = Iteration { evaluation, log_likelihood, decrement, verdict };
        self.trace.push(iteration);
        (self.progress)(&iteration).is_break().then_some(End::Cancelled)
    }

    fn ended(
        &mut self,
        position: Position,
        family: Family,
        end: End,
        poisson_limit: Option<f64>,
    ) -> Result<Estimate> {
        let best = |end: fn(_) -> ErrorKind| -> Error {
            end(best_point(self.objective.problem, family, &position, self.trace.clone())).into()
        };
        let why = match end {
            End::Maximum(coordinates) => {
                let decrement = self.trace.last().map_or(0.0, |last| last.decrement);
                let trace = Vec::new();
                return Ok(Estimate { position, family, poisson_limit, coordinates, decrement, trace });
            }
            End::Cancelled => return Err(best(|best| ErrorKind::Cancelled { best })),
            End::Stuck(why) => why,
            End::PoissonQuestion => "θ ran to infinity".into(),
        };
        let best = best_point(self.objective.problem, family, &position, self.trace.clone());
        Err(ErrorKind::NotConverged { why, best }.into())
    }
}

/// The slope along a step at its end, its sign changed, as a share of that at its beginning.
fn overshoot(from: &Position, to: &Position, n_variances: usize) -> f64 {
    let values = |at: &Position| -> Vec<f64> {
        let Point { beta, variances, phi } = &at.point;
        beta.iter().chain(&variances[..n_variances]).chain([phi]).copied().collect()
    };
    let (old, new) = (values(from), values(to));
    let along = |at: &Position| -> f64 {
        at.derivatives.gradient.iter().zip(&old).zip(&new).map(|((g, old), new)| g * (new - old)).sum()
    };
    let (before, after) = (along(from), along(to));
    if before > 0.0 { -after / before } else { 0.0 }
}

fn coordinates(at: &Position, waits: &[DropWait], evaluation: usize) -> Vec<Coordinate> {
    let p = at.point.beta.len();
    let Derivatives { gradient, hessian, .. } = &at.derivatives;
    let of = |(l, wait): (usize, &DropWait)| {
        choose(at.point.variances[l], gradient[p + l], hessian[[p + l, p + l]], wait.right(evaluation))
    };
    waits.iter().enumerate().map(of).collect()
}
