//! Names of columns over several lines.

use super::layout::is_dimension;
use super::text::Record;
use crate::nl::NumberStyle;

/// What stands between the parts of a name.
const BETWEEN: &str = "|";

/// The names above the rows of a StatLine table.
pub(super) struct Heading {
    /// One name a column, at the place of the first line.
    pub(super) names: Record,
    /// Of names over several lines, the columns of labels: they are text, whatever they are called.
    pub(super) labels: Vec<String>,
}

impl Heading {
    /// Takes the lines of names off the rows; there is one at least.
    pub(super) fn take(rows: &mut Vec<Record>) -> Self {
        let lines =
            rows.iter().skip(1).take_while(|line| rows.first().is_some_and(|first| belongs(first, line)));
        let n_lines = 1 + lines.count();
        let mut lines: Vec<Record> = rows.drain(..n_lines.min(rows.len())).collect();
        if lines.len() == 1 {
            return Heading { names: lines.remove(0), labels: vec![] };
        }
        let named = |line: &Record| line.cells.iter().take_while(|cell| is_dimension(cell)).count();
        let n_labels = lines.first().map_or(0, n_labels).max(lines.last().map_or(0, named));
        let width = lines.first().map_or(0, |first| first.cells.len());
        let name = |at: usize| {
            let mut parts: Vec<&str> =
                lines.iter().filter_map(|line| line.cells.get(at)).map(|c| c.trim()).collect();
            parts.retain(|part| !part.is_empty());
            parts.dedup();
            match at < n_labels {
                true => parts.last().copied().unwrap_or_default().to_string(),
                false => parts.join(BETWEEN),
            }
        };
        let cells: Vec<String> = (0..width).map(name).collect();
        let labels = cells.iter().take(n_labels).filter(|name| !name.is_empty()).cloned().collect();
        let line = lines.first().map_or(1, |first| first.line);
        Heading { names: Record { line, cells }, labels }
    }
}

/// Leading cells that are blank or name a dimension: what stands below them labels the rows.
fn n_labels(line: &Record) -> usize {
    line.cells.iter().take_while(|cell| cell.trim().is_empty() || is_dimension(cell)).count()
}

/// Whether a line is one of names, as the first is.
fn belongs(first: &Record, line: &Record) -> bool {
    let n_labels = n_labels(first).max(1);
    let (labels, others) = line.cells.split_at(n_labels.min(line.cells.len()));
    let names_dimension = line.cells.iter().take(n_labels + 1).any(|cell| is_dimension(cell));
    let unlabelled = labels.iter().all(|cell| cell.trim().is_empty());
    let words = others.iter().any(|cell| !cell.trim().is_empty()) && others.iter().all(|cell| is_word(cell));
    first.cells.len() == line.cells.len() && (names_dimension || (unlabelled && words))
}

/// Whether a cell holds neither a number nor the mark of a missing one.
fn is_word(cell: &str) -> bool {
    let cell = cell.trim();
    !matches!(cell, "." | "x" | "X" | "-")
        && NumberStyle::Dutch.read(cell).or(NumberStyle::Point.read(cell)).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names, how many of them are labels, and how many rows are left.
    fn taken(text: &str) -> (String, usize, usize) {
        let line =
            |(line, text): (u64, &str)| Record { line, cells: text.split(';').map(String::from).collect() };
        let mut rows: Vec<Record> = (1..).zip(text.lines()).map(line).collect();
        let heading = Heading::take(&mut rows);
        (heading.names.cells.join(";"), heading.labels.len(), rows.len())
    }

    #[test]
    fn one_line_of_names_stays_as_it_is() {
        for rows in
            ["2017;GM0001;1", "2017;GM0001;", ";GM0001;.", ";;5", ";;", ";;x", "2017;GM0001;aantal", ";a"]
        {
            let text = format!("Perioden;Wijken;n\n{rows}");
            assert_eq!(taken(&text), ("Perioden;Wijken;n".into(), 0, 1), "{rows}");
        }
        assert_eq!(taken("a;b\nJeugdzorg;1"), ("a;b".into(), 0, 1));
    }

    #[test]
    fn a_line_of_units_is_part_of_the_names() {
        assert_eq!(
            taken("Perioden;Wijken;Jongeren;Aandeel\n;;aantal;%\n2017;WK000101;5;0,4"),
            ("Perioden;Wijken;Jongeren|aantal;Aandeel|%".into(), 2, 1)
        );
    }

    #[test]
    fn groups_topics_and_units_are_joined_and_what_repeats_stands_once() {
        let text = "Onderwerpen;Bevolking;Bevolking;Zorg\nOnderwerpen;Jong;Oud;Zorg\nPerioden;aantal;aantal;%\n1950;1;2;3";
        assert_eq!(taken(text), ("Perioden;Bevolking|Jong|aantal;Bevolking|Oud|aantal;Zorg|%".into(), 1, 1));
        let years =
            ";Geslacht;Mannen;Mannen\n;Leeftijd;0 jaar;0 jaar\nOnderwerp;Perioden;2000;2001\nZorg;aantal;5;6";
        assert_eq!(taken(years), ("Onderwerp;Perioden;Mannen|0 jaar|2000;Mannen|0 jaar|2001".into(), 2, 1));
        let regions = "Onderwerpen_1;Onderwerpen_1;Zorg;Zorg\nPerioden;Perioden;2016;2017\nVorm;Regio's;aantal;aantal\na;b;1;2";
        assert_eq!(taken(regions), ("Vorm;Regio's;Zorg|2016|aantal;Zorg|2017|aantal".into(), 2, 1));
    }
}
