//! Numbers at the ends of what can be computed with.

use crate::finite::assert_sound;
use crate::question::Question;
use crate::tables::{asked, generator, neg_bin2, poisson, world};
use nestcount::determinant::Determinants;
use nestcount::simulate::Marginal;
use nestcount::table::Table;
use nestcount::{Fit, Model};

/// Coefficients that generated the table lie within five standard errors.
fn assert_near_the_truth(fit: &Fit) {
    for (term, truth) in [("a", 0.3), ("b", -0.2), ("c", 0.4)] {
        let c = fit.coefficient(term).unwrap();
        assert!((c.estimate - truth).abs() < 5.0 * c.std_error, "{term}\n{fit}");
    }
}

fn huge(seed: u64, exposure: f64, theta: Option<f64>, model: Model) -> Question {
    let huge = world().exposure(Marginal::log_normal(exposure, 0.8)).rate(0.3);
    let huge = theta.into_iter().fold(huge, |world, theta| world.theta(theta));
    asked(huge.draw(&mut generator(seed)).unwrap().table, model)
}

#[test]
fn poisson_counts_up_to_1e12_are_fitted() {
    for exposure in [1e6, 1e9, 1e12] {
        for seed in 0..5 {
            let question = huge(seed, exposure, None, Model::poisson());
            let largest = question.numbers("count").into_iter().fold(0.0, f64::max);
            assert!(largest > 0.5 * exposure);
            let fit =
                question.fit().unwrap_or_else(|error| panic!("exposure {exposure:e}, seed {seed}: {error}"));
            assert_sound(&fit);
            assert_near_the_truth(&fit);
        }
    }
}

#[test]
fn negative_binomial_counts_up_to_1e12_are_fitted() {
    for exposure in [1e6, 1e9, 1e12] {
        for seed in 0..5 {
            let question = huge(seed, exposure, Some(4.0), Model::neg_bin2());
            let fit =
                question.fit().unwrap_or_else(|error| panic!("exposure {exposure:e}, seed {seed}: {error}"));
            assert_sound(&fit);
            assert_near_the_truth(&fit);
            let theta = fit.dispersion().theta().unwrap();
            assert!((3.0..5.5).contains(&theta), "{theta}");
        }
    }
}

#[test]
fn poisson_counts_up_to_1e12_with_a_row_effect_are_fitted() {
    for exposure in [1e6, 1e9, 1e12] {
        let huge = world().row_sd(0.2).exposure(Marginal::log_normal(exposure, 0.8)).rate(0.3);
        let table = huge.draw(&mut generator(3)).unwrap().table;
        let fit = asked(table, Model::poisson().row_effect()).fit();
        let fit = fit.unwrap_or_else(|error| panic!("exposure {exposure:e}: {error}"));
        assert_sound(&fit);
        assert_near_the_truth(&fit);
    }
}

#[test]
fn counts_from_0_to_1e12_in_one_table_are_fitted() {
    let wide = world().exposure(Marginal::log_normal(1e5, 6.0).clipped(1.0, 1e13)).rate(0.1).theta(4.0);
    for seed in 0..5 {
        let question = asked(wide.draw(&mut generator(seed)).unwrap().table, Model::neg_bin2());
        let counts = question.numbers("count");
        assert!(counts.contains(&0.0) && counts.iter().any(|y| *y > 1e10));
        let fit = question.fit().unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_sound(&fit);
        assert_near_the_truth(&fit);
    }
}

#[test]
fn tiny_and_huge_exposures_only_move_the_intercept() {
    for question in [poisson(1), neg_bin2(1)] {
        let fit = question.fit().unwrap();
        for factor in [1e-300, 1e297] {
            let scaled = question.changed("exposure", |_, x| x * factor).fit();
            let scaled = scaled.unwrap_or_else(|error| panic!("{factor:e}: {error}"));
            assert_sound(&scaled);
            assert!((scaled.log_likelihood() - fit.log_likelihood()).abs() < 1e-7, "{factor:e}");
            for (one, other) in fit.coefficients().iter().zip(scaled.coefficients()) {
                let shift = if one.term == "(Intercept)" { -f64::ln(factor) } else { 0.0 };
                let far = (other.estimate - one.estimate - shift).abs() / one.std_error;
                assert!(far < 1e-6, "{factor:e}, {}: {far:e}", one.term);
            }
        }
    }
}

/// An exposure of 1e-300 with count 0 says nothing: the fit is the one without the row.
#[test]
fn a_row_with_next_to_no_exposure_changes_nothing() {
    for question in [poisson(1), neg_bin2(1)] {
        let at = |row: usize, x: f64, new: f64| if row == 30 { new } else { x };
        let emptied = question.changed("count", |row, y| at(row, y, 0.0));
        let with = emptied.changed("exposure", |row, n| at(row, n, 1e-300)).fit().unwrap();
        let without = emptied.changed("exposure", |row, n| at(row, n, 0.0)).fit().unwrap();
        assert_eq!((with.n_rows(), without.n_rows()), (240, 239));
        assert!((with.log_likelihood() - without.log_likelihood()).abs() < 1e-8);
        for (one, other) in with.coefficients().iter().zip(without.coefficients()) {
            assert!((one.estimate - other.estimate).abs() < 1e-6 * one.std_error, "{}", one.term);
        }
    }
}

/// One row whose rate lies hundreds of orders of magnitude from the others: a fit or an error, never a NaN.
#[test]
fn a_row_with_an_absurd_rate_is_fitted_or_refused() {
    for question in [poisson(1), neg_bin2(1)] {
        for exposure in [1e-300, 1e-30, 1e30, 1e300] {
            for count in [0.0, 3.0, 1e12] {
                let absurd = question
                    .changed("exposure", |row, n| if row == 30 { exposure } else { n })
                    .changed("count", |row, y| if row == 30 { count } else { y });
                match absurd.fit() {
                    Ok(fit) => assert_sound(&fit),
                    Err(error) => assert_eq!(error.code(), "not-converged", "{exposure:e}, {count}: {error}"),
                }
            }
        }
    }
}

#[test]
fn determinants_in_units_of_1e150_and_1e_minus_150_are_fitted() {
    let fit = poisson(1).fit().unwrap();
    for factor in [1e150, 1e-150] {
        let scaled = poisson(1).changed("b", |_, x| x * factor).fit();
        let scaled = scaled.unwrap_or_else(|error| panic!("{factor:e}: {error}"));
        assert_sound(&scaled);
        assert!((scaled.log_likelihood() - fit.log_likelihood()).abs() < 1e-8);
        let (one, other) = (fit.coefficient("b").unwrap(), scaled.coefficient("b").unwrap());
        assert!((other.estimate * factor - one.estimate).abs() < 1e-6 * one.std_error, "{factor:e}");
    }
}

/// Found by the fuzzer: the one row with a count cannot tell the intercept from `x`, and the rows without one expect
/// 1e-40 counts. No standard error of 1e7 may pass for a fit.
#[test]
fn a_direction_that_no_row_sees_is_not_fitted() {
    let table = Table::new()
        .with_text("region", ["A", "A", "B"])
        .and_then(|table| table.with_numbers("count", [0.0, 0.0, 41.0]))
        .and_then(|table| {
            table.with_numbers("exposure", [1e-67, 9.999999999999998e-67, 9.999999999999999e-27])
        })
        .and_then(|table| {
            table.with_numbers("x", [-0.9735745753333799, 1.557717251504066, 1.2353696388791278])
        });
    let question = Question {
        table: table.unwrap(),
        levels: vec!["region"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new().numeric("x"),
        model: Model::poisson().random_intercept("region").row_effect(),
    };
    match question.fit() {
        Ok(fit) => assert_sound(&fit),
        Err(error) => assert_eq!(error.code(), "not-converged"),
    }
}
