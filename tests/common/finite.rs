//! What every fit that is returned holds.

use nestcount::Fit;
use nestcount::infer::{Dispersion, StandardDeviation};

/// Panics where a number of the fit is not finite, or where its certificate does not certify.
pub(crate) fn assert_sound(fit: &Fit) {
    let finite = |what: &str, x: f64| assert!(x.is_finite(), "{what} is {x}\n{fit}");
    finite("the log-likelihood", fit.log_likelihood());
    finite("AIC", fit.aic());
    finite("BIC", fit.bic());
    for c in fit.coefficients() {
        finite(&c.term, c.estimate);
        finite(&c.term, c.std_error);
        assert!(c.std_error > 0.0, "{}\n{fit}", c.term);
    }
    fit.covariance().matrix.iter().for_each(|x| finite("the covariance", *x));
    for level in fit.levels() {
        match level.sd {
            StandardDeviation::Positive { estimate, std_error } => {
                finite(&level.level, estimate);
                finite(&level.level, std_error);
                assert!(estimate > 0.0 && std_error > 0.0, "{}\n{fit}", level.level);
            }
            StandardDeviation::Zero { score } => {
                finite(&level.level, score);
                assert!(score <= 0.0, "{}: score {score}\n{fit}", level.level);
            }
        }
        for area in fit.area_effects(&level.level) {
            finite(area.code(), area.effect);
            finite(area.code(), area.sd);
            finite(area.code(), area.sd_given_parameters);
            assert!(area.sd >= area.sd_given_parameters, "{}\n{fit}", area.code());
        }
    }
    match fit.dispersion() {
        Dispersion::NegBin2 { theta, std_error } => {
            finite("theta", theta);
            finite("theta", std_error);
        }
        Dispersion::PoissonLimit { score } => finite("the score of 1/theta", score),
        Dispersion::Poisson => {}
    }
    let certificate = fit.certificate();
    finite("the smallest curvature", certificate.smallest_curvature);
    assert!(certificate.smallest_curvature > 0.0, "{certificate:?}\n{fit}");
    assert!(certificate.gradient < 1e-4, "slope left: {certificate:?}\n{fit}");
    assert!(certificate.decrement < 1e-8, "gain left: {certificate:?}\n{fit}");
    assert_eq!(certificate.evaluations, fit.trace().len());
    fit.trace().iter().for_each(|iteration| finite("the trace", iteration.log_likelihood));
}
