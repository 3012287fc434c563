//! The tree of discrete variables: points of every node of a root subtree, what is known at them, and messages.

use crate::numeric::rows::LANES;

/// Points of the nodes of one root subtree; sized by the largest subtree met so far.
#[derive(Debug, Default)]
pub(super) struct PointTree {
    pub nodes: Vec<NodePoints>,
    /// Of each point the distance from its node's mode.
    pub shift: Vec<f64>,
    /// log weight + g: the log-integrand, but for the prior where points are shared.
    pub height: Vec<f64>,
    /// g'.
    pub slope: Vec<f64>,
    /// g''.
    pub curve: Vec<f64>,
    /// Posterior probability.
    pub mass: Vec<f64>,
    /// log-message of each node at its parent's points.
    pub messages: Vec<f64>,
    /// Of each coarse row r, then ℓ_φ, at the points of its leaf.
    pub coarse: Vec<f64>,
}

/// Where the points of a node stand, and what it says about its parent's effect.
#[derive(Debug, Clone, Copy)]
pub(super) struct NodePoints {
    /// The first among all points; a multiple of the lanes.
    pub start: usize,
    /// Points up to the last one that counts.
    pub n: usize,
    pub layout: PointLayout,
    /// Where its messages begin.
    pub message: usize,
    /// 1/υ; 0 where the heights of points of the parent's have the prior in them.
    pub precision: f64,
    /// Mode of the effect less that of the parent's.
    pub offset: f64,
    /// E[b] and E[b²] with b the effect less the parent's.
    pub effect: [f64; 2],
}

/// How a node's points lie to its parent's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum PointLayout {
    /// The same points, in equal steps, for all of the parent's.
    Shared { step: f64 },
    /// So many points of their own for each of the parent's, one point of each after the other.
    PerParent { order: usize },
}

/// Rounded up to whole blocks of lanes.
pub(super) fn padded(n: usize) -> usize {
    n.div_ceil(LANES) * LANES
}

impl NodePoints {
    /// Points with their padding.
    pub(super) fn padded(&self) -> usize {
        padded(self.n)
    }

    pub(super) fn range(&self) -> std::ops::Range<usize> {
        self.start..self.start + self.padded()
    }
}

impl PointTree {
    /// Starts again, without nodes.
    pub(super) fn clear(&mut self) {
        self.nodes.clear();
        self.messages.clear();
        self.shift.clear();
        self.height.clear();
    }

    /// Points so far, with their padding.
    pub(super) fn n_points(&self) -> usize {
        self.shift.len()
    }

    /// Room for what is summed up at the points that have been placed.
    pub(super) fn make_room(&mut self, n_messages: usize) {
        let n = self.n_points();
        for values in [&mut self.slope, &mut self.curve, &mut self.mass] {
            values.clear();
            values.resize(n, 0.0);
        }
        self.messages.resize(n_messages, 0.0);
    }
}
