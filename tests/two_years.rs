//! The example of two years as a user runs it: it finds what it planted, and refuses what it cannot read.
#![cfg(all(feature = "csv", feature = "map"))]
#![allow(clippy::unwrap_used)]

#[path = "common/example.rs"]
mod example;
#[path = "common/folder.rs"]
mod folder;
#[path = "common/shared.rs"]
mod shared;

use example::{Run, run};
use folder::folder;
use shared::shared;
use std::fs::{copy, read_to_string, write};

fn two_years(words: &[&str]) -> Run {
    run("two_years", words)
}

/// The numbers of a line after its name: planted, then estimate and error three times.
fn numbers(text: &str, name: &str) -> Vec<f64> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix(name)).unwrap();
    line.split_whitespace().map(|word| word.trim_matches(['(', ')']).parse().unwrap()).collect()
}

#[test]
fn common_areas_find_what_was_planted_and_the_other_ways_find_too_much_that_passes() {
    let run = two_years(&["--tables", "2"]);
    let text = run.said();
    for name in [
        "year",
        "eenouder",
        "sd of jeugdregio, lasting",
        "sd of gemeente, lasting",
        "sd of wijk, lasting",
        "sd of a wijk in one year",
        "sd of a gemeente in one year",
    ] {
        let [planted, estimate, error, ..] = numbers(text, name)[..] else { panic!("{name}: {text}") };
        assert!((estimate - planted).abs() < 3.0 * error, "{name}: {estimate} ({error}) for {planted}");
    }
    let passing = numbers(text, "sd of a wijk in one year");
    for (estimate, error) in [(passing[3], passing[4]), (passing[5], passing[6])] {
        assert!(estimate - passing[0] > 3.0 * error, "{passing:?}");
    }
    let total =
        |name: &str| text.lines().find(|line| line.contains(name)).unwrap().split_whitespace().rev().nth(1);
    assert_eq!(total("first year, as published"), total("  in common areas"));
}

#[test]
fn what_cannot_be_read_is_refused_with_the_file_and_the_place() {
    assert!(two_years(&["--data", "no-such-folder"]).refused().contains("scp2017_wijken.csv"));
    assert!(two_years(&["--tables", "0"]).refused().contains("--tables"));
    let Some(shared) = shared("what_cannot_be_read_is_refused_with_the_file_and_the_place") else { return };
    let (folder, nl) = (folder("two_years", "refused"), shared.join("data/nl"));
    let files = ["scp2017_wijken.csv", "wijken2021.csv", "gemeenten2017.csv"];
    for (file, from, to, wanted) in [
        (files[0], "perc_1gez", "one_family", "has no column perc_1gez"),
        (files[0], "\nWK000300,", "\n,", "row 1: 'wijk' is blank"),
        (files[1], "\nWK001400,", "\n,", "row 1: 'wijk' is blank"),
        (files[1], "GM0014,", "GM9999,", "GM9999"),
        (files[2], "gm_2021", "gm_2022", "has no column gm_2021"),
    ] {
        for name in files {
            copy(nl.join(name), folder.join(name)).unwrap();
        }
        let text = read_to_string(nl.join(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        write(folder.join(file), text.replacen(from, to, 1)).unwrap();
        let run = two_years(&["--data", folder.to_str().unwrap()]);
        for wanted in [file, wanted] {
            assert!(run.refused().contains(wanted), "wanted {wanted}: {}", run.refused());
        }
    }
}

#[test]
fn the_real_tables_are_matched_by_gemeente_and_what_is_left_out_is_said() {
    let Some(shared) = shared("the_real_tables_are_matched_by_gemeente_and_what_is_left_out_is_said") else {
        return;
    };
    let run = two_years(&["--data", shared.join("data/nl").to_str().unwrap()]);
    let text = run.said();
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
