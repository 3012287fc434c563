//! Cells and columns read under a rule.

use super::format::Cell;
use super::{Blanks, DisclosureRule};
use crate::count::Count;
use crate::error::{CellFault, CellProblem, ErrorKind, Result};
use crate::table::{Column, Table};

impl DisclosureRule {
    /// What one published cell says; fails on symbols that the format does not know and on numbers that the rule
    /// cannot have produced.
    pub fn read(&self, cell: &str) -> Result<Count> {
        self.format().text(cell).and_then(|held| self.count(held)).map_err(|problem| {
            let cell = cell.trim().into();
            ErrorKind::PublishedCell { cell, problem }.into()
        })
    }

    /// What the cells of a column say, text or numbers.
    ///
    /// Fails with one [`ErrorKind::PublishedCells`] that lists every problem with all its rows and the first such cell.
    ///
    /// ```
    /// use nestcount::{count::{Count, CellFormat}, nl, table::Table};
    /// let table = Table::new().with_text("youths", ["1.015", ".", "10"])?;
    /// let counts = nl::cbs_2017().reading(CellFormat::dutch())?.counts(&table, "youths")?;
    /// assert_eq!(counts, [Count::interval(1013, 1017)?, Count::interval(0, 9)?, Count::interval(10, 12)?]);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn counts(&self, table: &Table, column: &str) -> Result<Vec<Count>> {
        let cells = table.column(column)?;
        collect(column, cells, |row| self.held(cells, row).and_then(|held| self.count(held)))
    }

    /// The same where another column says of each cell whether it was withheld: 1 or true, 0 or false.
    ///
    /// The flag decides what a blank is: withheld where it is set, missing where it is not, whatever the format says.
    /// A flagged cell holds nothing or a mark of missing or withheld cells; a number in it is an error, and so is a mark of
    /// withheld cells without its flag. Fails as [`DisclosureRule::counts`] does, first on cells of `flag` that are no
    /// flags, blank ones included.
    pub fn counts_flagged(&self, table: &Table, column: &str, flag: &str) -> Result<Vec<Count>> {
        let (cells, flags) = (table.column(column)?, table.column(flag)?);
        let flagged = collect(flag, flags, |row| read_flag(flags, row).ok_or(CellProblem::NotAFlag))?;
        collect(column, cells, |row| match (self.held(cells, row)?, flagged[row]) {
            (Cell::Number(_), Flag::Withheld) => Err(CellProblem::FlaggedNumber),
            (_, Flag::Withheld) => self.withheld(),
            (Cell::Withheld, Flag::Published) => Err(CellProblem::UnflaggedMark),
            (Cell::Number(value), Flag::Published) => self.published(value),
            (Cell::Missing | Cell::Blank, Flag::Published) => Ok(Count::Missing),
        })
    }

    fn held(&self, cells: &Column, row: usize) -> Result<Cell, CellProblem> {
        match cells {
            Column::Numbers(cells) => self.format().numeric(cells.get(row).copied().flatten()),
            Column::Text(cells) => self.format().text(cells.get(row).map_or("", String::as_str)),
        }
    }

    fn count(&self, held: Cell) -> Result<Count, CellProblem> {
        match held {
            Cell::Number(value) => self.published(value),
            Cell::Withheld => self.withheld(),
            Cell::Blank if self.format().blank() == Blanks::Withheld => self.withheld(),
            Cell::Blank | Cell::Missing => Ok(Count::Missing),
        }
    }
}

#[derive(Clone, Copy)]
enum Flag {
    Withheld,
    Published,
}

fn read_flag(flags: &Column, row: usize) -> Option<Flag> {
    match written(flags, row).to_ascii_lowercase().as_str() {
        "1" | "true" => Some(Flag::Withheld),
        "0" | "false" => Some(Flag::Published),
        _ => None,
    }
}

/// Reads every row, or lists every fault.
fn collect<T>(
    column: &str,
    cells: &Column,
    read: impl Fn(usize) -> Result<T, CellProblem>,
) -> Result<Vec<T>> {
    let (mut found, mut rows, mut faults) = (Vec::with_capacity(cells.len()), vec![], Vec::new());
    for row in 0..cells.len() {
        match read(row) {
            Ok(value) => found.push(value),
            Err(problem) => {
                rows.push(row);
                note(&mut faults, problem, cells, row);
            }
        }
    }
    match faults.is_empty() {
        true => Ok(found),
        false => Err(ErrorKind::PublishedCells { column: column.into(), faults, rows }.into()),
    }
}

fn note(faults: &mut Vec<CellFault>, problem: CellProblem, cells: &Column, row: usize) {
    match faults.iter_mut().find(|fault| fault.problem == problem) {
        Some(fault) => fault.rows.push(row),
        None => faults.push(CellFault { problem, example: written(cells, row), rows: vec![row] }),
    }
}

fn written(cells: &Column, row: usize) -> String {
    match cells {
        Column::Numbers(cells) => cells.get(row).copied().flatten().map_or(String::new(), |x| x.to_string()),
        Column::Text(cells) => cells.get(row).map_or(String::new(), |cell| cell.trim().to_string()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::count::{CellFormat, Rounding, Zeros};

    fn rule() -> DisclosureRule {
        DisclosureRule::builder().withheld_below(10).rounded(Rounding::HalfUp(5)).build().unwrap()
    }

    fn faults(result: Result<Vec<Count>>) -> Vec<(CellProblem, String, Vec<usize>)> {
        match result.unwrap_err().kind() {
            ErrorKind::PublishedCells { faults, .. } => {
                faults.iter().map(|f| (f.problem.clone(), f.example.clone(), f.rows.clone())).collect()
            }
            other => panic!("{other}"),
        }
    }

    #[test]
    fn every_fault_stands_in_one_error_with_all_rows_and_the_first_cell() {
        let table =
            Table::new().with_text("y", ["10", " 7", "5", "-5", "?", "12.5", "1.000", "-", "x"]).unwrap();
        let error = rule().counts(&table, "y").unwrap_err();
        assert_eq!((error.code(), error.column()), ("published-cells", Some("y")));
        assert_eq!(error.rows(), [1, 2, 3, 4, 5, 6, 7]);
        let against = CellProblem::AgainstRule { rule: rule().to_string() };
        let expected = [
            (against, "7".to_string(), vec![1, 2]),
            (CellProblem::NotWhole, "-5".into(), vec![3, 5]),
            (CellProblem::UnknownSymbol, "?".into(), vec![4, 7]),
            (CellProblem::AmbiguousPoint, "1.000".into(), vec![6]),
        ];
        assert_eq!(faults(rule().counts(&table, "y")), expected);
        let start = "column 'y' does not hold what was published: '7' cannot have been published under the rule: \
                     below 10 withheld, the rest rounded half up to 5 (rows 2, 3); '-5' is no whole number";
        assert!(error.to_string().starts_with(start), "{error}");
    }

    #[test]
    fn a_column_of_numbers_reads_as_its_text_does() {
        let table = Table::new().with_optional_numbers("y", [Some(10.0), None, Some(1e3)]).unwrap();
        let withheld = rule().reading(CellFormat::plain().blanks(Blanks::Withheld)).unwrap();
        for rule in [rule(), withheld] {
            let text = ["10", "", "1000"].map(|cell| rule.read(cell).unwrap());
            assert_eq!(rule.counts(&table, "y").unwrap(), text);
        }
        let bad = Table::new().with_numbers("y", [7.0, -1.0, 0.5, f64::NAN]).unwrap();
        assert_eq!(rule().counts(&bad, "y").unwrap_err().rows(), [0, 1, 2, 3]);
    }

    #[test]
    fn a_flag_decides_what_a_blank_is() {
        let table = Table::new()
            .with_text("y", ["", "", "15", ".", "NA", "NA"])
            .unwrap()
            .with_text("secret", ["1", "0", "false", "TRUE", " true ", "0"])
            .unwrap()
            .with_numbers("number", [1.0, 0.0, 0.0, 1.0, 1.0, 0.0])
            .unwrap();
        let withheld = Count::interval(0, 9).unwrap();
        let fifteen = Count::interval(13, 17).unwrap();
        let expected = [withheld, Count::Missing, fifteen, withheld, withheld, Count::Missing];
        let blanks_withheld = rule().reading(CellFormat::plain().blanks(Blanks::Withheld)).unwrap();
        for rule in [rule(), blanks_withheld] {
            assert_eq!(rule.counts_flagged(&table, "y", "secret").unwrap(), expected);
            assert_eq!(rule.counts_flagged(&table, "y", "number").unwrap(), expected);
        }
    }

    #[test]
    fn cells_that_contradict_their_flags_are_refused() {
        let table = Table::new()
            .with_text("y", ["15", ".", "15", "20"])
            .unwrap()
            .with_text("secret", ["1", "0", "0", "1"])
            .unwrap()
            .with_text("broken", ["1", "", "yes", "0"])
            .unwrap();
        let expected = [
            (CellProblem::FlaggedNumber, "15".to_string(), vec![0, 3]),
            (CellProblem::UnflaggedMark, ".".into(), vec![1]),
        ];
        assert_eq!(faults(rule().counts_flagged(&table, "y", "secret")), expected);
        let error = rule().counts_flagged(&table, "y", "broken").unwrap_err();
        assert_eq!((error.column(), error.rows()), (Some("broken"), &[1, 2][..]));
        assert_eq!(rule().counts_flagged(&table, "y", "z").unwrap_err().code(), "unknown-column");
    }

    #[test]
    fn a_rule_that_withholds_nothing_meets_no_withheld_cell() {
        let rounded = DisclosureRule::builder().rounded(Rounding::Random(5)).build().unwrap();
        let error = rounded.read(".").unwrap_err();
        let text = "the cell '.' is withheld, but nothing is withheld under the rule: rounded at random to 5";
        assert_eq!(error.to_string(), text);
        let blanks = CellFormat::plain().blanks(Blanks::Withheld);
        assert_eq!(rounded.reading(blanks).unwrap_err().code(), "specification");
    }

    #[test]
    fn withheld_is_not_missing_is_not_zero() {
        let rule = DisclosureRule::builder().withheld_below(10).zeros(Zeros::Published).build().unwrap();
        let read = ["x", "", "0"].map(|cell| rule.read(cell).unwrap());
        assert_eq!(read, [Count::interval(1, 9).unwrap(), Count::Missing, Count::Exact(0)]);
        let rule = rule.reading(CellFormat::plain().blanks(Blanks::Withheld)).unwrap();
        let read = ["", "NA"].map(|cell| rule.read(cell).unwrap());
        assert_eq!(read, [Count::interval(1, 9).unwrap(), Count::Missing]);
    }
}
