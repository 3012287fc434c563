//! The mode of the node effects at fixed parameters: Newton by one sweep up and one down.

use super::options::Options;
use super::pass::Pass;
use crate::family::Coarsened;

impl<F: Coarsened> Pass<'_, F> {
    /// Moves `effects` (one per node of the subtree) to the mode; says whether it was found.
    ///
    /// The joint density is log-concave in the effects, so Newton with a bounded step needs no other safeguard. The
    /// error left is about the square of the last change.
    pub(super) fn find_mode(&mut self, effects: &mut [f64], options: &Options) -> bool {
        for _ in 0..options.mode_iterations {
            self.newton_step(effects);
            let change = self.take_step(effects, options.mode_step_cap);
            if change <= options.mode_tolerance {
                return true;
            }
            if !change.is_finite() {
                return false;
            }
        }
        false
    }

    /// One Newton step for all effects: precisions and right-hand sides up, effects down.
    fn newton_step(&mut self, effects: &[f64]) {
        for node in &mut self.scratch.nodes[..self.subtree.n_nodes()] {
            (node.s_info, node.z) = (0.0, 0.0);
        }
        self.score_leaves(effects);
        for leaf in 0..self.subtree.n_leaves() {
            let (at, sum) = (self.leaf_node(leaf), self.scratch.leaves[leaf]);
            let node = &mut self.scratch.nodes[at];
            (node.s_info, node.z) = (sum.w, sum.r + sum.w * effects[at]);
        }
        for at in (0..self.subtree.n_nodes()).rev() {
            let node = self.close_node(at);
            if let Some(parent) = self.parent(at) {
                let parent = &mut self.scratch.nodes[parent];
                parent.s_info += node.m;
                parent.z += node.rho * node.z;
            }
        }
        for at in 0..self.subtree.n_nodes() {
            let above = self.parent(at).map_or(0.0, |parent| self.scratch.nodes[parent].stepped);
            let variance = self.variance(at);
            let node = &mut self.scratch.nodes[at];
            node.stepped = node.rho * (variance * node.z + above);
        }
    }

    /// ρ and m of a node whose S is complete.
    pub(super) fn close_node(&mut self, at: usize) -> super::scratch::Node {
        let variance = self.variance(at);
        let node = &mut self.scratch.nodes[at];
        node.rho = 1.0 / (1.0 + variance * node.s_info);
        node.m = node.rho * node.s_info;
        *node
    }

    fn take_step(&self, effects: &mut [f64], cap: f64) -> f64 {
        let nodes = &self.scratch.nodes[..effects.len()];
        let pairs = || effects.iter().zip(nodes);
        let largest = pairs().map(|(a, node)| (node.stepped - a).abs()).fold(0.0, f64::max);
        if pairs().any(|(_, node)| !node.stepped.is_finite()) {
            return f64::INFINITY;
        }
        let share = if largest > cap { cap / largest } else { 1.0 };
        for (a, node) in effects.iter_mut().zip(nodes) {
            *a += share * (node.stepped - *a);
        }
        largest
    }
}
