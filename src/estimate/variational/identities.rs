//! The bound against the integral itself, and its gradient against differences.

use super::Bound;
use crate::area::{CodeScope, Placement};
use crate::count::{Count, CountTable};
use crate::determinant::Design;
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::newton::Position;
use crate::estimate::options::Options;
use crate::estimate::point::Point;
use crate::family::{Coarse, Coarsened, Family, Histogram, NegBin2, Poisson};
use crate::model::{CoarseRow, Model, Problem};
use ndarray::{Array1, Array2};

/// One level of 12 areas of 4 rows; every fourth count withheld where asked.
fn one_level(family: Family, counts: impl Fn(u64) -> Count) -> Problem {
    let n = 48;
    let codes: Vec<String> = (0..n).map(|row| (row / 4).to_string()).collect();
    let placement = Placement::from_codes(&[("area", &codes)], CodeScope::Unique).unwrap();
    let counts = CountTable::without_exposure((0..n as u64).map(counts).collect()).unwrap();
    let rows: Vec<usize> = (0..n).collect();
    let x = Array2::from_shape_fn((n, 1), |(row, _)| (row * 5 % 11) as f64 / 10.0);
    let design = Design::from_matrix(["x"], x, &rows).unwrap();
    Model::of(family).random_intercept("area").check(&placement, &counts, design).unwrap()
}

fn exact_counts(row: u64) -> Count {
    Count::Exact(row * 7 % 5 + (row / 4) % 3)
}

fn some_withheld(row: u64) -> Count {
    match row % 4 {
        0 => Count::interval(0, 4).unwrap(),
        _ => exact_counts(row),
    }
}

struct At {
    value: f64,
    laplace: f64,
    gradient: Array1<f64>,
}

fn at(problem: &Problem, n_points: usize, point: &Point) -> At {
    let family = problem.family();
    let mut objective = Objective::new(problem, &Options { mode_tolerance: 1e-12, ..Options::default() });
    let mut modes = vec![0.0; problem.nodes.n_nodes()];
    let laplace = objective.evaluate(family, point, &mut modes, Order::Value).value;
    let mut bound = Bound::new(problem, n_points);
    let (value, gradient) = bound.evaluate(&mut objective, family, point, &modes).unwrap();
    At { value, laplace, gradient }
}

/// log ∏ ∫ ∏ P(y_i | a) N(a; 0, υ) da by the trapezoidal rule, which is exact to rounding for such integrands.
fn integral(problem: &Problem, point: &Point) -> f64 {
    let sd = point.variances[0].sqrt();
    let (h, p) = (0.05, problem.n_terms());
    let eta = |row: usize| -> f64 {
        problem.offset[row] + (0..p).map(|j| problem.x[row * p + j] * point.beta[j]).sum::<f64>()
    };
    let published = |row: usize| match problem.coarse.iter().find(|coarse| coarse.row == row) {
        Some(coarse) => coarse.published,
        None => Coarse { lo: problem.y[row], hi: problem.y[row], base: 1.0 },
    };
    let log_probability = |row: usize, a: f64| {
        let mu = (eta(row) + a).exp();
        match problem.family() {
            Family::Poisson => Poisson.coarse(&published(row), mu).log_probability,
            Family::NegBin2 => NegBin2::new(point.phi.exp()).coarse(&published(row), mu).log_probability,
        }
    };
    let area = |rows: std::ops::Range<usize>| -> f64 {
        let term = |i: i32| {
            let z = f64::from(i) * h;
            (rows.clone().map(|row| log_probability(row, sd * z)).sum::<f64>() - 0.5 * z * z).exp()
        };
        let sum: f64 = (-180..=180).map(term).sum();
        (sum * h / (2.0 * std::f64::consts::PI).sqrt()).ln()
    };
    problem.nodes.subtrees().map(|tree| area(tree.rows())).sum()
}

#[test]
fn the_bound_lies_below_the_integral_and_near_it() {
    for family in [Family::Poisson, Family::NegBin2] {
        for counts in [exact_counts, some_withheld] {
            let problem = one_level(family, counts);
            for (variance, gap) in [(0.01, 1e-3), (0.3, 0.3), (2.0, 2.0)] {
                let point = Point { beta: vec![0.4, 0.1], variances: vec![variance], phi: 1.0 };
                let (exact, bound) = (integral(&problem, &point), at(&problem, 21, &point).value);
                assert!(bound < exact, "{family} {variance}: {bound} is no bound of {exact}");
                assert!(exact - bound < gap, "{family} {variance}: {bound} lies far below {exact}");
            }
        }
    }
}

#[test]
fn at_variances_of_0_the_bound_is_the_log_likelihood_itself() {
    for family in [Family::Poisson, Family::NegBin2] {
        let problem = one_level(family, some_withheld);
        let point = Point { beta: vec![0.4, 0.1], variances: vec![0.0], phi: 1.0 };
        let at = at(&problem, 15, &point);
        assert!((at.value - at.laplace).abs() < 1e-10, "{} {}", at.value, at.laplace);
    }
}

#[test]
fn quadrature_of_exact_poisson_rows_is_their_closed_form() {
    let problem = one_level(Family::Poisson, exact_counts);
    let point = Point { beta: vec![0.4, 0.1], variances: vec![0.5], phi: 0.0 };
    let closed = at(&problem, 15, &point);
    let by_points = at(&as_intervals(problem), 15, &point);
    assert!((by_points.value - closed.value).abs() < 1e-10, "{} {}", by_points.value, closed.value);
    for (one, other) in by_points.gradient.iter().zip(&closed.gradient) {
        assert!((one - other).abs() < 1e-7, "{one} {other}");
    }
}

/// Every count known to lie between itself and itself.
fn as_intervals(mut problem: Problem) -> Problem {
    let row = |(row, &y): (usize, &f64)| CoarseRow {
        row,
        leaf: 0,
        count: Count::Exact(y as u64),
        published: Coarse { lo: y, hi: y, base: 1.0 },
        typical: y,
    };
    problem.coarse = problem.y.iter().enumerate().map(row).collect();
    problem.y.fill(0.0);
    problem.histogram = Histogram::new(&[]);
    problem
}

/// As many points as are asked for leave an error far below what the bound is known to.
#[test]
fn the_points_chosen_change_the_bound_by_less_than_they_may() {
    for family in [Family::Poisson, Family::NegBin2] {
        let problem = one_level(family, some_withheld);
        let point = Point { beta: vec![0.4, 0.1], variances: vec![0.3], phi: 1.0 };
        let mut objective =
            Objective::new(&problem, &Options { mode_tolerance: 1e-12, ..Options::default() });
        let mut effects = vec![0.0; problem.nodes.n_nodes()];
        let derivatives = objective.evaluate(family, &point, &mut effects, Order::Hessian);
        let position = Position { point: point.clone(), effects: effects.clone(), derivatives };
        let mut chosen = Bound::refined(&mut objective, family, &position);
        let (value, _) = chosen.evaluate(&mut objective, family, &point, &effects).unwrap();
        assert!((value - at(&problem, 55, &point).value).abs() < 1e-8);
    }
}

#[test]
fn the_gradient_of_the_bound_equals_its_differences() {
    let tables = [
        ("Poisson", super::super::fixture::problem(Model::poisson(), 36, 4)),
        ("NB2", super::super::fixture::problem(Model::neg_bin2(), 36, 4)),
        ("Poisson with row effect", super::super::fixture::problem(Model::poisson().row_effect(), 36, 4)),
        ("exact Poisson", one_level(Family::Poisson, exact_counts)),
        ("exact NB2", one_level(Family::NegBin2, exact_counts)),
    ];
    for (name, problem) in &tables {
        let (p, k) = (problem.n_terms(), problem.n_variances());
        let mut beta = vec![1.1, 0.2, -0.1];
        beta.truncate(p);
        let point = Point { beta, variances: vec![0.3, 0.2, 0.25][..k].to_vec(), phi: 0.8 };
        let exact = at(problem, 15, &point).gradient;
        for (j, exact) in exact.iter().enumerate() {
            let moved = |by: f64| {
                let mut point = point.clone();
                match j {
                    j if j < p => point.beta[j] += by,
                    j if j < p + k => point.variances[j - p] += by,
                    _ => point.phi += by,
                }
                at(problem, 15, &point).value
            };
            let h = 1e-3;
            let slope = (8.0 * (moved(h) - moved(-h)) - (moved(2.0 * h) - moved(-2.0 * h))) / (12.0 * h);
            assert!((exact - slope).abs() < 1e-7 * (1.0 + exact.abs()), "{name} {j}: {exact} for {slope}");
        }
    }
}
