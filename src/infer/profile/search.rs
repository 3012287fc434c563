//! The ends of one profile: the quick way, and where that does not lead there the careful one.

use super::bracket::{Bracket, root};
use super::interval::End;
use crate::error::{Error, ErrorKind, Result};
use crate::estimate::{Held, HeldMaximum, Objective, Options, Side, Summit};
use crate::family::Family;
use crate::infer::fit::Fit;
use crate::infer::parameter::Parameter;
use crate::infer::variance::Dispersion;
use crate::model::Problem;
use crate::progress::BestPoint;

/// The profiles of a fit, to be walked along.
pub(super) struct Explorer<'a> {
    pub(super) problem: &'a Problem,
    options: &'a Options,
    pub(super) summit: Summit,
    fit: &'a Fit,
}

/// A change of a coefficient in standard units beyond which a side has no end.
const FAR_COEFFICIENT: f64 = 60.0;
/// A standard deviation that no area effect reaches.
const FAR_SD: f64 = 40.0;
/// log θ so low that all counts but a few are 0.
const FAR_LOG_THETA: f64 = 20.0;
/// Steps outward, each twice the last.
const MOST_DOUBLINGS: usize = 40;
/// A step outward where no standard error is known.
const FIRST_SD: (f64, f64) = (1e-4, 1.0);

impl<'a> Explorer<'a> {
    pub(super) fn new(fit: &'a Fit, problem: &'a Problem, options: &'a Options) -> Result<Self> {
        fit.refuse_other(problem)?;
        fit.refuse_unless_laplace("profiles")?;
        options.check()?;
        let (point, effects) = problem.position_of(fit)?;
        let family = match fit.dispersion() {
            Dispersion::NegBin2 { .. } => Family::NegBin2,
            Dispersion::Poisson | Dispersion::PoissonLimit { .. } => Family::Poisson,
        };
        let mut objective = Objective::new(problem, options);
        let summit = Summit::of(&mut objective, family, point, effects);
        let summit =
            summit.ok_or_else(|| not_found(fit, "the information at the maximum", "it is singular"))?;
        Ok(Explorer { problem, options, summit, fit })
    }

    /// The estimate in the caller's units.
    pub(super) fn estimate(&self, held: &Held) -> f64 {
        outside(held, self.at_summit(held))
    }

    pub(super) fn objective(&self) -> Objective<'a> {
        Objective::new(self.problem, self.options)
    }

    /// Where the parameter space itself ends.
    pub(super) fn edge(&self, held: &Held, side: Side) -> End {
        match (held, side) {
            (Held::Variance(_) | Held::Phi, Side::Low) => End::Zero,
            _ => End::Unbounded,
        }
    }

    /// One end of an interval.
    pub(super) fn end(&self, parameter: &Parameter, held: &Held, deviance: f64, side: Side) -> Result<End> {
        let mut objective = self.objective();
        if let Some(found) = self.summit.contour(&mut objective, held, deviance, side) {
            return Ok(End::At(outside(held, inside(held, held.value(&found.point)))));
        }
        let found = self.careful(&mut objective, held, deviance, side);
        found.map_err(|why| not_found(self.fit, &format!("the profile of {parameter}"), &why))
    }

    /// The upper bound of a standard deviation, from the profile less ½ log det(−H_ββ) at its points: the likelihood alone
    /// finds too little variance between few areas, and its bounds are too low with it.
    pub(super) fn adjusted_bound(&self, parameter: &Parameter, held: &Held, deviance: f64) -> Result<End> {
        let mut objective = self.objective();
        let found = self.adjusted_end(&mut objective, held, deviance);
        found.map_err(|why| not_found(self.fit, &format!("the adjusted profile of {parameter}"), &why))
    }

    fn adjusted_end(&self, objective: &mut Objective<'_>, held: &Held, deviance: f64) -> Result<End, String> {
        let HeldMaximum { family, point, effects, .. } = &self.summit.maximum;
        let adjusted = objective.maximise_adjusted(*family, point, effects)?;
        let x = inside(held, held.value(&adjusted.point));
        // the profile keeps other variances at their likeliest, so its top lies by a second-order step beside L_A's
        let top = self.climb(objective, held, x, &self.summit.maximum, Curve::Adjusted { top: 0.0 })?;
        let curve = Curve::Adjusted { top: -0.5 * top.deviance };
        let top = Climbed { deviance: 0.0, ..top };
        match self.outward(objective, held, deviance, Side::High, top, curve)? {
            Some((inner, outer)) => self.between(objective, held, deviance, inner, outer, curve),
            None => Ok(End::Unbounded),
        }
    }

    /// By climbs with the parameter held: first outward until the deviance is passed, then inward to where it is met.
    fn careful(
        &self,
        objective: &mut Objective<'_>,
        held: &Held,
        deviance: f64,
        side: Side,
    ) -> Result<End, String> {
        let top = Climbed { x: self.at_summit(held), at: self.summit.maximum.clone(), deviance: 0.0 };
        let outer = match (held, side) {
            (Held::Variance(_), Side::Low) if top.x == 0.0 => return Ok(End::Zero),
            (Held::Variance(_), Side::Low) => {
                let zero = self.climb(objective, held, 0.0, &top.at, Curve::Profile)?;
                if zero.deviance <= deviance {
                    return Ok(End::Zero);
                }
                return self.between(objective, held, deviance, top, zero, Curve::Profile);
            }
            (Held::Phi, Side::High) => {
                if top.x.is_infinite() {
                    return Ok(End::Unbounded);
                }
                let poisson = objective.maximise_poisson(&top.at)?;
                if 2.0 * (self.summit.maximum.log_likelihood - poisson.log_likelihood) <= deviance {
                    return Ok(End::Unbounded);
                }
                self.outward(objective, held, deviance, side, top.clone(), Curve::Profile)?
            }
            _ => self.outward(objective, held, deviance, side, top.clone(), Curve::Profile)?,
        };
        match outer {
            Some((inner, outer)) => self.between(objective, held, deviance, inner, outer, Curve::Profile),
            None => Ok(End::Unbounded),
        }
    }

    /// Two neighbouring steps between which the deviance is passed; `None` where it is not however far.
    fn outward(
        &self,
        objective: &mut Objective<'_>,
        held: &Held,
        deviance: f64,
        side: Side,
        top: Climbed,
        curve: Curve,
    ) -> Result<Option<(Climbed, Climbed)>, String> {
        let (mut inner, origin) = match (held, top.x.is_infinite()) {
            // the Poisson limit has no log θ: the way starts where θ is that of a Poisson all but exactly
            (Held::Phi, true) => {
                let start = self.near_poisson(deviance);
                (self.climb(objective, held, start, &top.at, curve)?, start)
            }
            _ => (top.clone(), top.x),
        };
        if inner.deviance > deviance {
            return Ok(Some((top, inner)));
        }
        let mut step = self.first_step(objective, held, deviance);
        for _ in 0..MOST_DOUBLINGS {
            let x = origin + side.sign() * step;
            if self.is_far(held, x) {
                return Ok(None);
            }
            let next = self.climb(objective, held, x, &inner.at, curve)?;
            if next.deviance > deviance {
                return Ok(Some((inner, next)));
            }
            (inner, step) = (next, 2.0 * step);
        }
        Ok(None)
    }

    fn between(
        &self,
        objective: &mut Objective<'_>,
        held: &Held,
        deviance: f64,
        inner: Climbed,
        outer: Climbed,
        curve: Curve,
    ) -> Result<End, String> {
        let bracket = Bracket { inner, outer, deviance };
        let x = root(bracket, |x, from| self.climb(objective, held, x, from, curve))?;
        Ok(End::At(outside(held, x)))
    }

    /// The maximum with the parameter held at x.
    pub(super) fn climb(
        &self,
        objective: &mut Objective<'_>,
        held: &Held,
        x: f64,
        from: &HeldMaximum,
        curve: Curve,
    ) -> Result<Climbed, String> {
        let value = if let Held::Variance(_) = held { x * x } else { x };
        let at = objective.maximise_held(held, value, from)?;
        let deviance = match curve {
            Curve::Profile => 2.0 * (self.summit.maximum.log_likelihood - at.log_likelihood),
            Curve::Adjusted { top } => {
                let log_determinant = objective.log_determinant(at.family, &at.point, &at.effects);
                let log_determinant = log_determinant.ok_or("the coefficients are not determined there")?;
                2.0 * (top - at.log_likelihood) + log_determinant
            }
        };
        Ok(Climbed { x, at, deviance })
    }

    /// x at the maximum.
    pub(super) fn at_summit(&self, held: &Held) -> f64 {
        match (held, self.summit.maximum.family) {
            (Held::Phi, Family::Poisson) => f64::INFINITY,
            _ => inside(held, held.value(&self.summit.maximum.point)),
        }
    }

    /// How far the end would be if the profile were a parabola in x.
    fn first_step(&self, objective: &mut Objective<'_>, held: &Held, deviance: f64) -> f64 {
        match (held, self.summit.std_error(objective, held)) {
            (Held::Variance(_), Some(error)) => {
                self.at_summit(held) * (error * deviance.sqrt()).clamp(0.01, 2.0)
            }
            (_, Some(error)) => error * deviance.sqrt(),
            (Held::Variance(level), None) => {
                // −g υ − ½h υ² = ½ deviance with the slope and curvature in the variance at 0
                let (slope, curvature) = self.summit.in_variance(*level);
                let (slope, curvature) = (slope.min(0.0).abs(), curvature.min(0.0).abs());
                let variance = match curvature > 0.0 {
                    true => ((slope * slope + curvature * deviance).sqrt() - slope) / curvature,
                    false => 0.5 * deviance / slope,
                };
                variance.sqrt().clamp(FIRST_SD.0, FIRST_SD.1)
            }
            _ => 1.0,
        }
    }

    /// log θ at which a Poisson table would show the deviance: with an information of ½Σy² about 1/θ.
    fn near_poisson(&self, deviance: f64) -> f64 {
        let squares: f64 = self.problem.typical_counts().iter().map(|y| y * y).sum();
        let alpha = (2.0 * deviance / squares).sqrt();
        -(0.1 * alpha).ln()
    }

    fn is_far(&self, held: &Held, x: f64) -> bool {
        match held {
            Held::Combination { weights, pivot } => {
                (x - self.at_summit(held)).abs() > FAR_COEFFICIENT * weights[*pivot].abs()
            }
            Held::Variance(_) => x > FAR_SD,
            Held::Phi => x.abs() > FAR_LOG_THETA + 20.0 * f64::from(u8::from(x > 0.0)),
        }
    }
}

/// What is walked along.
#[derive(Debug, Clone, Copy)]
pub(super) enum Curve {
    /// The profile log-likelihood.
    Profile,
    /// The same less ½ log det(−H_ββ), which is `top` where it is highest.
    Adjusted { top: f64 },
}

/// A maximum with a parameter held.
#[derive(Debug, Clone)]
pub(super) struct Climbed {
    /// What is held: Σaβ̃, the standard deviation, or log θ.
    pub x: f64,
    pub at: HeldMaximum,
    pub deviance: f64,
}

/// From the passes' unit to that of the search: a variance becomes a standard deviation.
fn inside(held: &Held, value: f64) -> f64 {
    if let Held::Variance(_) = held { value.sqrt() } else { value }
}

/// From the search's unit to the caller's: log θ becomes θ.
pub(super) fn outside(held: &Held, x: f64) -> f64 {
    if *held == Held::Phi { x.exp() } else { x }
}

pub(super) fn not_found(fit: &Fit, what: &str, why: &str) -> Error {
    let best = BestPoint {
        names: fit.coefficients().iter().map(|c| c.term.clone()).collect(),
        values: fit.coefficients().iter().map(|c| c.estimate).collect(),
        log_likelihood: fit.log_likelihood(),
        trace: fit.trace().to_vec(),
    };
    ErrorKind::NotConverged { why: format!("{what}: {why}"), best }.into()
}
