//! From a table to cells of stock and flow.

use super::cell::{Begun, Flow};
use super::period::Period;
use super::status::Status;
use super::table::FlowTable;
use crate::count::Count;
use crate::error::{ErrorKind, Result};
use crate::table::Table;

/// What the columns of a table of flows are called.
///
/// ```
/// use nestcount::count::Count;
/// use nestcount::flow::{FlowColumns, Period, Status};
/// use nestcount::table::Table;
/// let table = Table::new()
///     .with_text("area", ["NL", "NL"])?
///     .with_numbers("opening", [31_960.0, 29_115.0])?
///     .with_numbers("begun", [9_065.0, 4_470.0])?
///     .with_numbers("ended", [11_955.0, 5_625.0])?
///     .with_numbers("closing", [29_070.0, 27_960.0])?;
/// let columns = FlowColumns::new("area", ["opening", "begun", "ended", "closing"]);
/// let periods = [(Period::year(2022), Status::Final), (Period::half(2023, 1)?, Status::Provisional)];
/// let flows = columns.read(&table, &periods, Count::column)?;
/// assert_eq!(flows.cells().len(), 2);
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowColumns {
    area: String,
    opening: String,
    begun: String,
    ended: String,
    closing: String,
    told_apart: Option<(String, String)>,
}

impl FlowColumns {
    /// The column of areas' codes, and those of what opens, begins, ends and closes.
    pub fn new(area: &str, [opening, begun, ended, closing]: [&str; 4]) -> Self {
        FlowColumns {
            area: area.into(),
            opening: opening.into(),
            begun: begun.into(),
            ended: ended.into(),
            closing: closing.into(),
            told_apart: None,
        }
    }

    /// The columns of what began for the first time and again.
    pub fn told_apart(self, new: &str, repeated: &str) -> Self {
        FlowColumns { told_apart: Some((new.into(), repeated.into())), ..self }
    }

    /// Reads the cells of all rows, whose periods stand along them; `counts` reads a column of counts as it was published,
    /// [`Count::column`] where they are as counted and `|table, name| rule.counts(table, name)` under a publisher's rule.
    ///
    /// Fails where a column is not there or does not hold counts, on another number of periods, on blank codes, with their
    /// rows, and as [`FlowTable::new`] does.
    pub fn read(
        &self,
        table: &Table,
        periods: &[(Period, Status)],
        counts: impl Fn(&Table, &str) -> Result<Vec<Count>>,
    ) -> Result<FlowTable> {
        if periods.len() != table.n_rows() {
            let (expected, found) = (table.n_rows(), periods.len());
            return Err(ErrorKind::Length { what: "the periods".into(), expected, found }.into());
        }
        let areas = table.codes(&self.area)?;
        let blank: Vec<usize> = (0..areas.len()).filter(|&row| areas[row].is_none()).collect();
        if !blank.is_empty() {
            return Err(ErrorKind::MissingCells { columns: vec![(self.area.clone(), blank)] }.into());
        }
        let column = |name: &String| counts(table, name);
        let missing = || vec![Count::Missing; table.n_rows()];
        let (new, repeated) = match &self.told_apart {
            Some((new, repeated)) => (column(new)?, column(repeated)?),
            None => (missing(), missing()),
        };
        let (opening, begun) = (column(&self.opening)?, column(&self.begun)?);
        let (ended, closing) = (column(&self.ended)?, column(&self.closing)?);
        let cell = |(row, area): (usize, Option<String>)| {
            let (period, status) = periods[row];
            let begun = Begun::of(begun[row], new[row], repeated[row]);
            Some(Flow::new(area?, period, opening[row], begun, ended[row], closing[row]).status(status))
        };
        FlowTable::new(areas.into_iter().enumerate().filter_map(cell).collect())
    }
}
