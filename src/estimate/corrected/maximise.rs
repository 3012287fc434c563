//! From Laplace's maximum to that with a correction, the Poisson limit of the negative binomial included.

use super::Correction;
use super::surface::Corrected;
use crate::error::{ErrorKind, Result};
use crate::estimate::evaluate::Objective;
use crate::estimate::maximise::{Estimate, best_point, was_cancelled};
use crate::estimate::newton::{Climb, End, Position};
use crate::estimate::options::Options;
use crate::estimate::point::Point;
use crate::estimate::start::start;
use crate::family::Family;
use crate::model::Problem;
use crate::progress::Iteration;
use std::ops::ControlFlow;

/// Maximises Laplace's log-likelihood with a correction, from Laplace's maximum; where that leads nowhere, which is where
/// Laplace's own maximum is far off, from least squares and moments.
pub(crate) fn maximise_corrected<C: Correction>(
    problem: &Problem,
    options: &Options,
    from: Estimate,
    correction: &mut C,
    progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
) -> Result<Estimate> {
    let mut objective = Objective::new(problem, options);
    let question = objective.question();
    let before = from.trace;
    let mut search =
        Search { objective: &mut objective, correction, trace: Vec::new(), before, progress, question };
    let Position { point, effects, .. } = from.position;
    let first = search.run(from.family, point, effects);
    match &first {
        Err(error) if matches!(error.kind(), ErrorKind::NotConverged { .. }) => {
            let point = start(problem, problem.family(), question * 1.001);
            let again = search.run(problem.family(), point, vec![0.0; problem.nodes.n_nodes()]);
            if again.is_ok() || was_cancelled(&again) { again } else { first }
        }
        _ => first,
    }
}

pub(super) struct Search<'a, 'b, C> {
    pub objective: &'a mut Objective<'b>,
    pub correction: &'a mut C,
    /// Evaluations of this climb, which count against the limit, and all before them.
    trace: Vec<Iteration>,
    before: Vec<Iteration>,
    progress: &'a mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    question: f64,
}

/// 1/θ at which the slope away from the Poisson is taken, as a share of that at which the question is asked.
const NEAR_POISSON: f64 = 1e-3;

impl<C: Correction> Search<'_, '_, C> {
    /// The maximum from a point, the Poisson limit of the negative binomial included.
    fn run(&mut self, family: Family, mut point: Point, mut effects: Vec<f64>) -> Result<Estimate> {
        let question = self.question;
        if family == Family::NegBin2 {
            let (at, end) = self.climb(Family::NegBin2, point, effects, question);
            if !matches!(end, End::PoissonQuestion) {
                return self.ended(at, Family::NegBin2, end, None);
            }
            (point, effects) = (at.point, at.effects);
        }
        let (limit, end) = self.climb(Family::Poisson, point, effects, f64::INFINITY);
        if self.objective.problem.family() == Family::Poisson || !matches!(end, End::Maximum(_)) {
            return self.ended(limit, Family::Poisson, end, None);
        }
        let score = self.overdispersion_score(&limit);
        if score <= 0.0 {
            return self.ended(limit, Family::Poisson, end, Some(score));
        }
        let point = Point { phi: question.ln(), ..limit.point };
        let (at, end) = self.climb(Family::NegBin2, point, limit.effects, f64::INFINITY);
        self.ended(at, Family::NegBin2, end, None)
    }

    fn climb(&mut self, family: Family, from: Point, effects: Vec<f64>, question: f64) -> (Position, End) {
        let mut surface = Corrected { objective: self.objective, correction: self.correction, secants: None };
        let (trace, progress) = (&mut self.trace, &mut *self.progress);
        Climb { surface: &mut surface, family, question, trace, progress }.run(from, effects)
    }

    /// ∂/∂(1/θ) at the Poisson: Laplace's exactly, the correction's by a difference.
    fn overdispersion_score(&mut self, limit: &Position) -> f64 {
        let laplace = self.objective.overdispersion_score(limit);
        let alpha = NEAR_POISSON / self.question;
        let there = Point { phi: -alpha.ln(), ..limit.point.clone() };
        let mut difference = |family, point| {
            let mut modes = limit.effects.clone();
            let all = self.objective.evaluate(family, point, &mut modes, self.correction.needs());
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
        self.before.append(&mut self.trace);
        let trace = self.before.clone();
        let cancelled = matches!(end, End::Cancelled);
        let why = match end {
            End::Maximum(coordinates) => {
                self.curve(family, &mut at);
                let decrement = self.polish(family, &mut at, &coordinates);
                match self.correction.refusal(self.objective, family, &at.point, &at.effects) {
                    Some(why) => why,
                    None => {
                        return Ok(Estimate {
                            position: at,
                            family,
                            poisson_limit,
                            coordinates,
                            decrement,
                            trace,
                        });
                    }
                }
            }
            End::Stuck(why) => why,
            End::PoissonQuestion => "θ ran to infinity".into(),
            End::Cancelled => "it was stopped".into(),
        };
        let best = best_point(self.objective.problem, family, &at, trace);
        Err(match cancelled {
            true => ErrorKind::Cancelled { best }.into(),
            false => ErrorKind::NotConverged { why, best }.into(),
        })
    }
}
