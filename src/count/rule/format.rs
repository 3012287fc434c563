//! How cells are written: numbers, marks and blanks.

use crate::count::observed::{LARGEST, whole};
use crate::error::{CellProblem, ErrorKind, Result};

/// How a file writes numbers, withheld cells and missing ones.
///
/// | cell | [`CellFormat::plain`] | [`CellFormat::dutch`] |
/// |---|---|---|
/// | `.`, `x`, `X`, `*` | withheld | withheld |
/// | blank | missing, or withheld if [`CellFormat::blanks`] says so | the same |
/// | `NA` | missing | missing |
/// | `16829`, `0` | the number | the number |
/// | `120.0`, `1e3` | the number, if whole | refused |
/// | `16.829` | refused: thousands or decimals? | 16829 |
/// | `120*`, `120**` | refused | 120, a provisional figure |
/// | anything else, `-` and `NaN` too | refused, unless named as a mark | the same |
///
/// Blanks around a cell are cut off. A column of numbers is read by its numbers, whatever the format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFormat {
    numbers: Numbers,
    blanks: Blanks,
    withheld: Vec<String>,
    missing: Vec<String>,
}

/// What a blank cell stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blanks {
    /// Nothing is known.
    Missing,
    /// The count was withheld.
    Withheld,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numbers {
    Plain,
    Dutch,
}

/// What a cell holds, before the rule says what that means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    Number(u64),
    Withheld,
    Missing,
    Blank,
}

const WITHHELD_MARKS: [&str; 4] = [".", "x", "X", "*"];
const MISSING_MARK: &str = "NA";

impl CellFormat {
    /// Numbers as most programs write them; a blank cell is missing.
    pub fn plain() -> Self {
        CellFormat { numbers: Numbers::Plain, blanks: Blanks::Missing, withheld: vec![], missing: vec![] }
    }

    /// Numbers as Dutch publications write them, with points between thousands and stars at provisional figures.
    pub fn dutch() -> Self {
        CellFormat { numbers: Numbers::Dutch, ..CellFormat::plain() }
    }

    /// What a blank cell stands for; `NA` stays missing.
    pub fn blanks(self, blanks: Blanks) -> Self {
        CellFormat { blanks, ..self }
    }

    /// Another mark of withheld cells, such as `-99997`.
    pub fn withheld_mark(mut self, mark: &str) -> Self {
        self.withheld.push(mark.trim().into());
        self
    }

    /// Another mark of missing cells, such as `NaN`.
    pub fn missing_mark(mut self, mark: &str) -> Self {
        self.missing.push(mark.trim().into());
        self
    }

    /// What a blank cell holds.
    pub(super) fn blank(&self) -> Blanks {
        self.blanks
    }

    pub(super) fn check(&self, something_withheld: bool) -> Result<()> {
        let mut problems = Vec::new();
        if self.blanks == Blanks::Withheld && !something_withheld {
            problems.push("blanks cannot be withheld cells under a rule that withholds nothing".to_string());
        }
        for mark in self.withheld.iter().chain(&self.missing) {
            if mark.is_empty() || matches!(self.number(mark), Ok(_) | Err(CellProblem::AmbiguousPoint)) {
                problems.push(format!("'{mark}' cannot be a mark: it is blank or a number"));
            }
        }
        let is_missing = |mark: &&String| self.missing.contains(mark) || *mark == MISSING_MARK;
        let both = self.withheld.iter().filter(is_missing);
        let usual = self.missing.iter().filter(|mark| WITHHELD_MARKS.contains(&mark.as_str()));
        let clashes = both.chain(usual);
        problems.extend(clashes.map(|mark| format!("'{mark}' cannot mark withheld and missing cells alike")));
        match problems.is_empty() {
            true => Ok(()),
            false => Err(ErrorKind::Specification { message: problems.join("; ") }.into()),
        }
    }

    /// What a cell of text holds.
    pub(super) fn text(&self, cell: &str) -> Result<Cell, CellProblem> {
        let cell = cell.trim();
        match cell.is_empty() {
            true => Ok(Cell::Blank),
            false => self.mark(cell).map_or_else(|| self.number(cell).map(Cell::Number), Ok),
        }
    }

    /// What a cell of numbers holds.
    pub(super) fn numeric(&self, cell: Option<f64>) -> Result<Cell, CellProblem> {
        match cell {
            None => Ok(Cell::Blank),
            Some(x) => match whole(x) {
                Some(count) => Ok(Cell::Number(count)),
                None => self.mark(&x.to_string()).ok_or(CellProblem::NotWhole),
            },
        }
    }

    fn mark(&self, cell: &str) -> Option<Cell> {
        let among = |marks: &[String]| marks.iter().any(|mark| mark == cell);
        if WITHHELD_MARKS.contains(&cell) || among(&self.withheld) {
            Some(Cell::Withheld)
        } else {
            (cell == MISSING_MARK || among(&self.missing)).then_some(Cell::Missing)
        }
    }

    fn number(&self, cell: &str) -> Result<u64, CellProblem> {
        match self.numbers {
            Numbers::Plain => plain_number(cell),
            Numbers::Dutch => dutch_number(cell),
        }
    }
}

fn plain_number(cell: &str) -> Result<u64, CellProblem> {
    match digits_of_thousands(cell) {
        Some(_) => Err(CellProblem::AmbiguousPoint),
        None if is_digits(cell) => digits(cell),
        None => match cell.parse::<f64>() {
            Ok(x) if !x.is_nan() => whole(x).ok_or(CellProblem::NotWhole),
            _ => Err(CellProblem::UnknownSymbol),
        },
    }
}

fn dutch_number(cell: &str) -> Result<u64, CellProblem> {
    let figure = cell.strip_suffix("**").or(cell.strip_suffix('*')).unwrap_or(cell).trim_end();
    match digits_of_thousands(figure) {
        Some(figure) => digits(&figure),
        None if is_digits(figure) => digits(figure),
        None => match figure.replace(',', ".").parse::<f64>() {
            Ok(x) if x.is_finite() => Err(CellProblem::NotWhole),
            _ => Err(CellProblem::UnknownSymbol),
        },
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn digits(text: &str) -> Result<u64, CellProblem> {
    text.parse().ok().filter(|&count| count <= LARGEST).ok_or(CellProblem::NotWhole)
}

/// The digits of a number whose points stand before groups of three; `None` for any other text.
fn digits_of_thousands(cell: &str) -> Option<String> {
    let (first, rest) = cell.split_once('.')?;
    let grouped = first.len() <= 3
        && is_digits(first)
        && !first.starts_with('0')
        && rest.split('.').all(|group| group.len() == 3 && is_digits(group));
    grouped.then(|| cell.replace('.', ""))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use Cell::{Blank, Missing, Number, Withheld};
    use CellProblem::{AmbiguousPoint, NotWhole, UnknownSymbol};

    #[test]
    fn every_way_to_write_a_cell_is_read_or_refused() {
        let both = |cell| (Ok(cell), Ok(cell));
        let cases = [
            (".", both(Withheld)),
            (" x ", both(Withheld)),
            ("X", both(Withheld)),
            ("*", both(Withheld)),
            ("", both(Blank)),
            (" \u{a0}", both(Blank)),
            ("NA", both(Missing)),
            ("0", both(Number(0))),
            (" 16829 ", both(Number(16829))),
            ("9007199254740992", both(Number(1 << 53))),
            ("9007199254740993", (Err(NotWhole), Err(NotWhole))),
            ("16.829", (Err(AmbiguousPoint), Ok(Number(16_829)))),
            ("16.000", (Err(AmbiguousPoint), Ok(Number(16_000)))),
            ("16.829.290", (Err(AmbiguousPoint), Ok(Number(16_829_290)))),
            ("12.5", (Err(NotWhole), Err(NotWhole))),
            ("0.125", (Err(NotWhole), Err(NotWhole))),
            ("1234.567", (Err(NotWhole), Err(NotWhole))),
            ("1.23.456", (Err(UnknownSymbol), Err(UnknownSymbol))),
            ("120.0", (Ok(Number(120)), Err(NotWhole))),
            ("1e+05", (Ok(Number(100_000)), Err(NotWhole))),
            ("29,5", (Err(UnknownSymbol), Err(NotWhole))),
            ("0,0", (Err(UnknownSymbol), Err(NotWhole))),
            ("120*", (Err(UnknownSymbol), Ok(Number(120)))),
            ("1.120 **", (Err(UnknownSymbol), Ok(Number(1120)))),
            ("**", (Err(UnknownSymbol), Err(UnknownSymbol))),
            ("-5", (Err(NotWhole), Err(NotWhole))),
            ("-", (Err(UnknownSymbol), Err(UnknownSymbol))),
            ("NaN", (Err(UnknownSymbol), Err(UnknownSymbol))),
            ("inf", (Err(NotWhole), Err(UnknownSymbol))),
            ("<10", (Err(UnknownSymbol), Err(UnknownSymbol))),
        ];
        for (cell, (plain, dutch)) in cases {
            assert_eq!(CellFormat::plain().text(cell), plain, "'{cell}' in plain numbers");
            assert_eq!(CellFormat::dutch().text(cell), dutch, "'{cell}' in Dutch numbers");
        }
    }

    #[test]
    fn a_column_of_numbers_is_never_taken_for_text_with_thousands() {
        let format = CellFormat::dutch().withheld_mark("-99997").missing_mark("NaN");
        assert_eq!(format.numeric(Some(12.345)), Err(NotWhole));
        assert_eq!(format.numeric(Some(-1.0)), Err(NotWhole));
        assert_eq!(format.numeric(Some(f64::INFINITY)), Err(NotWhole));
        assert_eq!(format.numeric(Some(120.0)), Ok(Number(120)));
        assert_eq!(format.numeric(Some(-99997.0)), Ok(Withheld));
        assert_eq!(format.numeric(Some(f64::NAN)), Ok(Missing));
        assert_eq!(format.numeric(None), Ok(Blank));
    }

    #[test]
    fn a_format_that_contradicts_itself_is_refused() {
        let plain = CellFormat::plain;
        assert!(plain().withheld_mark("-99997").missing_mark("NaN").check(true).is_ok());
        let refused = [
            plain().withheld_mark("0"),
            plain().missing_mark(" "),
            plain().withheld_mark("1.000"),
            plain().withheld_mark("-").missing_mark("-"),
            plain().withheld_mark("NA"),
            plain().missing_mark("."),
        ];
        for format in refused {
            assert_eq!(format.check(true).unwrap_err().code(), "specification", "{format:?}");
        }
        assert!(plain().blanks(Blanks::Withheld).check(false).is_err());
    }
}
