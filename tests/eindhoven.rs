//! The example of flows over time as a user runs it: what it says, what it writes, what it refuses.
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
use std::fs::{File, read_to_string, write};

fn eindhoven(words: &[&str]) -> Run {
    run("eindhoven", words)
}

/// The numbers of a line, signs and brackets aside: planted, found, low, high.
fn numbers(line: &str) -> Vec<f64> {
    let number = |word: &str| word.trim_matches(['(', ')', ',', ';', '%']).parse().ok();
    line.split_whitespace().filter_map(number).collect()
}

#[test]
fn it_finds_what_it_planted_within_the_intervals_and_writes_what_it_says() {
    let out = folder("eindhoven", "planted");
    let run = eindhoven(&["--out", out.to_str().unwrap()]);
    let said = run.said();

    // the gap and the revision that were planted, each up to what rounding hides
    let broken = said.lines().find(|line| line.contains("GM9004 2018 H2: gap")).unwrap();
    let gap = numbers(broken.split("gap").nth(1).unwrap());
    assert!(gap[1] <= 60.0 && 60.0 <= gap[2], "{broken}");
    let late = said.lines().find(|line| line.contains("WK077213 2020 H2: closing stock revised")).unwrap();
    let late = numbers(late.split("revised by").nth(1).unwrap());
    assert!(late[1] <= 45.0 && 45.0 <= late[2], "{said}");
    assert!(said.contains("1 do not, 0 unknown") && said.contains("   1 openings are not"), "{said}");

    let table = said.split("Planted beside found").nth(1).unwrap().split("\n4.").next().unwrap();
    let lines: Vec<(&str, Vec<f64>)> = table
        .lines()
        .filter_map(|line| Some((line, numbers(line.get(41..)?))))
        .filter(|(_, numbers)| numbers.len() == 4)
        .collect();
    assert!(lines.len() >= 10, "{table}");
    for name in ["step of its own", "step, from", "trend", "half 2", "new series", "provisional share"] {
        let (line, numbers) = lines.iter().find(|(line, _)| line.trim_start().starts_with(name)).unwrap();
        let [planted, _, low, high] = numbers[..] else { panic!("{line}") };
        assert!(low <= planted && planted <= high, "not covered: {line}");
    }
    let covered = lines.iter().filter(|(_, n)| n[2] <= n[0] && n[0] <= n[3]).count();
    assert!(covered + 1 >= lines.len(), "{covered} of {}: {table}", lines.len());

    let rank = said.lines().find(|line| line.contains("the same step elsewhere")).unwrap();
    let place = numbers(rank.split("rank").nth(1).unwrap());
    assert!(place[0] <= 3.0 && place[1] == 31.0, "{rank}");
    for file in ["flows.csv", "rates.csv", "terms.csv", "counterfactual.csv", "elsewhere.csv", "lines.csv"] {
        let table = Table::from_csv(File::open(out.join(file)).unwrap()).unwrap();
        assert!(table.n_rows() > 0 && said.contains(file), "{file}");
    }
    for file in ["series.svg", "elsewhere.svg", "placebos.svg"] {
        assert!(read_to_string(out.join(file)).unwrap().starts_with("<svg") && said.contains(file), "{file}");
    }
    let counterfactual = Table::from_csv(File::open(out.join("counterfactual.csv")).unwrap()).unwrap();
    let difference = counterfactual.numbers("difference").unwrap();
    assert_eq!(difference.len(), 14);
    assert!(difference[..10].iter().all(|cell| *cell == Some(0.0)), "nothing differs before the step");
    assert!(difference[10..].iter().all(|cell| cell.unwrap() < 0.0), "{difference:?}");
}

/// Twelve gemeenten in quarters, one of them in two wijken, with the country's own rows and a star at the last quarter.
fn quarters() -> String {
    let mut csv = String::from("area;parent;period;begun;population;stock_start;ended;stock_end\n");
    for gemeente in 0..12 {
        let wijken: &[&str] = if gemeente == 3 { &["A", "B"] } else { &[""] };
        for wijk in wijken {
            for at in 0..12 {
                let (year, quarter) = (2018 + at / 4, at % 4 + 1);
                let stars = if at == 11 { "*" } else { "" };
                let (area, parent) = match wijk.is_empty() {
                    true => (format!("GM10{gemeente:02}"), String::new()),
                    false => (format!("WK10{gemeente:02}{wijk}"), format!("GM10{gemeente:02}")),
                };
                let scatter = (gemeente * gemeente * 7_919 + at * at * 1_051 + gemeente * at * 31) % 127;
                let begun = 300 + 12 * gemeente + scatter - if gemeente == 3 && at >= 8 { 40 } else { 0 };
                writeln!(
                    csv,
                    "{area};{parent};{quarter}e kwartaal {year}{stars};{begun};20000;900;{begun};900"
                )
                .unwrap();
            }
        }
    }
    csv.push_str("NL01;;1e kwartaal 2018;4000;260000;.;.;.\n");
    csv
}

#[test]
fn a_table_of_ones_own_is_read_with_its_labels_its_wijken_and_its_gaps() {
    let folder = folder("eindhoven", "own");
    let (file, lines) = (folder.join("quarters.csv"), folder.join("lines.csv"));
    write(&file, quarters()).unwrap();
    write(&lines, "line,part,count\nfirst,total,400\nfirst,second,90\nfirst,gone,200\n").unwrap();
    let words = ["--data", file.to_str().unwrap(), "--lines", lines.to_str().unwrap()];
    let run = eindhoven(&[&words[..], &["--gemeente", "GM1003", "--step", "2020KW1"]].concat());
    let said = run.said();
    for words in
        ["quarter 2", "quarter 4", "2020 Q4*", "step of its own, from 2020 Q1", "2020 Q4: declared 0.955"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(
        said.contains("157 cells: 156 agree, 0 within what rounding explains, 0 do not, 1 unknown"),
        "{said}"
    );
    assert!(said.contains("by |z|") && said.contains("22.5 (18.5 to 26.9)"), "{said}");
}

#[test]
fn what_cannot_be_meant_is_refused_in_words() {
    let folder = folder("eindhoven", "refused");
    let good = quarters();
    let mut number = 0;
    let mut refused = |csv: &str, words: &[&str], why: &str| {
        number += 1;
        let file = folder.join(format!("{number}.csv"));
        write(&file, csv).unwrap();
        let own = ["--data", file.to_str().unwrap(), "--gemeente", "GM1003", "--step", "2020KW1"];
        let words: Vec<&str> = match words.contains(&"--step") || words.contains(&"--gemeente") {
            true => own[..2].iter().chain(words).copied().collect(),
            false => own.iter().chain(words).copied().collect(),
        };
        let run = eindhoven(&words);
        assert!(run.refused().contains(why), "wanted {why}: {}", run.refused());
    };
    refused(&good.replace("begun", "started"), &[], "has no column begun");
    refused("area,period,begun,population\n", &[], "there are no rows");
    refused("", &[], "there is nothing in it");
    refused(&good.replacen("1e kwartaal 2018", "spring 2018", 1), &[], "row 1:");
    refused(&good.replacen("1e kwartaal 2018", "2018", 1), &[], "keep periods of one length");
    refused(&good.replacen("1e kwartaal 2018", "2e kwartaal 2018", 1), &[], "GM1000 2018 Q2");
    refused(&good.replacen(";20000;", ";-3;", 1), &[], "error[invalid-exposure]");
    refused(&good.replacen(";300;", ";a few;", 1), &[], "begun");
    refused(&good.replacen("WK1003B;GM1003", "WK1003B;GM1004", 1), &[], "'WK1003B' lies in");
    refused(&good.replacen("GM1001;;", ";;", 1), &[], "'area' is blank");
    refused(&good, &["--gemeente", "GM0772", "--step", "2020KW1"], "there is no gemeente GM0772");
    refused(&good, &["--gemeente", "GM1003", "--step", "2031KW1"], "the table has 2018 Q1 to 2020 Q4");
    refused(&good, &["--gemeente", "GM1003", "--step", "2018KW1"], "there must be a period before it");
    refused(&good, &["--gemeente", "GM1003", "--step", "yesterday"], "yesterday");
    refused(&good, &["--break", "2020KW1"], "cannot be told apart");
    refused(&good, &["--provisional-factor", "0"], "above 0");
    refused(&good, &["--provisional-sd=-1"], "0 or more");
    refused(&good, &["--lines", "/nowhere/lines.csv"], "/nowhere/lines.csv");
    refused(&good.replacen(";300;", ";-5;", 1), &[], "csv: counts must be whole numbers");
    refused(&good.replacen(";20000;", ";;", 1), &[], "row 1");
    let begun = |cell: &str| {
        let of = |line: &str| {
            let mut cells: Vec<&str> = line.split(';').collect();
            cells[3] = cell;
            cells.join(";")
        };
        let lines: Vec<String> = good.lines().skip(1).map(of).collect();
        format!("{}\n{}\n", good.lines().next().unwrap(), lines.join("\n"))
    };
    refused(&begun("."), &[], "--withheld-below");
    refused(&begun("0"), &[], "0 in every row");
    let late = |line: &&str| !(line.starts_with("WK1003") && line.contains("kwartaal 2020"));
    let late: Vec<&str> = good.lines().filter(late).collect();
    refused(&late.join("\n"), &[], "GM1003 has no counts from it on");
    assert!(eindhoven(&["--data", "/nowhere/at/all.csv"]).refused().contains("/nowhere/at/all.csv"));
}
