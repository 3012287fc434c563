//! From a problem to the root of the linearised equations, the Poisson limit of the negative binomial included.

use super::Expansion;
use crate::error::{Error, ErrorKind, Result};
use crate::estimate::coordinates::{Coordinate, System, at_rest, choose};
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::maximise::{Estimate, best_point};
use crate::estimate::newton::{DropWait, End, Position, damped_step};
use crate::estimate::options::Options;
use crate::estimate::point::{Derivatives, Point};
use crate::estimate::start::start;
use crate::family::Family;
use crate::model::Problem;
use crate::progress::{Iteration, Verdict};
use std::ops::ControlFlow;

/// The share of a step that is taken falls no lower than this; then the iteration does not settle.
const LEAST_SHARE: f64 = 1.0 / 1024.0;

/// Solves the equations; `progress` sees every evaluation and may stop the work.
///
/// There is nothing to climb: each step is the Newton step of the linear mixed model at hand, which then is made anew.
/// Where steps grow, or there is no model to make, shorter ones are taken.
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
    let mut estimate = search.root(first, question)?;
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
    /// The root of the problem's family, or the Poisson's where no overdispersion is left.
    fn root(&mut self, first: Point, question: f64) -> Result<Estimate> {
        let (family, effects) = (self.objective.problem.family(), vec![0.0; self.modes.len()]);
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
        let (mut share, mut last) = (1.0, f64::INFINITY);
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
            share = if decrement < last { (1.5f64 * share).min(1.0) } else { 0.5 * share };
            last = decrement;
            for (wait, _) in waits.iter_mut().zip(&coordinates).filter(|(_, c)| **c == Coordinate::Drop) {
                wait.begin(self.trace.len());
            }
            at = loop {
                let limit = self.objective.options.max_evaluations;
                if self.trace.len() >= limit {
                    let why =
                        format!("the limit of {limit} evaluations was reached: the equations did not settle");
                    return (at, End::Stuck(why));
                }
                if share < LEAST_SHARE {
                    return (
                        at,
                        End::Stuck("the equations do not settle: no step makes the next smaller".into()),
                    );
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

fn coordinates(at: &Position, waits: &[DropWait], evaluation: usize) -> Vec<Coordinate> {
    let p = at.point.beta.len();
    let Derivatives { gradient, hessian, .. } = &at.derivatives;
    let of = |(l, wait): (usize, &DropWait)| {
        choose(at.point.variances[l], gradient[p + l], hessian[[p + l, p + l]], wait.right(evaluation))
    };
    waits.iter().enumerate().map(of).collect()
}
