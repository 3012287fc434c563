//! Kernels over the rows of a row-major matrix, eight lanes at a time on the widest vector unit of the machine.
//!
//! Products and sums stay separate operations (no fused multiply-add), and the order of the lanes is fixed: every
//! machine gives the same bits.

use pulp::{Arch, Simd, WithSimd};

/// Lanes of a block; two vectors of AVX2, one of AVX-512.
pub(crate) const LANES: usize = 8;

/// One block of lanes.
pub(crate) type Lanes = [f64; LANES];

/// Eight values, lane by lane.
#[inline(always)]
pub(crate) fn lanes(value: impl Fn(usize) -> f64) -> Lanes {
    let mut lanes = [0.0; LANES];
    for (l, lane) in lanes.iter_mut().enumerate() {
        *lane = value(l);
    }
    lanes
}

/// Loops over rows or nodes that the compiler vectorises for the machine they run on.
pub(crate) trait Kernel {
    /// Must be `#[inline(always)]`, as must all that it calls: only then does the code get the machine's vectors.
    fn run(self);
}

/// Runs a kernel on the widest vector unit there is.
pub(crate) fn vectorised(arch: Arch, kernel: impl Kernel) {
    struct OnVectors<K>(K);
    impl<K: Kernel> WithSimd for OnVectors<K> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            self.0.run();
        }
    }
    arch.dispatch(OnVectors(kernel));
}

/// `out[i] = start[i] + x_i'beta` for the rows x_i of `x`, `beta.len()` columns each.
pub(crate) struct LinearPredictor<'a> {
    pub x: &'a [f64],
    pub beta: &'a [f64],
    pub start: &'a [f64],
    pub out: &'a mut [f64],
}

impl Kernel for LinearPredictor<'_> {
    #[inline(always)]
    fn run(self) {
        let p = self.beta.len();
        let rows = self.x.chunks_exact(p).zip(self.start).zip(self.out);
        if p < LANES {
            for ((row, start), out) in rows {
                *out = start + row.iter().zip(self.beta).map(|(x, b)| x * b).sum::<f64>();
            }
            return;
        }
        // the last window overlaps the one before; its lanes that were counted there have coefficient 0
        let last = p - LANES;
        let mut tail = [0.0; LANES];
        let counted = LANES * (p / LANES) - last;
        tail[counted..].copy_from_slice(&self.beta[last + counted..]);
        for ((row, start), out) in rows {
            let mut acc = [0.0; LANES];
            for (x, b) in row.chunks_exact(LANES).zip(self.beta.chunks_exact(LANES)) {
                for l in 0..LANES {
                    acc[l] += x[l] * b[l];
                }
            }
            let window = &row[last..last + LANES];
            for l in 0..LANES {
                acc[l] += window[l] * tail[l];
            }
            let half = [acc[0] + acc[4], acc[1] + acc[5], acc[2] + acc[6], acc[3] + acc[7]];
            *out = start + ((half[0] + half[2]) + (half[1] + half[3]));
        }
    }
}

/// `out += Σ_i weights[i] x_i`, `out.len()` columns.
pub(crate) struct WeightedRows<'a> {
    pub x: &'a [f64],
    pub weights: &'a [f64],
    pub out: &'a mut [f64],
}

impl Kernel for WeightedRows<'_> {
    #[inline(always)]
    fn run(self) {
        let p = self.out.len();
        if p < LANES {
            for (row, weight) in self.x.chunks_exact(p).zip(self.weights) {
                for (out, x) in self.out.iter_mut().zip(row) {
                    *out += weight * x;
                }
            }
            return;
        }
        let whole = LANES * (p / LANES);
        for start in (0..whole).step_by(LANES) {
            let acc = self.window(start);
            for (out, acc) in self.out[start..start + LANES].iter_mut().zip(acc) {
                *out += acc;
            }
        }
        if whole < p {
            // the last window overlaps the one before; only its new lanes count
            let acc = self.window(p - LANES);
            for (out, acc) in self.out[whole..].iter_mut().zip(&acc[LANES - (p - whole)..]) {
                *out += acc;
            }
        }
    }
}

impl WeightedRows<'_> {
    #[inline(always)]
    fn window(&self, start: usize) -> Lanes {
        let mut acc = [0.0; LANES];
        for (row, weight) in self.x.chunks_exact(self.out.len()).zip(self.weights) {
            let row = &row[start..start + LANES];
            for l in 0..LANES {
                acc[l] += weight * row[l];
            }
        }
        acc
    }
}

/// `out[j] += Σ_n t_n[j] · coefficient_n`, lane by lane.
#[inline(always)]
pub(crate) fn add_outers<const N: usize>(t: [&[f64]; N], coefficients: [Lanes; N], out: &mut [Lanes]) {
    let t = t.map(|t| &t[..out.len()]);
    for (j, out) in out.iter_mut().enumerate() {
        // by value: the eight lanes are then loaded, added and stored as whole vectors
        let mut sums = *out;
        for n in 0..N {
            let (t, coefficient) = (t[n][j], &coefficients[n]);
            sums = lanes(|l| sums[l] + t * coefficient[l]);
        }
        *out = sums;
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
            vectorised(arch, AddTile { gram: self, x, weights });
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
            for ((x, plain), weighted) in row.iter().zip(plain).zip(weighted) {
                *plain = *x;
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
                let rows = self.plain.chunks_exact(width).zip(self.weighted.chunks_exact(width));
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

struct AddTile<'a> {
    gram: &'a mut Gram,
    x: &'a [f64],
    weights: &'a [f64],
}

impl Kernel for AddTile<'_> {
    #[inline(always)]
    fn run(self) {
        self.gram.pack(self.x, self.weights);
        self.gram.add_tile(self.weights.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn matrix(n: usize, p: usize) -> Vec<f64> {
        (0..n * p).map(|i| ((i * 37 + 11) % 101) as f64 / 50.0 - 1.0).collect()
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
            vectorised(Arch::new(), LinearPredictor { x: &x, beta: &beta, start: &start, out: &mut eta });
            let mut sums = vec![1.0; p];
            vectorised(Arch::new(), WeightedRows { x: &x, weights: &start, out: &mut sums });
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
