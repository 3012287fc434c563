//! The adjusted profile against its definition, L(β̂_δ, δ) − ½ log det(−H_ββ), from values and Hessians alone.

use crate::tables;
use nestcount::estimate::{Likelihood, Parameters};
use nestcount::family::Scatter;
use nestcount::infer::{Adjusted, StandardDeviation};
use nestcount::ndarray::Array2;
use nestcount::{Fit, Model, Options, Problem};

fn solved(problem: &Problem) -> (Fit, Adjusted) {
    let fit = problem.fit(&Options::default()).unwrap();
    let adjusted = fit.adjusted(problem, &Options::default()).unwrap();
    (fit, adjusted)
}

/// Solves a x = b by elimination, and the log of a's determinant; `a` is positive definite.
fn solve(a: &Array2<f64>, b: &[f64]) -> (Vec<f64>, f64) {
    let (mut a, mut b, n) = (a.clone(), b.to_vec(), b.len());
    let mut log_determinant = 0.0;
    for k in 0..n {
        assert!(a[[k, k]] > 0.0);
        log_determinant += a[[k, k]].ln();
        for i in k + 1..n {
            let factor = a[[i, k]] / a[[k, k]];
            for j in k..n {
                a[[i, j]] -= factor * a[[k, j]];
            }
            b[i] -= factor * b[k];
        }
    }
    for k in (0..n).rev() {
        b[k] = (b[k] - (k + 1..n).map(|j| a[[k, j]] * b[j]).sum::<f64>()) / a[[k, k]];
    }
    (b, log_determinant)
}

/// L_A but for a constant, at variances and log θ.
fn criterion(likelihood: &mut Likelihood<'_>, start: &[f64], variances: &[f64], theta: Option<f64>) -> f64 {
    let mut beta = start.to_vec();
    let p = beta.len();
    for _ in 0..50 {
        let scatter = theta.map_or(Scatter::Poisson, |theta| Scatter::NegBin2 { theta });
        let at = Parameters { coefficients: beta.clone(), variances: variances.to_vec(), scatter };
        let all = likelihood.derivatives(&at).unwrap();
        let information = Array2::from_shape_fn((p, p), |(i, j)| -all.hessian[[i, j]]);
        let gradient: Vec<f64> = all.gradient.iter().take(p).copied().collect();
        let (step, log_determinant) = solve(&information, &gradient);
        let decrement: f64 = step.iter().zip(&gradient).map(|(s, g)| s * g).sum();
        if decrement < 1e-15 * all.value.abs() {
            return all.value - 0.5 * log_determinant;
        }
        beta.iter_mut().zip(&step).for_each(|(b, s)| *b += s);
    }
    panic!("no maximum in the coefficients")
}

/// The adjusted estimates as (log sd..., log θ), their standard errors, and L_A around them.
fn distances(problem: &Problem, adjusted: &Adjusted) -> Vec<f64> {
    let start: Vec<f64> = adjusted.coefficients.iter().map(|c| c.estimate).collect();
    let mut at: Vec<(f64, f64)> = adjusted
        .levels
        .iter()
        .map(|level| match level.sd {
            StandardDeviation::Positive { estimate, std_error } => (estimate.ln(), std_error / estimate),
            StandardDeviation::Zero { .. } => panic!("0 has no logarithm"),
        })
        .collect();
    let n_levels = at.len();
    if let nestcount::infer::Dispersion::NegBin2 { theta, std_error } = adjusted.dispersion {
        at.push((theta.ln(), std_error / theta));
    }
    let mut likelihood = problem.likelihood(&Options::default());
    let mut value = |at: &[f64]| {
        let variances: Vec<f64> = at[..n_levels].iter().map(|log| (2.0 * log).exp()).collect();
        criterion(&mut likelihood, &start, &variances, at.get(n_levels).map(|log| log.exp()))
    };
    let here: Vec<f64> = at.iter().map(|(x, _)| *x).collect();
    let middle = value(&here);
    let along = |(k, (_, error)): (usize, &(f64, f64))| {
        let h = 0.05 * error;
        let mut moved = |step: f64| {
            let mut there = here.clone();
            there[k] += step;
            value(&there)
        };
        let (up, down) = (moved(h), moved(-h));
        let (far_up, far_down) = (moved(2.0 * h), moved(-2.0 * h));
        let slope = (8.0 * (up - down) - (far_up - far_down)) / (12.0 * h);
        let curvature = (up - 2.0 * middle + down) / (h * h);
        assert!(curvature < 0.0);
        // a Newton step to the maximum along this axis, in standard errors
        (slope / curvature / error).abs()
    };
    at.iter().enumerate().map(along).collect()
}

#[test]
fn the_adjusted_estimates_are_the_maximum_of_the_adjusted_profile() {
    let mut farthest = 0.0f64;
    for seed in 1..=4 {
        for question in [tables::poisson(seed), tables::neg_bin2(seed)] {
            let problem = question.problem().unwrap();
            let (_, adjusted) = solved(&problem);
            if adjusted.levels.iter().any(|level| level.sd.estimate() == 0.0) {
                continue;
            }
            for distance in distances(&problem, &adjusted) {
                assert!(distance < 1e-4, "seed {seed}: {distance} standard errors from the maximum");
                farthest = farthest.max(distance);
            }
        }
    }
    println!("at most {farthest:.1e} standard errors from the maximum");
    assert!(farthest > 0.0);
}

#[test]
fn few_areas_have_more_variance_than_maximum_likelihood_finds_and_wider_errors() {
    let problem = tables::poisson(1).problem().unwrap();
    let (fit, adjusted) = solved(&problem);
    for (likelihood, adjusted) in fit.levels().iter().zip(&adjusted.levels) {
        let ratio = adjusted.sd.estimate() / likelihood.sd.estimate();
        // REML's factor for a mean of n areas is √(n/(n−1)): 1.095 for 6 regions, 1.017 for 30 towns
        assert!(ratio > 1.0 && ratio < 1.25, "{}: {ratio}", adjusted.level);
    }
    let intercept = |all: &[nestcount::infer::Coefficient]| all[0].std_error;
    assert!(intercept(&adjusted.coefficients) > intercept(fit.coefficients()));
}

#[test]
fn a_variance_at_0_may_come_out_above_it_and_one_that_stays_has_a_slope_downward() {
    let (mut left, mut stayed) = (0, 0);
    for seed in 1..60 {
        let table = tables::world_of(0.06, 0.25).draw(&mut tables::generator(seed)).unwrap().table;
        let problem = tables::asked(table, Model::poisson()).problem().unwrap();
        let (fit, adjusted) = solved(&problem);
        if fit.levels()[0].sd.estimate() > 0.0 {
            continue;
        }
        match adjusted.levels[0].sd {
            StandardDeviation::Positive { .. } => left += 1,
            StandardDeviation::Zero { score, .. } => {
                assert!(score <= 0.0);
                stayed += 1;
            }
        }
    }
    assert!(left > 0 && stayed > 0, "{left} left, {stayed} stayed");
}
