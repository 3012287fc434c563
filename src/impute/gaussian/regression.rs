//! Small regressions for the tests: what an analyst would do with the completed tables.

use super::fixture::logistic;
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rand_distr::{Distribution, StandardNormal};

/// Coefficients, the intercept first, with their covariance.
pub(super) struct Regression {
    pub(super) coefficients: Array1<f64>,
    pub(super) covariance: Array2<f64>,
}

/// The first column on the others, by least squares, over some rows.
pub(super) fn first_on_others(table: ArrayView2<'_, f64>, rows: &[usize]) -> Regression {
    let table = table.select(Axis(0), rows);
    let (n, p) = table.dim();
    let mut x = table.clone();
    x.column_mut(0).fill(1.0);
    let y = table.column(0);
    let factor = Cholesky::new(&x.t().dot(&x).view()).unwrap();
    let coefficients = factor.solve(&x.t().dot(&y).view());
    let left = &y - &x.dot(&coefficients);
    let covariance = factor.inverse() * (left.dot(&left) / (n - p) as f64);
    Regression { coefficients, covariance }
}

/// Poisson counts on an intercept and the columns, log link, by Newton.
pub(super) fn poisson(counts: &[f64], columns: ArrayView2<'_, f64>) -> Regression {
    let mut x = Array2::ones((columns.nrows(), columns.ncols() + 1));
    x.columns_mut().into_iter().skip(1).zip(columns.columns()).for_each(|(mut to, from)| to.assign(&from));
    let mut coefficients = Array1::zeros(x.ncols());
    coefficients[0] = (counts.iter().sum::<f64>() / counts.len() as f64).ln();
    let mut covariance = Array2::zeros((x.ncols(), x.ncols()));
    for _ in 0..8 {
        let expected = x.dot(&coefficients).mapv(f64::exp);
        let weighted = &x * &expected.view().insert_axis(Axis(1));
        let factor = Cholesky::new(&x.t().dot(&weighted).view()).unwrap();
        let left: Array1<f64> = counts.iter().zip(&expected).map(|(y, mu)| y - mu).collect();
        coefficients = coefficients + factor.solve(&x.t().dot(&left).view());
        covariance = factor.inverse();
    }
    Regression { coefficients, covariance }
}

impl Regression {
    /// A draw from the normal approximation to the posterior.
    pub(super) fn draw(&self, rng: &mut rand_chacha::ChaCha12Rng) -> Array1<f64> {
        let precision = Cholesky::new(&self.covariance.view()).unwrap().inverse();
        let noise: Array1<f64> = self.coefficients.iter().map(|_| StandardNormal.sample(rng)).collect();
        &self.coefficients + &Cholesky::new(&precision.view()).unwrap().solve_upper(&noise.view())
    }
}

/// Whether Rubin's 95 % interval of one coefficient covers the truth; the fraction of missing information is small enough
/// here for the degrees of freedom that follow from the tables alone.
pub(super) fn covers(fits: &[Regression], at: usize, truth: f64) -> bool {
    let m = fits.len() as f64;
    let estimates: Vec<f64> = fits.iter().map(|fit| fit.coefficients[at]).collect();
    let mean = estimates.iter().sum::<f64>() / m;
    let within = fits.iter().map(|fit| fit.covariance[[at, at]]).sum::<f64>() / m;
    let between = estimates.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (m - 1.0);
    let added = (1.0 + 1.0 / m) * between;
    let freedom = (m - 1.0) * (1.0 + within / added).powi(2);
    (mean - truth).abs() < student_975(freedom) * (within + added).sqrt()
}

/// Quantile of Student's t, by its expansion about the normal's.
fn student_975(freedom: f64) -> f64 {
    let z: f64 = 1.959964;
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    z + first / freedom + second / freedom.powi(2)
}

pub(super) fn mean(values: ArrayView1<'_, f64>) -> f64 {
    values.sum() / values.len() as f64
}

/// A chance of missing that rises with a value.
pub(super) fn rising(x: f64) -> f64 {
    0.6 * logistic(2.0 * x)
}
