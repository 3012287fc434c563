//! The profile itself, for a plot.

use super::search::{Curve, Explorer, not_found, outside};
use crate::error::{ErrorKind, Result};
use crate::estimate::{Held, Options};
use crate::infer::fit::Fit;
use crate::infer::parameter::Parameter;
use crate::model::Problem;
use serde::{Deserialize, Serialize};

/// One point of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ProfilePoint {
    /// The value of the parameter.
    pub value: f64,
    /// The log-likelihood maximised over all other parameters.
    pub log_likelihood: f64,
    /// Signed root of the deviance, sign(value − estimate)·√(2(L̂ − L)): a straight line where Wald intervals are right,
    /// and to be read like a z.
    pub signed_root: f64,
}

impl Fit {
    /// The profile of a parameter at given values, in their order; each climb starts where the last one ended.
    ///
    /// Fails on values outside the parameter space, on a parameter that the model does not have, and as
    /// [`Fit::profile`] does.
    pub fn profile_curve(
        &self,
        problem: &Problem,
        options: &Options,
        parameter: &Parameter,
        values: &[f64],
    ) -> Result<Vec<ProfilePoint>> {
        let explorer = Explorer::new(self, problem, options)?;
        let held = problem.held(parameter)?;
        let (mut objective, mut from) = (explorer.objective(), explorer.summit.maximum.clone());
        let mut curve = Vec::with_capacity(values.len());
        for &value in values {
            let x = searched(&held, value)?;
            let climbed = explorer.climb(&mut objective, &held, x, &from, Curve::Profile);
            let climbed =
                climbed.map_err(|why| not_found(self, &format!("{parameter} held at {value}"), &why))?;
            let distance = value - outside(&held, explorer.at_summit(&held));
            curve.push(ProfilePoint {
                value,
                log_likelihood: climbed.at.log_likelihood,
                signed_root: distance.signum() * climbed.deviance.max(0.0).sqrt(),
            });
            from = climbed.at;
        }
        Ok(curve)
    }
}

/// The value in the unit of the search.
fn searched(held: &Held, value: f64) -> Result<f64> {
    let inside = match held {
        Held::Combination { .. } => value.is_finite(),
        Held::Variance(_) => value.is_finite() && value >= 0.0,
        Held::Phi => value.is_finite() && value > 0.0,
    };
    match inside {
        true => Ok(if *held == Held::Phi { value.ln() } else { value }),
        false => {
            let message = format!("{value} is outside the parameter space");
            Err(ErrorKind::Specification { message }.into())
        }
    }
}
