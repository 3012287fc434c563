//! What cannot be fitted is refused with its code, and never by a panic.

use super::program::{Run, file, fit, fit_table, lines, place};

/// 24 rows with one thing wrong: `broken` changes the cells `area, y, n, x` of a row.
fn table(broken: impl Fn(usize, &mut [String; 4])) -> String {
    let header = ["area", "y", "n", "x"].map(String::from).to_vec();
    let row = |i: usize| {
        let mut cells = [
            format!("g{}", i % 5),
            ((i * 7) % 6).to_string(),
            (20 + i).to_string(),
            (0.5 * ((i * 3) % 10) as f64).to_string(),
        ];
        broken(i, &mut cells);
        cells.to_vec()
    };
    lines(std::iter::once(header).chain((0..24).map(row)))
}

const QUESTION: &str = "--count y --exposure n --levels area --determinants x --family nb2";

/// The third row's cell at `column` holds `text`.
fn with_cell(column: usize, text: &str) -> String {
    table(|row, cells| {
        if row == 2 {
            cells[column] = text.into();
        }
    })
}

#[test]
fn the_table_without_a_fault_is_fitted() {
    assert_eq!(fit("sound", &table(|_, _| ()), QUESTION).exit, 0);
}

#[test]
fn a_bad_cell_is_refused_with_its_row() {
    let (y, n, x) = (1, 2, 3);
    let cases = [
        (y, "many", "not-a-number"),
        (n, "1.000,5", "unreadable"),
        (n, "many", "not-a-number"),
        (x, "3;5", "not-a-number"),
        (y, "-1", "invalid-count"),
        (y, "2.5", "invalid-count"),
        (y, "1e300", "invalid-count"),
        (y, "NaN", "non-finite"),
        (y, "inf", "non-finite"),
        (n, "NaN", "non-finite"),
        (x, "-inf", "non-finite"),
        (n, "-3", "invalid-exposure"),
        (n, "", "invalid-exposure"),
        (n, "0", "zero-exposure"),
        (x, "", "missing-cells"),
        (x, "NA", "missing-cells"),
        (0, " ", "hierarchy"),
    ];
    for (at, (column, cell, code)) in cases.into_iter().enumerate() {
        let run = fit(&format!("cell_{at}"), &with_cell(column, cell), QUESTION);
        assert_eq!(run.refused(), code, "'{cell}': {}", run.stderr);
        let place = if code == "unreadable" { "line 4" } else { "row 3" };
        assert!(run.stderr.contains(place), "'{cell}': {}", run.stderr);
    }
}

#[test]
fn a_file_that_is_no_table_is_refused() {
    let cases = [
        ("empty", "", "unreadable"),
        ("header", "area,y,n,x\n", "no-rows"),
        ("ragged", "area,y,n,x\ng0,1,2,3\ng1,4,5\n", "unreadable"),
        ("twice", "area,y,n,y\ng0,1,2,3\n", "duplicate-column"),
        ("blank_header", "\n\n\n", "unreadable"),
    ];
    for (name, csv, code) in cases {
        let run = fit(name, csv, QUESTION);
        assert_eq!(run.refused(), code, "{name}: {}", run.stderr);
    }
    let latin = file("latin", b"area,y,n,x\nFrysl\xe2n,1,2,3\n");
    let folder = place("");
    for data in [latin.as_path(), folder.as_path(), &place("nowhere.csv")] {
        let run = fit_table(&["--data", data.to_str().unwrap(), "--count", "y", "--family", "poisson"]);
        assert_eq!(run.refused(), "unreadable", "{}", data.display());
    }
}

#[test]
fn an_unknown_column_is_refused_with_those_there_are() {
    for wrong in ["--count z", "--exposure z", "--levels z", "--determinants x,z", "--categorical z"] {
        let (flag, _) = wrong.split_once(' ').unwrap();
        let known = ["--count y", "--exposure n", "--levels area", "--determinants x"];
        let question: Vec<&str> = known.into_iter().filter(|known| !known.starts_with(flag)).collect();
        let question = format!("{} {wrong} --family poisson", question.join(" "));
        let run = fit(&format!("unknown{flag}"), &table(|_, _| ()), &question);
        assert_eq!(run.refused(), "unknown-column", "{wrong}");
        assert!(run.stderr.contains("'z'; the table has 'area', 'y', 'n', 'x'"), "{}", run.stderr);
    }
}

#[test]
fn determinants_that_say_nothing_new_are_refused() {
    assert_eq!(fit("constant", &table(|_, c| c[3] = "4".into()), QUESTION).refused(), "constant");
    let exposure = table(|_, c| c[3] = (3.0 + 0.25 * c[2].parse::<f64>().unwrap()).to_string());
    let question = QUESTION.replace("--determinants x", "--determinants n,x");
    assert_eq!(fit("collinear", &exposure, &question).refused(), "aliased");
    let question = QUESTION.replace("--determinants x", "--determinants x,x");
    assert_eq!(fit("same_twice", &table(|_, _| ()), &question).refused(), "duplicate-column");
    let single = QUESTION.replace("--determinants x", "--categorical x");
    assert_eq!(fit("single", &table(|_, c| c[3] = "4".into()), &single).refused(), "single-category");
}

#[test]
fn what_has_no_estimate_is_refused() {
    let cases = [
        ("zeros", table(|_, c| c[1] = "0".into()), "all-zero-counts"),
        ("one_area", table(|_, c| c[0] = "g".into()), "too-few-areas"),
        ("no_counts", table(|_, c| c[1] = "".into()), "no-rows"),
        ("nobody", table(|_, c| (c[1], c[2]) = ("0".into(), "0".into())), "no-rows"),
        ("separated", table(|i, c| (c[1], c[3]) = split(i)), "separation"),
    ];
    for (name, csv, code) in cases {
        let run = fit(name, &csv, QUESTION);
        assert_eq!(run.refused(), code, "{name}: {}", run.stderr);
    }
    let question = format!("{QUESTION} --missing drop");
    assert_eq!(fit("all_missing", &table(|_, c| c[3] = "".into()), &question).refused(), "no-rows");
    let question = format!("{QUESTION} --missing parent-mean");
    let nothing = fit("nothing_to_fill", &table(|_, c| c[3] = "".into()), &question);
    assert_eq!(nothing.refused(), "nothing-to-fill-from");
    let alike: String = table(|_, _| ()).lines().map(|line| doubled(line) + "\n").collect();
    let question = QUESTION.replace("--levels area", "--levels area,area2");
    assert_eq!(fit("alike", &alike, &question).refused(), "confounded-levels");
}

/// Rows with x = 1 have count 0 only.
fn split(row: usize) -> (String, String) {
    match row % 4 {
        0 => ("0".into(), "1".into()),
        other => (other.to_string(), "0".into()),
    }
}

/// A line with its first cell a second time, the header's under another name.
fn doubled(line: &str) -> String {
    let first = line.split(',').next().unwrap_or_default();
    let again = if first == "area" { "area2" } else { first };
    format!("{again},{line}")
}

#[test]
fn questions_that_contradict_themselves_are_refused() {
    let cases = [
        ("--reference x=1", "specification"),
        ("--categorical x --reference x=1,x=2", "specification"),
        ("--categorical x --reference x=nowhere", "unknown-category"),
        ("--interactions x:area", "specification"),
        ("--interactions x:x", "specification"),
        ("--interactions x", "specification"),
        ("--reference x", "usage"),
        ("--reference =1", "usage"),
        ("--categorical x,,", "usage"),
        ("--missing sometimes", "usage"),
        ("--max-evaluations -1", "usage"),
        ("--formula y~x", "usage"),
        ("--count y", "usage"),
    ];
    for (at, (more, code)) in cases.into_iter().enumerate() {
        let run = fit(&format!("question_{at}"), &table(|_, _| ()), &format!("{QUESTION} {more}"));
        assert_eq!(run.refused(), code, "{more}: {}", run.stderr);
    }
    let levels_twice = QUESTION.replace("--levels area", "--levels area,area");
    assert_eq!(fit("levels_twice", &table(|_, _| ()), &levels_twice).refused(), "hierarchy");
    let row = table(|_, _| ()).replace("area,", "row,");
    let question = QUESTION.replace("area", "row") + " --row-effect";
    assert_eq!(fit("row", &row, &question).refused(), "specification");
}

#[test]
fn a_command_line_that_lacks_what_is_needed_says_how_to_use_it() {
    let run = fit_table::<&str>(&[]);
    assert_eq!(run.refused(), "usage");
    assert!(run.stderr.contains("--data <F.csv>") && run.stderr.contains("Usage:"), "{}", run.stderr);
    let family = fit_table(&["--data", "x.csv", "--count", "y", "--family", "normal"]);
    assert_eq!(family.refused(), "usage");
    assert!(family.stderr.contains("poisson, nb2"), "{}", family.stderr);
}

#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let data = file("unwritable", "y\n1\n5\n");
    let target = place("no_such_folder").join("fit.json");
    let words = ["--data", data.to_str().unwrap(), "--count", "y", "--family", "poisson", "--quiet"];
    let run: Run = fit_table(&[&words[..], &["--json", target.to_str().unwrap()]].concat());
    assert_eq!(run.refused(), "unwritable");
}
