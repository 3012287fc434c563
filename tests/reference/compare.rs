//! Distances between our fit and a reference, each in the unit of its bound.

use crate::cases::ROWS;
use crate::oracle::Oracle;
use nestcount::Fit;
use nestcount::infer::AreaEffect;
use std::collections::BTreeMap;

/// The largest distance of each kind; 0 where the file has nothing of the kind.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Distances {
    /// |ours − theirs|.
    pub(crate) log_likelihood: f64,
    /// In their standard errors.
    pub(crate) coefficient: f64,
    /// Relative, of coefficients, log sds and log theta.
    pub(crate) std_error: f64,
    /// Relative, of sds and theta.
    pub(crate) scale: f64,
    /// Of modes, in their conditional standard deviations.
    pub(crate) mode: f64,
    /// Relative, of conditional standard deviations.
    pub(crate) conditional_sd: f64,
    /// |ours − theirs| of AIC and BIC.
    pub(crate) criterion: f64,
}

/// Which of our two standard deviations of an area effect an engine's is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ConditionalSd {
    /// glmmTMB: given the data alone.
    OfData,
    /// lme4: given data and parameters.
    GivenParameters,
}

pub(crate) fn distances(fit: &Fit, oracle: &Oracle, meaning: ConditionalSd) -> Distances {
    assert_eq!(fit.n_rows(), oracle.n_rows);
    assert_eq!(fit.coefficients().len(), oracle.coefficients.len());
    assert_eq!(fit.levels().len(), oracle.sds.len());
    let mut far = Distances {
        log_likelihood: (fit.log_likelihood() - oracle.log_likelihood).abs(),
        ..Distances::default()
    };
    for ours in fit.coefficients() {
        let (estimate, error) = (oracle.coefficients[&ours.term], oracle.std_errors[&ours.term]);
        widen(&mut far.coefficient, (ours.estimate - estimate) / error);
        widen(&mut far.std_error, relative(ours.std_error, error));
    }
    for level in fit.levels() {
        widen(&mut far.scale, relative(level.sd.estimate(), oracle.sds[&level.level]));
        if let Some(&error) = oracle.log_sd_errors.get(&level.level) {
            let ours = fit.covariance().std_error(&format!("log sd({})", level.level));
            widen(&mut far.std_error, relative(ours.unwrap_or(f64::NAN), error));
        }
    }
    assert_eq!(fit.dispersion().theta().is_some(), oracle.theta.is_some());
    if let (Some(ours), Some(theta)) = (fit.dispersion().theta(), oracle.theta) {
        widen(&mut far.scale, relative(ours, theta));
    }
    if let Some(error) = oracle.log_theta_error {
        let ours = fit.covariance().std_error("log theta").unwrap_or(f64::NAN);
        widen(&mut far.std_error, relative(ours, error));
    }
    if let Some((n_parameters, aic, bic)) = oracle.criteria {
        assert_eq!(fit.n_parameters(), n_parameters);
        widen(&mut far.criterion, fit.aic() - aic);
        widen(&mut far.criterion, fit.bic() - bic);
    }
    for (level, areas) in &oracle.areas {
        let (mode, sd) = area_distances(fit.area_effects(level).unwrap(), level, areas, meaning);
        widen(&mut far.mode, mode);
        widen(&mut far.conditional_sd, sd);
    }
    far
}

/// Largest distances of modes and of conditional standard deviations over the areas of a level.
pub(crate) fn area_distances(
    effects: &[AreaEffect],
    level: &str,
    areas: &BTreeMap<String, (f64, f64)>,
    meaning: ConditionalSd,
) -> (f64, f64) {
    assert_eq!(effects.len(), areas.len(), "areas of {level}");
    let (mut mode_far, mut sd_far) = (0.0, 0.0);
    for effect in effects {
        let (mode, sd) = find(areas, level, effect);
        let ours = match meaning {
            ConditionalSd::OfData => effect.sd,
            ConditionalSd::GivenParameters => effect.sd_given_parameters,
        };
        widen(&mut mode_far, (effect.effect - mode) / sd);
        widen(&mut sd_far, relative(ours, sd));
    }
    (mode_far, sd_far)
}

/// R writes an area from the finest code to the coarsest, `501:32`; a row effect begins with the row's number.
fn find(areas: &BTreeMap<String, (f64, f64)>, level: &str, effect: &AreaEffect) -> (f64, f64) {
    if level == ROWS {
        let mut of_row = areas.iter().filter(|(name, _)| name.split(':').next() == Some(effect.code()));
        return *of_row.next().unwrap_or_else(|| panic!("row {}", effect.code())).1;
    }
    let finest_first: Vec<&str> = effect.path.iter().rev().map(String::as_str).collect();
    let name = finest_first.join(":");
    *areas.get(&name).unwrap_or_else(|| panic!("{level} {name}"))
}

pub(crate) fn relative(ours: f64, theirs: f64) -> f64 {
    (ours - theirs).abs() / theirs.abs()
}

/// Not a number is as far as can be.
fn widen(largest: &mut f64, distance: f64) {
    *largest = if distance.is_nan() { f64::INFINITY } else { largest.max(distance.abs()) };
}
