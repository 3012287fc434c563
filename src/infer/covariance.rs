//! The covariance of everything that was estimated.

use crate::error::{ErrorKind, Result};
use crate::estimate::{Coordinate, Estimate, System, best_point};
use crate::family::Family;
use crate::model::Problem;
use crate::numeric::dense::{Cholesky, symmetric_eigen};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// Covariance matrix of the estimates: the inverse of the observed information of all parameters jointly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Covariance {
    /// What the rows and columns are: the terms, `log sd(level)` for each sd above 0, `log theta`.
    pub names: Vec<String>,
    /// The matrix, in the units of the names.
    pub matrix: Array2<f64>,
}

impl Covariance {
    /// Standard error of a named parameter.
    pub fn std_error(&self, name: &str) -> Option<f64> {
        let at = self.names.iter().position(|known| known == name)?;
        self.matrix.get([at, at]).map(|variance| variance.sqrt())
    }
}

/// The information at the maximum, and its inverse in the units of the passes and of the caller.
#[derive(Debug)]
pub(super) struct Information {
    pub covariance: Covariance,
    /// Covariance of (β̃, υ, φ), 0 for variances that are pinned.
    pub in_pass_units: Array2<f64>,
    /// max_j |g_j| se_j over the free parameters.
    pub scaled_gradient: f64,
    /// Smallest eigenvalue of the information scaled to unit diagonal.
    pub smallest_curvature: f64,
}

/// Information about a parameter below which the table says nothing of it: a standard error of 1e8 in the units of the
/// passes, as on the plateau of intervals that hold every count there could be.
const NOTHING_KNOWN: f64 = 1e-16;

pub(super) fn information(problem: &Problem, estimate: &Estimate) -> Result<Information> {
    let at = &estimate.position;
    let system = System::new(&at.derivatives, &at.point, &estimate.coordinates);
    let information = -&system.hessian;
    let Some(factor) = Cholesky::new(&information.view()) else {
        return Err(flat(problem, estimate));
    };
    let inverse = factor.inverse();
    let scaled = Array2::from_shape_fn(information.raw_dim(), |(i, j)| {
        information[[i, j]] / (information[[i, i]] * information[[j, j]]).sqrt()
    });
    let smallest_curvature = symmetric_eigen(scaled).0.iter().copied().fold(f64::INFINITY, f64::min);
    let least = information.diag().iter().copied().fold(f64::INFINITY, f64::min);
    if smallest_curvature <= 0.0 || least < NOTHING_KNOWN {
        return Err(flat(problem, estimate));
    }
    let gradients = system.gradient.iter().zip(inverse.diag());
    Ok(Information {
        covariance: in_caller_units(problem, estimate, &system, &inverse),
        in_pass_units: in_pass_units(estimate, &system, &inverse),
        scaled_gradient: gradients.map(|(g, v)| g.abs() * v.sqrt()).fold(0.0, f64::max),
        smallest_curvature,
    })
}

fn in_pass_units(estimate: &Estimate, system: &System, inverse: &Array2<f64>) -> Array2<f64> {
    let at = &estimate.position;
    let n = at.derivatives.gradient.len();
    let factors = system.factors(&at.point, &estimate.coordinates);
    let mut full = Array2::zeros((n, n));
    for (a, &i) in system.free.iter().enumerate() {
        for (b, &j) in system.free.iter().enumerate() {
            full[[i, j]] = inverse[[a, b]] * factors[a] * factors[b];
        }
    }
    full
}

fn in_caller_units(
    problem: &Problem,
    estimate: &Estimate,
    system: &System,
    inverse: &Array2<f64>,
) -> Covariance {
    let p = problem.n_terms();
    let coefficients = problem.standard.back();
    let back = Array2::from_shape_fn(inverse.raw_dim(), |(i, j)| match (i < p && j < p, i == j) {
        (true, _) => coefficients[[i, j]],
        (false, true) => 1.0,
        (false, false) => 0.0,
    });
    let mut names = problem.terms().to_vec();
    for (level, coordinate) in problem.levels().iter().zip(&estimate.coordinates) {
        if *coordinate == Coordinate::LogSd {
            names.push(format!("log sd({level})"));
        }
    }
    if estimate.family == Family::NegBin2 {
        names.push("log theta".into());
    }
    debug_assert_eq!(names.len(), system.free.len());
    Covariance { names, matrix: back.dot(inverse).dot(&back.t()) }
}

fn flat(problem: &Problem, estimate: &Estimate) -> crate::error::Error {
    let best = best_point(problem, estimate.family, &estimate.position, estimate.trace.clone());
    ErrorKind::NotConverged {
        why: "the log-likelihood is flat there: the table does not say where its maximum is".into(),
        best,
    }
    .into()
}
