//! The example of two years as a user runs it: it finds what it planted, and refuses what it cannot read.
#![cfg(all(feature = "csv", feature = "map"))]
#![allow(clippy::unwrap_used)]

#[path = "common/shared.rs"]
mod shared;

use shared::shared;
use std::process::{Command, Output};

/// `cargo test` builds the examples next to the tests; `cargo test --test two_years` alone does not.
fn two_years(words: &[&str]) -> Output {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let program = profile.join("examples").join(format!("two_years{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{} is not built; run `cargo build --example two_years`", program.display());
    Command::new(program).args(words).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The numbers of a line after its name: planted, then estimate and error three times.
fn numbers(text: &str, name: &str) -> Vec<f64> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix(name)).unwrap();
    line.split_whitespace().map(|word| word.trim_matches(['(', ')']).parse().unwrap()).collect()
}

#[test]
fn common_areas_find_what_was_planted_and_the_other_ways_find_too_much_that_passes() {
    let run = two_years(&["--tables", "2"]);
    let text = said(&run);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    for name in [
        "year",
        "eenouder",
        "sd of jeugdregio, lasting",
        "sd of gemeente, lasting",
        "sd of wijk, lasting",
        "sd of a wijk in one year",
        "sd of a gemeente in one year",
    ] {
        let [planted, estimate, error, ..] = numbers(&text, name)[..] else { panic!("{name}: {text}") };
        assert!((estimate - planted).abs() < 3.0 * error, "{name}: {estimate} ({error}) for {planted}");
    }
    let passing = numbers(&text, "sd of a wijk in one year");
    for (estimate, error) in [(passing[3], passing[4]), (passing[5], passing[6])] {
        assert!(estimate - passing[0] > 3.0 * error, "{passing:?}");
    }
    let total =
        |name: &str| text.lines().find(|line| line.contains(name)).unwrap().split_whitespace().rev().nth(1);
    assert_eq!(total("first year, as published"), total("  in common areas"));
}

#[test]
fn a_folder_without_the_tables_is_refused_with_the_file_that_is_missing() {
    let run = two_years(&["--data", "no-such-folder"]);
    let error = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(error.contains("scp2017_wijken.csv"), "{error}");
}

#[test]
fn the_real_tables_are_matched_by_gemeente_and_what_is_left_out_is_said() {
    let Some(shared) = shared("the_real_tables_are_matched_by_gemeente_and_what_is_left_out_is_said") else {
        return;
    };
    let run = two_years(&["--data", shared.join("data/nl").to_str().unwrap()]);
    let text = said(&run);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    for line in [
        "gemeenten 387 -> 352",
        "made of: 349",
        "4 wijken of Haaren",
        "2017   2335 wijken",
        "2021   3214 wijken",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}
