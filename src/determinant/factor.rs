//! Dense factorisations of few columns: the triangle of a tall matrix, singular values, a triangular inverse.

use ndarray::{Array2, Axis};

/// Rows taken up at a time; with some tens of columns a chunk stays in the cache.
const CHUNK: usize = 240;

/// Triangularises a tall matrix row by row: `R` with `R'R = A'A`, in memory of `R` and one chunk.
///
/// Householder reflections of `[R; chunk]`, which touch one row of `R` and the chunk at each column.
pub(super) struct Triangle {
    r: Array2<f64>,
    /// One row per column of the matrix, so that a column lies contiguous.
    chunk: Array2<f64>,
    filled: usize,
}

impl Triangle {
    pub(super) fn new(n_columns: usize) -> Self {
        Triangle {
            r: Array2::zeros((n_columns, n_columns)),
            chunk: Array2::zeros((n_columns, CHUNK)),
            filled: 0,
        }
    }

    pub(super) fn push(&mut self, row: impl Iterator<Item = f64>) {
        let slot = self.chunk.column_mut(self.filled);
        slot.into_iter().zip(row).for_each(|(cell, value)| *cell = value);
        self.filled += 1;
        if self.filled == CHUNK {
            self.absorb();
        }
    }

    /// The upper triangle; signs of its rows are arbitrary.
    pub(super) fn finish(mut self) -> Array2<f64> {
        self.absorb();
        self.r
    }

    fn absorb(&mut self) {
        for j in 0..self.r.ncols() {
            let (head, mut tail) = self.chunk.view_mut().split_at(Axis(0), j + 1);
            let below = head.row(j);
            let sum_below = below.dot(&below);
            if sum_below == 0.0 {
                continue;
            }
            let diagonal = self.r[[j, j]];
            let reflected = -diagonal.signum() * (diagonal * diagonal + sum_below).sqrt();
            let top = diagonal - reflected;
            let squared = top * top + sum_below;
            self.r[[j, j]] = reflected;
            for (k, mut column) in tail.rows_mut().into_iter().enumerate() {
                let above = &mut self.r[[j, j + 1 + k]];
                let along = 2.0 * (top * *above + below.dot(&column)) / squared;
                *above -= along * top;
                column.scaled_add(-along, &below);
            }
        }
        self.chunk.fill(0.0);
        self.filled = 0;
    }
}

/// Sweeps after which one-sided Jacobi has long converged; it needs fewer than ten.
const SWEEPS: usize = 40;

/// Singular values of a small square matrix, in no order, by one-sided Jacobi rotations of its columns.
pub(super) fn singular_values(matrix: &Array2<f64>) -> Vec<f64> {
    // Rows of the transpose are the columns to rotate, each contiguous.
    let mut columns: Vec<Vec<f64>> = matrix.columns().into_iter().map(|c| c.to_vec()).collect();
    for _ in 0..SWEEPS {
        let mut rotated = false;
        for j in 1..columns.len() {
            let (head, tail) = columns.split_at_mut(j);
            for column in head {
                rotated |= make_orthogonal(column, &mut tail[0]);
            }
        }
        if !rotated {
            break;
        }
    }
    columns.iter().map(|column| dot(column, column).sqrt()).collect()
}

/// Rotates two columns until they are orthogonal; says whether there was anything to do.
fn make_orthogonal(a: &mut [f64], b: &mut [f64]) -> bool {
    let (aa, bb, ab) = (dot(a, a), dot(b, b), dot(a, b));
    if ab.abs() <= 4.0 * f64::EPSILON * (aa * bb).sqrt() {
        return false;
    }
    let zeta = (bb - aa) / (2.0 * ab);
    let tangent = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = cosine * tangent;
    for (x, y) in a.iter_mut().zip(b) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
    true
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Solves `U x = b` in place for an upper triangle given by its columns, `columns[j]` reaching down to the diagonal.
pub(super) fn solve_upper<C: AsRef<[f64]>>(columns: &[C], b: &mut [f64]) {
    for (j, column) in columns.iter().enumerate().rev() {
        let column = column.as_ref();
        b[j] /= column[j];
        let x = b[j];
        b.iter_mut().zip(&column[..j]).for_each(|(b, u)| *b -= x * u);
    }
}

/// Squared lengths of the rows of the inverse of an upper triangle given by its columns: the diagonal of `(U'U)^-1`.
pub(super) fn inverse_gram_diagonal<C: AsRef<[f64]>>(columns: &[C]) -> Vec<f64> {
    let mut diagonal = vec![0.0; columns.len()];
    for j in 0..columns.len() {
        let mut unit = vec![0.0; columns.len()];
        unit[j] = 1.0;
        solve_upper(&columns[..=j], &mut unit[..=j]);
        diagonal.iter_mut().zip(&unit).for_each(|(sum, x)| *sum += x * x);
    }
    diagonal
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn some_matrix(n: usize, q: usize) -> Array2<f64> {
        Array2::from_shape_fn((n, q), |(i, j)| ((i * 7 + j * j * 13 + 3 * i * j) % 17) as f64 - 8.0)
    }

    #[test]
    fn the_triangle_keeps_the_cross_products_over_several_chunks() {
        for n in [1, 3, CHUNK, CHUNK + 1, 3 * CHUNK - 1] {
            let matrix = some_matrix(n, 5);
            let mut triangle = Triangle::new(5);
            matrix.rows().into_iter().for_each(|row| triangle.push(row.iter().copied()));
            let r = triangle.finish();
            let (found, expected) = (r.t().dot(&r), matrix.t().dot(&matrix));
            for ((i, j), &value) in expected.indexed_iter() {
                assert!((found[[i, j]] - value).abs() < 1e-11 * n as f64 * 64.0, "{n} {i} {j}");
                assert!(i <= j || r[[i, j]] == 0.0);
            }
        }
    }

    #[test]
    fn singular_values_of_a_known_matrix_and_of_a_graded_one() {
        let mut values = singular_values(&array![[3.0, 0.0], [4.0, 5.0]]);
        values.sort_by(f64::total_cmp);
        assert!((values[0] - 5.0_f64.sqrt()).abs() < 1e-14);
        assert!((values[1] - 45.0_f64.sqrt()).abs() < 1e-14);

        let graded = array![[1.0, 1.0], [0.0, 1e-9]];
        let values = singular_values(&graded);
        let product = values[0] * values[1];
        assert!((product / 1e-9 - 1.0).abs() < 1e-12, "the determinant");
    }

    #[test]
    fn the_inverse_gives_back_what_was_multiplied() {
        let columns = [vec![2.0], vec![1.0, 4.0], vec![-3.0, 0.5, 0.25]];
        let mut b = [2.0 - 2.0 + 1.5, -8.0 - 0.25, -0.125];
        solve_upper(&columns, &mut b);
        assert_eq!(b, [1.0, -2.0, -0.5]);
        assert_eq!(inverse_gram_diagonal(&[vec![2.0], vec![1.0, 4.0]])[1], 1.0 / 16.0);
    }
}
