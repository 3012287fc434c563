//! Where a part of the model vanishes, the fit is that of the model without it.

use crate::question::Question;
use crate::tables::{asked, generator, poisson, world, world_of};
use crate::{apart, fitted};
use nestcount::infer::{Dispersion, StandardDeviation};
use nestcount::table::{Column, Table};
use nestcount::{Fit, Model};

/// Counts that scatter less than Poisson counts do, around means that no area moves.
fn smooth(seed: u64) -> Question {
    let still = world_of(0.0, 0.0);
    let made = still.draw(&mut generator(seed)).unwrap();
    let rounded = made.truth.mean.iter().map(|mean| Some(mean.round())).collect();
    asked(made.table, Model::poisson()).with("count", Column::Numbers(rounded))
}

/// The same means with an alternating factor within each town: overdispersed rows, towns that agree.
fn rough(seed: u64) -> Question {
    let question = smooth(seed);
    let mut met = std::collections::HashMap::new();
    let towns = question.table.codes("town").unwrap();
    let question = question.changed("count", |row, y| {
        let turn: &mut u64 = met.entry(towns[row].clone()).or_default();
        *turn += 1;
        if turn.is_multiple_of(2) { (0.4 * y).round() } else { (1.6 * y).round() }
    });
    let model = Model::neg_bin2().random_intercept("region").random_intercept("town");
    Question { model, ..question }
}

#[track_caller]
fn assert_same_coefficients(one: &Fit, other: &Fit, bound: f64) {
    assert_eq!(one.coefficients().len(), other.coefficients().len());
    for (a, b) in one.coefficients().iter().zip(other.coefficients()) {
        assert!(
            (a.estimate - b.estimate).abs() < bound * a.std_error,
            "{}: {} {}",
            a.term,
            a.estimate,
            b.estimate
        );
        assert!(apart(a.std_error, b.std_error) < 1e-6, "{}: {} {}", a.term, a.std_error, b.std_error);
    }
}

#[test]
fn a_variance_of_exactly_zero_is_the_model_without_the_level() {
    for seed in 1..=6 {
        let question = smooth(seed);
        let with = fitted(&question);
        for level in with.levels() {
            assert!(matches!(level.sd, StandardDeviation::Zero { score, .. } if score <= 0.0), "{level:?}");
            assert!(
                with.area_effects(&level.level)
                    .unwrap()
                    .iter()
                    .all(|area| area.effect == 0.0 && area.sd == 0.0)
            );
        }
        let without = fitted(&Question { model: Model::poisson(), ..question });
        assert!((with.log_likelihood() - without.log_likelihood()).abs() < 1e-9);
        assert_same_coefficients(&with, &without, 1e-6);
        assert_eq!(with.n_parameters(), without.n_parameters() + 2);
        assert!(without.levels().is_empty() && without.area_effects("town").is_err());
    }
}

#[test]
fn a_variance_of_exactly_zero_leaves_theta_alone() {
    for seed in 1..=6 {
        let question = rough(seed);
        let with = fitted(&question);
        assert!(with.levels().iter().all(|level| level.sd.estimate() == 0.0), "{with}");
        let without = fitted(&Question { model: Model::neg_bin2(), ..question });
        assert!((with.log_likelihood() - without.log_likelihood()).abs() < 1e-9);
        assert_same_coefficients(&with, &without, 1e-6);
        let (a, b) = (with.dispersion().theta().unwrap(), without.dispersion().theta().unwrap());
        assert!(apart(a, b) < 1e-7, "{a} {b}");
    }
}

#[test]
fn one_variance_of_zero_is_the_model_with_the_other_level_alone() {
    let mut met = 0;
    for seed in 0..40 {
        let still = world().level("street", 90, 0.0);
        let made = still.draw(&mut generator(seed)).unwrap();
        let mut question = asked(made.table, Model::poisson());
        question.levels.push("street");
        question.model = question.model.random_intercept("street");
        let with = fitted(&question);
        if with.levels()[2].sd.estimate() > 0.0 || with.levels()[1].sd.estimate() == 0.0 {
            continue;
        }
        met += 1;
        let model = Model::poisson().random_intercept("region").random_intercept("town");
        let without = fitted(&Question { model, ..question });
        assert!((with.log_likelihood() - without.log_likelihood()).abs() < 1e-9);
        assert_same_coefficients(&with, &without, 1e-6);
        for (a, b) in with.area_effects("town").unwrap().iter().zip(without.area_effects("town").unwrap()) {
            // both fits stand within 1e-6 standard errors of the same maximum
            assert!((a.effect - b.effect).abs() < 2e-6 * a.sd && apart(a.sd, b.sd) < 1e-6, "{:?}", a.path);
        }
    }
    assert!(met >= 8, "about half of the streets' variances are 0, met {met}");
}

#[test]
fn counts_without_overdispersion_end_at_the_poisson_limit() {
    for seed in 1..=6 {
        let as_poisson = smooth(seed);
        let model = Model::neg_bin2().random_intercept("region").random_intercept("town");
        at_the_limit(&as_poisson, model);
    }
}

/// Poisson counts around means that areas move: where the maximum is at infinite theta, it is the Poisson's.
#[test]
fn poisson_counts_with_area_effects_end_at_the_poisson_limit_or_above_it() {
    let mut limits = 0;
    for seed in 1..=20 {
        let as_poisson = poisson(seed);
        let model = Model::neg_bin2().random_intercept("region").random_intercept("town");
        let fit = fitted(&Question { model: model.clone(), ..as_poisson.clone() });
        let poisson = fitted(&as_poisson);
        assert!(fit.log_likelihood() >= poisson.log_likelihood() - 1e-9);
        if fit.dispersion().theta().is_none() {
            limits += 1;
            at_the_limit(&as_poisson, model);
        }
    }
    assert!(limits >= 5, "about half of the tables have no overdispersion, met {limits}");
}

#[track_caller]
fn at_the_limit(as_poisson: &Question, model: Model) {
    let fit = fitted(&Question { model, ..as_poisson.clone() });
    let poisson = fitted(as_poisson);
    let Dispersion::PoissonLimit { score } = fit.dispersion() else { panic!("{:?}", fit.dispersion()) };
    assert!(score <= 0.0, "{score}");
    assert!((fit.log_likelihood() - poisson.log_likelihood()).abs() < 1e-9);
    for (a, b) in fit.coefficients().iter().zip(poisson.coefficients()) {
        assert!((a.estimate - b.estimate).abs() < 1e-6, "{}: {} {}", a.term, a.estimate, b.estimate);
    }
    assert_same_coefficients(&fit, &poisson, 2e-6);
    for (a, b) in fit.levels().iter().zip(poisson.levels()) {
        assert!(apart(a.sd.estimate(), b.sd.estimate()) < 1e-5, "{}", a.level);
    }
    assert_eq!(fit.n_parameters(), poisson.n_parameters() + 1);
}

/// With the logarithm as link the Poisson's score is X'(y − μ): 0 at the maximum of a model without levels.
#[test]
fn without_levels_residuals_are_orthogonal_to_every_determinant() {
    for seed in 1..=4 {
        let question = Question { model: Model::poisson(), ..poisson(seed) };
        let fit = fitted(&question);
        let [a, b, c, y, n] = ["a", "b", "c", "count", "exposure"].map(|column| question.numbers(column));
        let beta: Vec<f64> = fit.coefficients().iter().map(|c| c.estimate).collect();
        let mu =
            |row: usize| n[row] * (beta[0] + beta[1] * a[row] + beta[2] * b[row] + beta[3] * c[row]).exp();
        let residual: Vec<f64> = (0..240).map(|row| y[row] - mu(row)).collect();
        for x in [&vec![1.0; 240], &a, &b, &c] {
            let score: f64 = x.iter().zip(&residual).map(|(x, r)| x * r).sum();
            let information: f64 = (0..240).map(|row| x[row] * x[row] * mu(row)).sum();
            // What a decrement of 1e-12 leaves of it.
            assert!(score.abs() <= 1e-6 * information.sqrt(), "{score:e} of {information:e}");
        }
        let log_likelihood: f64 = (0..240)
            .map(|row| {
                y[row] * mu(row).ln() - mu(row) - (1..=y[row] as u64).map(|k| (k as f64).ln()).sum::<f64>()
            })
            .sum();
        assert!((log_likelihood - fit.log_likelihood()).abs() < 1e-9, "{log_likelihood}");
    }
}

/// One mean for all: the intercept is the logarithm of counts by exposure, its standard error 1/√(total).
#[test]
fn the_intercept_alone_is_the_rate_of_the_whole() {
    let table = Table::new().with_text("region", ["A", "B", "C"]).unwrap();
    let table = table.with_numbers("count", [3.0, 0.0, 9.0]).unwrap();
    let table = table.with_numbers("exposure", [10.0, 5.0, 25.0]).unwrap();
    let question = Question {
        table,
        levels: vec!["region"],
        count: "count",
        exposure: Some("exposure"),
        determinants: nestcount::determinant::Determinants::new(),
        model: Model::poisson(),
    };
    let fit = fitted(&question);
    let intercept = &fit.coefficients()[0];
    assert!((intercept.estimate - (12.0f64 / 40.0).ln()).abs() < 1e-12);
    assert!((intercept.std_error - 1.0 / 12f64.sqrt()).abs() < 1e-12);
}

/// Where theta and a row effect share the scatter between rows, either can hide the other's maximum.
#[test]
fn negative_binomial_with_a_row_effect_is_never_below_the_models_inside_it() {
    for seed in 0..30 {
        let still = world().theta(2.0 + seed as f64);
        let question = asked(still.draw(&mut generator(seed)).unwrap().table, Model::neg_bin2());
        let of = |model: Model| fitted(&Question { model, ..question.clone() }).log_likelihood();
        let both = of(Model::neg_bin2().row_effect());
        assert!(both >= of(Model::neg_bin2()) - 1e-6, "seed {seed}: theta alone is higher");
        assert!(
            both >= of(Model::poisson().row_effect()) - 1e-6,
            "seed {seed}: the row effect alone is higher"
        );
    }
}

#[test]
fn negative_binomial_is_never_below_the_poisson_on_tiny_tables() {
    for seed in 0..200 {
        let tiny = nestcount::simulate::World::new(12 + seed as usize % 30)
            .level("region", 3, 0.6)
            .level("town", 7, 0.8)
            .exposure(nestcount::simulate::Marginal::constant(4.0))
            .rate(0.4);
        let table = tiny.draw(&mut generator(seed)).unwrap().table;
        let question = Question {
            determinants: nestcount::determinant::Determinants::new(),
            ..asked(table, Model::poisson())
        };
        let (Ok(poisson), Ok(wider)) = (
            question.fit(),
            Question {
                model: Model::neg_bin2().random_intercept("region").random_intercept("town"),
                ..question
            }
            .fit(),
        ) else {
            continue;
        };
        let (low, high) = (poisson.log_likelihood(), wider.log_likelihood());
        assert!(high >= low - 1e-6, "seed {seed}: {high} below {low}");
    }
}
