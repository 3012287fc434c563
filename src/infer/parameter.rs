//! One parameter of a model, by name.

use crate::error::{ErrorKind, Result};
use crate::estimate::Held;
use crate::family::Family;
use crate::model::Problem;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A parameter of a model.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Parameter {
    /// The coefficient of a term: log rate per unit of the determinant, in the caller's units.
    Coefficient(String),
    /// The standard deviation of a level's random intercepts, log-rate scale.
    Sd(String),
    /// θ of the negative binomial.
    Theta,
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Parameter::Coefficient(term) => f.write_str(term),
            Parameter::Sd(level) => write!(f, "sd({level})"),
            Parameter::Theta => f.write_str("theta"),
        }
    }
}

impl Problem {
    /// All parameters: coefficients in the order of the terms, standard deviations coarsest first, θ.
    pub fn parameters(&self) -> Vec<Parameter> {
        let coefficients = self.terms().iter().map(|term| Parameter::Coefficient(term.clone()));
        let sds = self.levels().into_iter().map(|level| Parameter::Sd(level.into()));
        let theta = (self.family() == Family::NegBin2).then_some(Parameter::Theta);
        coefficients.chain(sds).chain(theta).collect()
    }

    /// The parameter as what a climb holds.
    pub(super) fn held(&self, parameter: &Parameter) -> Result<Held> {
        let position = match parameter {
            Parameter::Coefficient(name) => self.terms().iter().position(|term| term == name),
            Parameter::Sd(name) => self.levels().iter().position(|level| level == name),
            Parameter::Theta => (self.family() == Family::NegBin2).then_some(0),
        };
        match (parameter, position) {
            (Parameter::Coefficient(_), Some(j)) => {
                Ok(Held::combination(self.standard.back().row(j).to_vec()))
            }
            (Parameter::Sd(_), Some(level)) => Ok(Held::Variance(level)),
            (Parameter::Theta, Some(_)) => Ok(Held::Phi),
            (_, None) => {
                let known: Vec<String> = self.parameters().iter().map(Parameter::to_string).collect();
                let message =
                    format!("the model has no parameter '{parameter}'; it has {}", known.join(", "));
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }
}
