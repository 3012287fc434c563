//! How far the expansion holds: what it says of the log-likelihood away from the mode, beside what that is there.

use crate::estimate::dispatch::as_family;
use crate::estimate::evaluate::Objective;
use crate::estimate::pass::Pass;
use crate::estimate::point::Point;
use crate::family::{Coarsened, Family};

/// So many standard deviations from the mode, either way.
const AWAY: f64 = 2.0;
/// An area is out of reach where the expansion to the fourth order misses its log-likelihood there by more than this.
const MISSED: f64 = 1.0;

/// Areas of the finest level with a variance above 0, and those of them out of the expansion's reach.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reach {
    pub areas: usize,
    pub beyond: usize,
}

impl Reach {
    /// Whether a tenth of the areas are out of reach.
    pub(super) fn fails(self) -> bool {
        10 * self.beyond > self.areas
    }
}

impl Objective<'_> {
    /// Whether the expansion sees what the integral is over, at modes that belong to the point.
    ///
    /// All derivatives at the mode of an area without events may be next to 0, while a standard deviation further up its
    /// log-likelihood falls like a wall.
    pub(super) fn reach(&mut self, family: Family, point: &Point, modes: &[f64]) -> Reach {
        as_family!(self.problem, family, point, |known| self.reach_as(known, point, modes))
    }

    fn reach_as<F: Coarsened>(&mut self, family: F, point: &Point, modes: &[f64]) -> Reach {
        let (problem, mut reach, mut missed) = (self.problem, Reach::default(), Vec::new());
        for subtree in problem.nodes.subtrees() {
            let modes = &modes[subtree.first_node..subtree.first_node + subtree.n_nodes()];
            let mut pass = Pass::new(problem, subtree, family, point, &mut self.scratch);
            pass.stand_at_mode(modes);
            pass.count_beyond(modes, &mut missed, &mut reach);
        }
        reach
    }
}

impl<F: Coarsened> Pass<'_, F> {
    /// Leaves without a variance are part of the area above them.
    fn count_beyond(&self, modes: &[f64], missed: &mut Vec<[f64; 2]>, reach: &mut Reach) {
        let (first_leaf, n) = (self.subtree.first_leaf(), self.subtree.n_nodes());
        missed.clear();
        missed.resize(n, [0.0; 2]);
        for leaf in 0..self.subtree.n_leaves() {
            missed[first_leaf + leaf] =
                [AWAY, -AWAY].map(|away| self.missed(leaf, modes[first_leaf + leaf], away));
        }
        let mut carries = vec![false; n];
        carries[first_leaf..].fill(true);
        for at in (0..n).rev() {
            if !carries[at] {
                continue;
            }
            match self.parent(at).filter(|_| self.variance(at) == 0.0) {
                Some(parent) => {
                    let [up, down] = missed[at];
                    missed[parent] = [missed[parent][0] + up, missed[parent][1] + down];
                    carries[parent] = true;
                }
                None => {
                    reach.areas += 1;
                    let holds = missed[at].iter().all(|missed| missed.abs() <= MISSED);
                    reach.beyond += usize::from(!holds);
                }
            }
        }
    }

    /// A leaf's log-likelihood so many standard deviations from its mode, less what the expansion says.
    fn missed(&self, leaf: usize, mode: f64, away: f64) -> f64 {
        let sum = &self.scratch.leaves[leaf];
        let step = away * self.scratch.nodes[self.leaf_node(leaf)].v.sqrt();
        let change = self.leaf_log_likelihood(leaf, mode + step) - self.leaf_log_likelihood(leaf, mode);
        let beyond_slope = sum.w / 2.0 + step * (sum.c / 6.0 + step * sum.d / 24.0);
        change - step * (sum.r - step * beyond_slope)
    }
}
