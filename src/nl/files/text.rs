//! Bytes to text, and text to rows of cells.

use super::faults::fault;
use crate::error::{FileProblem, Place, Result};

/// How the bytes of a file stand for characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// Windows-1252, of older Dutch files: every byte a character.
    Windows1252,
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Characters of the bytes 0x80 to 0x9F in Windows-1252; unassigned bytes stay control characters.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl Encoding {
    pub(super) fn decode(self, file: &str, bytes: Vec<u8>) -> Result<String> {
        let text = match self {
            Encoding::Windows1252 => bytes.into_iter().map(windows_1252).collect(),
            Encoding::Utf8 => String::from_utf8(bytes).map_err(|error| {
                let valid = error.utf8_error().valid_up_to();
                let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default());
                let (line, column) = Locator::new(&before).at(before.len());
                fault(file, Place::Character { line, column }, FileProblem::NotUtf8)
            })?,
        };
        Ok(text.strip_prefix(BYTE_ORDER_MARK).map(str::to_string).unwrap_or(text))
    }
}

fn windows_1252(byte: u8) -> char {
    let special = usize::from(byte).checked_sub(0x80).and_then(|at| WINDOWS_1252.get(at));
    special.copied().unwrap_or(char::from(byte))
}

/// Lines and columns of positions in a text; quick where the positions ascend.
pub(super) struct Locator<'t> {
    text: &'t str,
    position: usize,
    line: u64,
    column: u64,
}

impl<'t> Locator<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Locator { text, position: 0, line: 1, column: 1 }
    }

    /// Line and column of a byte position, from 1.
    pub(super) fn at(&mut self, position: usize) -> (u64, u64) {
        if position < self.position {
            *self = Locator::new(self.text);
        }
        for character in self.text.get(self.position..position).unwrap_or_default().chars() {
            match character {
                '\n' => (self.line, self.column) = (self.line + 1, 1),
                _ => self.column += 1,
            }
        }
        self.position = position;
        (self.line, self.column)
    }
}

/// A line of a delimited text that holds something.
#[cfg(feature = "csv")]
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
}

/// The records of a text with semicolons between cells and quotes around some; blank lines hold nothing.
#[cfg(feature = "csv")]
pub(super) fn records(file: &str, text: &str) -> Result<Vec<Record>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| super::faults::unreadable(file, error))?;
        let line = record.position().map_or(1, csv::Position::line);
        records.push(Record { line, cells: record.iter().map(str::to_string).collect() });
    }
    Ok(records)
}

/// The grid under a record of names; a record with another number of cells is a fault.
#[cfg(feature = "csv")]
pub(super) fn grid(
    file: &str,
    header: Record,
    rows: impl IntoIterator<Item = Record>,
) -> Result<super::grid::Grid> {
    use super::grid::{Cell, Row, RowPlace};
    let mut faults = super::faults::Faults::default();
    let expected = header.cells.len();
    let mut read = Vec::new();
    for record in rows {
        if record.cells.len() != expected {
            let problem = FileProblem::Ragged { expected, found: record.cells.len() };
            faults.add(Place::Line { line: record.line }, problem);
        }
        read.push(Row::new(RowPlace::Line(record.line), record.cells.into_iter().map(Cell::Text).collect()));
    }
    faults.or(file, ())?;
    super::grid::under(file, RowPlace::Line(header.line), header.cells, read)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_utf8_is_found_and_windows_1252_is_read() {
        let bytes = b"naam\nS\xfadwest-Frysl\xe2n \x80".to_vec();
        let error = Encoding::Utf8.decode("f", bytes.clone()).unwrap_err();
        assert!(error.to_string().contains("line 2, column 2: not UTF-8"), "{error}");
        assert_eq!(Encoding::Windows1252.decode("f", bytes).unwrap(), "naam\nSúdwest-Fryslân €");
        assert_eq!(Encoding::Utf8.decode("f", "\u{feff}é".into()).unwrap(), "é");
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let mut locator = Locator::new("aé\nb");
        let places: Vec<_> = [0, 1, 3, 4, 5, 0].map(|position| locator.at(position)).to_vec();
        assert_eq!(places, [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (1, 1)]);
    }
}
