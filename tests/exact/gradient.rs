//! The gradient is the slope of the value, the maximum has none.

use crate::published::{Published, mixed};
use crate::tables::{asked, generator, world_of};
use nestcount::estimate::{ExactLikelihood, Orders, Parameters};
use nestcount::estimator::{Estimated, Estimator, Exact, Laplace};
use nestcount::family::Scatter;
use nestcount::infer::Approximation;
use nestcount::{Family, Model, Options, Problem};

/// Rounding error only.
const FINE: Orders = Orders::Fixed { step: 0.55, tail: 1e-18 };

pub(crate) fn problem(family: Family, row_effect: bool, coarse: bool, seed: u64) -> Problem {
    let mut model = Model::of(family);
    if row_effect {
        model = model.row_effect();
    }
    let world = world_of(0.3, 0.25).rate(0.02);
    let world = if family == Family::NegBin2 { world.theta(4.0) } else { world };
    let question = asked(world.draw(&mut generator(seed)).unwrap().table, model);
    if coarse { Published::of(question, mixed).problem().unwrap() } else { question.problem().unwrap() }
}

fn every_problem() -> impl Iterator<Item = (String, Problem)> {
    [Family::Poisson, Family::NegBin2].into_iter().flat_map(|family| {
        [(false, false), (true, false), (false, true), (true, true)].into_iter().map(move |(row, coarse)| {
            let name = format!("{family}, row effect {row}, known in part {coarse}");
            (name, problem(family, row, coarse, 3))
        })
    })
}

fn at(problem: &Problem, variances: &[f64]) -> Parameters {
    Parameters {
        coefficients: vec![-3.7, 0.2, -0.3, 0.3],
        variances: variances.to_vec(),
        scatter: match problem.family() {
            Family::NegBin2 => Scatter::NegBin2 { theta: 3.0 },
            _ => Scatter::Poisson,
        },
    }
}

/// The parameters with the `k`-th moved.
fn moved(from: &Parameters, k: usize, by: f64) -> Parameters {
    let mut to = from.clone();
    let (p, levels) = (to.coefficients.len(), to.variances.len());
    match (k, &mut to.scatter) {
        (k, _) if k < p => to.coefficients[k] += by,
        (k, _) if k < p + levels => to.variances[k - p] += by,
        (_, Scatter::NegBin2 { theta }) => *theta *= by.exp(),
        _ => unreachable!(),
    }
    to
}

fn slope(exact: &mut ExactLikelihood<'_>, from: &Parameters, k: usize) -> f64 {
    let p = from.coefficients.len();
    let at_zero = from.variances.get(k.wrapping_sub(p)) == Some(&0.0);
    let h = match from.variances.get(k.wrapping_sub(p)) {
        Some(0.0) => 5e-5,
        Some(variance) => 5e-3 * variance,
        None => 1e-3,
    };
    let steps: &[(f64, f64)] = if at_zero {
        &[(0.0, -25.0 / 12.0), (1.0, 4.0), (2.0, -3.0), (3.0, 4.0 / 3.0), (4.0, -0.25)]
    } else {
        &[(-2.0, 1.0 / 12.0), (-1.0, -8.0 / 12.0), (1.0, 8.0 / 12.0), (2.0, -1.0 / 12.0)]
    };
    let each = steps.iter().map(|(n, weight)| weight * exact.value(&moved(from, k, n * h)).unwrap() / h);
    each.sum()
}

#[test]
fn the_gradient_is_the_slope_of_the_value_also_at_variance_zero() {
    for (name, problem) in every_problem() {
        let mut exact = problem.exact_likelihood(&FINE).unwrap();
        let k = problem.levels().len();
        let mut all = vec![vec![0.15; k], vec![0.04; k]];
        for zero in 0..k {
            let mut variances = vec![0.1; k];
            variances[zero] = 0.0;
            all.push(variances);
        }
        for variances in all {
            let at = at(&problem, &variances);
            let (_, gradient) = exact.gradient(&at).unwrap();
            let scale = gradient.iter().fold(1.0f64, |m, g| m.max(g.abs()));
            for (j, found) in gradient.iter().enumerate() {
                let wanted = slope(&mut exact, &at, j);
                assert!(
                    (found - wanted).abs() < 2e-7 * scale,
                    "{name} {variances:?}, {j}: {found} against {wanted}"
                );
            }
        }
    }
}

#[test]
fn the_maximum_is_above_laplaces_point_and_flat() {
    for (name, problem) in every_problem() {
        let orders = Orders::Refined { tolerance: 1e-10 };
        let begin = std::time::Instant::now();
        let fit = Exact { orders, options: Options::default() }.estimate(&problem).unwrap();
        let took = begin.elapsed();
        let laplace = Laplace::default().estimate(&problem).unwrap();
        let mut exact = problem.exact_likelihood(&orders).unwrap();
        let (_, gradient) = exact.gradient(&Estimated::parameters(&fit)).unwrap();
        let value = exact.value_with_error(&Estimated::parameters(&fit)).unwrap();
        let other = exact.value_with_error(&Estimated::parameters(&laplace)).unwrap();
        println!(
            "{name}: {took:?}, {} evaluations, {} {:?} error {:e} above Laplace's {:e}; gradient {gradient}",
            fit.trace().len(),
            fit.log_likelihood(),
            fit.approximation(),
            value.error,
            value.log_likelihood - other.log_likelihood
        );
        assert!((fit.log_likelihood() - value.log_likelihood).abs() < 1e-9, "{name}");
        assert!(value.log_likelihood >= other.log_likelihood, "{name}");
        let Approximation::Exact { error } = fit.approximation() else { panic!("{name}") };
        assert!(*error <= 1e-10, "{name}: {error}");
        for (level, slope) in fit.levels().iter().zip(gradient.iter().skip(4)) {
            let slope = slope * level.sd.estimate();
            assert!(slope.abs() < 1e-5, "{name} {}: {slope}", level.level);
        }
        for (c, slope) in fit.coefficients().iter().zip(&gradient) {
            assert!((slope * c.std_error).abs() < 1e-5, "{name} {}: {slope}", c.term);
        }
    }
}

/// Two rules of which neither's points are the other's, each climbed until nothing is left.
#[test]
fn the_maximum_is_the_same_to_nine_digits_whatever_the_rule() {
    let options = Options { decrement_tolerance: 1e-19, mode_tolerance: 1e-9, ..Options::default() };
    for family in [Family::Poisson, Family::NegBin2] {
        let problem = problem(family, false, true, 3);
        let fit = |orders| Exact { orders, options: options.clone() }.estimate(&problem).unwrap();
        let refined = fit(Orders::Refined { tolerance: 1e-12 });
        let other = fit(Orders::Fixed { step: 0.43, tail: 1e-20 });
        let (one, two) = (Estimated::parameters(&refined), Estimated::parameters(&other));
        let gap = |a: f64, b: f64| (a - b).abs() / a.abs().max(0.1);
        let each =
            one.coefficients.iter().zip(&two.coefficients).chain(one.variances.iter().zip(&two.variances));
        let furthest = each.map(|(a, b)| gap(*a, *b)).fold(0.0, f64::max);
        let theta = match (one.scatter, two.scatter) {
            (Scatter::NegBin2 { theta: a }, Scatter::NegBin2 { theta: b }) => gap(a, b),
            _ => 0.0,
        };
        println!(
            "{family}: parameters {furthest:.1e} apart, theta {theta:.1e}, {:?}",
            refined.approximation()
        );
        assert!(furthest < 1e-9 && theta < 1e-9, "{family}: {furthest:.2e} {theta:.2e}");
    }
}
