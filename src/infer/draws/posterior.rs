//! A fit and its problem as an approximate posterior: parameters around the maximum, effects on the tree.

use super::parameters::{DrawnParameters, ParameterPosterior};
use crate::error::Result;
use crate::estimate::{NodePosterior, Normal, Options};
use crate::infer::fit::Fit;
use crate::model::Problem;
use ndarray::Array2;

/// Everything that a fit says of its own rows, with the uncertainty of all of it.
#[derive(Debug, Clone)]
pub(crate) struct Posterior<'a> {
    /// The effects given the parameters.
    pub nodes: NodePosterior<'a>,
    /// The maximum.
    pub at: DrawnParameters,
    pub parameters: ParameterPosterior,
    /// K with KK' the covariance of (β, υ, φ) in the units of the passes; rows of 0 for variances that are 0. The first
    /// columns move variances and φ, the others β alone.
    factor: Array2<f64>,
}

impl Fit {
    /// Fails where the problem is not the one the fit was made from.
    pub(crate) fn posterior<'a>(&self, problem: &'a Problem) -> Result<Posterior<'a>> {
        self.refuse_other(problem)?;
        let (_, modes) = problem.position_of(self)?;
        let parameters = ParameterPosterior::of(self, problem)?;
        let at = parameters.mode(problem);
        let nodes = NodePosterior::new(problem, &Options::default(), at.family, &at.point, &modes);
        let factor = factor(&nodes, parameters.axes());
        Ok(Posterior { nodes, at, parameters, factor })
    }
}

/// From the caller's coefficients, log sd and log θ to the parameters of the passes.
fn factor(nodes: &NodePosterior<'_>, axes: &Array2<f64>) -> Array2<f64> {
    let (problem, free) = (nodes.problem, axes.ncols());
    let (p, mut next) = (problem.n_terms(), problem.n_terms());
    let mut factor = Array2::zeros((nodes.directions(), free));
    for column in 0..free {
        let beta: Vec<f64> = (0..p).map(|term| axes[[term, column]]).collect();
        let standard = problem.standard.in_standard_units(&beta);
        standard.into_iter().enumerate().for_each(|(term, entry)| factor[[term, column]] = entry);
    }
    for direction in p..nodes.directions() {
        let scale = match nodes.point.variances.get(direction - p) {
            Some(_) if direction - p >= problem.n_variances() => 1.0,
            Some(0.0) => continue,
            Some(variance) => 2.0 * variance,
            None => 1.0,
        };
        if next < free {
            factor.row_mut(direction).assign(&(&axes.row(next) * scale));
            next += 1;
        }
    }
    factor
}

impl Posterior<'_> {
    /// Number of parameters that are free to move.
    pub(crate) fn n_free(&self) -> usize {
        self.factor.ncols()
    }

    /// K'g: the gradient of a function of the parameters, in independent standard normal directions; the first
    /// [`ParameterPosterior::n_scales`] move variances and θ.
    pub(crate) fn spread(&self, gradient: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        for (row, g) in self.factor.rows().into_iter().zip(gradient) {
            if *g != 0.0 {
                row.iter().zip(&mut *out).for_each(|(k, out)| *out += g * k);
            }
        }
    }

    /// The changes of β, in the units of the passes, along the directions that move β alone.
    pub(crate) fn changes_of_beta(&self) -> Vec<Vec<f64>> {
        let p = self.nodes.problem.n_terms();
        let others = self.parameters.n_scales()..self.n_free();
        others.map(|axis| self.factor.column(axis).iter().take(p).copied().collect()).collect()
    }

    /// The linear predictor of every row, rows sorted: x'β + offset + â, its variance with all uncertainty,
    /// V + g'Cg with g = (x, 0) + ȧ.
    pub(crate) fn predictors(&self) -> Vec<Normal> {
        let (nodes, p) = (&self.nodes, self.nodes.problem.n_terms());
        let (mut gradient, mut spread) = (vec![0.0; nodes.directions()], vec![0.0; self.factor.ncols()]);
        let rows = nodes.rows.iter().zip(nodes.problem.x.chunks_exact(p));
        rows.map(|(row, x)| {
            gradient.copy_from_slice(nodes.tangent(row.leaf as usize));
            gradient.iter_mut().zip(x).for_each(|(g, x)| *g += x);
            self.spread(&gradient, &mut spread);
            let of_parameters: f64 = spread.iter().map(|x| x * x).sum();
            Normal { mean: row.mean.ln(), variance: nodes.nodes[row.leaf as usize].v + of_parameters }
        })
        .collect()
    }

    /// The same as it would be had the row's own count not been seen: to second order at the maximum, parameters and
    /// effects both without it.
    pub(crate) fn cavities(&self) -> Vec<Normal> {
        let each = self.predictors().into_iter().zip(&self.nodes.rows);
        each.map(|(predictor, row)| predictor.without(row.score, row.information)).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Model;
    use crate::area::{CodeScope, Placement};
    use crate::count::CountTable;
    use crate::determinant::Determinants;
    use crate::estimate::TreeSum;
    use crate::family::Family;
    use crate::numeric::dense::Cholesky;
    use crate::simulate::{Determinant, Marginal, World};
    use crate::table::Table;
    use ndarray::Array1;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha12Rng;

    fn table(theta: Option<f64>, regions: usize) -> Table {
        let world = World::new(20 * regions)
            .level("region", regions, 0.3)
            .level("town", 5 * regions, 0.3)
            .determinant(Determinant::normal("x", 0.4))
            .exposure(Marginal::log_normal(200.0, 0.7))
            .rate(0.05);
        let world = match theta {
            Some(theta) => world.theta(theta),
            None => world,
        };
        world.draw(&mut ChaCha12Rng::seed_from_u64(8)).unwrap().table
    }

    fn problem(table: &Table, family: Family, keep: impl Fn(usize) -> bool) -> Problem {
        let placement = Placement::from_table(table, &["region", "town"], CodeScope::Unique).unwrap();
        let counts = CountTable::from_table(table, "count", "exposure").unwrap();
        let rows: Vec<usize> = counts.rows().iter().copied().filter(|row| keep(*row)).collect();
        let design = Determinants::new().numeric("x").build(table, &placement, &rows).unwrap();
        let model = Model::of(family).random_intercept("region").random_intercept("town");
        model.check(&placement, &counts, design).unwrap()
    }

    /// The joint precision of the cumulative effects, entry by entry.
    fn precision(nodes: &NodePosterior<'_>) -> Array2<f64> {
        let mut h = Array2::zeros((nodes.nodes.len(), nodes.nodes.len()));
        for (at, node) in nodes.nodes.iter().enumerate() {
            h[[at, at]] += node.information + 1.0 / node.variance;
            if let Some(parent) = node.parent.map(|parent| parent as usize) {
                h[[parent, parent]] += 1.0 / node.variance;
                h[[at, parent]] -= 1.0 / node.variance;
                h[[parent, at]] -= 1.0 / node.variance;
            }
        }
        h
    }

    #[test]
    fn sums_over_nodes_have_the_variance_of_the_inverted_precision() {
        for (family, theta) in [(Family::Poisson, None), (Family::NegBin2, Some(4.0))] {
            let problem = problem(&table(theta, 20), family, |_| true);
            let fit = problem.fit(&Options::default()).unwrap();
            let posterior = fit.posterior(&problem).unwrap();
            let nodes = &posterior.nodes;
            let dense = Cholesky::new(&precision(nodes).view()).unwrap();
            let mut sums = TreeSum::new(nodes);
            let mut rng = ChaCha12Rng::seed_from_u64(2);
            for level in [0, 1] {
                for _ in 0..20 {
                    let on: Vec<usize> = (0..nodes.nodes.len())
                        .filter(|&node| nodes.nodes[node].level == level && rng.random::<f64>() < 0.4)
                        .collect();
                    let mut t = Array1::<f64>::zeros(nodes.nodes.len());
                    on.iter().for_each(|&node| t[node] = rng.random::<f64>() - 0.3);
                    // each node in two parts
                    let parts = on.iter().flat_map(|&node| [(node, t[node] - 1.0), (node, 1.0)]);
                    let variance = sums.variance(parts);
                    let half = dense.solve_lower(&t.view());
                    let exact = half.dot(&half);
                    assert!((variance - exact).abs() <= 1e-10 * exact, "{variance} {exact}");
                    for (direction, slope) in sums.slope().iter().enumerate() {
                        let exact: f64 =
                            on.iter().map(|&node| t[node] * nodes.tangent(node)[direction]).sum();
                        assert!((slope - exact).abs() < 1e-9 * (1.0 + exact.abs()));
                    }
                }
            }
        }
    }

    /// What leaving a row out to second order misses is second order in its share of the information.
    #[test]
    fn a_cavity_is_about_what_a_fit_without_the_row_says() {
        for (family, theta) in [(Family::Poisson, None), (Family::NegBin2, Some(4.0))] {
            let table = table(theta, 6);
            let whole = problem(&table, family, |_| true);
            let fit = whole.fit(&Options::default()).unwrap();
            let posterior = fit.posterior(&whole).unwrap();
            let (with, without) = (posterior.predictors(), posterior.cavities());
            let (mut moved, mut missed) = (0.0, 0.0);
            let neighbours = |leaf: u32| posterior.nodes.rows.iter().filter(|row| row.leaf == leaf).count();
            let shared = |&row: &usize| neighbours(posterior.nodes.rows[row].leaf) > 1;
            for sorted in (0..120).step_by(7).filter(shared) {
                let row = whole.caller_row(sorted);
                let left = problem(&table, family, |other| other != row);
                let fit = left.fit_from(&fit, &Options::default()).unwrap();
                let left_out = fit.posterior(&left).unwrap();
                let leaf = posterior.nodes.rows[sorted].leaf as usize;
                let beta = &fit.coefficients();
                let x = table.numbers("x").unwrap()[row].unwrap();
                let fixed = beta[0].estimate + beta[1].estimate * x + whole.offset[sorted];
                // the town has other rows, so the nodes are the same
                let effect = left_out.nodes.nodes[leaf].mode;
                moved += (with[sorted].mean - fixed - effect).powi(2);
                missed += (without[sorted].mean - fixed - effect).powi(2);
            }
            assert!(missed < 0.05 * moved, "{missed} of {moved} missed");
        }
    }

    #[test]
    fn draws_have_the_mean_and_the_variance_of_the_delta_method() {
        for (family, theta) in [(Family::Poisson, None), (Family::NegBin2, Some(4.0))] {
            let problem = problem(&table(theta, 60), family, |_| true);
            let fit = problem.fit(&Options::default()).unwrap();
            let mut rng = ChaCha12Rng::seed_from_u64(3);
            let draws = fit.draws(&problem, 2_000, &mut rng).unwrap();
            for level in ["region", "town"] {
                let drawn = draws.area_effects(level).unwrap();
                for (area, column) in fit.area_effects(level).unwrap().iter().zip(drawn.columns()) {
                    let (mean, sd) = (column.mean().unwrap(), column.std(1.0));
                    assert!((mean - area.effect).abs() < 0.1 * area.sd, "{mean} {}", area.effect);
                    assert!((sd / area.sd - 1.0).abs() < 0.1, "{sd} {}", area.sd);
                }
            }
        }
    }
}
