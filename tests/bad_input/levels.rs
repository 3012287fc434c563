//! Levels that carry no variance of their own.

use crate::question::Question;
use crate::refused;
use crate::tables::{neg_bin2, poisson};
use nestcount::area::CodeScope;
use nestcount::area::Placement;
use nestcount::determinant::Determinants;
use nestcount::error::Violation;
use nestcount::{ErrorKind, Model};

fn too_few(question: Question, expected: &str) {
    let error = refused(question.problem(), "too-few-areas");
    let ErrorKind::TooFewAreas { level, found } = error.kind() else { panic!("{error}") };
    assert_eq!((level.as_str(), *found), (expected, 1));
}

fn confounded(question: Question, expected: (&str, &str)) {
    let error = refused(question.problem(), "confounded-levels");
    let ErrorKind::ConfoundedLevels { coarse, fine } = error.kind() else { panic!("{error}") };
    assert_eq!((coarse.as_str(), fine.as_str()), expected);
}

#[test]
fn one_area_or_one_group_carries_no_variance() {
    too_few(poisson(1).with_text("region", vec!["all".to_string(); 240]), "region");
    let single = Question { table: poisson(1).table.select(&[0]), ..poisson(1) };
    too_few(Question { determinants: Determinants::new(), ..single }, "region");
    let one =
        Question { levels: vec!["region"], model: Model::poisson().random_intercept("region"), ..poisson(1) };
    too_few(one.with_text("region", vec!["all".to_string(); 240]), "region");
}

#[test]
fn one_row_has_no_row_effect() {
    let model = Model::poisson().row_effect();
    let one = Question { table: poisson(1).table.select(&[0]), model, ..poisson(1) };
    refused(Question { determinants: Determinants::new(), ..one }.problem(), "too-few-areas");
}

#[test]
fn levels_that_divide_the_rows_alike_are_named() {
    let towns = poisson(1).table.codes("town").unwrap().into_iter().map(Option::unwrap);
    confounded(
        poisson(1).with_text("region", towns.map(|town| format!("around {town}"))),
        ("region", "town"),
    );
    let single_rows = poisson(1).with_text("town", (0..240).map(|row| format!("T{row}")));
    let model = single_rows.model.clone().row_effect();
    confounded(Question { model, ..single_rows }, ("town", "row"));
    let unused = neg_bin2(1).with_text("town", (0..240).map(|row| format!("T{row}")));
    assert!(unused.problem().is_ok(), "towns of one row are a level like any other");
}

#[test]
fn levels_that_coincide_only_on_the_rows_in_use_are_named() {
    let question = poisson(1);
    let (regions, towns) = (question.table.codes("region").unwrap(), question.table.codes("town").unwrap());
    let mut first_town = std::collections::BTreeMap::new();
    for (region, town) in regions.iter().zip(&towns) {
        first_town.entry(region.clone()).or_insert(town.clone());
    }
    let kept = |row: usize| first_town[&regions[row]] == towns[row];
    let cells = question.numbers("count").into_iter().enumerate();
    let cells = cells.map(|(row, y)| kept(row).then_some(y)).collect();
    confounded(question.with("count", nestcount::table::Column::Numbers(cells)), ("region", "town"));
}

#[test]
fn areas_that_do_not_nest_are_all_listed() {
    let towns = (0..240).map(|row| format!("T{}", row % 7));
    let levels: Vec<String> =
        (0..240).map(|row| if row == 3 { " ".into() } else { format!("R{}", row % 3) }).collect();
    let towns: Vec<String> = towns.collect();
    let columns = [("region", levels.as_slice()), ("town", towns.as_slice())];
    let error = refused(Placement::from_codes(&columns, CodeScope::Unique), "hierarchy");
    let ErrorKind::Hierarchy { violations } = error.kind() else { panic!("{error}") };
    assert!(violations.contains(&Violation::BlankCode { level: "region".into(), rows: vec![3] }));
    let torn = |violation: &&Violation| matches!(violation, Violation::SeveralParents { .. });
    assert_eq!(violations.iter().filter(torn).count(), 7);
}
