//! Kernels over the rows of a row-major matrix, eight lanes at a time on the widest vector unit of the machine.
//!
//! Products and sums stay separate operations (no fused multiply-add), and the order of the lanes is fixed: every
//! machine gives the same bits.

use pulp::Arch;

/// Lanes of a block; two vectors of AVX2, one of AVX-512.
pub(crate) const LANES: usize = 8;

/// One block of lanes.
pub(crate) type Lanes = [f64; LANES];

/// `out[i] = start[i] + x_i'beta` for the rows x_i of `x`, `beta.len()` columns each.
pub(crate) fn linear_predictor(arch: Arch, x: &[f64], beta: &[f64], start: &[f64], out: &mut [f64]) {
    arch.dispatch(
        #[inline(always)]
        || {
            for ((row, start), out) in x.chunks_exact(beta.len()).zip(start).zip(out) {
                *out = start + dot(row, beta);
            }
        },
    );
}

#[inline(always)]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut acc = [0.0; LANES];
    let (x8, y8) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    let (x1, y1) = (x8.remainder(), y8.remainder());
    for (x, y) in x8.zip(y8) {
        for l in 0..LANES {
            acc[l] += x[l] * y[l];
        }
    }
    let rest: f64 = x1.iter().zip(y1).map(|(x, y)| x * y).sum();
    let half = [acc[0] + acc[4], acc[1] + acc[5], acc[2] + acc[6], acc[3] + acc[7]];
    (half[0] + half[2]) + (half[1] + half[3]) + rest
}

/// `out += Σ_i weights[i] x_i`.
pub(crate) fn add_weighted_rows(arch: Arch, x: &[f64], weights: &[f64], out: &mut [f64]) {
    let p = out.len();
    arch.dispatch(
        #[inline(always)]
        || {
            let mut column = 0;
            while column + LANES <= p {
                let mut acc = [0.0; LANES];
                for (row, weight) in x.chunks_exact(p).zip(weights) {
                    let row = &row[column..column + LANES];
                    for l in 0..LANES {
                        acc[l] += weight * row[l];
                    }
                }
                for l in 0..LANES {
                    out[column + l] += acc[l];
                }
                column += LANES;
            }
            if column < p {
                let rest = p - column;
                let mut acc = [0.0; LANES];
                for (row, weight) in x.chunks_exact(p).zip(weights) {
                    for (acc, x) in acc[..rest].iter_mut().zip(&row[column..]) {
                        *acc += weight * x;
                    }
                }
                for (out, acc) in out[column..].iter_mut().zip(acc) {
                    *out += acc;
                }
            }
        },
    );
}

/// `out[j] += t[j] · coefficient` for lanes `out[j]`.
#[inline(always)]
pub(crate) fn add_outer(t: &[f64], coefficient: &Lanes, out: &mut [Lanes]) {
    for (t, out) in t.iter().zip(out) {
        for l in 0..LANES {
            out[l] += t * coefficient[l];
        }
    }
}

/// Rows packed together before their products are summed; two such blocks stay in the first-level cache.
const TILE: usize = 32;
/// Height of a register block of the product.
const HEIGHT: usize = 4;

/// Accumulates Σ_i w_i x_i x_i'.
#[derive(Debug)]
pub(crate) struct Gram {
    p: usize,
    width: usize,
    plain: Vec<f64>,
    weighted: Vec<f64>,
    sums: Vec<f64>,
}

impl Gram {
    /// For rows of `p` columns.
    pub(crate) fn new(p: usize) -> Self {
        let width = p.div_ceil(LANES) * LANES;
        Gram {
            p,
            width,
            plain: vec![0.0; TILE * width],
            weighted: vec![0.0; TILE * width],
            sums: vec![0.0; width * width],
        }
    }

    /// Starts again from 0.
    pub(crate) fn clear(&mut self) {
        self.sums.fill(0.0);
    }

    /// Adds Σ_i weights[i] x_i x_i'.
    pub(crate) fn add(&mut self, arch: Arch, x: &[f64], weights: &[f64]) {
        let p = self.p;
        for (x, weights) in x.chunks(TILE * p).zip(weights.chunks(TILE)) {
            arch.dispatch(
                #[inline(always)]
                || {
                    self.pack(x, weights);
                    self.add_tile(weights.len());
                },
            );
        }
    }

    /// The sum so far at row `i` and column `j`, `i >= j`.
    pub(crate) fn at(&self, i: usize, j: usize) -> f64 {
        self.sums[i * self.width + j]
    }

    #[inline(always)]
    fn pack(&mut self, x: &[f64], weights: &[f64]) {
        let (p, width) = (self.p, self.width);
        let plain = self.plain.chunks_exact_mut(width);
        let weighted = self.weighted.chunks_exact_mut(width);
        for (((row, weight), plain), weighted) in x.chunks_exact(p).zip(weights).zip(plain).zip(weighted) {
            plain[..p].copy_from_slice(row);
            for (weighted, x) in weighted[..p].iter_mut().zip(row) {
                *weighted = weight * x;
            }
        }
    }

    #[inline(always)]
    fn add_tile(&mut self, n: usize) {
        let width = self.width;
        for i in (0..width).step_by(HEIGHT) {
            for j in (0..=i).step_by(LANES) {
                let mut acc = [[0.0; LANES]; HEIGHT];
                let rows = self
                    .plain
                    .chunks_exact(width)
                    .zip(self.weighted.chunks_exact(width));
                for (plain, weighted) in rows.take(n) {
                    let (left, right) = (&weighted[i..i + HEIGHT], &plain[j..j + LANES]);
                    for h in 0..HEIGHT {
                        for l in 0..LANES {
                            acc[h][l] += left[h] * right[l];
                        }
                    }
                }
                for (h, acc) in acc.iter().enumerate() {
                    let at = (i + h) * width + j;
                    for (sum, acc) in self.sums[at..at + LANES].iter_mut().zip(acc) {
                        *sum += acc;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn matrix(n: usize, p: usize) -> Vec<f64> {
        (0..n * p)
            .map(|i| ((i * 37 + 11) % 101) as f64 / 50.0 - 1.0)
            .collect()
    }

    #[test]
    fn the_gram_matrix_equals_the_double_loop_for_any_shape() {
        for (n, p) in [(1, 1), (7, 3), (33, 8), (100, 21), (65, 25)] {
            let x = matrix(n, p);
            let weights: Vec<f64> = (0..n).map(|i| 0.1 + i as f64).collect();
            let mut gram = Gram::new(p);
            gram.add(Arch::new(), &x, &weights);
            for i in 0..p {
                for j in 0..=i {
                    let direct: f64 = (0..n).map(|r| weights[r] * x[r * p + i] * x[r * p + j]).sum();
                    assert_relative_eq!(gram.at(i, j), direct, max_relative = 1e-11, epsilon = 1e-9);
                }
            }
        }
    }

    #[test]
    fn row_kernels_equal_their_plain_loops() {
        for (n, p) in [(5, 1), (9, 8), (10, 21)] {
            let x = matrix(n, p);
            let beta: Vec<f64> = (0..p).map(|j| 0.3 - j as f64 * 0.01).collect();
            let start: Vec<f64> = (0..n).map(|i| i as f64).collect();
            let mut eta = vec![0.0; n];
            linear_predictor(Arch::new(), &x, &beta, &start, &mut eta);
            let mut sums = vec![1.0; p];
            add_weighted_rows(Arch::new(), &x, &start, &mut sums);
            for i in 0..n {
                let direct: f64 = start[i] + (0..p).map(|j| x[i * p + j] * beta[j]).sum::<f64>();
                assert_relative_eq!(eta[i], direct, max_relative = 1e-12);
            }
            for j in 0..p {
                let direct: f64 = 1.0 + (0..n).map(|i| x[i * p + j] * start[i]).sum::<f64>();
                assert_relative_eq!(sums[j], direct, max_relative = 1e-12);
            }
        }
    }
}
