//! From a problem with a row effect to the maximum, the Poisson limit of the negative binomial included.

use super::surface::RowsIntegrated;
use crate::error::{Error, ErrorKind, Result};
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::highest::{Ascent, Ended, Score, highest};
use crate::estimate::maximise::{Estimate, best_point, higher, scatter_to_theta, was_cancelled};
use crate::estimate::newton::{Climb, End, Position};
use crate::estimate::options::Options;
use crate::estimate::point::Point;
use crate::estimate::start::start;
use crate::estimate::surface::Surface;
use crate::family::{Family, RowRule};
use crate::model::Problem;
use crate::progress::Iteration;
use std::ops::ControlFlow;

/// The maximum, with the error of the rows' integrals there.
#[derive(Debug)]
pub(crate) struct LognormalMaximum {
    /// Its effects are the modes of all, those of the rows included.
    pub estimate: Estimate,
    /// What the next finer rule changes of the log-likelihood.
    pub error: f64,
    /// The next term of the expansion in the areas' effects.
    pub epsilon: f64,
}

/// An error of the log-likelihood above this is refined.
const TOLERANCE: f64 = 1e-6;
/// Rules that are tried.
const MOST_RULES: usize = 4;
/// 1/θ at which the slope away from the Poisson is taken, as a share of that at which the question is asked.
const NEAR_POISSON: f64 = 1e-2;

/// Maximises; `progress` sees every evaluation and may stop the work. Fails where the rows have no effect.
pub(crate) fn maximise_lognormal(
    problem: &Problem,
    options: &Options,
    progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
) -> Result<LognormalMaximum> {
    let integrated = problem.with_rows_integrated()?;
    let (mut rule, mut trace) = (RowRule::FIRST, Vec::new());
    for _ in 0..MOST_RULES {
        let surface = RowsIntegrated::new(&integrated, options, rule);
        let mut search = Search { problem, surface, trace, progress: &mut *progress };
        let mut found = search.both_sides(integrated.nodes.n_nodes())?;
        let error = search.change_by(rule.finer(), &found);
        if error <= TOLERANCE {
            let Position { point, effects, .. } = &found.position;
            let epsilon = search.surface.epsilon(found.family, point, effects);
            found.trace = search.trace;
            found.position.effects = modes(problem, options, &found)?;
            return Ok(LognormalMaximum { estimate: found, error, epsilon });
        }
        (rule, trace) = (rule.finer(), search.trace);
    }
    let message = "the rows' integrals cannot be computed to 1e-6 with as many points as there is room for";
    Err(ErrorKind::Specification { message: message.into() }.into())
}

/// The modes of all effects at the maximum.
fn modes(problem: &Problem, options: &Options, at: &Estimate) -> Result<Vec<f64>> {
    let mut effects = vec![0.0; problem.nodes.n_nodes()];
    let mut objective = Objective::new(problem, options);
    let all = objective.evaluate(at.family, &at.position.point, &mut effects, Order::Value);
    match all.value.is_finite() {
        true => Ok(effects),
        false => {
            let best = best_point(problem, at.family, &at.position, at.trace.clone());
            let why = "the mode of the effects is not found at the maximum".into();
            Err(ErrorKind::NotConverged { why, best }.into())
        }
    }
}

struct Search<'a, 'b> {
    problem: &'b Problem,
    surface: RowsIntegrated<'b>,
    trace: Vec<Iteration>,
    progress: &'a mut dyn FnMut(&Iteration) -> ControlFlow<()>,
}

impl Search<'_, '_> {
    /// One climb for the Poisson; for the negative binomial from both sides: scatter between rows may be all the row
    /// effect's or all theta's.
    fn both_sides(&mut self, n_nodes: usize) -> Result<Estimate> {
        let family = self.problem.family();
        let first = start(self.problem, family, self.surface.question() * 1.001);
        let effects = vec![0.0; n_nodes];
        let best = self.run(family, first.clone(), effects.clone());
        if family == Family::Poisson || was_cancelled(&best) {
            return best;
        }
        let other = self.run(family, scatter_to_theta(first), effects);
        higher(best, other)
    }

    fn run(&mut self, family: Family, point: Point, effects: Vec<f64>) -> Result<Estimate> {
        let question = self.surface.question();
        let found = highest(self, family, point, effects, question);
        self.ended(found)
    }

    fn value(&mut self, family: Family, point: &Point, effects: &[f64]) -> f64 {
        self.surface.at(family, point, &mut effects.to_vec(), Order::Value).value
    }

    /// What another rule changes of the value; the surface keeps that rule.
    fn change_by(&mut self, rule: RowRule, at: &Estimate) -> f64 {
        self.surface.set_rule(rule);
        let Position { point, effects, derivatives } = &at.position;
        let value = self.value(at.family, point, effects);
        let change = (value - derivatives.value).abs();
        if change.is_nan() { f64::INFINITY } else { change }
    }

    fn ended(&self, found: Ended) -> Result<Estimate> {
        let Ended { at: position, family, end, poisson_limit, decrement } = found;
        let best = || best_point(self.problem, family, &position, self.trace.clone());
        let stuck = |why: &str| Error::from(ErrorKind::NotConverged { why: why.into(), best: best() });
        match end {
            End::Maximum(coordinates) => {
                let trace = Vec::new();
                Ok(Estimate { position, family, poisson_limit, coordinates, decrement, trace })
            }
            End::Stuck(why) => Err(stuck(&why)),
            End::PoissonQuestion => Err(stuck("θ ran to infinity")),
            End::Cancelled => Err(ErrorKind::Cancelled { best: best() }.into()),
        }
    }
}

impl Ascent for Search<'_, '_> {
    fn climb(&mut self, family: Family, from: Point, effects: Vec<f64>, question: f64) -> (Position, End) {
        let (trace, progress) = (&mut self.trace, &mut *self.progress);
        Climb { surface: &mut self.surface, family, question, trace, progress }.run(from, effects)
    }

    /// ∂L/∂(1/θ) next to the Poisson, from the slope in φ: a difference of values would drown in their noise.
    fn overdispersion_score(&mut self, limit: &Position) -> f64 {
        let alpha = NEAR_POISSON / self.surface.question();
        let there = Point { phi: -alpha.ln(), ..limit.point.clone() };
        let mut effects = limit.effects.clone();
        let near = self.surface.at(Family::NegBin2, &there, &mut effects, Order::Gradient);
        -near.gradient.last().copied().unwrap_or(f64::NAN) / alpha
    }

    fn options(&self) -> &Options {
        self.surface.options()
    }

    fn score(&self) -> Score {
        Score::Near
    }

    fn trace(&self) -> &[Iteration] {
        &self.trace
    }
}
