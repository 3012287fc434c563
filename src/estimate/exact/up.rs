//! Messages from the leaves to the root.
//!
//! m(a_p) = log ∫ exp(g(a)) N(a; a_p, υ) da, with m' = E[g' | a_p] and m'' = E[g'' + g'² | a_p] − m'², or by the moments of
//! b = a − a_p, m' = E[b]/υ and m'' + m'² = E[b²]/υ² − 1/υ, whichever has smaller terms.

use super::tree::{NodePoints, PointLayout, PointTree};
use crate::estimate::pass::Pass;
use crate::family::Coarsened;
use crate::numeric::elementary::exp;
use crate::numeric::rows::{Kernel, LANES, Lanes, lanes, vectorised};

impl<F: Coarsened> Pass<'_, F> {
    /// Sends all messages; returns the log-integral over the subtree, relative to its rows at the mode.
    pub(super) fn send_messages(&self, tree: &mut PointTree) -> f64 {
        for at in (1..self.subtree.n_nodes()).rev() {
            let parent = tree.nodes[self.subtree.parent[at] as usize];
            self.send_message(tree, at, Some(parent));
        }
        self.send_message(tree, 0, None);
        tree.messages[0]
    }

    fn send_message(&self, tree: &mut PointTree, at: usize, parent: Option<NodePoints>) {
        let node = tree.nodes[at];
        let informed = self.variance(at) * self.scratch.nodes[at].s_info > 1.0;
        let mut nowhere = [[0.0; LANES]; 3];
        let [height, slope, curve] = &mut nowhere;
        let (heights, own_height) = tree.height.split_at_mut(node.start);
        let (slopes, own_slope) = tree.slope.split_at_mut(node.start);
        let (curves, own_curve) = tree.curve.split_at_mut(node.start);
        let (shifts, own_shift) = tree.shift.split_at(node.start);
        let above = match parent {
            Some(parent) => Above {
                shift: &shifts[parent.range()],
                height: &mut heights[parent.range()],
                slope: &mut slopes[parent.range()],
                curve: &mut curves[parent.range()],
            },
            None => Above { shift: &[0.0; LANES], height, slope, curve },
        };
        let n = above.shift.len();
        let message = &mut tree.messages[node.message..node.message + n];
        let own = Own { shift: own_shift, height: own_height, slope: own_slope, curve: own_curve };
        let arch = self.scratch.arch;
        match (node.layout, informed) {
            (PointLayout::Shared { .. }, true) => {
                vectorised(
                    arch,
                    Up { n: node.n, layout: Shared, terms: OfEffect, node, own, above, message },
                );
            }
            (PointLayout::Shared { .. }, false) => {
                vectorised(
                    arch,
                    Up { n: node.n, layout: Shared, terms: OfSlopes, node, own, above, message },
                );
            }
            (PointLayout::PerParent { order }, _) => {
                let layout = PerParent { padded: n };
                vectorised(arch, Up { n: order, layout, terms: OfSlopes, node, own, above, message });
            }
        }
    }
}

/// A node's own points, from its first on.
#[derive(Clone, Copy)]
pub(super) struct Own<'a> {
    pub shift: &'a [f64],
    pub height: &'a [f64],
    pub slope: &'a [f64],
    pub curve: &'a [f64],
}

/// The points of its parent.
struct Above<'a> {
    shift: &'a [f64],
    height: &'a mut [f64],
    slope: &'a mut [f64],
    curve: &'a mut [f64],
}

/// How values at a node's points meet eight of its parent's.
pub(super) trait Layout: Copy {
    /// Values at the node's `i`-th point for the parent's points from `j` on.
    fn at(self, values: &[f64], i: usize, j: usize) -> Lanes;
}

#[derive(Clone, Copy)]
pub(super) struct Shared;

impl Layout for Shared {
    #[inline(always)]
    fn at(self, values: &[f64], i: usize, _j: usize) -> Lanes {
        [values[i]; LANES]
    }
}

#[derive(Clone, Copy)]
pub(super) struct PerParent {
    pub padded: usize,
}

impl Layout for PerParent {
    #[inline(always)]
    fn at(self, values: &[f64], i: usize, j: usize) -> Lanes {
        let values = &values[i * self.padded + j..][..LANES];
        lanes(|l| values[l])
    }
}

/// Terms whose means are m' and m'' + m'².
trait Terms: Copy {
    fn of(self, precision: f64, b: f64, slope: f64, curve: f64) -> (f64, f64);
}

#[derive(Clone, Copy)]
struct OfEffect;

impl Terms for OfEffect {
    #[inline(always)]
    fn of(self, precision: f64, b: f64, _slope: f64, _curve: f64) -> (f64, f64) {
        let pull = precision * b;
        (pull, pull * pull - precision)
    }
}

#[derive(Clone, Copy)]
struct OfSlopes;

impl Terms for OfSlopes {
    #[inline(always)]
    fn of(self, _precision: f64, _b: f64, slope: f64, curve: f64) -> (f64, f64) {
        (slope, curve + slope * slope)
    }
}

/// What is this far down on the log scale adds nothing.
pub(super) const NOTHING: f64 = -50.0;

/// Whether all are below.
#[inline(always)]
pub(super) fn all_below(z: Lanes, least: f64) -> bool {
    let mut above = false;
    for z in z {
        // what is not a number must be seen
        above |= z >= least || z.is_nan();
    }
    !above
}

struct Up<'a, L, T> {
    n: usize,
    layout: L,
    terms: T,
    node: NodePoints,
    own: Own<'a>,
    above: Above<'a>,
    message: &'a mut [f64],
}

impl<L: Layout, T: Terms> Kernel for Up<'_, L, T> {
    #[inline(always)]
    fn run(self) {
        let Up { n, layout, terms, node, own, above, message } = self;
        let half = 0.5 * node.precision;
        for j in (0..message.len()).step_by(LANES) {
            let to = lanes(|l| node.offset - above.shift[j + l]);
            let mut top = [f64::NEG_INFINITY; LANES];
            for i in 0..n {
                let (shift, height) = (layout.at(own.shift, i, j), layout.at(own.height, i, j));
                let z = lanes(|l| height[l] - half * (shift[l] + to[l]) * (shift[l] + to[l]));
                top = lanes(|l| if z[l] > top[l] { z[l] } else { top[l] });
            }
            let (mut sum, mut first, mut second) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
            for i in 0..n {
                let (shift, height) = (layout.at(own.shift, i, j), layout.at(own.height, i, j));
                let b = lanes(|l| shift[l] + to[l]);
                let z = lanes(|l| (height[l] - half * b[l] * b[l]) - top[l]);
                if all_below(z, NOTHING) {
                    continue;
                }
                let (slope, curve) = (layout.at(own.slope, i, j), layout.at(own.curve, i, j));
                let e = lanes(|l| exp(z[l]));
                sum = lanes(|l| sum[l] + e[l]);
                first = lanes(|l| first[l] + e[l] * terms.of(node.precision, b[l], slope[l], curve[l]).0);
                second = lanes(|l| second[l] + e[l] * terms.of(node.precision, b[l], slope[l], curve[l]).1);
            }
            for l in 0..LANES {
                let (mean, square) = (first[l] / sum[l], second[l] / sum[l]);
                message[j + l] = top[l] + sum[l].ln();
                above.height[j + l] += message[j + l];
                above.slope[j + l] += mean;
                above.curve[j + l] += square - mean * mean;
            }
        }
    }
}
