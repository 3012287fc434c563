//! One column: numbers or text, with missing cells.

use crate::error::{ErrorKind, Result};

/// The cells of one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers; `None` is a missing cell.
    Numbers(Vec<Option<f64>>),
    /// Text as it came, blanks and all.
    Text(Vec<String>),
}

/// Text that stands for a missing number, next to a blank cell.
const MISSING_MARKS: [&str; 2] = ["NA", "."];

impl Column {
    /// Number of cells.
    pub fn len(&self) -> usize {
        match self {
            Column::Numbers(cells) => cells.len(),
            Column::Text(cells) => cells.len(),
        }
    }

    /// Whether there are no cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn select(&self, rows: &[usize]) -> Column {
        match self {
            Column::Numbers(cells) => {
                Column::Numbers(rows.iter().filter_map(|&r| cells.get(r).copied()).collect())
            }
            Column::Text(cells) => Column::Text(rows.iter().filter_map(|&r| cells.get(r).cloned()).collect()),
        }
    }

    pub(crate) fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>> {
        let cells = match self {
            Column::Numbers(cells) => cells.clone(),
            Column::Text(cells) => parse_all(cells, name)?,
        };
        refuse_non_finite(&cells, name)?;
        Ok(cells)
    }

    pub(crate) fn codes(&self, name: &str) -> Result<Vec<Option<String>>> {
        match self {
            Column::Numbers(cells) => {
                refuse_non_finite(cells, name)?;
                Ok(cells.iter().map(|cell| cell.map(|x| x.to_string())).collect())
            }
            Column::Text(cells) => Ok(cells.iter().map(|cell| code(cell)).collect()),
        }
    }
}

fn refuse_non_finite(cells: &[Option<f64>], name: &str) -> Result<()> {
    let rows: Vec<usize> =
        (0..cells.len()).filter(|&row| cells[row].is_some_and(|x| !x.is_finite())).collect();
    match rows.is_empty() {
        true => Ok(()),
        false => Err(ErrorKind::NonFinite { column: name.into(), rows }.into()),
    }
}

fn code(cell: &str) -> Option<String> {
    let trimmed = cell.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_string())
}

fn parse_all(cells: &[String], name: &str) -> Result<Vec<Option<f64>>> {
    let (mut numbers, mut bad_rows) = (Vec::with_capacity(cells.len()), Vec::new());
    for (row, cell) in cells.iter().enumerate() {
        let text = cell.trim();
        if text.is_empty() || MISSING_MARKS.contains(&text) {
            numbers.push(None);
        } else if let Ok(number) = text.parse::<f64>() {
            numbers.push(Some(number));
        } else {
            numbers.push(None);
            bad_rows.push(row);
        }
    }
    match bad_rows.first() {
        None => Ok(numbers),
        Some(&first) => {
            let example = cells[first].trim().to_string();
            Err(ErrorKind::NotANumber { column: name.into(), rows: bad_rows, example }.into())
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_numbers_only_where_it_is_one() {
        let column = Column::Text(["1.5", " 2 ", "", "NA", ".", "1e3"].map(String::from).to_vec());
        assert_eq!(column.numbers("x").unwrap(), [Some(1.5), Some(2.0), None, None, None, Some(1000.0)]);
        let bad = Column::Text(["1", "x", "1,5"].map(String::from).to_vec());
        let error = bad.numbers("x").unwrap_err();
        assert_eq!((error.code(), error.rows()), ("not-a-number", &[1, 2][..]));
    }

    #[test]
    fn nan_and_infinity_are_no_missing_marks() {
        for cell in ["NaN", "inf", "-inf"] {
            let error = Column::Text(vec![cell.into()]).numbers("x").unwrap_err();
            assert_eq!(error.code(), "non-finite", "{cell}");
        }
        assert_eq!(Column::Numbers(vec![Some(f64::NAN)]).numbers("x").unwrap_err().code(), "non-finite");
    }

    #[test]
    fn codes_keep_leading_zeros_and_lose_blanks() {
        let column = Column::Text(["0363  ", "\u{a0}", " WK0363MA"].map(String::from).to_vec());
        assert_eq!(column.codes("x").unwrap(), [Some("0363".into()), None, Some("WK0363MA".into())]);
        assert_eq!(Column::Numbers(vec![Some(12.0)]).codes("x").unwrap(), [Some("12".into())]);
    }
}
