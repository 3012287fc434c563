//! From the normal approximation of the effects to their own distribution: a few steps of Metropolis and Gibbs.

use super::pass::Pass;
use crate::family::Coarsened;
use crate::numeric::elementary::exp;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// Sweeps over the tree after the normal draw.
const SWEEPS: usize = 10;
/// Proposals for a leaf in each.
const PROPOSALS: usize = 2;
/// Sweeps where leaves are proposed anew: for exact counts, and where some are known in part.
const QUICK_SWEEPS: [usize; 2] = [1, 2];

impl<F: Coarsened> Pass<'_, F> {
    /// Moves a normal draw of the subtree's effects towards their distribution given the data and the parameters.
    ///
    /// A withheld count bounds an effect from above only, and what the normal draw misses adds up over areas. A node
    /// with nodes below it is normal given its neighbours and drawn so. A leaf moves by a' = a_p + √(1−s²)(a − a_p) +
    /// s√υ·noise, which leaves its prior as it is, so that its rows alone decide; s is twice the ratio of its posterior
    /// to its prior standard deviation. Nothing is done where a variance is 0 and effects hang together rigidly.
    pub(super) fn refine(&self, drawn: &mut [f64], rng: &mut (impl Rng + ?Sized)) {
        if self.point.variances.contains(&0.0) {
            return;
        }
        let (mut below, children) = self.children();
        let mut values = self.leaf_log_likelihoods(drawn);
        for _ in 0..SWEEPS {
            self.draw_inner_nodes(drawn, &mut below, &children, rng);
            for (leaf, value) in values.iter_mut().enumerate() {
                for _ in 0..PROPOSALS {
                    self.propose_leaf(leaf, drawn, value, rng);
                }
            }
        }
    }

    /// The same from a normal draw around the means, by a few steps in which a leaf is proposed from the normal given
    /// its parent: where that is nearly its distribution nearly every proposal is taken, and nothing is left of the start.
    pub(super) fn refine_quickly(&self, means: &[f64], drawn: &mut [f64], rng: &mut (impl Rng + ?Sized)) {
        if self.point.variances.contains(&0.0) {
            return;
        }
        let (mut below, children) = self.children();
        let mut values = self.leaf_log_likelihoods(drawn);
        for _ in 0..QUICK_SWEEPS[usize::from(F::MIXED)] {
            for (leaf, value) in values.iter_mut().enumerate() {
                self.propose_leaf_anew(leaf, means, drawn, value, rng);
            }
            self.draw_inner_nodes(drawn, &mut below, &children, rng);
        }
        for (leaf, value) in values.iter_mut().enumerate() {
            self.propose_leaf_anew(leaf, means, drawn, value, rng);
        }
    }

    /// Room for the sum of the effects below each inner node, and the number of its children.
    fn children(&self) -> (Vec<f64>, Vec<f64>) {
        let mut children = vec![0.0; self.subtree.first_leaf()];
        for at in 1..self.subtree.n_nodes() {
            children[self.subtree.parent[at] as usize] += 1.0;
        }
        (vec![0.0; children.len()], children)
    }

    fn leaf_log_likelihoods(&self, drawn: &[f64]) -> Vec<f64> {
        let effects = drawn[self.subtree.first_leaf()..].iter().enumerate();
        effects.map(|(leaf, &effect)| self.leaf_log_likelihood(leaf, effect)).collect()
    }

    /// Every inner node given its neighbours, from the finest level up.
    fn draw_inner_nodes(
        &self,
        drawn: &mut [f64],
        below: &mut [f64],
        children: &[f64],
        rng: &mut (impl Rng + ?Sized),
    ) {
        below.fill(0.0);
        for at in 1..drawn.len() {
            below[self.subtree.parent[at] as usize] += drawn[at];
        }
        for at in (0..children.len()).rev() {
            let old = drawn[at];
            drawn[at] = self.draw_inner(at, drawn, below[at], children[at], rng);
            if let Some(parent) = self.parent(at) {
                below[parent] += drawn[at] - old;
            }
        }
    }

    /// A leaf from N(m + ρ(a_p − m_p), υρ), taken by Metropolis and Hastings.
    fn propose_leaf_anew(
        &self,
        leaf: usize,
        means: &[f64],
        drawn: &mut [f64],
        value: &mut f64,
        rng: &mut (impl Rng + ?Sized),
    ) {
        let at = self.leaf_node(leaf);
        let (above, mean_above) = self.parent(at).map_or((0.0, 0.0), |parent| (drawn[parent], means[parent]));
        let (own, rho) = (self.variance(at), self.scratch.nodes[at].rho);
        let (centre, spread) = (means[at] + rho * (above - mean_above), own * rho);
        let normal: f64 = StandardNormal.sample(rng);
        let (old, proposed) = (drawn[at], centre + spread.sqrt() * normal);
        let there = self.leaf_log_likelihood(leaf, proposed);
        // log of target over proposal, up to what both points share
        let prior = |a: f64| -0.5 * (a - above).powi(2) / own;
        let proposal = |a: f64| -0.5 * (a - centre).powi(2) / spread;
        let gain = (there + prior(proposed) - proposal(proposed)) - (*value + prior(old) - proposal(old));
        let uniform: f64 = rng.random();
        if gain >= 0.0 || uniform < exp(gain) {
            (drawn[at], *value) = (proposed, there);
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

    fn propose_leaf(&self, leaf: usize, drawn: &mut [f64], value: &mut f64, rng: &mut (impl Rng + ?Sized)) {
        let at = self.leaf_node(leaf);
        let above = self.parent(at).map_or(0.0, |parent| drawn[parent]);
        let size = (2.0 * self.scratch.nodes[at].rho.sqrt()).min(1.0);
        let normal: f64 = StandardNormal.sample(rng);
        let kept = (1.0 - size * size).sqrt() * (drawn[at] - above);
        let proposed = above + kept + size * self.variance(at).sqrt() * normal;
        let there = self.leaf_log_likelihood(leaf, proposed);
        let uniform: f64 = rng.random();
        if uniform < (there - *value).exp() {
            (drawn[at], *value) = (proposed, there);
        }
    }

    /// Σ over the leaf's rows of log P(what was published) at an effect, but for terms that do not depend on it.
    pub(super) fn leaf_log_likelihood(&self, leaf: usize, effect: f64) -> f64 {
        let (sums, scale) = (&self.scratch.leaves[leaf], exp(effect));
        if F::LINEAR_IN_MU {
            return sums.y_total * effect - sums.e_total * scale;
        }
        let (rows, first) = (self.subtree.leaf_rows(leaf), self.subtree.rows().start);
        let end = rows.end;
        let coarse = &self.problem.coarse[self.coarse.clone()];
        let from = coarse.partition_point(|row| row.row - first < rows.start);
        let mut coarse = coarse[from..].iter().take_while(|row| row.row - first < end).peekable();
        let mut value = sums.y_total * effect;
        for i in rows {
            let mu = self.scratch.rows.e[i] * scale;
            value += match coarse.next_if(|row| row.row - first == i) {
                Some(row) => self.family.coarse(&row.published, mu).log_probability,
                None => self.family.log_density_part(self.y()[i], self.family.log_term(mu)),
            };
        }
        value
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
