//! Where the points of a node stand.

use super::hermite::{Hermite, HermiteRules};
use super::rule::Rule;
use super::tree::{NodePoints, PointLayout, PointTree, padded};
use crate::estimate::pass::Pass;
use crate::estimate::scratch::Node;
use crate::family::Coarsened;
use crate::numeric::rows::LANES;
use std::f64::consts::{PI, TAU};

/// No step is longer than this times [`Rule::step`]: the e^{e^a} of a count's density is tame only within π/2 of the
/// real axis, which bounds the error of a step h by e^{−π²/h}.
const LONGEST_STEP: f64 = 0.5;
/// Slopes of log-densities are those at this many standard deviations.
const FAR: f64 = 8.0;
/// With more points a subtree is given up.
const MOST_POINTS: usize = 1 << 24;

/// Interval in which a node's effect lies, as distances from the mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ends {
    pub low: f64,
    pub high: f64,
}

/// What a node needs of the passes to have its points placed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread {
    pub ends: Ends,
    /// The scale on which the node's own log-density may change.
    pub detail: f64,
}

impl<F: Coarsened> Pass<'_, F> {
    /// First ends of all nodes, after the sweeps.
    pub(super) fn spreads(&self, rule: Rule, out: &mut Vec<Spread>) {
        let ends = (0..self.subtree.n_nodes()).map(|at| self.first_ends(at, rule));
        out.clear();
        out.extend(ends.map(|ends| Spread { ends, detail: LONGEST_STEP }));
    }

    /// The details of all nodes between their ends.
    pub(super) fn find_details(&self, spreads: &mut [Spread]) {
        spreads.iter_mut().for_each(|spread| spread.detail = LONGEST_STEP);
        let first = self.subtree.rows().start;
        for coarse in &self.problem.coarse[self.coarse.clone()] {
            let mean = self.scratch.rows.e[coarse.row - first] * self.scratch.rows.leaf_scale[coarse.leaf];
            let spread = &mut spreads[self.leaf_node(coarse.leaf)];
            for edge in [coarse.published.lo, coarse.published.hi + 1.0] {
                if edge > 0.0 && edge.is_finite() {
                    // the probability goes from 0 to 1 over the relative error of a count at the edge
                    let width = self.family.eta(edge, edge).w.powf(-0.5);
                    let place = (edge / mean).ln();
                    if place > spread.ends.low - 4.0 * width && place < spread.ends.high + 4.0 * width {
                        spread.detail = spread.detail.min(width);
                    }
                }
            }
        }
        for at in (1..self.subtree.n_nodes()).rev() {
            let smoothed = (spreads[at].detail.powi(2) + self.variance(at)).sqrt();
            let parent = &mut spreads[self.subtree.parent[at] as usize];
            parent.detail = parent.detail.min(smoothed);
        }
    }

    /// Where the posterior of an effect is likely to end: it falls at least like its prior around the mode, and the
    /// information from counts fades no faster than their mean.
    fn first_ends(&self, at: usize, rule: Rule) -> Ends {
        let node = &self.scratch.nodes[at];
        let depth = -rule.tail.ln();
        let prior = self.prior_variance(at);
        if prior == 0.0 {
            return Ends { low: 0.0, high: 0.0 };
        }
        let information = (1.0 / node.v - 1.0 / prior).max(0.0);
        let heavy = heavy_end(prior, information, depth);
        let light = if F::LINEAR_IN_MU { (2.0 * depth * node.v).sqrt() } else { heavy };
        // the posterior mean to second order, where that is not far
        let centre = (-0.5 * node.s).clamp(-0.5 * heavy, 0.5 * heavy);
        Ends { low: centre - heavy, high: centre + light }
    }

    /// Σ υ from the root down to the node.
    fn prior_variance(&self, mut at: usize) -> f64 {
        let mut sum = self.variance(at);
        while let Some(parent) = self.parent(at) {
            at = parent;
            sum += self.variance(at);
        }
        sum
    }

    /// Places the points of all nodes; `None` where they would be too many.
    pub(super) fn place_points(
        &self,
        modes: &[f64],
        spreads: &[Spread],
        rule: Rule,
        hermite: &HermiteRules,
        tree: &mut PointTree,
    ) -> Option<()> {
        tree.clear();
        let mut message = 0;
        for at in 0..self.subtree.n_nodes() {
            let parent = self.parent(at);
            let above = parent.map_or(LANES, |parent| tree.nodes[parent].padded());
            let placed = Placed {
                variance: self.variance(at),
                node: &self.scratch.nodes[at],
                offset: modes[at] - parent.map_or(0.0, |parent| modes[parent]),
                above: parent.map_or(0.0, |parent| self.scratch.nodes[parent].v),
                message,
            };
            placed.place(&spreads[at], rule, hermite, parent, tree);
            message += above;
            if tree.n_points() > MOST_POINTS {
                return None;
            }
        }
        tree.make_room(message);
        Some(())
    }
}

/// δ > 0 with δ²/(2 prior) + information (e^{−δ} − 1 + δ) = depth.
fn heavy_end(prior: f64, information: f64, depth: f64) -> f64 {
    // convex and rising: Newton from beyond the solution comes down to it
    let mut end = (2.0 * depth * prior).sqrt();
    for _ in 0..30 {
        let fading = (-end).exp();
        let value = 0.5 * end * end / prior + information * (fading - 1.0 + end) - depth;
        let step = value / (end / prior + information * (1.0 - fading));
        end -= step;
        if step < 1e-3 * end {
            break;
        }
    }
    end
}

/// A node about to have its points placed.
struct Placed<'a> {
    variance: f64,
    node: &'a Node,
    offset: f64,
    /// V of the parent.
    above: f64,
    message: usize,
}

impl Placed<'_> {
    fn place(
        &self,
        spread: &Spread,
        rule: Rule,
        hermite: &HermiteRules,
        parent: Option<usize>,
        tree: &mut PointTree,
    ) {
        if self.variance == 0.0 {
            return self.place_on_parent(parent, tree);
        }
        let spacing = rule.step * (self.variance * self.node.rho).sqrt().min(spread.detail);
        let width = spread.ends.high - spread.ends.low;
        let intervals = (width / spacing).ceil().max(2.0);
        let around = parent.and_then(|parent| {
            let rule = hermite.for_growth(self.growth(spread), rule.error().max(f64::EPSILON))?;
            let points = tree.nodes[parent].padded() * rule.points.len();
            (intervals > points as f64).then_some((parent, rule))
        });
        match around {
            Some((parent, rule)) => self.place_around(parent, rule, tree),
            None => self.place_in_steps(spread.ends, intervals.min(MOST_POINTS as f64) as usize, tree),
        }
    }

    /// υ times the square of the rate at which exp(g) may change where the posterior has weight.
    fn growth(&self, spread: &Spread) -> f64 {
        let information = self.node.s_info + 1.0 / self.above;
        self.variance * (FAR * FAR * information + spread.detail.powi(-2))
    }

    fn place_in_steps(&self, ends: Ends, intervals: usize, tree: &mut PointTree) {
        let step = (ends.high - ends.low) / intervals as f64;
        let log_weight = (step / (TAU * self.variance).sqrt()).ln();
        let n = intervals + 1;
        self.push(PointLayout::Shared { step }, n, 1.0 / self.variance, tree);
        tree.shift.extend((0..padded(n)).map(|i| ends.low + step * i.min(intervals) as f64));
        tree.height.resize(tree.shift.len(), log_weight);
    }

    /// Around where the effect lies given each of the parent's points; the prior given the parent's enters the heights, with
    /// b from its own parts and not as the small difference of two effects.
    fn place_around(&self, parent: usize, hermite: &Hermite, tree: &mut PointTree) {
        let above = tree.nodes[parent].range();
        let order = hermite.points.len();
        self.push(PointLayout::PerParent { order }, order * above.len(), 0.0, tree);
        let Node { rho, m, .. } = *self.node;
        let sd = (2.0 * self.variance * rho).sqrt();
        for (x, log_weight) in hermite.points.iter().zip(&hermite.log_weights) {
            for j in above.clone() {
                // 1 − ρ = υm
                let pull = sd * x - self.variance * m * tree.shift[j];
                tree.shift.push(tree.shift[j] + pull);
                let b = self.offset + pull;
                tree.height.push(log_weight + 0.5 * (rho / PI).ln() - 0.5 * b * b / self.variance);
            }
        }
    }

    /// Without variance the effect is the parent's.
    fn place_on_parent(&self, parent: Option<usize>, tree: &mut PointTree) {
        let above = parent.map(|parent| tree.nodes[parent].range());
        let n = above.as_ref().map_or(LANES, |above| above.len());
        self.push(PointLayout::PerParent { order: 1 }, n, 0.0, tree);
        match above {
            Some(above) => tree.shift.extend_from_within(above),
            None => tree.shift.extend([0.0; LANES]),
        }
        tree.height.resize(tree.shift.len(), 0.0);
    }

    fn push(&self, layout: PointLayout, n: usize, precision: f64, tree: &mut PointTree) {
        let (start, message, offset) = (tree.n_points(), self.message, self.offset);
        tree.nodes.push(NodePoints { start, n, layout, message, precision, offset, effect: [0.0; 2] });
    }
}
