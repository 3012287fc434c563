//! The roots against the linear mixed model written out with dense matrices.

use super::{Expansion, solve_linearised};
use crate::estimate::fixture;
use crate::estimate::maximise::Estimate;
use crate::estimate::options::Options;
use crate::estimate::point::Point;
use crate::family::{Coarse, Coarsened, CountFamily, Family, Histogram, NegBin2, Poisson};
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

#[test]
fn the_roots_are_maxima_of_the_dense_linear_mixed_model_with_its_information() {
    for (name, problem) in &tables() {
        for expansion in EXPANSIONS {
            let root = solved(problem, expansion);
            let (at, family, k) = (&root.position, root.family, problem.n_variances());
            let effects = match expansion {
                Expansion::AtMode => at.effects.clone(),
                Expansion::AtZero => vec![0.0; at.effects.len()],
            };
            let around = predictors(problem, &at.point.beta, &effects);
            let value = |point: &Point| dense(problem, family, point, &around);
            let n = at.derivatives.gradient.len();
            let information = -at.derivatives.hessian.diag().to_owned();
            let h: Vec<f64> = information.iter().map(|i| 0.02 / i.abs().sqrt()).collect();
            for j in 0..n {
                let step = |by: f64| moved(&at.point, k, j, by);
                let near = value(&step(h[j])) - value(&step(-h[j]));
                let far = value(&step(2.0 * h[j])) - value(&step(-2.0 * h[j]));
                let slope = (8.0 * near - far) / (12.0 * h[j]);
                let pinned =
                    j >= problem.n_terms() && at.point.variances.get(j - problem.n_terms()) == Some(&0.0);
                if !pinned {
                    let in_errors = slope / information[j].abs().sqrt();
                    assert!(
                        in_errors.abs() < 1e-6,
                        "{name} {expansion:?} {j}: slope {in_errors} per standard error"
                    );
                }
                for i in 0..=j {
                    let corner = |a: f64, b: f64| value(&moved(&step(a * h[j]), k, i, b * h[i]));
                    let cross = |s: f64| corner(s, s) - corner(s, -s) - corner(-s, s) + corner(-s, -s);
                    // two steps, so that the next term of the difference drops out
                    let curvature = (16.0 * cross(1.0) - cross(2.0)) / (48.0 * h[i] * h[j]);
                    let exact = at.derivatives.hessian[[i, j]];
                    let size = (information[i] * information[j]).abs().sqrt();
                    assert!(
                        (curvature - exact).abs() < 1e-4 * size,
                        "{name} {expansion:?} {i},{j}: {exact} for {curvature}"
                    );
                }
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
