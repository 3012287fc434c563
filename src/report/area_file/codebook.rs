//! What each column of a file holds, written from the file itself.

use super::{AreaColumn, Description};
use crate::report::{Absence, Language, Sheet, Values};
use std::collections::BTreeMap;
use std::fmt::Write;

/// One entry for each column of a file, in its order.
#[derive(Debug, Clone, PartialEq)]
pub struct Codebook {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    description: Description,
    kind: Kind,
    filled: usize,
    /// Each reason for an empty cell, with the number of such cells.
    empty: BTreeMap<Absence, usize>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Number,
    Whole,
}

impl Codebook {
    pub(super) fn of(columns: &[AreaColumn]) -> Self {
        Codebook { entries: columns.iter().map(Entry::of).collect() }
    }

    /// The codebook as a sheet: `variable, type, label, label_nl, scale, unit, conditional_on, source, n, empty,
    /// empty_nl`; `n` is the number of cells that hold something.
    pub fn sheet(&self) -> Sheet {
        let text = |of: fn(&Entry) -> String| Values::text(self.entries.iter().map(of));
        Sheet::of([
            ("variable", text(|entry| entry.description.name.clone())),
            ("type", text(|entry| entry.kind.words(Language::English).into())),
            ("label", text(|entry| entry.description.english.clone())),
            ("label_nl", text(|entry| entry.description.dutch.clone())),
            ("scale", text(|entry| entry.description.scale.words(Language::English).into())),
            ("unit", text(|entry| entry.description.unit.clone())),
            ("conditional_on", text(|entry| entry.description.given.clone())),
            ("source", text(|entry| entry.description.source.clone())),
            ("n", Values::wholes(self.entries.iter().map(|entry| entry.filled as u64))),
            ("empty", text(|entry| entry.reasons(Language::English))),
            ("empty_nl", text(|entry| entry.reasons(Language::Dutch))),
        ])
    }

    /// The codebook as a Markdown table.
    pub fn to_markdown(&self, language: Language) -> String {
        let heads = match language {
            Language::English => [
                "variable",
                "what it holds",
                "type",
                "scale",
                "unit",
                "conditional on",
                "source",
                "empty where",
            ],
            Language::Dutch => {
                ["variabele", "inhoud", "soort", "schaal", "eenheid", "gegeven", "bron", "leeg waar"]
            }
        };
        let mut text = markdown_row(heads.map(String::from));
        text.push_str(&"|---".repeat(heads.len()));
        text.push_str("|\n");
        self.entries.iter().for_each(|entry| text.push_str(&entry.markdown(language)));
        text
    }
}

impl Entry {
    fn of(column: &AreaColumn) -> Self {
        let values = column.values();
        let mut empty = BTreeMap::new();
        let absences = (0..values.len()).filter_map(|row| values.absence(row));
        absences.for_each(|absence| *empty.entry(absence).or_insert(0) += 1);
        let kind = match values {
            Values::Text(_) => Kind::Text,
            Values::Numbers(_) => Kind::Number,
            Values::Wholes(_) => Kind::Whole,
        };
        let filled = values.len() - empty.values().sum::<usize>();
        Entry { description: column.description().clone(), kind, filled, empty }
    }

    fn reasons(&self, language: Language) -> String {
        let mut text = String::new();
        for (absence, n) in &self.empty {
            let between = if text.is_empty() { "" } else { "; " };
            // Writing to a text cannot fail.
            let _ = write!(text, "{between}{} ({n})", absence.words(language));
        }
        text
    }

    fn markdown(&self, language: Language) -> String {
        let Description { name, english, dutch, scale, unit, given, source } = &self.description;
        let label = match language {
            Language::English => english,
            Language::Dutch => dutch,
        };
        markdown_row([
            format!("`{name}`"),
            label.clone(),
            self.kind.words(language).into(),
            scale.words(language).into(),
            unit.clone(),
            given.clone(),
            source.clone(),
            self.reasons(language),
        ])
    }
}

impl Kind {
    fn words(self, language: Language) -> &'static str {
        match (self, language) {
            (Kind::Text, Language::English) => "text",
            (Kind::Text, Language::Dutch) => "tekst",
            (Kind::Number, Language::English) => "number",
            (Kind::Number, Language::Dutch) => "getal",
            (Kind::Whole, Language::English) => "whole number",
            (Kind::Whole, Language::Dutch) => "geheel getal",
        }
    }
}

fn markdown_row(cells: [String; 8]) -> String {
    let cells = cells.map(|cell| cell.replace('|', "\\|").replace(['\n', '\r'], " "));
    format!("| {} |\n", cells.join(" | "))
}
