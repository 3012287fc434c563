//! What every fit that is returned holds.

use nestcount::infer::{AreaEffect, Certificate, Dispersion, StandardDeviation};
use nestcount::{Fit, Options};

/// Panics where a number of the fit is not finite, or where its certificate does not certify.
#[track_caller]
pub(crate) fn assert_sound(fit: &Fit) {
    if let Err(unsound) = soundness(fit) {
        panic!("{unsound}");
    }
}

/// What is unsound about a fit, with the fit.
pub(crate) fn soundness(fit: &Fit) -> Result<(), String> {
    let trace = fit.trace().iter().try_for_each(|iteration| finite("the trace", iteration.log_likelihood));
    trace.map_err(|unsound| format!("{unsound}\n{fit}"))?;
    sound_apart_from_the_trace(fit)
}

/// The same of a fit whose climb may have met points without a value.
pub(crate) fn sound_apart_from_the_trace(fit: &Fit) -> Result<(), String> {
    let checks = numbers(fit)
        .and_then(|()| levels(fit))
        .and_then(|()| certified(fit.certificate(), fit.coefficients().len() + fit.levels().len() + 1));
    checks.map_err(|unsound| format!("{unsound}\n{fit}"))
}

fn holds(condition: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(what()) }
}

fn finite(what: &str, x: f64) -> Result<(), String> {
    holds(x.is_finite(), || format!("{what} is {x}"))
}

fn numbers(fit: &Fit) -> Result<(), String> {
    finite("the log-likelihood", fit.log_likelihood())?;
    finite("AIC", fit.aic())?;
    finite("BIC", fit.bic())?;
    for c in fit.coefficients() {
        finite(&c.term, c.estimate)?;
        finite(&c.term, c.std_error)?;
        holds(c.std_error > 0.0, || format!("the standard error of {} is 0", c.term))?;
    }
    fit.covariance().matrix.iter().try_for_each(|x| finite("the covariance", *x))?;
    match fit.dispersion() {
        Dispersion::NegBin2 { theta, std_error } => {
            finite("theta", theta)?;
            finite("the standard error of theta", std_error)?;
        }
        Dispersion::PoissonLimit { score } => finite("the score of 1/theta", score)?,
        Dispersion::Poisson => {}
    }
    Ok(())
}

fn levels(fit: &Fit) -> Result<(), String> {
    for level in fit.levels() {
        let name = &level.level;
        match level.sd {
            StandardDeviation::Positive { estimate, std_error } => {
                finite(name, estimate)?;
                finite(name, std_error)?;
                holds(estimate > 0.0 && std_error > 0.0, || format!("the sd of {name} is not above 0"))?;
            }
            StandardDeviation::Zero { score, .. } => {
                finite(name, score)?;
                holds(score <= 0.0, || format!("{name} asks to leave 0: {score}"))?;
            }
        }
        fit.area_effects(name).unwrap().iter().try_for_each(area)?;
    }
    Ok(())
}

fn area(area: &AreaEffect) -> Result<(), String> {
    finite(area.code(), area.effect)?;
    finite(area.code(), area.sd)?;
    finite(area.code(), area.sd_given_parameters)?;
    holds(area.sd >= area.sd_given_parameters, || format!("{area:?} is surer without the parameters"))
}

/// The decrement d meets the tolerance, and slope per standard error is at most √(d n/λ) with the smallest scaled
/// curvature λ of n parameters, which is what d says about single directions.
fn certified(certificate: &Certificate, n_parameters: usize) -> Result<(), String> {
    let Certificate { gradient, decrement, smallest_curvature: curvature, .. } = *certificate;
    let tolerance = Options::default().decrement_tolerance;
    let slope = (tolerance * n_parameters as f64 / curvature).sqrt();
    let certified = curvature > 0.0 && decrement < tolerance && gradient <= 1.01 * slope;
    holds(certified, || format!("{certificate:?} certifies nothing; a slope of {slope:.1e} may be left"))
}
