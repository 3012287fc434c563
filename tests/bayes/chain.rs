//! Against long independent chains on the joint density (`tests/data/bayes/joint_chain.py`).

use crate::reference::question;
use crate::shared::shared;
use nestcount::Model;
use nestcount::estimator::{Bayes, Estimated, Estimator};
use serde_json::Value;
use std::fs::File;
use std::path::Path;

/// The bound on posterior means, in posterior standard deviations.
const MEAN: f64 = 0.05;
/// The bound on posterior means of area effects, of which there are hundreds.
const EFFECT: f64 = 0.1;

fn chains() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bayes/joint_chain.json");
    let fixture: Value = serde_json::from_reader(File::open(path).unwrap()).unwrap();
    fixture.as_array().unwrap().clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

#[test]
fn posterior_means_are_those_of_a_long_independent_chain() {
    let Some(folder) = shared("posterior_means_are_those_of_a_long_independent_chain") else { return };
    let mut wrong = Vec::new();
    let chains = chains();
    assert!(chains.len() >= 2);
    for chain in &chains {
        let (table, family) = (chain["table"].as_str().unwrap(), chain["family"].as_str().unwrap());
        let (count, name) = match chain["count"].as_str().unwrap() {
            "y" => ("y", format!("{table} counts")),
            _ => ("lo..hi", format!("{table} intervals")),
        };
        let model = if family == "nb2" { Model::neg_bin2() } else { Model::poisson() };
        let problem = question(&folder, table, count, model).problem().unwrap();
        let posterior = Bayes { threads: 2, ..Bayes::default() }.estimate(&problem).unwrap();
        let (means, sds) = (numbers(&chain["mean"]), numbers(&chain["sd"]));
        let least = numbers(&chain["effective"]).into_iter().fold(f64::INFINITY, f64::min);
        assert!(least > 1.0 / (0.35 * MEAN).powi(2), "{name}: a chain worth {least} draws says too little");
        let (mut furthest, mut spread) = (0.0f64, 0.0f64);
        for (ours, (mean, sd)) in posterior.summaries().iter().zip(means.iter().zip(&sds)) {
            let away = (ours.mean - mean) / sd;
            furthest = furthest.max(away.abs());
            spread = spread.max((ours.sd / sd - 1.0).abs());
            if away.abs() >= MEAN {
                wrong.push(format!("{name}: {} is {away:.3} sd away", ours.parameter));
            }
        }
        let (mut effect, mut effect_spread) = (0.0f64, 0.0f64);
        for level in ["region", "group"] {
            let theirs = chain[level].as_object().unwrap();
            for area in posterior.area_effects(level).unwrap() {
                let theirs = numbers(&theirs[&area.path.join("/")]);
                effect = effect.max(((area.effect - theirs[0]) / theirs[1]).abs());
                effect_spread = effect_spread.max((area.sd / theirs[1] - 1.0).abs());
            }
        }
        println!(
            "{name}: means within {furthest:.3} sd, sds within {:.1} %; effects within {effect:.3} sd, theirs within {:.1} %; the chain is worth {least:.0} draws at least",
            100.0 * spread,
            100.0 * effect_spread,
        );
        if effect >= EFFECT || effect_spread >= 0.08 || spread >= 0.05 {
            wrong.push(format!(
                "{name}: effects {effect:.3} sd away, spreads {spread:.3} and {effect_spread:.3}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
