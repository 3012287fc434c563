//! SCP's file with Jeugdhulp in de wijk, as published.

use super::faults::{Faults, fault, opened, read_all};
use super::grid::{Cell, Grid, Row};
use super::layout::Layout;
use super::published::{PublishedTable, no_code};
use super::sheet::Workbook;
use crate::error::{FileProblem, Result};
use crate::nl::{CbsCode, CbsLevel, Gemeente, Missing, NumberStyle, Wijk};
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

/// Reads `Wijkdata_Jeugdhulp_in_de_wijk.ods`, which SCP published with *Jeugdhulp in de wijk* (2020).
///
/// The layout: sheets `wijk`, `gebruik` and `determinanten` with one row a wijk, joined here by the column `wijk`;
/// `beschrijving` and `bronnen`, whose lines become the notes. Codes are numbers there and lost their zeros: 300
/// becomes `WK000300`, in `gemeentecode` 3 becomes `GM0003`. A `.` is withheld: the percentage of a wijk with fewer
/// than 10 users, or a determinant.
///
/// The file holds percentages, no counts and no numbers of young people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScpWijkdata;

const WIJK: &str = "wijk";
const GEMEENTE: &str = "gemeentecode";
const TABLES: [&str; 3] = ["wijk", "gebruik", "determinanten"];
const NOTES: [&str; 2] = ["beschrijving", "bronnen"];

impl ScpWijkdata {
    /// Reads the file; fails as [`ScpWijkdata::read`] does.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<PublishedTable> {
        opened(path.as_ref(), parse)
    }

    /// Reads a source that messages call `file`.
    ///
    /// Fails with [`ErrorKind::File`](crate::ErrorKind::File): on what is no workbook, a missing sheet or key, codes
    /// that are none, wijken that a sheet lacks or has twice, cells that are no numbers.
    pub fn read(&self, file: &str, source: impl Read) -> Result<PublishedTable> {
        parse(file, read_all(file, source)?)
    }
}

fn parse(file: &str, bytes: Vec<u8>) -> Result<PublishedTable> {
    let mut book = Workbook::read(file, bytes)?;
    let [mut wijken, use_of_care, determinants] = [
        keyed(file, TABLES[0], book.grid(TABLES[0])?)?,
        keyed(file, TABLES[1], book.grid(TABLES[1])?)?,
        keyed(file, TABLES[2], book.grid(TABLES[2])?)?,
    ];
    recode::<Gemeente>(file, &mut wijken.grid, GEMEENTE)?;
    let joined = joined(file, wijken, [use_of_care, determinants])?;
    let layout = Layout::new(NumberStyle::Point, Missing::Unstated).text_column(WIJK);
    let table = layout.read(file, joined)?;
    Ok(table.noted(notes(&mut book)?))
}

/// A sheet with the rows of its wijken.
struct Keyed {
    sheet: &'static str,
    grid: Grid,
    rows: HashMap<String, usize>,
}

fn keyed(file: &str, sheet: &'static str, mut grid: Grid) -> Result<Keyed> {
    let at = recode::<Wijk>(file, &mut grid, WIJK)?;
    let (mut rows, mut faults) = (HashMap::new(), Faults::default());
    for (position, row) in grid.rows.iter().enumerate() {
        let code = row.cells[at].text();
        if rows.insert(code.clone(), position).is_some() {
            faults.add(row.cell_place(at, &grid.heads[at]), FileProblem::Repeated { key: code });
        }
    }
    faults.or(file, Keyed { sheet, grid, rows })
}

/// Gives the codes of a column their prefix and zeros back; returns where the column stands.
fn recode<L: CbsLevel>(file: &str, grid: &mut Grid, column: &str) -> Result<usize> {
    let Some(at) = grid.heads.iter().position(|head| head.name == column) else {
        let problem = FileProblem::NoColumn { column: column.into(), known: grid.names() };
        return Err(fault(file, grid.header.place(), problem));
    };
    let mut faults = Faults::default();
    let head = grid.heads[at].clone();
    for row in &mut grid.rows {
        let text = row.cells[at].text();
        match CbsCode::<L>::from_digits(&text).or_else(|_| CbsCode::parse(&text)) {
            Ok(code) => row.cells[at] = Cell::Text(code.to_string()),
            Err(error) => faults.add(row.cell_place(at, &head), no_code(&error)),
        }
    }
    faults.or(file, at)
}

/// The rows of the first sheet with the cells of the others beside theirs.
fn joined(file: &str, wijken: Keyed, others: [Keyed; 2]) -> Result<Grid> {
    let mut faults = Faults::default();
    for other in &others {
        unmatched(&wijken, other, &mut faults);
        unmatched(other, &wijken, &mut faults);
    }
    faults.or(file, ())?;
    let mut order: Vec<(String, usize)> = wijken.rows.into_iter().collect();
    order.sort_by_key(|(_, row)| *row);
    let mut grid = wijken.grid;
    for other in others {
        let columns: Vec<usize> =
            (0..other.grid.heads.len()).filter(|&at| other.grid.heads[at].name != WIJK).collect();
        grid.heads.extend(columns.iter().map(|&at| other.grid.heads[at].clone()));
        for (code, row) in &order {
            let Some(theirs) = other.rows.get(code).and_then(|&row| other.grid.rows.get(row)) else {
                continue;
            };
            extend(&mut grid.rows[*row], theirs, &columns);
        }
    }
    Ok(grid)
}

fn extend(row: &mut Row, theirs: &Row, columns: &[usize]) {
    let own = row.place.clone();
    row.own_places.resize(row.cells.len(), own);
    for &at in columns {
        row.cells.push(theirs.cells[at].clone());
        row.own_places.push(theirs.place.clone());
    }
}

fn unmatched(one: &Keyed, other: &Keyed, faults: &mut Faults) {
    let mut lost: Vec<(&String, &usize)> =
        one.rows.iter().filter(|(code, _)| !other.rows.contains_key(*code)).collect();
    lost.sort_by_key(|(_, row)| **row);
    for (code, row) in lost {
        let problem = FileProblem::Unmatched { key: code.clone(), sheet: other.sheet.into() };
        faults.add(one.grid.rows[*row].place.place(), problem);
    }
}

/// The lines of the sheets in words, those that are there.
fn notes(book: &mut Workbook) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    for sheet in
        NOTES.iter().filter(|sheet| book.sheets().iter().any(|known| known == *sheet)).collect::<Vec<_>>()
    {
        for (_, cells) in book.rows(sheet)? {
            let words: Vec<String> = cells.iter().map(|cell| cell.text().trim().to_string()).collect();
            notes.push(words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("; "));
        }
    }
    Ok(notes)
}
