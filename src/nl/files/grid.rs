//! Rows of cells under names, and where each stands in its file.

use crate::error::Place;
use std::sync::Arc;

/// A cell before its column says what it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    /// An empty cell of a sheet, `null` of a service.
    Nothing,
}

impl Cell {
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Cell::Text(text) => text.trim().is_empty(),
            Cell::Number(_) => false,
            Cell::Nothing => true,
        }
    }

    /// What stands there as text; whole numbers without decimals.
    pub(super) fn text(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Nothing => String::new(),
        }
    }
}

/// Where a row begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum RowPlace {
    Line(u64),
    Character { line: u64, column: u64 },
    Sheet { sheet: Arc<str>, row: u64 },
}

impl RowPlace {
    pub(super) fn place(&self) -> Place {
        match self {
            RowPlace::Line(line) => Place::Line { line: *line },
            RowPlace::Character { line, column } => Place::Character { line: *line, column: *column },
            RowPlace::Sheet { sheet, row } => Place::Cell { sheet: sheet.to_string(), row: *row, column: 1 },
        }
    }

    /// The cell in the column with this number, from 1, under this name.
    pub(super) fn cell(&self, column: u64, name: &str) -> Place {
        match self {
            RowPlace::Line(line) => Place::Field { line: *line, column, name: name.into() },
            RowPlace::Character { line, column } => Place::Character { line: *line, column: *column },
            RowPlace::Sheet { sheet, row } => Place::Cell { sheet: sheet.to_string(), row: *row, column },
        }
    }
}

/// A column of the grid.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Head {
    pub(super) name: String,
    /// Its number in the file, from 1.
    pub(super) number: u64,
}

/// One row; as many cells as the grid has heads.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) place: RowPlace,
    pub(super) cells: Vec<Cell>,
    /// Where each cell stands, if that is more than its number in the row.
    pub(super) own_places: Vec<RowPlace>,
}

impl Row {
    pub(super) fn new(place: RowPlace, cells: Vec<Cell>) -> Self {
        Row { place, cells, own_places: Vec::new() }
    }

    pub(super) fn cell_place(&self, at: usize, head: &Head) -> Place {
        self.own_places.get(at).unwrap_or(&self.place).cell(head.number, &head.name)
    }
}

/// Rows of cells under names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grid {
    /// Where the names stand.
    pub(super) header: RowPlace,
    pub(super) heads: Vec<Head>,
    pub(super) rows: Vec<Row>,
    /// What stands above and below the rows.
    pub(super) notes: Vec<String>,
}

impl Grid {
    pub(super) fn names(&self) -> Vec<String> {
        self.heads.iter().map(|head| head.name.clone()).collect()
    }

    /// Where a name stands.
    pub(super) fn head_place(&self, head: &Head) -> Place {
        self.header.cell(head.number, &head.name)
    }
}

/// The grid of these rows under names: blanks around names are cut off, columns without a name and without cells left
/// out, rows without cells too.
#[cfg(any(feature = "csv", feature = "spreadsheet"))]
pub(super) fn under(
    file: &str,
    header: RowPlace,
    names: Vec<String>,
    rows: Vec<Row>,
) -> crate::error::Result<Grid> {
    let mut faults = super::faults::Faults::default();
    let rows: Vec<Row> = rows.into_iter().filter(|row| !row.cells.iter().all(Cell::is_blank)).collect();
    let (mut heads, mut kept) = (Vec::new(), Vec::new());
    for (at, (number, name)) in (1..).zip(names).enumerate() {
        let name = name.trim().to_string();
        if !name.is_empty() {
            if heads.iter().any(|head: &Head| head.name == name) {
                let problem = crate::error::FileProblem::RepeatedColumn { column: name.clone() };
                faults.add(header.cell(number, &name), problem);
            }
            heads.push(Head { name, number });
            kept.push(at);
        } else if let Some(row) =
            rows.iter().find(|row| row.cells.get(at).is_some_and(|cell| !cell.is_blank()))
        {
            faults.add(row.place.cell(number, ""), crate::error::FileProblem::Nameless);
        }
    }
    let only_kept = |row: Row| {
        let cells = kept.iter().map(|&at| row.cells.get(at).cloned().unwrap_or(Cell::Nothing)).collect();
        Row { cells, ..row }
    };
    faults.or(file, Grid { header, heads, rows: rows.into_iter().map(only_kept).collect(), notes: vec![] })
}
