//! An expectation brought into the file, with what sets it against the count.

use super::{AreaColumn, AreaFile, FromCount, ReportedCount, Role, Scale, Side};
use crate::error::Result;
use crate::report::{Absence, Cell, Values};

/// Expected counts of the rows of a file, by one name.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpectedCounts<'a> {
    /// What tells this expectation from others, in the names of its columns: `fixed`, `given_gemeente`.
    pub name: &'a str,
    /// What it is conditional on, for the codebook.
    pub given: &'a str,
    /// Where it comes from, for the codebook.
    pub source: &'a str,
    /// The expected count of each row.
    pub counts: Vec<Cell<f64>>,
}

impl AreaFile {
    /// Adds an expectation E and how far the actual count y is from it: `expected_<name>`, and where counts were added
    /// `difference_<name>` (y − E) and `ratio_<name>` (y / E); with an exposure n also `expected_percent_<name>`
    /// (100 E/n) and `points_<name>` (100 (y − E)/n).
    ///
    /// A count that is withheld or known in part has no difference but bounds of it, `difference_<name>_low` and
    /// `difference_<name>_high`. Fails as [`AreaFile::with_column`] does.
    pub fn with_expected(self, of: &ExpectedCounts<'_>) -> Result<Self> {
        let parts = Parts { of, expected: format!("expected_{}", of.name) };
        let column = parts.column("expected", "", Scale::Count, of.counts.clone());
        let file =
            self.with_column(column.role(Role::Expected).label("expected count", "verwacht aantal"))?;
        let file = parts.percentages(file)?;
        if file.has_counts() { parts.differences(file) } else { Ok(file) }
    }
}

struct Parts<'a> {
    of: &'a ExpectedCounts<'a>,
    expected: String,
}

impl Parts<'_> {
    fn column(&self, what: &str, side: &str, scale: Scale, cells: Vec<Cell<f64>>) -> AreaColumn {
        let name = format!("{what}_{}{side}", self.of.name);
        AreaColumn::new(&name, scale, Values::numbers(cells)).given(self.of.given).source(self.of.source)
    }

    /// Each row's expectation with something else of the row.
    fn each(&self, file: &AreaFile, of: impl Fn(usize, f64) -> Cell<f64>) -> Vec<Cell<f64>> {
        (0..file.n_rows())
            .map(|row| match self.of.counts[row] {
                Cell::Value(expected) => of(row, expected),
                Cell::Empty(absence) => Cell::Empty(absence),
            })
            .collect()
    }

    fn percentages(&self, file: AreaFile) -> Result<AreaFile> {
        let Some(exposure) = exposures(&file) else { return Ok(file) };
        let cells = self.each(&file, |row, expected| over(100.0 * expected, &exposure[row]));
        let role = Role::ExpectedRate { expected: self.expected.clone(), per: 100.0 };
        let column = self.column("expected_percent", "", Scale::Percent, cells).role(role);
        file.with_column(column.label("expected percentage", "verwacht percentage"))
    }

    fn differences(&self, file: AreaFile) -> Result<AreaFile> {
        let expected = || self.expected.clone();
        let count = |row: usize, side: Side| known(file.reported(row), side);
        let minus = |side| move |row: usize, e: f64| count(row, side).map(|y| y - e);
        let sides = [(Side::Itself, ""), (Side::Low, "_low"), (Side::High, "_high")];
        let labels = [
            ("actual less expected", "werkelijk min verwacht"),
            ("actual less expected, lower bound", "werkelijk min verwacht, ondergrens"),
            ("actual less expected, upper bound", "werkelijk min verwacht, bovengrens"),
        ];
        let mut columns = Vec::new();
        for ((side, suffix), (english, dutch)) in sides.into_iter().zip(labels) {
            let role = Role::FromCount { how: FromCount::Difference { expected: expected() }, side };
            let cells = self.each(&file, minus(side));
            columns.push(
                self.column("difference", suffix, Scale::Count, cells).role(role).label(english, dutch),
            );
        }
        let how = FromCount::Ratio { expected: expected() };
        let cells = self.each(&file, |row, e| count(row, Side::Itself).divided(e));
        let ratio =
            self.column("ratio", "", Scale::Ratio, cells).role(Role::FromCount { how, side: Side::Itself });
        columns.push(ratio.label("actual divided by expected", "werkelijk gedeeld door verwacht"));
        if let Some(exposure) = exposures(&file) {
            let how = FromCount::RateDifference { expected: expected(), per: 100.0 };
            let cells = self.each(&file, |row, e| match count(row, Side::Itself) {
                Cell::Value(y) => over(100.0 * (y - e), &exposure[row]),
                empty => empty,
            });
            let column = self.column("points", "", Scale::PercentagePoints, cells);
            let column = column.role(Role::FromCount { how, side: Side::Itself });
            columns
                .push(column.label("actual less expected percentage", "werkelijk min verwacht percentage"));
        }
        columns.into_iter().try_fold(file, AreaFile::with_column)
    }
}

fn known(actual: ReportedCount, side: Side) -> Cell<f64> {
    let cell = match (side, actual) {
        (Side::Itself, actual) => actual.count(),
        (Side::Low, actual) => actual.low(),
        (Side::High, actual) => actual.high(),
    };
    cell.map(|count| count as f64)
}

impl Cell<f64> {
    fn divided(self, by: f64) -> Self {
        match self {
            Cell::Value(x) => Cell::computed(x / by),
            empty => empty,
        }
    }
}

/// Numbers over exposures.
fn over(x: f64, exposure: &Cell<f64>) -> Cell<f64> {
    match exposure {
        Cell::Value(exposure) => Cell::computed(x / exposure),
        Cell::Empty(absence) => Cell::Empty(*absence),
    }
}

fn exposures(file: &AreaFile) -> Option<Vec<Cell<f64>>> {
    let column = file.columns().iter().find(|column| *column.role_of() == Role::Exposure)?;
    let cell = |row| match column.values().number(row) {
        Some(exposure) => Cell::Value(exposure),
        None => Cell::Empty(column.values().absence(row).unwrap_or(Absence::Missing)),
    };
    Some((0..file.n_rows()).map(cell).collect())
}
