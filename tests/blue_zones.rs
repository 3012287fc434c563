//! The example of screening as a user runs it: what it says, what it writes, what it refuses.
#![cfg(all(feature = "csv", feature = "map"))]
#![allow(clippy::unwrap_used)]

use nestcount::table::Table;
use std::fmt::Write as _;
use std::fs::{File, create_dir_all, write};
use std::path::PathBuf;
use std::process::{Command, Output};

/// `cargo test` builds the examples next to the tests; `cargo test --test blue_zones` alone does not.
fn blue_zones(words: &[&str]) -> Output {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let program = profile.join("examples").join(format!("blue_zones{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{} is not built; run `cargo build --example blue_zones`", program.display());
    Command::new(program).args(words).output().unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("blue_zones").join(name);
    create_dir_all(&folder).unwrap();
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn it_reproduces_the_published_list_and_sets_what_was_planted_beside_what_was_found() {
    let out = folder("planted");
    let run = blue_zones(&["--draws", "200", "--out", out.to_str().unwrap()]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    let said = text(&run.stdout);
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
    let file = folder("own").join("towns.csv");
    write(&file, csv).unwrap();
    let file = file.to_str().unwrap();
    let run =
        blue_zones(&["--data", file, "--withheld-below", "10", "--least-youths", "100", "--draws", "200"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    let said = text(&run.stdout);
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
    let said = text(&named.stdout);
    assert!(said.contains("left Town 3: name Town 3 – youths wait"), "{said}{}", text(&named.stderr));
}

#[test]
fn it_says_what_is_wrong_with_a_file() {
    let refused = |name: &str, csv: &str, words: &[&str]| {
        let file = folder("refused").join(name);
        write(&file, csv).unwrap();
        let run = blue_zones(&[&["--data", file.to_str().unwrap()], words].concat());
        assert_eq!(run.status.code(), Some(2));
        text(&run.stderr)
    };
    let lacking = refused("lacking.csv", "code,name,youths\na,A,10\n", &[]);
    assert!(lacking.contains("has no column users"), "{lacking}");
    let text_cell = refused("text.csv", "code,name,youths,users\na,A,10,many\n", &[]);
    assert!(text_cell.contains("'users'") && text_cell.contains("row 1"), "{text_cell}");
    let twice = refused("twice.csv", "code,name,youths,users\na,A,900,90\na,B,800,60\n", &[]);
    assert!(twice.contains("'a'"), "{twice}");
    let strange =
        refused("strange.csv", "code,name,youths,users\na,A,900,90\nb,B,800,60\n", &["--factor", "0/3"]);
    assert!(strange.contains("factor"), "{strange}");
}
