//! Sheets of a workbook as grids.

use super::archive;
use super::faults::{fault, unreadable};
use super::grid::{Cell, Grid, Row, RowPlace, under};
use crate::error::{FileProblem, Place, Result};
use calamine::{Data, DataRef, Ods, Reader, Xlsx};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A workbook, `.xlsx` or `.ods`.
pub(super) struct Workbook {
    file: String,
    book: Book,
}

enum Book {
    Ods(Box<Ods<Cursor<Vec<u8>>>>),
    Xlsx(Box<Xlsx<Cursor<Vec<u8>>>>),
}

/// What the first file of an `.ods` archive says; it is not compressed.
const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
/// The first bytes of an archive in which the above may stand.
const START: usize = 200;
/// The most cells a sheet may span: a stray cell far out is refused rather than filled up to.
const MOST_CELLS: usize = 50_000_000;

/// Cells by row and column, from 0.
type Cells = BTreeMap<u32, BTreeMap<u32, Cell>>;

impl Workbook {
    pub(super) fn read(file: &str, bytes: Vec<u8>) -> Result<Self> {
        archive::check(file, &bytes)?;
        let start = bytes.get(..START.min(bytes.len())).unwrap_or_default();
        let is_ods = start.windows(ODS.len()).any(|part| part == ODS);
        let book = guarded(|| match is_ods {
            true => Ods::new(Cursor::new(bytes)).map(|book| Book::Ods(Box::new(book))).map_err(said),
            false => Xlsx::new(Cursor::new(bytes)).map(|book| Book::Xlsx(Box::new(book))).map_err(said),
        });
        let book = book.map_err(|message| unreadable(file, message))?;
        Ok(Workbook { file: file.into(), book })
    }

    pub(super) fn sheets(&self) -> Vec<String> {
        match &self.book {
            Book::Ods(book) => book.sheet_names(),
            Book::Xlsx(book) => book.sheet_names(),
        }
    }

    pub(super) fn first_sheet(&self) -> Result<String> {
        self.sheets().into_iter().next().ok_or_else(|| self.no_sheet("1"))
    }

    /// A sheet whose first row with cells has the names.
    pub(super) fn grid(&mut self, sheet: &str) -> Result<Grid> {
        let mut rows = self.rows(sheet)?.into_iter();
        let Some((first, header)) = rows.next() else {
            return Err(fault(&self.file, Place::Sheet { sheet: sheet.into() }, FileProblem::NoHeader));
        };
        let names = header.iter().map(Cell::text).collect();
        let sheet: Arc<str> = sheet.into();
        let header = RowPlace::Sheet { sheet: sheet.clone(), row: first };
        let row = |(row, cells)| Row::new(RowPlace::Sheet { sheet: sheet.clone(), row }, cells);
        under(&self.file, header, names, rows.map(row).collect())
    }

    /// The rows that have cells: their numbers from 1, and their cells from the first column on.
    pub(super) fn rows(&mut self, sheet: &str) -> Result<Vec<(u64, Vec<Cell>)>> {
        if !self.sheets().iter().any(|known| known == sheet) {
            return Err(self.no_sheet(sheet));
        }
        let broken = |message: String| {
            fault(&self.file, Place::Sheet { sheet: sheet.into() }, FileProblem::Unreadable { message })
        };
        let cells = guarded(|| match &mut self.book {
            Book::Ods(book) => ods_cells(book, sheet).map_err(said),
            Book::Xlsx(book) => xlsx_cells(book, sheet).map_err(said),
        });
        let cells = cells.map_err(broken)?;
        let width = cells
            .values()
            .filter_map(|row| row.keys().next_back())
            .max()
            .map_or(0, |last| *last as usize + 1);
        if width.saturating_mul(cells.len()) > MOST_CELLS {
            return Err(broken(format!("{} rows of {width} cells are more than are read", cells.len())));
        }
        let filled = |(row, mut cells): (u32, BTreeMap<u32, Cell>)| {
            let cells = (0..width as u32).map(|column| cells.remove(&column).unwrap_or(Cell::Nothing));
            (u64::from(row) + 1, cells.collect())
        };
        Ok(cells.into_iter().map(filled).collect())
    }

    fn no_sheet(&self, sheet: &str) -> crate::Error {
        let problem = FileProblem::NoSheet { sheet: sheet.into(), known: self.sheets() };
        fault(&self.file, Place::File, problem)
    }
}

fn said(error: impl ToString) -> String {
    error.to_string()
}

/// What the workbook's reader makes of it. A damaged file can end it in the middle of its arithmetic; that too is a
/// fault of the file.
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("the workbook is damaged".into()))
}

fn ods_cells(book: &mut Ods<Cursor<Vec<u8>>>, sheet: &str) -> Result<Cells, calamine::OdsError> {
    let range = book.worksheet_range(sheet)?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut cells = Cells::new();
    for (row, column, data) in range.used_cells() {
        let cell = match data {
            Data::Empty => continue,
            Data::Float(number) => Cell::Number(as_shown(*number)),
            Data::Int(number) => Cell::Number(*number as f64),
            other => Cell::Text(other.to_string()),
        };
        keep(
            &mut cells,
            first_row.saturating_add(row as u32),
            first_column.saturating_add(column as u32),
            cell,
        );
    }
    Ok(cells)
}

fn xlsx_cells(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Result<Cells, calamine::XlsxError> {
    let mut reader = book.worksheet_cells_reader(sheet)?;
    let mut cells = Cells::new();
    while let Some(next) = reader.next_cell()? {
        let (row, column) = next.get_position();
        let cell = match next.get_value() {
            DataRef::Empty => continue,
            DataRef::Float(number) => Cell::Number(as_shown(*number)),
            DataRef::Int(number) => Cell::Number(*number as f64),
            other => Cell::Text(Data::from(other.clone()).to_string()),
        };
        keep(&mut cells, row, column, cell);
    }
    Ok(cells)
}

/// A number to the 15 digits that spreadsheets show: what they save beyond is the rounding of their own arithmetic.
fn as_shown(number: f64) -> f64 {
    format!("{number:.14e}").parse().unwrap_or(number)
}

fn keep(cells: &mut Cells, row: u32, column: u32, cell: Cell) {
    if !cell.is_blank() {
        cells.entry(row).or_default().insert(column, cell);
    }
}
