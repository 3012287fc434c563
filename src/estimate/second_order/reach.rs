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
    fn count_beyond(&mut self, modes: &[f64], missed: &mut Vec<[f64; 2]>, reach: &mut Reach) {
        let (first_leaf, n) = (self.subtree.first_leaf(), self.subtree.n_nodes());
        missed.clear();
        missed.resize(n, [0.0; 2]);
        let [up, down] = [AWAY, -AWAY].map(|away| self.missed(modes, away));
        for (missed, sides) in missed[first_leaf..].iter_mut().zip(up.into_iter().zip(down)) {
            *missed = sides.into();
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

    /// The leaves' log-likelihoods so many standard deviations from their modes, less what the expansion says.
    fn missed(&mut self, modes: &[f64], away: f64) -> Vec<f64> {
        let (n, first_leaf) = (self.subtree.n_leaves(), self.subtree.first_leaf());
        let mut moved = modes.to_vec();
        for (effect, node) in moved.iter_mut().zip(&self.scratch.nodes) {
            *effect += away * node.v.sqrt();
        }
        let (mut here, mut there) = (vec![0.0; n], vec![0.0; n]);
        self.log_likelihoods_of_leaves(modes, &mut here);
        self.log_likelihoods_of_leaves(&moved, &mut there);
        let missed = (0..n).map(|leaf| {
            let sum = &self.scratch.leaves[leaf];
            let step = moved[first_leaf + leaf] - modes[first_leaf + leaf];
            let beyond_slope = sum.w / 2.0 + step * (sum.c / 6.0 + step * sum.d / 24.0);
            there[leaf] - here[leaf] - step * (sum.r - step * beyond_slope)
        });
        missed.collect()
    }
}
