//! What the columns of a layout hold, and the cells of a grid read by it.

use super::faults::Faults;
use super::grid::{Cell, Grid, Head, Row};
use super::published::PublishedTable;
use crate::error::{ErrorKind, FileProblem, Place, Result};
use crate::nl::stem::{column_by_stem, stem};
use crate::nl::{Missing, NumberStyle};
use crate::table::{Column, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Dimensions of StatLine tables, by their stems in lower case.
const DIMENSIONS: [&str; 12] = [
    "perioden",
    "periode",
    "regio's",
    "regio",
    "regio’s",
    "wijken en buurten",
    "wijken",
    "buurten",
    "vormen van jeugdzorg",
    "type jeugdzorg",
    "onderwerp",
    "onderwerpen",
];

/// Other columns of text in the tables of Statistics Netherlands, by their stems in lower case.
const TEXT: [&str; 32] = [
    // StatLine
    "gemeentenaam",
    "soort regio",
    "codering",
    "regioaanduiding",
    "indelingswijziging wijken en buurten",
    "eenheid",
    // the services
    "wijkenenbuurten",
    "regios",
    "soortregio",
    "indelingswijzigingwijkenenbuurten",
    "vormenvanjeugdzorg",
    "typejeugdzorg",
    "measure",
    "valueattribute",
    "stringvalue",
    "jeugdzorg",
    // Kerncijfers and map files
    "gwb_code",
    "gm_naam",
    "gm_code",
    "wk_naam",
    "wk_code",
    "bu_naam",
    "bu_code",
    "recs",
    "ind_wbi",
    "statcode",
    "statnaam",
    "jrstatcode",
    "gemeentecode",
    "gemnaam",
    "wijknaam",
    "wijkcode",
];

/// What the columns of a file hold, as far as the caller and the layout say.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    style: NumberStyle,
    styles: Vec<(String, NumberStyle)>,
    text: Vec<String>,
    blank: Missing,
    map_numbers: MapNumbers,
    strings: Strings,
}

/// Whether large negative numbers stand for missing cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum MapNumbers {
    Missing,
    Numbers,
}

/// What text in a column that nobody named tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Strings {
    /// Nothing: numbers are written as text.
    AsNumbers,
    /// That the column is one of text: its file has numbers as such.
    AsText,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Numbers(NumberStyle),
}

/// From here down a number of a map file stands for a missing cell.
const MAP_MISSING_FROM: f64 = -99_990.0;

impl Layout {
    pub(super) fn new(style: NumberStyle, blank: Missing) -> Self {
        Layout {
            style,
            styles: vec![],
            text: vec![],
            blank,
            map_numbers: MapNumbers::Numbers,
            strings: Strings::AsNumbers,
        }
    }

    pub(super) fn map_numbers(self, map_numbers: MapNumbers) -> Self {
        Layout { map_numbers, ..self }
    }

    pub(super) fn strings(self, strings: Strings) -> Self {
        Layout { strings, ..self }
    }

    /// What a blank cell is.
    pub(super) fn blank(self, blank: Missing) -> Self {
        Layout { blank, ..self }
    }

    pub(super) fn column_style(mut self, column: &str, style: NumberStyle) -> Self {
        self.styles.push((column.into(), style));
        self
    }

    pub(super) fn text_column(mut self, column: &str) -> Self {
        self.text.push(column.into());
        self
    }

    /// The table, or every fault of its cells and names.
    pub(super) fn read(&self, file: &str, grid: Grid) -> Result<PublishedTable> {
        let mut faults = Faults::default();
        let names = grid.names();
        let mut known = BTreeSet::new();
        for head in grid.heads.iter().filter(|head| !known.insert(head.name.as_str())) {
            faults.add(grid.head_place(head), FileProblem::RepeatedColumn { column: head.name.clone() });
        }
        let (text, styles) = self.named(&names, &grid.header.place(), &mut faults);
        let mut columns = Vec::with_capacity(grid.heads.len());
        for (at, head) in grid.heads.iter().enumerate() {
            let kind = match styles.get(head.name.as_str()) {
                _ if text.contains(head.name.as_str()) => Kind::Text,
                Some(style) => Kind::Numbers(*style),
                None if is_text(&head.name) || self.holds_strings(&grid.rows, at) => Kind::Text,
                None => Kind::Numbers(self.style),
            };
            columns.push(self.column(kind, &grid.rows, (at, head), &mut faults));
        }
        faults.or(file, ())?;
        let places = grid.rows.into_iter().map(|row| row.place).collect();
        let mut table = Table::new();
        let mut missing = Vec::with_capacity(columns.len());
        for (head, (column, reasons)) in grid.heads.iter().zip(columns) {
            table = table.with_column(&head.name, column)?;
            missing.push(reasons);
        }
        let numbers = grid.heads.iter().map(|head| head.number).collect();
        Ok(PublishedTable::new(file, table, missing).placed(places, numbers).noted(grid.notes))
    }

    /// The columns that the caller named, by their names in the file.
    fn named<'n>(
        &self,
        names: &'n [String],
        header: &Place,
        faults: &mut Faults,
    ) -> (BTreeSet<&'n str>, BTreeMap<&'n str, NumberStyle>) {
        let mut find = |wanted: &str| match column_by_stem(names, wanted) {
            Ok(name) => Some(name),
            Err(error) => {
                let problem = match error.kind() {
                    ErrorKind::UnknownColumn { column, known } => {
                        FileProblem::NoColumn { column: column.clone(), known: known.clone() }
                    }
                    _ => FileProblem::Unreadable { message: error.to_string() },
                };
                faults.add(header.clone(), problem);
                None
            }
        };
        let text = self.text.iter().filter_map(|wanted| find(wanted)).collect();
        let styles = self.styles.iter().filter_map(|(wanted, style)| Some((find(wanted)?, *style))).collect();
        (text, styles)
    }

    fn holds_strings(&self, rows: &[Row], at: usize) -> bool {
        self.strings == Strings::AsText
            && rows.iter().any(|row| matches!(row.cells.get(at), Some(Cell::Text(_))))
            && !rows.iter().any(|row| matches!(row.cells.get(at), Some(Cell::Number(_))))
    }

    fn column(
        &self,
        kind: Kind,
        rows: &[Row],
        (at, head): (usize, &Head),
        faults: &mut Faults,
    ) -> (Column, BTreeMap<usize, Missing>) {
        let mut reasons = BTreeMap::new();
        let Kind::Numbers(style) = kind else {
            let text = rows.iter().map(|row| row.cells.get(at).map_or_else(String::new, Cell::text));
            return (Column::Text(text.collect()), reasons);
        };
        let mut numbers = Vec::with_capacity(rows.len());
        for (position, row) in rows.iter().enumerate() {
            let cell = row.cells.get(at).unwrap_or(&Cell::Nothing);
            let read = self.number(cell, style).unwrap_or_else(|| {
                let (cell, format) = (cell.text(), style.to_string());
                faults.add(row.cell_place(at, head), FileProblem::NotANumber { cell, format });
                Err(Missing::Unstated)
            });
            if let Err(reason) = read {
                reasons.insert(position, reason);
            }
            numbers.push(read.ok());
        }
        (Column::Numbers(numbers), reasons)
    }

    /// A number, or why there is none; `None` where the cell is neither.
    fn number(&self, cell: &Cell, style: NumberStyle) -> Option<Result<f64, Missing>> {
        match cell {
            Cell::Nothing => Some(Err(self.blank)),
            Cell::Number(number) if number.is_finite() => Some(self.on_a_map(*number)),
            Cell::Number(_) => None,
            Cell::Text(_) if self.strings == Strings::AsText => None,
            Cell::Text(text) => match text.trim() {
                "" => Some(Err(self.blank)),
                "." | "x" | "X" => Some(Err(Missing::Withheld)),
                "-" | "NaN" | "NA" => Some(Err(Missing::Unstated)),
                number => style.read(number).map(|number| self.on_a_map(number)),
            },
        }
    }

    fn on_a_map(&self, number: f64) -> Result<f64, Missing> {
        match self.map_numbers {
            MapNumbers::Missing if number == -99_997.0 => Err(Missing::Withheld),
            MapNumbers::Missing if number == -99_995.0 => Err(Missing::NotYet),
            MapNumbers::Missing if number == -99_991.0 => Err(Missing::NoLonger),
            MapNumbers::Missing if number <= MAP_MISSING_FROM => Err(Missing::Unstated),
            _ => Ok(number),
        }
    }
}

/// Whether a column is known to hold text; what stands between brackets behind its title does not count.
fn is_text(name: &str) -> bool {
    let title = name.split(" (").next().unwrap_or(name);
    is_dimension(title) || is_among(&TEXT, title)
}

/// Whether a name is that of a dimension.
pub(super) fn is_dimension(name: &str) -> bool {
    is_among(&DIMENSIONS, name)
}

fn is_among(known: &[&str], name: &str) -> bool {
    let is = |name: &str| known.contains(&name.to_lowercase().as_str());
    is(stem(name)) || is(name.trim())
}
