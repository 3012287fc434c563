//! From one line of care to another.

use super::parts::Parts;
use crate::error::{ErrorKind, Result};
use crate::table::Table;
use std::collections::BTreeSet;

/// Where youths of each line of care were afterwards, or where those of each line came from: a row a line, with its parts.
///
/// Youths may be in the first and in the second line at once, so that the parts of a row need not add up to its total.
#[derive(Debug, Clone, PartialEq)]
pub struct Transitions {
    rows: Vec<(String, Parts)>,
}

impl Transitions {
    /// Lines with their parts; fails on a line that stands twice.
    pub fn new<S: Into<String>>(rows: impl IntoIterator<Item = (S, Parts)>) -> Result<Self> {
        let rows: Vec<(String, Parts)> = rows.into_iter().map(|(line, parts)| (line.into(), parts)).collect();
        let mut seen = BTreeSet::new();
        let twice: BTreeSet<&String> =
            rows.iter().map(|(line, _)| line).filter(|line| !seen.insert(*line)).collect();
        match twice.is_empty() {
            true => Ok(Transitions { rows }),
            false => {
                let codes = twice.into_iter().cloned().collect();
                Err(ErrorKind::RepeatedCodes { what: "the lines of care".into(), codes }.into())
            }
        }
    }

    /// The lines with their parts.
    pub fn rows(&self) -> &[(String, Parts)] {
        &self.rows
    }

    /// A row for each line and part: `line`, `part`, and the share in percent with its interval: `least`, `most`, `low`,
    /// `high`. Fails as [`Parts::shares`] does.
    pub fn table(&self, confidence: f64) -> Result<Table> {
        let (mut lines, mut shares) = (Vec::new(), Vec::new());
        for (line, parts) in &self.rows {
            for share in parts.shares(confidence)? {
                lines.push(line.clone());
                shares.push(share);
            }
        }
        let percent =
            |of: fn(&super::Share) -> f64| shares.iter().map(|share| 100.0 * of(share)).collect::<Vec<_>>();
        Table::new()
            .with_text("line", lines)?
            .with_text("part", shares.iter().map(|share| share.name.clone()))?
            .with_numbers("least", percent(|share| share.least))?
            .with_numbers("most", percent(|share| share.most))?
            .with_numbers("low", percent(|share| share.low))?
            .with_numbers("high", percent(|share| share.high))
    }
}
