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

impl Estimate {
    fn value(&self) -> f64 {
        self.position.derivatives.value
    }
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
    let family = problem.family();
    let first = start(problem, family, question * 1.001);
    let effects = vec![0.0; problem.nodes.n_nodes()];
    let estimate = search.run(family, first.clone(), effects.clone(), question);
    if family == Family::Poisson || !problem.rows_are_leaves() {
        return estimate;
    }
    // scatter between rows may be all the row effect's or all theta's, and either can hide a higher maximum
    let other = search.run(family, scatter_to_theta(first), effects, question);
    match (estimate, other) {
        (Ok(one), Ok(other)) if other.value() > one.value() => Ok(other),
        (Err(_), Ok(other)) => Ok(other),
        (one, _) => one,
    }
}

/// Gives the rows' variance to θ: 1/θ takes what makes the same variance, exp(υ) − 1.
fn scatter_to_theta(mut point: Point) -> Point {
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
    fn run(&mut self, family: Family, from: Point, effects: Vec<f64>, question: f64) -> Result<Estimate> {
        let (position, end) = self.climb(family, from, effects, question);
        match end {
            End::Maximum(coordinates) => Ok(self.estimate(position, family, coordinates, None)),
            End::PoissonQuestion => self.ask_poisson(position),
            other => Err(self.unfinished(family, &position, other)),
        }
    }

    /// Fits the Poisson from here; its overdispersion score says whether θ is infinite. If not, or if that climb does
    /// not end, θ goes on from here and is not asked again.
    fn ask_poisson(&mut self, here: Position) -> Result<Estimate> {
        let (point, effects) = (here.point.clone(), here.effects.clone());
        let (mut limit, end) = self.climb(Family::Poisson, point, effects, f64::INFINITY);
        if let End::Maximum(coordinates) = end {
            let score = self.objective.overdispersion_score(&mut limit);
            if score <= 0.0 {
                return Ok(self.estimate(limit, Family::Poisson, coordinates, Some(score)));
            }
        } else if let End::Cancelled = end {
            return Err(self.unfinished(Family::Poisson, &limit, end));
        }
        self.run(Family::NegBin2, here.point, here.effects, f64::INFINITY)
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
    if family == Family::NegBin2 {
        names.push("theta".into());
        values.push(at.point.phi.exp());
    }
    BestPoint { names, values, log_likelihood: at.derivatives.value, trace }
}
