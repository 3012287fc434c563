//! The national determinants, which stand beside the extras.
//!
//! A national model without a determinant z fits b to the determinants x that it has, and b − β is what z does through them.
//! Whatever b is, a region's log ratio of actual to expected is z'γ − x'(b − β) and effects: beside x a slope on z is γ,
//! without x it is γ(1 − share of z that x says). Beside x is net of x in the metric of the region's own fit, areas and
//! rows together; an extra of areas keeps nearly all of itself there, as slopes of x come from the rows within areas. Taken
//! net of x in another metric it would not be orthogonal to x where the fit looks. Source: Frisch & Waugh 1933,
//! Econometrica 1:387.

use super::region::Region;
use super::working::Working;
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2, ArrayView1, Axis};

/// What is left of a column beside others is nothing below this share of its size.
const NOTHING_LEFT: f64 = 1e-9;

/// An intercept and national determinants, in the region.
#[derive(Debug, Clone)]
pub(super) struct National {
    /// Of the determinants.
    pub terms: Vec<String>,
    /// The intercept first; the others about their mean.
    pub columns: Array2<f64>,
}

impl National {
    /// The intercept alone.
    pub(super) fn none(region: &Region) -> Self {
        National { terms: Vec::new(), columns: Array2::ones((region.rows.len(), 1)) }
    }

    /// Those that say something of their own among the region's rows.
    pub(super) fn of(region: &Region) -> Self {
        let mut known = Projection::onto_nothing(Array1::ones(region.rows.len()));
        let own = |column: ArrayView1<'_, f64>| known.takes(column);
        let own: Vec<bool> = region.design.columns().into_iter().map(own).collect();
        let kept: Vec<usize> = (0..own.len()).filter(|&j| own[j]).collect();
        let mut columns = region.design.select(Axis(1), &kept);
        for mut column in columns.columns_mut().into_iter().skip(1) {
            let mean = column.sum() / column.len() as f64;
            column -= mean;
        }
        let terms = kept.iter().skip(1).map(|&j| region.terms[j].clone()).collect();
        National { terms, columns }
    }

    /// The extras' columns after these.
    pub(super) fn with(&self, extras: &Array2<f64>) -> Array2<f64> {
        let first = self.columns.ncols();
        let shape = (extras.nrows(), first + extras.ncols());
        Array2::from_shape_fn(shape, |(row, column)| match column.checked_sub(first) {
            None => self.columns[[row, column]],
            Some(extra) => extras[[row, extra]],
        })
    }

    /// Share of each extra's variance, in the metric V⁻¹ of a fit, that these determinants say; `None` where they do not
    /// stand by themselves there.
    pub(super) fn share(&self, extras: &Array2<f64>, working: &Working) -> Option<Vec<f64>> {
        let solver = working.solver();
        let information = self.columns.t().dot(&solver.solve_columns(&self.columns));
        let factor = Cholesky::new(&information.view())?;
        let each = extras.columns().into_iter().map(|z| {
            let weighted = solver.solve(&z);
            let along = self.columns.t().dot(&weighted);
            let all = z.dot(&weighted);
            let varying = all - along[0] * along[0] / information[[0, 0]];
            let left = all - along.dot(&factor.solve(&along.view()));
            1.0 - left / varying
        });
        Some(each.collect())
    }
}

/// Orthonormal columns under the weights of the rows.
#[derive(Debug, Clone)]
pub(super) struct Projection {
    weights: Array1<f64>,
    basis: Vec<Array1<f64>>,
}

impl Projection {
    fn onto_nothing(weights: Array1<f64>) -> Self {
        Projection { weights, basis: Vec::new() }
    }

    /// Onto any columns; those that others say are left out.
    pub(super) fn on<'c>(
        columns: impl IntoIterator<Item = ArrayView1<'c, f64>>,
        weights: Array1<f64>,
    ) -> Self {
        let mut made = Projection::onto_nothing(weights);
        for column in columns {
            made.takes(column);
        }
        made
    }

    /// Onto one column more, if it says something that the others do not.
    fn takes(&mut self, column: ArrayView1<'_, f64>) -> bool {
        let column = column.to_owned();
        // twice is enough
        let rest = self.rest(&self.rest(&column));
        let left = self.norm(&rest);
        let own = left > NOTHING_LEFT * self.norm(&column);
        if own {
            self.basis.push(rest / left);
        }
        own
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn what_is_left_is_orthogonal_and_aliased_columns_count_once() {
        let x = array![[1.0, 2.0, 3.0], [1.0, 0.5, 1.5], [1.0, -1.0, 0.0], [1.0, 4.0, 5.0], [1.0, 0.0, 1.0]];
        let weights = array![1.0, 2.0, 0.5, 1.0, 3.0];
        let projection = Projection::on(x.columns(), weights.clone());
        assert_eq!(projection.rank(), 2);
        let rest = projection.rest(&array![1.0, 0.0, 2.0, 1.0, -1.0]);
        for column in x.columns() {
            assert!((&weights * &column).dot(&rest).abs() < 1e-12);
        }
        assert!(rest.iter().any(|r| r.abs() > 0.1));
    }
}
