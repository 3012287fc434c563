//! The mode of the node effects at fixed parameters: Newton by one sweep up and one down.

use super::options::Options;
use super::pass::Pass;
use crate::family::{CountFamily, LeafRows};
use crate::numeric::rows::{LinearPredictor, vectorised};

impl<F: CountFamily> Pass<'_, F> {
    /// Fills `e = exp(x'β + offset)` and the leaf totals; returns Σ y (x'β + offset).
    pub(super) fn predict_rows(&mut self) -> f64 {
        let (rows, p) = (self.subtree.rows(), self.problem.n_terms());
        let x = &self.problem.x[rows.start * p..rows.end * p];
        let (y, offset) = (&self.problem.y[rows.clone()], &self.problem.offset[rows.clone()]);
        let kernel = LinearPredictor {
            x,
            beta: &self.point.beta,
            start: offset,
            out: &mut self.scratch.rows.e[..rows.len()],
        };
        vectorised(self.scratch.arch, kernel);
        let e = &mut self.scratch.rows.e[..rows.len()];
        let mut linear = 0.0;
        for leaf in 0..self.subtree.n_leaves() {
            let rows = self.subtree.leaf_rows(leaf);
            let (mut y_total, mut e_total, mut part) = (0.0, 0.0, 0.0);
            for (&y, e) in y[rows.clone()].iter().zip(&mut e[rows]) {
                part += y * *e;
                *e = e.exp();
                y_total += y;
                e_total += *e;
            }
            linear += part;
            let leaf = &mut self.scratch.leaves[leaf];
            (leaf.y_total, leaf.e_total) = (y_total, e_total);
        }
        linear
    }

    /// Moves `effects` (one per node of the subtree) to the mode; returns the largest last change.
    ///
    /// The joint density is log-concave in the effects, so Newton with a bounded step needs no other safeguard. The
    /// error left is about the square of the last change.
    pub(super) fn find_mode(&mut self, effects: &mut [f64], options: &Options) -> f64 {
        let mut change = f64::INFINITY;
        for _ in 0..options.mode_iterations {
            self.newton_step(effects);
            change = self.take_step(effects, options.mode_step_cap);
            if change <= options.mode_tolerance || !change.is_finite() {
                break;
            }
        }
        change
    }

    /// One Newton step for all effects: precisions and right-hand sides up, effects down.
    fn newton_step(&mut self, effects: &[f64]) {
        for node in &mut self.scratch.nodes[..self.subtree.n_nodes()] {
            (node.s_info, node.z) = (0.0, 0.0);
        }
        for leaf in 0..self.subtree.n_leaves() {
            let at = self.leaf_node(leaf);
            let rows = self.subtree.leaf_rows(leaf);
            let totals = self.scratch.leaves[leaf];
            let leaf_rows = LeafRows {
                y: &self.y()[rows.clone()],
                e: &self.scratch.rows.e[rows],
                y_total: totals.y_total,
                e_total: totals.e_total,
            };
            let (r, w) = self.family.score_and_weight(leaf_rows, effects[at]);
            let node = &mut self.scratch.nodes[at];
            (node.s_info, node.z) = (w, r + w * effects[at]);
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
