//! Sheets as records: one map per row, names in the order of the columns.

use super::{Cell, Column, Sheet, Values};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

impl Serialize for Sheet {
    /// A list with a map for each row; an empty cell is none (`null` in JSON).
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.n_rows()))?;
        (0..self.n_rows()).try_for_each(|row| rows.serialize_element(&Record { sheet: self, row }))?;
        rows.end()
    }
}

struct Record<'a> {
    sheet: &'a Sheet,
    row: usize,
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = self.sheet.columns();
        let mut record = serializer.serialize_map(Some(columns.len()))?;
        for Column { name, values } in columns {
            match values {
                Values::Text(cells) => record.serialize_entry(name, &value(cells, self.row))?,
                Values::Numbers(cells) => record.serialize_entry(name, &value(cells, self.row))?,
                Values::Wholes(cells) => record.serialize_entry(name, &value(cells, self.row))?,
            }
        }
        record.end()
    }
}

fn value<T>(cells: &[Cell<T>], row: usize) -> Option<&T> {
    cells.get(row).and_then(Cell::value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::report::Absence;

    #[test]
    fn records_keep_the_order_of_the_columns_and_the_bits_of_the_numbers() {
        let numbers = [Cell::Value(0.1 + 0.2), Cell::Empty(Absence::Withheld)];
        let sheet = Sheet::new()
            .with("z", Values::text(["a\"b", "c"]))
            .unwrap()
            .with("y", Values::wholes([3, 4]))
            .unwrap()
            .with("x", Values::numbers(numbers))
            .unwrap();
        let text = serde_json::to_string(&sheet).unwrap();
        let expected = r#"[{"z":"a\"b","y":3,"x":0.30000000000000004},{"z":"c","y":4,"x":null}]"#;
        assert_eq!(text, expected);
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back[0]["x"].as_f64(), Some(0.1 + 0.2));
    }
}
