//! T^w = Σ w x, T^c = Σ c x, T^d = Σ d x over the rows of a leaf.

use super::pass::Pass;
use crate::family::Coarsened;
use crate::numeric::rows::{LANES, Lanes, WeightedRows, lanes, vectorised};

/// The three vectors of one leaf, in the cheapest form that holds them; zeros may follow the last coefficient.
#[derive(Debug, Clone, Copy)]
pub(super) enum LeafVectors<'a> {
    /// One direction with three factors: a leaf of one row, or a family with w = c = d.
    Shared { t: &'a [f64], w: f64, c: f64, d: f64 },
    /// Three directions.
    Separate { tw: &'a [f64], tc: &'a [f64], td: &'a [f64] },
}

impl LeafVectors<'_> {
    /// Adds `factor` T^w.
    pub(super) fn add_w(&self, factor: f64, out: &mut [f64]) {
        let (t, w) = match *self {
            LeafVectors::Shared { t, w, .. } => (t, w),
            LeafVectors::Separate { tw, .. } => (tw, 1.0),
        };
        out.iter_mut().zip(t).for_each(|(out, t)| *out += factor * w * t);
    }

    #[inline(always)]
    pub(super) fn lanes_w(&self, start: usize) -> Lanes {
        match *self {
            LeafVectors::Shared { t, w, .. } => scaled(t, w, start),
            LeafVectors::Separate { tw, .. } => scaled(tw, 1.0, start),
        }
    }

    #[inline(always)]
    pub(super) fn lanes_c(&self, start: usize) -> Lanes {
        match *self {
            LeafVectors::Shared { t, c, .. } => scaled(t, c, start),
            LeafVectors::Separate { tc, .. } => scaled(tc, 1.0, start),
        }
    }

    #[inline(always)]
    pub(super) fn lanes_d(&self, start: usize) -> Lanes {
        match *self {
            LeafVectors::Shared { t, d, .. } => scaled(t, d, start),
            LeafVectors::Separate { td, .. } => scaled(td, 1.0, start),
        }
    }
}

#[inline(always)]
fn scaled(t: &[f64], factor: f64, start: usize) -> Lanes {
    let rest = &t[start.min(t.len())..];
    match rest.first_chunk::<LANES>() {
        Some(chunk) => lanes(|l| factor * chunk[l]),
        None => {
            let mut last = [0.0; LANES];
            for (lane, t) in last.iter_mut().zip(rest) {
                *lane = factor * t;
            }
            last
        }
    }
}

impl<F: Coarsened> Pass<'_, F> {
    /// Sums the leaves' vectors; leaves of one row read theirs from the design.
    pub(super) fn sum_leaf_vectors(&mut self) {
        if self.problem.rows_are_leaves() {
            return;
        }
        let p = self.problem.n_terms();
        let x = &self.problem.x[self.subtree.rows().start * p..];
        let scratch = &mut *self.scratch;
        let (arch, width) = (scratch.arch, scratch.width);
        let rows = &scratch.rows;
        for leaf in 0..self.subtree.n_leaves() {
            let range = self.subtree.leaf_rows(leaf);
            let x = &x[range.start * p..range.end * p];
            let store = &mut scratch.leaf_vectors[leaf * 3 * width..(leaf + 1) * 3 * width];
            let mut sum = |weights: &[f64], at: usize| {
                let out = &mut store[at * width..at * width + p];
                out.fill(0.0);
                vectorised(arch, WeightedRows { x, weights: &weights[range.clone()], out });
            };
            sum(&rows.w, 0);
            if !(F::LINEAR_IN_MU || F::FROZEN) {
                sum(&rows.c, 1);
                sum(&rows.d, 2);
            }
        }
    }

    /// The vectors of a leaf after [`Pass::sum_leaf_vectors`].
    #[inline(always)]
    pub(super) fn leaf_vectors(&self, leaf: usize) -> LeafVectors<'_> {
        let p = self.problem.n_terms();
        if self.problem.rows_are_leaves() {
            let sum = &self.scratch.leaves[leaf];
            let t = &self.x()[leaf * p..(leaf + 1) * p];
            return LeafVectors::Shared { t, w: sum.w, c: sum.c, d: sum.d };
        }
        let width = self.scratch.width;
        let store = &self.scratch.leaf_vectors[leaf * 3 * width..(leaf + 1) * 3 * width];
        let (tw, rest) = store.split_at(width);
        match (F::LINEAR_IN_MU, F::FROZEN) {
            (true, _) => LeafVectors::Shared { t: tw, w: 1.0, c: 1.0, d: 1.0 },
            (_, true) => LeafVectors::Shared { t: tw, w: 1.0, c: 0.0, d: 0.0 },
            _ => LeafVectors::Separate { tw, tc: &rest[..width], td: &rest[width..] },
        }
    }
}
