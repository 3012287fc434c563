//! Where parameters and effects come from: the normal around a fit, or a posterior.

use crate::error::{ErrorKind, Result};
use crate::estimate::{Objective, Options, Order, Refining};
use crate::estimator::Posterior;
use crate::infer::{DrawnParameters, Fit, ParameterPosterior};
use crate::model::Problem;
use rand::Rng;

/// What a problem says of its parameters.
#[derive(Debug)]
pub(super) enum Source<'a> {
    /// Parameters normal around the maximum.
    Fit { fit: &'a Fit, parameters: Box<ParameterPosterior> },
    /// Draws under stated priors.
    Posterior(&'a Posterior),
}

/// Parameters with the effects of all nodes.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub parameters: DrawnParameters,
    /// Cumulative effects.
    pub effects: Vec<f64>,
}

/// A chain between counts on one side, parameters and effects on the other.
pub(super) struct Settling<'s> {
    source: &'s Source<'s>,
    options: &'s Options,
    /// The fit of the last completed table, where the next one's climb begins.
    fit: Option<Fit>,
}

impl Source<'_> {
    /// Parameters and effects given what was published.
    pub(super) fn draw(
        &self,
        problem: &Problem,
        options: &Options,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<State> {
        match self {
            Source::Fit { fit, parameters } => {
                let parameters = parameters.draw(problem, rng);
                given_parameters(problem, problem.position_of(fit)?.1, parameters, options, rng)
            }
            Source::Posterior(posterior) => {
                let (parameters, effects) = posterior.one_draw(problem, rng)?;
                Ok(State { parameters, effects })
            }
        }
    }

    /// The estimated parameters with effects drawn given them.
    pub(super) fn draw_at_estimate(
        &self,
        problem: &Problem,
        options: &Options,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<State> {
        let State { parameters, effects } = self.estimate(problem, options)?;
        given_parameters(problem, effects, parameters, options, rng)
    }

    /// The estimated parameters with the modes of the effects: those at the maximum, or at the posterior means.
    pub(super) fn estimate(&self, problem: &Problem, options: &Options) -> Result<State> {
        match self {
            Source::Fit { fit, parameters } => {
                Ok(State { parameters: parameters.mode(problem), effects: problem.position_of(fit)?.1 })
            }
            Source::Posterior(posterior) => {
                let (parameters, mut effects) = posterior.means(problem);
                let at = &parameters;
                let mut objective = Objective::new(problem, options);
                let value = objective.evaluate(at.family, &at.point, &mut effects, Order::Value).value;
                if value.is_finite() { Ok(State { parameters, effects }) } else { Err(no_mode()) }
            }
        }
    }

    /// A chain that begins with draws given what was published.
    pub(super) fn settling<'s>(&'s self, options: &'s Options) -> Settling<'s> {
        Settling { source: self, options, fit: None }
    }

    /// The fit of a completed table.
    pub(super) fn fit_of(&self, completed: &Problem, options: &Options) -> Result<Fit> {
        match self {
            Source::Fit { fit, .. } => completed.fit_from(fit, options),
            Source::Posterior(_) => completed.fit(options),
        }
    }
}

impl Settling<'_> {
    /// Parameters and effects given a completed table, and where they were.
    pub(super) fn given(
        &mut self,
        completed: &Problem,
        last: &DrawnParameters,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<State> {
        match self.source {
            Source::Fit { fit, .. } => {
                let here = completed.fit_from(self.fit.as_ref().unwrap_or(fit), self.options)?;
                let parameters = ParameterPosterior::of(&here, completed)?.draw(completed, rng);
                let modes = completed.position_of(&here)?.1;
                self.fit = Some(here);
                given_parameters(completed, modes, parameters, self.options, rng)
            }
            Source::Posterior(posterior) => {
                let (parameters, effects) = posterior.given(completed, last, rng)?;
                Ok(State { parameters, effects })
            }
        }
    }
}

/// A draw of the effects of a problem's areas; `modes` is where their mode is looked for.
pub(crate) fn given_parameters(
    problem: &Problem,
    mut modes: Vec<f64>,
    parameters: DrawnParameters,
    options: &Options,
    rng: &mut (impl Rng + ?Sized),
) -> Result<State> {
    let mut objective = Objective::new(problem, options);
    let (family, point) = (parameters.family, &parameters.point);
    let drawn = objective.draw_effects(family, point, &mut modes, Refining::Thorough, rng);
    Ok(State { effects: drawn.ok_or_else(no_mode)?, parameters })
}

#[cold]
fn no_mode() -> crate::Error {
    let message = "the area effects have no mode at the parameters drawn; is the fit sound?".into();
    ErrorKind::Specification { message }.into()
}
