//! Changes of unit and origin, which move coefficients by known amounts and nothing else.

use crate::question::Question;
use crate::{apart, assert_same_effects, fitted, questions};
use nestcount::Fit;

const INTERCEPT: &str = "(Intercept)";

/// Coefficients and standard errors as `expected(term, estimate, standard error)` says; all else the same.
#[track_caller]
fn assert_moved(one: &Fit, other: &Fit, what: &str, expected: impl Fn(&str, f64, f64) -> (f64, f64)) {
    let far = (one.log_likelihood() - other.log_likelihood()).abs() / one.log_likelihood().abs();
    assert!(far < 1e-10, "{what}: log-likelihood off by {far:e}");
    for (a, b) in one.coefficients().iter().zip(other.coefficients()) {
        let (estimate, std_error) = expected(&a.term, a.estimate, a.std_error);
        let far = (b.estimate - estimate).abs() / b.std_error;
        assert!(far < 2e-6, "{what}, {}: {far:e} standard errors", a.term);
        if std_error > 0.0 {
            let far = apart(b.std_error, std_error);
            assert!(far < 1e-5, "{what}, {}: standard error off by {far:e}", a.term);
        }
    }
    for (a, b) in one.levels().iter().zip(other.levels()) {
        assert!(apart(a.sd.estimate(), b.sd.estimate()) < 1e-5, "{what}, {}", a.level);
    }
    for level in ["region", "town"] {
        assert_same_effects(one, other, level, <[String]>::to_vec);
    }
}

#[test]
fn exposure_times_k_moves_the_intercept_by_minus_log_k() {
    for question in questions() {
        let fit = fitted(&question);
        for k in [7.3, 1e-6, 1e6, 1e-100] {
            let scaled = fitted(&question.changed("exposure", |_, x| k * x));
            assert_moved(&fit, &scaled, &format!("k = {k:e}"), |term, estimate, std_error| {
                (if term == INTERCEPT { estimate - k.ln() } else { estimate }, std_error)
            });
        }
    }
}

#[test]
fn rescaling_a_determinant_rescales_its_coefficient() {
    for question in questions() {
        let fit = fitted(&question);
        for factor in [1e8, 1e-8, -1.0, 3.0] {
            let scaled = fitted(&question.changed("b", |_, x| factor * x));
            assert_moved(
                &fit,
                &scaled,
                &format!("factor {factor:e}"),
                |term, estimate, std_error| match term {
                    "b" => (estimate / factor, std_error / factor.abs()),
                    _ => (estimate, std_error),
                },
            );
        }
    }
}

#[test]
fn shifting_a_determinant_moves_the_intercept_alone() {
    for question in questions() {
        let fit = fitted(&question);
        let slope = fit.coefficient("b").unwrap().estimate;
        for shift in [2.0, -1000.0, 1e5] {
            let shifted = fitted(&question.changed("b", |_, x| x + shift));
            assert_moved(&fit, &shifted, &format!("shift {shift}"), |term, estimate, std_error| match term {
                // The intercept's standard error is another: it is the log rate at another place.
                INTERCEPT => (estimate - shift * slope, 0.0),
                _ => (estimate, std_error),
            });
        }
    }
}

/// A determinant in the exposure's logarithm with coefficient 1 is an offset: taking it out lowers the coefficient by 1.
#[test]
fn what_is_put_into_the_exposure_leaves_the_coefficient() {
    for question in questions() {
        let fit = fitted(&question);
        let b = question.numbers("b");
        let offset = fitted(&question.changed("exposure", |row, x| x * b[row].exp()));
        assert_moved(&fit, &offset, "offset", |term, estimate, std_error| {
            (if term == "b" { estimate - 1.0 } else { estimate }, std_error)
        });
    }
}

#[test]
fn standardised_determinants_are_the_same_model() {
    for question in questions() {
        let determinants = question.determinants.clone().scaled();
        let (fit, scaled) = (fitted(&question), fitted(&Question { determinants, ..question.clone() }));
        assert!((fit.log_likelihood() - scaled.log_likelihood()).abs() < 1e-10 * fit.log_likelihood().abs());
        for (a, b) in fit.coefficients().iter().zip(scaled.coefficients()).skip(1) {
            assert!((a.z() - b.z()).abs() < 1e-5 * a.z().abs().max(1.0), "{}: z {} {}", a.term, a.z(), b.z());
        }
    }
}
