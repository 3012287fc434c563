//! The log-density of a leaf's rows at its points, relative to the mode, with its slope and curvature.

use super::tree::PointTree;
use crate::estimate::pass::Pass;
use crate::family::Coarsened;
use crate::numeric::elementary::{exp, exp_m1};
use crate::numeric::rows::{Kernel, LANES, Lanes, lanes, vectorised};

impl<F: Coarsened> Pass<'_, F> {
    /// Adds each leaf's Σ ℓ(a) − ℓ(â) to the heights of its points, and fills slopes and curvatures.
    pub(super) fn raise_leaves(&self, tree: &mut PointTree) {
        for leaf in 0..self.subtree.n_leaves() {
            let range = tree.nodes[self.leaf_node(leaf)].range();
            let at = AtPoints {
                shift: &tree.shift[range.clone()],
                height: &mut tree.height[range.clone()],
                slope: &mut tree.slope[range.clone()],
                curve: &mut tree.curve[range],
            };
            if F::LINEAR_IN_MU {
                let sums = &self.scratch.leaves[leaf];
                vectorised(self.scratch.arch, Totals { y: sums.y_total, mean: sums.w, at });
            } else {
                let rows = self.subtree.leaf_rows(leaf);
                let (mean, base) =
                    (&self.scratch.rows.mu[rows.clone()], &self.scratch.rows.log_term[rows.clone()]);
                let y = &self.y()[rows];
                vectorised(self.scratch.arch, EachRow { family: self.family, y, mean, base, at });
            }
        }
        if F::MIXED {
            self.raise_coarse_rows(tree);
        }
    }

    /// The rows known in part, one by one; keeps their r and ℓ_φ for the gradient.
    fn raise_coarse_rows(&self, tree: &mut PointTree) {
        tree.coarse.clear();
        let first = self.subtree.rows().start;
        let rows = self.problem.coarse[self.coarse.clone()].iter();
        for (coarse, at_mode) in rows.zip(&self.scratch.coarse) {
            let node = tree.nodes[self.leaf_node(coarse.leaf)];
            let mean = self.scratch.rows.e[coarse.row - first] * self.scratch.rows.leaf_scale[coarse.leaf];
            let kept = tree.coarse.len();
            tree.coarse.resize(kept + 2 * node.padded(), 0.0);
            for i in 0..node.n {
                let point = node.start + i;
                let at = self.family.coarse(&coarse.published, mean * exp(tree.shift[point]));
                tree.height[point] += at.log_probability - at_mode.log_probability;
                tree.slope[point] += at.eta.r;
                tree.curve[point] -= at.eta.w;
                tree.coarse[kept + i] = at.eta.r;
                tree.coarse[kept + node.padded() + i] = at.phi.l_phi;
            }
        }
    }
}

struct AtPoints<'a> {
    shift: &'a [f64],
    height: &'a mut [f64],
    slope: &'a mut [f64],
    curve: &'a mut [f64],
}

/// A leaf of which the totals say all.
struct Totals<'a> {
    y: f64,
    mean: f64,
    at: AtPoints<'a>,
}

impl Kernel for Totals<'_> {
    #[inline(always)]
    fn run(self) {
        let Totals { y, mean, at } = self;
        let n = at.shift.len();
        let (height, slope, curve) = (&mut at.height[..n], &mut at.slope[..n], &mut at.curve[..n]);
        for i in 0..n {
            let growth = exp_m1(at.shift[i]);
            height[i] += y * at.shift[i] - mean * growth;
            let there = mean * (1.0 + growth);
            (slope[i], curve[i]) = (y - there, -there);
        }
    }
}

/// A leaf row by row.
struct EachRow<'a, F> {
    family: F,
    y: &'a [f64],
    mean: &'a [f64],
    base: &'a [f64],
    at: AtPoints<'a>,
}

impl<F: Coarsened> Kernel for EachRow<'_, F> {
    #[inline(always)]
    fn run(self) {
        let EachRow { family, y, mean, base, at } = self;
        for start in (0..at.shift.len()).step_by(LANES) {
            let shift: Lanes = lanes(|l| at.shift[start + l]);
            let scale = lanes(|l| exp(shift[l]));
            let (mut height, mut slope, mut curve) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
            for ((&y, &mean), &base) in y.iter().zip(mean).zip(base) {
                let none = family.log_density_part(y, base);
                let mu = lanes(|l| mean * scale[l]);
                let part = lanes(|l| family.log_density_part(y, family.log_term(mu[l])) - none);
                height = lanes(|l| height[l] + (y * shift[l] + part[l]));
                slope = lanes(|l| slope[l] + family.eta(y, mu[l]).r);
                curve = lanes(|l| curve[l] - family.eta(y, mu[l]).w);
            }
            for l in 0..LANES {
                at.height[start + l] += height[l];
                (at.slope[start + l], at.curve[start + l]) = (slope[l], curve[l]);
            }
        }
    }
}
