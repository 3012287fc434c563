//! From Laplace's maximum to that with a correction, the Poisson limit of the negative binomial included.

use super::Correction;
use super::surface::Corrected;
use crate::error::{ErrorKind, Result};
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::highest::{Ascent, Ended, Score, above_the_poisson, highest};
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
const NEAR_POISSON: f64 = 1e-2;

impl<C: Correction> Search<'_, '_, C> {
    /// The maximum from a point, the Poisson limit of the negative binomial included.
    fn run(&mut self, family: Family, point: Point, effects: Vec<f64>) -> Result<Estimate> {
        let question = self.question;
        let found = match (family, self.objective.problem.family()) {
            (Family::Poisson, Family::NegBin2) => {
                match self.climb(Family::Poisson, point, effects, f64::INFINITY) {
                    limit @ (_, End::Maximum(_)) => above_the_poisson(self, limit, question),
                    limit => Ended::new(Family::Poisson, limit, &self.trace),
                }
            }
            _ => highest(self, family, point, effects, question),
        };
        self.ended(found)
    }

    fn ended(&mut self, found: Ended) -> Result<Estimate> {
        let Ended { mut at, family, end, poisson_limit, .. } = found;
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

impl<C: Correction> Ascent for Search<'_, '_, C> {
    fn climb(&mut self, family: Family, from: Point, effects: Vec<f64>, question: f64) -> (Position, End) {
        let mut surface = Corrected { objective: self.objective, correction: self.correction, secants: None };
        let (trace, progress) = (&mut self.trace, &mut *self.progress);
        Climb { surface: &mut surface, family, question, trace, progress }.run(from, effects)
    }

    /// From the slope in φ next to the Poisson: a difference of values would drown in their noise. Laplace's own, at the
    /// Poisson, where the correction has none there.
    fn overdispersion_score(&mut self, limit: &Position) -> f64 {
        let alpha = NEAR_POISSON / self.question;
        let (there, mut modes) = (Point { phi: -alpha.ln(), ..limit.point.clone() }, limit.effects.clone());
        let laplace = self.objective.evaluate(Family::NegBin2, &there, &mut modes, Order::Gradient);
        let more = self.gradient_of_difference(Family::NegBin2, &there, &modes, &laplace);
        match more {
            Some(more) => -(&laplace.gradient + &more).last().copied().unwrap_or(f64::NAN) / alpha,
            None => self.objective.overdispersion_score(limit),
        }
    }

    fn options(&self) -> &Options {
        &self.objective.options
    }

    fn score(&self) -> Score {
        Score::Near
    }

    fn trace(&self) -> &[Iteration] {
        &self.trace
    }
}
