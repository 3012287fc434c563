//! What services send: an object whose `value` is an array of flat objects.

use super::faults::{Faults, fault};
use super::grid::{Cell, RowPlace};
use super::text::{Encoding, Locator};
use crate::error::{FileProblem, Place, Result};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// One object: its place, and its fields in order.
pub(super) struct Record {
    pub(super) place: RowPlace,
    pub(super) fields: Vec<Field>,
}

pub(super) struct Field {
    pub(super) name: String,
    pub(super) cell: Cell,
    pub(super) place: RowPlace,
}

/// The objects under `value`, and the link to those that follow.
pub(super) struct Document {
    pub(super) records: Vec<Record>,
    pub(super) next_page: Option<String>,
}

#[derive(Deserialize)]
struct Envelope<'t> {
    #[serde(borrow)]
    value: Vec<&'t RawValue>,
    #[serde(rename = "odata.nextLink", alias = "@odata.nextLink")]
    next_page: Option<String>,
}

/// Names and values of an object, in order.
struct Fields<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl Document {
    pub(super) fn read(file: &str, bytes: Vec<u8>) -> Result<Self> {
        let text = Encoding::Utf8.decode(file, bytes)?;
        let envelope: Envelope<'_> = serde_json::from_str(&text).map_err(|error| {
            let (line, column) = (error.line().max(1) as u64, error.column().max(1) as u64);
            fault(file, Place::Character { line, column }, unreadable(&error))
        })?;
        let mut reader = Reader { text: &text, locator: Locator::new(&text), faults: Faults::default() };
        let records = envelope.value.iter().map(|raw| reader.record(raw)).collect();
        reader.faults.or(file, Document { records, next_page: envelope.next_page })
    }
}

struct Reader<'t> {
    text: &'t str,
    locator: Locator<'t>,
    faults: Faults,
}

impl<'t> Reader<'t> {
    fn record(&mut self, raw: &'t RawValue) -> Record {
        let place = self.place(raw);
        let fields = match serde_json::from_str(raw.get()) {
            Ok(Fields(fields)) => fields,
            Err(error) => {
                self.faults.add(place.place(), unreadable(&error));
                vec![]
            }
        };
        Record { place, fields: fields.into_iter().map(|(name, raw)| self.field(name, raw)).collect() }
    }

    fn field(&mut self, name: String, raw: &'t RawValue) -> Field {
        let place = self.place(raw);
        let text = raw.get();
        let cell = match text.as_bytes().first() {
            Some(b'"') => serde_json::from_str(text).ok().map(Cell::Text),
            Some(b'n') => Some(Cell::Nothing),
            Some(b'-' | b'0'..=b'9') => serde_json::from_str(text).ok().map(Cell::Number),
            _ => None,
        };
        let cell = cell.unwrap_or_else(|| {
            let expected = format!("a number, a text or null for '{name}'");
            let found = text.chars().take(SHOWN).collect();
            self.faults.add(place.place(), FileProblem::Unexpected { expected, found });
            Cell::Nothing
        });
        Field { name, cell, place }
    }

    /// Where a value begins, which is a part of the text.
    fn place(&mut self, raw: &RawValue) -> RowPlace {
        let position = (raw.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let (line, column) = self.locator.at(position);
        RowPlace::Character { line, column }
    }
}

/// Characters of a value that a message shows.
const SHOWN: usize = 40;

/// What the parser said, less the place, which is told in our own way.
fn unreadable(error: &serde_json::Error) -> FileProblem {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default().to_string();
    FileProblem::Unreadable { message }
}
