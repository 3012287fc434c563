//! The maximum: flat, near that of the exact likelihood, and at the edges of the space.

use crate::question::Question;
use crate::small_counts;
use nestcount::determinant::Determinants;
use nestcount::estimate::{Options, Orders};
use nestcount::estimator::{Estimated, Estimator, Exact, Laplace, Lognormal};
use nestcount::infer::{Approximation, Dispersion, StandardDeviation};
use nestcount::simulate::World;
use nestcount::{ErrorKind, Family, Fit, Model};

fn lognormal(problem: &nestcount::Problem) -> Fit {
    Lognormal::default().estimate(problem).unwrap()
}

fn sds(fit: &Fit) -> Vec<f64> {
    fit.levels().iter().map(|level| level.sd.estimate()).collect()
}

#[test]
fn the_gradient_is_0_at_the_maximum_and_its_value_is_the_likelihoods() {
    for family in [Family::Poisson, Family::NegBin2] {
        let problem = small_counts(320, 3.0, family, 11).problem().unwrap();
        let fit = lognormal(&problem);
        let Approximation::Lognormal { error, .. } = fit.approximation() else { panic!("{family}") };
        assert!(*error < 1e-8, "{error:e}");
        let likelihood = problem.lognormal_likelihood(&Options::default()).unwrap();
        let (value, gradient) = likelihood.gradient(&Estimated::parameters(&fit)).unwrap();
        assert!((value - fit.log_likelihood()).abs() < 1e-9, "{family}: {value} {}", fit.log_likelihood());
        for (c, slope) in fit.coefficients().iter().zip(&gradient) {
            assert!((slope * c.std_error).abs() < 1e-5, "{family} {}: {slope}", c.term);
        }
        for (level, slope) in fit.levels().iter().zip(gradient.iter().skip(2)) {
            match level.sd {
                StandardDeviation::Zero { .. } => assert!(*slope <= 0.0, "{family} {}: {slope}", level.level),
                _ => assert!((slope * level.sd.estimate()).abs() < 1e-5, "{family} {}: {slope}", level.level),
            }
        }
    }
}

#[test]
fn its_maximum_is_much_nearer_to_the_exact_one_than_laplaces() {
    for (mean, seed) in [(0.4, 3), (2.0, 4), (5.0, 5)] {
        let problem = small_counts(600, mean, Family::Poisson, seed).problem().unwrap();
        let (rows, exact) = (lognormal(&problem), Exact::default().estimate(&problem).unwrap());
        let laplace = Laplace::default().estimate(&problem).unwrap();
        let off = |fit: &Fit| (fit.log_likelihood() - exact.log_likelihood()).abs();
        let far = |fit: &Fit| {
            let pairs = sds(fit).into_iter().zip(sds(&exact));
            pairs.map(|(one, other)| (one - other).abs()).fold(0.0f64, f64::max)
        };
        println!(
            "mean {mean}: log-likelihood off by {:.1e} ({:.1e}), sds by {:.1e} ({:.1e}): {:?} for {:?}, Laplace {:?}",
            off(&rows),
            off(&laplace),
            far(&rows),
            far(&laplace),
            sds(&rows),
            sds(&exact),
            sds(&laplace)
        );
        let Approximation::Lognormal { epsilon, .. } = rows.approximation() else { panic!("{mean}") };
        let exact_there = problem.exact_likelihood(&Orders::default()).unwrap();
        let exact_there = { exact_there }.value(&Estimated::parameters(&rows)).unwrap();
        let left = rows.log_likelihood() + epsilon - exact_there;
        println!("epsilon {epsilon:.1e} of {:.1e}", exact_there - rows.log_likelihood());
        assert!(left.abs() < 0.2 * (rows.log_likelihood() - exact_there).abs(), "mean {mean}: {left}");
        assert!(off(&rows) < off(&laplace) / 10.0, "mean {mean}");
        assert!(far(&rows) < far(&laplace) / 2.0, "mean {mean}");
    }
}

#[test]
fn standard_errors_are_near_those_of_the_exact_likelihood() {
    let problem = small_counts(600, 3.0, Family::Poisson, 8).problem().unwrap();
    let (rows, exact) = (lognormal(&problem), Exact::default().estimate(&problem).unwrap());
    for name in &rows.covariance().names {
        let [one, other] = [&rows, &exact].map(|fit| fit.covariance().std_error(name).unwrap());
        assert!((one / other - 1.0).abs() < 0.1, "{name}: {one} {other}");
    }
}

/// Regions and towns differ, rows do not.
fn without_scatter(model: Model, seed: u64) -> Question {
    let world = World::new(400).level("region", 10, 0.3).level("town", 50, 0.3).intercept(1.5);
    let table = world.draw(&mut crate::generator(seed)).unwrap().table;
    let model = model.random_intercept("region").random_intercept("town");
    Question { table, determinants: Determinants::new(), model, ..small_counts(80, 2.0, Family::Poisson, 1) }
}

#[test]
fn counts_without_overdispersion_say_that_theta_is_infinite() {
    let mut limits = 0;
    for seed in 1..=4 {
        let fit = lognormal(&without_scatter(Model::neg_bin2().row_effect(), seed).problem().unwrap());
        let poisson = lognormal(&without_scatter(Model::poisson().row_effect(), seed).problem().unwrap());
        assert!(fit.log_likelihood() >= poisson.log_likelihood() - 1e-8, "{fit} {poisson}");
        if let Dispersion::PoissonLimit { score } = fit.dispersion() {
            assert!(score <= 0.0);
            assert!((fit.log_likelihood() - poisson.log_likelihood()).abs() < 1e-8);
            limits += 1;
        }
    }
    assert!(limits > 0, "no table tests this");
}

#[test]
fn rows_without_scatter_of_their_own_end_at_0_with_their_score() {
    let mut at_zero = 0;
    for seed in 1..=4 {
        let fit = lognormal(&without_scatter(Model::poisson().row_effect(), seed).problem().unwrap());
        if let StandardDeviation::Zero { score, .. } = fit.levels()[2].sd {
            let without = without_scatter(Model::poisson(), seed).fit().unwrap();
            assert!(score <= 0.0);
            assert!((without.log_likelihood() - fit.log_likelihood()).abs() < 1e-8);
            assert!((without.levels()[1].sd.estimate() - fit.levels()[1].sd.estimate()).abs() < 1e-6);
            at_zero += 1;
        }
    }
    assert!(at_zero > 0, "no table tests this");
}

#[test]
fn a_model_without_a_row_effect_is_refused() {
    let question = small_counts(200, 3.0, Family::Poisson, 2);
    let model = Model::poisson().random_intercept("region").random_intercept("town");
    let problem = Question { model, ..question }.problem().unwrap();
    let refused = Lognormal::default().estimate(&problem).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::UnknownLevel { level, .. } if level == "row"), "{refused}");
    assert!(problem.lognormal_likelihood(&Options::default()).is_err());
}

#[test]
fn a_fit_is_saved_and_loaded() {
    let fit = lognormal(&small_counts(200, 3.0, Family::Poisson, 2).problem().unwrap());
    let text = serde_json::to_string(&fit).unwrap();
    assert_eq!(serde_json::from_str::<Fit>(&text).unwrap(), fit);
}
