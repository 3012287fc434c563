//! From a checked panel to its maximum, the edges of the parameter space included.

use super::boundary::AtZero;
use super::climb::{Climb, End, Position, Summit};
use super::evaluate::Objective;
use super::point::{Part, Point};
use super::problem::PanelProblem;
use crate::error::{Error, ErrorKind, Result};
use crate::estimate::{Options, start};
use crate::family::Family;
use crate::progress::{BestPoint, Iteration};
use std::ops::ControlFlow;

/// The maximum of a panel's Laplace log-likelihood.
#[derive(Debug, Clone)]
pub(super) struct Estimate {
    pub position: Position,
    /// The family at the maximum: the Poisson where θ is infinite.
    pub family: Family,
    /// The score of 1/θ at infinite θ, where that is the answer.
    pub poisson_limit: Option<f64>,
    /// The parts that are not held at an edge, as the summit's matrices have them.
    pub free: Vec<Part>,
    pub zeros: Vec<AtZero>,
    pub summit: Summit,
    pub trace: Vec<Iteration>,
}

/// Where standard deviations without a moment estimate begin.
const FIRST_SD: f64 = 0.15;

/// A standard deviation that leaves 0 starts again from here.
const RELEASED_SD: f64 = 0.1;

/// Where correlations begin.
const FIRST_RHO: f64 = 0.4;

/// θ at which the slope away from the Poisson is taken, as a multiple of that at which the question is asked.
const FAR: f64 = 1e3;

/// Where a maximisation begins.
#[derive(Debug, Clone)]
pub(super) enum Start {
    /// From least squares and moments.
    Cold,
    /// From a point near the maximum with its modes; from nothing where that leads nowhere.
    Warm { point: Point, u: Vec<f64> },
}

/// A standard deviation of 0 starts from here where it may be another.
const LEAST_SD: f64 = 0.03;

/// Maximises; `progress` sees every evaluation and may stop the work.
pub(super) fn maximise(
    problem: &PanelProblem,
    options: &Options,
    from: Start,
    progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
) -> Result<Estimate> {
    options.check()?;
    let base = &problem.base;
    let mean = base.typical_counts().iter().sum::<f64>() / base.n_rows() as f64;
    let question = options.poisson_question * mean.max(1.0);
    if let Start::Warm { mut point, u } = from {
        point.scales.iter_mut().for_each(|sd| *sd = sd.max(LEAST_SD));
        point.phi = point.phi.min((question * 0.5).ln());
        match Search::new(problem, options, question, progress).run(point, u) {
            Err(error) if led_nowhere(&error) => {}
            found => return found,
        }
    }
    let nothing = vec![0.0; problem.layout.n_unknowns];
    Search::new(problem, options, question, progress).run(first_point(problem, question), nothing)
}

fn led_nowhere(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotConverged { .. } | ErrorKind::CorrelationAtLimit { .. })
}

fn first_point(problem: &PanelProblem, question: f64) -> Point {
    let from = start(&problem.base, problem.family(), question * 0.5);
    let mut scales: Vec<f64> = from.variances.iter().map(|variance| variance.sqrt()).collect();
    scales.truncate(problem.base.n_variances());
    scales.resize(problem.layout.n_scales(), FIRST_SD);
    Point { beta: from.beta, scales, rho: FIRST_RHO, phi: from.phi }
}

struct Search<'a, 'b> {
    climb: Climb<'a, 'b>,
    question: f64,
}

impl<'a, 'b> Search<'a, 'b> {
    fn new(
        problem: &'b PanelProblem,
        options: &Options,
        question: f64,
        progress: &'a mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Self {
        let (objective, family) = (Objective::new(problem, options), problem.family());
        Search { climb: Climb { objective, family, question, trace: Vec::new(), progress }, question }
    }

    fn run(mut self, first: Point, u: Vec<f64>) -> Result<Estimate> {
        let (here, end) = self.settle_edges(first, u);
        let Found::Question = end else { return self.ended(here, end, None) };
        self.climb.family = Family::Poisson;
        let (limit, end) = self.settle_edges(here.point.clone(), here.u.clone());
        let Found::Maximum { .. } = end else { return self.ended(limit, end, None) };
        let score = self.overdispersion_score(&limit);
        if score <= 0.0 {
            return self.ended(limit, end, Some(score));
        }
        (self.climb.family, self.climb.question) = (Family::NegBin2, f64::INFINITY);
        let (here, end) = self.settle_edges(here.point, here.u);
        self.ended(here, end, None)
    }

    /// Climbs, holds standard deviations at 0 that belong there, and lets those go that do not.
    fn settle_edges(&mut self, mut point: Point, mut u: Vec<f64>) -> (Position, Found) {
        let all = self.climb.parts();
        let mut held: Vec<usize> = Vec::new();
        let mut released: Vec<usize> = Vec::new();
        loop {
            let free: Vec<Part> = all.iter().copied().filter(|part| self.is_free(*part, &held)).collect();
            let (at, end) = self.climb.run(point, u, &free);
            let summit = match end {
                End::Maximum(summit) => summit,
                End::PoissonQuestion => return (at, Found::Question),
                End::RanOff(limit) => {
                    match self.climb.movement_scale().filter(|scale| !released.contains(scale)) {
                        // without variance every correlation is as good: that has to be settled first
                        Some(scale) => {
                            (point, u) = (at.point.clone(), at.u.clone());
                            (point.scales[scale], point.rho) = (0.0, FIRST_RHO);
                            held.push(scale);
                            continue;
                        }
                        None => return (at, Found::RanOff(limit)),
                    }
                }
                End::Stuck(why) => return (at, Found::Stuck(why)),
                End::Cancelled => return (at, Found::Cancelled),
            };
            (point, u) = (at.point.clone(), at.u.clone());
            let near = self.climb.nearly_zero(&at, &free, &summit);
            let near: Vec<usize> = near.into_iter().filter(|scale| !released.contains(scale)).collect();
            if !near.is_empty() {
                near.iter().for_each(|&scale| point.scales[scale] = 0.0);
                held.extend(near);
                continue;
            }
            let zeros: Option<Vec<AtZero>> =
                held.iter().map(|&scale| self.climb.score_at_zero(&at, scale)).collect();
            let Some(zeros) = zeros else {
                return (at, Found::Stuck("the score of a variance of 0 cannot be computed".into()));
            };
            let Some(up) = zeros.iter().find(|zero| zero.score > 0.0) else {
                return (at, Found::Maximum { free, zeros, summit });
            };
            point.scales[up.scale] = RELEASED_SD;
            if self.climb.moves(up.scale) {
                point.rho = up.rho;
            }
            held.retain(|scale| *scale != up.scale);
            released.push(up.scale);
        }
    }

    /// A correlation is free only while what it correlates varies.
    fn is_free(&self, part: Part, held: &[usize]) -> bool {
        match part {
            Part::Scale(scale) => !held.contains(&scale),
            Part::Correlation => !held.iter().any(|&scale| self.climb.moves(scale)),
            Part::Coefficient(_) | Part::LogTheta => true,
        }
    }

    /// ∂/∂(1/θ) at the Poisson: −θ ∂/∂ log θ far out.
    fn overdispersion_score(&mut self, limit: &Position) -> f64 {
        let theta = FAR * self.question;
        let point = Point { phi: theta.ln(), ..limit.point.clone() };
        let mut u = limit.u.clone();
        let there = self.climb.objective.evaluate(Family::NegBin2, &point, &mut u);
        -theta * there.gradient.last().copied().unwrap_or(f64::NAN)
    }

    fn ended(self, at: Position, found: Found, poisson_limit: Option<f64>) -> Result<Estimate> {
        let (family, trace) = (self.climb.family, self.climb.trace);
        let problem = self.climb.objective.problem;
        if let Found::Maximum { free, zeros, summit } = found {
            return Ok(Estimate { position: at, family, poisson_limit, free, zeros, summit, trace });
        }
        let best = best_point(problem, family, &at, trace);
        Err(Error::from(match found {
            Found::Cancelled => ErrorKind::Cancelled { best },
            Found::RanOff(limit) => at_limit(problem, limit, best),
            Found::Stuck(why) => ErrorKind::NotConverged { why, best },
            _ => ErrorKind::NotConverged { why: "θ ran to infinity".into(), best },
        }))
    }
}

/// What the climbs to and along the edges found.
enum Found {
    Maximum {
        free: Vec<Part>,
        zeros: Vec<AtZero>,
        summit: Summit,
    },
    Question,
    /// The correlation, to this end.
    RanOff(f64),
    Stuck(String),
    Cancelled,
}

fn at_limit(problem: &PanelProblem, limit: f64, best: BestPoint) -> ErrorKind {
    let level = problem.movement.as_ref().map(|moving| moving.level.clone()).unwrap_or_default();
    let instead = match limit > 0.0 {
        true => "ask for a random walk, or for a random intercept only",
        false => "ask for independent effects",
    };
    ErrorKind::CorrelationAtLimit { level, limit, instead: instead.into(), best }
}

pub(super) fn best_point(
    problem: &PanelProblem,
    family: Family,
    at: &Position,
    trace: Vec<Iteration>,
) -> BestPoint {
    let mut names = problem.terms().to_vec();
    let mut values = problem.base.standard.coefficients(&at.point.beta).to_vec();
    for (name, sd) in problem.scale_names().into_iter().zip(&at.point.scales) {
        names.push(format!("sd({name})"));
        values.push(sd.abs());
    }
    if problem.correlate().is_some() {
        names.push("rho".into());
        values.push(at.point.rho);
    }
    if problem.family() == Family::NegBin2 {
        names.push("theta".into());
        values.push(if family == Family::Poisson { f64::INFINITY } else { at.point.phi.exp() });
    }
    BestPoint { names, values, log_likelihood: at.at.value, trace }
}
