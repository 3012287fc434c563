//! Against posteriors by NUTS on the joint density, made elsewhere.

use crate::question::Question;
use crate::shared::shared;
use nestcount::Model;
use nestcount::determinant::Determinants;
use nestcount::estimator::{Bayes, Estimator, Posterior, Reliability};
use nestcount::infer::Parameter;
use nestcount::table::Table;
use serde_json::Value;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

/// The bound on posterior means, in posterior standard deviations.
const MEAN: f64 = 0.1;
/// The least share of the proposals that is effective.
const EFFECTIVE: f64 = 0.4;

pub(crate) fn question(folder: &Path, table: &str, count: &'static str, model: Model) -> Question {
    let file = File::open(folder.join("data/sim").join(table)).unwrap();
    Question {
        table: Table::from_csv(file).unwrap(),
        levels: vec!["region", "group"],
        count,
        exposure: Some("pop"),
        determinants: (1..=20).fold(Determinants::new(), |all, j| all.numeric(&format!("x{j}"))),
        model: model.random_intercept("region").random_intercept("group"),
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(all) => all.iter().map(|x| x.as_f64().unwrap()).collect(),
        one => one.as_f64().into_iter().collect(),
    }
}

/// (name, their mean, their sd) in the order of ours.
fn theirs(reference: &Value) -> Vec<(f64, f64)> {
    let part = |means: &str, sds: &str| -> Vec<(f64, f64)> {
        let (means, sds) = (numbers(&reference[means]), numbers(&reference[sds]));
        means.into_iter().zip(sds).collect()
    };
    [part("coef", "se"), part("sd", "sd_sd"), part("theta", "theta_sd")].concat()
}

fn compare(folder: &Path, name: &str, posterior: &Posterior) -> Vec<String> {
    let path = folder.join("reference").join(format!("{name}.json"));
    let reference: Value = serde_json::from_reader(File::open(path).unwrap()).unwrap();
    let ours = posterior.summaries();
    let theirs = theirs(&reference);
    assert_eq!(ours.len(), theirs.len());
    let mut wrong = Vec::new();
    let (mut furthest, mut spread) = (0.0f64, 0.0f64);
    for (ours, (mean, sd)) in ours.iter().zip(&theirs) {
        let away = (ours.mean - mean) / sd;
        furthest = furthest.max(away.abs());
        spread = spread.max((ours.sd / sd - 1.0).abs());
        if matches!(ours.parameter, Parameter::Sd(_) | Parameter::Theta) || away.abs() > 0.05 {
            println!(
                "    {:12} {:.5} ({:.5})  {mean:.5} ({sd:.5})  {away:+.3}",
                ours.parameter, ours.mean, ours.sd
            );
        }
        if away.abs() >= MEAN {
            wrong.push(format!("{name}: {} is {away:.3} sd away", ours.parameter));
        }
    }
    println!("  {name}: means within {furthest:.3} sd, sds within {:.1} %", 100.0 * spread);
    wrong
}

#[test]
fn posterior_means_are_those_of_nuts_on_the_joint_density() {
    let Some(folder) = shared("posterior_means_are_those_of_nuts_on_the_joint_density") else { return };
    let mut wrong = Vec::new();
    for (name, table, count, model) in [
        ("scp_poisson_nuts", "scp_poisson.csv", "y", Model::poisson()),
        ("scp_nb2_nuts", "scp_nb2.csv", "y", Model::neg_bin2()),
        ("scp_poisson_censored_nuts", "scp_poisson.csv", "lo..hi", Model::poisson()),
        ("scp_nb2_censored_nuts", "scp_nb2.csv", "lo..hi", Model::neg_bin2()),
    ] {
        let problem = question(&folder, table, count, model).problem().unwrap();
        let begun = Instant::now();
        let bayes = Bayes { threads: 2, ..Bayes::default() };
        let posterior = bayes.estimate(&problem).unwrap();
        println!("{name}: {:?} in {:.2} s", posterior.sampler(), begun.elapsed().as_secs_f64());
        assert_eq!(posterior.reliability(), Reliability::Reliable);
        assert!(posterior.sampler().effective() > EFFECTIVE * bayes.proposals as f64);
        wrong.extend(compare(&folder, name, &posterior));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
