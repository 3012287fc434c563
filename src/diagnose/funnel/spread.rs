//! How much the totals of areas scatter about their targets under the model.

use crate::infer::Fit;
use crate::model::Problem;

/// Var(T)/E(T)² − 1/E(T) of the total T of each area: what its rate scatters beyond counting.
///
/// Two rows whose finest shared area is of level k have Cov(μ_i, μ_j) = m_i m_j (exp(υ_0 + … + υ_k) − 1). Summed level by level
/// over the nodes c within an area, with M_c the sum of their means m,
///
/// ```text
/// Σ_k Σ_{c at k} M_c² (exp(υ_0 + … + υ_k) − exp(υ_0 + … + υ_{k−1})) + exp(Συ) Σ_i m_i²/θ
/// ```
///
/// where levels down to the area's own see all of it as one node.
pub(super) struct Spread {
    /// M_c of every node.
    totals: Vec<f64>,
    /// What the levels below a node, and θ, add to the variance of its total.
    below: Vec<f64>,
    /// exp(υ_0 + … + υ_k) − 1 of every level.
    growth: Vec<f64>,
}

impl Spread {
    /// `means` are those of the rows, sorted.
    pub(super) fn new(fit: &Fit, problem: &Problem, means: &[f64]) -> Self {
        let variances: Vec<f64> = fit.levels().iter().map(|level| level.sd.variance()).collect();
        let mut above = 0.0;
        let growth: Vec<f64> = variances
            .iter()
            .map(|variance| {
                above += variance;
                f64::exp_m1(above)
            })
            .collect();
        let alpha = fit.dispersion().theta().map_or(0.0, f64::recip) * f64::exp(above);
        let n_nodes = problem.nodes.n_nodes();
        let (mut totals, mut below) = (vec![0.0; n_nodes], vec![0.0; n_nodes]);
        for (leaf, mean) in problem.nodes.leaf_of_rows().into_iter().zip(means) {
            totals[leaf as usize] += mean;
            below[leaf as usize] += alpha * mean * mean;
        }
        let levels: Vec<usize> = problem.nodes.areas().map(|(level, _)| level).collect();
        let parents = problem.nodes.parents();
        for node in (0..n_nodes).rev() {
            let Some(parent) = parents[node].map(|parent| parent as usize) else { continue };
            let step = growth[levels[node]] - growth[levels[parent]];
            totals[parent] += totals[node];
            below[parent] += below[node] + totals[node] * totals[node] * step;
        }
        Spread { totals, below, growth }
    }

    /// M_c of a node.
    pub(super) fn total(&self, node: usize) -> f64 {
        self.totals[node]
    }

    /// Of one node of a level.
    pub(super) fn of(&self, node: usize, level: usize) -> f64 {
        self.growth[level] + self.below[node] / (self.totals[node] * self.totals[node])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::area::{CodeScope, Placement};
    use crate::count::CountTable;
    use crate::determinant::Determinants;
    use crate::estimate::Options;
    use crate::model::Model;
    use crate::simulate::{Marginal, World};
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    #[test]
    fn it_is_the_double_sum_over_rows() {
        let world = World::new(120).level("region", 5, 0.4).level("town", 20, 0.4);
        let world = world.exposure(Marginal::log_normal(300.0, 0.6)).rate(0.05).theta(6.0).shuffled();
        let table = world.draw(&mut ChaCha12Rng::seed_from_u64(1)).unwrap().table;
        let placement = Placement::from_table(&table, &["region", "town"], CodeScope::Unique).unwrap();
        let counts = CountTable::from_table(&table, "count", "exposure").unwrap();
        let design = Determinants::new().build(&table, &placement, counts.rows()).unwrap();
        let model = Model::neg_bin2().random_intercept("region").random_intercept("town");
        let problem = model.check(&placement, &counts, design).unwrap();
        let fit = problem.fit(&Options::default()).unwrap();
        let means: Vec<f64> = problem.offset.iter().map(|o| o.exp() * 0.06).collect();
        let spread = Spread::new(&fit, &problem, &means);
        let [region, town] = [0, 1].map(|l| fit.levels()[l].sd.variance());
        let theta = fit.dispersion().theta().unwrap();
        let (leaves, parents) = (problem.nodes.leaf_of_rows(), problem.nodes.parents());
        for (level, above) in [(0, 0), (1, 1)] {
            for node in problem.nodes_of_level(level) {
                let area = |row: usize| match above {
                    0 => parents[leaves[row] as usize].unwrap() as usize,
                    _ => leaves[row] as usize,
                };
                let rows: Vec<usize> = (0..120).filter(|&row| area(row) == node).collect();
                let mut variance = 0.0;
                for &i in &rows {
                    for &j in &rows {
                        let shared = if leaves[i] == leaves[j] { region + town } else { region };
                        variance += means[i] * means[j] * f64::exp_m1(shared);
                    }
                    variance += means[i] * means[i] * f64::exp(region + town) / theta;
                }
                let total: f64 = rows.iter().map(|&row| means[row]).sum();
                let wanted = variance / (total * total);
                assert!((spread.of(node, level) - wanted).abs() < 1e-12 * wanted.max(1.0));
            }
        }
    }
}
