//! How many times a rate.

use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// So many times a rate: a fraction, which prints as one, or a number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Factor(Form);

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Form {
    Ratio(u32, u32),
    Number(f64),
}

impl Factor {
    /// The rate itself.
    pub const ONE: Factor = Factor(Form::Ratio(1, 1));

    /// A fraction, as 2/3; fails where a part is 0.
    pub fn ratio(over: u32, under: u32) -> Result<Self> {
        match over > 0 && under > 0 {
            true => Ok(Factor(Form::Ratio(over, under))),
            false => Err(refused(format!("{over}/{under}"))),
        }
    }

    /// A number; fails unless it is above 0.
    pub fn new(factor: f64) -> Result<Self> {
        match factor > 0.0 && factor.is_finite() {
            true => Ok(Factor(Form::Number(factor))),
            false => Err(refused(factor.to_string())),
        }
    }

    /// The number.
    pub fn get(self) -> f64 {
        match self.0 {
            Form::Ratio(over, under) => f64::from(over) / f64::from(under),
            Form::Number(factor) => factor,
        }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Form::Ratio(over, 1) => write!(f, "{over}"),
            Form::Ratio(over, under) => write!(f, "{over}/{under}"),
            Form::Number(factor) => write!(f, "{factor}"),
        }
    }
}

#[cold]
fn refused(got: String) -> crate::Error {
    ErrorKind::Specification { message: format!("a factor of a rate is a number above 0; got {got}") }.into()
}
