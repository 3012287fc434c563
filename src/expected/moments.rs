//! Mean and standard deviation of sums of expected counts to second order: what many draws would say, in closed form.

use super::expectation::{Expectation, Levels};
use super::fitted::Fitted;
use super::row_sets::RowSets;
use super::sums::Sums;
use crate::error::Result;
use crate::estimate::{DrawsAt, NodePosterior, TreeSum};

/// An expected count averaged over what is not known: parameters and effects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PosteriorMoments {
    /// Its mean, which lies above the expected count at the maximum mostly, as a mean of exponentials does.
    pub mean: f64,
    /// Its standard deviation.
    pub sd: f64,
}

/// Steps of the three-point rule of Gauss and Hermite, whose outer points weigh a sixth each.
const STEPS: f64 = 1.732_050_807_568_877_2;

/// What is expected at other variances (or another θ) than the likeliest.
struct Moved<'a> {
    nodes: NodePosterior<'a>,
    by_row: Vec<f64>,
}

/// x'k of every row, k the changes of β that are independent of variances and θ.
struct Changes {
    of_beta: Vec<Vec<f64>>,
    by_row: Vec<f64>,
}

impl Fitted<'_> {
    /// Means and standard deviations of expected counts under the approximate posterior, to second order: a total that
    /// is corrected for the bias of its maximum, and its standard error.
    ///
    /// [`Fitted::expected`] is of first order. Here coefficients and effects given the variances and θ count as normal,
    /// so that sums are taken as log-normal, with Σ e_i (1 + ½V_i) as mean, V_i the variance of row i's logarithm.
    /// Variances and θ are integrated over by three points on each of their axes: the modes, how they answer to
    /// coefficients, and the variances of the effects, at two more values. Standard deviations of 0 and an infinite θ stay where they are. Fails as
    /// [`Fitted::expected`] does.
    pub fn moments(&self, of: &Expectation, over: &RowSets) -> Result<Vec<PosteriorMoments>> {
        over.refuse_other(self.problem())?;
        let levels = of.among(&self.levels)?;
        let by_row = self.by_row(&levels);
        let bends = self.bends(&levels, &by_row);
        let changes = self.changes();
        let moved = self.moved(&levels, &changes.of_beta);
        let mut trees: Vec<_> = moved.iter().map(|moved| (TreeSum::new(&moved.nodes), moved)).collect();
        let mut sums = Sums::new(self, levels.clone());
        let n_scales = self.posterior.parameters.n_scales();
        let each = over.each().map(|positions| {
            let (count, of_nodes, spread) = sums.parts(positions, &by_row);
            let (scales, others) = spread.split_at(n_scales);
            let first_order = of_nodes + others.iter().map(|x| x * x).sum::<f64>();
            let bend: f64 = positions.iter().map(|&at| bends[at as usize]).sum();
            let mut mean = count + bend;
            let mut variance = mean * mean * (first_order / (count * count)).exp_m1();
            for pair in trees.chunks_exact_mut(2).take(scales.len()) {
                let mut ends = [(0.0, 0.0); 2];
                for (end, (tree, moved)) in ends.iter_mut().zip(pair) {
                    *end = self.sum_at(tree, moved, &levels, (positions, &changes));
                }
                let [(low, at_low), (high, at_high)] = ends;
                let (odd, even) = (0.5 * (high - low), 0.5 * (high + low) - count);
                mean += even / 3.0;
                variance += (odd * odd + even * even) / 3.0 - (even / 3.0).powi(2);
                variance += (at_low + at_high - 2.0 * first_order) / 6.0;
            }
            PosteriorMoments { mean, sd: variance.max(0.0).sqrt() }
        });
        Ok(each.collect())
    }

    /// ½ e_i V_i, with V_i the variance of the logarithm of e_i given variances and θ.
    fn bends(&self, levels: &Levels, by_row: &[f64]) -> Vec<f64> {
        let (posterior, p) = (&self.posterior, self.problem().n_terms());
        let n_scales = posterior.parameters.n_scales();
        let (mut gradient, mut spread) =
            (vec![0.0; posterior.nodes.directions()], vec![0.0; posterior.n_free()]);
        let bend = |(at, e): (usize, &f64)| {
            let sorted = self.sorted(at);
            let node = levels.finest_known().map(|level| self.node(at, level));
            gradient.fill(0.0);
            gradient[..p].copy_from_slice(&self.problem().x[sorted * p..(sorted + 1) * p]);
            if let Some(node) = node {
                let tangent = posterior.nodes.tangent(node);
                gradient.iter_mut().zip(tangent).for_each(|(g, tangent)| *g += tangent);
            }
            posterior.spread(&gradient, &mut spread);
            let of_parameters: f64 = spread[n_scales..].iter().map(|x| x * x).sum();
            0.5 * e * (of_parameters + node.map_or(0.0, |node| posterior.nodes.nodes[node].v))
        };
        by_row.iter().enumerate().map(bend).collect()
    }

    /// Two points on the axis of each variance and of θ, the lower one first.
    fn moved(&self, levels: &Levels, changes: &[Vec<f64>]) -> Vec<Moved<'_>> {
        let (posterior, problem) = (&self.posterior, self.problem());
        let mut effects = DrawsAt::new(&posterior.nodes);
        let at = |(axis, steps): (usize, f64)| {
            let nodes = effects.moved(&posterior.parameters.along(problem, axis, steps).point, changes);
            let by_row = self.by_row_at(levels, &nodes);
            Moved { nodes, by_row }
        };
        let axes = 0..posterior.parameters.n_scales();
        axes.flat_map(|axis| [(axis, -STEPS), (axis, STEPS)]).map(at).collect()
    }

    /// The expected count of each row where coefficients, variances and modes have moved.
    fn by_row_at(&self, levels: &Levels, nodes: &NodePosterior<'_>) -> Vec<f64> {
        let (problem, p) = (self.problem(), self.problem().n_terms());
        let old = &self.posterior.nodes.point.beta;
        let change: Vec<f64> = nodes.point.beta.iter().zip(old).map(|(new, old)| new - old).collect();
        let shift = levels.shift(&nodes.point.variances);
        let count = |(at, fixed): (usize, &f64)| {
            let x = &problem.x[self.sorted(at) * p..(self.sorted(at) + 1) * p];
            let moved: f64 = x.iter().zip(&change).map(|(x, change)| x * change).sum();
            let effect = levels.finest_known().map_or(0.0, |level| nodes.nodes[self.node(at, level)].mode);
            fixed * (moved + effect + shift).exp()
        };
        self.fixed_part().iter().enumerate().map(count).collect()
    }

    fn changes(&self) -> Changes {
        let (problem, p) = (self.problem(), self.problem().n_terms());
        let of_beta = self.posterior.changes_of_beta();
        let of_row = |at: usize| {
            let x = &problem.x[self.sorted(at) * p..(self.sorted(at) + 1) * p];
            of_beta.iter().map(move |change| x.iter().zip(change).map(|(x, change)| x * change).sum::<f64>())
        };
        Changes { by_row: (0..problem.n_rows()).flat_map(of_row).collect(), of_beta }
    }

    /// The sum over some rows, and its variance given variances and θ.
    fn sum_at(
        &self,
        tree: &mut TreeSum<'_>,
        moved: &Moved<'_>,
        levels: &Levels,
        (positions, changes): (&[u32], &Changes),
    ) -> (f64, f64) {
        let count = |at: u32| moved.by_row[at as usize];
        let n = changes.of_beta.len();
        let mut gradient = vec![0.0; n];
        let mut variance = 0.0;
        if let Some(level) = levels.finest_known() {
            variance = tree.variance(positions.iter().map(|&at| (self.node(at as usize, level), count(at))));
            gradient.copy_from_slice(tree.slope());
        }
        for &at in positions {
            let change = &changes.by_row[at as usize * n..(at as usize + 1) * n];
            gradient.iter_mut().zip(change).for_each(|(g, change)| *g += count(at) * change);
        }
        variance += gradient.iter().map(|g| g * g).sum::<f64>();
        (positions.iter().map(|&at| count(at)).sum(), variance)
    }
}
