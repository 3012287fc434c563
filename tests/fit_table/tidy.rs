//! `--tidy`: every estimate as a table.

use super::program::{csv, file, fit, fit_table, place};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::table::Table;
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
use serde_json::Value;
use std::fs;

const QUESTION: &str =
    "--count count --exposure exposure --levels region,town --determinants x --family nb2 --areas";

fn country() -> String {
    let world = World::new(300)
        .level("region", 8, 0.4)
        .level("town", 40, 0.3)
        .determinant(Determinant::normal("x", 0.3))
        .exposure(Marginal::log_normal(300.0, 0.5))
        .rate(0.05)
        .theta(8.0);
    csv(&world.draw(&mut ChaCha12Rng::seed_from_u64(12)).unwrap().table)
}

#[test]
fn the_table_in_csv_and_in_json_holds_the_numbers_of_the_answer() {
    let (as_csv, as_json) = (place("tidy_out.csv"), place("tidy_out.JSON"));
    let question = |path: &std::path::Path| format!("{QUESTION} --tidy {}", path.display());
    let answer = fit("tidy", &country(), &question(&as_csv)).json();
    fit("tidy", &country(), &question(&as_json)).json();
    let table = Table::from_csv(fs::read(&as_csv).unwrap().as_slice()).unwrap();
    let records: Value = serde_json::from_slice(&fs::read(&as_json).unwrap()).unwrap();
    assert_eq!(table.n_rows(), 2 + 3 + 8 + 40);
    assert_eq!(records.as_array().unwrap().len(), table.n_rows());
    let estimates = table.numbers("estimate").unwrap();
    let number = |value: &Value| value.as_f64();
    let fixed = answer["fixed"].as_array().unwrap().iter().map(|c| number(&c["estimate"]));
    let random = answer["random"].as_array().unwrap().iter().map(|level| number(&level["sd"]));
    let areas = answer["areas"].as_array().unwrap().iter().map(|area| number(&area["effect"]));
    let known: Vec<Option<f64>> =
        fixed.chain(random).chain([number(&answer["theta"])]).chain(areas).collect();
    assert_eq!(estimates, known);
    let terms = table.codes("term").unwrap();
    for (row, (estimate, term)) in estimates.into_iter().zip(terms).enumerate() {
        assert_eq!(records[row]["estimate"].as_f64(), estimate);
        assert_eq!(records[row]["term"].as_str(), term.as_deref());
    }
}

#[test]
fn a_pooled_table_has_its_degrees_of_freedom() {
    let path = place("tidy_pooled.csv");
    let question =
        format!("{QUESTION} --withheld-below 8 --treat impute --imputations 3 --tidy {}", path.display());
    let lines: Vec<String> = country().lines().map(String::from).collect();
    let at = lines[0].split(',').position(|name| name == "count").unwrap();
    let withheld = lines.iter().enumerate().map(|(row, line)| {
        let mut cells: Vec<String> = line.split(',').map(String::from).collect();
        if row > 0 && cells[at].parse::<f64>().unwrap() < 8.0 {
            cells[at] = ".".into();
        }
        cells.join(",") + "\n"
    });
    let answer = fit("tidy_pooled", &withheld.collect::<String>(), &question).json();
    let table = Table::from_csv(fs::read(&path).unwrap().as_slice()).unwrap();
    assert!(answer["n_withheld"].as_u64().unwrap() > 0);
    assert_eq!(table.numbers("df").unwrap()[0], answer["fixed"][0]["df"].as_f64());
    assert_eq!(table.numbers("fmi").unwrap()[1], answer["fixed"][1]["fmi"].as_f64());
}

#[test]
fn a_file_of_another_kind_and_one_that_cannot_be_written_are_refused() {
    let data = file("tidy_refused", country());
    let run = |target: &str| {
        let words = ["--data", data.to_str().unwrap(), "--quiet", "--tidy", target];
        fit_table(&words.into_iter().chain(QUESTION.split_whitespace()).collect::<Vec<_>>())
    };
    assert_eq!(run("out.parquet").refused(), "usage");
    assert_eq!(run("/nowhere/at/all/out.csv").refused(), "unwritable");
}
