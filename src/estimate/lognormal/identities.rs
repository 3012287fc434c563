//! Derivatives against differences on trees of every depth, and the same model in other words.

use super::surface::RowsIntegrated;
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::exact::{Quadrature, Rule, Wanted};
use crate::estimate::identities::{Published, from_vector, vector, world};
use crate::estimate::options::Options;
use crate::estimate::point::Point;
use crate::family::{Family, RowRule};
use crate::model::Problem;
use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

fn precise() -> Options {
    Options { mode_tolerance: 1e-12, ..Options::default() }
}

/// The largest distances of gradient and Hessian from differences, as shares of their largest entries.
fn distances(problem: &Problem, family: Family, variances: &[f64], rng: &mut ChaCha12Rng) -> (f64, f64) {
    let (p, k) = (problem.n_terms(), problem.n_variances());
    let integrated = problem.with_rows_integrated().unwrap();
    let mut surface = RowsIntegrated::new(&integrated, &precise(), RowRule::FIRST);
    let mut between = |low: f64, high: f64| rng.random_range(low..high);
    let beta = vec![between(0.2, 1.2), between(-0.6, 0.6), between(-0.6, 0.6)];
    let point = Point { beta, variances: variances.to_vec(), phi: between(-0.5, 2.5) };
    let mut at = |values: &[f64], order| {
        let mut effects = vec![0.0; integrated.nodes.n_nodes()];
        surface.at(family, &from_vector(values, p, k), &mut effects, order)
    };
    let centre = vector(&point, p, k);
    let exact = at(&centre, Order::Hessian);
    let n = exact.gradient.len();
    assert_eq!(n, p + k + usize::from(family == Family::NegBin2));
    let largest = |least: f64, all: &mut dyn Iterator<Item = &f64>| all.fold(least, |m, x| m.max(x.abs()));
    let scales = (largest(1.0, &mut exact.gradient.iter()), largest(1.0, &mut exact.hessian.iter()));
    let mut worst = (0.0f64, 0.0f64);
    for j in 0..n {
        let at_zero = (p..p + k).contains(&j) && centre[j] == 0.0;
        let h = if at_zero { 1e-4 } else { 1e-3 };
        let steps: &[(f64, f64)] = match at_zero {
            true => &[(0.0, -25.0 / 12.0), (1.0, 4.0), (2.0, -3.0), (3.0, 4.0 / 3.0), (4.0, -0.25)],
            false => &[(-2.0, 1.0 / 12.0), (-1.0, -8.0 / 12.0), (1.0, 8.0 / 12.0), (2.0, -1.0 / 12.0)],
        };
        let (mut slope, mut slopes) = (0.0, vec![0.0; n]);
        for (by, weight) in steps {
            let mut values = centre.clone();
            values[j] += by * h;
            let there = at(&values, Order::Gradient);
            slope += weight * there.value / h;
            slopes.iter_mut().zip(&there.gradient).for_each(|(s, g)| *s += weight * g / h);
        }
        worst.0 = worst.0.max((slope - exact.gradient[j]).abs() / scales.0);
        for (i, slope) in slopes.iter().enumerate() {
            worst.1 = worst.1.max((slope - exact.hessian[[i, j]]).abs() / scales.1);
        }
    }
    worst
}

fn are_slopes(published: Published, depths: &[usize]) {
    let mut rng = ChaCha12Rng::seed_from_u64(9);
    for family in [Family::Poisson, Family::NegBin2] {
        for &depth in depths {
            let problem = world(depth, true, family, published);
            let levels = problem.n_variances();
            let all: Vec<f64> = (0..levels).map(|_| rng.random_range(0.05..0.5)).collect();
            for zero in 0..=levels {
                let mut variances = all.clone();
                if let Some(variance) = variances.get_mut(zero) {
                    *variance = 0.0;
                }
                let (gradient, hessian) = distances(&problem, family, &variances, &mut rng);
                // of NB2 a column of the Hessian is a difference itself
                let bound = if family == Family::NegBin2 { 3e-5 } else { 1e-6 };
                assert!(gradient < 1e-7, "{family} {depth} {variances:?}: gradient {gradient:e}");
                assert!(hessian < bound, "{family} {depth} {variances:?}: hessian {hessian:e}");
            }
        }
    }
}

#[test]
fn gradient_and_hessian_are_the_slopes_at_every_depth_and_at_variance_zero() {
    are_slopes(Published::Exact, &[0, 1, 2, 4]);
}

#[test]
fn they_are_with_counts_known_in_part_too() {
    are_slopes(Published::InPart, &[1]);
}

fn value(problem: &Problem, point: &Point) -> f64 {
    let integrated = problem.with_rows_integrated().unwrap();
    let mut surface = RowsIntegrated::new(&integrated, &precise(), RowRule::FIRST);
    let mut effects = vec![0.0; integrated.nodes.n_nodes()];
    surface.at(problem.family(), point, &mut effects, Order::Value).value
}

fn laplace_and_exact(problem: &Problem, point: &Point) -> (f64, f64) {
    let mut objective = Objective::new(problem, &precise());
    let mut modes = vec![0.0; problem.nodes.n_nodes()];
    let family = problem.family();
    let laplace = objective.evaluate(family, point, &mut modes, Order::Value).value;
    let mut quadrature = Quadrature::new(Rule { step: 0.5, tail: 1e-16 });
    let found = quadrature.evaluate(&mut objective, family, point, &modes, Wanted::Value).unwrap();
    (laplace, laplace + found.difference)
}

#[test]
fn without_variance_between_areas_it_is_the_exact_likelihood() {
    for published in [Published::Exact, Published::InPart] {
        for family in [Family::Poisson, Family::NegBin2] {
            for depth in 0..=2 {
                let problem = world(depth, true, family, published);
                let mut variances = vec![0.0; depth];
                variances.push(0.3);
                let point = Point { beta: vec![0.7, 0.2, -0.3], variances, phi: 0.9 };
                let (rows, (laplace, exact)) = (value(&problem, &point), laplace_and_exact(&problem, &point));
                assert!((rows - exact).abs() < 1e-8, "{family} {depth}: {rows} {exact}");
                assert!((laplace - exact).abs() > 1e-3, "{laplace} {exact} is no test");
            }
        }
    }
}

#[test]
fn without_variance_between_rows_it_is_laplace_without_a_row_effect() {
    for published in [Published::Exact, Published::InPart] {
        for family in [Family::Poisson, Family::NegBin2] {
            let (with, without) = (world(2, true, family, published), world(2, false, family, published));
            let at = |variances: &[f64]| Point {
                beta: vec![0.7, 0.2, -0.3],
                variances: variances.to_vec(),
                phi: 0.9,
            };
            let mut effects = vec![0.0; without.nodes.n_nodes()];
            let mut objective = Objective::new(&without, &precise());
            let laplace = objective.evaluate(family, &at(&[0.1, 0.2]), &mut effects, Order::Value).value;
            let rows = value(&with, &at(&[0.1, 0.2, 0.0]));
            assert!((rows - laplace).abs() < 1e-9, "{family}: {rows} {laplace}");
        }
    }
}

#[test]
fn it_is_much_nearer_to_the_exact_likelihood_than_laplace_is() {
    for published in [Published::Exact, Published::InPart] {
        for family in [Family::Poisson, Family::NegBin2] {
            for depth in 1..=3 {
                let problem = world(depth, true, family, published);
                let mut variances = vec![0.1; depth];
                variances.push(0.4);
                let point = Point { beta: vec![0.7, 0.2, -0.3], variances, phi: 1.5 };
                let (rows, (laplace, exact)) = (value(&problem, &point), laplace_and_exact(&problem, &point));
                println!("{family} {depth}: {:.2e} for {:.2e}", rows - exact, laplace - exact);
                assert!((rows - exact).abs() < 0.1 * (laplace - exact).abs(), "{rows} {laplace} {exact}");
            }
        }
    }
}

#[test]
fn a_problem_without_a_row_effect_is_refused() {
    let refused = world(2, false, Family::Poisson, Published::Exact).with_rows_integrated().unwrap_err();
    assert!(matches!(refused.kind(), crate::ErrorKind::UnknownLevel { level, .. } if level == "row"));
}
