//! What is wrong with a file, and where a person finds it.

use super::wording::Listed;
use std::fmt;

/// A place in a file, as editors and spreadsheets count it: lines, columns and rows from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The file as a whole.
    File,
    /// A character of a text.
    Character {
        /// The line.
        line: u64,
        /// The character within the line.
        column: u64,
    },
    /// A line of a table in text.
    Line {
        /// The line.
        line: u64,
    },
    /// A cell of a table in text.
    Field {
        /// The line on which its row begins.
        line: u64,
        /// The cell within the row.
        column: u64,
        /// What the header calls its column.
        name: String,
    },
    /// A sheet of a workbook.
    Sheet {
        /// The sheet.
        sheet: String,
    },
    /// A cell of a sheet.
    Cell {
        /// The sheet.
        sheet: String,
        /// The row.
        row: u64,
        /// The column; shown as letters.
        column: u64,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File => f.write_str("the file"),
            Place::Character { line, column } => write!(f, "line {line}, column {column}"),
            Place::Line { line } => write!(f, "line {line}"),
            Place::Field { line, column, name } => write!(f, "line {line}, column {column} ('{name}')"),
            Place::Sheet { sheet } => write!(f, "sheet '{sheet}'"),
            Place::Cell { sheet, row, column } => {
                write!(f, "sheet '{sheet}', cell {}{row}", Letters(*column))
            }
        }
    }
}

/// A column of a sheet by its letters: A to Z, then AA.
struct Letters(u64);

impl fmt::Display for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ALPHABET: u64 = 26;
        let (mut rest, mut letters) = (self.0, Vec::new());
        while rest > 0 {
            rest -= 1;
            letters.push(char::from(b'A' + (rest % ALPHABET) as u8));
            rest /= ALPHABET;
        }
        letters.iter().rev().try_for_each(|letter| write!(f, "{letter}"))
    }
}

/// What is wrong at one place of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault {
    /// Where.
    pub place: Place,
    /// What.
    pub problem: FileProblem,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// Why a place of a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileProblem {
    /// It cannot be opened, or is not of the kind that it should be.
    #[error("{message}")]
    Unreadable {
        /// What the reader said.
        message: String,
    },
    /// Bytes that are no text.
    #[error("not UTF-8; save the file as UTF-8, or read it as Windows-1252 if it is that")]
    NotUtf8,
    /// Something else stands there than the layout has.
    #[error("{expected} should stand here, and {found} does")]
    Unexpected {
        /// What should.
        expected: String,
        /// What does.
        found: String,
    },
    /// No line with the names of the columns.
    #[error("no line with the names of the columns")]
    NoHeader,
    /// A row with another number of cells than the header.
    #[error("{found} cells where the header has {expected}")]
    Ragged {
        /// Cells in the header.
        expected: usize,
        /// Cells in the row.
        found: usize,
    },
    /// A column without a name that has cells.
    #[error("a cell in a column without a name")]
    Nameless,
    /// A name on two columns.
    #[error("the column '{column}' is there twice; rename one of them")]
    RepeatedColumn {
        /// The name.
        column: String,
    },
    /// A column that the layout has.
    #[error("there is no column '{column}'; there are {}", Listed(known))]
    NoColumn {
        /// The column.
        column: String,
        /// The columns there are.
        known: Vec<String>,
    },
    /// A sheet that the layout has.
    #[error("there is no sheet '{sheet}'; there are {}", Listed(known))]
    NoSheet {
        /// The sheet.
        sheet: String,
        /// The sheets there are.
        known: Vec<String>,
    },
    /// A cell that should be a number.
    #[error("'{cell}' is {}", NoNumber(format))]
    NotANumber {
        /// The cell.
        cell: String,
        /// How numbers are written in its column.
        format: String,
    },
    /// A cell that should be a code.
    #[error("'{cell}' is not a {expected}")]
    InvalidCode {
        /// The cell.
        cell: String,
        /// What such a code looks like.
        expected: String,
    },
    /// Two rows, or two observations, of one key.
    #[error("{key} is there twice")]
    Repeated {
        /// The key.
        key: String,
    },
    /// A row that has no fellow in another sheet.
    #[error("{key} is not in sheet '{sheet}'")]
    Unmatched {
        /// The key.
        key: String,
        /// The sheet that lacks it.
        sheet: String,
    },
}

struct NoNumber<'a>(&'a str);

impl fmt::Display for NoNumber<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no number; in this column numbers are written {}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_a_sheet_are_lettered_as_spreadsheets_do() {
        for (number, letters) in
            [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
        {
            assert_eq!(Letters(number).to_string(), letters);
        }
        let place = Place::Cell { sheet: "wijk".into(), row: 7, column: 28 };
        assert_eq!(place.to_string(), "sheet 'wijk', cell AB7");
    }
}
