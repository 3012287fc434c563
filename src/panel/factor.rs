//! Numbers on a pattern: factorisation, solutions and the part of the inverse that lies on it.

use super::pattern::Pattern;

/// A symmetric positive definite matrix A = LDL' on a pattern; everything is done in memory that it keeps.
#[derive(Debug)]
pub(super) struct Factor {
    /// A, by positions of the pattern.
    pub matrix: Vec<f64>,
    /// L below the diagonal, D on it.
    factor: Vec<f64>,
    /// A⁻¹ on the pattern, once asked for.
    pub inverse: Vec<f64>,
    column: Vec<f64>,
    sums: Vec<f64>,
}

impl Factor {
    pub(super) fn new(pattern: &Pattern) -> Self {
        let entries = || vec![0.0; pattern.n_entries()];
        let rows = || vec![0.0; pattern.n()];
        Factor { matrix: entries(), factor: entries(), inverse: entries(), column: rows(), sums: rows() }
    }

    /// Factors the matrix, column by column; `None` where it is not positive definite. Gives log|A|.
    pub(super) fn factorise(&mut self, pattern: &Pattern) -> Option<f64> {
        let (rows, column) = (pattern.rows(), &mut self.column);
        let mut log_determinant = 0.0;
        for j in 0..pattern.n() {
            let own = pattern.diagonal(j)..pattern.below(j).end;
            for at in own.clone() {
                column[rows[at] as usize] = self.matrix[at];
            }
            for left in pattern.left(j) {
                let (k, at) = (left.column as usize, left.at as usize);
                let share = self.factor[at] * self.factor[pattern.diagonal(k)];
                let below = at..pattern.below(k).end;
                for (row, l) in rows[below.clone()].iter().zip(&self.factor[below]) {
                    column[*row as usize] -= share * l;
                }
            }
            let pivot = column[j];
            if !(pivot > 0.0 && pivot.is_finite()) {
                return None;
            }
            log_determinant += pivot.ln();
            self.factor[own.start] = pivot;
            let reciprocal = 1.0 / pivot;
            for at in pattern.below(j) {
                self.factor[at] = column[rows[at] as usize] * reciprocal;
            }
        }
        Some(log_determinant)
    }

    /// Solves A x = b in place.
    pub(super) fn solve(&self, pattern: &Pattern, b: &mut [f64]) {
        let rows = pattern.rows();
        for j in 0..pattern.n() {
            let x = b[j];
            for at in pattern.below(j) {
                b[rows[at] as usize] -= self.factor[at] * x;
            }
        }
        for j in (0..pattern.n()).rev() {
            let mut x = b[j] / self.factor[pattern.diagonal(j)];
            for at in pattern.below(j) {
                x -= self.factor[at] * b[rows[at] as usize];
            }
            b[j] = x;
        }
    }

    /// Fills the entries of A⁻¹ on the pattern, last column first (Takahashi, Fagan & Chen 1973).
    ///
    /// The rows of a column are coupled with each other, so what a column needs of those after it lies on the pattern.
    pub(super) fn invert(&mut self, pattern: &Pattern) {
        let (rows, l, sums) = (pattern.rows(), &mut self.column, &mut self.sums);
        l.fill(0.0);
        for j in (0..pattern.n()).rev() {
            let below = pattern.below(j);
            for at in below.clone() {
                l[rows[at] as usize] = self.factor[at];
                sums[rows[at] as usize] = 0.0;
            }
            for at in below.clone() {
                let (i, l_i) = (rows[at] as usize, self.factor[at]);
                let mut sum = l_i * self.inverse[pattern.diagonal(i)];
                let after = pattern.below(i);
                for (k, z) in rows[after.clone()].iter().zip(&self.inverse[after]) {
                    sum += l[*k as usize] * z;
                    sums[*k as usize] += l_i * z;
                }
                sums[i] += sum;
            }
            let mut diagonal = 1.0 / self.factor[pattern.diagonal(j)];
            for at in below {
                let i = rows[at] as usize;
                self.inverse[at] = -sums[i];
                diagonal += self.factor[at] * sums[i];
                l[i] = 0.0;
            }
            self.inverse[pattern.diagonal(j)] = diagonal;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::numeric::dense::Cholesky;
    use approx::assert_relative_eq;
    use ndarray::{Array1, Array2};

    fn example() -> (Pattern, Factor, Array2<f64>) {
        let cliques = [vec![0, 3, 5], vec![1, 3, 6], vec![2, 4, 5], vec![0, 1], vec![1, 2], vec![4, 6]];
        let pattern = Pattern::new(7, &cliques);
        let mut factor = Factor::new(&pattern);
        let mut dense = Array2::from_diag(&Array1::from_elem(7, 0.7));
        (0..7).for_each(|j| factor.matrix[pattern.diagonal(j)] = 0.7);
        for (c, clique) in cliques.iter().enumerate() {
            for (a, &one) in clique.iter().enumerate() {
                for (b, &other) in clique.iter().enumerate().take(a + 1) {
                    let x = (1.0 + a as f64 + 0.3 * c as f64) * (1.0 + b as f64 + 0.3 * c as f64);
                    factor.matrix[pattern.position(one, other) as usize] += x;
                    dense[[one as usize, other as usize]] += x;
                    if a != b {
                        dense[[other as usize, one as usize]] += x;
                    }
                }
            }
        }
        (pattern, factor, dense)
    }

    #[test]
    fn determinant_solution_and_inverse_are_those_of_dense_algebra() {
        let (pattern, mut factor, dense) = example();
        let log_determinant = factor.factorise(&pattern).unwrap();
        let cholesky = Cholesky::new(&dense.view()).unwrap();
        let expected: f64 = cholesky.lower().diag().iter().map(|l| 2.0 * l.ln()).sum();
        assert_relative_eq!(log_determinant, expected, max_relative = 1e-13);
        let b: Array1<f64> = (0..7).map(|i| 1.0 - 0.4 * f64::from(i)).collect();
        let mut x = b.to_vec();
        factor.solve(&pattern, &mut x);
        for (x, expected) in x.iter().zip(&cholesky.solve(&b.view())) {
            assert_relative_eq!(*x, *expected, max_relative = 1e-12, epsilon = 1e-13);
        }
        factor.invert(&pattern);
        let inverse = cholesky.inverse();
        for j in 0..7 {
            for at in pattern.diagonal(j)..pattern.below(j).end {
                let i = pattern.rows()[at] as usize;
                assert_relative_eq!(
                    factor.inverse[at],
                    inverse[[i, j]],
                    max_relative = 1e-11,
                    epsilon = 1e-13
                );
            }
        }
    }

    #[test]
    fn an_indefinite_matrix_has_no_factor() {
        let (pattern, mut factor, _) = example();
        factor.matrix[pattern.diagonal(3)] = -1.0;
        assert!(factor.factorise(&pattern).is_none());
    }
}
