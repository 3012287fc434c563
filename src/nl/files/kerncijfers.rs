//! Kerncijfers wijken en buurten, as CSV or as a spreadsheet.

use super::faults::{Faults, fault, opened};
use super::grid::Grid;
use super::layout::{Layout, MapNumbers};
use super::published::PublishedTable;
use crate::error::{FileProblem, Result};
use crate::nl::{Missing, NumberStyle};
use std::io::Read;
use std::path::Path;

/// The kinds of region in the column `recs` of Kerncijfers wijken en buurten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KwbRegion {
    /// The country.
    Land,
    /// Municipalities.
    Gemeente,
    /// Districts.
    Wijk,
    /// Neighbourhoods.
    Buurt,
}

impl KwbRegion {
    fn parse(cell: &str) -> Option<Self> {
        match cell.trim().to_ascii_lowercase().as_str() {
            "land" => Some(KwbRegion::Land),
            "gemeente" => Some(KwbRegion::Gemeente),
            "wijk" => Some(KwbRegion::Wijk),
            "buurt" => Some(KwbRegion::Buurt),
            _ => None,
        }
    }
}

/// Reads Kerncijfers wijken en buurten: CSV with semicolons, or a spreadsheet (feature `spreadsheet`).
///
/// The layout: one line of names, some with trailing blanks (`a_nb_won `); rows of gemeenten, wijken and buurten
/// mixed, told apart by `recs`; `.` and `x` withheld, `-`, `NaN` and blanks missing without a reason, with blanks
/// around them; -99997, -99995 and -99991 in what was taken from a map file withheld, not yet and no longer
/// published, any other number from -99990 down missing without a reason. Decimal comma or point depends on the
/// edition, so the caller says which; a spreadsheet's own numbers need no style.
///
/// ```
/// # #[cfg(feature = "csv")] {
/// use nestcount::nl::{Missing, NumberStyle, files::{Kerncijfers, KwbRegion}};
/// let text = "gwb_code_10;gm_naam;recs;a_inw;p_koopw;a_nb_won \n\
///             GM0001;Verzonnen;Gemeente;1210;61,5;4\n\
///             WK000101;Verzonnen;Wijk;1210;    .;-99995\n";
/// let wijken = Kerncijfers::new(NumberStyle::Dutch).only(KwbRegion::Wijk).read("kwb.csv", text.as_bytes())?;
/// assert_eq!(wijken.codes("gwb_code_10")?, [Some("WK000101".to_string())]);
/// assert_eq!(wijken.why_missing("p_koopw", 0)?, Some(Missing::Withheld));
/// assert_eq!(wijken.why_missing("a_nb_won", 0)?, Some(Missing::NotYet));
/// # }
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Kerncijfers {
    layout: Layout,
    only: Option<KwbRegion>,
    #[cfg(feature = "csv")]
    encoding: super::text::Encoding,
    #[cfg(feature = "spreadsheet")]
    sheet: Option<String>,
}

impl Kerncijfers {
    /// Regions of all kinds; numbers in text are written in this style.
    pub fn new(style: NumberStyle) -> Self {
        Kerncijfers {
            layout: Layout::new(style, Missing::Unstated).map_numbers(MapNumbers::Missing),
            only: None,
            #[cfg(feature = "csv")]
            encoding: super::text::Encoding::Utf8,
            #[cfg(feature = "spreadsheet")]
            sheet: None,
        }
    }

    /// Only the regions of one kind, by the column `recs`.
    pub fn only(self, kind: KwbRegion) -> Self {
        Kerncijfers { only: Some(kind), ..self }
    }

    /// How numbers in text are written in one column, by its stem.
    pub fn column_style(self, column: &str, style: NumberStyle) -> Self {
        Kerncijfers { layout: self.layout.column_style(column, style), ..self }
    }

    /// A further column of text, by its stem.
    pub fn text_column(self, column: &str) -> Self {
        Kerncijfers { layout: self.layout.text_column(column), ..self }
    }

    /// Another encoding of the CSV.
    #[cfg(feature = "csv")]
    pub fn encoding(self, encoding: super::text::Encoding) -> Self {
        Kerncijfers { encoding, ..self }
    }

    /// A sheet by its name; the first otherwise.
    #[cfg(feature = "spreadsheet")]
    pub fn sheet(self, sheet: &str) -> Self {
        Kerncijfers { sheet: Some(sheet.into()), ..self }
    }

    /// Reads a CSV file, or a spreadsheet where its name ends in `.xlsx` or `.ods`; fails as [`Kerncijfers::read`]
    /// does.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<PublishedTable> {
        let extension = path.as_ref().extension().and_then(|extension| extension.to_str()).unwrap_or("");
        let sheets = ["xlsx", "ods"].iter().any(|known| extension.eq_ignore_ascii_case(known));
        opened(path.as_ref(), |file, bytes| match sheets {
            true => self.spreadsheet_bytes(file, bytes),
            false => self.csv_bytes(file, bytes),
        })
    }

    /// Reads CSV that messages call `file`.
    ///
    /// Fails with [`ErrorKind::File`](crate::ErrorKind::File): on rows with another number of cells than the header,
    /// cells that are no numbers in their column's style, names that are there twice, and where one kind of region is
    /// wanted on a missing column `recs` or a kind in it that is not known.
    #[cfg(feature = "csv")]
    pub fn read(&self, file: &str, source: impl Read) -> Result<PublishedTable> {
        self.csv_bytes(file, super::faults::read_all(file, source)?)
    }

    /// Reads a spreadsheet that messages call `file`; fails as [`Kerncijfers::read`] does, and on what is no
    /// workbook.
    #[cfg(feature = "spreadsheet")]
    pub fn read_spreadsheet(&self, file: &str, source: impl Read) -> Result<PublishedTable> {
        self.spreadsheet_bytes(file, super::faults::read_all(file, source)?)
    }

    #[cfg(feature = "csv")]
    fn csv_bytes(&self, file: &str, bytes: Vec<u8>) -> Result<PublishedTable> {
        let text = self.encoding.decode(file, bytes)?;
        let mut records = super::text::records(file, &text)?.into_iter();
        let header =
            records.next().ok_or_else(|| fault(file, crate::error::Place::File, FileProblem::NoHeader))?;
        self.selected(file, super::text::grid(file, header, records)?)
    }

    #[cfg(not(feature = "csv"))]
    fn csv_bytes(&self, file: &str, _: Vec<u8>) -> Result<PublishedTable> {
        Err(super::faults::unreadable(file, "reading CSV needs the feature `csv`"))
    }

    #[cfg(feature = "spreadsheet")]
    fn spreadsheet_bytes(&self, file: &str, bytes: Vec<u8>) -> Result<PublishedTable> {
        let mut workbook = super::sheet::Workbook::read(file, bytes)?;
        let sheet = match &self.sheet {
            Some(sheet) => sheet.clone(),
            None => workbook.first_sheet()?,
        };
        let grid = workbook.grid(&sheet)?;
        self.selected(file, grid)
    }

    #[cfg(not(feature = "spreadsheet"))]
    fn spreadsheet_bytes(&self, file: &str, _: Vec<u8>) -> Result<PublishedTable> {
        Err(super::faults::unreadable(file, "reading spreadsheets needs the feature `spreadsheet`"))
    }

    /// The table of the grid's rows of the wanted kind.
    fn selected(&self, file: &str, mut grid: Grid) -> Result<PublishedTable> {
        let Some(wanted) = self.only else { return self.layout.read(file, grid) };
        let Some(at) = grid.heads.iter().position(|head| head.name.eq_ignore_ascii_case("recs")) else {
            let problem = FileProblem::NoColumn { column: "recs".into(), known: grid.names() };
            return Err(fault(file, grid.header.place(), problem));
        };
        let mut faults = Faults::default();
        let head = grid.heads[at].clone();
        grid.rows.retain(|row| {
            let cell = row.cells.get(at).map(super::grid::Cell::text).unwrap_or_default();
            let kind = KwbRegion::parse(&cell);
            if kind.is_none() {
                let expected = "kind of region: Land, Gemeente, Wijk or Buurt".into();
                faults.add(row.cell_place(at, &head), FileProblem::InvalidCode { cell, expected });
            }
            kind == Some(wanted)
        });
        faults.or(file, ())?;
        self.layout.read(file, grid)
    }
}
