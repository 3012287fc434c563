//! Extras net of what the national determinants say about them already.
//!
//! A national model without a determinant z fits b = β + δγ to the determinants x that it has, where z = x'δ + v: what z does
//! to the counts through x is in the expectation. Against that expectation a slope on z itself is γ Var(v)/Var(z), on v it
//! is γ. Source: Frisch & Waugh 1933, Econometrica 1:387.

use super::region::Region;
use ndarray::{Array1, Array2, ArrayView1};

/// What is left of a column beside others is nothing below this share of its size.
const NOTHING_LEFT: f64 = 1e-9;

/// Orthonormal columns under the weights of the rows.
#[derive(Debug, Clone)]
pub(super) struct Projection {
    weights: Array1<f64>,
    basis: Vec<Array1<f64>>,
}

impl Projection {
    /// Onto the national determinants of a region, intercept included; a row weighs what its log ratio of actual to
    /// expected is worth.
    pub(super) fn on_national(region: &Region) -> Self {
        let weights = (0..region.rows.len()).map(|at| 1.0 / region.ratio_variance(at)).collect();
        Projection::on(region.design.view().columns().into_iter(), weights)
    }

    /// Onto any columns; those that others say are left out.
    pub(super) fn on<'c>(
        columns: impl Iterator<Item = ArrayView1<'c, f64>>,
        weights: Array1<f64>,
    ) -> Projection {
        let mut made = Projection { weights, basis: Vec::new() };
        for column in columns {
            let size = made.norm(&column.to_owned());
            // twice is enough
            let rest = made.rest(&made.rest(&column.to_owned()));
            let left = made.norm(&rest);
            if left > NOTHING_LEFT * size {
                made.basis.push(rest / left);
            }
        }
        made
    }

    /// What the projection leaves of a column.
    pub(super) fn rest(&self, column: &Array1<f64>) -> Array1<f64> {
        let mut rest = column.clone();
        for known in &self.basis {
            let along = (&self.weights * known).dot(&rest);
            rest.scaled_add(-along, known);
        }
        rest
    }

    /// What it leaves of each column.
    pub(super) fn rests(&self, columns: &Array2<f64>) -> Array2<f64> {
        let mut rests = columns.clone();
        for mut column in rests.columns_mut() {
            let rest = self.rest(&column.to_owned());
            column.assign(&rest);
        }
        rests
    }

    /// Number of columns that say something of their own.
    pub(super) fn rank(&self) -> usize {
        self.basis.len()
    }

    /// The orthonormal columns.
    pub(super) fn directions(&self) -> impl Iterator<Item = &Array1<f64>> {
        self.basis.iter()
    }

    fn norm(&self, column: &Array1<f64>) -> f64 {
        column.iter().zip(&self.weights).map(|(x, w)| w * x * x).sum::<f64>().sqrt()
    }
}

/// Share of each column's variance that the national determinants say in the region.
pub(super) fn shared(region: &Region, columns: &Array2<f64>) -> Vec<f64> {
    let all = Projection::on_national(region);
    let mean = Projection::on(region.design.columns().into_iter().take(1), all.weights.clone());
    let each = columns.columns().into_iter().map(|column| {
        let column = column.to_owned();
        let (within, left) = (mean.norm(&mean.rest(&column)), all.norm(&all.rest(&column)));
        1.0 - (left / within).powi(2)
    });
    each.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn what_is_left_is_orthogonal_and_aliased_columns_count_once() {
        let x = array![[1.0, 2.0, 3.0], [1.0, 0.5, 1.5], [1.0, -1.0, 0.0], [1.0, 4.0, 5.0], [1.0, 0.0, 1.0]];
        let weights = array![1.0, 2.0, 0.5, 1.0, 3.0];
        let projection = Projection::on(x.columns().into_iter(), weights.clone());
        assert_eq!(projection.rank(), 2);
        let rest = projection.rest(&array![1.0, 0.0, 2.0, 1.0, -1.0]);
        for column in x.columns() {
            assert!((&weights * &column).dot(&rest).abs() < 1e-12);
        }
        assert!(rest.iter().any(|r| r.abs() > 0.1));
    }
}
