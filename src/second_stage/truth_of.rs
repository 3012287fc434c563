//! The true values behind survey means, given the survey and a regression on what is known.

use super::extras::{Extras, moments};
use super::net::Projection;
use super::region::Region;
use crate::error::{ErrorKind, Result};
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2, ArrayView2};
use rand::Rng;
use rand_distr::{ChiSquared, Distribution, StandardNormal};

/// A value without a sampling error in a column that has them is known to this share of the column's spread.
const AS_GOOD_AS_EXACT: f64 = 1e-4;

/// w = z + e, z_i ~ N(B'x_i, Σ) over the columns with sampling errors.
pub(super) struct TruthGivenSurvey {
    pub extras: Extras,
    /// Positions of the columns with errors.
    columns: Vec<usize>,
    predictors: Projection,
    /// 1/se² per row and column.
    precision: Array2<f64>,
}

/// A drawn regression: where each row's values lie, survey and regression together.
pub(super) struct Proposal<'a> {
    truth: &'a TruthGivenSurvey,
    mean: Vec<Array1<f64>>,
    /// Factor of each row's precision.
    factor: Vec<Cholesky>,
}

impl TruthGivenSurvey {
    pub(super) fn new(region: &Region, extras: &Extras) -> Result<Self> {
        let n = extras.values.nrows();
        let columns: Vec<usize> =
            (0..extras.names.len()).filter(|&j| extras.errors.column(j).iter().any(|se| *se > 0.0)).collect();
        let predictors = predictors(region, extras);
        if n <= predictors.rank() + columns.len() + 2 {
            let message = format!(
                "{n} rows are too few to regress the true values behind {} surveys on {} columns",
                columns.len(),
                predictors.rank()
            );
            return Err(ErrorKind::Specification { message }.into());
        }
        let precision = Array2::from_shape_fn((n, columns.len()), |(row, k)| {
            let spread = moments(&extras.values.column(columns[k]).to_vec()).1;
            extras.errors[[row, columns[k]]].max(AS_GOOD_AS_EXACT * spread).powi(-2)
        });
        Ok(TruthGivenSurvey { extras: extras.clone(), columns, predictors, precision })
    }

    /// Σ and B given the values, under flat priors, and what they make of each row.
    pub(super) fn draw_regression(
        &self,
        values: ArrayView2<'_, f64>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Proposal<'_>> {
        let (n, q) = self.precision.dim();
        let own = Array2::from_shape_fn((n, q), |(row, k)| values[[row, self.columns[k]]]);
        let rest = self.predictors.rests(&own);
        let sigma = Scatter::draw(&rest.t().dot(&rest), n - self.predictors.rank(), rng).ok_or_else(flat)?;
        let mut fitted = &own - &rest;
        for direction in self.predictors.directions() {
            let step = sigma.normal(rng);
            for (mut row, along) in fitted.rows_mut().into_iter().zip(direction) {
                row.scaled_add(*along, &step);
            }
        }
        let (mut mean, mut factor) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for row in 0..n {
            let survey = self.precision.row(row);
            let together = Cholesky::new(&(&sigma.precision + &Array2::from_diag(&survey)).view());
            let together = together.ok_or_else(flat)?;
            let observed = Array1::from_shape_fn(q, |k| self.extras.values[[row, self.columns[k]]]);
            let sum = sigma.precision.dot(&fitted.row(row)) + &survey * &observed;
            mean.push(together.solve(&sum.view()));
            factor.push(together);
        }
        Ok(Proposal { truth: self, mean, factor })
    }
}

impl Proposal<'_> {
    /// Values of a row, drawn from survey and regression; columns without errors stay.
    pub(super) fn propose(&self, row: usize, here: &[f64], rng: &mut (impl Rng + ?Sized)) -> Vec<f64> {
        let normal: Array1<f64> = (0..self.truth.columns.len()).map(|_| StandardNormal.sample(rng)).collect();
        let drawn = &self.mean[row] + &self.factor[row].solve_upper(&normal.view());
        let mut there = here.to_vec();
        self.truth.columns.iter().zip(drawn).for_each(|(&column, value)| there[column] = value);
        there
    }
}

/// Σ with its inverse.
struct Scatter {
    precision: Array2<f64>,
    factor: Cholesky,
}

impl Scatter {
    /// Σ⁻¹ ~ Wishart(df, S⁻¹), by Bartlett's decomposition.
    fn draw(squares: &Array2<f64>, df: usize, rng: &mut (impl Rng + ?Sized)) -> Option<Self> {
        let q = squares.nrows();
        let scale = Cholesky::new(&Cholesky::new(&squares.view())?.inverse().view())?.lower();
        let mut bartlett = Array2::<f64>::zeros((q, q));
        for i in 0..q {
            bartlett[[i, i]] = ChiSquared::new((df - i) as f64).ok()?.sample(rng).sqrt();
            for j in 0..i {
                bartlett[[i, j]] = StandardNormal.sample(rng);
            }
        }
        let root = scale.dot(&bartlett);
        let precision = root.dot(&root.t());
        let factor = Cholesky::new(&precision.view())?;
        Some(Scatter { precision, factor })
    }

    /// N(0, Σ).
    fn normal(&self, rng: &mut (impl Rng + ?Sized)) -> Array1<f64> {
        let normal: Array1<f64> = (0..self.precision.nrows()).map(|_| StandardNormal.sample(rng)).collect();
        self.factor.solve_upper(&normal.view())
    }
}

/// The basis of what true values are regressed on: the national determinants, an intercept among them, and exact extras.
fn predictors(region: &Region, extras: &Extras) -> Projection {
    let exact = (0..extras.names.len()).filter(|&j| extras.errors.column(j).iter().all(|se| *se == 0.0));
    let exact: Vec<_> = exact.map(|j| extras.values.column(j)).collect();
    let weights = Array1::ones(region.rows.len());
    Projection::on(region.design.columns().into_iter().chain(exact), weights)
}

fn flat() -> crate::Error {
    let message =
        "the true values behind the survey means cannot be told apart: leave one of the surveys out";
    ErrorKind::Specification { message: message.into() }.into()
}
