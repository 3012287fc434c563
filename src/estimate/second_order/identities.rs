//! The gradient of ε against differences, and what must not change it.
#![allow(clippy::unwrap_used)]

use super::SecondOrder;
use crate::estimate::corrected::{Correction, Difference};
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::identities::{Published, from_vector, vector, world};
use crate::estimate::options::Options;
use crate::estimate::point::Point;
use crate::family::Family;
use crate::model::Problem;
use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

fn difference(problem: &Problem, family: Family, point: &Point) -> Difference {
    let options = Options { mode_tolerance: 1e-12, ..Options::default() };
    let mut objective = Objective::new(problem, &options);
    let mut modes = vec![0.0; problem.nodes.n_nodes()];
    let laplace = objective.evaluate(family, point, &mut modes, Order::Gradient);
    SecondOrder::new(problem).difference(&mut objective, family, point, &modes, &laplace).unwrap()
}

/// The largest distance of the gradient from differences of ε, as a share of its largest entry.
fn check(problem: &Problem, variances: &[f64], rng: &mut ChaCha12Rng) -> f64 {
    let (p, k, family) = (problem.n_terms(), problem.n_variances(), problem.family());
    let mut between = |low: f64, high: f64| rng.random_range(low..high);
    let beta = vec![between(0.2, 1.2), between(-0.6, 0.6), between(-0.6, 0.6)];
    let point = Point { beta, variances: variances.to_vec(), phi: between(-0.5, 2.5) };
    let centre = vector(&point, p, k);
    let exact = difference(problem, family, &point).gradient;
    let scale = exact.iter().fold(1e-2f64, |largest, g| largest.max(g.abs()));
    let mut worst = 0.0f64;
    for j in 0..exact.len() {
        let at_zero = j >= p && j < p + k && centre[j] == 0.0;
        let h = if at_zero { 1e-5 } else { 1e-3 };
        let steps: &[(f64, f64)] = match at_zero {
            true => &[(0.0, -25.0 / 12.0), (1.0, 4.0), (2.0, -3.0), (3.0, 4.0 / 3.0), (4.0, -0.25)],
            false => &[(-2.0, 1.0 / 12.0), (-1.0, -8.0 / 12.0), (1.0, 8.0 / 12.0), (2.0, -1.0 / 12.0)],
        };
        let of = |&(by, weight): &(f64, f64)| {
            let mut values = centre.clone();
            values[j] += by * h;
            weight * difference(problem, family, &from_vector(&values, p, k)).value / h
        };
        let slope: f64 = steps.iter().map(of).sum();
        let distance = (slope - exact[j]).abs() / scale;
        assert!(distance < 1e-6, "{j} of {}: {slope} for {}, {variances:?}", exact.len(), exact[j]);
        worst = worst.max(distance);
    }
    worst
}

fn slopes_at_every_depth(published: Published) {
    let mut rng = ChaCha12Rng::seed_from_u64(9);
    let mut worst = 0.0f64;
    for family in [Family::Poisson, Family::NegBin2] {
        for depth in 0..=4 {
            for row_effect in [false, true] {
                let problem = world(depth, row_effect, family, published);
                let k = problem.n_variances();
                let some: Vec<f64> = (0..k).map(|_| rng.random_range(0.02..0.8)).collect();
                if k == 0 {
                    worst = worst.max(check(&problem, &[0.0], &mut rng));
                    continue;
                }
                worst = worst.max(check(&problem, &some, &mut rng));
                for zero in 0..k {
                    let mut variances = some.clone();
                    variances[zero] = 0.0;
                    worst = worst.max(check(&problem, &variances, &mut rng));
                }
            }
        }
    }
    assert!(worst < 1e-6, "{worst:e}");
}

#[test]
fn the_gradient_is_the_slope_at_every_depth_and_at_variance_zero() {
    slopes_at_every_depth(Published::Exact);
}

#[test]
fn it_is_with_counts_known_in_part_too() {
    slopes_at_every_depth(Published::InPart);
}
