//! Open data of StatLine, version 3: one object a row.

use super::faults::{Faults, opened, read_all};
use super::grid::{Cell, Grid, Head, Row, RowPlace};
use super::json::{Document, Record};
use super::layout::{Layout, Strings};
use super::published::PublishedTable;
use crate::error::{FileProblem, Result};
use crate::nl::{Missing, NumberStyle};
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

/// Reads a table of the open data service of StatLine, version 3: JSON with an array `value` of one object a row.
///
/// | data set | numbers | missing |
/// |---|---|---|
/// | [`untyped`](ODataV3::untyped) (`UntypedDataSet`) | text, `"     29.5"` | `.` withheld, blank impossible |
/// | [`typed`](ODataV3::typed) (`TypedDataSet`) | numbers | `null`, for whatever reason |
///
/// The untyped data set says more. Codes come padded with blanks, which [`PublishedTable::codes`] cuts off, and names
/// end in a number that changes every year, which stems leave out.
///
/// The service sends 10,000 rows at a time: [`PublishedTable::next_page`] has the link to the rest, and
/// [`PublishedTable::followed_by`] puts pages together.
///
/// ```
/// use nestcount::nl::{Missing, files::ODataV3};
/// let text = r#"{"value": [
///     {"ID": 0, "Wijken": "WK000101  ", "Perioden": "2017JJ00", "k_0Tot4Jaar_6": "      15"},
///     {"ID": 1, "Wijken": "WK000102  ", "Perioden": "2017JJ00", "k_0Tot4Jaar_6": "       ."}
/// ]}"#;
/// let read = ODataV3::untyped().read("example.json", text.as_bytes())?;
/// assert_eq!(read.numbers("k_0Tot4Jaar")?, [Some(15.0), None]);
/// assert_eq!(read.why_missing("k_0Tot4Jaar", 1)?, Some(Missing::Withheld));
/// assert_eq!(read.codes("Wijken")?[0].as_deref(), Some("WK000101"));
///
/// let broken = ODataV3::untyped().read("example.json", text.replace("     15", " vijftien").as_bytes()).unwrap_err();
/// assert!(broken.to_string().contains("line 2, column 80: '  vijftien' is no number"), "{broken}");
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ODataV3 {
    layout: Layout,
}

impl ODataV3 {
    /// For `UntypedDataSet`.
    pub fn untyped() -> Self {
        ODataV3 { layout: Layout::new(NumberStyle::Point, Missing::Impossible) }
    }

    /// For `TypedDataSet`.
    pub fn typed() -> Self {
        ODataV3 { layout: Layout::new(NumberStyle::Point, Missing::Unstated).strings(Strings::AsText) }
    }

    /// A further column of text, by its stem.
    pub fn text_column(self, column: &str) -> Self {
        ODataV3 { layout: self.layout.text_column(column) }
    }

    /// Reads a file; fails as [`ODataV3::read`] does.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<PublishedTable> {
        opened(path.as_ref(), |file, bytes| self.parse(file, bytes))
    }

    /// Reads a source that messages call `file`.
    ///
    /// Fails with [`ErrorKind::File`](crate::ErrorKind::File): on what is no such JSON, rows that have another set of
    /// fields than the first, fields that hold arrays or objects, and cells that are no numbers where their column
    /// holds them.
    pub fn read(&self, file: &str, source: impl Read) -> Result<PublishedTable> {
        self.parse(file, read_all(file, source)?)
    }

    fn parse(&self, file: &str, bytes: Vec<u8>) -> Result<PublishedTable> {
        let Document { records, next_page } = Document::read(file, bytes)?;
        Ok(self.layout.read(file, grid(file, records)?)?.continued(next_page))
    }
}

/// The records under the fields of the first.
fn grid(file: &str, records: Vec<Record>) -> Result<Grid> {
    let names: Vec<String> =
        records.first().map_or_else(Vec::new, |first| first.fields.iter().map(|f| f.name.clone()).collect());
    let heads: Vec<Head> =
        (1..).zip(&names).map(|(number, name)| Head { name: name.clone(), number }).collect();
    let positions: HashMap<&str, usize> =
        names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let mut faults = Faults::default();
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let mut row = Row::new(record.place.clone(), vec![Cell::Nothing; names.len()]);
        row.own_places = vec![record.place.clone(); names.len()];
        let mut seen = vec![false; names.len()];
        for field in record.fields {
            match positions.get(field.name.as_str()) {
                Some(&at) if !seen[at] => {
                    seen[at] = true;
                    (row.cells[at], row.own_places[at]) = (field.cell, field.place);
                }
                Some(_) => {
                    faults.add(field.place.place(), FileProblem::RepeatedColumn { column: field.name })
                }
                None => {
                    let problem = FileProblem::NoColumn { column: field.name, known: names.clone() };
                    faults.add(field.place.place(), problem);
                }
            }
        }
        if let Some(at) = seen.iter().position(|seen| !seen) {
            let (expected, found) = (format!("a field '{}'", names[at]), "none".into());
            faults.add(record.place.place(), FileProblem::Unexpected { expected, found });
        }
        rows.push(row);
    }
    let header = rows.first().map_or(RowPlace::Line(1), |row| row.place.clone());
    faults.or(file, Grid { header, heads, rows, notes: vec![] })
}
