//! The mode of the node effects at fixed parameters: Newton by one sweep up and one down.

use super::options::Options;
use super::pass::Pass;
use crate::family::Coarsened;

impl<F: Coarsened> Pass<'_, F> {
    /// Moves `effects` (one per node of the subtree) to the mode; says whether it was found.
    ///
    /// The joint density is log-concave in the effects, so Newton with a bounded step needs no other safeguard but one:
    /// on the plateau that a wide interval makes a step may overshoot to where the next one leads back. After steps that
    /// turn round without getting much smaller the bound is half of what was gone. The error left is about the square of
    /// the last change.
    pub(super) fn find_mode(&mut self, effects: &mut [f64], options: &Options) -> bool {
        let (mut cap, mut last) = (options.mode_step_cap, f64::INFINITY);
        self.scratch.nodes[..effects.len()].iter_mut().for_each(|node| node.step = 0.0);
        for _ in 0..options.mode_iterations {
            self.newton_step(effects);
            let Change { largest: change, turned } = self.next_change(effects);
            if turned && change > 0.5 * last {
                cap = 0.5 * cap.min(last);
            }
            last = change;
            self.take_step(effects, change, cap);
            if change <= options.mode_tolerance {
                return true;
            }
            if !change.is_finite() {
                return false;
            }
        }
        false
    }

    fn newton_step(&mut self, effects: &[f64]) {
        self.score_leaves(effects);
        self.step_from_leaves(effects);
    }

    /// One Newton step for all effects from Σr and Σw of the leaves: precisions and right-hand sides up, effects down.
    pub(super) fn step_from_leaves(&mut self, effects: &[f64]) {
        for node in &mut self.scratch.nodes[..self.subtree.n_nodes()] {
            (node.s_info, node.z) = (0.0, 0.0);
        }
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

    fn next_change(&self, effects: &[f64]) -> Change {
        let pairs = || effects.iter().zip(&self.scratch.nodes);
        if pairs().any(|(_, node)| !node.stepped.is_finite()) {
            return Change { largest: f64::INFINITY, turned: false };
        }
        let along: f64 = pairs().map(|(a, node)| (node.stepped - a) * node.step).sum();
        let largest = pairs().map(|(a, node)| (node.stepped - a).abs()).fold(0.0, f64::max);
        Change { largest, turned: along < 0.0 }
    }

    fn take_step(&mut self, effects: &mut [f64], largest: f64, cap: f64) {
        if largest.is_infinite() {
            return;
        }
        let share = if largest > cap { cap / largest } else { 1.0 };
        for (a, node) in effects.iter_mut().zip(&mut self.scratch.nodes) {
            node.step = share * (node.stepped - *a);
            *a += node.step;
        }
    }
}

/// What a Newton step would change.
#[derive(Debug, Clone, Copy)]
struct Change {
    /// The largest change of an effect.
    largest: f64,
    /// Whether it leads back against the last step.
    turned: bool,
}
