//! Against glmmTMB: a crossed `(1 | year)`, and `ar1(half + 0 | gemeente)`.

use super::fixture::{close, data, table};
use nestcount::Family;
use nestcount::infer::{Dispersion, StandardDeviation};
use nestcount::panel::{Correlation, InTime, PanelFit, PanelModel};
use std::collections::HashMap;

/// Estimate and standard error by parameter of a model, as glmmTMB has them.
fn answers(model: &str) -> HashMap<String, (f64, f64)> {
    let text = std::fs::read_to_string(data("glmmTMB.csv")).unwrap();
    let line = |line: &str| {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let number = |cell: &str| cell.parse::<f64>().unwrap_or(f64::NAN);
        (cells[0] == model).then(|| (cells[1].to_string(), (number(cells[2]), number(cells[3]))))
    };
    let found: HashMap<_, _> = text.lines().skip(1).filter_map(line).collect();
    assert!(!found.is_empty());
    found
}

/// log sd and its standard error.
fn log_sd(sd: StandardDeviation) -> (f64, f64) {
    (sd.estimate().ln(), sd.std_error().unwrap() / sd.estimate())
}

fn compare(model: &str, fit: &PanelFit) {
    let wanted = answers(model);
    let distance = fit.log_likelihood() - wanted["logLik"].0;
    println!("{model}: logLik {distance:.1e} from glmmTMB's, {} evaluations", fit.certificate().evaluations);
    assert!(distance.abs() < 1e-6, "{distance}");
    for (c, name) in fit.coefficients().iter().zip(["beta", "beta1"]) {
        close(name, c.estimate, wanted[name].0, 1e-6);
        close("std error", c.std_error, wanted[name].1, 1e-5);
    }
    let mut sds: Vec<StandardDeviation> = fit.levels().iter().map(|level| level.sd).collect();
    sds.extend(fit.period().map(|period| period.sd));
    sds.extend(fit.movement().map(|moving| moving.sd));
    for (sd, name) in sds.into_iter().zip(["theta", "theta1", "theta2"]) {
        let (estimate, error) = log_sd(sd);
        close(name, estimate, wanted[name].0, 1e-5);
        close("error of log sd", error, wanted[name].1, 1e-4);
    }
    if let Some(Correlation::Estimated { estimate, std_error }) =
        fit.movement().map(|moving| moving.correlation)
    {
        let (theta, error) = wanted["theta3"];
        close("rho", estimate, theta / (1.0 + theta * theta).sqrt(), 1e-5);
        close("error of rho", std_error, error * (1.0 + theta * theta).powf(-1.5), 1e-4);
    }
    if let Dispersion::NegBin2 { theta, std_error } = fit.dispersion() {
        close("log theta", theta.ln(), wanted["betad"].0, 1e-5);
        close("error of log theta", std_error / theta, wanted["betad"].1, 1e-4);
    }
}

#[test]
fn a_crossed_effect_of_years_is_glmmtmb_s() {
    for (name, family) in [("crossed poisson", Family::Poisson), ("crossed nb2", Family::NegBin2)] {
        let model =
            PanelModel::of(family).random_intercept("region").random_intercept("gemeente").period_effect();
        compare(name, &table().fit(&model));
    }
}

#[test]
fn an_autoregression_inside_gemeenten_is_glmmtmb_s() {
    for (name, family) in [("ar1 poisson", Family::Poisson), ("ar1 nb2", Family::NegBin2)] {
        let model = PanelModel::of(family)
            .random_intercept("gemeente")
            .period_effect()
            .in_time("gemeente", InTime::Autoregressive);
        compare(name, &table().fit(&model));
    }
}
