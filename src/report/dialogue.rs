//! A sheet for a dialogue session as text: Markdown or HTML, English or Dutch.

use super::language::Language;
use crate::expected::{Actual, Difference, Gap};
use crate::infer::Confidence;
use crate::second_stage::{DialogueSheet, Driver};
use std::collections::HashMap;
use std::fmt::Write;

/// How sheets are worded: the language, and names in the place of codes and columns.
#[derive(Debug, Clone)]
pub struct SheetWords {
    language: Language,
    names: HashMap<String, String>,
    confidence: Confidence,
    about: String,
}

/// A piece of a sheet.
enum Block {
    Title(String),
    Heading(&'static str),
    Text(String),
    /// A first row of headings, and cells; the first column is text, the others numbers.
    Table(Vec<Vec<String>>),
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
        for block in self.blocks(words) {
            markdown(&block, &mut text);
        }
        text
    }

    /// The sheet as a page of HTML by itself.
    pub fn html(&self, words: &SheetWords) -> String {
        let language = words.say("en", "nl");
        let title = markup(&self.title(words));
        let mut text = format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title>\n<style>{STYLE}</style></head>\n<body>\n"
        );
        for block in self.blocks(words) {
            html(&block, &mut text);
        }
        text.push_str("</body></html>\n");
        text
    }

    fn title(&self, words: &SheetWords) -> String {
        let mut names = self.path.iter().rev().map(|code| words.name(code));
        let own = names.next().unwrap_or_default();
        match names.next() {
            Some(around) => format!("{own} ({around})"),
            None => own,
        }
    }

    fn blocks(&self, words: &SheetWords) -> Vec<Block> {
        let mut blocks = vec![Block::Title(self.title(words))];
        if !words.about.is_empty() {
            blocks.push(Block::Text(words.about.clone()));
        }
        blocks.push(self.figures(words));
        blocks.push(Block::Heading(words.say("What drives the expectation", "Wat de verwachting bepaalt")));
        blocks.push(Block::Text(
            words
                .say(
                    "The rate beside that of a neighbourhood with the national mean of the determinant.",
                    "Het gebruik ten opzichte van een wijk met het landelijk gemiddelde van het kenmerk.",
                )
                .into(),
        ));
        blocks.push(drivers(&self.drivers, words));
        if !self.local.is_empty() {
            blocks.push(Block::Heading(words.say("Known only in the region", "Alleen in de regio bekend")));
            blocks.push(Block::Text(
                words
                    .say(
                        "The rate beside that of a neighbourhood with the mean of the region; not in the expectation above.",
                        "Het gebruik ten opzichte van een wijk met het gemiddelde van de regio; zit niet in de verwachting hierboven.",
                    )
                    .into(),
            ));
            blocks.push(drivers(&self.local, words));
        }
        blocks.push(Block::Heading(
            words.say("Neighbourhoods of the same profile", "Wijken met hetzelfde profiel"),
        ));
        blocks.push(self.alike(words));
        blocks.push(Block::Text(
            words
                .say(
                    "A difference says that something is at work that the model does not know. It is no verdict on the neighbourhood, its professionals or its policy, and no forecast.",
                    "Een verschil zegt dat er iets speelt dat het model niet kent. Het is geen oordeel over de wijk, de professionals of het beleid, en geen voorspelling.",
                )
                .into(),
        ));
        blocks
    }

    fn figures(&self, words: &SheetWords) -> Block {
        let comparison = &self.comparison;
        let expected = &comparison.expected;
        let interval = expected.interval(words.confidence);
        let counts = comparison.predicted.interval(words.confidence);
        let exposure = expected.exposure;
        let mut rows = vec![
            vec![String::new(), words.say("count", "aantal").into(), words.say("rate", "gebruik").into()],
            vec![
                words.say("actual", "feitelijk").into(),
                actual(comparison.actual, words, 1.0, |x| words.number(x, 0)),
                actual(comparison.actual, words, exposure, |x| words.percent(x)),
            ],
            vec![
                words.say("expected", "verwacht").into(),
                words.number(expected.count, 1),
                words.percent(expected.rate()),
            ],
            vec![
                format!("{}, {}", words.say("expected, interval", "verwacht, interval"), words.confidence),
                span(words.number(interval.low, 1), words.number(interval.high, 1), words),
                span(words.percent(interval.low / exposure), words.percent(interval.high / exposure), words),
            ],
            vec![
                format!(
                    "{}, {}",
                    words.say("a count in such a neighbourhood", "een aantal in zo'n wijk"),
                    words.confidence
                ),
                span(words.number(counts.low as f64, 0), words.number(counts.high as f64, 0), words),
                span(
                    words.percent(counts.low as f64 / exposure),
                    words.percent(counts.high as f64 / exposure),
                    words,
                ),
            ],
        ];
        let by_count = |gap: &Gap| words.language.numbers().write_signed(gap.count(), 1);
        let by_rate = |gap: &Gap| words.language.numbers().write_signed(gap.points(), 1);
        let difference = comparison.difference();
        rows.push(vec![
            words.say("actual − expected, points", "feitelijk − verwacht, punten").into(),
            gaps(&difference, words, by_count),
            gaps(&difference, words, by_rate),
        ]);
        Block::Table(rows)
    }

    fn alike(&self, words: &SheetWords) -> Block {
        let mut rows = vec![vec![
            words.say("neighbourhood", "wijk").into(),
            words.say("unlike by (sd)", "verschil in profiel (sd)").into(),
            words.say("actual", "feitelijk").into(),
            words.say("expected", "verwacht").into(),
        ]];
        for neighbour in &self.neighbours {
            let exposure = neighbour.comparison.expected.exposure;
            let mut names = neighbour.path.iter().rev().map(|code| words.name(code));
            let own = names.next().unwrap_or_default();
            rows.push(vec![
                names.next().map_or(own.clone(), |around| format!("{own} ({around})")),
                words.number(neighbour.distance, 2),
                actual(neighbour.comparison.actual, words, exposure, |x| words.percent(x)),
                words.percent(neighbour.comparison.expected.rate()),
            ]);
        }
        Block::Table(rows)
    }
}

fn drivers(all: &[Driver], words: &SheetWords) -> Block {
    let head = vec![words.say("determinant", "kenmerk").into(), words.say("rate ratio", "verhouding").into()];
    let rows = all
        .iter()
        .map(|driver| vec![words.name(&driver.determinant), format!("× {}", words.number(driver.ratio, 2))]);
    Block::Table(std::iter::once(head).chain(rows).collect())
}

fn actual(count: Actual, words: &SheetWords, per: f64, write: impl Fn(f64) -> String) -> String {
    match count {
        Actual::Observed(count) => write(count / per),
        Actual::Bounded(_) => {
            let low = write(count.low() / per);
            let known = match count.high() {
                Some(high) => span(low, write(high / per), words),
                None => format!("≥ {low}"),
            };
            format!("{known} ({})", words.say("withheld", "niet gepubliceerd"))
        }
    }
}

fn gaps(difference: &Difference, words: &SheetWords, write: impl Fn(&Gap) -> String) -> String {
    match difference {
        Difference::Observed(gap) => write(gap),
        Difference::Bounded { low, high: Some(high) } => span(write(low), write(high), words),
        Difference::Bounded { low, high: None } => format!("≥ {}", write(low)),
    }
}

fn span(low: String, high: String, words: &SheetWords) -> String {
    format!("{low} {} {high}", words.say("to", "tot"))
}

fn markdown(block: &Block, text: &mut String) {
    // writing to a string cannot fail
    let _ = match block {
        Block::Title(title) => writeln!(text, "# {}\n", plain(title)),
        Block::Heading(heading) => writeln!(text, "## {heading}\n"),
        Block::Text(line) => writeln!(text, "{}\n", plain(line)),
        Block::Table(rows) => {
            for (at, row) in rows.iter().enumerate() {
                let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
                let _ = writeln!(text, "| {} |", cells.join(" | "));
                if at == 0 {
                    let _ = writeln!(text, "|---|{}", "---:|".repeat(row.len().saturating_sub(1)));
                }
            }
            writeln!(text)
        }
    };
}

/// Text that Markdown takes as it is.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '&' => escaped.extend(['\\', c]),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

fn html(block: &Block, text: &mut String) {
    let _ = match block {
        Block::Title(title) => writeln!(text, "<h1>{}</h1>", markup(title)),
        Block::Heading(heading) => writeln!(text, "<h2>{}</h2>", markup(heading)),
        Block::Text(line) => writeln!(text, "<p>{}</p>", markup(line)),
        Block::Table(rows) => {
            text.push_str("<table>\n");
            for (at, row) in rows.iter().enumerate() {
                let tag = if at == 0 { "th" } else { "td" };
                let cells = row.iter().map(|cell| format!("<{tag}>{}</{tag}>", markup(cell)));
                let _ = writeln!(text, "<tr>{}</tr>", cells.collect::<String>());
            }
            writeln!(text, "</table>")
        }
    };
}

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}\
table{border-collapse:collapse;margin:1em 0}th,td{padding:.2em .8em;border-bottom:1px solid #ccc;text-align:right}\
th:first-child,td:first-child{text-align:left}@media print{body{margin:0}}";

/// Text that HTML takes as it is.
fn markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count::Interval;
    use crate::expected::{Comparison, CountPrediction, Expected};
    use crate::second_stage::Neighbour;

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
