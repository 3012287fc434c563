//! How much was exposed to being counted.

use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// Persons, person-years or expected events behind a count: finite and above 0, on the scale of the count.
///
/// The model's offset is its logarithm: `E[y] = exposure · exp(x'β + effects)`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Exposure(f64);

impl Exposure {
    /// Exposure 1: the model is then one of counts, not of rates.
    pub const ONE: Exposure = Exposure(1.0);

    /// An exposure; fails at 0, below 0, at NaN and at infinity.
    pub fn new(value: f64) -> Result<Self> {
        match value.is_finite() && value > 0.0 {
            true => Ok(Exposure(value)),
            false => Err(ErrorKind::InvalidExposure { rows: vec![], example: value.to_string() }.into()),
        }
    }

    /// The exposure as a number.
    pub fn get(self) -> f64 {
        self.0
    }

    /// Its logarithm, the model's offset.
    pub fn offset(self) -> f64 {
        self.0.ln()
    }
}

impl TryFrom<f64> for Exposure {
    type Error = crate::error::Error;

    fn try_from(value: f64) -> Result<Self> {
        Exposure::new(value)
    }
}

impl From<Exposure> for f64 {
    fn from(exposure: Exposure) -> f64 {
        exposure.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_positive_finite_numbers_are_exposures() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Exposure::new(bad).unwrap_err().code(), "invalid-exposure");
        }
        assert_eq!(Exposure::new(1e-300).unwrap().get(), 1e-300);
        assert!(serde_json::from_str::<Exposure>("0").is_err());
    }
}
