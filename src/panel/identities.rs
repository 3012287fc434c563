//! Derivatives against differences, and the engine against dense algebra, for every kind of model.

use super::evaluate::Objective;
use super::fixture::{Rows, rows};
use super::point::{Point, parts};
use super::{InTime, PanelModel, PanelProblem, Provisional};
use crate::estimate::Options;
use crate::family::Family;
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2};

fn options() -> Options {
    Options { mode_tolerance: 1e-9, ..Options::default() }
}

fn models(family: Family) -> Vec<PanelModel> {
    let nested = || PanelModel::of(family).random_intercept("gemeente").random_intercept("wijk");
    let late = Provisional::new(["1", "7"], 0.95).unwrap().with_log_sd(0.05).unwrap();
    vec![
        PanelModel::of(family).period_effect(),
        nested().period_effect(),
        nested().period_effect().in_time("wijk", InTime::Autoregressive),
        nested().period_effect().in_time("gemeente", InTime::Autoregressive).row_effect(),
        PanelModel::of(family).in_time("wijk", InTime::RandomWalk).provisional(late.clone()),
        nested().in_time("gemeente", InTime::Independent).period_effect().provisional(late),
    ]
}

fn point(problem: &PanelProblem) -> Point {
    let scales = (0..problem.layout.n_scales()).map(|k| 0.35 - 0.07 * k as f64).collect();
    Point { beta: vec![-1.7, 0.12], scales, rho: 0.45, phi: 1.8 }
}

fn tables() -> Vec<Rows> {
    vec![rows(4, 7, 5), rows(4, 7, 5).withheld()]
}

#[test]
fn the_gradient_is_the_slope_of_the_value_for_every_kind_of_model() {
    let mut worst: f64 = 0.0;
    for family in [Family::Poisson, Family::NegBin2] {
        for table in tables() {
            for model in models(family) {
                let problem = table.check(&model).unwrap();
                let mut objective = Objective::new(&problem, &options());
                let at = point(&problem);
                let mut u = vec![0.0; problem.layout.n_unknowns];
                let here = objective.evaluate(family, &at, &mut u);
                for (part, exact) in parts(&problem, family).into_iter().zip(&here.gradient) {
                    let mut value = |by: f64| {
                        let mut there = at.clone();
                        there.shift(part, by, problem.correlate());
                        objective.evaluate(family, &there, &mut u.clone()).value
                    };
                    let h = 1e-3;
                    let slope =
                        (8.0 * (value(h) - value(-h)) - (value(2.0 * h) - value(-2.0 * h))) / (12.0 * h);
                    let distance = (exact - slope).abs() / (1.0 + slope.abs());
                    worst = worst.max(distance);
                    assert!(distance < 1e-6, "{model:?} {part:?}: {exact} against {slope}");
                }
            }
        }
    }
    println!("largest distance of the gradient from differences {worst:.1e}");
}

/// The covariance of the effects of all rows by the model's own definition, and with it Laplace's value in dense algebra.
fn dense_value(problem: &PanelProblem, at: &Point, objective: &Objective<'_>) -> f64 {
    let n = problem.n_rows();
    let times = problem.periods.times();
    let period = |row: usize| problem.periods.of_rows()[problem.base.caller_row(row)] as usize;
    let movement = problem.movement.as_ref();
    let moving_area = |row: usize| -> Option<usize> {
        let level = problem.base.model_level(&movement?.level).ok()?;
        Some(problem.base.area_rank_of_rows(level)[problem.base.position_of_row(row)])
    };
    let mut covariance = Array2::<f64>::zeros((n, n));
    for (scale, name) in problem.scale_names().iter().enumerate() {
        let variance = at.scales[scale].powi(2);
        let areas = problem.base.model_level(name).ok().map(|level| problem.base.area_rank_of_rows(level));
        let moving: Vec<Option<usize>> = (0..n).map(moving_area).collect();
        for i in 0..n {
            for j in 0..n {
                let (s, t) = (times[period(i)], times[period(j)]);
                let shared = match (&areas, name.as_str()) {
                    (Some(areas), _) => f64::from(u8::from(
                        areas[problem.base.position_of_row(i)] == areas[problem.base.position_of_row(j)],
                    )),
                    (None, "period") => f64::from(u8::from(period(i) == period(j))),
                    (None, _) if moving[i] != moving[j] => 0.0,
                    (None, _) => match movement.map(|moving| moving.how) {
                        Some(InTime::Autoregressive) => at.rho.powf((s - t).abs()),
                        Some(InTime::RandomWalk) => s.min(t) - times[0],
                        _ => f64::from(u8::from(s == t)),
                    },
                };
                covariance[[i, j]] += variance * shared;
            }
        }
    }
    // with η = f + Lz and LL' = the covariance: log-likelihood − ½ z'z − ½ log|I + L'WL|, the ridge only lets L exist
    let eta: Vec<f64> = objective.rows.eta.clone();
    let effects: Array1<f64> = eta.iter().zip(&objective.fixed).map(|(eta, fixed)| eta - fixed).collect();
    let w = Array1::from(objective.rows.w.clone());
    let r = Array1::from(objective.rows.r.clone());
    // at the mode effects = Σ r, so effects'Σ⁻¹effects = r'Σr
    let moved = covariance.dot(&r);
    for (moved, effect) in moved.iter().zip(&effects) {
        assert!((moved - effect).abs() < 1e-7, "mode: {moved} against {effect}");
    }
    let root = w.mapv(f64::sqrt);
    let inner = Array2::from_shape_fn((n, n), |(i, j)| {
        f64::from(u8::from(i == j)) + root[i] * covariance[[i, j]] * root[j]
    });
    let factor = Cholesky::new(&inner.view()).unwrap();
    let log_determinant: f64 = factor.lower().diag().iter().map(|l| 2.0 * l.ln()).sum();
    let constants = super::rows::constants(&problem.base, problem.family(), at.phi).0;
    objective.rows.log_density.iter().sum::<f64>() + constants - 0.5 * r.dot(&moved) - 0.5 * log_determinant
}

#[test]
fn the_value_is_that_of_the_dense_normal_with_the_model_s_covariance() {
    let mut worst: f64 = 0.0;
    for family in [Family::Poisson, Family::NegBin2] {
        for table in tables() {
            for how in [InTime::Independent, InTime::Autoregressive, InTime::RandomWalk] {
                for rho in [-0.5, 0.0, 0.8] {
                    let model = PanelModel::of(family)
                        .random_intercept("gemeente")
                        .random_intercept("wijk")
                        .period_effect()
                        .in_time("wijk", how);
                    let problem = table.check(&model).unwrap();
                    let mut objective = Objective::new(&problem, &options());
                    let at = Point { rho, ..point(&problem) };
                    let mut u = vec![0.0; problem.layout.n_unknowns];
                    let value = objective.evaluate(family, &at, &mut u).value;
                    let distance = (value - dense_value(&problem, &at, &objective)).abs();
                    worst = worst.max(distance);
                    assert!(distance < 1e-8, "{how:?} {rho}: {distance}");
                }
            }
        }
    }
    println!("largest distance from dense algebra {worst:.1e}");
}

#[test]
fn a_correlation_of_zero_is_independence() {
    let table = rows(4, 7, 5);
    let value = |how| {
        let model = PanelModel::poisson().random_intercept("wijk").in_time("wijk", how);
        let problem = table.check(&model).unwrap();
        let mut objective = Objective::new(&problem, &options());
        let at = Point { rho: 0.0, ..point(&problem) };
        let mut u = vec![0.0; problem.layout.n_unknowns];
        objective.evaluate(Family::Poisson, &at, &mut u).value
    };
    let distance = value(InTime::Independent) - value(InTime::Autoregressive);
    assert!(distance.abs() < 1e-10, "{distance}");
}
