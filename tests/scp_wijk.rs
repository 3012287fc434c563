//! The worked example as a user runs it: what it writes, what it refuses.
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
use nestcount::table::Table;
use serde_json::Value;
use std::fs::{File, read_dir, read_to_string, write};
use std::path::Path;

fn scp_wijk(words: &[&str]) -> Run {
    run("scp_wijk", words)
}

fn table(folder: &Path, file: &str) -> Table {
    Table::from_csv(File::open(folder.join(file)).unwrap()).unwrap()
}

/// The codes of a column whose cells are all there.
fn codes(table: &Table, column: &str) -> Vec<String> {
    table.codes(column).unwrap().into_iter().map(Option::unwrap).collect()
}

/// What the map says of every area.
fn features(folder: &Path, file: &str) -> Vec<Value> {
    let map: Value = serde_json::from_str(&read_to_string(folder.join(file)).unwrap()).unwrap();
    map["features"].as_array().unwrap().clone()
}

#[test]
fn the_synthetic_country_ends_in_files_that_agree_and_give_no_withheld_count_away() {
    let out = folder("scp_wijk", "synthetic");
    let run = scp_wijk(&["--out", out.to_str().unwrap()]);
    let said = run.said();
    for file in read_dir(&out).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(said.contains(&name), "{name} is not mentioned");
    }
    let wijken = table(&out, "wijken.csv");
    assert_eq!(wijken.n_rows(), 2918);
    let number = |column: &str| wijken.numbers(column).unwrap();
    let (actual, expected) = (number("actual"), number("expected_given_gemeente"));
    let (difference, low, high) = (
        number("difference_given_gemeente"),
        number("difference_given_gemeente_low"),
        number("difference_given_gemeente_high"),
    );
    let status = codes(&wijken, "status");
    let mut withheld = 0;
    for row in 0..2918 {
        let expected = expected[row].unwrap();
        match actual[row] {
            Some(count) => {
                assert!(count >= 10.0, "row {row}: a withheld count is written");
                assert!((difference[row].unwrap() - (count - expected)).abs() < 1e-9 * expected.max(count));
            }
            None => {
                withheld += 1;
                assert_eq!(status[row], "withheld by the publisher");
                assert_eq!(difference[row], None);
                assert!((low[row].unwrap() + expected).abs() < 1e-9 * expected.max(1.0));
                assert!((high[row].unwrap() - (9.0 - expected)).abs() < 1e-9 * expected.max(1.0));
            }
        }
    }
    assert!((200..400).contains(&withheld), "{withheld} withheld");
    let names = wijken.names();
    let codebook = read_to_string(out.join("wijken-codebook.md")).unwrap();
    let missing: Vec<&String> =
        names.iter().filter(|name| !codebook.contains(&format!("| `{name}` |"))).collect();
    assert!(missing.is_empty(), "not in the codebook: {missing:?}");
    let shown = features(&out, "wijken.geojson");
    assert_eq!(shown.len(), 2918);
    let hatched = shown.iter().filter(|area| area["properties"]["actual"].is_null()).count();
    assert_eq!(hatched, withheld, "the map shows what the file does");
}

#[test]
fn the_real_table_is_mapped_and_what_has_no_boundaries_is_listed() {
    let Some(shared) = shared::shared("the_real_table_is_mapped") else { return };
    let (out, data) = (folder("scp_wijk", "real"), shared.join("data/nl/scp2017_wijken.csv"));
    let geo = shared.join("data/nl/geo");
    let words = ["--data", data.to_str().unwrap(), "--geo", geo.to_str().unwrap()];
    let run = scp_wijk(&[&words[..], &["--out", out.to_str().unwrap(), "--language", "dutch"]].concat());
    assert!(run.said().contains("gemeenten: every area has its boundaries"));
    let lost = table(&out, "unmatched.csv");
    let without = codes(&lost, "side").iter().filter(|side| *side == "without boundaries").count();
    assert_eq!(without, 2918 - 2462);
    let percent = table(&out, "wijken.csv").numbers("expected_percent").unwrap();
    assert!(percent.iter().all(|percent| percent.is_some_and(|percent| percent > 0.0 && percent < 60.0)));
    let gemeenten = features(&out, "gemeenten.geojson");
    assert_eq!(gemeenten.len(), 388);
    assert!(gemeenten.iter().all(|area| area["properties"]["expected"].is_number()));
    let page = read_to_string(out.join("gemeenten.html")).unwrap();
    assert!(page.contains("lang=\"nl\"") && page.contains("Feitelijk") && !page.contains("src=\"http"));
}

#[test]
fn folders_that_are_not_there_and_maps_without_a_place_are_refused() {
    let run = scp_wijk(&["--out", folder("scp_wijk", "refused").to_str().unwrap(), "--geo", "nowhere"]);
    assert!(run.refused().contains("nowhere"), "{}", run.refused());
    let file = folder("scp_wijk", "taken").join("file");
    File::create(&file).unwrap();
    let run = scp_wijk(&["--out", file.to_str().unwrap()]);
    assert!(run.refused().starts_with("error: "), "{}", run.refused());
    let table = folder("scp_wijk", "lacking").join("table.csv");
    write(&table, "wijk,gm,n_users_rec\na,b,3\n").unwrap();
    let run = scp_wijk(&["--data", table.to_str().unwrap()]);
    assert!(
        run.refused().contains("table.csv: has no column jeugdregio_code, wijknaam"),
        "{}",
        run.refused()
    );
    let run = scp_wijk(&["--geo", "somewhere"]);
    assert!(run.refused().contains("--out"), "{}", run.refused());
}

#[cfg(feature = "spreadsheet")]
#[test]
fn scp_s_spreadsheet_needs_the_regions_and_says_what_it_lacks() {
    let Some(shared) = shared::shared("scp_s_spreadsheet") else { return };
    let (data, regions) =
        (shared.join("data/nl/Wijkdata_Jeugdhulp_in_de_wijk.ods"), shared.join("data/nl/gemeenten2017.csv"));
    let run = scp_wijk(&["--data", data.to_str().unwrap()]);
    assert!(run.refused().contains("--regions"), "{}", run.refused());
    let run = scp_wijk(&["--data", data.to_str().unwrap(), "--regions", regions.to_str().unwrap()]);
    let said = run.said();
    assert!(said.contains("It does not have: the number of users, the number of young people"), "{said}");
    assert!(said.contains("jeugdregio       42\n   gemeente        388\n   wijk           2918"), "{said}");
    assert!(said.contains("withheld    286: somewhere from 0 to 9"), "{said}");
}

#[cfg(not(feature = "spreadsheet"))]
#[test]
fn without_its_feature_a_spreadsheet_is_refused_with_the_command_that_reads_it() {
    let run = scp_wijk(&["--data", "wijken.ods"]);
    assert!(run.refused().contains("--features spreadsheet"), "{}", run.refused());
}
