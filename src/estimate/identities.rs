//! Derivatives against differences, on trees of every depth.
#![allow(clippy::unwrap_used)]

use super::evaluate::{Objective, Order};
use super::options::Options;
use super::point::Point;
use crate::area::{CodeScope, Placement};
use crate::count::{Count, CountTable, Interval, RandomlyRounded};
use crate::determinant::Design;
use crate::family::Family;
use crate::model::{Model, Problem};
use ndarray::Array2;
use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

/// How the counts of the table were published.
#[derive(Debug, Clone, Copy)]
pub(super) enum Published {
    Exact,
    /// A quarter exact, the others in classes, open above or rounded at random.
    InPart,
}

impl Published {
    fn count(self, row: usize, y: u64) -> Count {
        match (self, row % 4) {
            (Published::Exact, _) | (_, 0) => Count::Exact(y),
            (_, 1) => Count::interval(y / 5 * 5, y / 5 * 5 + 4).unwrap(),
            (_, 2) => Count::RandomlyRounded(RandomlyRounded::new(3, y / 3 * 3).unwrap()),
            (_, _) => Count::Interval(Interval::at_least(y.max(1))),
        }
    }
}

pub(super) fn world(depth: usize, row_effect: bool, family: Family, published: Published) -> Problem {
    // a small deterministic table: 120 rows in up to four nested levels
    let n = 120;
    let mut state = 12345u64 + depth as u64;
    let mut uniform = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let sizes = [3usize, 7, 16, 34];
    let names = ["a", "b", "c", "d"];
    let x = Array2::from_shape_fn((n, 2), |_| 2.0 * uniform() - 1.0);
    let counts: Vec<Count> =
        (0..n).map(|i| published.count(i, (8.0 * uniform() * (1.0 + x[[i, 0]])) as u64)).collect();
    let exposure: Vec<f64> = (0..n).map(|_| 0.5 + uniform()).collect();
    let placement = nested(&names[..depth], &sizes[..depth], n);
    let mut model = Model::of(family);
    for name in &names[..depth] {
        model = model.random_intercept(*name);
    }
    if row_effect {
        model = model.row_effect();
    }
    let rows: Vec<usize> = (0..n).collect();
    let design = Design::from_matrix(["x1", "x2"], x, &rows).unwrap();
    model.check(&placement, &CountTable::new(counts, exposure).unwrap(), design).unwrap()
}

/// Rows shuffled over areas whose parents split the line into even stretches.
fn nested(names: &[&str], sizes: &[usize], n: usize) -> Placement {
    let area = |row: usize, size: usize| ((row * 31) % n * size / n).to_string();
    let top: Vec<String> = vec!["all".into(); n];
    let columns: Vec<Vec<String>> =
        sizes.iter().map(|&size| (0..n).map(|row| area(row, size)).collect()).collect();
    let mut levels: Vec<(&str, &[String])> = vec![("top", &top)];
    levels.extend(names.iter().zip(&columns).map(|(name, column)| (*name, column.as_slice())));
    Placement::from_codes(&levels, CodeScope::WithinParent).unwrap()
}

pub(super) fn vector(point: &Point, p: usize, k: usize) -> Vec<f64> {
    point.beta.iter().chain(&point.variances[..k]).chain([&point.phi]).copied().take(p + k + 1).collect()
}

pub(super) fn from_vector(values: &[f64], p: usize, k: usize) -> Point {
    let variances = if k == 0 { vec![0.0] } else { values[p..p + k].to_vec() };
    Point { beta: values[..p].to_vec(), variances, phi: values[p + k] }
}

/// Compares at a random point with these variances.
fn check(problem: &Problem, family: Family, variances: &[f64], rng: &mut ChaCha12Rng) {
    let (p, k) = (problem.n_terms(), problem.n_variances());
    let options = Options { mode_tolerance: 1e-12, ..Options::default() };
    let mut objective = Objective::new(problem, &options);
    let mut between = |low: f64, high: f64| rng.random_range(low..high);
    let beta = vec![between(0.2, 1.2), between(-0.6, 0.6), between(-0.6, 0.6)];
    let point = Point { beta, variances: variances.to_vec(), phi: between(-0.5, 2.5) };
    let mut at = |values: &[f64], order| {
        let mut effects = vec![0.0; problem.nodes.n_nodes()];
        objective.evaluate(family, &from_vector(values, p, k), &mut effects, order)
    };
    let centre = vector(&point, p, k);
    let exact = at(&centre, Order::Hessian);
    let n = exact.gradient.len();
    for j in 0..n {
        // one-sided at a variance of 0, where the recursions stay smooth but υ < 0 is no model
        let at_zero = j >= p && j < p + k && centre[j] == 0.0;
        // the fifth derivative in a variance at 0 is large: a shorter step
        let h = if at_zero { 2e-5 } else { 1e-4 };
        let moved = |by: f64| {
            let mut values = centre.clone();
            values[j] += by;
            values
        };
        let steps: Vec<(f64, f64)> = if at_zero {
            vec![(0.0, -25.0 / 12.0), (h, 4.0), (2.0 * h, -3.0), (3.0 * h, 4.0 / 3.0), (4.0 * h, -0.25)]
        } else {
            vec![(-2.0 * h, 1.0 / 12.0), (-h, -8.0 / 12.0), (h, 8.0 / 12.0), (2.0 * h, -1.0 / 12.0)]
        };
        let mut slope = 0.0;
        let mut slopes = vec![0.0; n];
        for (by, weight) in steps {
            let there = at(&moved(by), Order::Gradient);
            slope += weight * there.value / h;
            for (i, s) in slopes.iter_mut().enumerate() {
                *s += weight * there.gradient[i] / h;
            }
        }
        let scale = exact.gradient.iter().fold(1.0f64, |m, g| m.max(g.abs()));
        assert!(
            (slope - exact.gradient[j]).abs() < 2e-7 * scale,
            "gradient {j}: {slope} against {}",
            exact.gradient[j]
        );
        let scale = exact.hessian.iter().fold(1.0f64, |m, g| m.max(g.abs()));
        for (i, slope) in slopes.iter().enumerate() {
            let exact = exact.hessian[[i, j]];
            assert!((slope - exact).abs() < 2e-7 * scale, "hessian {i},{j}: {slope} against {exact}");
        }
    }
}

fn slopes_at_every_depth(published: Published) {
    let mut rng = ChaCha12Rng::seed_from_u64(9);
    for family in [Family::Poisson, Family::NegBin2] {
        for depth in 0..=4 {
            for row_effect in [false, true] {
                let problem = world(depth, row_effect, family, published);
                let k = problem.n_variances();
                for _ in 0..3 {
                    let some: Vec<f64> = (0..k).map(|_| rng.random_range(0.02..0.8)).collect();
                    let or_none = |variances: &[f64]| if k == 0 { vec![0.0] } else { variances.to_vec() };
                    check(&problem, family, &or_none(&some), &mut rng);
                    for zero in 0..k {
                        let mut variances = some.clone();
                        variances[zero] = 0.0;
                        check(&problem, family, &variances, &mut rng);
                    }
                }
            }
        }
    }
}

#[test]
fn gradient_and_hessian_are_the_slopes_at_every_depth_and_at_variance_zero() {
    slopes_at_every_depth(Published::Exact);
}

#[test]
fn they_are_with_counts_known_in_part_too() {
    slopes_at_every_depth(Published::InPart);
}

/// The score of 1/θ at infinite θ is the slope of the negative binomial's value there.
#[test]
fn the_overdispersion_score_is_the_slope_in_one_over_theta() {
    for published in [Published::Exact, Published::InPart] {
        let problem = world(2, false, Family::NegBin2, published);
        let options = Options { mode_tolerance: 1e-12, ..Options::default() };
        let mut objective = Objective::new(&problem, &options);
        let mut at = |alpha: f64| {
            let point = Point { beta: vec![1.1, 0.2, -0.1], variances: vec![0.1, 0.05], phi: -alpha.ln() };
            let mut effects = vec![0.0; problem.nodes.n_nodes()];
            let family = if alpha == 0.0 { Family::Poisson } else { Family::NegBin2 };
            let derivatives = objective.evaluate(family, &point, &mut effects, Order::Hessian);
            let value = derivatives.value;
            let position = super::newton::Position { point, effects, derivatives };
            (value, objective.overdispersion_score(&position))
        };
        let (poisson, score) = at(0.0);
        let h = 1e-5;
        let slope = (4.0 * (at(h).0 - poisson) - (at(2.0 * h).0 - poisson)) / (2.0 * h);
        assert!(
            (slope - score).abs() < 1e-5 * score.abs().max(1.0),
            "{published:?}: {slope} against {score}"
        );
    }
}

/// With a fixed bound on its steps Newton runs back and forth in one of these.
#[test]
fn the_mode_is_found_wherever_intervals_lie() {
    let mut rng = ChaCha12Rng::seed_from_u64(3);
    let codes: Vec<String> = (0..24).map(|row| (row / 4).to_string()).collect();
    let placement = Placement::from_codes(&[("area", &codes)], CodeScope::Unique).unwrap();
    let rows: Vec<usize> = (0..24).collect();
    let design = Design::from_matrix(Vec::<String>::new(), Array2::zeros((24, 0)), &rows).unwrap();
    let mut lost = Vec::new();
    for family in [Family::Poisson, Family::NegBin2] {
        for table in 0..40 {
            let mut count = |row: usize| {
                let lo = (10f64).powf(rng.random_range(0.0..4.0)) as u64;
                match row % 3 {
                    0 => Count::interval(0, lo).unwrap(),
                    1 => Count::Interval(Interval::at_least(lo)),
                    _ => Count::interval(lo, lo + lo / 5).unwrap(),
                }
            };
            let counts = CountTable::without_exposure(rows.iter().map(|&row| count(row)).collect()).unwrap();
            let model = Model::of(family).random_intercept("area");
            let problem = model.check(&placement, &counts, design.clone()).unwrap();
            let mut objective = Objective::new(&problem, &Options::default());
            for intercept in [-12.0, -3.0, 0.0, 3.0, 6.0, 12.0] {
                for variance in [0.01, 1.0, 25.0, 400.0] {
                    let point = Point { beta: vec![intercept], variances: vec![variance], phi: 1.0 };
                    let mut effects = vec![0.0; problem.nodes.n_nodes()];
                    let at = objective.evaluate(family, &point, &mut effects, Order::Value);
                    if !at.is_finite() {
                        lost.push((family, table, intercept, variance));
                    }
                }
            }
        }
    }
    assert!(lost.is_empty(), "{} of 1920: {lost:?}", lost.len());
}
