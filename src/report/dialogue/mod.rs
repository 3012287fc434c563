//! A sheet for a dialogue session as text: Markdown or HTML, English or Dutch.

mod block;
mod content;

use super::language::Language;
use super::markup;
use crate::infer::Confidence;
use crate::second_stage::DialogueSheet;
use block::STYLE;
use std::collections::HashMap;

/// How sheets are worded: the language, and names in the place of codes and columns.
#[derive(Debug, Clone)]
pub struct SheetWords {
    language: Language,
    names: HashMap<String, String>,
    confidence: Confidence,
    about: String,
}

impl SheetWords {
    /// Codes and columns as they are, intervals of 95 %.
    pub fn new(language: Language) -> Self {
        SheetWords { language, names: HashMap::new(), confidence: Confidence::P95, about: String::new() }
    }

    /// A name in the place of a code or a column.
    pub fn naming(mut self, code: &str, name: &str) -> Self {
        self.names.insert(code.into(), name.into());
        self
    }

    /// Intervals of another confidence.
    pub fn confidence(self, confidence: Confidence) -> Self {
        SheetWords { confidence, ..self }
    }

    /// A line on every sheet: source, year, and whether the figures are about real places.
    pub fn about(self, about: &str) -> Self {
        SheetWords { about: about.into(), ..self }
    }

    fn name(&self, code: &str) -> String {
        self.names.get(code).cloned().unwrap_or_else(|| code.to_string())
    }

    /// The finest area of a path, and in brackets the one around it.
    fn place(&self, path: &[String]) -> String {
        let mut names = path.iter().rev().map(|code| self.name(code));
        let own = names.next().unwrap_or_default();
        names.next().map_or(own.clone(), |around| format!("{own} ({around})"))
    }

    /// One of two wordings.
    fn say(&self, english: &'static str, dutch: &'static str) -> &'static str {
        match self.language {
            Language::English => english,
            Language::Dutch => dutch,
        }
    }

    fn number(&self, value: f64, decimals: usize) -> String {
        self.language.numbers().write(value, decimals)
    }

    fn percent(&self, value: f64) -> String {
        format!("{} %", self.number(100.0 * value, 1))
    }
}

impl DialogueSheet {
    /// The sheet as Markdown.
    ///
    /// Rates are in percent of the exposure. A withheld count stands with its bounds. Names from elsewhere are written as
    /// text: marks that Markdown reads are escaped.
    pub fn markdown(&self, words: &SheetWords) -> String {
        let mut text = String::new();
        self.blocks(words).iter().for_each(|block| block.markdown(&mut text));
        text
    }

    /// The sheet as a page of HTML by itself.
    pub fn html(&self, words: &SheetWords) -> String {
        let language = words.say("en", "nl");
        let title = markup(&words.place(&self.path));
        let mut text = format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title>\n<style>{STYLE}</style></head>\n<body>\n"
        );
        self.blocks(words).iter().for_each(|block| block.html(&mut text));
        text.push_str("</body></html>\n");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count::Interval;
    use crate::expected::{Actual, Comparison, CountPrediction, Expected};
    use crate::second_stage::{Driver, Neighbour};

    fn sheet(actual: Actual) -> DialogueSheet {
        let comparison = Comparison {
            actual,
            expected: Expected { count: 1210.4, std_error: 20.0, exposure: 15000.0 },
            predicted: CountPrediction { mean: 1210.4, sd: 150.0 },
        };
        DialogueSheet {
            row: 3,
            path: vec!["GM0001".into(), "WK000103".into()],
            comparison,
            drivers: vec![Driver { determinant: "eenouder".into(), ratio: 1.234 }],
            local: vec![Driver { determinant: "cohesie".into(), ratio: 0.95 }],
            neighbours: vec![Neighbour {
                path: vec!["GM0002".into(), "WK<2>".into()],
                distance: 0.3,
                comparison,
            }],
        }
    }

    #[test]
    fn each_language_has_its_words_and_its_marks() {
        let sheet = sheet(Actual::Observed(1300.0));
        let dutch = sheet.markdown(&SheetWords::new(Language::Dutch).naming("WK000103", "Zuid"));
        assert!(dutch.starts_with("# Zuid (GM0001)"), "{dutch}");
        for part in ["| feitelijk | 1.300 | 8,7 % |", "| eenouder | × 1,23 |", "+89,6", "geen oordeel"] {
            assert!(dutch.contains(part), "{part}: {dutch}");
        }
        let english = sheet.markdown(&SheetWords::new(Language::English));
        for part in ["| actual | 1,300 | 8.7 % |", "| cohesie | × 0.95 |", "no verdict"] {
            assert!(english.contains(part), "{part}: {english}");
        }
    }

    #[test]
    fn a_withheld_count_is_never_a_number() {
        let withheld = sheet(Actual::Bounded(Interval::at_least(2)));
        let text = withheld.markdown(&SheetWords::new(Language::English));
        assert!(text.contains("≥ 2 (withheld)"), "{text}");
    }

    #[test]
    fn names_are_text_and_no_markup() {
        let words = SheetWords::new(Language::English).naming("WK000103", "<b>a|b</b>");
        let sheet = sheet(Actual::Observed(3.0));
        assert!(!sheet.html(&words).contains("<b>"));
        assert!(sheet.html(&words).contains("WK&lt;2&gt;"));
        assert!(sheet.markdown(&words).contains("\\<b\\>a\\|b"));
    }
}
