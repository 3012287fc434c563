//! The roots against the linear mixed model written out with dense matrices.

use super::{Expansion, solve_linearised};
use crate::estimate::evaluate::Objective;
use crate::estimate::fixture;
use crate::estimate::maximise::Estimate;
use crate::estimate::options::Options;
use crate::estimate::point::Point;
use crate::family::{Coarse, Coarsened, Family, Histogram, NegBin2, Poisson};
use crate::model::{CoarseRow, Model, Problem};
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2};
use std::ops::ControlFlow;

const EXPANSIONS: [Expansion; 2] = [Expansion::AtMode, Expansion::AtZero];

fn solved(problem: &Problem, expansion: Expansion) -> Estimate {
    let options = Options { decrement_tolerance: 1e-18, mode_tolerance: 1e-10, ..Options::default() };
    solve_linearised(problem, &options, expansion, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// ℓ with all constants, r and w of a row.
fn row<F: Coarsened>(family: F, published: Option<&Coarse>, y: f64, mu: f64) -> [f64; 3] {
    if let Some(published) = published {
        let at = family.coarse(published, mu);
        return [at.log_probability, at.eta.r, at.eta.w];
    }
    let (eta, constants) = (family.eta(y, mu), family.constants(&Histogram::new(&[y])));
    [y * mu.ln() + family.log_density_part(y, family.log_term(mu)) + constants[0], eta.r, eta.w]
}

/// The nodes from the root to the leaf of each row.
fn chains(problem: &Problem) -> Vec<Vec<usize>> {
    let mut chains = Vec::new();
    for tree in problem.nodes.subtrees() {
        for leaf in 0..tree.n_leaves() {
            let mut chain = vec![tree.first_leaf() + leaf];
            while chain[chain.len() - 1] > 0 {
                chain.push(tree.parent[chain[chain.len() - 1]] as usize);
            }
            let chain: Vec<usize> = chain.iter().rev().map(|node| tree.first_node + node).collect();
            chains.extend(tree.leaf_rows(leaf).map(|_| chain.clone()));
        }
    }
    chains
}

/// Predictors of the rows at a point, with node effects.
fn predictors(problem: &Problem, beta: &[f64], effects: &[f64]) -> Array1<f64> {
    let (p, chains) = (problem.n_terms(), chains(problem));
    let eta = |row: usize| -> f64 {
        let leaf = chains[row][chains[row].len() - 1];
        let fixed = (0..p).map(|j| problem.x[row * p + j] * beta[j]).sum::<f64>();
        problem.offset[row] + fixed + effects[leaf]
    };
    (0..problem.n_rows()).map(eta).collect()
}

/// The log-likelihood of the rows' quadratics at `around`: with z = η + r/w and V = ZGZ' + W⁻¹,
/// Σ (ℓ + r²/2w + ½ log(2π/w)) + log N(z; Xβ + offset, V).
fn dense(problem: &Problem, family: Family, point: &Point, around: &Array1<f64>) -> f64 {
    let (n, chains) = (problem.n_rows(), chains(problem));
    let mut z = Array1::zeros(n);
    let mut w = Array1::zeros(n);
    let mut value = 0.0;
    for i in 0..n {
        let published = problem.coarse.iter().find(|coarse| coarse.row == i).map(|coarse| &coarse.published);
        let (y, mu) = (problem.y[i], around[i].exp());
        let [l, r, weight] = match family {
            Family::Poisson => row(Poisson, published, y, mu),
            Family::NegBin2 => row(NegBin2::new(point.phi.exp()), published, y, mu),
        };
        (z[i], w[i]) = (around[i] + r / weight, weight);
        value += l + r * r / (2.0 * weight) - 0.5 * weight.ln();
    }
    let common = |i: usize, j: usize| -> f64 {
        let shared = chains[i].iter().zip(&chains[j]).zip(&point.variances);
        shared.filter(|((one, other), _)| one == other).map(|(_, variance)| variance).sum()
    };
    let v = Array2::from_shape_fn((n, n), |(i, j)| common(i, j) + if i == j { 1.0 / w[i] } else { 0.0 });
    let factor = Cholesky::new(&v.view()).unwrap();
    let residual = z - predictors(problem, &point.beta, &vec![0.0; problem.nodes.n_nodes()]);
    let scaled = factor.solve_lower(&residual.view());
    value - factor.lower().diag().mapv(f64::ln).sum() - 0.5 * scaled.dot(&scaled)
}

fn moved(point: &Point, n_variances: usize, j: usize, by: f64) -> Point {
    let (mut point, p) = (point.clone(), point.beta.len());
    match j {
        j if j < p => point.beta[j] += by,
        j if j < p + n_variances => point.variances[j - p] += by,
        _ => point.phi += by,
    }
    point
}

fn tables() -> Vec<(&'static str, Problem)> {
    vec![
        ("Poisson", fixture::problem(Model::poisson(), 60, 4)),
        ("NB2", fixture::problem(Model::neg_bin2(), 60, 4)),
        ("Poisson with row effect", fixture::problem(Model::poisson().row_effect(), 60, 4)),
    ]
}

/// Slope by differences of `value` in steps of `h`.
fn slope(value: impl Fn(f64) -> f64, h: f64) -> f64 {
    (8.0 * (value(h) - value(-h)) - (value(2.0 * h) - value(-2.0 * h))) / (12.0 * h)
}

/// The predictors around which the rows are expanded.
fn around(problem: &Problem, expansion: Expansion, point: &Point, effects: &[f64]) -> Array1<f64> {
    match expansion {
        Expansion::AtMode => predictors(problem, &point.beta, effects),
        Expansion::AtZero => predictors(problem, &point.beta, &vec![0.0; effects.len()]),
    }
}

#[test]
fn equations_and_information_are_those_of_the_dense_linear_mixed_model() {
    let options = Options { mode_tolerance: 1e-12, ..Options::default() };
    for (name, problem) in &tables() {
        let (family, k) = (problem.family(), problem.n_variances());
        let point =
            Point { beta: vec![2.2, 0.1, -0.2], variances: vec![0.1, 0.2, 0.15][..k].to_vec(), phi: 1.2 };
        for expansion in EXPANSIONS {
            let mut effects = vec![0.0; problem.nodes.n_nodes()];
            let mut objective = Objective::new(problem, &options);
            let at = objective.evaluate_linearised(family, expansion, &point, &mut effects);
            let around = around(problem, expansion, &point, &effects);
            let value = |point: &Point| dense(problem, family, point, &around);
            assert!((at.value - value(&point)).abs() < 1e-9, "{name} {expansion:?}: {}", at.value);
            for (j, exact) in at.gradient.iter().enumerate() {
                let found = slope(|by| value(&moved(&point, k, j, by)), 5e-4);
                let far = (found - exact).abs();
                assert!(far < 1e-6 * (1.0 + exact.abs()), "{name} {expansion:?} {j}: {exact} for {found}");
                for i in 0..=j {
                    let of = |by: f64| slope(|to| value(&moved(&moved(&point, k, j, by), k, i, to)), 5e-4);
                    let (found, exact) = (slope(of, 5e-4), at.hessian[[i, j]]);
                    let far = (found - exact).abs();
                    assert!(
                        far < 2e-6 * (1.0 + at.hessian[[i, i]] * at.hessian[[j, j]]).abs().sqrt(),
                        "{name} {expansion:?} {i},{j}: {exact} for {found}"
                    );
                }
            }
        }
    }
}

#[test]
fn at_the_roots_the_dense_linear_mixed_model_is_level() {
    for (name, problem) in &tables() {
        for expansion in EXPANSIONS {
            let root = solved(problem, expansion);
            let (at, family, k) = (&root.position, root.family, problem.n_variances());
            let around = around(problem, expansion, &at.point, &at.effects);
            for j in 0..at.derivatives.gradient.len() {
                if at.point.variances.get(j.wrapping_sub(problem.n_terms())) == Some(&0.0) {
                    continue;
                }
                let error = at.derivatives.hessian[[j, j]].abs().sqrt().recip();
                let value = |by: f64| dense(problem, family, &moved(&at.point, k, j, by * error), &around);
                let found = slope(value, 0.01);
                assert!(found.abs() < 1e-6, "{name} {expansion:?} {j}: {found} per standard error");
            }
        }
    }
}

#[test]
fn rows_known_as_points_are_exact_rows() {
    for family in [Family::Poisson, Family::NegBin2] {
        let mut exact = fixture::problem(Model::of(family), 60, 4);
        exact.coarse.clear();
        let mut points = exact.clone();
        for tree in exact.nodes.subtrees() {
            for leaf in 0..tree.n_leaves() {
                for i in tree.leaf_rows(leaf) {
                    let (row, y) = (tree.rows().start + i, exact.y[tree.rows().start + i]);
                    let published = Coarse { lo: y, hi: y, base: 1.0 };
                    let count = crate::count::Count::Exact(y as u64);
                    points.coarse.push(CoarseRow { row, leaf, count, published, typical: y });
                }
            }
        }
        points.y.fill(0.0);
        points.histogram = Histogram::new(&[]);
        exact.histogram = Histogram::new(&exact.y);
        for expansion in EXPANSIONS {
            let (one, other) = (solved(&exact, expansion).position, solved(&points, expansion).position);
            let all = |point: &Point| [point.beta.clone(), point.variances.clone(), vec![point.phi]].concat();
            let same = all(&one.point).iter().zip(&all(&other.point)).all(|(a, b)| (a - b).abs() < 1e-7);
            assert!(same, "{family} {expansion:?}: {:?} {:?}", one.point, other.point);
        }
    }
}

#[test]
fn a_step_that_is_cancelled_carries_its_point() {
    let problem = fixture::problem(Model::poisson(), 60, 4);
    let stop = &mut |_: &_| ControlFlow::Break(());
    let error = solve_linearised(&problem, &Options::default(), Expansion::AtMode, stop).unwrap_err();
    assert_eq!(error.code(), "cancelled");
    let few = Options { max_evaluations: 2, ..Options::default() };
    let error = solve_linearised(&problem, &few, Expansion::AtZero, &mut |_| ControlFlow::Continue(()));
    assert_eq!(error.unwrap_err().code(), "not-converged");
}
