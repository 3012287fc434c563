//! What was observed, unit by unit and in standard units.

use super::column::{Column, Level, Measured};
use super::completed::Standard;
use super::nest::{Areas, Nest};
use crate::error::{ErrorKind, Result};
use ndarray::Array2;

/// The observed cells of all columns.
pub(super) struct Observed {
    /// Rows by columns in the caller's units; 0 where missing.
    pub(super) table: Array2<f64>,
    /// The columns in tier order.
    pub(super) standard: Vec<Standard>,
    /// In tier order: the cells of each column by the units it was measured on, in standard units.
    pub(super) cells: Vec<Vec<Option<f64>>>,
}

impl Observed {
    /// Fails on columns that are constant, and on a column of areas that varies within one.
    pub(super) fn new(columns: &[Column<'_>], levels: &[Level<'_>], nest: &Nest) -> Result<Self> {
        let n_rows = columns.first().map_or(0, |column| column.cells.len());
        let mut table = Array2::zeros((n_rows, columns.len()));
        let mut in_order = Vec::with_capacity(columns.len());
        let mut constant = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            let mut cells = match column.of {
                Measured::Rows => column.cells.to_vec(),
                Measured::Areas(level) => by_area(column, &levels[level], &nest.levels[level])?,
            };
            for row in 0..n_rows {
                let unit = match column.of {
                    Measured::Rows => row,
                    Measured::Areas(level) => nest.levels[level].of_row[row],
                };
                table[[row, at]] = cells[unit].unwrap_or(0.0);
            }
            match standardise(at, &mut cells) {
                Some(standard) => in_order.push((standard, cells)),
                None => constant.push(column.name.to_string()),
            }
        }
        if !constant.is_empty() {
            return Err(ErrorKind::Constant { columns: constant }.into());
        }
        in_order.sort_by_key(|(standard, _)| std::cmp::Reverse(columns[standard.at].of.tier(levels.len())));
        let (standard, cells) = in_order.into_iter().unzip();
        Ok(Observed { table, standard, cells })
    }
}

/// The rows of each area of each level.
pub(super) fn rows_of_areas(nest: &Nest) -> Vec<Vec<Vec<usize>>> {
    let of_level = |areas: &Areas| {
        let mut rows = vec![Vec::new(); areas.parents.len()];
        areas.of_row.iter().enumerate().for_each(|(row, &area)| rows[area].push(row));
        rows
    };
    nest.levels.iter().map(of_level).collect()
}

/// One cell per area, observed where it is in any of its rows.
fn by_area(column: &Column<'_>, level: &Level<'_>, areas: &Areas) -> Result<Vec<Option<f64>>> {
    let mut cells = vec![None; areas.parents.len()];
    let mut varying: Vec<String> = Vec::new();
    for (row, (&area, cell)) in areas.of_row.iter().zip(column.cells).enumerate() {
        let Some(cell) = *cell else { continue };
        if *cells[area].get_or_insert(cell) != cell {
            let name = level.areas[row].to_string();
            if !varying.contains(&name) {
                varying.push(name);
            }
        }
    }
    match varying.is_empty() {
        true => Ok(cells),
        false => Err(ErrorKind::VariesWithinArea {
            column: column.name.into(),
            level: level.name.into(),
            areas: varying,
        }
        .into()),
    }
}

/// Brings cells to mean 0 and standard deviation 1; `None` where they do not vary.
fn standardise(at: usize, cells: &mut [Option<f64>]) -> Option<Standard> {
    let observed: Vec<f64> = cells.iter().copied().flatten().collect();
    let n = observed.len() as f64;
    let rough = observed.iter().map(|x| x / n).sum::<f64>();
    let centre = rough + observed.iter().map(|x| (x - rough) / n).sum::<f64>();
    let largest = observed.iter().fold(0.0, |largest: f64, x| largest.max((x - centre).abs()));
    // Relative to the largest, so that squares neither overflow nor vanish.
    let squares: f64 = observed.iter().map(|x| ((x - centre) / largest).powi(2)).sum();
    let scale = largest * (squares / (n - 1.0).max(1.0)).sqrt();
    let varies = observed.iter().any(|x| *x != observed[0]) && scale > f64::EPSILON * centre.abs();
    for cell in cells.iter_mut().flatten() {
        *cell = (*cell - centre) / scale;
    }
    varies.then_some(Standard { at, centre, scale })
}
