//! Coefficients without a finite estimate, found before the fit.

use super::problem::Problem;
use crate::error::{ErrorKind, Result};
use crate::numeric::dense::Cholesky;
use crate::numeric::rows::Gram;
use ndarray::{Array1, Array2};
use pulp::Arch;

/// A direction in standard coefficients counts as invisible to rows when its share of their information is below this.
const INVISIBLE: f64 = 1e-10;
/// Below this share of the largest entry an entry of a direction is rounding.
const ROUNDING: f64 = 1e-6;
/// Rounds of the rectifier; it converges in a handful.
const ROUNDS: usize = 500;

/// Fails where the likelihood rises for ever along some combination of determinants.
///
/// That is so exactly when a direction γ has x'γ = 0 on every row with a positive count and x'γ >= 0, not all 0, on
/// the rows with count 0 (Correia, Guimarães & Zylkin 2019, arXiv 1903.01633). Almost always the rows with a
/// positive count span all columns, and one pass over them is the whole check.
pub(super) fn refuse_separation(problem: &Problem) -> Result<()> {
    let p = problem.n_terms();
    let (mut all, mut positive) = (Gram::new(p), Gram::new(p));
    let arch = Arch::new();
    let counted: Vec<f64> = problem.y.iter().map(|&y| f64::from(u8::from(y > 0.0))).collect();
    if counted.iter().all(|&c| c > 0.0) {
        return Ok(());
    }
    positive.add(arch, &problem.x, &counted);
    let positive = full(&positive, p);
    if well_conditioned(&positive) {
        return Ok(());
    }
    all.add(arch, &problem.x, &vec![1.0; problem.n_rows()]);
    let directions = invisible_directions(&full(&all, p), &positive);
    let zero_rows: Vec<usize> = (0..problem.n_rows()).filter(|&i| problem.y[i] == 0.0).collect();
    match separating(problem, &zero_rows, &directions) {
        Some((direction, rows)) => Err(named(problem, &direction, rows)),
        None => Ok(()),
    }
}

fn full(gram: &Gram, p: usize) -> Array2<f64> {
    Array2::from_shape_fn((p, p), |(i, j)| gram.at(i.max(j), i.min(j)))
}

fn well_conditioned(gram: &Array2<f64>) -> bool {
    let p = gram.nrows();
    let smallest = 1e-8;
    let scaled = Array2::from_shape_fn((p, p), |(i, j)| {
        let entry = gram[[i, j]] / (gram[[i, i]] * gram[[j, j]]).sqrt();
        if i == j { entry - smallest } else { entry }
    });
    Cholesky::new(&scaled.view()).is_some()
}

/// Directions γ with γ'G₊γ <= ε γ'Gγ: eigenvectors of L⁻¹G₊L⁻ᵀ at eigenvalue 0, G = LL'.
fn invisible_directions(all: &Array2<f64>, positive: &Array2<f64>) -> Vec<Array1<f64>> {
    let Some(factor) = Cholesky::new(&all.view()) else {
        return Vec::new();
    };
    let p = all.nrows();
    let mut half = Array2::zeros((p, p));
    for j in 0..p {
        half.column_mut(j).assign(&factor.solve_lower(&positive.column(j)));
    }
    let mut whitened = Array2::zeros((p, p));
    for i in 0..p {
        whitened.row_mut(i).assign(&factor.solve_lower(&half.row(i)));
    }
    let (values, vectors) = crate::numeric::dense::symmetric_eigen(whitened);
    let zero = (0..p).filter(|&k| values[k] < INVISIBLE);
    zero.map(|k| factor.solve_upper(&vectors.column(k))).collect()
}

/// A combination of the directions that is >= 0 on all zero rows and not 0 on some, with those rows.
///
/// The rectifier: project a positive target on what the directions can reach, cut off what is negative, repeat. It
/// ends at a separating combination if there is one and at 0 if there is none.
fn separating(
    problem: &Problem,
    zero_rows: &[usize],
    directions: &[Array1<f64>],
) -> Option<(Array1<f64>, Vec<usize>)> {
    if directions.is_empty() {
        return None;
    }
    let p = problem.n_terms();
    let reach = |&row: &usize, direction: &Array1<f64>| -> f64 {
        problem.x[row * p..(row + 1) * p].iter().zip(direction).map(|(x, d)| x * d).sum()
    };
    let z = Array2::from_shape_fn((zero_rows.len(), directions.len()), |(i, k)| {
        reach(&zero_rows[i], &directions[k])
    });
    let normal = Cholesky::new(&z.t().dot(&z).view())?;
    let mut target = Array1::<f64>::ones(zero_rows.len());
    for _ in 0..ROUNDS {
        let weights = normal.solve(&z.t().dot(&target).view());
        let reached = z.dot(&weights);
        let largest = reached.iter().fold(0.0f64, |m, x| m.max(x.abs()));
        if largest < ROUNDING {
            return None;
        }
        if reached.iter().all(|&x| x > -ROUNDING * largest) {
            let direction =
                directions.iter().zip(&weights).fold(Array1::zeros(p), |sum, (d, w)| sum + d * *w);
            let rows = (0..zero_rows.len()).filter(|&i| reached[i] > ROUNDING * largest);
            return Some((direction, rows.map(|i| zero_rows[i]).collect()));
        }
        target = reached.mapv(|x| x.max(0.0));
    }
    None
}

fn named(problem: &Problem, direction: &Array1<f64>, rows: Vec<usize>) -> crate::error::Error {
    let largest = direction.iter().skip(1).fold(0.0f64, |m, x| m.max(x.abs()));
    let columns: Vec<String> = (1..direction.len())
        .filter(|&j| direction[j].abs() > ROUNDING * largest)
        .map(|j| problem.terms()[j].clone())
        .collect();
    let mut rows: Vec<usize> = rows.into_iter().map(|i| problem.caller_row(i)).collect();
    rows.sort_unstable();
    ErrorKind::Separation { columns, rows }.into()
}
