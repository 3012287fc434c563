//! The cells of one column, all of one type.

use super::{Absence, Cell};
use crate::table;

/// A column with its name.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Column {
    /// Its name, used once in a sheet.
    pub name: String,
    /// Its cells.
    pub values: Values,
}

/// Cells of one type.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Text.
    Text(Vec<Cell<String>>),
    /// Finite numbers.
    Numbers(Vec<Cell<f64>>),
    /// Whole numbers from 0.
    Wholes(Vec<Cell<u64>>),
}

impl Column {
    pub(super) fn new(name: &str, values: Values) -> Self {
        Column { name: name.into(), values }
    }
}

impl From<&table::Column> for Values {
    /// A column that was read; a missing number is [`Absence::Missing`].
    fn from(column: &table::Column) -> Self {
        match column {
            table::Column::Numbers(cells) => Values::numbers(cells.iter().copied().map(Cell::known)),
            table::Column::Text(cells) => Values::text(cells.iter().cloned()),
        }
    }
}

impl Values {
    /// Cells of text.
    pub fn text<C: Into<Cell<String>>>(cells: impl IntoIterator<Item = C>) -> Self {
        Values::Text(cells.into_iter().map(Into::into).collect())
    }

    /// Cells of numbers.
    pub fn numbers<C: Into<Cell<f64>>>(cells: impl IntoIterator<Item = C>) -> Self {
        Values::Numbers(cells.into_iter().map(Into::into).collect())
    }

    /// Cells of whole numbers.
    pub fn wholes<C: Into<Cell<u64>>>(cells: impl IntoIterator<Item = C>) -> Self {
        Values::Wholes(cells.into_iter().map(Into::into).collect())
    }

    /// The numbers rounded to so many decimals; text and whole numbers stay as they are.
    pub fn rounded(self, decimals: u8) -> Self {
        let places = usize::from(decimals);
        match self {
            Values::Numbers(cells) => {
                // Through text: what is held is then the very number that is written.
                let rounded = |x: f64| format!("{x:.places$}").parse().unwrap_or(x);
                Values::Numbers(cells.into_iter().map(|cell| cell.map(rounded)).collect())
            }
            others => others,
        }
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        match self {
            Values::Text(cells) => cells.len(),
            Values::Numbers(cells) => cells.len(),
            Values::Wholes(cells) => cells.len(),
        }
    }

    /// Whether there are no cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Why the cell of a row is empty, if it is.
    pub fn absence(&self, row: usize) -> Option<Absence> {
        match self {
            Values::Text(cells) => cells.get(row).and_then(Cell::absence),
            Values::Numbers(cells) => cells.get(row).and_then(Cell::absence),
            Values::Wholes(cells) => cells.get(row).and_then(Cell::absence),
        }
    }

    /// The number in a row, whole or not.
    pub fn number(&self, row: usize) -> Option<f64> {
        match self {
            Values::Text(_) => None,
            Values::Numbers(cells) => cells.get(row)?.value().copied(),
            Values::Wholes(cells) => cells.get(row)?.value().map(|&whole| whole as f64),
        }
    }

    /// Empties the cell of a row.
    pub(crate) fn empty(&mut self, row: usize, absence: Absence) {
        match self {
            Values::Text(cells) => clear(cells, row, absence),
            Values::Numbers(cells) => clear(cells, row, absence),
            Values::Wholes(cells) => clear(cells, row, absence),
        }
    }

    /// Rows whose number is NaN or infinite.
    pub(crate) fn non_finite(&self) -> Vec<usize> {
        let Values::Numbers(cells) = self else { return Vec::new() };
        let strange = |row: &usize| cells[*row].value().is_some_and(|x| !x.is_finite());
        (0..cells.len()).filter(strange).collect()
    }
}

fn clear<T>(cells: &mut [Cell<T>], row: usize, absence: Absence) {
    if let Some(cell) = cells.get_mut(row) {
        *cell = Cell::Empty(absence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_to_the_nearest_decimal_and_leaves_other_cells() {
        let cells = [Cell::Value(2.0 / 3.0), Cell::Empty(Absence::Missing), Cell::Value(-1234.5678)];
        let rounded = [Cell::Value(0.667), Cell::Empty(Absence::Missing), Cell::Value(-1234.568)];
        assert_eq!(Values::numbers(cells).rounded(3), Values::numbers(rounded));
        assert_eq!(Values::wholes([7]).rounded(0), Values::wholes([7]));
    }
}
