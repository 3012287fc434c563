//! Sheets as delimited text (feature `csv`).

use super::{Cell, Dialect, Sheet, Values};
use crate::error::{Error, ErrorKind, Result};
use std::io::Write;

impl Sheet {
    /// Writes a header line and one line per row; an empty cell is blank. Fails where the writer does.
    ///
    /// Numbers are written with as many digits as it takes to read the same number back.
    pub fn write_csv(&self, mut to: impl Write, dialect: Dialect) -> Result<()> {
        let delimiter = match dialect {
            Dialect::International => b',',
            Dialect::Dutch => {
                to.write_all("\u{feff}".as_bytes()).map_err(|error| unwritable(&error))?;
                b';'
            }
        };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(to);
        writer.write_record(self.names()).map_err(|error| unwritable(&error))?;
        for row in 0..self.n_rows() {
            let cells = self.columns().iter().map(|column| written(&column.values, row, dialect));
            writer.write_record(cells).map_err(|error| unwritable(&error))?;
        }
        writer.flush().map_err(|error| unwritable(&error))
    }

    /// The same as text.
    pub fn to_csv(&self, dialect: Dialect) -> Result<String> {
        let mut bytes = Vec::new();
        self.write_csv(&mut bytes, dialect)?;
        String::from_utf8(bytes).map_err(|error| unwritable(&error))
    }
}

fn written(values: &Values, row: usize, dialect: Dialect) -> String {
    let text = match values {
        Values::Text(cells) => cells.get(row).and_then(Cell::value).cloned(),
        Values::Numbers(cells) => cells.get(row).and_then(Cell::value).map(|&x| dialect.number(x)),
        Values::Wholes(cells) => cells.get(row).and_then(Cell::value).map(u64::to_string),
    };
    text.unwrap_or_default()
}

fn unwritable(error: &dyn std::error::Error) -> Error {
    ErrorKind::Unwritable { message: error.to_string() }.into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::report::Absence;
    use crate::table::Table;

    fn sheet() -> Sheet {
        let numbers = [Cell::Value(0.1 + 0.2), Cell::Empty(Absence::Withheld), Cell::Value(-1e-300)];
        Sheet::new()
            .with("name", Values::text(["'s-Gravenhage, Centrum", "Súdwest;\"Fryslân\"", "x"]))
            .unwrap()
            .with("users", Values::wholes([1 << 53, 0, 7]))
            .unwrap()
            .with("rate", Values::numbers(numbers))
            .unwrap()
    }

    #[test]
    fn the_text_of_a_small_sheet() {
        let international = "name,users,rate\n\"'s-Gravenhage, Centrum\",9007199254740992,0.30000000000000004\n\
                             \"Súdwest;\"\"Fryslân\"\"\",0,\nx,7,-1e-300\n";
        assert_eq!(sheet().to_csv(Dialect::International).unwrap(), international);
        let dutch = "\u{feff}name;users;rate\n's-Gravenhage, Centrum;9007199254740992;0,30000000000000004\n\
                     \"Súdwest;\"\"Fryslân\"\"\";0;\nx;7;-1e-300\n";
        assert_eq!(sheet().to_csv(Dialect::Dutch).unwrap(), dutch);
    }

    #[test]
    fn what_is_written_reads_back_cell_by_cell() {
        let text = sheet().to_csv(Dialect::International).unwrap();
        let table = Table::from_csv(text.as_bytes()).unwrap();
        assert_eq!(table.names(), sheet().names());
        assert_eq!(table.codes("name").unwrap()[1].as_deref(), Some("Súdwest;\"Fryslân\""));
        assert_eq!(table.numbers("rate").unwrap(), [Some(0.1 + 0.2), None, Some(-1e-300)]);
        assert_eq!(table.numbers("users").unwrap()[0], Some((1u64 << 53) as f64));
        let dutch = Table::from_csv(sheet().to_csv(Dialect::Dutch).unwrap().as_bytes()).unwrap();
        assert_eq!(dutch.codes("rate").unwrap()[0].as_deref(), Some("0,30000000000000004"));
    }

    #[test]
    fn a_full_disk_is_an_error() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("no space left"))
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        for dialect in [Dialect::International, Dialect::Dutch] {
            let error = sheet().write_csv(Full, dialect).unwrap_err();
            assert_eq!(error.code(), "unwritable");
            assert!(error.to_string().contains("no space left"), "{error}");
        }
    }
}
