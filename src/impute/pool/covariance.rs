//! Several numbers, pooled with their covariances.

use super::check::{at_least_two, finite, same_length, specification};
use crate::error::{ErrorKind, Result};
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

/// Covariance matrix of the pooled coefficients, in its two parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PooledCovariance {
    /// The terms, as rows and columns.
    pub names: Vec<String>,
    /// Number of tables, m.
    pub tables: usize,
    /// W: the mean of the tables' covariance matrices.
    pub within: Array2<f64>,
    /// B: the covariance of the estimates between tables.
    pub between: Array2<f64>,
}

impl PooledCovariance {
    /// T = W + (1+1/m)B; its diagonal holds the squared standard errors.
    pub fn total(&self) -> Array2<f64> {
        &self.within + &self.between * (1.0 + 1.0 / self.tables as f64)
    }
}

/// Mean and the two covariances of k parameters over m tables.
#[derive(Debug)]
pub(super) struct Moments {
    pub tables: usize,
    pub mean: Array1<f64>,
    pub within: Array2<f64>,
    pub between: Array2<f64>,
}

impl Moments {
    pub(super) fn of(estimates: &[Vec<f64>], covariances: &[Array2<f64>]) -> Result<Moments> {
        let k = check(estimates, covariances)?;
        let m = estimates.len() as f64;
        let first = Array1::from(estimates.first().cloned().unwrap_or_default());
        let from_first: Vec<Array1<f64>> =
            estimates.iter().map(|q| Array1::from(q.clone()) - &first).collect();
        let shift = from_first.iter().fold(Array1::<f64>::zeros(k), |sum, q| sum + q) / m;
        let mut between = Array2::<f64>::zeros((k, k));
        for q in &from_first {
            let away = q - &shift;
            between += &Array2::from_shape_fn((k, k), |(i, j)| away[i] * away[j]);
        }
        let within = covariances.iter().fold(Array2::<f64>::zeros((k, k)), |sum, u| sum + u) / m;
        Ok(Moments { tables: estimates.len(), mean: first + shift, within, between: between / (m - 1.0) })
    }

    pub(super) fn within_factor(&self) -> Option<Cholesky> {
        Cholesky::new(&self.within.view())
    }
}

fn check(estimates: &[Vec<f64>], covariances: &[Array2<f64>]) -> Result<usize> {
    at_least_two(estimates.len())?;
    same_length("the covariances", estimates.len(), covariances.len())?;
    let k = estimates.first().map_or(0, Vec::len);
    if k == 0 {
        return Err(specification("a test needs at least one parameter".into()));
    }
    for (table, (q, u)) in (1..).zip(estimates.iter().zip(covariances)) {
        same_length(&format!("the estimates of completed table {table}"), k, q.len())?;
        for found in [u.nrows(), u.ncols()] {
            let what = format!("the covariance of completed table {table}");
            if found != k {
                return Err(ErrorKind::Length { what, expected: k, found }.into());
            }
        }
    }
    for j in 0..k {
        finite("an estimate", &estimates.iter().map(|q| q[j]).collect::<Vec<f64>>())?;
    }
    let sums: Vec<f64> = covariances.iter().map(|u| u.sum()).collect();
    finite("the covariance", &sums)?;
    Ok(k)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use ndarray::array;

    #[test]
    fn moments_are_those_of_the_textbook() {
        let estimates = [vec![1.0, 0.0], vec![3.0, -1.0], vec![2.0, 4.0]];
        let unit = Array2::<f64>::eye(2);
        let moments = Moments::of(&estimates, &[unit.clone(), &unit * 4.0, unit]).unwrap();
        assert_eq!(moments.mean, array![2.0, 1.0]);
        assert_eq!(moments.within, Array2::<f64>::eye(2) * 2.0);
        assert_abs_diff_eq!(moments.between, array![[1.0, -0.5], [-0.5, 7.0]], epsilon = 1e-15);
    }

    #[test]
    fn the_total_adds_the_two_parts() {
        let names = vec!["a".into()];
        let covariance = PooledCovariance { names, tables: 4, within: array![[1.0]], between: array![[0.8]] };
        assert_abs_diff_eq!(covariance.total(), array![[2.0]], epsilon = 1e-15);
    }
}
