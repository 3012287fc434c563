//! Comma-separated files to a [`Table`] (feature `csv`).

use super::{Column, Table};
use crate::error::{Error, ErrorKind, Result};
use std::io::{BufRead, BufReader, Read};

impl Table {
    /// Reads a table with a header line; every cell stays text until it is asked for as something else.
    ///
    /// The separator is the comma, or the semicolon where the header line has more of those. A byte-order mark is
    /// skipped and blanks around the names are cut off. Fails on a line with another number of cells than the
    /// header, on repeated names and on text that is not UTF-8, naming the line.
    pub fn from_csv(source: impl Read) -> Result<Table> {
        let mut source = BufReader::new(source);
        skip_byte_order_mark(&mut source)?;
        let delimiter = delimiter(&mut source)?;
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(source);
        let names: Vec<String> =
            reader.headers().map_err(unreadable)?.iter().map(|name| name.trim().to_string()).collect();
        let mut cells: Vec<Vec<String>> = vec![Vec::new(); names.len()];
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(unreadable)? {
            for (column, cell) in cells.iter_mut().zip(&record) {
                column.push(cell.to_string());
            }
        }
        names
            .iter()
            .zip(cells)
            .try_fold(Table::new(), |table, (name, cells)| table.with_column(name, Column::Text(cells)))
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

fn skip_byte_order_mark(source: &mut impl BufRead) -> Result<()> {
    let start = source.fill_buf().map_err(unreadable_source)?;
    if start.starts_with(BYTE_ORDER_MARK) {
        source.consume(BYTE_ORDER_MARK.len());
    }
    Ok(())
}

fn delimiter(source: &mut impl BufRead) -> Result<u8> {
    let start = source.fill_buf().map_err(unreadable_source)?;
    let header = start.split(|&byte| byte == b'\n').next().unwrap_or(start);
    let count = |wanted: u8| header.iter().filter(|&&byte| byte == wanted).count();
    Ok(if count(b';') > count(b',') { b';' } else { b',' })
}

fn unreadable(error: csv::Error) -> Error {
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { pos: Some(at), expected_len, len } => {
            format!("line {} has {len} cell(s), the header {expected_len}", at.line())
        }
        csv::ErrorKind::Utf8 { pos: Some(at), .. } => {
            format!("line {} is not text in UTF-8; save the file in that encoding", at.line())
        }
        _ => error.to_string(),
    };
    ErrorKind::Unreadable { message }.into()
}

fn unreadable_source(error: std::io::Error) -> Error {
    ErrorKind::Unreadable { message: error.to_string() }.into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn commas_semicolons_quotes_and_marks_are_read() {
        let table = Table::from_csv("\u{feff}\"a\", b \n1,\"x, y\"\n2,z\n".as_bytes()).unwrap();
        assert_eq!(table.names(), ["a", "b"]);
        assert_eq!(table.codes("b").unwrap()[0].as_deref(), Some("x, y"));
        let table = Table::from_csv("a;b,c;d\n1;2;3\n".as_bytes()).unwrap();
        assert_eq!(table.names(), ["a", "b,c", "d"]);
    }

    #[test]
    fn a_ragged_line_is_named() {
        let error = Table::from_csv("a,b\n1,2\n3\n".as_bytes()).unwrap_err();
        assert_eq!(error.code(), "unreadable");
        assert!(error.to_string().contains("line 3 has 1 cell(s), the header 2"), "{error}");
    }

    #[test]
    fn a_line_in_another_encoding_is_named() {
        let error = Table::from_csv(&b"a,b\n1,2\nS\xfad,3\n"[..]).unwrap_err();
        assert!(error.to_string().contains("line 3 is not text in UTF-8"), "{error}");
    }

    #[test]
    fn an_empty_file_is_an_empty_table() {
        assert_eq!(Table::from_csv("".as_bytes()).unwrap().n_rows(), 0);
        assert_eq!(Table::from_csv("a,b\n".as_bytes()).unwrap().n_rows(), 0);
    }
}
