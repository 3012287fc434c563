//! The gradient by Fisher's identity: posterior means of the complete-data scores.
//!
//! ∂L/∂β = Σ x E[r], ∂L/∂φ = Σ E[ℓ_φ], and for a variance ∂L/∂υ = ½ Σ_c E[g_c'² + g_c''] — the heat equation of the normal
//! kernel, finite at υ = 0 — or ½ Σ_c (E[b²]/υ² − 1/υ), whichever has smaller terms.

use super::tree::{NodePoints, PointTree};
use crate::estimate::pass::Pass;
use crate::family::Coarsened;
use crate::numeric::elementary::{exp, exp_m1};
use crate::numeric::rows::{Kernel, LANES, WeightedRows, lanes, vectorised};

/// Value and gradient, summed over root subtrees.
#[derive(Debug, Clone, Default)]
pub(super) struct Slopes {
    pub beta: Vec<f64>,
    pub variances: Vec<f64>,
    pub phi: f64,
}

impl Slopes {
    pub(super) fn zeros(p: usize, levels: usize) -> Self {
        Slopes { beta: vec![0.0; p], variances: vec![0.0; levels], phi: 0.0 }
    }
}

impl<F: Coarsened> Pass<'_, F> {
    /// Adds a subtree's share, after the posterior probabilities.
    pub(super) fn add_exact_gradient(&mut self, tree: &PointTree, slopes: &mut Slopes) {
        for at in 0..self.subtree.n_nodes() {
            slopes.variances[self.subtree.level[at] as usize] += self.slope_of_variance(tree, at);
        }
        self.mean_scores(tree, slopes);
        let n = self.subtree.rows().len();
        let (x, weights) = (self.x(), &self.scratch.rows.weight[..n]);
        vectorised(self.scratch.arch, WeightedRows { x, weights, out: &mut slopes.beta });
    }

    fn slope_of_variance(&self, tree: &PointTree, at: usize) -> f64 {
        let (node, variance) = (&tree.nodes[at], self.variance(at));
        if variance * self.scratch.nodes[at].s_info > 1.0 {
            return 0.5 * (node.effect[1] / variance - 1.0) / variance;
        }
        let range = node.range();
        let at_points =
            tree.slope[range.clone()].iter().zip(&tree.curve[range.clone()]).zip(&tree.mass[range]);
        0.5 * at_points.map(|((slope, curve), mass)| mass * (slope * slope + curve)).sum::<f64>()
    }

    /// E[r] of every row as its weight; adds Σ E[ℓ_φ].
    fn mean_scores(&mut self, tree: &PointTree, slopes: &mut Slopes) {
        for leaf in 0..self.subtree.n_leaves() {
            let node = tree.nodes[self.leaf_node(leaf)];
            let (shift, mass) = (&tree.shift[node.range()], &tree.mass[node.range()]);
            let rows = self.subtree.leaf_rows(leaf);
            let y = &self.problem.y[self.subtree.rows()][rows.clone()];
            let scratch = &mut *self.scratch;
            if F::LINEAR_IN_MU {
                let growth: f64 = shift.iter().zip(mass).map(|(shift, mass)| mass * exp_m1(*shift)).sum();
                for i in rows {
                    scratch.rows.weight[i] = scratch.rows.r[i] - scratch.rows.mu[i] * growth;
                }
                continue;
            }
            let mean = &scratch.rows.mu[rows.clone()];
            let (weight, phi) = (&mut scratch.rows.weight[rows], &mut slopes.phi);
            vectorised(scratch.arch, MeanScores { family: self.family, y, mean, shift, mass, weight, phi });
        }
        if F::MIXED {
            self.mean_coarse_scores(tree, slopes);
        }
    }

    fn mean_coarse_scores(&mut self, tree: &PointTree, slopes: &mut Slopes) {
        let first = self.subtree.rows().start;
        let mut kept = 0;
        for coarse in &self.problem.coarse[self.coarse.clone()] {
            let node: &NodePoints = &tree.nodes[self.leaf_node(coarse.leaf)];
            let n = node.padded();
            let mean = |values: &[f64]| -> f64 {
                values.iter().zip(&tree.mass[node.range()]).map(|(value, mass)| value * mass).sum()
            };
            self.scratch.rows.weight[coarse.row - first] = mean(&tree.coarse[kept..kept + n]);
            slopes.phi += mean(&tree.coarse[kept + n..kept + 2 * n]);
            kept += 2 * n;
        }
    }
}

struct MeanScores<'a, F> {
    family: F,
    y: &'a [f64],
    mean: &'a [f64],
    shift: &'a [f64],
    mass: &'a [f64],
    weight: &'a mut [f64],
    phi: &'a mut f64,
}

impl<F: Coarsened> Kernel for MeanScores<'_, F> {
    #[inline(always)]
    fn run(self) {
        let MeanScores { family, y, mean, shift, mass, weight, phi } = self;
        weight.fill(0.0);
        let mut l_phi = [0.0; LANES];
        for start in (0..shift.len()).step_by(LANES) {
            let scale = lanes(|l| exp(shift[start + l]));
            let mass = lanes(|l| mass[start + l]);
            for ((&y, &mean), weight) in y.iter().zip(mean).zip(weight.iter_mut()) {
                let mu = lanes(|l| mean * scale[l]);
                let part = lanes(|l| mass[l] * family.eta(y, mu[l]).r);
                let half = [part[0] + part[4], part[1] + part[5], part[2] + part[6], part[3] + part[7]];
                *weight += (half[0] + half[2]) + (half[1] + half[3]);
                if F::HAS_THETA {
                    l_phi =
                        lanes(|l| l_phi[l] + mass[l] * family.phi(y, mu[l], family.log_term(mu[l])).l_phi);
                }
            }
        }
        *phi += l_phi.iter().sum::<f64>();
    }
}
