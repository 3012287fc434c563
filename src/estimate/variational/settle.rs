//! The best normal distribution of the effects at fixed parameters: mean and weights, each from the other.

use super::Bound;
use super::average::Averages;
use crate::estimate::options::Options;
use crate::estimate::pass::Pass;
use crate::family::Coarsened;

/// Largest change, of a mean or of a weight times V, at which q has settled; F is off by its square.
const SETTLED: f64 = 1e-9;
/// Steps that grow are taken in part; the least part.
const LEAST_SHARE: f64 = 1.0 / 32.0;

impl Bound {
    /// Brings the pass to the best q up to V, rows and leaves averaged over it; the mean, and the subtree's share of F.
    pub(super) fn stand<F: Coarsened>(
        &mut self,
        pass: &mut Pass<'_, F>,
        modes: &[f64],
        options: &Options,
    ) -> Option<(Vec<f64>, f64)> {
        let nodes = pass.subtree.first_node..pass.subtree.first_node + pass.subtree.n_nodes();
        let leaves = nodes.start + pass.subtree.first_leaf()..nodes.end;
        let (modes, lift) = (&modes[nodes.clone()], &mut self.lift[nodes]);
        let (linear, _) = pass.predict_rows();
        let mut mean = modes.to_vec();
        if self.warm {
            mean.iter_mut().zip(&*lift).for_each(|(mean, lift)| *mean += lift);
        } else {
            pass.score_leaves(modes);
            let found = pass.scratch.leaves.iter().map(|leaf| leaf.w);
            self.weights[leaves.clone()].iter_mut().zip(found).for_each(|(weight, w)| *weight = w);
        }
        if !pass.settle(&mut mean, &mut self.weights[leaves], &mut self.averages, options) {
            return None;
        }
        lift.iter_mut().zip(mean.iter().zip(modes)).for_each(|(lift, (mean, mode))| *lift = mean - mode);
        let mut value = linear + pass.average_rows(&mean, &mut self.averages);
        // with the V of the averages: only so is F stationary in the weights, and what is unsettled enters squared
        value += 0.5 * pass.spread_of_leaves();
        value += pass.sweep_precision(&mean);
        pass.sweep_variance();
        Some((mean, value))
    }
}

impl<F: Coarsened> Pass<'_, F> {
    /// Steps of natural gradient: the weights become those averaged over q, and the means take the Newton step with them.
    fn settle(
        &mut self,
        mean: &mut [f64],
        weights: &mut [f64],
        averages: &mut Averages,
        options: &Options,
    ) -> bool {
        self.weigh_leaves(weights);
        self.step_from_leaves(mean);
        self.sweep_variance();
        let (mut share, mut last) = (1.0, f64::INFINITY);
        for _ in 0..options.mode_iterations {
            self.average_scores(mean, averages);
            let reweighted = self.reweigh(weights, share);
            self.weigh_leaves(weights);
            self.step_from_leaves(mean);
            let moves = mean.iter().zip(&self.scratch.nodes).map(|(mean, node)| (node.stepped - mean).abs());
            let moved = moves.fold(0.0, f64::max);
            let change = reweighted.max(moved);
            if !change.is_finite() {
                return false;
            }
            let part = share * (options.mode_step_cap / moved).min(1.0);
            for (mean, node) in mean.iter_mut().zip(&self.scratch.nodes) {
                *mean += part * (node.stepped - *mean);
            }
            self.sweep_variance();
            if change <= SETTLED {
                return true;
            }
            share = if change > last { (0.5f64 * share).max(LEAST_SHARE) } else { (1.5f64 * share).min(1.0) };
            last = change;
        }
        false
    }

    /// Moves the weights a share of the way to the averages that stand at the leaves; the largest way, times V.
    fn reweigh(&self, weights: &mut [f64], share: f64) -> f64 {
        let first_leaf = self.subtree.first_leaf();
        let mut largest = 0.0f64;
        for (leaf, weight) in weights.iter_mut().enumerate() {
            let way = self.scratch.leaves[leaf].w - *weight;
            let change = way.abs() * self.scratch.nodes[first_leaf + leaf].v;
            largest = if change.is_nan() { f64::INFINITY } else { largest.max(change) };
            *weight += share * way;
        }
        largest
    }

    fn weigh_leaves(&mut self, weights: &[f64]) {
        self.scratch.leaves.iter_mut().zip(weights).for_each(|(leaf, weight)| leaf.w = *weight);
    }

    /// Σ W V over the leaves.
    fn spread_of_leaves(&self) -> f64 {
        let first_leaf = self.subtree.first_leaf();
        let leaves = self.scratch.leaves[..self.subtree.n_leaves()].iter();
        leaves.zip(&self.scratch.nodes[first_leaf..]).map(|(leaf, node)| leaf.w * node.v).sum()
    }
}
