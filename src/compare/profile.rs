//! The deviance with β and σ² profiled out, and its first two derivatives in the relative variances.

use super::model::Criterion;
use super::nodes::Nodes;
use super::sums::Sums;
use super::sweep::{Swept, Tangent, combined};
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use std::ops::Range;

/// D(λ) + N log R(λ), with D = log|V| and N = n; restricted, D has log|X'V⁻¹X| too and N = n − p.
pub(super) struct Profile {
    pub(super) swept: Swept,
    pub(super) beta: Array1<f64>,
    /// (X'V⁻¹X), factored.
    pub(super) information: Cholesky,
    /// R: the weighted squares that are left.
    pub(super) rest: f64,
    /// N.
    pub(super) degrees: f64,
    /// D.
    pub(super) log_determinant: f64,
}

/// Gradient and Hessian of D and R in the relative variances.
pub(super) struct Derivatives {
    pub(super) log_determinant: (Vec<f64>, Array2<f64>),
    pub(super) rest: (Vec<f64>, Array2<f64>),
}

impl Profile {
    /// `None` where X'V⁻¹X is singular to rounding, or nothing is left over.
    pub(super) fn at(nodes: &Nodes, sums: &Sums, variances: &[f64], criterion: Criterion) -> Option<Self> {
        let swept = Swept::new(nodes, sums, variances);
        let products = swept.products(nodes, sums);
        let p = products.ncols() - 1;
        let determinants = first(products.view(), p);
        let information = Cholesky::new(&determinants.split_at(Axis(0), p).0)?;
        let half = information.solve_lower(&products.column(p).split_at(Axis(0), p).0);
        let rest = products[[p, p]] - half.dot(&half);
        let beta = information.solve_upper(&half.view());
        let mut log_determinant = swept.log_determinant(nodes) - sums.log_weights;
        let mut degrees = sums.n_rows as f64;
        if criterion == Criterion::Restricted {
            log_determinant += 2.0 * information.lower().diag().iter().map(|x| x.ln()).sum::<f64>();
            degrees -= p as f64;
        }
        let enough = rest > EXACT * sums.products[[p, p]] && degrees > 0.0;
        enough.then_some(Profile { swept, beta, information, rest, degrees, log_determinant })
    }

    pub(super) fn deviance(&self) -> f64 {
        self.log_determinant + self.degrees * self.rest.ln()
    }

    /// −½ (D + N log 2πσ² + N), σ² = R/N.
    pub(super) fn log_likelihood(&self) -> f64 {
        let log_variance = (2.0 * std::f64::consts::PI * self.sigma2()).ln();
        -0.5 * (self.log_determinant + self.degrees * (log_variance + 1.0))
    }

    pub(super) fn sigma2(&self) -> f64 {
        self.rest / self.degrees
    }

    /// With H_l the rows h of a level: ∂_l (X,y)'V⁻¹(X,y) = −H_l'H_l, ∂_l log|V| = Σ v.
    pub(super) fn derivatives(&self, nodes: &Nodes, criterion: Criterion) -> Derivatives {
        let n = nodes.n_levels();
        let inverse = (criterion == Criterion::Restricted).then(|| self.information.inverse());
        let levels: Vec<OfLevel> = (0..n).map(|k| OfLevel::new(self, nodes, k)).collect();
        let (mut d, mut r) = ((vec![0.0; n], Array2::zeros((n, n))), (vec![0.0; n], Array2::zeros((n, n))));
        for (k, one) in levels.iter().enumerate() {
            d.0[k] = self.swept.v[nodes.of_level(k)].iter().sum();
            r.0[k] = -one.residual.dot(&one.residual);
            for (l, other) in levels.iter().enumerate().take(k + 1) {
                let range = nodes.of_level(l);
                let h = between(&self.swept.h, range.clone());
                let h_by = between(&one.tangent.h, range.clone());
                let residual_by: Array1<f64> =
                    h_by.rows().into_iter().map(|row| combined(row, self.beta.view())).collect();
                d.1[[k, l]] = one.tangent.v[range].iter().sum();
                let slope = self.information.solve(&other.slope.view());
                r.1[[k, l]] = -2.0 * residual_by.dot(&other.residual) - 2.0 * one.slope.dot(&slope);
                if let Some(inverse) = &inverse {
                    let p = self.beta.len();
                    let (h, h_by) = (first(h, p), first(h_by, p));
                    let second = -2.0 * (h_by.dot(inverse) * h).sum();
                    let between = (inverse.dot(&one.products) * inverse.dot(&other.products).t()).sum();
                    d.1[[k, l]] += second - between;
                }
                (d.1[[l, k]], r.1[[l, k]]) = (d.1[[k, l]], r.1[[k, l]]);
            }
            if let Some(inverse) = &inverse {
                d.0[k] -= (inverse * &one.products).sum();
            }
        }
        Derivatives { log_determinant: d, rest: r }
    }
}

/// What is left of the response, relative to it, below which it counts as explained exactly.
const EXACT: f64 = 1e-13;

/// The parts of the derivatives in one level's variance.
struct OfLevel {
    tangent: Tangent,
    /// h of the level's areas, for what is left of the response.
    residual: Array1<f64>,
    /// H'h, for the determinants.
    slope: Array1<f64>,
    /// H'H, for the determinants.
    products: Array2<f64>,
}

impl OfLevel {
    fn new(profile: &Profile, nodes: &Nodes, k: usize) -> Self {
        let h = between(&profile.swept.h, nodes.of_level(k));
        let residual: Array1<f64> =
            h.rows().into_iter().map(|row| combined(row, profile.beta.view())).collect();
        let x = first(h, profile.beta.len());
        OfLevel {
            tangent: profile.swept.tangent(nodes, k),
            slope: x.t().dot(&residual),
            products: x.t().dot(&x),
            residual,
        }
    }
}

/// The rows of a range.
fn between(columns: &Array2<f64>, rows: Range<usize>) -> ArrayView2<'_, f64> {
    columns.slice_axis(Axis(0), Slice::from(rows))
}

/// The first p columns: the determinants.
fn first(columns: ArrayView2<'_, f64>, p: usize) -> ArrayView2<'_, f64> {
    columns.split_at(Axis(1), p).0
}
