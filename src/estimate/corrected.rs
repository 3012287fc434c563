//! Log-likelihoods that differ from Laplace's by a small smooth function, and their maxima.
//!
//! Value and gradient are exact. Of the curvature Laplace's share is exact and the difference's is built up by secants
//! (symmetric rank one) on the way, then taken by central differences of its gradient once, at the end.

use super::coordinates::{Coordinate, System};
use super::evaluate::{Objective, Order};
use super::maximise::{Estimate, best_point, was_cancelled};
use super::newton::{Climb, End, Position};
use super::options::Options;
use super::point::{Derivatives, Point};
use super::start::start;
use super::surface::Surface;
use crate::error::{ErrorKind, Result};
use crate::family::Family;
use crate::model::Problem;
use crate::numeric::dense::Cholesky;
use crate::progress::Iteration;
use ndarray::{Array1, Array2};
use std::ops::ControlFlow;

/// What a log-likelihood adds to Laplace's.
pub(crate) trait Correction {
    /// What of Laplace it needs at a point beside the modes.
    fn needs(&self) -> Order {
        Order::Gradient
    }

    /// How its curvature is taken at the maximum.
    fn stencil(&self) -> Stencil {
        Stencil::Central
    }

    /// The difference at a point; `modes` and `laplace`, with what is needed, belong to the point. `None` where the
    /// difference cannot be computed.
    fn difference(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &[f64],
        laplace: &Derivatives,
    ) -> Option<Difference>;

    /// Why a maximum cannot be believed, if it cannot; nothing to say unless a correction knows better.
    fn refusal(
        &mut self,
        _objective: &mut Objective<'_>,
        _family: Family,
        _point: &Point,
        _modes: &[f64],
    ) -> Option<String> {
        None
    }
}

/// Differences of a gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stencil {
    /// To both sides, with steps that a gradient with some error bears.
    Central,
    /// To one side, with steps so short that only a gradient with all its digits bears them; half the work.
    Forward,
}

/// The difference from Laplace's log-likelihood at a point.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    pub value: f64,
    /// Over (β, υ, φ).
    pub gradient: Array1<f64>,
    /// The error to expect of the value, absolute.
    pub noise: f64,
}

/// Laplace's log-likelihood with a correction.
struct Corrected<'a, 'b, C> {
    objective: &'a mut Objective<'b>,
    correction: &'a mut C,
    secants: Option<Secants>,
}

/// The curvature of the difference as the points seen tell it.
#[derive(Debug)]
struct Secants {
    family: Family,
    at: Array1<f64>,
    gradient: Array1<f64>,
    curvature: Array2<f64>,
}

/// Secants shorter than this share of what they could tell are left out.
const LEAST_SECANT: f64 = 1e-6;

impl<C: Correction> Surface for Corrected<'_, '_, C> {
    fn n_variances(&self) -> usize {
        self.objective.n_variances()
    }

    fn options(&self) -> &Options {
        &self.objective.options
    }

    fn evaluate(&mut self, family: Family, point: &Point, effects: &mut [f64]) -> Derivatives {
        let mut all = self.objective.evaluate(family, point, effects, Order::Hessian);
        if !all.is_finite() {
            return all;
        }
        match self.correction.difference(self.objective, family, point, effects, &all) {
            None => all.value = f64::NAN,
            Some(difference) => {
                self.learn(family, point, &difference.gradient, &all);
                all.value += difference.value;
                all.gradient += &difference.gradient;
                all.magnitude += difference.noise / self.objective.options.rounding;
                if let Some(secants) = &self.secants {
                    all.hessian += &secants.curvature;
                }
            }
        }
        all
    }
}

impl<C: Correction> Corrected<'_, '_, C> {
    /// Adds what the step from the last point says of the difference's curvature: the symmetric matrix of rank one that
    /// makes the new secant hold.
    fn learn(&mut self, family: Family, point: &Point, gradient: &Array1<f64>, laplace: &Derivatives) {
        let at = vector(point, gradient.len());
        let secants = match &mut self.secants {
            Some(secants) if secants.family == family => secants,
            other => {
                let n = at.len();
                *other = Some(Secants {
                    family,
                    at,
                    gradient: gradient.clone(),
                    curvature: Array2::zeros((n, n)),
                });
                return;
            }
        };
        let step = &at - &secants.at;
        let missing = gradient - &secants.gradient - secants.curvature.dot(&step);
        // in standard errors, so that the units of the parameters do not matter
        let sizes = laplace.hessian.diag().mapv(|h| h.abs().max(f64::MIN_POSITIVE).sqrt());
        let (long, large) = (&step * &sizes, &missing / &sizes);
        let along = missing.dot(&step);
        if along.abs() > LEAST_SECANT * (long.dot(&long) * large.dot(&large)).sqrt() {
            for i in 0..step.len() {
                for j in 0..step.len() {
                    secants.curvature[[i, j]] += missing[i] * missing[j] / along;
                }
            }
        }
        (secants.at, secants.gradient) = (at, gradient.clone());
    }
}

/// (β, υ, φ) as one vector.
fn vector(point: &Point, n: usize) -> Array1<f64> {
    let n_variances = n.saturating_sub(point.beta.len()).min(point.variances.len());
    let all = point.beta.iter().chain(&point.variances[..n_variances]).chain([&point.phi]);
    all.take(n).copied().collect()
}

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

struct Search<'a, 'b, C> {
    objective: &'a mut Objective<'b>,
    correction: &'a mut C,
    /// Evaluations of this climb, which count against the limit, and all before them.
    trace: Vec<Iteration>,
    before: Vec<Iteration>,
    progress: &'a mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    question: f64,
}

/// 1/θ at which the slope away from the Poisson is taken, as a share of that at which the question is asked.
const NEAR_POISSON: f64 = 1e-2;

impl Stencil {
    /// The step in standard errors.
    fn step(self) -> f64 {
        match self {
            Stencil::Central => 1e-3,
            Stencil::Forward => 1e-5,
        }
    }

    /// Places, in steps, with their weights; `room` says whether there is a step's room below.
    fn weights(self, room: bool) -> &'static [(f64, f64)] {
        match (self, room) {
            (Stencil::Central, true) => &[(-1.0, -0.5), (1.0, 0.5)],
            (Stencil::Central, false) => &[(0.0, -1.5), (1.0, 2.0), (2.0, -0.5)],
            (Stencil::Forward, _) => &[(0.0, -1.0), (1.0, 1.0)],
        }
    }
}

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
        let point = Point { phi: question.ln(), ..limit.point.clone() };
        let (at, beyond) = self.climb(Family::NegBin2, point, limit.effects.clone(), f64::INFINITY);
        match matches!(beyond, End::Cancelled) || at.is_above(&limit, &self.objective.options) {
            true => self.ended(at, Family::NegBin2, beyond, None),
            false => self.ended(limit, Family::Poisson, end, Some(score)),
        }
    }

    fn climb(&mut self, family: Family, from: Point, effects: Vec<f64>, question: f64) -> (Position, End) {
        let mut surface = Corrected { objective: self.objective, correction: self.correction, secants: None };
        let (trace, progress) = (&mut self.trace, &mut *self.progress);
        Climb { surface: &mut surface, family, question, trace, progress }.run(from, effects)
    }

    /// ∂/∂(1/θ) next to the Poisson, from the slope in φ: a difference of values would drown in their noise. Laplace's own,
    /// at the Poisson, where the correction has none there.
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

    /// The Hessian at the maximum: Laplace's, and differences of the correction's gradient.
    fn curve(&mut self, family: Family, at: &mut Position) {
        let mut modes = at.effects.clone();
        let laplace = self.objective.evaluate(family, &at.point, &mut modes, Order::Hessian);
        let n = laplace.gradient.len();
        let mut curvature = Array2::zeros((n, n));
        let here = self.gradient_of_difference(family, &at.point, &modes, &laplace);
        for k in 0..n {
            let step = self.correction.stencil().step()
                / laplace.hessian[[k, k]].abs().sqrt().max(f64::MIN_POSITIVE);
            let is_variance = (at.point.beta.len()..n - usize::from(family == Family::NegBin2)).contains(&k);
            let room = !is_variance || coordinate(&at.point, k) >= step;
            let slopes: Option<Vec<Array1<f64>>> = self
                .correction
                .stencil()
                .weights(room)
                .iter()
                .map(|(by, weight)| {
                    let there = match *by {
                        0.0 => here.clone(),
                        by => self.gradient_at(family, &at.point, k, by * step, &modes),
                    };
                    there.map(|gradient| gradient * (weight / step))
                })
                .collect();
            slopes.into_iter().flatten().for_each(|slope| curvature.column_mut(k).scaled_add(1.0, &slope));
        }
        at.derivatives.hessian = laplace.hessian + 0.5 * (&curvature + &curvature.t());
    }

    /// One more Newton step, with the curvature taken at the end: what the secants left is squared. Returns the decrement
    /// that is left; a step that lessens nothing is not taken.
    fn polish(&mut self, family: Family, at: &mut Position, coordinates: &[Coordinate]) -> f64 {
        let system = System::new(&at.derivatives, &at.point, coordinates);
        let Some(factor) = Cholesky::new(&(-&system.hessian).view()) else { return f64::INFINITY };
        let decrement = |gradient: &Array1<f64>| factor.solve(&gradient.view()).dot(gradient);
        let before = decrement(&system.gradient);
        let step = factor.solve(&system.gradient.view());
        let point = system.moved(&at.point, &step, coordinates, &self.objective.options);
        let mut effects = at.effects.clone();
        let mut there = self.objective.evaluate(family, &point, &mut effects, Order::Gradient);
        let difference = self.correction.difference(self.objective, family, &point, &effects, &there);
        let Some(Difference { value, gradient, .. }) = difference else { return before };
        there.value += value;
        there.gradient += &gradient;
        there.hessian.clone_from(&at.derivatives.hessian);
        let after = decrement(&System::new(&there, &point, coordinates).gradient);
        if after >= before || after.is_nan() {
            return before;
        }
        *at = Position { point, effects, derivatives: there };
        after
    }

    fn gradient_at(
        &mut self,
        family: Family,
        from: &Point,
        k: usize,
        change: f64,
        modes: &[f64],
    ) -> Option<Array1<f64>> {
        let (mut point, mut modes) = (from.clone(), modes.to_vec());
        let p = point.beta.len();
        match k {
            k if k < p => point.beta[k] += change,
            k if k < p + self.objective.n_variances() => point.variances[k - p] += change,
            _ => point.phi += change,
        }
        let all = self.objective.evaluate(family, &point, &mut modes, self.correction.needs());
        self.gradient_of_difference(family, &point, &modes, &all)
    }

    fn gradient_of_difference(
        &mut self,
        family: Family,
        point: &Point,
        modes: &[f64],
        laplace: &Derivatives,
    ) -> Option<Array1<f64>> {
        self.correction.difference(self.objective, family, point, modes, laplace).map(|d| d.gradient)
    }
}

fn coordinate(point: &Point, k: usize) -> f64 {
    let p = point.beta.len();
    match k {
        k if k < p => point.beta[k],
        k => point.variances.get(k - p).copied().unwrap_or(point.phi),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::maximise::{Start, maximise};
    use super::*;
    use crate::model::Model;

    fn unwatched(_: &Iteration) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn corrected(model: Model, correction: &mut impl Correction) -> (Estimate, Result<Estimate>) {
        let problem = super::super::fixture::problem(model, 120, 4);
        let options = Options::default();
        let laplace = maximise(&problem, &options, Start::Cold, &mut unwatched).unwrap();
        let found = maximise_corrected(&problem, &options, laplace.clone(), correction, &mut unwatched);
        (laplace, found)
    }

    /// Laplace's own log-likelihood once more.
    struct Again;

    impl Correction for Again {
        fn difference(
            &mut self,
            objective: &mut Objective<'_>,
            family: Family,
            point: &Point,
            modes: &[f64],
            _: &Derivatives,
        ) -> Option<Difference> {
            let all = objective.evaluate(family, point, &mut modes.to_vec(), Order::Gradient);
            Some(Difference { value: all.value, gradient: all.gradient, noise: 0.0 })
        }
    }

    #[test]
    fn twice_a_log_likelihood_has_its_maximum_and_twice_its_curvature() {
        for model in [Model::poisson(), Model::neg_bin2(), Model::poisson().row_effect()] {
            let (laplace, found) = corrected(model, &mut Again);
            let found = found.unwrap();
            let (once, twice) = (&laplace.position, &found.position);
            assert!((twice.derivatives.value - 2.0 * once.derivatives.value).abs() < 1e-8);
            let scale = once.derivatives.hessian.iter().fold(0.0f64, |most, h| most.max(h.abs()));
            for (one, two) in once.derivatives.hessian.iter().zip(&twice.derivatives.hessian) {
                assert!((two - 2.0 * one).abs() < 1e-6 * scale, "{two} {one} {:?}", found.coordinates);
            }
        }
    }

    /// The same with its curvature taken the quick way.
    struct Quickly;

    impl Correction for Quickly {
        fn stencil(&self) -> Stencil {
            Stencil::Forward
        }

        fn difference(
            &mut self,
            objective: &mut Objective<'_>,
            family: Family,
            point: &Point,
            modes: &[f64],
            laplace: &Derivatives,
        ) -> Option<Difference> {
            Again.difference(objective, family, point, modes, laplace)
        }
    }

    #[test]
    fn short_steps_to_one_side_tell_the_curvature_of_an_exact_gradient() {
        for model in [Model::poisson(), Model::neg_bin2()] {
            let (laplace, found) = corrected(model, &mut Quickly);
            let (once, twice) =
                (laplace.position.derivatives.hessian, found.unwrap().position.derivatives.hessian);
            for i in 0..once.nrows() {
                for j in 0..once.nrows() {
                    let scale = (once[[i, i]] * once[[j, j]]).abs().sqrt();
                    assert!((twice[[i, j]] - 2.0 * once[[i, j]]).abs() < 1e-4 * scale, "{i} {j}");
                }
            }
        }
    }

    /// A bowl around a point, in (β, υ, φ); no value beyond a wall.
    struct Bowl {
        centre: Array1<f64>,
        steep: f64,
        wall: f64,
        met: usize,
    }

    impl Correction for Bowl {
        fn difference(
            &mut self,
            _: &mut Objective<'_>,
            _: Family,
            point: &Point,
            _: &[f64],
            laplace: &Derivatives,
        ) -> Option<Difference> {
            if point.beta[0] > self.wall {
                self.met += 1;
                return None;
            }
            let from_centre = vector(point, laplace.gradient.len()) - &self.centre;
            let value = -0.5 * self.steep * from_centre.dot(&from_centre);
            Some(Difference { value, gradient: -self.steep * from_centre, noise: 0.0 })
        }
    }

    #[test]
    fn a_steep_correction_is_followed_far_from_laplace() {
        let centre = Array1::from(vec![0.5, -0.4, 0.3, 0.7, 0.2]);
        let mut bowl = Bowl { centre: centre.clone(), steep: 1e7, wall: f64::INFINITY, met: 0 };
        let found = corrected(Model::poisson(), &mut bowl).1.unwrap();
        let at = vector(&found.position.point, centre.len());
        assert!((at - &centre).iter().all(|far| far.abs() < 1e-3));
        let curvature = found.position.derivatives.hessian.diag().mapv(|h| h / -1e7);
        assert!(curvature.iter().all(|share| (share - 1.0).abs() < 1e-2), "{curvature}");
    }

    #[test]
    fn where_a_correction_has_no_value_the_step_is_given_back() {
        let centre = Array1::from(vec![2.4, 0.0, 0.0, 0.3, 0.2]);
        let mut bowl = Bowl { centre, steep: 1e3, wall: 2.41, met: 0 };
        let (laplace, found) = corrected(Model::poisson(), &mut bowl);
        let found = found.unwrap();
        assert!(found.position.point.beta[0] < bowl.wall, "{:?}", laplace.position.point);
        assert!(found.trace.len() > laplace.trace.len());
    }
}
