//! L and L + ε beside the integral itself, by product quadrature of the definition.
#![allow(clippy::unwrap_used)]

use super::SecondOrder;
use crate::estimate::corrected::Correction;
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::identities::{Published, world};
use crate::estimate::options::Options;
use crate::estimate::point::Point;
use crate::family::{CountFamily, Family, Histogram, NegBin2, Poisson};
use crate::model::Problem;
use std::ops::Range;

/// Step of the trapezium sums, whose error falls faster than any power of it, and their reach in standard deviations.
const STEP: f64 = 0.02;
const REACH: f64 = 7.5;

struct Brute<'a, F> {
    problem: &'a Problem,
    family: F,
    point: &'a Point,
    /// Nodes by parent, and rows by leaf.
    children: Vec<Vec<usize>>,
    rows: Vec<Range<usize>>,
    level: Vec<usize>,
}

impl<F: CountFamily> Brute<'_, F> {
    /// log ∫ p(what is below | a) N(a; above, υ) da.
    fn message(&self, node: usize, above: f64) -> f64 {
        let sd = self.point.variances[self.level[node]].sqrt();
        let half = (REACH * sd / STEP).ceil() as i64;
        let terms: Vec<f64> = (-half..=half)
            .map(|i| {
                let b = i as f64 * STEP;
                self.below(node, above + b) - 0.5 * (b / sd).powi(2)
            })
            .collect();
        let largest = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = terms.iter().map(|term| (term - largest).exp()).sum();
        largest + (sum * STEP / (sd * std::f64::consts::TAU.sqrt())).ln()
    }

    fn below(&self, node: usize, effect: f64) -> f64 {
        let nodes: f64 = self.children[node].iter().map(|&child| self.message(child, effect)).sum();
        let rows: f64 = self.rows[node].clone().map(|row| self.row(row, effect)).sum();
        nodes + rows
    }

    fn row(&self, row: usize, effect: f64) -> f64 {
        let p = self.problem.n_terms();
        let x = &self.problem.x[row * p..(row + 1) * p];
        let fixed: f64 = x.iter().zip(&self.point.beta).map(|(x, b)| x * b).sum();
        let (y, eta) = (self.problem.y[row], fixed + self.problem.offset[row] + effect);
        y * eta + self.family.log_density_part(y, self.family.log_term(eta.exp()))
    }
}

/// The exact log-likelihood of exact counts; its time grows with the number of points to the power of the depth.
fn brute_force<F: CountFamily>(problem: &Problem, family: F, point: &Point) -> f64 {
    let n = problem.nodes.n_nodes();
    let (mut children, mut rows, mut roots) = (vec![Vec::new(); n], vec![0..0; n], Vec::new());
    for (node, parent) in problem.nodes.parents().into_iter().enumerate() {
        match parent {
            Some(parent) => children[parent as usize].push(node),
            None => roots.push(node),
        }
    }
    for (row, &leaf) in problem.nodes.leaf_of_rows().iter().enumerate() {
        let known: &mut Range<usize> = &mut rows[leaf as usize];
        *known = if known.end == 0 { row..row + 1 } else { known.start..row + 1 };
    }
    let level = problem.nodes.areas().map(|(level, _)| level).collect();
    let brute = Brute { problem, family, point, children, rows, level };
    let constants = family.constants(&Histogram::new(&problem.y))[0];
    constants + roots.into_iter().map(|root| brute.message(root, 0.0)).sum::<f64>()
}

fn exact(problem: &Problem, family: Family, point: &Point) -> f64 {
    match family {
        Family::Poisson => brute_force(problem, Poisson, point),
        Family::NegBin2 => brute_force(problem, NegBin2::new(point.phi.exp()), point),
    }
}

/// Exact less Laplace, and exact less Laplace less ε.
fn errors(problem: &Problem, point: &Point) -> (f64, f64) {
    let family = problem.family();
    let mut objective = Objective::new(problem, &Options::default());
    let mut modes = vec![0.0; problem.nodes.n_nodes()];
    let laplace = objective.evaluate(family, point, &mut modes, Order::Gradient);
    let epsilon = SecondOrder::new(problem).difference(&mut objective, family, point, &modes, &laplace);
    let missed = exact(problem, family, point) - laplace.value;
    (missed, missed - epsilon.unwrap().value)
}

#[test]
fn it_takes_away_nearly_all_that_laplace_misses() {
    for family in [Family::Poisson, Family::NegBin2] {
        // one level of 3 areas, rows alone, and rows within 3 areas
        for (depth, row_effect, variances, share) in
            [(1, false, vec![0.2], 0.05), (0, true, vec![0.15], 0.05), (1, true, vec![0.1, 0.15], 0.05)]
        {
            let problem = world(depth, row_effect, family, Published::Exact);
            // a mean of about 7
            let point = Point { beta: vec![1.9, 0.5, 0.1], variances, phi: 1.5 };
            let (laplace, second_order) = errors(&problem, &point);
            assert!(
                second_order.abs() < share * laplace.abs(),
                "{family} {depth} {row_effect}: {laplace:e} {second_order:e}"
            );
        }
    }
}
