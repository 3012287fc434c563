//! Small dense symmetric algebra: the back end is chosen here and nowhere else.
//!
//! Safe loops by default; with the feature `lapack` the factorisation goes through ndarray-linalg. Matrices are at
//! most some hundred rows, and the loops are as fast as LAPACK there.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

/// The Cholesky factor L of a symmetric positive definite matrix, A = LL'.
#[derive(Debug, Clone)]
pub(crate) struct Cholesky {
    factor: Array2<f64>,
}

impl Cholesky {
    /// Factors the matrix, of which only the lower triangle is read; `None` where it is not positive definite.
    pub(crate) fn new(matrix: &ArrayView2<'_, f64>) -> Option<Self> {
        factorise(matrix).map(|factor| Cholesky { factor })
    }

    /// Solves A x = b.
    pub(crate) fn solve(&self, b: &ArrayView1<'_, f64>) -> Array1<f64> {
        self.solve_upper(&self.solve_lower(b).view())
    }

    /// Solves L'x = b.
    pub(crate) fn solve_upper(&self, b: &ArrayView1<'_, f64>) -> Array1<f64> {
        let mut x = b.to_owned();
        let n = x.len();
        for i in (0..n).rev() {
            let tail: f64 = (i + 1..n).map(|k| self.factor[[k, i]] * x[k]).sum();
            x[i] = (x[i] - tail) / self.factor[[i, i]];
        }
        x
    }

    /// Solves L x = b; x'x is then b'A⁻¹b.
    pub(crate) fn solve_lower(&self, b: &ArrayView1<'_, f64>) -> Array1<f64> {
        let mut x = b.to_owned();
        for i in 0..x.len() {
            let head: f64 = (0..i).map(|k| self.factor[[i, k]] * x[k]).sum();
            x[i] = (x[i] - head) / self.factor[[i, i]];
        }
        x
    }

    /// Solves L x = b in place.
    pub(crate) fn lower_in_place(&self, b: &mut [f64]) {
        for i in 0..b.len() {
            let (head, tail) = b.split_at_mut(i);
            let row = self.factor.row(i);
            let sum: f64 = row.iter().zip(&*head).map(|(l, x)| l * x).sum();
            tail[0] = (tail[0] - sum) / row[i];
        }
    }

    /// Solves L'x = b in place.
    pub(crate) fn upper_in_place(&self, b: &mut [f64]) {
        for i in (0..b.len()).rev() {
            let row = self.factor.row(i);
            b[i] /= row[i];
            let (head, tail) = b.split_at_mut(i);
            row.iter().zip(head).for_each(|(l, x)| *x -= l * tail[0]);
        }
    }

    /// Solves L X = B in place, for all columns of B at once.
    pub(crate) fn lower_columns(&self, b: &mut Array2<f64>) {
        for i in 0..b.nrows() {
            let (above, mut below) = b.view_mut().split_at(Axis(0), i);
            let mut row = below.row_mut(0);
            for k in 0..i {
                row.scaled_add(-self.factor[[i, k]], &above.row(k));
            }
            row /= self.factor[[i, i]];
        }
    }

    /// Solves L'X = B in place, for all columns of B at once.
    pub(crate) fn upper_columns(&self, b: &mut Array2<f64>) {
        for i in (0..b.nrows()).rev() {
            let (mut above, mut below) = b.view_mut().split_at(Axis(0), i);
            let mut row = below.row_mut(0);
            row /= self.factor[[i, i]];
            for k in 0..i {
                above.row_mut(k).scaled_add(-self.factor[[i, k]], &row);
            }
        }
    }

    /// L itself, with zeros above its diagonal.
    pub(crate) fn lower(&self) -> Array2<f64> {
        let entry = |(i, j)| if j <= i { self.factor[[i, j]] } else { 0.0 };
        Array2::from_shape_fn(self.factor.raw_dim(), entry)
    }

    /// A⁻¹, symmetric to the last bit.
    pub(crate) fn inverse(&self) -> Array2<f64> {
        let n = self.factor.nrows();
        let mut lower = Array2::<f64>::zeros((n, n));
        for j in 0..n {
            lower[[j, j]] = 1.0 / self.factor[[j, j]];
            for i in j + 1..n {
                let sum: f64 = (j..i).map(|k| self.factor[[i, k]] * lower[[k, j]]).sum();
                lower[[i, j]] = -sum / self.factor[[i, i]];
            }
        }
        let mut inverse = Array2::zeros((n, n));
        for i in 0..n {
            for j in 0..=i {
                let entry: f64 = (i..n).map(|k| lower[[k, i]] * lower[[k, j]]).sum();
                inverse[[i, j]] = entry;
                inverse[[j, i]] = entry;
            }
        }
        inverse
    }
}

#[cfg(not(feature = "lapack"))]
fn factorise(matrix: &ArrayView2<'_, f64>) -> Option<Array2<f64>> {
    let n = matrix.nrows();
    let mut factor = Array2::<f64>::zeros((n, n));
    for i in 0..n {
        for j in 0..=i {
            let mut sum = matrix[[i, j]];
            for k in 0..j {
                sum -= factor[[i, k]] * factor[[j, k]];
            }
            if i > j {
                factor[[i, j]] = sum / factor[[j, j]];
            } else if sum > f64::EPSILON * matrix[[i, i]] {
                factor[[i, i]] = sum.sqrt();
            } else {
                return None;
            }
        }
    }
    Some(factor)
}

#[cfg(feature = "lapack")]
fn factorise(matrix: &ArrayView2<'_, f64>) -> Option<Array2<f64>> {
    use ndarray_linalg::{Cholesky as _, UPLO};
    if matrix.is_empty() {
        return Some(matrix.to_owned());
    }
    let factor = matrix.to_owned().cholesky(UPLO::Lower).ok()?;
    let rounding = |i: usize| factor[[i, i]].powi(2) > f64::EPSILON * matrix[[i, i]];
    (0..matrix.nrows()).all(rounding).then_some(factor)
}

/// Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi rotations.
pub(crate) fn symmetric_eigen(mut a: Array2<f64>) -> (Array1<f64>, Array2<f64>) {
    let n = a.nrows();
    let mut vectors = Array2::<f64>::eye(n);
    for _ in 0..SWEEPS {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|at| a[at] * a[at]).sum();
        let diagonal: f64 = a.diag().iter().map(|x| x * x).sum();
        if off <= f64::EPSILON * f64::EPSILON * diagonal {
            break;
        }
        for i in 0..n {
            for j in 0..i {
                rotate(&mut a, &mut vectors, i, j);
            }
        }
    }
    (a.diag().to_owned(), vectors)
}

/// Jacobi converges quadratically; a matrix of some hundred rows needs about ten sweeps.
const SWEEPS: usize = 60;

fn rotate(a: &mut Array2<f64>, vectors: &mut Array2<f64>, i: usize, j: usize) {
    if a[[i, j]] == 0.0 {
        return;
    }
    let tau = (a[[j, j]] - a[[i, i]]) / (2.0 * a[[i, j]]);
    let t = if tau >= 0.0 { 1.0 / (tau + tau.hypot(1.0)) } else { 1.0 / (tau - tau.hypot(1.0)) };
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    let n = a.nrows();
    for k in 0..n {
        let (x, y) = (a[[k, i]], a[[k, j]]);
        a[[k, i]] = c * x - s * y;
        a[[k, j]] = s * x + c * y;
    }
    for k in 0..n {
        let (x, y) = (a[[i, k]], a[[j, k]]);
        a[[i, k]] = c * x - s * y;
        a[[j, k]] = s * x + c * y;
        let (x, y) = (vectors[[k, i]], vectors[[k, j]]);
        vectors[[k, i]] = c * x - s * y;
        vectors[[k, j]] = s * x + c * y;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use ndarray::array;

    fn matrix() -> Array2<f64> {
        array![[4.0, 2.0, 0.6], [2.0, 5.0, 1.0], [0.6, 1.0, 3.0]]
    }

    #[test]
    fn the_inverse_times_the_matrix_is_the_identity() {
        let a = matrix();
        let inverse = Cholesky::new(&a.view()).unwrap().inverse();
        assert_abs_diff_eq!(inverse.dot(&a), Array2::eye(3), epsilon = 1e-14);
        assert_eq!(inverse, inverse.t());
    }

    #[test]
    fn solving_gives_back_the_right_hand_side() {
        let a = matrix();
        let b = array![1.0, -2.0, 0.5];
        let factor = Cholesky::new(&a.view()).unwrap();
        assert_abs_diff_eq!(a.dot(&factor.solve(&b.view())), b, epsilon = 1e-14);
        let half = factor.solve_lower(&b.view());
        assert_abs_diff_eq!(half.dot(&half), b.dot(&factor.solve(&b.view())), epsilon = 1e-14);
    }

    #[test]
    fn solving_in_place_and_for_many_columns_is_solving_one_by_one() {
        let factor = Cholesky::new(&matrix().view()).unwrap();
        let b = array![[1.0, -2.0], [0.3, 4.0], [-0.7, 0.5]];
        let (mut lower, mut upper) = (b.clone(), b.clone());
        factor.lower_columns(&mut lower);
        factor.upper_columns(&mut upper);
        for (at, column) in b.columns().into_iter().enumerate() {
            let (mut down, mut up) = (column.to_vec(), column.to_vec());
            factor.lower_in_place(&mut down);
            factor.upper_in_place(&mut up);
            assert_abs_diff_eq!(Array1::from(down), factor.solve_lower(&column), epsilon = 1e-15);
            assert_abs_diff_eq!(Array1::from(up), factor.solve_upper(&column), epsilon = 1e-15);
            assert_abs_diff_eq!(lower.column(at), factor.solve_lower(&column), epsilon = 1e-15);
            assert_abs_diff_eq!(upper.column(at), factor.solve_upper(&column), epsilon = 1e-15);
        }
    }

    #[test]
    fn eigenvectors_rebuild_the_matrix() {
        let a = matrix();
        let (values, vectors) = symmetric_eigen(a.clone());
        assert_abs_diff_eq!(vectors.dot(&Array2::from_diag(&values)).dot(&vectors.t()), a, epsilon = 1e-13);
        assert_abs_diff_eq!(vectors.t().dot(&vectors), Array2::eye(3), epsilon = 1e-14);
    }

    #[test]
    fn a_singular_or_indefinite_matrix_has_no_factor() {
        assert!(Cholesky::new(&array![[1.0, 1.0], [1.0, 1.0]].view()).is_none());
        assert!(Cholesky::new(&array![[1.0, 2.0], [2.0, 1.0]].view()).is_none());
        assert!(Cholesky::new(&array![[f64::NAN]].view()).is_none());
    }
}
