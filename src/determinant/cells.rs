//! Cells of the rows in use, as numbers or as categories.

use crate::error::Result;
use crate::table::{Column, Table};
use std::borrow::Cow;
use std::collections::HashMap;

/// What the cells of a column are read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellKind {
    Numbers,
    Categories,
}

/// Categories that occur, in order, and for each row the position of its own.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Coded {
    pub(super) categories: Vec<String>,
    pub(super) cells: Vec<Option<u32>>,
}

/// Numbers of the rows; `None` where the cell is missing.
pub(super) fn numbers(table: &Table, column: &str, rows: &[usize]) -> Result<Vec<Option<f64>>> {
    let cells = table.numbers(column)?;
    Ok(rows.iter().map(|&row| cells.get(row).copied().flatten()).collect())
}

/// Categories of the rows; `None` where the cell is missing.
pub(super) fn categories(table: &Table, column: &str, rows: &[usize]) -> Result<Coded> {
    let source = table.column(column)?;
    if let Column::Numbers(_) = source {
        table.numbers(column)?;
    }
    let mut position: HashMap<Cow<'_, str>, u32> = HashMap::new();
    let mut cells = Vec::with_capacity(rows.len());
    for &row in rows {
        let next = position.len() as u32;
        cells.push(category(source, row).map(|text| *position.entry(text).or_insert(next)));
    }
    Ok(in_order(position, cells))
}

/// Each column with the rows in which it is missing; columns without such a row are left out.
pub(super) fn missing<'c>(
    table: &Table,
    rows: &[usize],
    columns: impl IntoIterator<Item = (&'c str, CellKind)>,
) -> Result<Vec<(String, Vec<usize>)>> {
    let mut found: Vec<(String, Vec<usize>)> = Vec::new();
    for (column, kind) in columns {
        let gaps = match kind {
            CellKind::Numbers => gaps(&numbers(table, column, rows)?, rows),
            CellKind::Categories => gaps(&categories(table, column, rows)?.cells, rows),
        };
        if !gaps.is_empty() && found.iter().all(|(known, _)| known != column) {
            found.push((column.into(), gaps));
        }
    }
    Ok(found)
}

fn gaps<T>(cells: &[Option<T>], rows: &[usize]) -> Vec<usize> {
    let cells = cells.iter().zip(rows);
    cells.filter(|(cell, _)| cell.is_none()).map(|(_, &row)| row).collect()
}

fn category(column: &Column, row: usize) -> Option<Cow<'_, str>> {
    match column {
        Column::Numbers(cells) => cells.get(row)?.map(|x| Cow::Owned(x.to_string())),
        Column::Text(cells) => {
            let text = cells.get(row)?.trim();
            (!matches!(text, "" | "NA" | ".")).then_some(Cow::Borrowed(text))
        }
    }
}

fn in_order(position: HashMap<Cow<'_, str>, u32>, cells: Vec<Option<u32>>) -> Coded {
    let mut found: Vec<(Cow<'_, str>, u32)> = position.into_iter().collect();
    let all_numbers = found.iter().all(|(text, _)| text.parse::<f64>().is_ok());
    found.sort_by(|(a, _), (b, _)| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) if all_numbers => x.total_cmp(&y).then_with(|| a.cmp(b)),
        _ => a.cmp(b),
    });
    let mut rank = vec![0_u32; found.len()];
    for (at, (_, met)) in found.iter().enumerate() {
        rank[*met as usize] = at as u32;
    }
    Coded {
        categories: found.into_iter().map(|(text, _)| text.into_owned()).collect(),
        cells: cells.into_iter().map(|cell| cell.map(|met| rank[met as usize])).collect(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn categories_sort_by_number_only_where_all_are_numbers() {
        let table =
            Table::new().with_text("n", ["10", "9", "10"]).unwrap().with_text("t", ["10", "9", "x"]).unwrap();
        let coded = categories(&table, "n", &[0, 1, 2]).unwrap();
        assert_eq!(coded.categories, ["9", "10"]);
        assert_eq!(coded.cells, [Some(1), Some(0), Some(1)]);
        assert_eq!(categories(&table, "t", &[0, 1, 2]).unwrap().categories, ["10", "9", "x"]);
    }

    #[test]
    fn the_same_marks_are_missing_for_categories_and_numbers() {
        let table = Table::new().with_text("x", ["", " NA ", ".", "7"]).unwrap();
        let rows = [0, 1, 2, 3];
        for kind in [CellKind::Numbers, CellKind::Categories] {
            let found = missing(&table, &rows, [("x", kind)]).unwrap();
            assert_eq!(found, [("x".to_string(), vec![0, 1, 2])]);
        }
    }

    #[test]
    fn only_the_rows_given_count() {
        let table = Table::new().with_text("x", ["a", "", "b"]).unwrap();
        let coded = categories(&table, "x", &[2, 2]).unwrap();
        assert_eq!((coded.categories.len(), coded.cells.len()), (1, 2));
        assert!(missing(&table, &[0, 2], [("x", CellKind::Categories)]).unwrap().is_empty());
    }
}
