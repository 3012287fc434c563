//! Open data of StatLine, version 4: one object an observation.

use super::faults::{Faults, opened, read_all};
use super::grid::{Cell, RowPlace};
use super::json::{Document, Record};
use super::published::PublishedTable;
use crate::error::{FileProblem, Result};
use crate::nl::Missing;
use crate::table::{Column, Table};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;

/// Reads observations of the open data service of StatLine, version 4, and turns them into a table: a row for each
/// area, period and other dimension, a column for each measure.
///
/// The layout: JSON with an array `value` of objects with `Measure`, `Value`, `ValueAttribute`, perhaps `Id` and
/// `StringValue`, and the dimensions. Measures are codes (`M000352`), as columns too unless
/// [named](ODataV4::measure). An observation without a value is missing for the reason in `ValueAttribute`, one that
/// is not there at all without a reason.
///
/// | `ValueAttribute` | read as |
/// |---|---|
/// | `Confidential`, `Secret` | [`Missing::Withheld`] |
/// | `Impossible` | [`Missing::Impossible`] |
/// | `None`, `NotAvailable`, none at all | [`Missing::Unstated`] |
/// | any other word | [`Missing::Unstated`], and a [note](PublishedTable::notes) with the word |
///
/// ```
/// use nestcount::nl::{Missing, files::ODataV4};
/// let text = r#"{"value": [
///     {"Id": 0, "Measure": "M1", "ValueAttribute": "None", "Value": 120.0, "Wijken": "WK000101", "Perioden": "2017JJ00"},
///     {"Id": 1, "Measure": "M2", "ValueAttribute": "Confidential", "Value": null, "Wijken": "WK000101", "Perioden": "2017JJ00"}
/// ]}"#;
/// let read = ODataV4::new().measure("M1", "youths").read("example.json", text.as_bytes())?;
/// assert_eq!(read.table().names(), ["Wijken", "Perioden", "youths", "M2"]);
/// assert_eq!(read.numbers("youths")?, [Some(120.0)]);
/// assert_eq!(read.why_missing("M2", 0)?, Some(Missing::Withheld));
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ODataV4 {
    names: Vec<(String, String)>,
}

const MEASURE: &str = "Measure";
const VALUE: &str = "Value";
const ATTRIBUTE: &str = "ValueAttribute";
const TEXT: &str = "StringValue";
const ID: &str = "Id";

impl ODataV4 {
    /// Measures by their codes.
    pub fn new() -> Self {
        ODataV4::default()
    }

    /// What the column of a measure is called.
    pub fn measure(mut self, code: &str, name: &str) -> Self {
        self.names.push((code.trim().into(), name.into()));
        self
    }

    /// Reads a file; fails as [`ODataV4::read`] does.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<PublishedTable> {
        opened(path.as_ref(), |file, bytes| self.parse(file, bytes))
    }

    /// Reads a source that messages call `file`.
    ///
    /// Fails with [`ErrorKind::File`](crate::ErrorKind::File): on what is no such JSON, observations without a
    /// measure or of other dimensions than the first, values that are neither numbers nor `null`, and observations
    /// that are there twice.
    pub fn read(&self, file: &str, source: impl Read) -> Result<PublishedTable> {
        self.parse(file, read_all(file, source)?)
    }

    fn parse(&self, file: &str, bytes: Vec<u8>) -> Result<PublishedTable> {
        let Document { records, next_page } = Document::read(file, bytes)?;
        let mut wide = Wide::default();
        let mut faults = Faults::default();
        for record in &records {
            if let Err((place, problem)) = wide.add(record) {
                faults.add(place.place(), problem);
            }
        }
        faults.or(file, ())?;
        Ok(self.table(file, wide)?.continued(next_page))
    }

    fn table(&self, file: &str, wide: Wide) -> Result<PublishedTable> {
        let n = wide.keys.len();
        let unknown =
            |word: &String| format!("'{word}' in {ATTRIBUTE} is no reason known here: taken for none");
        let notes = wide.unknown.iter().map(unknown).collect();
        let (mut table, mut missing) = (Table::new(), Vec::new());
        for (at, dimension) in wide.dimensions.iter().enumerate() {
            table = table.with_text(dimension, wide.keys.iter().map(|key| key[at].clone()))?;
            missing.push(BTreeMap::new());
        }
        for (code, observed) in &wide.measures {
            let name = self.names.iter().find(|(known, _)| known == code).map_or(code, |(_, name)| name);
            let text = observed.values().any(|held| matches!(held, Observed::Text(_)));
            let (mut numbers, mut words, mut reasons) =
                (vec![None; n], vec![String::new(); n], BTreeMap::new());
            for row in 0..n {
                match observed.get(&row) {
                    Some(Observed::Number(number)) => {
                        numbers[row] = Some(*number);
                        words[row] = number.to_string();
                    }
                    Some(Observed::Text(word)) => words[row].clone_from(word),
                    Some(Observed::Missing(reason)) => drop(reasons.insert(row, *reason)),
                    None => drop(reasons.insert(row, Missing::Unstated)),
                }
            }
            table = match text {
                true => table.with_text(name, words)?,
                false => table.with_column(name, Column::Numbers(numbers))?,
            };
            missing.push(reasons);
        }
        let numbers = (1..=missing.len() as u64).collect();
        Ok(PublishedTable::new(file, table, missing).placed(wide.places, numbers).noted(notes))
    }
}

enum Observed {
    Number(f64),
    Text(String),
    Missing(Missing),
}

/// Observations by their dimensions and measures, each in the order in which it came up.
#[derive(Default)]
struct Wide {
    dimensions: Vec<String>,
    keys: Vec<Vec<String>>,
    rows: HashMap<Vec<String>, usize>,
    places: Vec<RowPlace>,
    measures: Vec<(String, HashMap<usize, Observed>)>,
    positions: HashMap<String, usize>,
    /// Words met in place of a reason.
    unknown: BTreeSet<String>,
}

impl Wide {
    fn add(&mut self, record: &Record) -> Result<(), (RowPlace, FileProblem)> {
        let refused = |expected: &str, found: String| {
            (record.place.clone(), FileProblem::Unexpected { expected: expected.into(), found })
        };
        let field = |name: &str| record.fields.iter().find(|field| field.name == name);
        let Some(Cell::Text(measure)) = field(MEASURE).map(|field| &field.cell) else {
            return Err(refused("a field 'Measure' with a code", "none".into()));
        };
        let observed = match (field(VALUE), field(TEXT).map(|field| &field.cell)) {
            (_, Some(Cell::Text(text))) => Observed::Text(text.clone()),
            (Some(value), _) => match value.cell {
                Cell::Number(number) => Observed::Number(number),
                Cell::Nothing => Observed::Missing(self.reason(field(ATTRIBUTE).map(|field| &field.cell))),
                Cell::Text(ref text) => {
                    let problem =
                        FileProblem::NotANumber { cell: text.clone(), format: "as numbers of JSON".into() };
                    return Err((value.place.clone(), problem));
                }
            },
            (None, _) => return Err(refused("a field 'Value'", "none".into())),
        };
        let own = [MEASURE, VALUE, ATTRIBUTE, TEXT, ID];
        let mut dimensions: Vec<_> =
            record.fields.iter().filter(|field| !own.contains(&field.name.as_str())).collect();
        if self.keys.is_empty() {
            self.dimensions = dimensions.iter().map(|field| field.name.clone()).collect();
        }
        dimensions.sort_by_key(|field| self.dimensions.iter().position(|known| *known == field.name));
        if !dimensions.iter().map(|field| &field.name).eq(&self.dimensions) {
            let found = dimensions.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
            return Err(refused(&format!("the dimensions {}", self.dimensions.join(", ")), found));
        }
        let key: Vec<String> = dimensions.iter().map(|field| field.cell.text()).collect();
        let row = self.row(key, &record.place);
        self.observe(measure.trim(), row, observed).map_err(|problem| (record.place.clone(), problem))
    }

    fn row(&mut self, key: Vec<String>, place: &RowPlace) -> usize {
        match self.rows.get(&key) {
            Some(&row) => row,
            None => {
                self.keys.push(key.clone());
                self.places.push(place.clone());
                self.rows.insert(key, self.keys.len() - 1);
                self.keys.len() - 1
            }
        }
    }

    fn observe(&mut self, measure: &str, row: usize, observed: Observed) -> Result<(), FileProblem> {
        let at = *self.positions.entry(measure.into()).or_insert(self.measures.len());
        if at == self.measures.len() {
            self.measures.push((measure.into(), HashMap::new()));
        }
        match self.measures[at].1.insert(row, observed) {
            None => Ok(()),
            Some(_) => {
                let key = format!("the observation of {measure} for {}", self.keys[row].join(", "));
                Err(FileProblem::Repeated { key })
            }
        }
    }

    /// Why an observation has no value.
    fn reason(&mut self, attribute: Option<&Cell>) -> Missing {
        let Some(Cell::Text(word)) = attribute else { return Missing::Unstated };
        match word.trim().to_ascii_lowercase().as_str() {
            "impossible" => Missing::Impossible,
            "confidential" | "secret" => Missing::Withheld,
            "none" | "notavailable" => Missing::Unstated,
            _ => {
                self.unknown.insert(word.trim().into());
                Missing::Unstated
            }
        }
    }
}
