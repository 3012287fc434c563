//! A whole table carried to other boundaries.

use super::carry::Carry;
use crate::count::Count;
use crate::error::Result;
use crate::table::Table;

/// Columns to carry, each by what it is.
///
/// The table that comes out has a row for each area entered: its code, a column `origin` that says how it came about
/// ([`Origin`](super::Origin)), and the columns named, in that order.
///
/// ```
/// use nestcount::crosswalk::{CarryTable, Crosswalk};
/// use nestcount::table::Table;
/// let table = Table::new()
///     .with_text("gm", ["Haren", "Ten Boer"])?
///     .with_text("provincie", ["Groningen", "Groningen"])?
///     .with_numbers("jeugd", [3000.0, 1000.0])?
///     .with_numbers("eenouder", [20.0, 24.0])?;
/// let carry = Crosswalk::merge([("Haren", "GM0014"), ("Ten Boer", "GM0014")])?.carry(&["Haren", "Ten Boer"])?;
/// let moved = CarryTable::new("gm").parent("provincie").sum("jeugd").mean("eenouder", "jeugd").of(&table, &carry)?;
/// assert_eq!(moved.codes("origin")?, [Some("merged".into())]);
/// assert_eq!((moved.numbers("jeugd")?[0], moved.numbers("eenouder")?[0]), (Some(4000.0), Some(21.0)));
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CarryTable {
    code: String,
    columns: Vec<Carried>,
    stated: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Carried {
    Parent(String),
    Sum(String),
    Mean { column: String, weight: String },
    Counts { name: String, rows: Vec<Count> },
}

impl CarryTable {
    /// A table with the codes of the areas entered in the column `code`.
    pub fn new(code: &str) -> Self {
        CarryTable { code: code.into(), columns: Vec::new(), stated: Vec::new() }
    }

    /// A column of codes of coarser areas, as [`Carry::parents`].
    pub fn parent(mut self, column: &str) -> Self {
        self.columns.push(Carried::Parent(column.into()));
        self
    }

    /// The coarser area of a target whose rows lie in several; it goes for the columns of parents that the rows leave
    /// open and in which this parent stands.
    pub fn stating(mut self, target: &str, parent: &str) -> Self {
        self.stated.push((target.into(), parent.into()));
        self
    }

    /// A column that adds up, as [`Carry::sums`]; a part of a whole number need not be one.
    pub fn sum(mut self, column: &str) -> Self {
        self.columns.push(Carried::Sum(column.into()));
        self
    }

    /// A column of averages or percentages out of the column `weight`, as [`Carry::means`].
    pub fn mean(mut self, column: &str, weight: &str) -> Self {
        self.columns.push(Carried::Mean { column: column.into(), weight: weight.into() });
        self
    }

    /// Counts of the rows, as two columns of bounds `{name}_lo` and `{name}_hi`, which
    /// [`Count::between`](crate::count::Count::between) reads; counts rounded at random become their bounds.
    pub fn counts(mut self, name: &str, rows: &[Count]) -> Self {
        self.columns.push(Carried::Counts { name: name.into(), rows: rows.to_vec() });
        self
    }

    /// Carries the columns; fails as the methods of [`Carry`] do, on columns that are not there and on names met twice.
    pub fn of(&self, table: &Table, carry: &Carry) -> Result<Table> {
        let origins = carry.origins().iter().map(|origin| origin.to_string());
        let start =
            Table::new().with_text(&self.code, carry.targets().to_vec())?.with_text("origin", origins)?;
        self.columns.iter().try_fold(start, |carried, column| match column {
            Carried::Parent(name) => carried.with_text(name, self.parents(name, table, carry)?),
            Carried::Sum(name) => carried.with_optional_numbers(name, carry.sums(&table.numbers(name)?)?),
            Carried::Mean { column, weight } => {
                let means = carry.means(&table.numbers(column)?, &table.numbers(weight)?)?;
                carried.with_optional_numbers(column, means)
            }
            Carried::Counts { name, rows } => {
                let counts = carry.counts(rows)?;
                let bounds = || counts.known().iter().map(|count| count.bounds());
                let lo = bounds()
                    .zip(counts.known())
                    .map(|(bounds, count)| (*count != Count::Missing).then(|| bounds.lo() as f64));
                carried.with_optional_numbers(&format!("{name}_lo"), lo)?.with_optional_numbers(
                    &format!("{name}_hi"),
                    bounds().map(|bounds| bounds.hi().map(|hi| hi as f64)),
                )
            }
        })
    }

    fn parents(&self, column: &str, table: &Table, carry: &Carry) -> Result<Vec<String>> {
        let codes: Vec<String> = table.codes(column)?.into_iter().map(Option::unwrap_or_default).collect();
        let stated = self.stated.iter().filter(|(_, parent)| codes.contains(parent));
        let stated: Vec<(&str, &str)> =
            stated.map(|(target, parent)| (target.as_str(), parent.as_str())).collect();
        carry.parents(column, &codes, &stated)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Crosswalk;
    use super::*;

    #[test]
    fn counts_come_out_as_bounds_that_are_read_back() {
        let table = Table::new().with_text("gm", ["a", "b", "c"]).unwrap();
        let crosswalk =
            Crosswalk::from_shares([("a", "x", 1.0), ("b", "x", 0.5), ("b", "y", 0.5), ("c", "z", 1.0)]);
        let carry = crosswalk.unwrap().carry(&["a", "b", "c"]).unwrap();
        let rows = [Count::Exact(3), Count::Exact(8), Count::Missing];
        let moved = CarryTable::new("gm").counts("users", &rows).of(&table, &carry).unwrap();
        let read = Count::between(&moved, "users_lo", "users_hi").unwrap();
        assert_eq!(read, carry.counts(&rows).unwrap().known());
        assert_eq!(moved.codes("origin").unwrap()[0].as_deref(), Some("redrawn"));
    }

    #[test]
    fn a_stated_parent_goes_for_the_column_it_stands_in() {
        let table = Table::new()
            .with_text("gm", ["Leerdam", "Vianen"])
            .unwrap()
            .with_text("provincie", ["Zuid-Holland", "Utrecht"])
            .unwrap()
            .with_text("land", ["NL", "NL"])
            .unwrap();
        let carry = Crosswalk::merge([("Leerdam", "Vhl"), ("Vianen", "Vhl")])
            .unwrap()
            .carry(&["Leerdam", "Vianen"])
            .unwrap();
        let wanted = CarryTable::new("gm").parent("provincie").parent("land");
        assert_eq!(wanted.of(&table, &carry).unwrap_err().code(), "hierarchy");
        let moved = wanted.stating("Vhl", "Utrecht").of(&table, &carry).unwrap();
        assert_eq!(moved.codes("provincie").unwrap()[0].as_deref(), Some("Utrecht"));
        assert_eq!(moved.codes("land").unwrap()[0].as_deref(), Some("NL"));
    }
}
