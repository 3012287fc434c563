//! The percentages, and how precisely each is known.

use crate::count::Exposure;
use crate::error::{ErrorKind, Result};

/// A number for each row of the caller's table, or none where it was not published.
///
/// A row without a number says nothing of the parameters; what is expected of it comes out all the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    values: Vec<Option<f64>>,
    weights: Option<Vec<f64>>,
}

impl Response {
    /// Numbers whose residuals all have the variance σ². Fails where one is NaN or infinite.
    pub fn new(values: Vec<Option<f64>>) -> Result<Self> {
        let rows = rows_where(&values, |value| value.is_some_and(|y| !y.is_finite()));
        if !rows.is_empty() {
            return Err(ErrorKind::NonFinite { column: "response".into(), rows }.into());
        }
        Ok(Response { values, weights: None })
    }

    /// Numbers whose residuals have the variance σ² / exposure: a percentage of many people is known better.
    ///
    /// Fails as [`Response::new`] does, on lengths that differ, and where a row has a number and no exposure.
    pub fn weighted(values: Vec<Option<f64>>, exposures: &[Option<Exposure>]) -> Result<Self> {
        let (expected, found) = (values.len(), exposures.len());
        if expected != found {
            return Err(ErrorKind::Length { what: "the exposures".into(), expected, found }.into());
        }
        let response = Response::new(values)?;
        let without = |row: &usize| response.values[*row].is_some() && exposures[*row].is_none();
        let rows: Vec<usize> = (0..expected).filter(without).collect();
        if !rows.is_empty() {
            return Err(ErrorKind::InvalidExposure { rows, example: "a missing cell".into() }.into());
        }
        let weights = exposures.iter().map(|exposure| exposure.map_or(0.0, Exposure::get)).collect();
        Ok(Response { weights: Some(weights), ..response })
    }

    /// The numbers, one for each row of the caller's table.
    pub fn values(&self) -> &[Option<f64>] {
        &self.values
    }

    /// Whether all residuals have the same variance.
    pub(super) fn is_even(&self) -> bool {
        let mut weights = self.values.iter().zip(self.weights.iter().flatten());
        let mut seen = weights.by_ref().filter_map(|(y, w)| y.map(|_| w));
        let first = seen.next();
        seen.all(|w| Some(w) == first)
    }

    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }
}

fn rows_where(values: &[Option<f64>], wrong: impl Fn(&Option<f64>) -> bool) -> Vec<usize> {
    values.iter().enumerate().filter(|(_, value)| wrong(value)).map(|(row, _)| row).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_refused_with_its_rows() {
        let error = Response::new(vec![Some(1.0), Some(f64::NAN), None, Some(f64::INFINITY)]).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("non-finite", &[1, 3][..]));
    }

    #[test]
    fn a_number_needs_its_exposure_and_a_gap_does_not() {
        let ten = Some(Exposure::new(10.0).unwrap());
        assert!(Response::weighted(vec![Some(1.0), None], &[ten, None]).is_ok());
        let error = Response::weighted(vec![None, Some(1.0)], &[ten, None]).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("invalid-exposure", &[1][..]));
        assert_eq!(Response::weighted(vec![None], &[]).unwrap_err().code(), "length");
    }

    #[test]
    fn weights_are_even_where_all_rows_with_a_number_have_the_same() {
        let [ten, six] = [10.0, 6.0].map(|n| Some(Exposure::new(n).unwrap()));
        let even =
            |cells: [Option<f64>; 3]| Response::weighted(cells.into(), &[ten, ten, six]).unwrap().is_even();
        assert!(even([Some(1.0), Some(2.0), None]));
        assert!(!even([Some(1.0), None, Some(2.0)]));
        assert!(Response::new(vec![Some(1.0)]).unwrap().is_even());
    }
}
