//! Coefficients without a finite estimate, found before the fit.

use super::problem::Problem;
use crate::error::{ErrorKind, Result};
use crate::numeric::dense::{Cholesky, symmetric_eigen};
use crate::numeric::rows::Gram;
use ndarray::{Array1, Array2};
use pulp::Arch;

/// A column varies over the counted rows if its standard deviation there exceeds this share of its largest entry.
const CONSTANT: f64 = 1e-11;
/// A direction is invisible to the counted rows if its information there is below this, in their own units.
const INVISIBLE: f64 = 1e-10;
/// Below this share of the largest entry an entry of a direction is rounding.
const ROUNDING: f64 = 1e-6;
/// Rounds of the rectifier; it converges in a handful.
const ROUNDS: usize = 500;

/// Fails where the likelihood rises for ever along some combination of determinants.
///
/// That is so exactly when a direction γ has x'γ = 0 on every row with a positive count and x'γ >= 0, not all 0, on
/// the rows with count 0 (Correia, Guimarães & Zylkin 2019, arXiv 1903.01633). A withheld count that may be 0 pulls
/// like a 0, one without an upper bound pulls the other way, and one with bounds on both sides holds like a count.
/// Almost always the rows that hold span all columns, and one pass over them is the whole check.
pub(super) fn refuse_separation(problem: &Problem) -> Result<()> {
    let pulls: Vec<Pull> = pulls(problem);
    let counted: Vec<f64> = pulls.iter().map(|pull| f64::from(u8::from(*pull == Pull::Both))).collect();
    if counted.iter().all(|&c| c > 0.0) || spans_all_columns(problem, &counted) {
        return Ok(());
    }
    let directions = invisible_directions(problem, &counted);
    let one_sided = |&(_, pull): &(usize, Pull)| pull != Pull::Both;
    let loose: Vec<(usize, Pull)> = pulls.into_iter().enumerate().filter(one_sided).collect();
    match separating(problem, &loose, &directions) {
        Some((direction, rows)) => Err(named(problem, &direction, rows)),
        None => Ok(()),
    }
}

/// In which directions a row's log-density falls off for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pull {
    /// Both: the mean can run off neither way.
    Both,
    /// The mean may run to 0.
    Down,
    /// The mean may run to infinity.
    Up,
}

fn pulls(problem: &Problem) -> Vec<Pull> {
    let exact = problem.y.iter().map(|&y| if y > 0.0 { Pull::Both } else { Pull::Down });
    let mut pulls: Vec<Pull> = exact.collect();
    for row in &problem.coarse {
        let bounds = row.count.bounds();
        pulls[row.row] = match (bounds.lo(), bounds.hi()) {
            (0, _) => Pull::Down,
            (_, None) => Pull::Up,
            _ => Pull::Both,
        };
    }
    pulls
}

/// Whether the counted rows hold every direction with room to spare.
fn spans_all_columns(problem: &Problem, counted: &[f64]) -> bool {
    let p = problem.n_terms();
    let mut gram = Gram::new(p);
    gram.add(Arch::new(), &problem.x, counted);
    let room = 1e-8;
    let correlation = Array2::from_shape_fn((p, p), |(i, j)| {
        let entry = gram.at(i.max(j), i.min(j)) / (gram.at(i, i) * gram.at(j, j)).sqrt();
        if i == j { entry - room } else { entry }
    });
    Cholesky::new(&correlation.view()).is_some()
}

/// Directions γ with x'γ = 0 on all counted rows.
///
/// Found in the columns' units over the counted rows themselves, so that an outlier among the others does not hide
/// what varies there.
fn invisible_directions(problem: &Problem, counted: &[f64]) -> Vec<Array1<f64>> {
    let p = problem.n_terms();
    if counted.iter().all(|&c| c == 0.0) {
        // no row holds at all: every direction is open
        return Array2::<f64>::eye(p).rows().into_iter().map(|row| row.to_owned()).collect();
    }
    let (centre, scale) = units_over(problem, counted);
    let mut gram = Array2::<f64>::zeros((p, p));
    for (row, _) in problem.x.chunks_exact(p).zip(counted).filter(|(_, c)| **c > 0.0) {
        let unit: Vec<f64> = (0..p).map(|j| (row[j] - centre[j]) * scale[j]).collect();
        for i in 0..p {
            for j in 0..p {
                gram[[i, j]] += unit[i] * unit[j];
            }
        }
    }
    gram /= counted.iter().sum::<f64>();
    let (values, vectors) = symmetric_eigen(gram);
    let back = |vector: Array1<f64>| {
        let mut direction: Array1<f64> = vector.iter().zip(&scale).map(|(v, s)| v * s).collect();
        direction[0] -= (1..p).map(|j| direction[j] * centre[j]).sum::<f64>();
        direction
    };
    (0..p).filter(|&k| values[k] < INVISIBLE).map(|k| back(vectors.column(k).to_owned())).collect()
}

/// Centre and reciprocal scale of each column over the counted rows; the intercept and columns that do not vary
/// there keep their scale.
fn units_over(problem: &Problem, counted: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let p = problem.n_terms();
    let n: f64 = counted.iter().sum();
    let rows = || problem.x.chunks_exact(p).zip(counted).filter(|(_, c)| **c > 0.0).map(|(row, _)| row);
    let mut centre: Vec<f64> = (0..p).map(|j| rows().map(|row| row[j]).sum::<f64>() / n).collect();
    centre[0] = 0.0;
    let unit = |j: usize| {
        let sd = (rows().map(|row| (row[j] - centre[j]).powi(2)).sum::<f64>() / n).sqrt();
        let largest = problem.x.chunks_exact(p).map(|row| row[j].abs()).fold(0.0, f64::max);
        if sd > CONSTANT * largest { 1.0 / sd } else { 1.0 / largest.max(f64::MIN_POSITIVE) }
    };
    let scale = (0..p).map(unit).collect();
    (centre, scale)
}

/// A combination of the directions that is >= 0 on all rows that pull down, <= 0 on those that pull up, and not 0 on
/// some, with those rows.
///
/// The rectifier: project a positive target on what the directions can reach, cut off what is negative, repeat. It
/// ends at a separating combination if there is one and at 0 if there is none.
fn separating(
    problem: &Problem,
    loose: &[(usize, Pull)],
    directions: &[Array1<f64>],
) -> Option<(Array1<f64>, Vec<usize>)> {
    if directions.is_empty() {
        return None;
    }
    let p = problem.n_terms();
    let reach = |&(row, pull): &(usize, Pull), direction: &Array1<f64>| -> f64 {
        let reach: f64 = problem.x[row * p..(row + 1) * p].iter().zip(direction).map(|(x, d)| x * d).sum();
        if pull == Pull::Up { -reach } else { reach }
    };
    let z = Array2::from_shape_fn((loose.len(), directions.len()), |(i, k)| reach(&loose[i], &directions[k]));
    let mut normal = z.t().dot(&z);
    // directions that these rows do not see either add nothing, and must not hide the others
    let ridge = 1e-12 * normal.diag().iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    normal.diag_mut().mapv_inplace(|entry| entry + ridge);
    let normal = Cholesky::new(&normal.view())?;
    let mut target = Array1::<f64>::ones(loose.len());
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
            let rows = (0..loose.len()).filter(|&i| reached[i] > ROUNDING * largest);
            return Some((direction, rows.map(|i| loose[i].0).collect()));
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
