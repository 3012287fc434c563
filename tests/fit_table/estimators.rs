//! The other estimators: what each answers, and which options go with which.

use super::program::{csv, fit};
use nestcount::simulate::World;
use nestcount::table::Table;
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
use serde_json::Value;

const QUESTION: &str = "--count count --levels region,town --family poisson";

fn small_counts() -> Table {
    let world = World::new(400).level("region", 20, 0.4).level("town", 100, 0.5).intercept(-0.5);
    world.draw(&mut ChaCha12Rng::seed_from_u64(8)).unwrap().table
}

fn answer(estimator: &str, more: &str) -> Value {
    let question = format!("{QUESTION} --estimator {estimator} {more}");
    fit(&format!("estimator_{estimator}"), &csv(&small_counts()), &question).json()
}

fn sd(answer: &Value, level: usize) -> f64 {
    answer["random"][level]["sd"].as_f64().unwrap()
}

#[test]
fn the_gauge_of_laplace_points_where_second_order_and_exact_estimates_are() {
    let [laplace, second, exact] = ["laplace", "second-order", "exact"].map(|name| answer(name, ""));
    let levels = laplace["random"].as_array().unwrap();
    let named =
        |level: &Value| laplace["gauge_parameter"] == format!("sd({})", level["level"].as_str().unwrap());
    let farthest = levels.iter().position(named).unwrap();
    let std_error = levels[farthest]["sd_std_error"].as_f64().unwrap();
    let moved = (sd(&exact, farthest) - sd(&laplace, farthest)).abs() / std_error;
    let gauge = laplace["gauge"].as_f64().unwrap();
    assert!((gauge / moved - 1.0).abs() < 0.5, "{gauge} {moved}");
    assert!((sd(&second, 1) - sd(&exact, 1)).abs() < 0.2 * (sd(&laplace, 1) - sd(&exact, 1)).abs());
    let off = |answer: &Value| (answer["loglik"].as_f64().unwrap() - exact["loglik"].as_f64().unwrap()).abs();
    assert!(off(&second) < off(&laplace) / 10.0);
    assert!(exact["loglik_error"].as_f64().unwrap() < 1e-6);
    assert!(exact.get("gauge").is_none() && second.get("gauge").is_none());
}

#[test]
fn comparators_have_no_likelihood_and_the_bound_is_below_it() {
    let exact = answer("exact", "");
    for name in ["pql", "mql"] {
        let quasi = answer(name, "");
        assert_eq!(quasi["estimator"], name);
        assert!(quasi["loglik"].is_null() && quasi["aic"].is_null() && quasi.get("gauge").is_none());
    }
    let variational = answer("variational", "");
    assert!(variational["loglik"].is_null());
    assert!(variational["lower_bound"].as_f64().unwrap() < exact["loglik"].as_f64().unwrap());
}

#[test]
fn a_posterior_has_its_diagnostics_and_intervals_and_follows_its_priors() {
    let loose = answer("bayes", "--draws 2000 --seed 3");
    assert!(loose["ess"].as_f64().unwrap() > 400.0 && loose["pareto_k"].as_f64().unwrap() < 0.7);
    assert_eq!(loose["converged"], true);
    let town = &loose["random"][1];
    let [low, high] = ["low", "high"].map(|end| town[end].as_f64().unwrap());
    assert!(low < sd(&loose, 1) && sd(&loose, 1) < high);
    assert!(loose["fixed"][0]["low"].as_f64().unwrap() < loose["fixed"][0]["high"].as_f64().unwrap());
    let file = csv(&small_counts());
    let words = |priors: &str| {
        let path = super::program::file("estimator_priors", &file);
        let mut words = vec!["--data", path.to_str().unwrap(), "--json", "-", "--quiet"];
        words.extend(QUESTION.split_whitespace());
        words.extend(["--estimator", "bayes", "--draws", "2000", "--seed", "3", "--priors", priors]);
        super::program::fit_table(&words)
    };
    let tight = words("sd(town)=half-normal(0.05); sd=pc(0.5,0.05)").json();
    assert!(sd(&tight, 1) < 0.5 * sd(&loose, 1), "{} {}", sd(&tight, 1), sd(&loose, 1));
    for bad in ["sd=normal(0,1)", "sd(street)=half-normal(1)", "sd=half-normal(x)", "theta=normal(2,2)", "sd"]
    {
        let refused = words(bad);
        assert!(["usage", "specification"].contains(&refused.refused()), "{bad}: {}", refused.stderr);
    }
}

#[test]
fn options_of_one_estimator_are_refused_with_another() {
    let refused = |more: &str| {
        let run = fit("estimator_idle", &csv(&small_counts()), &format!("{QUESTION} {more}"));
        assert_eq!(run.refused(), "usage", "{more}");
    };
    refused("--draws 500");
    refused("--estimator exact --priors sd=half-normal(1)");
    refused("--estimator exact --seed 2");
    refused("--estimator exact --treat impute");
    refused("--estimator inla");
}

#[test]
fn lognormal_rows_are_near_the_exact_likelihood_and_need_a_row_effect() {
    // towns of twenty rows: what Laplace gets wrong is the rows
    let world = World::new(400).level("region", 5, 0.4).level("town", 20, 0.5).row_sd(0.7).intercept(-0.5);
    let table = csv(&world.draw(&mut ChaCha12Rng::seed_from_u64(8)).unwrap().table);
    let [laplace, rows, exact] = ["laplace", "poisson-lognormal", "exact"].map(|name| {
        let question = format!("{QUESTION} --estimator {name} --row-effect");
        fit(&format!("rows_{name}"), &table, &question).json()
    });
    assert_eq!(rows["estimator"], "poisson-lognormal");
    let off = |answer: &Value| (answer["loglik"].as_f64().unwrap() - exact["loglik"].as_f64().unwrap()).abs();
    assert!(off(&rows) < off(&laplace) / 5.0, "{} {}", off(&rows), off(&laplace));
    let question = format!("{QUESTION} --estimator poisson-lognormal");
    let run = fit("estimator_without_rows", &csv(&small_counts()), &question);
    assert_eq!(run.refused(), "unknown-level");
}
