//! Our fits against those of glmmTMB, TMB and lme4 on the same tables.
//!
//! The tables and fits are not part of the repository; `NESTCOUNT_SHARED` names the folder that has them. The largest
//! distances of every case: `cargo test --test reference -- --nocapture`.
#![cfg(feature = "csv")]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "reference/cases.rs"]
mod cases;
#[path = "reference/compare.rs"]
mod compare;
#[path = "reference/oracle.rs"]
mod oracle;
#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;
#[path = "common/shared.rs"]
mod shared;

use cases::{BOUNDARY, CASES, Case};
use compare::{ConditionalSd, Distances, area_distances, distances, relative};
use nestcount::infer::StandardDeviation;
use nestcount::table::Table;
use nestcount::{Family, Fit};
use oracle::{Oracle, read};
use shared::shared;
use std::fs::File;
use std::path::Path;

/// Optima refined to a gradient below 1e-9 carry about ten digits of the log-likelihood.
const POLISHED_LOG_LIKELIHOOD: f64 = 1e-6;
/// The engine's own stopping rule leaves this much.
const UNPOLISHED_LOG_LIKELIHOOD: f64 = 1e-4;
/// In standard errors.
const COEFFICIENT: f64 = 1e-3;
/// Relative, of coefficients, log standard deviations and log theta.
const STD_ERROR: f64 = 1e-3;
/// Relative, of standard deviations and theta.
const SCALE: f64 = 1e-4;
/// Relative, of the conditional standard deviations of area effects.
const CONDITIONAL_SD: f64 = 1e-2;
/// In conditional standard deviations; the engines' modes are those before the polish.
const MODE: f64 = 1e-2;

#[test]
fn fits_of_the_same_objective_are_reached() {
    let Some(folder) = shared("fits_of_the_same_objective_are_reached") else { return };
    let mut wrong = Vec::new();
    head("glmmTMB / TMB");
    for case in &CASES {
        let oracle = Oracle::of_the_same_objective(&read(&folder, case), case);
        let Some(fit) = fit_or_note(&folder, case, &mut wrong) else { continue };
        let far = distances(&fit, &oracle, ConditionalSd::OfData);
        line(case, &oracle, &far);
        let log_likelihood =
            if oracle.polished { POLISHED_LOG_LIKELIHOOD } else { UNPOLISHED_LOG_LIKELIHOOD };
        for (what, distance, bound) in [
            ("log-likelihood", far.log_likelihood, log_likelihood),
            ("coefficient", far.coefficient, COEFFICIENT),
            ("standard error", far.std_error, STD_ERROR),
            ("sd or theta", far.scale, SCALE),
            ("mode", far.mode, MODE),
            ("conditional sd", far.conditional_sd, CONDITIONAL_SD),
            ("AIC or BIC", far.criterion, 2.0 * log_likelihood),
        ] {
            if distance > bound {
                wrong.push(format!("{}: {what} off by {distance:.3e}, bound {bound:.0e}", case.file));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// For the Poisson, lme4 maximises the same function: it cannot be above our maximum, and where it ended without a
/// complaint it is at most 1e-6 below. Its conditional standard deviations are those given the parameters.
#[test]
fn lme4_is_nowhere_above_our_poisson_maximum() {
    let Some(folder) = shared("lme4_is_nowhere_above_our_poisson_maximum") else { return };
    let (mut wrong, mut compared) = (Vec::new(), 0);
    head("lme4, Poisson");
    for case in CASES.iter().filter(|case| (case.model)().family() == Family::Poisson) {
        let Some(oracle) = Oracle::of_lme4(&read(&folder, case), case) else { continue };
        compared += 1;
        let Some(fit) = fit_or_note(&folder, case, &mut wrong) else { continue };
        let far = distances(&fit, &oracle, ConditionalSd::GivenParameters);
        line(case, &oracle, &far);
        let gained = fit.log_likelihood() - oracle.log_likelihood;
        if gained < -1e-6 || (oracle.silent && gained > 1e-6) {
            wrong.push(format!("{}: log-likelihood {gained:.3e} above lme4's", case.file));
        }
        for (what, distance, bound) in [
            ("coefficient", far.coefficient, COEFFICIENT),
            ("standard error", far.std_error, STD_ERROR),
            ("sd", far.scale, SCALE),
            ("mode", far.mode, MODE),
            ("conditional sd", far.conditional_sd, CONDITIONAL_SD),
        ] {
            if distance > bound {
                wrong.push(format!("{}: {what} off by {distance:.3e}, bound {bound:.0e}", case.file));
            }
        }
    }
    assert_eq!(compared, 5);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Everything but the region is held to the bounds of the other cases.
#[test]
fn a_variance_at_the_boundary_is_exactly_zero_with_its_certificate() {
    let Some(folder) = shared("a_variance_at_the_boundary_is_exactly_zero_with_its_certificate") else {
        return;
    };
    let mut oracle = Oracle::of_the_same_objective(&read(&folder, &BOUNDARY), &BOUNDARY);
    let fit = fit(&folder, &BOUNDARY);
    assert!(oracle.polished && oracle.sds["region"] < 1e-6);

    let region = &fit.levels()[0];
    assert_eq!((region.level.as_str(), region.sd.estimate()), ("region", 0.0));
    let StandardDeviation::Zero { score, .. } = region.sd else { panic!("{:?}", region.sd) };
    assert!(score <= 0.0, "{score}");
    let certified = &fit.certificate().zero_variances;
    assert_eq!(certified.len(), 1);
    assert_eq!((certified[0].level.as_str(), certified[0].score), ("region", score));
    assert!(fit.covariance().std_error("log sd(region)").is_none());
    assert!(fit.area_effects("region").unwrap().iter().all(|area| area.effect == 0.0 && area.sd == 0.0));
    assert_eq!(fit.n_parameters(), oracle.criteria.unwrap().0);

    let group = &fit.levels()[1];
    assert!(relative(group.sd.estimate(), oracle.sds["group"]) < SCALE);
    let log_sd_error = fit.covariance().std_error("log sd(group)").unwrap();
    assert!(relative(log_sd_error, oracle.log_sd_errors["group"]) < STD_ERROR);
    let groups = &oracle.areas["group"];
    let (mode, sd) =
        area_distances(fit.area_effects("group").unwrap(), "group", groups, ConditionalSd::OfData);
    assert!(mode < MODE && sd < CONDITIONAL_SD, "{mode} {sd}");

    head("the boundary");
    oracle.sds = fit.levels().iter().map(|level| (level.level.clone(), level.sd.estimate())).collect();
    oracle.sds.insert("region".into(), f64::MIN_POSITIVE);
    oracle.log_sd_errors.clear();
    oracle.areas.clear();
    let far =
        Distances { scale: 0.0, mode, conditional_sd: sd, ..distances(&fit, &oracle, ConditionalSd::OfData) };
    line(&BOUNDARY, &oracle, &far);
    assert!(far.log_likelihood < POLISHED_LOG_LIKELIHOOD, "{}", far.log_likelihood);
    assert!(far.coefficient < COEFFICIENT && far.std_error < STD_ERROR, "{far:?}");
    assert!(far.criterion < 2.0 * POLISHED_LOG_LIKELIHOOD);
    let theta = fit.dispersion().theta().unwrap();
    assert!(relative(theta, oracle.theta.unwrap()) < SCALE);
}

/// For the negative binomial lme4 takes the expected curvature where we take the observed one: another objective, with
/// another maximum and other conditional standard deviations (up to a few percent), so its fits are no reference.
#[test]
fn lme4s_negative_binomial_is_another_objective_within_a_quarter() {
    let Some(folder) = shared("lme4s_negative_binomial_is_another_objective_within_a_quarter") else {
        return;
    };
    let negative_binomial = |case: &&Case| (case.model)().family() == Family::NegBin2;
    let (mut wrong, mut compared) = (Vec::new(), 0);
    head("lme4, NB2");
    for case in CASES.iter().filter(negative_binomial) {
        let Some(oracle) = Oracle::of_lme4(&read(&folder, case), case) else { continue };
        compared += 1;
        let Some(fit) = fit_or_note(&folder, case, &mut wrong) else { continue };
        let far = distances(&fit, &oracle, ConditionalSd::GivenParameters);
        line(case, &oracle, &far);
        if !(1e-3..0.25).contains(&far.log_likelihood) {
            wrong.push(format!("{}: log-likelihoods {:.4} apart", case.file, far.log_likelihood));
        }
    }
    assert_eq!(compared, 4);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One level with a row in each area is the row effect, whichever way it is asked for.
#[test]
fn a_level_of_single_rows_is_the_row_effect() {
    let Some(folder) = shared("a_level_of_single_rows_is_the_row_effect") else { return };
    let case = CASES.iter().find(|case| case.file == "mmmec_row_effect").unwrap();
    let as_level = fit(&folder, case);
    let as_effect = Case { levels: &case.levels[..2], ..*case };
    let mut question = as_effect.question(table(&folder, case));
    question.model = question.model.row_effect();
    let as_effect = question.fit().unwrap();
    assert!((as_level.log_likelihood() - as_effect.log_likelihood()).abs() < 1e-9);
    for (one, other) in as_level.coefficients().iter().zip(as_effect.coefficients()) {
        assert!((one.estimate - other.estimate).abs() < 1e-6 * one.std_error, "{}", one.term);
    }
    for (one, other) in as_level.levels().iter().zip(as_effect.levels()) {
        assert!(relative(one.sd.estimate(), other.sd.estimate()) < 1e-6, "{}", one.level);
    }
}

#[test]
fn every_maximum_likelihood_reference_is_in_the_manifest_once() {
    let Some(folder) = shared("every_maximum_likelihood_reference_is_in_the_manifest_once") else { return };
    let files = std::fs::read_dir(folder.join("reference")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let maximum = |name: &String| !name.contains("_nuts");
    let mut known: Vec<String> =
        names.filter_map(|name| Some(name.strip_suffix(".json")?.to_string())).filter(maximum).collect();
    let mut listed: Vec<String> = CASES.iter().chain([&BOUNDARY]).map(|case| case.file.to_string()).collect();
    known.sort();
    listed.sort();
    assert_eq!(listed, known);
}

fn table(folder: &Path, case: &Case) -> Table {
    let path = folder.join(case.table);
    Table::from_csv(File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).unwrap()
}

/// The fit; a failure is noted with what is wrong, so that one case does not hide the others.
fn fit_or_note(folder: &Path, case: &Case, wrong: &mut Vec<String>) -> Option<Fit> {
    case.question(table(folder, case))
        .fit()
        .map_err(|error| {
            println!("{:<24} FAILED: {error}", case.file);
            wrong.push(format!("{}: {error}", case.file));
        })
        .ok()
}

fn fit(folder: &Path, case: &Case) -> Fit {
    let fit = case.question(table(folder, case)).fit();
    fit.unwrap_or_else(|error| panic!("{} ({}): {error}", case.file, case.reason))
}

fn head(engine: &str) {
    println!(
        "\n{engine:<24} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}  reason",
        "rows", "polished", "logLik", "coef/se", "se rel", "sd rel", "mode/sd", "cond rel", "AIC BIC"
    );
}

fn line(case: &Case, oracle: &Oracle, far: &Distances) {
    println!(
        "{:<24} {:>8} {:>8} {:>9.1e} {:>9.1e} {:>9.1e} {:>9.1e} {:>9.1e} {:>9.1e} {:>9.1e}  {}",
        case.file,
        oracle.n_rows,
        oracle.polished,
        far.log_likelihood,
        far.coefficient,
        far.std_error,
        far.scale,
        far.mode,
        far.conditional_sd,
        far.criterion,
        case.reason
    );
}
