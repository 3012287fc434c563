//! From the normal approximation of the effects to their own distribution: a few steps of Metropolis and Gibbs.

use super::coarse_rows::{LogProbabilities, Means};
use super::pass::Pass;
use super::rows::Need;
use crate::family::Coarsened;
use crate::numeric::elementary::exp;
use crate::numeric::rows::{Kernel, vectorised};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// Sweeps over the tree after the normal draw.
const SWEEPS: usize = 10;
/// Proposals for a leaf in each.
const PROPOSALS: usize = 2;
/// Sweeps where leaves are proposed anew: for exact counts, and where some are known in part.
const QUICK_SWEEPS: [usize; 2] = [1, 2];
/// Variance of what leaves are proposed from, in variances of the normal: the tail that withheld counts leave below is long.
const WIDER: [f64; 2] = [1.0, 1.5];

/// Working memory of the steps in one subtree.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// Sum of the effects below each inner node, and the number of its children.
    below: Vec<f64>,
    children: Vec<f64>,
    /// The leaves' log-likelihoods, now and at what is proposed.
    values: Vec<f64>,
    there: Vec<f64>,
    anew: Vec<Anew>,
    /// Effects proposed, by node; inner nodes have none.
    proposed: Vec<f64>,
}

impl Anew {
    /// log of prior over proposal at one effect, less that at another.
    fn gain(self, new: f64, old: f64) -> f64 {
        let sum = new + old;
        0.5 * (new - old) * ((sum - 2.0 * self.centre) / self.spread - (sum - 2.0 * self.above) / self.own)
    }
}

impl Room {
    pub(super) fn fit<F: Coarsened>(&mut self, pass: &Pass<'_, F>) {
        let tree = &pass.subtree;
        self.children.clear();
        self.children.resize(tree.first_leaf(), 0.0);
        for at in 1..tree.n_nodes() {
            self.children[tree.parent[at] as usize] += 1.0;
        }
        self.below.resize(tree.first_leaf(), 0.0);
        self.values.resize(tree.n_leaves(), 0.0);
        self.there.resize(tree.n_leaves(), 0.0);
        self.anew.resize(tree.n_leaves(), Anew::default());
        self.proposed.resize(tree.n_nodes(), 0.0);
    }
}

/// The normal that a leaf is proposed from, and its prior.
#[derive(Debug, Clone, Copy, Default)]
struct Anew {
    above: f64,
    own: f64,
    centre: f64,
    spread: f64,
}

impl<F: Coarsened> Pass<'_, F> {
    /// Moves a normal draw of the subtree's effects towards their distribution given the data and the parameters.
    ///
    /// A withheld count bounds an effect from above only, and what the normal draw misses adds up over areas. A node
    /// with nodes below it is normal given its neighbours and drawn so. A leaf moves by a' = a_p + √(1−s²)(a − a_p) +
    /// s√υ·noise, which leaves its prior as it is, so that its rows alone decide; s is twice the ratio of its posterior
    /// to its prior standard deviation. Nothing is done where a variance is 0 and effects hang together rigidly.
    pub(super) fn refine(&mut self, drawn: &mut [f64], room: &mut Room, rng: &mut (impl Rng + ?Sized)) {
        if self.point.variances.contains(&0.0) {
            return;
        }
        self.log_likelihoods_of_leaves(drawn, &mut room.values);
        for _ in 0..SWEEPS {
            self.draw_inner_nodes(drawn, room, rng);
            for _ in 0..PROPOSALS {
                for leaf in 0..self.subtree.n_leaves() {
                    room.proposed[self.leaf_node(leaf)] = self.proposal_near(leaf, drawn, rng);
                }
                self.log_likelihoods_of_leaves(&room.proposed, &mut room.there);
                for leaf in 0..self.subtree.n_leaves() {
                    let gain = room.there[leaf] - room.values[leaf];
                    self.take(leaf, gain, drawn, room, rng);
                }
            }
        }
    }

    /// The same from a normal draw around the means, by a few steps in which a leaf is proposed from the normal given
    /// its parent: where that is nearly its distribution nearly every proposal is taken, and nothing is left of the start.
    pub(super) fn refine_quickly(
        &mut self,
        means: &[f64],
        drawn: &mut [f64],
        room: &mut Room,
        rng: &mut (impl Rng + ?Sized),
    ) {
        if self.point.variances.contains(&0.0) {
            return;
        }
        self.log_likelihoods_of_leaves(drawn, &mut room.values);
        for _ in 0..QUICK_SWEEPS[usize::from(F::MIXED)] {
            self.propose_leaves_anew(means, drawn, room, rng);
            self.draw_inner_nodes(drawn, room, rng);
        }
        self.propose_leaves_anew(means, drawn, room, rng);
    }

    /// Every inner node given its neighbours, from the finest level up.
    fn draw_inner_nodes(&self, drawn: &mut [f64], room: &mut Room, rng: &mut (impl Rng + ?Sized)) {
        room.below.fill(0.0);
        for (effect, &parent) in drawn.iter().zip(self.subtree.parent).skip(1) {
            room.below[parent as usize] += effect;
        }
        for at in (0..room.children.len()).rev() {
            let old = drawn[at];
            drawn[at] = self.draw_inner(at, drawn, room.below[at], room.children[at], rng);
            if let Some(parent) = self.parent(at) {
                room.below[parent] += drawn[at] - old;
            }
        }
    }

    /// Every leaf from the normal around m + ρ(a_p − m_p), its variance υρ or wider, taken by Metropolis and Hastings.
    fn propose_leaves_anew(
        &mut self,
        means: &[f64],
        drawn: &mut [f64],
        room: &mut Room,
        rng: &mut (impl Rng + ?Sized),
    ) {
        for leaf in 0..self.subtree.n_leaves() {
            let at = self.leaf_node(leaf);
            room.anew[leaf] = self.anew(at, means, drawn);
            let Anew { centre, spread, .. } = room.anew[leaf];
            let normal: f64 = StandardNormal.sample(rng);
            room.proposed[at] = centre + spread.sqrt() * normal;
        }
        self.log_likelihoods_of_leaves(&room.proposed, &mut room.there);
        for leaf in 0..self.subtree.n_leaves() {
            let at = self.leaf_node(leaf);
            let (new, old) = (room.proposed[at], drawn[at]);
            let gain = room.there[leaf] - room.values[leaf] + room.anew[leaf].gain(new, old);
            self.take(leaf, gain, drawn, room, rng);
        }
    }

    /// What a leaf is proposed from.
    fn anew(&self, at: usize, means: &[f64], drawn: &[f64]) -> Anew {
        let (above, mean_above) = self.parent(at).map_or((0.0, 0.0), |parent| (drawn[parent], means[parent]));
        let (own, rho) = (self.variance(at), self.scratch.nodes[at].rho);
        let spread = WIDER[usize::from(F::MIXED)] * own * rho;
        Anew { above, own, centre: means[at] + rho * (above - mean_above), spread }
    }

    /// Takes the proposal for a leaf with probability e^gain.
    fn take(
        &self,
        leaf: usize,
        gain: f64,
        drawn: &mut [f64],
        room: &mut Room,
        rng: &mut (impl Rng + ?Sized),
    ) {
        if gain >= 0.0 || rng.random::<f64>() < exp(gain) {
            let at = self.leaf_node(leaf);
            (drawn[at], room.values[leaf]) = (room.proposed[at], room.there[leaf]);
        }
    }

    /// a | a_p, children ~ N, with precisions 1/υ from above and 1/υ_child from each child.
    fn draw_inner(
        &self,
        at: usize,
        drawn: &[f64],
        below: f64,
        children: f64,
        rng: &mut (impl Rng + ?Sized),
    ) -> f64 {
        let above = self.parent(at).map_or(0.0, |parent| drawn[parent]);
        let (own, child) = (self.variance(at), self.point.variances[self.subtree.level[at] as usize + 1]);
        let precision = 1.0 / own + children / child;
        let normal: f64 = StandardNormal.sample(rng);
        (above / own + below / child) / precision + normal / precision.sqrt()
    }

    fn proposal_near(&self, leaf: usize, drawn: &[f64], rng: &mut (impl Rng + ?Sized)) -> f64 {
        let at = self.leaf_node(leaf);
        let above = self.parent(at).map_or(0.0, |parent| drawn[parent]);
        let size = (2.0 * self.scratch.nodes[at].rho.sqrt()).min(1.0);
        let normal: f64 = StandardNormal.sample(rng);
        let kept = (1.0 - size * size).sqrt() * (drawn[at] - above);
        above + kept + size * self.variance(at).sqrt() * normal
    }

    /// Σ over each leaf's rows of log P(what was published) at effects of all nodes, but for terms that do not depend on
    /// them; rows may be left at these effects.
    pub(super) fn log_likelihoods_of_leaves(&mut self, effects: &[f64], out: &mut [f64]) {
        let need = if F::EXACT_BY_TOTALS { Need::Totals } else { Need::Rows };
        self.scale_rows(effects, need);
        let leaves = self.scratch.leaves.iter().zip(&effects[self.subtree.first_leaf()..]);
        for (out, ((leaf, effect), scale)) in out.iter_mut().zip(leaves.zip(&self.scratch.rows.leaf_scale)) {
            let by_totals = if F::EXACT_BY_TOTALS { leaf.e_total * scale } else { 0.0 };
            *out = leaf.y_total * effect - by_totals;
        }
        if F::MIXED {
            self.add_coarse_log_probabilities(out);
        }
        if !F::EXACT_BY_TOTALS {
            self.add_exact_log_densities(out);
        }
    }

    fn add_exact_log_densities(&mut self, out: &mut [f64]) {
        let (first, n) = (self.subtree.rows().start, self.subtree.rows().len());
        let scratch = &mut *self.scratch;
        // with mean 0 and count 0 the sums over exact rows find nothing in the others
        for row in &self.problem.coarse[self.coarse.clone()] {
            scratch.rows.mu[row.row - first] = 0.0;
        }
        let (mu, log_term) = (&scratch.rows.mu[..n], &mut scratch.rows.log_term[..n]);
        vectorised(scratch.arch, LogTerms { family: self.family, mu, log_term });
        let y = &self.problem.y[self.subtree.rows()];
        for (leaf, out) in out.iter_mut().enumerate() {
            let rows = self.subtree.leaf_rows(leaf);
            let each = y[rows.clone()].iter().zip(&scratch.rows.log_term[rows]);
            *out += each.map(|(&y, &log)| self.family.log_density_part(y, log)).sum::<f64>();
        }
    }

    fn add_coarse_log_probabilities(&mut self, out: &mut [f64]) {
        let (problem, first, family) = (self.problem, self.subtree.rows().start, self.family);
        let coarse = &problem.coarse[self.coarse.clone()];
        let rows = &self.scratch.rows;
        let means = Means { first, e: &rows.e, scale: &rows.leaf_scale };
        vectorised(self.scratch.arch, LogProbabilities { family, coarse, means, out });
    }
}

/// log_term of every row.
struct LogTerms<'a, F> {
    family: F,
    mu: &'a [f64],
    log_term: &'a mut [f64],
}

impl<F: Coarsened> Kernel for LogTerms<'_, F> {
    #[inline(always)]
    fn run(self) {
        for (log_term, &mu) in self.log_term.iter_mut().zip(self.mu) {
            *log_term = self.family.log_term(mu);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::area::{CodeScope, Placement};
    use crate::count::{Count, CountTable};
    use crate::determinant::Design;
    use crate::estimate::draw::Refining;
    use crate::estimate::evaluate::Objective;
    use crate::estimate::{Options, Point};
    use crate::family::{Coarse, Coarsened, Family, Poisson};
    use crate::model::{Model, Problem};
    use ndarray::Array2;
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    const AREAS: usize = 60;
    const SD: f64 = 0.8;
    const MEAN: f64 = 8.0;

    /// Two rows to an area, all withheld below 10.
    fn problem() -> Problem {
        let codes: Vec<String> = (0..2 * AREAS).map(|row| (row / 2).to_string()).collect();
        let placement = Placement::from_codes(&[("area", &codes)], CodeScope::Unique).unwrap();
        let mut counts = vec![Count::interval(0, 9).unwrap(); 2 * AREAS];
        // one count above 0 keeps the table from being refused; its area is left out below
        counts[0] = Count::Exact(4);
        let rows: Vec<usize> = (0..2 * AREAS).collect();
        let design =
            Design::from_matrix(Vec::<String>::new(), Array2::zeros((rows.len(), 0)), &rows).unwrap();
        let counts = CountTable::without_exposure(counts).unwrap();
        Model::poisson().random_intercept("area").check(&placement, &counts, design).unwrap()
    }

    /// Mean and variance of the effect given two withheld counts, by quadrature.
    fn exact() -> (f64, f64) {
        let published = Coarse { lo: 0.0, hi: 9.0, base: 1.0 };
        let (mut sums, h) = ([0.0; 3], 1e-3);
        for i in -6000..=4000 {
            let a = f64::from(i) * h;
            let rows = 2.0 * Poisson.coarse(&published, MEAN * a.exp()).log_probability;
            let density = (rows - 0.5 * (a / SD).powi(2)).exp();
            sums = [sums[0] + density, sums[1] + a * density, sums[2] + a * a * density];
        }
        let mean = sums[1] / sums[0];
        (mean, sums[2] / sums[0] - mean * mean)
    }

    #[test]
    fn drawn_effects_have_the_moments_of_their_own_distribution_and_not_of_the_normal() {
        for refining in [Refining::Thorough, Refining::Quick] {
            compare_moments(refining);
        }
    }

    fn compare_moments(refining: Refining) {
        let problem = problem();
        let point = Point { beta: vec![MEAN.ln()], variances: vec![SD * SD], phi: 0.0 };
        let mut objective = Objective::new(&problem, &Options::default());
        let mut rng = ChaCha12Rng::seed_from_u64(4);
        let mut modes = vec![0.0; problem.nodes.n_nodes()];
        let (mut sum, mut square, mut n) = (0.0, 0.0, 0.0);
        for _ in 0..300 {
            let drawn =
                objective.draw_effects(Family::Poisson, &point, &mut modes, refining, &mut rng).unwrap();
            for a in &drawn[1..] {
                (sum, square, n) = (sum + a, square + a * a, n + 1.0);
            }
        }
        let (mean, variance) = (sum / n, square / n - (sum / n).powi(2));
        let (exact_mean, exact_variance) = exact();
        // 17,700 draws; the mode lies 0.2 above the mean
        assert!((mean - exact_mean).abs() < 0.025, "{mean} for {exact_mean}");
        assert!((variance / exact_variance - 1.0).abs() < 0.06, "{variance} for {exact_variance}");
        assert!(modes[1] > exact_mean + 0.1, "{} is no test", modes[1]);
    }
}
