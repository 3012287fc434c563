//! Rows averaged over the normal distribution of their leaf's effect.

use crate::estimate::pass::Pass;
use crate::estimate::rows::Need;
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
    /// Sums over the coarse rows of the leaves at one point.
    at_point: Vec<Leaf>,
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
            at_point: vec![Leaf::default(); leaves],
            r: zeros(),
            w: zeros(),
            r_phi: zeros(),
        }
    }
}

impl<F: Coarsened> Pass<'_, F> {
    /// E[Σr] and E[Σw] of every leaf, its effect normal with mean `mean` and the variance V of its node.
    pub(super) fn average_scores(&mut self, mean: &[f64], averages: &mut Averages) {
        if F::EXACT_BY_TOTALS {
            self.put_leaves(mean, |v| 0.5 * v, &mut averages.effects);
            self.score_by_totals(&averages.effects[..mean.len()]);
            if F::MIXED {
                self.average_coarse_scores(mean, averages);
            }
            return;
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
        if F::EXACT_BY_TOTALS {
            return self.average_rows_by_totals(mean, averages);
        }
        let (n, n_leaves, mut value) = (self.subtree.rows().len(), self.subtree.n_leaves(), 0.0);
        let Averages { rule, effects, leaves, r, w, r_phi, .. } = averages;
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

    /// E μ(a) = μ(E a + ½V), so that one point is exact for exact rows but for yη; coarse rows by their points.
    fn average_rows_by_totals(&mut self, mean: &[f64], averages: &mut Averages) -> f64 {
        self.put_leaves(mean, |v| 0.5 * v, &mut averages.effects);
        let effects = &averages.effects[..mean.len()];
        let mut value = if F::MIXED { self.expand_exact_rows(effects) } else { self.expand_rows(effects) };
        for leaf in 0..self.subtree.n_leaves() {
            value -= 0.5 * self.scratch.nodes[self.leaf_node(leaf)].v * self.scratch.leaves[leaf].y_total;
        }
        if F::MIXED {
            value += self.average_expanded_coarse_rows(mean, averages);
        }
        value
    }

    /// Rows and leaves as if nothing were known of the coarse rows.
    fn expand_exact_rows(&mut self, effects: &[f64]) -> f64 {
        self.expand_rows(effects);
        let first = self.subtree.rows().start;
        for row in &self.problem.coarse[self.coarse.clone()] {
            let rows = &mut self.scratch.rows;
            (rows.r[row.row - first], rows.w[row.row - first]) = (0.0, 0.0);
        }
        self.score_by_totals(effects);
        let leaves = self.scratch.leaves.iter_mut().zip(&effects[self.subtree.first_leaf()..]);
        let mut value = 0.0;
        for (leaf, effect) in leaves {
            (leaf.c, leaf.d) = (0.0, 0.0);
            value += effect * leaf.y_total - leaf.w;
        }
        value
    }

    fn average_coarse_scores(&mut self, mean: &[f64], averages: &mut Averages) {
        let n_leaves = self.subtree.n_leaves();
        let Averages { rule, effects, at_point, .. } = averages;
        for &(x, weight) in rule.iter() {
            self.put_leaves(mean, |v| x * v.sqrt(), effects);
            self.scale_rows(&effects[..mean.len()], Need::Totals);
            at_point[..n_leaves].fill(Leaf::default());
            self.add_coarse_scores(at_point);
            self.add_share(weight, x, at_point);
        }
    }

    fn average_expanded_coarse_rows(&mut self, mean: &[f64], averages: &mut Averages) -> f64 {
        let n_leaves = self.subtree.n_leaves();
        let (Averages { rule, effects, at_point, .. }, mut value) = (averages, 0.0);
        for &(x, weight) in rule.iter() {
            self.put_leaves(mean, |v| x * v.sqrt(), effects);
            self.scale_rows(&effects[..mean.len()], Need::Totals);
            at_point[..n_leaves].fill(Leaf::default());
            value += weight * self.average_coarse_rows(weight, at_point);
            self.add_share(weight, x, at_point);
        }
        value
    }

    /// Adds to the leaves what a point adds to E[Σr] and E[Σw].
    fn add_share(&mut self, weight: f64, x: f64, at_point: &[Leaf]) {
        let first_leaf = self.subtree.first_leaf();
        for (at, sum) in at_point[..self.subtree.n_leaves()].iter().enumerate() {
            let more = weight * weight_of(sum, self.scratch.nodes[first_leaf + at].v, x);
            let leaf = &mut self.scratch.leaves[at];
            (leaf.r, leaf.w) = (leaf.r + weight * sum.r, leaf.w + more);
        }
    }

    fn weight_at(&self, leaf: usize, x: f64) -> f64 {
        weight_of(&self.scratch.leaves[leaf], self.scratch.nodes[self.leaf_node(leaf)].v, x)
    }

    /// The leaves' effects at a point of their distributions.
    fn put_leaves(&self, mean: &[f64], shift: impl Fn(f64) -> f64, out: &mut [f64]) {
        for at in self.subtree.first_leaf()..self.subtree.n_nodes() {
            out[at] = mean[at] + shift(self.scratch.nodes[at].v);
        }
    }
}

/// What a leaf at a point adds to E[Σw] = −E[x Σr]/√V: in this form −½ E[Σw] is the slope in V of the sum that stands for
/// E[Σℓ], whatever its points miss, and F is stationary in q.
fn weight_of(sum: &Leaf, v: f64, x: f64) -> f64 {
    if v > LEAST_SPREAD { -x * sum.r / v.sqrt() } else { sum.w }
}

fn add(sums: &mut [f64], weight: f64, values: &[f64]) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
}
