//! A reference fit as its file holds it, whatever the engine's layout.

use crate::cases::Case;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// What one engine says, in this crate's names of terms and levels.
#[derive(Debug)]
pub(crate) struct Oracle {
    pub(crate) n_rows: usize,
    /// Whether the optimum was refined until its gradient vanished.
    pub(crate) polished: bool,
    pub(crate) log_likelihood: f64,
    pub(crate) coefficients: BTreeMap<String, f64>,
    pub(crate) std_errors: BTreeMap<String, f64>,
    pub(crate) sds: BTreeMap<String, f64>,
    pub(crate) log_sd_errors: BTreeMap<String, f64>,
    pub(crate) theta: Option<f64>,
    pub(crate) log_theta_error: Option<f64>,
    /// Number of parameters, AIC and BIC.
    pub(crate) criteria: Option<(usize, f64, f64)>,
    /// By level and area: mode and conditional standard deviation.
    pub(crate) areas: BTreeMap<String, BTreeMap<String, (f64, f64)>>,
    /// Whether the engine ended without a complaint.
    pub(crate) silent: bool,
}

pub(crate) fn read(folder: &Path, case: &Case) -> Value {
    let path = folder.join("reference").join(format!("{}.json", case.file));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

impl Oracle {
    /// The maximum of the same objective as ours: glmmTMB's, or that of the hand-written template.
    pub(crate) fn of_the_same_objective(file: &Value, case: &Case) -> Oracle {
        match file.get("glmmTMB") {
            Some(fit) => Oracle::of_package(file, fit, case),
            None => Oracle::of_template(file, case),
        }
    }

    /// lme4's fit: the same objective for the Poisson only.
    pub(crate) fn of_lme4(file: &Value, case: &Case) -> Option<Oracle> {
        file.get("lme4").map(|fit| Oracle::of_package(file, fit, case))
    }

    fn of_package(file: &Value, fit: &Value, case: &Case) -> Oracle {
        let criteria = fit.get("df").map(|df| {
            (df.as_u64().unwrap() as usize, fit["AIC"].as_f64().unwrap(), fit["BIC"].as_f64().unwrap())
        });
        Oracle {
            n_rows: file["n"].as_u64().unwrap() as usize,
            polished: fit["package"].as_str().unwrap().contains("Newton polish"),
            log_likelihood: fit["logLik"].as_f64().unwrap(),
            coefficients: named(&fit["coef"], |name| case.term(name)),
            std_errors: named(&fit["se"], |name| case.term(name)),
            sds: named(&fit["sd"], |name| level(case, name)),
            log_sd_errors: named(&fit["log_sd_se"], |name| level(case, name)),
            theta: fit["theta"].as_f64(),
            log_theta_error: fit["log_theta_se"].as_f64(),
            criteria,
            areas: areas(&fit["ranef"], case),
            silent: fit["warnings"].as_array().is_some_and(Vec::is_empty),
        }
    }

    /// The template gives bare lists: intercept, x1, x2, ...; levels coarsest first.
    fn of_template(file: &Value, case: &Case) -> Oracle {
        let list = |key: &str| -> Vec<f64> {
            file[key].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
        };
        let terms = |key: &str| {
            let names = std::iter::once("(Intercept)".to_string()).chain((1..).map(|j| format!("x{j}")));
            names.zip(list(key)).collect()
        };
        let levels = |key: &str| {
            let names = case.levels.iter().map(|(_, ours)| ours.to_string());
            names.zip(list(key)).collect()
        };
        Oracle {
            n_rows: file["n"].as_u64().unwrap() as usize,
            polished: file["max_gradient"].as_f64().unwrap() < 1e-9,
            log_likelihood: file["loglik"].as_f64().unwrap(),
            coefficients: terms("coef"),
            std_errors: terms("se"),
            sds: levels("sd"),
            log_sd_errors: levels("log_sd_se"),
            theta: file["theta"].as_f64(),
            log_theta_error: file["log_theta_se"].as_f64(),
            criteria: None,
            areas: BTreeMap::new(),
            silent: file["converged"].as_bool().unwrap(),
        }
    }
}

fn named(object: &Value, rename: impl Fn(&str) -> String) -> BTreeMap<String, f64> {
    let entries = object.as_object().into_iter().flatten();
    entries.map(|(name, x)| (rename(name), x.as_f64().unwrap())).collect()
}

/// lme4 writes `INDEX:(BROOD:LOCATION)` where glmmTMB writes `INDEX:BROOD:LOCATION`.
fn level(case: &Case, name: &str) -> String {
    let plain = name.replace(['(', ')'], "");
    let known = case.levels.iter().find(|(theirs, _)| *theirs == plain);
    known.unwrap_or_else(|| panic!("{}: unknown level {name}", case.file)).1.to_string()
}

fn areas(ranef: &Value, case: &Case) -> BTreeMap<String, BTreeMap<String, (f64, f64)>> {
    let levels = ranef.as_object().into_iter().flatten();
    levels
        .map(|(name, level_fit)| {
            let list = |key: &str| level_fit[key].as_array().unwrap().iter();
            let numbers = |key| list(key).map(|x| x.as_f64().unwrap());
            let codes = list("level").map(|code| code.as_str().unwrap().to_string());
            let each = codes.zip(numbers("mode").zip(numbers("cond_sd"))).collect();
            (level(case, name), each)
        })
        .collect()
}
