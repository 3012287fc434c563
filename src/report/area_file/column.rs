//! A column with all that the codebook says of it.

use super::{Role, Scale};
use crate::report::{Absence, Cell, Values};

/// What the codebook says of a column, besides what can be read off its cells.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Description {
    /// The column's name in the file.
    pub name: String,
    /// What it holds, in English.
    pub english: String,
    /// What it holds, in Dutch.
    pub dutch: String,
    /// Its scale.
    pub scale: Scale,
    /// Its unit: persons aged 0 to 22, euros; blank where the scale says it all.
    pub unit: String,
    /// What the numbers are conditional on: which area effects an expectation holds, what an interval takes as known.
    pub given: String,
    /// Where it comes from.
    pub source: String,
}

/// A column of an area file.
///
/// ```
/// use nestcount::{report::{AreaColumn, Scale}, table::Table};
/// let table = Table::new().with_numbers("perc_hhbijs", [3.2, 7.9])?;
/// let column = AreaColumn::new("perc_hhbijs", Scale::Percent, table.column("perc_hhbijs")?.into())
///     .label("households with children on social assistance", "huishoudens met kinderen met bijstand")
///     .unit("households with children")
///     .source("CBS microdata: GBAHUISHOUDENSBUS, BIJSTANDPERSOONBUS");
/// assert_eq!(column.description().name, "perc_hhbijs");
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AreaColumn {
    description: Description,
    role: Role,
    half_unit: f64,
    values: Values,
}

impl AreaColumn {
    /// A column that says nothing of the row's own count, without a label yet.
    pub fn new(name: &str, scale: Scale, values: Values) -> Self {
        let (name, blank) = (name.to_string(), String::new);
        let (english, dutch, unit, given, source) = (blank(), blank(), blank(), blank(), blank());
        let description = Description { name, english, dutch, scale, unit, given, source };
        AreaColumn { description, role: Role::Plain, half_unit: 0.0, values }
    }

    /// What it holds, in English and in Dutch.
    pub fn label(mut self, english: &str, dutch: &str) -> Self {
        self.description.english = english.into();
        self.description.dutch = dutch.into();
        self
    }

    /// Its unit.
    pub fn unit(mut self, unit: &str) -> Self {
        self.description.unit = unit.into();
        self
    }

    /// What its numbers are conditional on.
    pub fn given(mut self, given: &str) -> Self {
        self.description.given = given.into();
        self
    }

    /// Where it comes from.
    pub fn source(mut self, source: &str) -> Self {
        self.description.source = source.into();
        self
    }

    /// What it is to the count of its row; the disclosure check relies on it.
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// Rounds its numbers to so many decimals; the disclosure check knows.
    pub fn rounded(mut self, decimals: u8) -> Self {
        self.half_unit = self.half_unit.max(0.5 * 10f64.powi(-i32::from(decimals)));
        self.values = self.values.rounded(decimals);
        self
    }

    /// What the codebook says of it.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.description.name
    }

    /// Its cells.
    pub fn values(&self) -> &Values {
        &self.values
    }

    pub(in crate::report) fn role_of(&self) -> &Role {
        &self.role
    }

    /// What a number in a row may have been before it was rounded.
    pub(in crate::report) fn number(&self, row: usize) -> Option<(f64, f64)> {
        self.values.number(row).map(|x| (x - self.half_unit, x + self.half_unit))
    }

    /// Whether the cell of a row holds something.
    pub(in crate::report) fn holds(&self, row: usize) -> bool {
        self.values.absence(row).is_none()
    }

    pub(in crate::report) fn empty(&mut self, row: usize, absence: Absence) {
        self.values.empty(row, absence);
    }
}

/// Text cells of one language's words.
pub(super) fn words(cells: impl IntoIterator<Item = &'static str>) -> Values {
    Values::text(cells.into_iter().map(|word| Cell::Value(word.to_string())))
}
