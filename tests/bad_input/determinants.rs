//! Determinants without information of their own.

use crate::question::Question;
use crate::refused;
use crate::tables::{neg_bin2, poisson};
use nestcount::ErrorKind;
use nestcount::determinant::{AliasedColumns, Determinants};
use nestcount::error::Alias;
use nestcount::table::Column;

fn with_fourth(cell: impl Fn(f64, f64, f64) -> f64) -> Question {
    let question = poisson(1);
    let [a, b, c] = ["a", "b", "c"].map(|column| question.numbers(column));
    let cells = (0..240).map(|row| Some(cell(a[row], b[row], c[row]))).collect();
    let determinants = question.determinants.clone().numeric("d");
    Question { determinants, ..question }.with("d", Column::Numbers(cells))
}

fn aliases(question: &Question) -> Vec<Alias> {
    match refused(question.problem(), "aliased").kind() {
        ErrorKind::Aliased { columns } => columns.clone(),
        other => panic!("{other}"),
    }
}

#[test]
fn a_constant_determinant_is_named() {
    for constant in [0.0, 1.0, -3.7, 1e300, 1e-300] {
        let error = refused(with_fourth(|_, _, _| constant).problem(), "constant");
        let ErrorKind::Constant { columns } = error.kind() else { panic!("{error}") };
        assert_eq!(columns, &["d"], "{constant}");
    }
}

#[test]
fn a_duplicate_is_named_with_what_it_equals() {
    for factor in [1.0, -1.0, 1e8, 1e-8, 1e150] {
        let found = aliases(&with_fourth(|_, b, _| factor * b));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].column, "d");
        let [(name, equals)] = found[0].equals.as_slice() else { panic!("{found:?}") };
        assert!(name == "b" && (equals / factor - 1.0).abs() < 1e-9, "{found:?}");
    }
    let shifted = aliases(&with_fourth(|_, b, _| b + 1000.0));
    assert_eq!(
        shifted[0].equals.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["(Intercept)", "b"]
    );
}

#[test]
fn a_combination_is_named_with_its_factors() {
    let found = aliases(&with_fourth(|a, b, c| 2.0 * a - b + 0.5 * c));
    assert_eq!((found.len(), found[0].column.as_str()), (1, "d"));
    for (name, wanted) in [("a", 2.0), ("b", -1.0), ("c", 0.5)] {
        let factor = found[0].equals.iter().find(|(known, _)| known == name).map(|(_, factor)| *factor);
        assert!(factor.is_some_and(|factor| (factor - wanted).abs() < 1e-9), "{found:?}");
    }
}

#[test]
fn aliased_columns_can_be_left_out_and_the_fit_is_that_of_the_others() {
    let question = with_fourth(|a, b, _| a + b);
    let determinants = question.determinants.clone().aliased(AliasedColumns::Drop);
    let dropped = Question { determinants, ..question }.fit().unwrap();
    let without = poisson(1).fit().unwrap();
    assert_eq!(dropped.coefficients(), without.coefficients());
}

#[test]
fn the_same_column_twice_is_refused() {
    let determinants = Determinants::new().numeric("a").numeric("a");
    let error = Question { determinants, ..neg_bin2(1) }.problem().unwrap_err();
    assert!(["duplicate-column", "specification", "aliased"].contains(&error.code()), "{error}");
}

#[test]
fn more_determinants_than_rows_are_aliased() {
    let question = Question { table: poisson(1).table.select(&[0, 50, 100]), ..poisson(1) };
    let found = aliases(&question);
    assert_eq!(found.iter().map(|alias| alias.column.as_str()).collect::<Vec<_>>(), ["c"]);
}
