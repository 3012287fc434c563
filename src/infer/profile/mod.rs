//! Profile likelihood: intervals that know where the log-likelihood is no parabola.
//!
//! The profile of a parameter is the log-likelihood maximised over all others. An interval holds the values whose
//! deviance 2(L̂ − L) stays below the quantile of χ²₁; it does not depend on the scale, needs no standard error, and
//! says where a side has no end.

mod bracket;
mod curve;
mod interval;
mod search;

pub use curve::ProfilePoint;
pub use interval::{End, ProfileInterval, Profiles};

use super::coefficient::Confidence;
use super::fit::Fit;
use super::parameter::Parameter;
use crate::error::{ErrorKind, Result};
use crate::estimate::{Held, Options, Side};
use crate::model::Problem;
use crate::parallel;
use search::Explorer;
use std::ops::ControlFlow;

/// Which intervals are wanted, and on how many threads.
///
/// ```
/// use nestcount::infer::{Confidence, Profiling};
/// let wanted = Profiling::intervals(Confidence::P95).on_threads(2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profiling {
    confidence: Confidence,
    sides: Sides,
    threads: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Sides {
    Both,
    High,
}

/// How far the profiles are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProfilesDone {
    /// Parameters whose interval is found.
    pub done: usize,
    /// Parameters asked for.
    pub of: usize,
}

impl Profiling {
    /// Intervals with both sides: the deviance at an end is the quantile of χ²₁ at the confidence.
    ///
    /// An interval for a standard deviation whose estimate is 0 starts there and holds the truth more often than the
    /// confidence says.
    pub fn intervals(confidence: Confidence) -> Self {
        Profiling { confidence, sides: Sides::Both, threads: 1 }
    }

    /// Upper bounds alone, which the truth exceeds with a probability of 1 − confidence: the signed root of the deviance
    /// there is the normal quantile of the confidence. What to say of a standard deviation estimated at 0.
    ///
    /// Those of standard deviations are read off the adjusted profile ([`Fit::adjusted`]), as the likelihood finds too
    /// little variance between few areas; they start at 0. A profile fails on a confidence below one half.
    pub fn upper_bounds(confidence: Confidence) -> Self {
        Profiling { confidence, sides: Sides::High, threads: 1 }
    }

    /// The same on several threads; the numbers are the same for any number of them.
    pub fn on_threads(self, threads: usize) -> Self {
        Profiling { threads, ..self }
    }

    /// A bound that is exceeded more often than not lies below the estimate, where a signed root would be negative.
    fn check(self) -> Result<()> {
        let confidence = self.confidence.get();
        match self.sides {
            Sides::High if confidence < 0.5 => {
                let message =
                    format!("the confidence of an upper bound is 0.5 at least, as 0.95 is; got {confidence}");
                Err(ErrorKind::Specification { message }.into())
            }
            _ => Ok(()),
        }
    }

    /// The deviance at an end.
    fn deviance(self) -> f64 {
        match self.sides {
            Sides::Both => self.confidence.quantile().powi(2),
            Sides::High => self.confidence.one_sided_quantile().max(0.0).powi(2),
        }
    }
}

impl Fit {
    /// Profile intervals of all parameters: coefficients, standard deviations and θ.
    ///
    /// Fails where the problem is not the one of the fit, and where the log-likelihood cannot be maximised with a
    /// parameter held. Source: Venzon & Moolgavkar 1988, Applied Statistics 37:87.
    pub fn profile(&self, problem: &Problem, options: &Options, wanted: Profiling) -> Result<Profiles> {
        self.profile_of(problem, options, wanted, &problem.parameters())
    }

    /// The same for some parameters; fails also on one that the model does not have.
    pub fn profile_of(
        &self,
        problem: &Problem,
        options: &Options,
        wanted: Profiling,
        parameters: &[Parameter],
    ) -> Result<Profiles> {
        self.profile_watched(problem, options, wanted, parameters, |_| ControlFlow::Continue(()))
    }

    /// The same with a callback that sees every parameter whose interval is found and may stop the work.
    pub fn profile_watched(
        &self,
        problem: &Problem,
        options: &Options,
        wanted: Profiling,
        parameters: &[Parameter],
        mut progress: impl FnMut(ProfilesDone) -> ControlFlow<()>,
    ) -> Result<Profiles> {
        wanted.check()?;
        let explorer = Explorer::new(self, problem, options)?;
        let held = parameters.iter().map(|parameter| problem.held(parameter)).collect::<Result<Vec<_>>>()?;
        let work = |piece: usize| explorer.interval(&parameters[piece], &held[piece], wanted);
        let (of, mut cancelled) = (parameters.len(), None);
        let all = parallel::in_order(of, wanted.threads, work, |done, result| {
            if result.is_err() {
                return ControlFlow::Break(());
            }
            let verdict = progress(ProfilesDone { done, of });
            if verdict.is_break() {
                cancelled = Some(done);
            }
            verdict
        });
        if let Some(done) = cancelled {
            return Err(ErrorKind::InferenceCancelled { what: "profiles".into(), done, of }.into());
        }
        Ok(Profiles { confidence: wanted.confidence, intervals: all.into_iter().collect::<Result<_>>()? })
    }
}

impl Explorer<'_> {
    fn interval(&self, parameter: &Parameter, held: &Held, wanted: Profiling) -> Result<ProfileInterval> {
        let deviance = wanted.deviance();
        Ok(ProfileInterval {
            parameter: parameter.clone(),
            estimate: self.estimate(held),
            low: match wanted.sides {
                Sides::Both => self.end(parameter, held, deviance, Side::Low)?,
                Sides::High => self.edge(held, Side::Low),
            },
            high: match (wanted.sides, held) {
                (Sides::High, Held::Variance(_)) => self.adjusted_bound(parameter, held, deviance)?,
                _ => self.end(parameter, held, deviance, Side::High)?,
            },
        })
    }
}
