//! Claims that hold for designs nobody thought of.

#![allow(clippy::unwrap_used)]

use super::alias::{Findings, examine};
use super::factor::{Triangle, solve_upper};
use super::fixture::placed;
use super::precision::Precision;
use super::*;
use crate::area::Placement;
use crate::table::Table;
use ndarray::Array2;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A column of whole numbers: drawn, or a combination of the columns before it and a constant.
#[derive(Debug, Clone)]
enum Planted {
    Drawn(Vec<i64>),
    Combination { factors: Vec<i64>, constant: i64 },
}

fn planted(n_rows: usize) -> impl Strategy<Value = Planted> {
    prop_oneof![
        3 => vec(-3_i64..=3, n_rows).prop_map(Planted::Drawn),
        2 => (vec(-2_i64..=2, 8), -5_i64..=5)
            .prop_map(|(factors, constant)| Planted::Combination { factors, constant }),
    ]
}

fn whole_columns() -> impl Strategy<Value = Vec<Vec<i64>>> {
    (1_usize..14).prop_flat_map(|n_rows| (Just(n_rows), vec(planted(n_rows), 1..8))).prop_map(
        |(n_rows, planted)| {
            let mut columns: Vec<Vec<i64>> = Vec::new();
            for one in planted {
                columns.push(match one {
                    Planted::Drawn(cells) => cells,
                    Planted::Combination { factors, constant } => (0..n_rows)
                        .map(|row| {
                            let parts = columns.iter().zip(&factors);
                            constant + parts.map(|(column, factor)| column[row] * factor).sum::<i64>()
                        })
                        .collect(),
                });
            }
            columns
        },
    )
}

/// Unit of measurement and offset of a column.
fn units() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let scale = (-8_i32..=8).prop_map(|power| 10_f64.powi(power));
    vec((scale, select(vec![0.0, 1.0, 2017.0, 1e6, 1e9])), 8)
}

/// Rank in exact arithmetic (elimination free of fractions).
fn rank(columns: &[Vec<i64>]) -> usize {
    let n_rows = columns[0].len();
    let mut rows: Vec<Vec<i128>> =
        (0..n_rows).map(|row| columns.iter().map(|column| i128::from(column[row])).collect()).collect();
    let (mut rank, mut previous) = (0, 1);
    for column in 0..columns.len() {
        let Some(pivot) = (rank..n_rows).find(|&row| rows[row][column] != 0) else {
            continue;
        };
        rows.swap(rank, pivot);
        let top = rows[rank].clone();
        for row in &mut rows[rank + 1..] {
            let factor = row[column];
            for (cell, above) in row.iter_mut().zip(&top) {
                *cell = (*cell * top[column] - factor * above) / previous;
            }
        }
        previous = top[column];
        rank += 1;
    }
    rank
}

/// Columns that exact arithmetic finds to be combinations of the intercept and earlier columns.
fn exactly_superfluous(columns: &[Vec<i64>]) -> Vec<usize> {
    let mut all = vec![vec![1; columns[0].len()]];
    all.extend_from_slice(columns);
    (1..all.len()).filter(|&at| rank(&all[..=at]) == rank(&all[..at])).collect()
}

fn measured(columns: &[Vec<i64>], units: &[(f64, f64)]) -> Array2<f64> {
    Array2::from_shape_fn((columns[0].len(), columns.len() + 1), |(row, column)| {
        column.checked_sub(1).map_or(1.0, |column| {
            let (scale, offset) = units[column];
            (columns[column][row] as f64 + offset) * scale
        })
    })
}

fn examined(matrix: &Array2<f64>) -> (Findings, Vec<String>) {
    let names: Vec<String> =
        (0..matrix.ncols()).map(|at| if at == 0 { INTERCEPT.into() } else { format!("x{at}") }).collect();
    let precision: Vec<Precision> =
        matrix.columns().into_iter().map(|column| Precision::of(column.iter().copied())).collect();
    (examine(matrix.view(), &names, &precision), names)
}

fn superfluous(found: &Findings) -> Vec<usize> {
    let constant = found.constant.iter().map(|(column, _)| *column);
    let mut all: Vec<usize> = constant.chain(found.aliased.iter().map(|(column, _)| *column)).collect();
    all.sort_unstable();
    all
}

/// Fitted values of the least squares of a response on the columns that are not superfluous.
fn fitted(matrix: &Array2<f64>, response: &[f64]) -> Vec<f64> {
    let left_out = superfluous(&examined(matrix).0);
    let kept: Vec<usize> = (0..matrix.ncols()).filter(|at| !left_out.contains(at)).collect();
    let mut triangle = Triangle::new(kept.len() + 1);
    for (row, y) in matrix.rows().into_iter().zip(response) {
        triangle.push(kept.iter().map(|&at| row[at]).chain([*y]));
    }
    let triangle = triangle.finish();
    let upper: Vec<Vec<f64>> =
        (0..kept.len()).map(|at| triangle.column(at).iter().copied().take(at + 1).collect()).collect();
    let mut coefficients: Vec<f64> = triangle.column(kept.len()).iter().copied().take(kept.len()).collect();
    solve_upper(&upper, &mut coefficients);
    let fit = |row: ndarray::ArrayView1<'_, f64>| {
        kept.iter().zip(&coefficients).map(|(&at, factor)| row[at] * factor).sum()
    };
    matrix.rows().into_iter().map(fit).collect()
}

/// A table in which cells are missing, on areas that repeat; two complete rows make every policy possible.
fn table_with_gaps() -> impl Strategy<Value = (Table, Placement)> {
    let cell = |present: f64| prop::option::weighted(present, 0.5_f64..99.5);
    let row = (cell(0.7), cell(0.9), select(vec!["u", "v", "w", ""]), 0_usize..12);
    vec(row, 12..60).prop_map(|mut rows| {
        rows[0] = (Some(10.0), Some(20.0), "u", rows[0].3);
        rows[1] = (Some(30.0), Some(70.0), "v", rows[1].3);
        let codes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"];
        let paths: Vec<[&str; 3]> =
            rows.iter().map(|row| [codes[row.3 / 6], codes[row.3 / 3], codes[row.3]]).collect();
        let paths: Vec<&[&str]> = paths.iter().map(|path| &path[..]).collect();
        let table = Table::new()
            .with_optional_numbers("a", rows.iter().map(|row| row.0))
            .unwrap()
            .with_optional_numbers("b", rows.iter().map(|row| row.1))
            .unwrap()
            .with_text("c", rows.iter().map(|row| row.2))
            .unwrap();
        (table, placed(&["region", "gm", "wk"], &paths))
    })
}

fn rich(missing: MissingCells) -> Determinants {
    Determinants::new()
        .with(Numeric::new("a").log().z_score().polynomial(2))
        .with(Numeric::new("b").logit().within("gm"))
        .categorical("c")
        .interaction(["a", "c"])
        .missing(missing)
        .aliased(AliasedColumns::Drop)
}

proptest! {
    #[test]
    fn the_superfluous_columns_are_those_of_exact_elimination(columns in whole_columns(), units in units()) {
        let (found, _) = examined(&measured(&columns, &units));
        prop_assert_eq!(superfluous(&found), exactly_superfluous(&columns));
    }

    #[test]
    fn every_alias_is_an_equation_that_holds(columns in whole_columns(), units in units()) {
        let matrix = measured(&columns, &units);
        let (found, names) = examined(&matrix);
        for (column, alias) in &found.aliased {
            for row in matrix.rows() {
                let parts: Vec<f64> = alias
                    .equals
                    .iter()
                    .map(|(name, factor)| factor * row[names.iter().position(|known| known == name).unwrap()])
                    .collect();
                let size = parts.iter().fold(row[*column].abs(), |a, part| a.max(part.abs()));
                let apart = (row[*column] - parts.iter().sum::<f64>()).abs();
                prop_assert!(apart <= 1e-6 * size, "{alias}: {apart}");
            }
        }
    }

    #[test]
    fn units_of_measurement_change_neither_fits_nor_collinearity(columns in whole_columns(), powers in vec(-8_i32..=8, 8)) {
        let plain = measured(&columns, &[(1.0, 0.0); 8]);
        let units: Vec<(f64, f64)> = powers.iter().map(|&power| (10_f64.powi(power), 0.0)).collect();
        let rescaled = measured(&columns, &units);
        let response: Vec<f64> = (0..plain.nrows()).map(|row| ((row * row * 7) % 11) as f64).collect();
        for (a, b) in fitted(&plain, &response).iter().zip(fitted(&rescaled, &response)) {
            prop_assert!((a - b).abs() < 1e-10, "{a} {b}");
        }
        let (a, b) = (examined(&plain).0, examined(&rescaled).0);
        prop_assert!((a.condition_number / b.condition_number - 1.0).abs() < 1e-9);
        for (a, b) in a.variance_inflation.iter().zip(&b.variance_inflation) {
            prop_assert!((a.factor / b.factor - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn the_recipe_gives_the_training_rows_bit_for_bit((table, placement) in table_with_gaps()) {
        let rows: Vec<usize> = (0..table.n_rows()).collect();
        for policy in [MissingCells::ParentMean, MissingCells::ParentMeanWithIndicator] {
            let design = rich(policy).build(&table, &placement, &rows).unwrap();
            let text = serde_json::to_string(design.recipe()).unwrap();
            let recipe: Recipe = serde_json::from_str(&text).unwrap();
            let again = recipe.apply_in(&table, &placement).unwrap();
            prop_assert_eq!(again.mapv(f64::to_bits), design.matrix().mapv(f64::to_bits));
        }
    }

    #[test]
    fn a_known_row_gives_the_same_columns_in_any_company((table, placement) in table_with_gaps()) {
        let rows: Vec<usize> = (0..table.n_rows()).collect();
        let design = rich(MissingCells::ParentMean).build(&table, &placement, &rows).unwrap();
        let some: Vec<usize> = rows.iter().copied().filter(|row| row % 3 == 1).collect();
        let paths: Vec<Vec<&str>> = placement
            .areas(2)
            .iter()
            .map(|&area| placement.tree().path(2, area))
            .collect();
        let paths: Vec<&[&str]> = some.iter().map(|&row| paths[row].as_slice()).collect();
        let moved = placed(&["region", "gm", "wk"], &paths);
        let columns = design.recipe().apply_in(&table.select(&some), &moved).unwrap();
        for (row, &was) in columns.rows().into_iter().zip(&some) {
            let expected = design.matrix().row(was).to_owned();
            prop_assert_eq!(row, expected);
        }
    }

    #[test]
    fn dropping_and_building_anew_agree((table, placement) in table_with_gaps()) {
        let rows: Vec<usize> = (0..table.n_rows()).collect();
        let dropped = rich(MissingCells::Drop).build(&table, &placement, &rows).unwrap();
        let anew = rich(MissingCells::Refuse).build(&table, &placement, dropped.rows()).unwrap();
        prop_assert_eq!(dropped.matrix(), anew.matrix());
        prop_assert_eq!(dropped.rows().len() + dropped.report().dropped().len(), rows.len());
    }
}
