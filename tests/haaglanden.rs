//! The example of the second stage as a user runs it: what it finds of what it planted, what it writes, what it refuses.
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
use std::fmt::Write as _;
use std::fs::{File, read_dir, read_to_string, write};
use std::path::Path;

fn haaglanden(words: &[&str]) -> Run {
    run("haaglanden", words)
}

#[test]
fn the_offset_design_holds_what_was_planted_and_every_wijk_has_its_sheet() {
    let out = folder("haaglanden", "synthetic");
    let run = haaglanden(&["--out", out.to_str().unwrap(), "--language", "english"]);
    let said = run.said();
    let answer = said.split("offset, imputed").nth(1).unwrap();
    let held = answer.lines().find(|line| line.contains("its intervals hold")).unwrap();
    assert!(held.contains("hold 3 of the 3"), "{held}");
    assert!(said.contains("107 sheets") && said.contains("<0.001") && !said.contains("NaN"), "{said}");
    assert_eq!(read_dir(out.join("wijken")).unwrap().count(), 2 * 107);
    for figure in ["gemeenten.svg", "effects.svg"] {
        assert!(read_to_string(out.join(figure)).unwrap().starts_with("<svg"), "{figure}");
    }
}

/// SCP's region of Haaglanden, where the tables lie.
fn real(test: &str) -> Option<String> {
    Some(shared::shared(test)?.join("data/nl/scp2017_wijken.csv").to_str().unwrap().into())
}

#[test]
fn a_region_of_the_real_table_is_laid_beside_the_nation() {
    let Some(data) = real("a_region_of_the_real_table_is_laid_beside_the_nation") else { return };
    let run = haaglanden(&["--data", &data, "--region", "JZ24"]);
    let said = run.said();
    assert!(said.contains("The region: 81 wijken") && said.contains("--extra FILE"), "{said}");
}

#[test]
fn what_cannot_be_meant_is_refused_with_the_file_and_the_place() {
    let refused = |words: &[&str], wanted: &[&str]| {
        let run = haaglanden(words);
        for wanted in wanted {
            assert!(run.refused().contains(wanted), "wanted {wanted}: {}", run.refused());
        }
    };
    refused(&["--region", "JZ24"], &["--data"]);
    refused(&["--data", "nowhere.csv", "--region", "JZ24"], &["nowhere.csv"]);
    let folder = folder("haaglanden", "refused");
    let taken = folder.join("taken");
    File::create(&taken).unwrap();
    let lacking = folder.join("lacking.csv");
    write(&lacking, "wijk,n_users_rec\nWK01,3\n").unwrap();
    refused(
        &["--data", lacking.to_str().unwrap(), "--region", "JZ24"],
        &["lacking.csv", "jeugdregio_code, gm"],
    );

    let Some(data) = real("what_cannot_be_meant_is_refused_with_the_file_and_the_place") else { return };
    refused(&["--data", &data, "--region", "JZ99"], &["scp2017_wijken.csv", "'JZ99'", "jeugdregio_code"]);
    refused(&["--data", &data, "--region", "JZ24", "--out", taken.to_str().unwrap()], &["taken"]);
    let extra = folder.join("extra.csv");
    let with = |csv: &str, wanted: &[&str]| {
        write(&extra, csv).unwrap();
        let words = ["--data", &data, "--region", "JZ24", "--extra", extra.to_str().unwrap()];
        refused(&words, &[&["extra.csv"], wanted].concat());
    };
    let good = extras(Path::new(&data));
    with("", &["there is nothing in it"]);
    let first = good.lines().nth(1).unwrap();
    let code = first.split(',').next().unwrap();
    with(&format!("{good}{first}\n"), &["'wijk' is", code, "in row 1 and in row"]);
    with("code,cohesion\nWK051801,3\n", &["has no column wijk"]);
    with(&good.replacen(",1,", ",a lot,", 1), &["'facilities'", "row 2", "a lot"]);
    with(&good.replacen("\nWK", "\n,\nWK", 1).replacen("\n,\n", "\n,1,2\n", 1), &["row 1: 'wijk' is blank"]);
}

/// A table with a number and a survey mean for every wijk of the region.
fn extras(data: &Path) -> String {
    let table = nestcount::table::Table::from_csv(File::open(data).unwrap()).unwrap();
    let (wijken, regions) = (table.codes("wijk").unwrap(), table.codes("jeugdregio_code").unwrap());
    let mut csv = String::from("wijk,facilities,cohesion\n");
    let own = wijken.iter().zip(regions).filter(|(_, region)| region.as_deref() == Some("JZ24"));
    for (at, (wijk, _)) in own.enumerate() {
        writeln!(csv, "{},{at},{}", wijk.as_deref().unwrap(), at * at % 17).unwrap();
    }
    csv
}
