//! Posterior probabilities of all points, from the root to the leaves, and the moments of the effects.

use super::tree::{NodePoints, PointLayout, PointTree};
use super::up::{Layout, NOTHING, PerParent, Shared, all_below};
use crate::estimate::pass::Pass;
use crate::family::Coarsened;
use crate::numeric::elementary::exp;
use crate::numeric::rows::{Kernel, LANES, Lanes, lanes, vectorised};

/// The one point that stands above a root.
const ABOVE_ROOT: [f64; LANES] = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];

impl<F: Coarsened> Pass<'_, F> {
    /// Fills the posterior probabilities, after the messages: P(a) = Σ P(a_p) P(a | a_p).
    pub(super) fn find_posterior(&self, tree: &mut PointTree) {
        for at in 0..self.subtree.n_nodes() {
            let node = tree.nodes[at];
            let (masses, own_mass) = tree.mass.split_at_mut(node.start);
            let (shift, mass) = match self.parent(at) {
                Some(parent) => {
                    let range = tree.nodes[parent].range();
                    (&tree.shift[range.clone()], &masses[range])
                }
                None => (&[0.0; LANES][..], &ABOVE_ROOT[..]),
            };
            let message = &tree.messages[node.message..node.message + shift.len()];
            let effect = &mut tree.nodes[at].effect;
            let own =
                Own { shift: &tree.shift[node.start..], height: &tree.height[node.start..], mass: own_mass };
            let above = Above { shift, mass, message };
            let arch = self.scratch.arch;
            match node.layout {
                PointLayout::Shared { .. } => {
                    vectorised(arch, Down { n: node.n, layout: Shared, node, own, above, effect });
                }
                PointLayout::PerParent { order } => {
                    let layout = PerParent { padded: shift.len() };
                    vectorised(arch, Down { n: order, layout, node, own, above, effect });
                }
            }
        }
    }
}

struct Own<'a> {
    shift: &'a [f64],
    height: &'a [f64],
    mass: &'a mut [f64],
}

struct Above<'a> {
    shift: &'a [f64],
    mass: &'a [f64],
    message: &'a [f64],
}

/// Where the probabilities of a node's point beside eight of its parent's are put.
trait Collects: Layout {
    fn put(self, mass: &mut [f64], i: usize, j: usize, part: Lanes);
}

impl Collects for Shared {
    #[inline(always)]
    fn put(self, mass: &mut [f64], i: usize, _j: usize, part: Lanes) {
        mass[i] += total(part);
    }
}

impl Collects for PerParent {
    #[inline(always)]
    fn put(self, mass: &mut [f64], i: usize, j: usize, part: Lanes) {
        mass[i * self.padded + j..][..LANES].copy_from_slice(&part);
    }
}

struct Down<'a, L> {
    n: usize,
    layout: L,
    node: NodePoints,
    own: Own<'a>,
    above: Above<'a>,
    effect: &'a mut [f64; 2],
}

impl<L: Collects> Kernel for Down<'_, L> {
    #[inline(always)]
    fn run(self) {
        let Down { n, layout, node, own, above, effect } = self;
        let half = 0.5 * node.precision;
        let (mut first, mut second) = ([0.0; LANES], [0.0; LANES]);
        for j in (0..above.shift.len()).step_by(LANES) {
            let to = lanes(|l| node.offset - above.shift[j + l]);
            let (mass, message) = (lanes(|l| above.mass[j + l]), lanes(|l| above.message[j + l]));
            for i in 0..n {
                let (shift, height) = (layout.at(own.shift, i, j), layout.at(own.height, i, j));
                let b = lanes(|l| shift[l] + to[l]);
                let z = lanes(|l| (height[l] - half * b[l] * b[l]) - message[l]);
                if all_below(z, NOTHING) {
                    continue;
                }
                let part = lanes(|l| mass[l] * exp(z[l]));
                first = lanes(|l| first[l] + part[l] * b[l]);
                second = lanes(|l| second[l] + part[l] * b[l] * b[l]);
                layout.put(own.mass, i, j, part);
            }
        }
        *effect = [total(first), total(second)];
    }
}

#[inline(always)]
fn total(lanes: Lanes) -> f64 {
    let half = [lanes[0] + lanes[4], lanes[1] + lanes[5], lanes[2] + lanes[6], lanes[3] + lanes[7]];
    (half[0] + half[2]) + (half[1] + half[3])
}
