//! StatLine tables, downloaded as CSV.

use super::faults::{fault, opened, read_all};
use super::heading::Heading;
use super::layout::Layout;
use super::published::PublishedTable;
use super::text::{Encoding, Record, grid, records};
use crate::error::{FileProblem, Place, Result};
use crate::nl::{Missing, NumberStyle};
use std::io::Read;
use std::path::Path;

/// Reads a StatLine table that was downloaded as CSV.
///
/// The layout: semicolons between cells, quotes around them; a title on lines of one cell above the names of the
/// columns, the source on such lines below the rows; numbers the Dutch way (`16.829.290`, `29,5`), a lone `.`
/// withheld, a blank impossible. Columns of dimensions and region codes (`Wijken en buurten`, `Perioden`, `Codering`
/// …) are text, all others numbers, unless the caller says otherwise.
///
/// | download | names | blanks |
/// |---|---|---|
/// | with statistical symbols | one line, units in brackets | impossible |
/// | without them ([`without_symbols`](StatLine::without_symbols)) | the same | missing for whatever reason |
/// | laid out as on the screen, and of the former StatLine | lines of groups, topics and units | impossible |
///
/// Of names over several lines a column has all its own, from the top, with `|` between them
/// (`Bevolking|Jonger dan 20 jaar|aantal`), and the columns of labels are called by the last (`Perioden`). A line below
/// the first belongs to the names where it names a dimension, or where it has words but neither labels nor numbers, as
/// a line of units does.
///
/// ```
/// use nestcount::nl::{Missing, files::StatLine};
/// let text = "\"Jongeren met jeugdzorg; wijken, 2017\"\n\
///             \"Perioden\";\"Codering (code)\";\"Totaal jongeren (aantal)\"\n\
///             \"2017**\";\"WK000101  \";\"1.015\"\n\
///             \"2017**\";\"WK000102  \";\".\"\n\
///             \"Bron: CBS\"\n";
/// let read = StatLine::new().read("example.csv", text.as_bytes())?;
/// assert_eq!(read.numbers("Totaal jongeren (aantal)")?, [Some(1015.0), None]);
/// assert_eq!(read.why_missing("Totaal jongeren (aantal)", 1)?, Some(Missing::Withheld));
/// assert_eq!(read.notes(), ["Jongeren met jeugdzorg; wijken, 2017", "Bron: CBS"]);
///
/// let point = StatLine::new().read("example.csv", text.replace("1.015", "29.5").as_bytes()).unwrap_err();
/// assert!(point.to_string().contains("line 3, column 3"), "{point}");
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct StatLine {
    layout: Layout,
    encoding: Encoding,
}

impl Default for StatLine {
    fn default() -> Self {
        StatLine::new()
    }
}

impl StatLine {
    /// Numbers the Dutch way, UTF-8.
    pub fn new() -> Self {
        StatLine { layout: Layout::new(NumberStyle::Dutch, Missing::Impossible), encoding: Encoding::Utf8 }
    }

    /// Another encoding.
    pub fn encoding(self, encoding: Encoding) -> Self {
        StatLine { encoding, ..self }
    }

    /// For a download without statistical symbols: it has blanks for `.` too, so that they say nothing.
    pub fn without_symbols(self) -> Self {
        StatLine { layout: self.layout.blank(Missing::Unstated), ..self }
    }

    /// How numbers are written in one column, by its stem.
    pub fn column_style(self, column: &str, style: NumberStyle) -> Self {
        StatLine { layout: self.layout.column_style(column, style), ..self }
    }

    /// A further column of text, by its stem.
    pub fn text_column(self, column: &str) -> Self {
        StatLine { layout: self.layout.text_column(column), ..self }
    }

    /// Reads a file; fails as [`StatLine::read`] does.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<PublishedTable> {
        opened(path.as_ref(), |file, bytes| self.parse(file, bytes))
    }

    /// Reads a source that messages call `file`.
    ///
    /// Fails with [`ErrorKind::File`](crate::ErrorKind::File): on rows with another number of cells than the header,
    /// cells that are no numbers in their column's style, names that are there twice, text that is not in the
    /// encoding.
    pub fn read(&self, file: &str, source: impl Read) -> Result<PublishedTable> {
        self.parse(file, read_all(file, source)?)
    }

    fn parse(&self, file: &str, bytes: Vec<u8>) -> Result<PublishedTable> {
        let text = self.encoding.decode(file, bytes)?;
        let mut above = records(file, &text)?;
        let Some(header_at) = above.iter().position(|record| !is_note(record)) else {
            return Err(fault(file, Place::File, FileProblem::NoHeader));
        };
        let mut rows = above.split_off(header_at);
        let heading = Heading::take(&mut rows);
        // a source stands in one cell; a row of one cell between others is ragged
        let last = rows.iter().rposition(|record| record.cells.len() > 1).map_or(0, |last| last + 1);
        let below = rows.split_off(last);
        let notes = above.iter().chain(&below).map(|record| record.cells[0].trim().to_string());
        let notes = notes.filter(|note| !note.is_empty()).collect();
        let mut grid = grid(file, heading.names, rows)?;
        grid.notes = notes;
        let layout =
            heading.labels.iter().fold(self.layout.clone(), |layout, label| layout.text_column(label));
        layout.read(file, grid)
    }
}

/// A line of which only the first cell holds something.
fn is_note(record: &Record) -> bool {
    record.cells.iter().skip(1).all(|cell| cell.trim().is_empty())
}
