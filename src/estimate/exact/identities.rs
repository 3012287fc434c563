//! Against nested sums, against differences, and the same model written in other ways.
#![allow(clippy::unwrap_used)]

use super::rule::Rule;
use super::sweep::{Evaluated, Quadrature, Wanted};
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::fixture;
use crate::estimate::options::Options;
use crate::estimate::point::Point;
use crate::family::{Family, Histogram};
use crate::model::{Model, Problem, Subtree};

/// Errors below 1e-14 a node.
const FINE: Rule = Rule { step: 0.6, tail: 1e-16 };

/// The exact log-likelihood with its gradient.
fn exact(problem: &Problem, family: Family, point: &Point, rule: Rule) -> (f64, Evaluated) {
    let options = Options { mode_tolerance: 1e-10, ..Options::default() };
    let mut objective = Objective::new(problem, &options);
    let mut modes = vec![0.0; problem.nodes.n_nodes()];
    let laplace = objective.evaluate(family, point, &mut modes, Order::Value).value;
    let mut quadrature = Quadrature::new(rule);
    let exact = quadrature.evaluate(&mut objective, family, point, &modes, Wanted::Gradient).unwrap();
    (laplace + exact.difference, exact)
}

/// log Σ exp.
fn log_sum(terms: &[f64]) -> f64 {
    let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top + terms.iter().map(|term| (term - top).exp()).sum::<f64>().ln()
}

/// The same by sums nested as the areas are, each over the whole prior.
struct Nested<'a> {
    problem: &'a Problem,
    family: Family,
    point: &'a Point,
    /// Points to a standard deviation of the prior, and standard deviations to either side.
    fine: usize,
    wide: usize,
}

impl Nested<'_> {
    fn log_likelihood(&self) -> f64 {
        self.problem.nodes.subtrees().map(|tree| self.node(&tree, 0, 0.0)).sum()
    }

    fn node(&self, tree: &Subtree<'_>, node: usize, above: f64) -> f64 {
        let sd = self.point.variances[tree.level[node] as usize].sqrt();
        if sd == 0.0 {
            return self.below(tree, node, above);
        }
        let n = (self.fine * self.wide) as i32;
        let step = 1.0 / self.fine as f64;
        let terms: Vec<f64> = (-n..=n)
            .map(|i| {
                let x = f64::from(i) * step;
                self.below(tree, node, above + sd * x) - 0.5 * x * x
            })
            .collect();
        log_sum(&terms) + (step / std::f64::consts::TAU.sqrt()).ln()
    }

    fn below(&self, tree: &Subtree<'_>, node: usize, effect: f64) -> f64 {
        if node < tree.first_leaf() {
            let children = (node + 1..tree.n_nodes()).filter(|&child| tree.parent[child] as usize == node);
            return children.map(|child| self.node(tree, child, effect)).sum();
        }
        let rows = tree.leaf_rows(node - tree.first_leaf());
        rows.map(|row| self.row(tree.rows().start + row, effect)).sum()
    }

    fn row(&self, row: usize, effect: f64) -> f64 {
        let p = self.problem.n_terms();
        let x = &self.problem.x[row * p..(row + 1) * p];
        let eta: f64 = x.iter().zip(&self.point.beta).map(|(x, b)| x * b).sum();
        let mean = (eta + self.problem.offset[row] + effect).exp();
        match self.problem.coarse.iter().find(|coarse| coarse.row == row) {
            None => self.count(self.problem.y[row], mean),
            Some(coarse) => {
                let (lo, hi) = (coarse.published.lo as u32, coarse.published.hi as u32);
                log_sum(&(lo..=hi).map(|y| self.count(f64::from(y), mean)).collect::<Vec<_>>())
            }
        }
    }

    fn count(&self, y: f64, mean: f64) -> f64 {
        use crate::family::{CountFamily, NegBin2, Poisson};
        fn density(family: impl CountFamily, y: f64, mean: f64) -> f64 {
            let constants = family.constants(&Histogram::new(&[y]))[0];
            y * mean.ln() + family.log_density_part(y, family.log_term(mean)) + constants
        }
        match self.family {
            Family::Poisson => density(Poisson, y, mean),
            Family::NegBin2 => density(NegBin2::new(self.point.phi.exp()), y, mean),
        }
    }
}

fn point(variances: &[f64]) -> Point {
    Point { beta: vec![1.9, 0.1, -0.2], variances: variances.to_vec(), phi: 1.1 }
}

#[test]
fn two_levels_equal_the_nested_sums() {
    for family in [Family::Poisson, Family::NegBin2] {
        let problem = fixture::problem(Model::of(family), 36, 4);
        for variances in [[0.1, 0.3], [0.0, 0.2], [0.4, 0.0], [0.0, 0.0], [0.5, 0.004]] {
            let point = point(&variances);
            let nested = Nested { problem: &problem, family, point: &point, fine: 12, wide: 9 };
            let (found, wanted) = (exact(&problem, family, &point, FINE).0, nested.log_likelihood());
            assert!((found - wanted).abs() < 1e-9, "{family} {variances:?}: {found} {wanted}");
        }
    }
}

#[test]
fn three_levels_with_a_row_effect_equal_the_nested_sums() {
    for family in [Family::Poisson, Family::NegBin2] {
        let problem = fixture::problem(Model::of(family).row_effect(), 24, 4);
        for variances in [[0.1, 0.2, 0.3], [0.2, 0.0, 0.2], [0.1, 0.3, 0.0]] {
            let point = point(&variances);
            let nested = Nested { problem: &problem, family, point: &point, fine: 5, wide: 8 };
            let (found, wanted) = (exact(&problem, family, &point, FINE).0, nested.log_likelihood());
            assert!((found - wanted).abs() < 1e-9, "{family} {variances:?}: {found} {wanted}");
        }
    }
}
