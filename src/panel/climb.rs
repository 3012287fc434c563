//! The outer maximisation: steps by secants from one differenced Hessian, and Newton steps at the end.

use super::curvature::{Ascent, Stencil, ascent, learn};
use super::evaluate::Objective;
use super::point::{Evaluated, Part, Point, parts};
use crate::estimate::Options;
use crate::family::Family;
use crate::progress::{Iteration, Verdict};
use ndarray::{Array1, Array2};
use std::ops::ControlFlow;

/// One climb at a time, on one objective.
pub(super) struct Climb<'a, 'b> {
    pub objective: Objective<'b>,
    pub family: Family,
    /// θ beyond which the counts may as well be Poisson.
    pub question: f64,
    pub trace: Vec<Iteration>,
    pub progress: &'a mut dyn FnMut(&Iteration) -> ControlFlow<()>,
}

/// A point with its modes and what the log-likelihood is there.
#[derive(Debug, Clone)]
pub(super) struct Position {
    pub point: Point,
    pub u: Vec<f64>,
    pub at: Evaluated,
}

/// How a climb ended.
#[derive(Debug)]
pub(super) enum End {
    Maximum(Summit),
    /// Beyond the θ at which the Poisson is asked.
    PoissonQuestion,
    /// The correlation went to this end of its range.
    RanOff(f64),
    Stuck(String),
    Cancelled,
}

/// What is known of a maximum.
#[derive(Debug, Clone)]
pub(super) struct Summit {
    /// The information over the free parts.
    pub information: Array2<f64>,
    pub decrement: f64,
    pub smallest_curvature: f64,
}

/// Below this decrement the Hessian is differenced anew, and the last steps are Newton's.
const NEAR: f64 = 1e-8;

/// Newton steps at one Hessian.
const CHORDS: usize = 8;

/// A step is given back if the log-likelihood rises by less than this share of what its slope promised.
const LEAST_SHARE: f64 = 1e-4;

/// A step is halved this often before the Hessian is taken anew.
const HALVINGS: usize = 10;

/// Hessians taken anew because secants led nowhere.
const FRESH_STARTS: usize = 6;

/// Beyond this κ a correlation has run off.
const RUN_OFF: f64 = 6.0;

/// A correlation over the whole panel above this is all but a random walk's.
const LASTING: f64 = 0.9;

/// An sd smaller than this steps as if it were this large.
const SMALL_SD: f64 = 0.2;

impl Position {
    /// The gradient over the free ones of all parts.
    pub(super) fn gradient(&self, free: &[Part], all: Vec<Part>) -> Array1<f64> {
        let of =
            |part: &Part| all.iter().position(|known| known == part).map_or(0.0, |at| self.at.gradient[at]);
        free.iter().map(of).collect()
    }
}

impl Climb<'_, '_> {
    pub(super) fn parts(&self) -> Vec<Part> {
        parts(self.objective.problem, self.family)
    }

    fn options(&self) -> &Options {
        &self.objective.options
    }

    /// Climbs over the free parts, the others held.
    pub(super) fn run(&mut self, point: Point, mut u: Vec<f64>, free: &[Part]) -> (Position, End) {
        let at = self.objective.evaluate(self.family, &point, &mut u);
        let mut here = Position { point, u, at };
        if !here.at.is_finite() {
            let why = "the log-likelihood cannot be computed where the climb begins";
            return (here, End::Stuck(why.into()));
        }
        let mut information = match self.differences(&here, free, Stencil::Forward, None) {
            Some(information) => information,
            None => return (here, self.no_differences()),
        };
        let (mut fresh, mut evaluations) = (0, 0);
        loop {
            if let Some(end) = self.ran_off(&here) {
                return (here, end);
            }
            let up = ascent(&information, &here.gradient(free, self.parts()));
            if up.decrement < NEAR {
                let known = match self.differences(&here, free, Stencil::Central, Some(&information)) {
                    Some(known) => known,
                    None => return (here, self.no_differences()),
                };
                information = known;
                if let Some(end) = self.finish(&mut here, free, &information) {
                    return (here, end);
                }
            }
            let up = ascent(&information, &here.gradient(free, self.parts()));
            match self.advance(&mut here, free, &mut information, &up) {
                Advance::Taken(tries) => evaluations += tries,
                Advance::Cancelled => return (here, End::Cancelled),
                Advance::Nowhere if fresh < FRESH_STARTS => {
                    fresh += 1;
                    evaluations += HALVINGS;
                    let known = self.differences(&here, free, Stencil::Central, Some(&information));
                    let Some(known) = known else { return (here, self.no_differences()) };
                    information = known;
                }
                Advance::Nowhere => {
                    let end = self.lost(&here, "no step uphill raises the log-likelihood");
                    return (here, end);
                }
            }
            if evaluations >= self.options().max_evaluations {
                let end = self.lost(&here, "the limit of evaluations was reached");
                return (here, end);
            }
        }
    }

    /// Newton steps at the Hessian of where the climb came near; nothing where they lead away.
    fn finish(&mut self, here: &mut Position, free: &[Part], information: &Array2<f64>) -> Option<End> {
        for _ in 0..CHORDS {
            let up = ascent(information, &here.gradient(free, self.parts()));
            if up.smallest <= 0.0 {
                return None;
            }
            let rounding = self.options().rounding * here.at.magnitude;
            if up.decrement < self.options().decrement_tolerance.max(rounding) {
                self.last_step(here, free, &up);
                let information = information.clone();
                let (decrement, smallest_curvature) = (up.decrement, up.smallest);
                return Some(End::Maximum(Summit { information, decrement, smallest_curvature }));
            }
            if up.decrement > 1e2 * NEAR {
                return None;
            }
            let there = self.at_step(here, free, &up.step, 1.0);
            if !there.at.is_finite() {
                return None;
            }
            if self.seen(&there, up.decrement, Verdict::Taken).is_break() {
                return Some(End::Cancelled);
            }
            *here = there;
        }
        None
    }

    /// The step that is too short to be told from the maximum brings most of its digits.
    fn last_step(&mut self, here: &mut Position, free: &[Part], up: &Ascent) {
        let there = self.at_step(here, free, &up.step, 1.0);
        let slack = self.options().rounding * here.at.magnitude;
        if there.at.is_finite() && there.at.value >= here.at.value - slack {
            *here = there;
        }
    }

    /// One step, shortened until it helps.
    fn advance(
        &mut self,
        here: &mut Position,
        free: &[Part],
        information: &mut Array2<f64>,
        up: &Ascent,
    ) -> Advance {
        let gradient = here.gradient(free, self.parts());
        let slope = gradient.dot(&up.step);
        let slack = self.options().rounding * here.at.magnitude.max(1.0) * 10.0;
        let mut share = self.capped(here, free, &up.step);
        for tries in 1..=HALVINGS {
            let there = self.at_step(here, free, &up.step, share);
            let finite = there.at.is_finite();
            if finite {
                let fall = &gradient - &there.gradient(free, self.parts());
                learn(information, &(&up.step * share), &fall);
            }
            let taken = finite && there.at.value >= here.at.value + LEAST_SHARE * share * slope - slack;
            let verdict = match (finite, taken) {
                (false, _) => Verdict::NoValue,
                (true, false) => Verdict::GivenBack,
                (true, true) => Verdict::Taken,
            };
            if self.seen(if finite { &there } else { here }, up.decrement, verdict).is_break() {
                return Advance::Cancelled;
            }
            if taken {
                *here = there;
                return Advance::Taken(tries);
            }
            share *= 0.4;
        }
        Advance::Nowhere
    }

    fn at_step(&mut self, from: &Position, free: &[Part], step: &Array1<f64>, share: f64) -> Position {
        let mut point = from.point.clone();
        let correlate = self.objective.problem.correlate();
        for (&part, step) in free.iter().zip(step) {
            point.shift(part, share * step, correlate);
        }
        let mut u = from.u.clone();
        let at = self.objective.evaluate(self.family, &point, &mut u);
        Position { point, u, at }
    }

    /// The share of a step that no part's cap forbids.
    fn capped(&self, here: &Position, free: &[Part], step: &Array1<f64>) -> f64 {
        let options = self.options();
        let cap = |part: Part| match part {
            Part::Coefficient(_) => options.coefficient_step_cap,
            Part::Scale(k) => options.log_sd_step_cap * here.point.scales[k].abs().max(SMALL_SD),
            Part::Correlation => options.log_sd_step_cap,
            Part::LogTheta => options.log_theta_step_cap,
        };
        free.iter().zip(step).fold(1.0, |share: f64, (&part, step)| share.min(cap(part) / step.abs()))
    }

    fn ran_off(&self, here: &Position) -> Option<End> {
        if self.family == Family::NegBin2 && here.point.phi > self.question.ln() {
            return Some(End::PoissonQuestion);
        }
        let correlate = self.objective.problem.correlate()?;
        let kappa = correlate.kappa(here.point.rho);
        (kappa.abs() > RUN_OFF).then(|| End::RanOff(correlate.limit(kappa)))
    }

    /// Why a climb did not arrive: a correlation that hardly falls over the whole panel creeps towards 1 for ever.
    fn lost(&self, here: &Position, why: &str) -> End {
        let problem = self.objective.problem;
        let times = problem.layout.periods.iter().map(|&period| problem.periods.times()[period as usize]);
        let span = times.clone().fold(0.0, f64::max) - times.fold(f64::INFINITY, f64::min);
        match problem.correlate() {
            Some(_) if here.point.rho > 0.0 && here.point.rho.powf(span) > LASTING => End::RanOff(1.0),
            _ => End::Stuck(why.into()),
        }
    }

    fn seen(&mut self, at: &Position, decrement: f64, verdict: Verdict) -> ControlFlow<()> {
        let evaluation = self.trace.len() + 1;
        let iteration = Iteration { evaluation, log_likelihood: at.at.value, decrement, verdict };
        self.trace.push(iteration);
        (self.progress)(&iteration)
    }

    /// An evaluation for a difference, which is not kept; before there is a Hessian it is taken for the unit matrix.
    pub(super) fn seen_beside(&mut self, at: &Position) -> ControlFlow<()> {
        let first = || at.at.gradient.dot(&at.at.gradient);
        let decrement = self.trace.last().map_or_else(first, |last| last.decrement);
        self.seen(at, decrement, Verdict::GivenBack)
    }

    fn no_differences(&mut self) -> End {
        match self.trace.last().copied().map(|last| (self.progress)(&last)) {
            Some(ControlFlow::Break(())) => End::Cancelled,
            _ => End::Stuck("the log-likelihood has no slope around the point reached".into()),
        }
    }
}

/// What became of a step.
enum Advance {
    /// After so many tries.
    Taken(usize),
    Nowhere,
    Cancelled,
}
