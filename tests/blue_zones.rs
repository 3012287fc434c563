//! The example of screening as a user runs it: what it says, what it writes, what it refuses.
#![cfg(all(feature = "csv", feature = "map"))]
#![allow(clippy::unwrap_used)]

#[path = "common/example.rs"]
mod example;
#[path = "common/folder.rs"]
mod folder;

use example::{Run, run};
use folder::folder;
use nestcount::table::Table;
use std::fmt::Write as _;
use std::fs::{File, write};

fn blue_zones(words: &[&str]) -> Run {
    run("blue_zones", words)
}

#[test]
fn it_reproduces_the_published_list_and_sets_what_was_planted_beside_what_was_found() {
    let out = folder("blue_zones", "planted");
    let run = blue_zones(&["--draws", "200", "--out", out.to_str().unwrap()]);
    let said = run.said();
    assert!(said.contains("remaining: 4: Scherpenzeel, Castricum, Edam-Volendam, Uitgeest"), "{said}");
    assert!(said.contains("Planted beside found") && said.contains("in truth"), "{said}");
    for file in ["trail.csv", "trail.txt", "probabilities.csv", "funnel.svg"] {
        assert!(said.contains(file) && out.join(file).exists(), "{file}");
    }
    let trail = Table::from_csv(File::open(out.join("trail.csv")).unwrap()).unwrap();
    let first = trail.codes("phase").unwrap().iter().filter(|phase| phase.as_deref() == Some("size")).count();
    assert_eq!(first, 388);
}

#[test]
fn a_table_of_ones_own_is_screened_with_its_years_and_what_was_withheld() {
    let mut csv = String::from("code,name,year,youths,users,halt\n");
    for year in [2016, 2017] {
        for at in 0..30 {
            let youths = 2_000 + 100 * at;
            let users = if at == 3 { youths / 20 } else { youths / 10 + (at * 7 + year) % 11 };
            writeln!(csv, "G{at:02},Town {at},{year},{youths},{users},{}", youths / 90).unwrap();
        }
        writeln!(csv, "G30,Hamlet,{year},130,.,.").unwrap();
    }
    let file = folder("blue_zones", "own").join("towns.csv");
    write(&file, csv).unwrap();
    let file = file.to_str().unwrap();
    let run =
        blue_zones(&["--data", file, "--withheld-below", "10", "--least-youths", "100", "--draws", "200"]);
    let said = run.said();
    assert!(said.contains("stayed Town 3: users 5.00 %"), "{said}");
    assert!(said.contains("stayed undecided Hamlet: users 0.00–6.92 %"), "{said}");
    assert!(said.contains("Over the years 2016, 2017"), "{said}");
    let named = blue_zones(&[
        "--data",
        file,
        "--withheld-below",
        "10",
        "--draws",
        "200",
        "--leave-out",
        "Town 3=youths wait",
        "--also",
        "halt",
    ]);
    let said = named.said();
    assert!(said.contains("left Town 3: name Town 3 – youths wait"), "{said}");
    assert!(said.contains("halt: areas differ no more than by chance"), "{said}");
}

#[test]
fn it_says_what_is_wrong_with_a_file_and_where() {
    let folder = folder("blue_zones", "refused");
    let mut number = 0;
    let mut refused = |csv: &str, words: &[&str], wanted: &[&str]| {
        number += 1;
        let file = folder.join(format!("{number}.csv"));
        write(&file, csv).unwrap();
        let run = blue_zones(&[&["--data", file.to_str().unwrap(), "--draws", "50"], words].concat());
        for wanted in wanted.iter().copied().chain([file.file_name().unwrap().to_str().unwrap()]) {
            assert!(run.refused().contains(wanted), "wanted {wanted}: {}", run.refused());
        }
    };
    let good = "code,name,youths,users,halt\na,A,900,90,5\nb,B,800,60,6\nc,C,700,20,7\n";
    refused("", &[], &["there is nothing in it"]);
    refused("code,name,youths,users\n", &[], &["there are no rows"]);
    refused("code\tname\tyouths\tusers\na\tA\t900\t90\n", &[], &["one cell, 'code\\tname"]);
    refused("code,name,youths\na,A,10\n", &["--also", "halt"], &["has no column users, halt"]);
    refused(&good.replace("60", "many"), &[], &["'users'", "row 2", "many"]);
    refused(&good.replace("60", "-60"), &[], &["error[invalid-count]", "row 2"]);
    refused(&good.replace("60", "6.5"), &[], &["error[invalid-count]", "row 2"]);
    refused(&good.replace("60", "801"), &[], &["row 2 (b): 'users' is more than the 800 youths"]);
    refused(&good.replace(",6\n", ",801\n"), &["--also", "halt"], &["row 2 (b): 'halt' is more"]);
    refused(
        &good.replace("800", "0").replace("60", "0"),
        &["--also", "halt"],
        &["'halt' is more than the 0"],
    );
    refused(&good.replace("800", ""), &[], &["error[invalid-exposure]", "row 2"]);
    refused(&good.replace("b,B", ",B"), &[], &["row 2: 'code' is blank"]);
    refused(&good.replace("b,B", "a,B"), &[], &["'a'"]);
    refused(
        &good.replace(",90,", ",,").replace(",60,", ",,").replace(",20,", ",,"),
        &[],
        &["--withheld-below"],
    );
    refused("code,name,youths,users\na,A,900,90\n", &[], &["one area has no others"]);
    let years = good.replace("halt", "year").replace(",5\n", ",2016\n").replace(",6\n", ",2016\n");
    refused(&years.replace(",7\n", ",\n"), &[], &["row 3: 'year' is blank"]);
    refused(&years.replace(",7\n", ",2017\n"), &[], &["2017: one area"]);
    refused(&years.replace("20,7", "many,2016"), &[], &["row 3", "many"]);
}

#[test]
fn it_says_what_is_wrong_with_an_option_or_a_place() {
    let refused = |words: &[&str], wanted: &str| {
        let run = blue_zones(words);
        assert!(run.refused().contains(wanted), "{}", run.refused());
    };
    refused(&["--factor", "0/3"], "factor");
    refused(&["--factor", "two"], "2/3");
    refused(&["--also", "halt"], "--data");
    refused(&["--data", "nowhere.csv"], "nowhere.csv");
    refused(&["--data", env!("CARGO_MANIFEST_DIR")], "irectory");
    refused(&["--draws", "0"], "--draws");
    refused(&["--least-youths", "NaN"], "0 or more");
    let taken = folder("blue_zones", "taken").join("file");
    File::create(&taken).unwrap();
    refused(&["--draws", "50", "--out", taken.to_str().unwrap()], "file");
}
