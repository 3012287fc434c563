//! Cells, columns and rows that are not what they should be.

use crate::question::Question;
use crate::refused;
use crate::tables::poisson;
use nestcount::ErrorKind;
use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable, ExclusionReason};
use nestcount::determinant::{Categorical, Design, Determinants, Numeric};
use nestcount::ndarray::Array2;
use nestcount::table::{Column, Table};

const NOT_FINITE: [f64; 3] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

#[test]
fn an_empty_table_is_refused_at_every_door() {
    let empty = Question { table: poisson(1).table.select(&[]), ..poisson(1) };
    refused(empty.problem(), "hierarchy");
    assert_eq!(empty.counts().unwrap().rows().len(), 0);
    let placement = poisson(1).placement().unwrap();
    refused(empty.determinants.build(&poisson(1).table, &placement, &[]), "no-rows");
    refused(Design::from_matrix(["a"], Array2::zeros((0, 1)), &[]), "no-rows");
    refused(Placement::from_table(&Table::new(), &["region"], CodeScope::Unique), "unknown-column");
}

#[cfg(feature = "csv")]
#[test]
fn an_empty_file_is_a_table_without_the_columns_asked_for() {
    let table = Table::from_csv("".as_bytes()).unwrap();
    let error = refused(Question { table, ..poisson(1) }.problem(), "unknown-column");
    assert_eq!(error.column(), Some("region"));
    let header = Table::from_csv("region,town,exposure,count,a,b,c\n".as_bytes()).unwrap();
    refused(Question { table: header, ..poisson(1) }.problem(), "hierarchy");
}

#[test]
fn rows_that_all_lack_their_count_leave_none_to_fit() {
    let question = poisson(1).with("count", Column::Numbers(vec![None; 240]));
    refused(question.problem(), "no-rows");
    let nobody = poisson(1).changed("count", |_, _| 0.0).changed("exposure", |_, _| 0.0);
    refused(nobody.problem(), "no-rows");
    assert!(nobody.counts().unwrap().excluded().iter().all(|e| e.reason == ExclusionReason::NoExposure));
}

#[test]
fn cells_that_are_not_finite_are_named_in_every_column_of_numbers() {
    for column in ["count", "exposure", "a", "c"] {
        for bad in NOT_FINITE {
            let question = poisson(1).changed(column, |row, x| if row == 7 || row == 9 { bad } else { x });
            let error = refused(question.problem(), "non-finite");
            assert_eq!((error.column(), error.rows()), (Some(column), &[7, 9][..]), "{bad}");
        }
    }
}

#[test]
fn cells_that_are_not_finite_are_no_area_codes() {
    for bad in NOT_FINITE {
        let codes = (0..240).map(|row| if row == 7 { bad } else { f64::from(row % 6) });
        let question = poisson(1).with("region", Column::Numbers(codes.map(Some).collect()));
        let question = Question { levels: vec!["region"], ..question };
        match question.placement() {
            Ok(placement) => panic!("{bad} became an area: {:?}", placement.tree().codes(0)),
            Err(error) => assert_eq!((error.code(), error.rows()), ("non-finite", &[7][..])),
        }
    }
}

#[test]
fn cells_that_are_not_finite_are_no_categories() {
    for bad in NOT_FINITE {
        let kinds = (0..240).map(|row| if row == 7 { bad } else { f64::from(row % 3) });
        let question = Question {
            determinants: Determinants::new().categorical("kind"),
            ..poisson(1).with("kind", Column::Numbers(kinds.map(Some).collect()))
        };
        match question.problem() {
            Ok(problem) => panic!("{bad} became a category: {:?}", problem.terms()),
            Err(error) => assert_eq!((error.code(), error.rows()), ("non-finite", &[7][..])),
        }
    }
}

#[test]
fn a_matrix_made_elsewhere_is_held_to_the_same() {
    let mut matrix = Array2::from_shape_fn((5, 2), |(i, j)| (i * (j + 2)) as f64 + ((i * i) % 3) as f64);
    matrix[[3, 1]] = f64::NAN;
    let error = refused(Design::from_matrix(["a", "b"], matrix, &[0, 1, 2, 30, 31]), "non-finite");
    assert_eq!((error.column(), error.rows()), (Some("b"), &[30][..]));
}

#[test]
fn negative_fractional_and_inexact_counts_are_named_together() {
    let bad = [(3, -1.0), (5, 2.5), (8, 1e17), (11, -0.25)];
    let at = |row: usize, x: f64| bad.iter().find(|(known, _)| *known == row).map_or(x, |(_, bad)| *bad);
    let error = refused(poisson(1).changed("count", at).problem(), "invalid-count");
    assert_eq!(error.rows(), [3, 5, 8, 11]);
    assert!(error.to_string().contains("-1 in column 'count'"), "{error}");
}

#[test]
fn text_where_numbers_belong_is_named() {
    for column in ["count", "exposure", "b"] {
        let cells = (0..240).map(|row| if row == 4 { "1,5".to_string() } else { row.to_string() });
        let error = refused(poisson(1).with_text(column, cells).problem(), "not-a-number");
        assert_eq!((error.column(), error.rows()), (Some(column), &[4][..]));
    }
}

#[test]
fn a_blank_determinant_is_missing_and_a_blank_exposure_is_invalid() {
    let blank = |column: &str| {
        let cells = poisson(1).numbers(column).into_iter().enumerate();
        let cells = cells.map(|(row, x)| (row != 12).then_some(x)).collect();
        poisson(1).with(column, Column::Numbers(cells)).problem()
    };
    let error = refused(blank("a"), "missing-cells");
    let ErrorKind::MissingCells { columns } = error.kind() else { panic!("{error}") };
    assert_eq!(columns, &[("a".to_string(), vec![12])]);
    assert_eq!(refused(blank("exposure"), "invalid-exposure").rows(), [12]);
    let excluded = blank("count").unwrap();
    assert_eq!((excluded.n_rows(), excluded.excluded()[0].reason), (239, ExclusionReason::NoCount));
}

#[test]
fn exposure_zero_leaves_out_rows_without_counts_and_refuses_rows_with_them() {
    let nobody = |row: usize| (20..24).contains(&row);
    let emptied = poisson(1).changed("exposure", |row, x| if nobody(row) { 0.0 } else { x });
    assert_eq!(refused(emptied.problem(), "zero-exposure").rows(), [20, 21, 22, 23]);
    let uncounted = emptied.changed("count", |row, x| if nobody(row) { 0.0 } else { x });
    let problem = uncounted.problem().unwrap();
    assert_eq!((problem.n_rows(), problem.n_read()), (236, 240));
    assert_eq!(problem.excluded().iter().map(|e| e.row).collect::<Vec<_>>(), [20, 21, 22, 23]);
}

#[test]
fn negative_exposures_are_refused_with_their_rows() {
    let question = poisson(1).changed("exposure", |row, x| if row % 100 == 5 { -x } else { x });
    assert_eq!(refused(question.problem(), "invalid-exposure").rows(), [5, 105, 205]);
}

#[test]
fn columns_and_levels_that_are_not_there_are_named_with_those_that_are() {
    let lacking = |column: &str, question: Question| {
        let error = refused(question.problem(), "unknown-column");
        assert_eq!(error.column(), Some(column));
        let ErrorKind::UnknownColumn { known, .. } = error.kind() else { panic!("{error}") };
        assert_eq!(known, question.table.names());
    };
    lacking("buurt", Question { levels: vec!["region", "buurt"], ..poisson(1) });
    lacking("users", Question { count: "users", ..poisson(1) });
    lacking("people", Question { exposure: Some("people"), ..poisson(1) });
    lacking("d", Question { determinants: Determinants::new().numeric("a").numeric("d"), ..poisson(1) });
    lacking("e", Question { determinants: Determinants::new().categorical("e"), ..poisson(1) });
    let model = poisson(1).model.random_intercept("buurt");
    let error = refused(Question { model, ..poisson(1) }.problem(), "unknown-level");
    assert!(error.to_string().contains("'region', 'town'"), "{error}");
    let on_level = Determinants::new().with(Numeric::new("a").on_level("buurt"));
    refused(Question { determinants: on_level, ..poisson(1) }.problem(), "unknown-level");
}

#[test]
fn categories_that_are_not_there_are_named() {
    let kinds = (0..240).map(|row| if row % 3 == 0 { "x" } else { "y" }.to_string());
    let question = poisson(1).with_text("kind", kinds);
    let wanted = Determinants::new().with(Categorical::new("kind").reference("z"));
    let error = refused(Question { determinants: wanted, ..question.clone() }.problem(), "unknown-category");
    assert_eq!(error.column(), Some("kind"));
    let single = question.with_text("kind", vec!["x".to_string(); 240]);
    let wanted = Determinants::new().categorical("kind");
    let error = refused(Question { determinants: wanted, ..single }.problem(), "single-category");
    assert_eq!(error.column(), Some("kind"));
}

#[cfg(feature = "csv")]
#[test]
fn a_ragged_line_is_refused_with_its_number() {
    let error = refused(Table::from_csv("a,b\n1,2\n1,2,3\n4,5\n".as_bytes()), "unreadable");
    assert!(error.to_string().contains("line 3"), "{error}");
    refused(Table::from_csv("a,a\n1,2\n".as_bytes()), "duplicate-column");
    refused(Table::from_csv(&b"a,b\n\xff,2\n"[..]), "unreadable");
}

#[test]
fn parts_of_different_lengths_are_refused() {
    let question = poisson(1);
    let (placement, counts) = (question.placement().unwrap(), question.counts().unwrap());
    let design = question.determinants.build(&question.table, &placement, counts.rows()).unwrap();
    let first: Vec<usize> = (0..100).collect();
    let short = placement.select(&first);
    refused(question.model.check(&short, &counts, design.clone()), "length");
    let fewer = Question { table: question.table.select(&first), ..question.clone() };
    refused(fewer.determinants.build(&fewer.table, &placement, &first), "length");
    refused(question.model.check(&placement, &fewer.counts().unwrap(), design), "specification");
    refused(CountTable::new(vec![Count::Exact(1); 3], [1.0; 2]), "length");
    refused(Design::from_matrix(["a"], Array2::zeros((3, 2)), &[0, 1, 2]), "length");
    refused(Design::from_matrix(["a", "b"], Array2::zeros((3, 2)), &[0, 1]), "length");
    let columns: [(&str, &[&str]); 2] = [("region", &["1", "2"]), ("town", &["1"])];
    refused(Placement::from_codes(&columns, CodeScope::Unique), "length");
    refused(fewer.table.with_numbers("y", [1.0]), "length");
}

#[test]
fn a_design_with_a_row_twice_is_refused() {
    let question = poisson(1);
    let (placement, counts) = (question.placement().unwrap(), question.counts().unwrap());
    let mut rows: Vec<usize> = (0..240).collect();
    rows[10] = 9;
    if let Ok(design) = question.determinants.build(&question.table, &placement, &rows) {
        let problem = question.model.check(&placement, &counts, design);
        assert!(problem.is_err(), "row 10 counts twice: {:?}", &problem.unwrap().rows()[8..12]);
    }
}

#[test]
fn rows_known_as_intervals_take_part_and_crossed_bounds_do_not() {
    let question = poisson(1);
    let mut counts = Count::column(&question.table, "count").unwrap();
    counts[17] = Count::interval(1, 9).unwrap();
    counts[200] = Count::interval(0, 4).unwrap();
    let counts = CountTable::new(counts, question.numbers("exposure")).unwrap();
    let placement = question.placement().unwrap();
    let design = question.determinants.build(&question.table, &placement, counts.rows()).unwrap();
    let problem = question.model.check(&placement, &counts, design).unwrap();
    assert_eq!((problem.n_rows(), problem.n_coarse()), (240, 2));
    refused(Count::interval(9, 1), "empty-interval");
}

#[test]
fn nothing_counted_anywhere_is_refused() {
    let question = poisson(1).changed("count", |_, _| 0.0);
    refused(question.problem(), "all-zero-counts");
}
