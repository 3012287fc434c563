//! Influence by one Newton step against fits without the area.

use crate::made::Made;
use crate::question::Question;
use nestcount::determinant::{Determinants, Numeric};
use nestcount::diagnose::Influence;
use nestcount::estimate::Parameters;
use nestcount::simulate::{Determinant, Marginal, Scatter, World};
use nestcount::{Fit, Model, Options, Problem};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

fn made(theta: Option<f64>, seed: u64) -> Made {
    let world = World::new(960)
        .level("region", 40, 0.35)
        .level("town", 160, 0.25)
        .determinant(Determinant::normal("x", 0.3))
        .determinant(Determinant::normal("z", -0.2))
        .exposure(Marginal::log_normal(200.0, 0.7))
        .rate(0.05)
        .shuffled();
    let (world, model) = match theta {
        Some(theta) => (world.theta(theta), Model::neg_bin2()),
        None => (world, Model::poisson()),
    };
    let question = Question {
        table: world.draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap().table,
        levels: vec!["region", "town"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new().with(Numeric::new("x")).with(Numeric::new("z")),
        model: model.random_intercept("region").random_intercept("town"),
    };
    let problem = question.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    Made { question, problem, fit }
}

impl Made {
    /// The problem without the rows of an area.
    fn without(&self, level: &str, code: &str) -> Problem {
        let question = &self.question;
        let (placement, counts) = (question.placement().unwrap(), question.counts().unwrap());
        let codes = question.table.codes(level).unwrap();
        let rows: Vec<usize> =
            counts.rows().iter().copied().filter(|&row| codes[row].as_deref() != Some(code)).collect();
        let design = question.determinants.build(&question.table, &placement, &rows).unwrap();
        question.model.check(&placement, &counts, design).unwrap()
    }

    fn influence(&self, level: &str) -> Influence {
        self.fit.influence(&self.problem, level).unwrap()
    }
}

/// Coefficients, sd and log θ.
fn parameters(fit: &Fit) -> Vec<f64> {
    let coefficients = fit.coefficients().iter().map(|c| c.estimate);
    let sds = fit.levels().iter().map(|level| level.sd.estimate());
    coefficients.chain(sds).chain(fit.dispersion().theta().map(f64::ln)).collect()
}

/// Of the same.
fn std_errors(fit: &Fit) -> Vec<f64> {
    let coefficients = fit.coefficients().iter().map(|c| c.std_error);
    let sds = fit.levels().iter().map(|level| level.sd.std_error().unwrap());
    coefficients.chain(sds).chain(fit.covariance().std_error("log theta")).collect()
}

/// Solves by elimination.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        for j in i + 1..n {
            let factor = a[j][i] / a[i][i];
            let pivot = a[i].clone();
            a[j][i..].iter_mut().zip(&pivot[i..]).for_each(|(x, pivot)| *x -= factor * pivot);
            b[j] -= factor * b[i];
        }
    }
    for i in (0..n).rev() {
        for k in i + 1..n {
            b[i] -= a[i][k] * b[k];
        }
        b[i] /= a[i][i];
    }
    b
}

/// One Newton step of a problem from the estimates of a fit, over coefficients, log sd and log θ, in standard errors; none
/// where the problem says little of a variance, which is then stepped otherwise.
fn step(problem: &Problem, fit: &Fit) -> Option<Vec<f64>> {
    let variances: Vec<f64> = fit.levels().iter().map(|level| level.sd.variance()).collect();
    let scatter = fit.dispersion().theta().map_or(Scatter::Poisson, |theta| Scatter::NegBin2 { theta });
    let coefficients: Vec<f64> = fit.coefficients().iter().map(|c| c.estimate).collect();
    let p = coefficients.len();
    let at = Parameters { coefficients, variances: variances.clone(), scatter };
    let all = problem.likelihood(&Options::default()).derivatives(&at).unwrap();
    let n = all.gradient.len();
    let of = |i: usize| (i >= p && i < p + variances.len()).then(|| variances[i - p]);
    let factor = |i: usize| of(i).map_or(1.0, |v| 2.0 * v);
    let gradient: Vec<f64> = (0..n).map(|i| all.gradient[i] * factor(i)).collect();
    let information = |i: usize, j: usize| {
        let own = if i == j { of(i).map_or(0.0, |v| 4.0 * v * all.gradient[i]) } else { 0.0 };
        -(all.hessian[[i, j]] * factor(i) * factor(j) + own)
    };
    if (p..p + variances.len()).any(|i| information(i, i) < 2.0) {
        return None;
    }
    let matrix = (0..n).map(|i| (0..n).map(|j| information(i, j)).collect()).collect();
    let here = parameters(fit);
    let moved = solve(matrix, gradient).into_iter().enumerate().map(|(i, s)| match of(i) {
        Some(_) => here[i] * s.exp_m1(),
        None => s,
    });
    Some(moved.zip(std_errors(fit)).map(|(s, e)| s / e).collect())
}

#[test]
fn the_step_is_that_of_the_problem_without_the_area() {
    for theta in [None, Some(5.0)] {
        let made = made(theta, 1);
        for (level, some) in [("region", 4), ("town", 17)] {
            let influence = made.influence(level);
            assert!(influence.decisive.is_empty());
            assert_eq!(influence.parameters.len(), made.fit.covariance().names.len());
            assert!(influence.parameters.contains(&"sd(town)".to_string()));
            let total: usize = influence.areas.iter().map(|area| area.n_rows).sum();
            assert_eq!(total, 960);
            let mut compared = 0;
            for area in influence.areas.iter().step_by(some) {
                let without = made.without(level, area.path.last().unwrap());
                assert_eq!(without.n_rows() + area.n_rows, 960);
                let Some(wanted) = step(&without, &made.fit) else { continue };
                compared += 1;
                for (found, wanted) in area.change.iter().zip(wanted) {
                    assert!((found - wanted).abs() < 1e-7, "{:?}: {found} for {wanted}", area.path);
                }
            }
            assert!(compared >= 3, "{compared} of {level} compared");
        }
    }
}

/// Largest and mean distance, in standard errors, from one step to the fit without the area, and what it is of the change.
fn distances(made: &Made, level: &str, every: usize) -> (f64, f64, f64) {
    let (here, errors) = (parameters(&made.fit), std_errors(&made.fit));
    let (mut worst, mut sum, mut moved, mut n) = (0.0f64, 0.0, 0.0f64, 0.0);
    for area in made.influence(level).areas.iter().step_by(every) {
        let without = made.without(level, area.path.last().unwrap());
        let refit = parameters(&without.fit(&Options::default()).unwrap());
        for j in 0..here.len() {
            let real = (refit[j] - here[j]) / errors[j];
            worst = worst.max((area.change[j] - real).abs());
            moved = moved.max(real.abs());
            sum += (area.change[j] - real).abs();
            n += 1.0;
        }
    }
    (worst, sum / n, moved)
}

#[test]
fn one_step_is_close_to_the_fit_without_the_area() {
    for theta in [None, Some(5.0)] {
        let made = made(theta, 1);
        for (level, every) in [("region", 1), ("town", 5)] {
            let (worst, mean, moved) = distances(&made, level, every);
            println!(
                "{theta:?} {level}: worst {worst:.4}, mean {mean:.5}, largest change {moved:.3} standard errors"
            );
            assert!(worst < 0.25 * moved && mean < 0.02, "{worst} {mean} {moved}");
        }
    }
}

#[test]
fn an_area_with_an_odd_count_moves_the_estimates_most() {
    let mut made = made(None, 2);
    let code = made.question.table.codes("town").unwrap()[7].clone().unwrap();
    let codes = made.question.table.codes("town").unwrap();
    let counts = made.question.table.numbers("count").unwrap();
    let odd =
        counts.iter().zip(&codes).map(|(y, c)| y.unwrap() * if *c == Some(code.clone()) { 9.0 } else { 1.0 });
    made.question.table = made.question.table.clone().with_numbers("odd", odd.collect::<Vec<_>>()).unwrap();
    made.question.count = "odd";
    made.problem = made.question.problem().unwrap();
    made.fit = made.problem.fit(&Options::default()).unwrap();
    let influence = made.influence("town");
    let most = influence.areas.iter().max_by(|a, b| a.distance.total_cmp(&b.distance)).unwrap();
    assert_eq!(most.path.last(), Some(&code));
    let sd = influence.parameters.iter().position(|name| name == "sd(town)").unwrap();
    assert!(most.change[sd] < -0.5, "{:?}", most.change);
}

#[test]
fn a_level_without_intercepts_is_refused() {
    let made = made(None, 3);
    assert_eq!(made.fit.influence(&made.problem, "province").unwrap_err().code(), "unknown-level");
}
