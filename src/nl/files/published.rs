//! A table as it was published: its cells, and why some hold no number.

use super::faults::Faults;
use super::grid::RowPlace;
use crate::count::{CellFormat, Count, DisclosureRule};
use crate::error::{Error, ErrorKind, FileProblem, Place, Result};
use crate::nl::stem::column_by_stem;
use crate::nl::{CareForm, Missing, PublishedPeriod, RegionCode};
use crate::table::{Column, Table};
use std::collections::BTreeMap;

/// A table as it was published: its cells, and of each cell without a number why there is none.
///
/// Columns are asked for by their stems, as [`column_by_stem`] finds them.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedTable {
    file: String,
    notes: Vec<String>,
    table: Table,
    /// Of each column, the rows without a number.
    missing: Vec<BTreeMap<usize, Missing>>,
    places: Vec<RowPlace>,
    /// Of each column, its number in the file, from 1.
    numbers: Vec<u64>,
    next_page: Option<String>,
}

impl PublishedTable {
    pub(super) fn new(file: &str, table: Table, missing: Vec<BTreeMap<usize, Missing>>) -> Self {
        PublishedTable {
            file: file.into(),
            notes: vec![],
            table,
            missing,
            places: vec![],
            numbers: vec![],
            next_page: None,
        }
    }

    pub(super) fn placed(self, places: Vec<RowPlace>, numbers: Vec<u64>) -> Self {
        PublishedTable { places, numbers, ..self }
    }

    pub(super) fn noted(self, notes: Vec<String>) -> Self {
        PublishedTable { notes, ..self }
    }

    #[cfg(feature = "json")]
    pub(super) fn continued(self, next_page: Option<String>) -> Self {
        PublishedTable { next_page, ..self }
    }

    /// The file, as the caller named it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Titles above the table, sources and remarks below it, and what its reader did not know.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Where the rows that follow are to be had: services send 10,000 rows at a time. `None` where there are no more.
    pub fn next_page(&self) -> Option<&str> {
        self.next_page.as_deref()
    }

    /// The table: columns of numbers as numbers, codes and labels as text.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The table alone; why cells are missing is lost.
    pub fn into_table(self) -> Table {
        self.table
    }

    /// The name of the column that goes by a stem; fails as [`column_by_stem`] does.
    pub fn column(&self, stem: &str) -> Result<&str> {
        column_by_stem(self.table.names(), stem)
    }

    /// The column that goes by a stem as numbers; fails where it is text that holds none.
    pub fn numbers(&self, stem: &str) -> Result<Vec<Option<f64>>> {
        self.table.numbers(self.column(stem)?)
    }

    /// The column that goes by a stem as codes, blanks around them cut off.
    pub fn codes(&self, stem: &str) -> Result<Vec<Option<String>>> {
        self.table.codes(self.column(stem)?)
    }

    /// The rows of a column that hold no number, each with the reason, in order; none of a column of text.
    pub fn missing(&self, stem: &str) -> Result<impl Iterator<Item = (usize, Missing)> + '_> {
        let at = self.position(stem)?;
        Ok(self.missing[at].iter().map(|(row, reason)| (*row, *reason)))
    }

    /// Why a row of a column holds no number; `None` where it does.
    pub fn why_missing(&self, stem: &str, row: usize) -> Result<Option<Missing>> {
        Ok(self.missing[self.position(stem)?].get(&row).copied())
    }

    /// A column of counts under the rule by which they were published: withheld cells are what the rule says of them,
    /// cells missing for another reason are [`Count::Missing`].
    ///
    /// Fails as [`DisclosureRule::counts`] does.
    ///
    /// ```
    /// # #[cfg(feature = "csv")] {
    /// use nestcount::{count::Count, nl::{self, files::StatLine}};
    /// let text = "\"Wijken\";\"Totaal jongeren\"\n\"WK000101\";\"1.015\"\n\"WK000102\";\".\"\n\"WK000103\";\"\"\n";
    /// let counts = StatLine::new().read("example", text.as_bytes())?.counts("Totaal jongeren", &nl::cbs_2017())?;
    /// assert_eq!(counts, [Count::interval(1013, 1017)?, Count::interval(0, 9)?, Count::Missing]);
    /// # }
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn counts(&self, stem: &str, rule: &DisclosureRule) -> Result<Vec<Count>> {
        let (name, at) = (self.column(stem)?, self.position(stem)?);
        let number = |(row, cell): (usize, Option<f64>)| match (cell, self.missing[at].get(&row)) {
            (Some(number), _) => number.to_string(),
            (None, Some(Missing::Withheld)) => ".".into(),
            (None, _) => String::new(),
        };
        let cells: Vec<String> = self.table.numbers(name)?.into_iter().enumerate().map(number).collect();
        let column = Table::new().with_text(name, cells)?;
        rule.clone().reading(CellFormat::plain())?.counts(&column, name)
    }

    /// A column of periods, by code or by label; fails with every cell that is none.
    pub fn periods(&self, stem: &str) -> Result<Vec<PublishedPeriod>> {
        self.parsed(stem, PublishedPeriod::parse)
    }

    /// A column of forms of care; fails with every cell that is no code of one.
    pub fn care_forms(&self, stem: &str) -> Result<Vec<CareForm>> {
        self.parsed(stem, CareForm::parse)
    }

    /// A column of codes of regions of any kind; fails with every cell that is none.
    pub fn regions(&self, stem: &str) -> Result<Vec<RegionCode>> {
        self.parsed(stem, RegionCode::parse)
    }

    /// The rows whose code in a column is as wanted, in order; a blank cell is the empty code.
    ///
    /// ```
    /// # #[cfg(feature = "csv")] {
    /// use nestcount::nl::{CareForm, files::StatLine};
    /// let text = "Vormen van jeugdzorg;Wijken;Jongeren\nT001203;WK000101;120\nA042503 ;WK000101;95\n";
    /// let all = StatLine::new().read("example", text.as_bytes())?;
    /// let without_stay = all.keep("Vormen van jeugdzorg", |code| code.parse() == Ok(CareForm::WithoutStay))?;
    /// assert_eq!(without_stay.numbers("Jongeren")?, [Some(95.0)]);
    /// # }
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn keep(&self, stem: &str, wanted: impl Fn(&str) -> bool) -> Result<PublishedTable> {
        let codes = self.codes(stem)?;
        let kept = (0..codes.len()).filter(|&row| wanted(codes[row].as_deref().unwrap_or("")));
        Ok(self.select(&kept.collect::<Vec<_>>()))
    }

    /// These rows and below them those of `next`, a further page of the same table.
    ///
    /// Fails where the two have other columns, or a column is text in one of them and numbers in the other.
    pub fn followed_by(mut self, next: PublishedTable) -> Result<PublishedTable> {
        let n = self.table.n_rows();
        let mut table = Table::new();
        for name in self.table.names() {
            let column = match (self.table.column(name)?, next.table.column(name)) {
                (Column::Numbers(one), Ok(Column::Numbers(two))) => {
                    Column::Numbers([&one[..], &two[..]].concat())
                }
                (Column::Text(one), Ok(Column::Text(two))) => Column::Text([&one[..], &two[..]].concat()),
                _ => return Err(pages_differ(name)),
            };
            table = table.with_column(name, column)?;
        }
        if let Some(name) = next.table.names().iter().find(|name| !self.table.has(name)) {
            return Err(pages_differ(name));
        }
        for (name, reasons) in self.table.names().iter().zip(&mut self.missing) {
            let further = &next.missing[next.position(name)?];
            reasons.extend(further.iter().map(|(row, reason)| (row + n, *reason)));
        }
        self.places.extend(next.places);
        let file = format!("{} and {}", self.file, next.file);
        Ok(PublishedTable { file, table, next_page: next.next_page, ..self })
    }

    /// The rows named, in the order named; each once.
    fn select(&self, rows: &[usize]) -> PublishedTable {
        let reasons = |column: &BTreeMap<usize, Missing>| {
            let kept = rows.iter().enumerate();
            kept.filter_map(|(at, row)| Some((at, *column.get(row)?))).collect()
        };
        PublishedTable {
            table: self.table.select(rows),
            missing: self.missing.iter().map(reasons).collect(),
            places: rows.iter().filter_map(|&row| self.places.get(row).cloned()).collect(),
            ..self.clone()
        }
    }

    /// Where a cell of a column, by its position, stands in the file.
    fn cell_place(&self, row: usize, column: usize) -> Place {
        let (number, name) = (self.numbers.get(column).copied().unwrap_or(1), &self.table.names()[column]);
        self.places.get(row).map_or(Place::File, |place| place.cell(number, name))
    }

    fn position(&self, stem: &str) -> Result<usize> {
        let name = self.column(stem)?;
        Ok(self.table.names().iter().position(|known| known == name).unwrap_or_default())
    }

    fn parsed<T>(&self, stem: &str, parse: impl Fn(&str) -> Result<T>) -> Result<Vec<T>> {
        let at = self.position(stem)?;
        let (mut read, mut faults) = (Vec::new(), Faults::default());
        for (row, code) in self.codes(stem)?.into_iter().enumerate() {
            match parse(code.as_deref().unwrap_or("")) {
                Ok(value) => read.push(value),
                Err(error) => faults.add(self.cell_place(row, at), no_code(&error)),
            }
        }
        faults.or(&self.file, read)
    }
}

pub(super) fn no_code(error: &Error) -> FileProblem {
    match error.kind() {
        ErrorKind::InvalidCode { code, expected } => {
            FileProblem::InvalidCode { cell: code.clone(), expected: expected.clone() }
        }
        _ => FileProblem::Unreadable { message: error.to_string() },
    }
}

fn pages_differ(column: &str) -> Error {
    let message =
        format!("the column '{column}' is not in both pages, or is text in one of them; read both alike");
    ErrorKind::Specification { message }.into()
}
