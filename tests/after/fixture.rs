//! Standard errors of effects and predictions beside glmmTMB's (`tests/data/after/make_fixtures.R`).

use crate::made::{FAMILIES, made, table};
use nestcount::Family;
use nestcount::expected::{Expectation, RowSets};
use nestcount::table::Table;

const ROWS: usize = 3000;

fn fixture(family: Family, what: &str) -> Table {
    let path = format!("{}/tests/data/after/{what}_{family}.csv", env!("CARGO_MANIFEST_DIR"));
    Table::from_csv(std::fs::File::open(path).unwrap()).unwrap()
}

fn numbers(table: &Table, column: &str) -> Vec<f64> {
    table.numbers(column).unwrap().into_iter().map(Option::unwrap).collect()
}

/// Largest relative distance.
fn furthest(ours: impl Iterator<Item = f64>, theirs: &[f64]) -> f64 {
    let mut n = 0;
    let distance = ours.zip(theirs).map(|(ours, theirs)| {
        n += 1;
        (ours / theirs - 1.0).abs()
    });
    let furthest = distance.fold(0.0, f64::max);
    assert_eq!(n, theirs.len());
    furthest
}

#[test]
fn conditional_predictions_have_the_standard_errors_of_glmmtmb() {
    for family in FAMILIES {
        let made = made(ROWS, family);
        let theirs = fixture(family, "predictions");
        let fitted = made.fit.fitted(&made.problem).unwrap();
        let rows = RowSets::each_row(&made.problem);
        let ours = fitted.expected(&Expectation::Conditional, &rows).unwrap();
        let distances = [
            furthest(ours.iter().map(|e| e.count), &numbers(&theirs, "response")),
            furthest(ours.iter().map(|e| e.std_error), &numbers(&theirs, "se_response")),
            furthest(ours.iter().map(|e| e.log_std_error()), &numbers(&theirs, "se_link")),
        ];
        println!("{family}: response, its standard error, that of the link: {distances:?}");
        assert!(distances.iter().all(|distance| *distance < 0.01), "{family}: {distances:?}");
    }
}

#[test]
fn area_effects_have_the_standard_errors_of_glmmtmb() {
    for family in FAMILIES {
        let made = made(ROWS, family);
        let theirs = fixture(family, "effects");
        let (levels, codes) = (theirs.codes("level").unwrap(), theirs.codes("code").unwrap());
        let (effects, sds) = (numbers(&theirs, "effect"), numbers(&theirs, "sd"));
        let (mut mode, mut sd, mut met) = (0.0f64, 0.0f64, 0);
        for level in made.fit.levels() {
            for area in made.fit.area_effects(&level.level).unwrap() {
                let of_area = |at: &usize| {
                    levels[*at].as_deref() == Some(&*level.level)
                        && codes[*at].as_deref() == Some(area.code())
                };
                let at = (0..codes.len()).find(of_area).unwrap();
                mode = mode.max((area.effect - effects[at]).abs() / sds[at]);
                sd = sd.max((area.sd / sds[at] - 1.0).abs());
                met += 1;
            }
        }
        println!("{family}: {met} effects, modes {mode:.1e} of their sd, sds {sd:.1e}");
        assert!(met == codes.len() && mode < 0.01 && sd < 0.01, "{family}: {mode} {sd}");
    }
}

#[test]
#[ignore = "writes the tables that make_fixtures.R reads"]
fn tables_for_the_fixtures() {
    let folder = std::env::var("NESTCOUNT_FIXTURES").expect("a folder in NESTCOUNT_FIXTURES");
    for family in FAMILIES {
        let made = table(ROWS, family);
        let mut lines = vec!["row,region,town,exposure,count,a,b,c".to_string()];
        let codes = ["region", "town"].map(|level| made.codes(level).unwrap());
        let cells = ["exposure", "count", "a", "b", "c"].map(|column| numbers(&made, column));
        for row in 0..ROWS {
            let codes = codes.iter().map(|column| column[row].clone().unwrap());
            let cells = cells.iter().map(|column| column[row].to_string());
            let line: Vec<String> =
                std::iter::once((row + 1).to_string()).chain(codes).chain(cells).collect();
            lines.push(line.join(","));
        }
        std::fs::write(format!("{folder}/table_{family}.csv"), lines.join("\n") + "\n").unwrap();
    }
}
