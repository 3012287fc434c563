//! Rows averaged over the normal distribution of their leaf's effect.

use crate::estimate::pass::Pass;
use crate::estimate::scratch::Leaf;
use crate::family::Coarsened;
use crate::model::Problem;

/// Variance below which differences between points are lost in rounding.
const LEAST_SPREAD: f64 = 1e-9;

/// Working memory for the averages over one subtree, and the points they are taken at.
#[derive(Debug)]
pub(super) struct Averages {
    /// (point, weight) for a standard normal.
    rule: Vec<(f64, f64)>,
    /// Effects at one point of every leaf.
    effects: Vec<f64>,
    leaves: Vec<Leaf>,
    r: Vec<f64>,
    w: Vec<f64>,
    r_phi: Vec<f64>,
}

impl Averages {
    pub(super) fn new(problem: &Problem, rule: Vec<(f64, f64)>) -> Self {
        let subtrees = || problem.nodes.subtrees();
        let rows = subtrees().map(|tree| tree.rows().len()).max().unwrap_or(0);
        let leaves = subtrees().map(|tree| tree.n_leaves()).max().unwrap_or(0);
        let nodes = subtrees().map(|tree| tree.n_nodes()).max().unwrap_or(0);
        let zeros = || vec![0.0; rows];
        Averages {
            rule,
            effects: vec![0.0; nodes],
            leaves: vec![Leaf::default(); leaves],
            r: zeros(),
            w: zeros(),
            r_phi: zeros(),
        }
    }
}

impl<F: Coarsened> Pass<'_, F> {
    /// E[Σr] and E[Σw] of every leaf, its effect normal with mean `mean` and the variance V of its node.
    pub(super) fn average_scores(&mut self, mean: &[f64], averages: &mut Averages) {
        if F::BY_TOTALS {
            self.put_leaves(mean, |v| 0.5 * v, &mut averages.effects);
            return self.score_leaves(&averages.effects[..mean.len()]);
        }
        let n_leaves = self.subtree.n_leaves();
        let Averages { rule, effects, leaves, .. } = averages;
        leaves[..n_leaves].fill(Leaf::default());
        for &(x, weight) in rule.iter() {
            self.put_leaves(mean, |v| x * v.sqrt(), effects);
            self.score_leaves(&effects[..mean.len()]);
            for (at, sum) in leaves[..n_leaves].iter_mut().enumerate() {
                sum.r += weight * self.scratch.leaves[at].r;
                sum.w += weight * self.weight_at(at, x);
            }
        }
        for (leaf, sum) in self.scratch.leaves.iter_mut().zip(&leaves[..n_leaves]) {
            (leaf.r, leaf.w) = (sum.r, sum.w);
        }
    }

    /// Averages of r and w of every row, and of what the leaves sum; returns Σ E[ℓ], but for what
    /// [`Pass::expand_rows`] leaves out.
    pub(super) fn average_rows(&mut self, mean: &[f64], averages: &mut Averages) -> f64 {
        if F::BY_TOTALS {
            // E μ(a) = μ(E a + ½V), so that one point is exact but for yη
            self.put_leaves(mean, |v| 0.5 * v, &mut averages.effects);
            let value = self.expand_rows(&averages.effects[..mean.len()]);
            let lifted = |leaf: usize| {
                0.5 * self.scratch.nodes[self.leaf_node(leaf)].v * self.scratch.leaves[leaf].y_total
            };
            return value - (0..self.subtree.n_leaves()).map(lifted).sum::<f64>();
        }
        let (n, n_leaves, mut value) = (self.subtree.rows().len(), self.subtree.n_leaves(), 0.0);
        let Averages { rule, effects, leaves, r, w, r_phi } = averages;
        leaves[..n_leaves].fill(Leaf::default());
        for sums in [&mut *r, &mut *w, &mut *r_phi] {
            sums[..n].fill(0.0);
        }
        for &(x, weight) in rule.iter() {
            self.put_leaves(mean, |v| x * v.sqrt(), effects);
            value += weight * self.expand_rows(&effects[..mean.len()]);
            let rows = &self.scratch.rows;
            add(&mut r[..n], weight, &rows.r);
            add(&mut w[..n], weight, &rows.w);
            add(&mut r_phi[..n], weight, &rows.r_phi);
            for (at, sum) in leaves[..n_leaves].iter_mut().enumerate() {
                let leaf = &self.scratch.leaves[at];
                sum.r += weight * leaf.r;
                sum.w += weight * self.weight_at(at, x);
                sum.r_phi += weight * leaf.r_phi;
                sum.l_phi += weight * leaf.l_phi;
            }
        }
        let scratch = &mut *self.scratch;
        scratch.rows.r[..n].copy_from_slice(&r[..n]);
        scratch.rows.w[..n].copy_from_slice(&w[..n]);
        scratch.rows.r_phi[..n].copy_from_slice(&r_phi[..n]);
        for (leaf, sum) in scratch.leaves.iter_mut().zip(&leaves[..n_leaves]) {
            // companions of the weights are left at 0: the slope in φ is E ℓ_φ and no more
            *leaf = Leaf { y_total: leaf.y_total, e_total: leaf.e_total, ..*sum };
        }
        value
    }

    /// What a leaf at a point adds to E[Σw] = −E[x Σr]/√V: in this form −½ E[Σw] is the slope in V of the sum that stands
    /// for E[Σℓ], whatever its points miss, and F is stationary in q.
    fn weight_at(&self, leaf: usize, x: f64) -> f64 {
        let (sum, v) = (&self.scratch.leaves[leaf], self.scratch.nodes[self.leaf_node(leaf)].v);
        if v > LEAST_SPREAD { -x * sum.r / v.sqrt() } else { sum.w }
    }

    /// The leaves' effects at a point of their distributions.
    fn put_leaves(&self, mean: &[f64], shift: impl Fn(f64) -> f64, out: &mut [f64]) {
        for at in self.subtree.first_leaf()..self.subtree.n_nodes() {
            out[at] = mean[at] + shift(self.scratch.nodes[at].v);
        }
    }
}

fn add(sums: &mut [f64], weight: f64, values: &[f64]) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
}
