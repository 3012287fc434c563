//! Determinants in standard units, and the way back.

use ndarray::{Array1, Array2};

/// Centre and scale of each design column; the intercept, the first column, has 0 and 1.
///
/// The estimator works on `(x − centre) / scale`: steps have one unit, and the information matrix stays well
/// conditioned for years, house prices and shares alike. The maximum is the same.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standard {
    centre: Vec<f64>,
    scale: Vec<f64>,
}

impl Standard {
    /// Standardises a row-major matrix of `p` columns in place.
    pub(crate) fn apply(x: &mut [f64], p: usize) -> Self {
        let n = (x.len() / p) as f64;
        let mut centre = vec![0.0; p];
        for row in x.chunks_exact(p) {
            centre.iter_mut().zip(row).skip(1).for_each(|(sum, x)| *sum += x);
        }
        centre.iter_mut().for_each(|sum| *sum /= n);
        let mut squares = vec![0.0; p];
        for row in x.chunks_exact(p) {
            for (j, square) in squares.iter_mut().enumerate() {
                *square += (row[j] - centre[j]).powi(2);
            }
        }
        let sd = |square: f64| if square > 0.0 { (square / n).sqrt() } else { 1.0 };
        let mut scale: Vec<f64> = squares.into_iter().map(sd).collect();
        scale[0] = 1.0;
        let standard = Standard { centre, scale };
        x.chunks_exact_mut(p).for_each(|row| standard.of_row(row));
        standard
    }

    /// The same of these columns alone.
    pub(super) fn of_columns(&self, columns: &[usize]) -> Self {
        let of = |all: &[f64]| columns.iter().map(|&j| all[j]).collect();
        Standard { centre: of(&self.centre), scale: of(&self.scale) }
    }

    /// Brings a row to standard units.
    pub(crate) fn of_row(&self, row: &mut [f64]) {
        for (x, (centre, scale)) in row.iter_mut().zip(self.centre.iter().zip(&self.scale)).skip(1) {
            *x = (*x - centre) / scale;
        }
    }

    /// Centre and scale of each column: x = centre + scale x̃.
    pub(super) fn columns_back(&self) -> Vec<(f64, f64)> {
        self.centre.iter().copied().zip(self.scale.iter().copied()).collect()
    }

    /// The matrix M with β = M β̃, from standard to the caller's units.
    pub(crate) fn back(&self) -> Array2<f64> {
        let p = self.scale.len();
        let mut back = Array2::zeros((p, p));
        for j in 0..p {
            back[[j, j]] = 1.0 / self.scale[j];
            if j > 0 {
                back[[0, j]] = -self.centre[j] / self.scale[j];
            }
        }
        back
    }

    /// β̃ of a β in the caller's units.
    pub(crate) fn in_standard_units(&self, beta: &[f64]) -> Vec<f64> {
        let mut standard: Vec<f64> = beta.iter().zip(&self.scale).map(|(b, s)| b * s).collect();
        standard[0] += beta.iter().zip(&self.centre).skip(1).map(|(b, c)| b * c).sum::<f64>();
        standard
    }

    /// β in the caller's units.
    pub(crate) fn coefficients(&self, standard: &[f64]) -> Array1<f64> {
        let mut beta: Array1<f64> = standard.iter().zip(&self.scale).map(|(b, s)| b / s).collect();
        let shift: f64 = (1..beta.len()).map(|j| beta[j] * self.centre[j]).sum();
        beta[0] -= shift;
        beta
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_linear_predictor_is_the_same_in_both_units() {
        let raw = vec![1.0, 2015.0, 3e-8, 1.0, 2017.0, 9e-8, 1.0, 2022.0, 1e-8];
        let mut x = raw.clone();
        let standard = Standard::apply(&mut x, 3);
        let tilde = [0.4, -0.3, 1.7];
        let beta = standard.coefficients(&tilde);
        for i in 0..3 {
            let in_standard: f64 = (0..3).map(|j| x[3 * i + j] * tilde[j]).sum();
            let in_raw: f64 = (0..3).map(|j| raw[3 * i + j] * beta[j]).sum();
            assert_relative_eq!(in_standard, in_raw, epsilon = 1e-10);
        }
        let there_and_back = standard.in_standard_units(beta.as_slice().unwrap_or(&[]));
        for (again, once) in there_and_back.iter().zip(tilde) {
            assert_relative_eq!(*again, once, max_relative = 1e-9);
        }
        assert_relative_eq!(standard.back().dot(&Array1::from(tilde.to_vec())), beta, max_relative = 1e-12);
    }
}
