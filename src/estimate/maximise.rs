//! From a problem to its maximum, the Poisson limit of the negative binomial included.

use super::coordinates::Coordinate;
use super::evaluate::Objective;
use super::highest::{Ascent, Ended, Score, above_the_poisson, highest};
use super::newton::{Climb, End, Position};
use super::options::Options;
use super::point::Point;
use super::start::start;
use crate::error::{Error, ErrorKind, Result};
use crate::family::Family;
use crate::model::Problem;
use crate::progress::{BestPoint, Iteration};
use std::ops::ControlFlow;

/// The maximum of the Laplace log-likelihood.
#[derive(Debug, Clone)]
pub(crate) struct Estimate {
    pub position: Position,
    /// The family at the maximum: the Poisson where θ is infinite.
    pub family: Family,
    /// The score of 1/θ at infinite θ, where that is the answer.
    pub poisson_limit: Option<f64>,
    /// [`Coordinate::Pinned`] for the variances that are exactly 0, [`Coordinate::LogSd`] for the others.
    pub coordinates: Vec<Coordinate>,
    /// Newton decrement at the maximum.
    pub decrement: f64,
    /// All evaluations, of every climb.
    pub trace: Vec<Iteration>,
}

impl Estimate {
    fn value(&self) -> f64 {
        self.position.derivatives.value
    }
}

/// Below this number of rows the likelihood may well have several maxima, and another climb costs next to nothing.
const SMALL_TABLE: usize = 500;

/// The higher of two ends; a cancelled one ends the search, another error only if both fail.
pub(super) fn higher(one: Result<Estimate>, other: Result<Estimate>) -> Result<Estimate> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok(if other.value() > one.value() { other } else { one }),
        (one, other) if was_cancelled(&other) || one.is_err() => other,
        (one, _) => one,
    }
}

pub(super) fn was_cancelled(estimate: &Result<Estimate>) -> bool {
    matches!(estimate, Err(error) if matches!(error.kind(), ErrorKind::Cancelled { .. }))
}

/// Where a maximisation begins.
#[derive(Debug, Clone)]
pub(crate) enum Start {
    /// From least squares and moments.
    Cold,
    /// From the maximum of a problem much like this one: its parameters and its effects, one per node.
    Warm { point: Point, effects: Vec<f64> },
}

/// Maximises; `progress` sees every evaluation and may stop the work.
pub(crate) fn maximise(
    problem: &Problem,
    options: &Options,
    from: Start,
    progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
) -> Result<Estimate> {
    let mut search = Search {
        objective: Objective::new(problem, options),
        trace: Vec::new(),
        progress,
        mean: problem.typical_counts().iter().sum::<f64>() / problem.n_rows() as f64,
    };
    let question = options.poisson_question * search.mean.max(1.0);
    let (mut first, effects) = match from {
        Start::Cold => {
            (start(problem, problem.family(), question * 1.001), vec![0.0; problem.nodes.n_nodes()])
        }
        Start::Warm { point, effects } => (point, effects),
    };
    first.phi = first.phi.min((question * 1.001).ln());
    let mut estimate = search.among_maxima(first, effects, question)?;
    estimate.trace = search.trace;
    Ok(estimate)
}

/// Gives the rows' variance to θ: 1/θ takes what makes the same variance, exp(υ) − 1.
pub(super) fn scatter_to_theta(mut point: Point) -> Point {
    if let Some(rows) = point.variances.last_mut() {
        point.phi = -((-point.phi).exp() + rows.exp_m1()).ln();
        *rows = 0.0;
    }
    point
}

struct Search<'a, 'b> {
    objective: Objective<'b>,
    trace: Vec<Iteration>,
    progress: &'a mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    mean: f64,
}

impl Search<'_, '_> {
    /// One climb where one tells; for the negative binomial also from where another maximum could hide.
    fn among_maxima(&mut self, first: Point, effects: Vec<f64>, question: f64) -> Result<Estimate> {
        let problem = self.objective.problem;
        let mut best = self.run(problem.family(), first.clone(), effects.clone(), question);
        if problem.family() == Family::Poisson {
            return best;
        }
        if problem.rows_are_leaves() && !was_cancelled(&best) {
            // scatter between rows may be all the row effect's or all theta's
            let other = self.run(Family::NegBin2, scatter_to_theta(first.clone()), effects.clone(), question);
            best = higher(best, other);
        }
        let small = problem.n_rows() < SMALL_TABLE;
        let absorbed = |estimate: &Estimate| small || estimate.coordinates.contains(&Coordinate::Pinned);
        if let Ok(estimate) = &best
            && absorbed(estimate)
        {
            // theta may have taken what the areas would explain
            let floor = estimate.value();
            if let Some(other) = self.by_way_of_the_poisson((first, effects), question, floor) {
                best = higher(best, other);
            }
        }
        best
    }

    /// The negative binomial from the Poisson's maximum, or that maximum where no overdispersion is left; nothing where
    /// the Poisson is not above `floor`.
    fn by_way_of_the_poisson(
        &mut self,
        (first, effects): (Point, Vec<f64>),
        question: f64,
        floor: f64,
    ) -> Option<Result<Estimate>> {
        match self.climb(Family::Poisson, first, effects, f64::INFINITY) {
            (limit, End::Maximum(_)) if limit.derivatives.value <= floor => None,
            limit @ (_, End::Maximum(_)) => Some(above_the_poisson(self, limit, question)),
            other => Some(Ended::new(Family::Poisson, other, &self.trace)),
        }
        .map(|found| self.ended(found))
    }

    fn run(&mut self, family: Family, from: Point, effects: Vec<f64>, question: f64) -> Result<Estimate> {
        let found = highest(self, family, from, effects, question);
        self.ended(found)
    }

    fn ended(&self, found: Ended) -> Result<Estimate> {
        let Ended { at, family, end, poisson_limit, decrement } = found;
        let best = || best_point(self.objective.problem, family, &at, self.trace.clone());
        let stuck = |why: String| Error::from(ErrorKind::NotConverged { why, best: best() });
        match end {
            End::Maximum(coordinates) => {
                let trace = Vec::new();
                Ok(Estimate { position: at, family, poisson_limit, coordinates, decrement, trace })
            }
            End::Cancelled => Err(ErrorKind::Cancelled { best: best() }.into()),
            End::Stuck(why) => Err(stuck(why)),
            End::PoissonQuestion => Err(stuck("θ ran to infinity".into())),
        }
    }
}

impl Ascent for Search<'_, '_> {
    fn climb(&mut self, family: Family, from: Point, effects: Vec<f64>, question: f64) -> (Position, End) {
        let (trace, progress) = (&mut self.trace, &mut *self.progress);
        Climb { surface: &mut self.objective, family, question, trace, progress }.run(from, effects)
    }

    fn overdispersion_score(&mut self, limit: &Position) -> f64 {
        self.objective.overdispersion_score(limit)
    }

    fn options(&self) -> &Options {
        &self.objective.options
    }

    fn score(&self) -> Score {
        Score::Exact
    }

    fn trace(&self) -> &[Iteration] {
        &self.trace
    }
}

pub(crate) fn best_point(
    problem: &Problem,
    family: Family,
    at: &Position,
    trace: Vec<Iteration>,
) -> BestPoint {
    let mut names = problem.terms().to_vec();
    let mut values = problem.standard.coefficients(&at.point.beta).to_vec();
    for (level, variance) in problem.levels().iter().zip(&at.point.variances) {
        names.push(format!("sd({level})"));
        values.push(variance.sqrt());
    }
    if problem.family() == Family::NegBin2 {
        names.push("theta".into());
        values.push(if family == Family::Poisson { f64::INFINITY } else { at.point.phi.exp() });
    }
    BestPoint { names, values, log_likelihood: at.derivatives.value, trace }
}
