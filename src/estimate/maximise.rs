//! From a problem to its maximum, the Poisson limit of the negative binomial included.

use super::coordinates::Coordinate;
use super::evaluate::Objective;
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
    pub trace: Vec<Iteration>,
}

/// Maximises; `progress` sees every evaluation and may stop the work.
pub(crate) fn maximise(
    problem: &Problem,
    options: &Options,
    progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
) -> Result<Estimate> {
    let mut search = Search {
        objective: Objective::new(problem, options),
        trace: Vec::new(),
        progress,
        mean: problem.y.iter().sum::<f64>() / problem.n_rows() as f64,
    };
    let question = options.poisson_question * search.mean.max(1.0);
    let first = start(problem, problem.family(), question * 1.001);
    let effects = vec![0.0; problem.nodes.n_nodes()];
    search.run(problem.family(), first, effects, question)
}

struct Search<'a, 'b> {
    objective: Objective<'b>,
    trace: Vec<Iteration>,
    progress: &'a mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    mean: f64,
}

/// θ beyond the first question times this cannot be told from infinity.
const BEYOND: f64 = 1e4;

impl Search<'_, '_> {
    fn run(&mut self, family: Family, from: Point, effects: Vec<f64>, question: f64) -> Result<Estimate> {
        let (position, end) = self.climb(family, from, effects, question);
        match end {
            End::Maximum(coordinates) => Ok(self.estimate(position, family, coordinates, None)),
            End::PoissonQuestion => self.ask_poisson(position, question),
            other => Err(self.unfinished(family, &position, other)),
        }
    }

    /// Fits the Poisson from here; its overdispersion score says whether θ is infinite.
    fn ask_poisson(&mut self, here: Position, question: f64) -> Result<Estimate> {
        let (point, effects) = (here.point.clone(), here.effects.clone());
        let (mut limit, end) = self.climb(Family::Poisson, point, effects, f64::INFINITY);
        let End::Maximum(coordinates) = end else {
            return Err(self.unfinished(Family::Poisson, &limit, end));
        };
        let score = self.objective.overdispersion_score(&mut limit);
        if score <= 0.0 || question > BEYOND * self.mean.max(1.0) * self.objective.options.poisson_question {
            return Ok(self.estimate(limit, Family::Poisson, coordinates, Some(score)));
        }
        self.run(Family::NegBin2, here.point, here.effects, question * BEYOND)
    }

    fn climb(&mut self, family: Family, from: Point, effects: Vec<f64>, question: f64) -> (Position, End) {
        let (trace, progress) = (&mut self.trace, &mut *self.progress);
        Climb { objective: &mut self.objective, family, question, trace, progress }.run(from, effects)
    }

    fn estimate(
        &mut self,
        position: Position,
        family: Family,
        coordinates: Vec<Coordinate>,
        poisson_limit: Option<f64>,
    ) -> Estimate {
        Estimate { position, family, poisson_limit, coordinates, trace: std::mem::take(&mut self.trace) }
    }

    fn unfinished(&mut self, family: Family, at: &Position, end: End) -> Error {
        let best = best_point(self.objective.problem, family, at, std::mem::take(&mut self.trace));
        match end {
            End::Cancelled => ErrorKind::Cancelled { best }.into(),
            End::Stuck(why) => ErrorKind::NotConverged { why, best }.into(),
            _ => ErrorKind::NotConverged { why: "θ ran to infinity".into(), best }.into(),
        }
    }
}

fn best_point(problem: &Problem, family: Family, at: &Position, trace: Vec<Iteration>) -> BestPoint {
    let mut names = problem.terms().to_vec();
    let mut values = problem.standard.coefficients(&at.point.beta).to_vec();
    for (level, variance) in problem.levels().iter().zip(&at.point.variances) {
        names.push(format!("sd({level})"));
        values.push(variance.sqrt());
    }
    if family == Family::NegBin2 {
        names.push("theta".into());
        values.push(at.point.phi.exp());
    }
    BestPoint { names, values, log_likelihood: at.derivatives.value, trace }
}
