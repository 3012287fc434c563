//! ε on the tree against the double sum over pairs of leaves that it stands for.
#![allow(clippy::unwrap_used)]

use super::SecondOrder;
use crate::estimate::corrected::Correction;
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::identities::{Published, world};
use crate::estimate::options::Options;
use crate::estimate::point::Point;
use crate::family::{Coarsened, Family, NegBin2, Poisson};
use crate::model::Problem;
use crate::numeric::dense::Cholesky;
use ndarray::Array2;
use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

/// Sums over a leaf's rows at the modes, row by row.
struct LeafSums {
    node: usize,
    w: f64,
    c: f64,
    d: f64,
}

fn leaf_sums<F: Coarsened>(problem: &Problem, family: F, point: &Point, modes: &[f64]) -> Vec<LeafSums> {
    let p = problem.n_terms();
    let mut sums: Vec<LeafSums> = Vec::new();
    for (row, &node) in problem.nodes.leaf_of_rows().iter().enumerate() {
        let node = node as usize;
        let x = &problem.x[row * p..(row + 1) * p];
        let fixed: f64 = x.iter().zip(&point.beta).map(|(x, b)| x * b).sum();
        let mu = (fixed + problem.offset[row] + modes[node]).exp();
        let at = match problem.coarse.iter().find(|coarse| coarse.row == row) {
            Some(coarse) => family.coarse(&coarse.published, mu).eta,
            None => family.eta(problem.y[row], mu),
        };
        if sums.last().is_none_or(|last| last.node != node) {
            sums.push(LeafSums { node, w: 0.0, c: 0.0, d: 0.0 });
        }
        let sum = sums.last_mut().unwrap();
        (sum.w, sum.c, sum.d) = (sum.w + at.w, sum.c + at.c, sum.d + at.d);
    }
    sums
}

/// The inverse of the joint Hessian of all nodes, dense.
fn inverse(problem: &Problem, leaves: &[LeafSums], point: &Point) -> Array2<f64> {
    let n = problem.nodes.n_nodes();
    let mut hessian = Array2::zeros((n, n));
    for ((node, (level, _)), parent) in problem.nodes.areas().enumerate().zip(problem.nodes.parents()) {
        let precision = 1.0 / point.variances[level];
        hessian[[node, node]] += precision;
        if let Some(parent) = parent {
            let parent = parent as usize;
            hessian[[parent, parent]] += precision;
            hessian[[node, parent]] -= precision;
            hessian[[parent, node]] -= precision;
        }
    }
    leaves.iter().for_each(|leaf| hessian[[leaf.node, leaf.node]] += leaf.w);
    Cholesky::new(&hessian.view()).unwrap().inverse()
}

/// −⅛ Σ D V² + Σ_gh C_g C_h [⅛ V_gg V_gh V_hh + (1/12) V_gh³].
fn over_pairs(problem: &Problem, family: Family, point: &Point, modes: &[f64]) -> f64 {
    let leaves = match family {
        Family::Poisson => leaf_sums(problem, Poisson, point, modes),
        Family::NegBin2 => leaf_sums(problem, NegBin2::new(point.phi.exp()), point, modes),
    };
    let v = inverse(problem, &leaves, point);
    let mut epsilon = 0.0;
    for g in &leaves {
        let own = v[[g.node, g.node]];
        epsilon -= g.d * own * own / 8.0;
        for h in &leaves {
            let between = v[[g.node, h.node]];
            let of_pair = own * between * v[[h.node, h.node]] / 8.0 + between.powi(3) / 12.0;
            epsilon += g.c * h.c * of_pair;
        }
    }
    epsilon
}

fn check(problem: &Problem, rng: &mut ChaCha12Rng, worst: &mut f64) {
    let (family, k) = (problem.family(), problem.n_variances());
    let mut between = |low: f64, high: f64| rng.random_range(low..high);
    let beta = vec![between(0.2, 1.2), between(-0.6, 0.6), between(-0.6, 0.6)];
    let variances = (0..k).map(|_| between(0.02, 0.8)).collect();
    let point = Point { beta, variances, phi: between(-0.5, 2.5) };
    let mut objective = Objective::new(problem, &Options::default());
    let mut modes = vec![0.0; problem.nodes.n_nodes()];
    let laplace = objective.evaluate(family, &point, &mut modes, Order::Gradient);
    let found = SecondOrder::new(problem).difference(&mut objective, family, &point, &modes, &laplace);
    let (found, wanted) = (found.unwrap().value, over_pairs(problem, family, &point, &modes));
    *worst = worst.max((found - wanted).abs() / wanted.abs().max(0.01));
    assert!((found - wanted).abs() < 1e-10 * wanted.abs().max(0.01), "{found} for {wanted}");
}

#[test]
fn on_the_tree_it_is_the_sum_over_all_pairs_of_leaves() {
    let mut rng = ChaCha12Rng::seed_from_u64(4);
    let mut worst = 0.0;
    for published in [Published::Exact, Published::InPart] {
        for family in [Family::Poisson, Family::NegBin2] {
            for depth in 0..=4 {
                for row_effect in [false, true] {
                    let problem = world(depth, row_effect, family, published);
                    if problem.n_variances() > 0 {
                        (0..3).for_each(|_| check(&problem, &mut rng, &mut worst));
                    }
                }
            }
        }
    }
    assert!(worst < 1e-10, "{worst:e}");
}
