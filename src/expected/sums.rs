//! Sums of expected counts over rows, and their variances by the delta method.

use super::expectation::Levels;
use super::expected_count::Expected;
use super::fitted::Fitted;
use crate::estimate::TreeSum;

/// Sums of one expectation over sets of rows, with the working memory that they share.
pub(super) struct Sums<'f, 'a> {
    fitted: &'f Fitted<'a>,
    levels: Levels,
    tree: TreeSum<'f>,
    gradient: Vec<f64>,
    spread: Vec<f64>,
}

/// The sum over all rows, of which others are shares.
struct Whole {
    count: f64,
    /// Its variance given the parameters.
    of_nodes: f64,
    gradient: Vec<f64>,
}

impl<'f, 'a> Sums<'f, 'a> {
    pub(super) fn new(fitted: &'f Fitted<'a>, levels: Levels) -> Self {
        let nodes = &fitted.posterior.nodes;
        Sums {
            fitted,
            levels,
            tree: TreeSum::new(nodes),
            gradient: vec![0.0; nodes.directions()],
            spread: vec![0.0; fitted.posterior.n_free()],
        }
    }

    /// The sum over some rows of expected counts that stand `by_row`.
    pub(super) fn of(&mut self, positions: &[u32], by_row: &[f64]) -> Expected {
        let (count, exposure) = self.count(positions, by_row);
        let variance = self.expand(positions, by_row, count) + self.of_parameters();
        Expected { count, std_error: variance.sqrt(), exposure }
    }

    /// The sum, its variance given the parameters, and its gradient in independent standard normal directions of those.
    pub(super) fn parts(&mut self, positions: &[u32], by_row: &[f64]) -> (f64, f64, &[f64]) {
        let (count, _) = self.count(positions, by_row);
        let of_nodes = self.expand(positions, by_row, count);
        self.of_parameters();
        (count, of_nodes, &self.spread)
    }

    /// Sums as shares of the sum over all rows, times `total`: T_i · total/T, whose variance is (total/T)² times that of
    /// T_i − (T_i/T) T.
    pub(super) fn shares<'s>(
        &mut self,
        sets: impl Iterator<Item = &'s [u32]>,
        by_row: &[f64],
        total: f64,
    ) -> Vec<Expected> {
        let whole = self.whole(by_row);
        let factor = total / whole.count;
        let share = |positions: &[u32]| {
            let (count, exposure) = self.count(positions, by_row);
            let share = count / whole.count;
            let own = self.expand(positions, by_row, count);
            let of_nodes = own + share * (share * whole.of_nodes - 2.0 * self.tree.covariance());
            self.gradient.iter_mut().zip(&whole.gradient).for_each(|(own, all)| *own -= share * all);
            let variance = of_nodes.max(0.0) + self.of_parameters();
            Expected { count: factor * count, std_error: factor * variance.sqrt(), exposure }
        };
        sets.map(share).collect()
    }

    fn whole(&mut self, by_row: &[f64]) -> Whole {
        let all: Vec<u32> = (0..by_row.len() as u32).collect();
        let (count, _) = self.count(&all, by_row);
        let of_nodes = self.expand(&all, by_row, count);
        let gradient = self.gradient.clone();
        if let Some(level) = self.levels.finest_known() {
            let fitted = self.fitted;
            self.tree.beside((0..by_row.len()).map(|at| (fitted.node(at, level), by_row[at])));
        }
        Whole { count, of_nodes, gradient }
    }

    fn count(&self, positions: &[u32], by_row: &[f64]) -> (f64, f64) {
        positions.iter().map(|&position| position as usize).fold((0.0, 0.0), |(count, exposure), at| {
            (count + by_row[at], exposure + self.fitted.exposure(at))
        })
    }

    /// t'H⁻¹t; leaves the gradient ∂T/∂ψ + ȧ't, with ∂T/∂β = Σ e x and ∂T/∂υ = ½T for what is averaged over.
    fn expand(&mut self, positions: &[u32], by_row: &[f64], count: f64) -> f64 {
        let fitted = self.fitted;
        let mut variance = 0.0;
        self.gradient.fill(0.0);
        if let Some(level) = self.levels.finest_known() {
            let t = positions.iter().map(|&at| (fitted.node(at as usize, level), by_row[at as usize]));
            variance = self.tree.variance(t);
            self.gradient.copy_from_slice(self.tree.slope());
        }
        let (problem, p) = (fitted.problem(), fitted.problem().n_terms());
        for &position in positions {
            let (sorted, e) = (fitted.sorted(position as usize), by_row[position as usize]);
            let x = &problem.x[sorted * p..(sorted + 1) * p];
            self.gradient.iter_mut().zip(x).for_each(|(g, x)| *g += e * x);
        }
        for level in self.levels.averaged.clone() {
            self.gradient[p + level] += 0.5 * count;
        }
        variance
    }

    /// g'Cg.
    fn of_parameters(&mut self) -> f64 {
        self.fitted.posterior.spread(&self.gradient, &mut self.spread);
        self.spread.iter().map(|x| x * x).sum()
    }
}
