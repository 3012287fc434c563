//! The maximum of a family where θ may be infinite: the Poisson is asked where the negative binomial runs out or leads
//! nowhere.

use super::newton::{End, Position};
use super::options::Options;
use super::point::Point;
use crate::family::Family;
use crate::progress::Iteration;

/// A gain in log-likelihood, at the θ that raises the question, below which a slope in 1/θ may be noise.
const NOTHING_AT_STAKE: f64 = 1e-6;

/// What climbs a log-likelihood of a problem with either family.
pub(super) trait Ascent {
    fn climb(&mut self, family: Family, from: Point, effects: Vec<f64>, question: f64) -> (Position, End);

    /// ∂/∂(1/θ) at a maximum of the Poisson.
    fn overdispersion_score(&mut self, limit: &Position) -> f64;

    fn options(&self) -> &Options;

    /// What the score of the Poisson is made of.
    fn score(&self) -> Score;

    /// All evaluations of this climb and those before it.
    fn trace(&self) -> &[Iteration];
}

/// What an overdispersion score is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Score {
    /// Its own formula: its sign decides.
    Exact,
    /// A slope next to the Poisson, whose sign may be noise.
    Near,
}

/// Where a family's climb ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub at: Position,
    /// The Poisson where θ is infinite.
    pub family: Family,
    pub end: End,
    /// The score of 1/θ at infinite θ, where that is the answer.
    pub poisson_limit: Option<f64>,
    /// Newton decrement where the climb ended.
    pub decrement: f64,
}

impl Ended {
    pub(super) fn new(family: Family, (at, end): (Position, End), trace: &[Iteration]) -> Self {
        Ended { at, family, end, poisson_limit: None, decrement: last_decrement(trace) }
    }
}

/// The maximum from a point; θ above `question` raises the question whether it is infinite.
pub(super) fn highest(
    ascent: &mut impl Ascent,
    family: Family,
    from: Point,
    effects: Vec<f64>,
    question: f64,
) -> Ended {
    let (here, end) = ascent.climb(family, from, effects, question);
    let is_over = matches!(end, End::Maximum(_) | End::Cancelled)
        || (ascent.trace().len() >= ascent.options().max_evaluations);
    if family == Family::Poisson || is_over {
        return Ended::new(family, (here, end), ascent.trace());
    }
    let limit = ascent.climb(Family::Poisson, here.point.clone(), here.effects.clone(), f64::INFINITY);
    match (limit.1, end) {
        (End::Cancelled, _) => Ended::new(Family::Poisson, (limit.0, End::Cancelled), ascent.trace()),
        (End::Maximum(_), End::Stuck(why)) if here.is_above(&limit.0, ascent.options()) => {
            Ended::new(Family::NegBin2, (here, End::Stuck(why)), ascent.trace())
        }
        (End::Maximum(coordinates), _) => {
            above_the_poisson(ascent, (limit.0, End::Maximum(coordinates)), question)
        }
        (_, End::Stuck(why)) => Ended::new(Family::NegBin2, (here, End::Stuck(why)), ascent.trace()),
        _ => {
            let beyond = ascent.climb(Family::NegBin2, here.point, here.effects, f64::INFINITY);
            Ended::new(Family::NegBin2, beyond, ascent.trace())
        }
    }
}

/// The negative binomial from the Poisson's maximum, or that maximum where θ is infinite: where the slope in 1/θ says so,
/// or where it promises nothing and the climb from there finds no more than noise.
pub(super) fn above_the_poisson(
    ascent: &mut impl Ascent,
    (limit, end): (Position, End),
    question: f64,
) -> Ended {
    let score = ascent.overdispersion_score(&limit);
    let decrement = last_decrement(ascent.trace());
    if score > 0.0 {
        let point = Point { phi: question.ln(), ..limit.point.clone() };
        let beyond = ascent.climb(Family::NegBin2, point, limit.effects.clone(), f64::INFINITY);
        let promises = ascent.score() == Score::Exact || score / question > NOTHING_AT_STAKE;
        if promises || matches!(beyond.1, End::Cancelled) || beyond.0.is_above(&limit, ascent.options()) {
            return Ended::new(Family::NegBin2, beyond, ascent.trace());
        }
    }
    Ended { at: limit, family: Family::Poisson, end, poisson_limit: Some(score), decrement }
}

fn last_decrement(trace: &[Iteration]) -> f64 {
    trace.last().map_or(0.0, |last| last.decrement)
}
