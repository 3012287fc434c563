//! Where the gemeenten come from: planted, or a table.

use crate::arguments::Arguments;
use nestcount::Error;
use nestcount::count::{Blanks, CellFormat, Count, DisclosureRule, Rounding};
use nestcount::table::Table;
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

/// Gemeenten over one year or more.
pub(crate) struct Source {
    pub(crate) title: String,
    pub(crate) note: String,
    /// Years in their order, a row a gemeente.
    pub(crate) years: Vec<Year>,
    /// Of a planted country, what is true of each gemeente, by code.
    pub(crate) truth: Option<HashMap<String, Truth>>,
}

/// What is true of a planted gemeente.
#[derive(Clone, Copy)]
pub(crate) struct Truth {
    /// Its rate over the national one.
    pub(crate) ratio: f64,
    /// By which factor its rate was made low or high; 1 where it was not.
    pub(crate) planted: f64,
}

impl std::fmt::Display for Truth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "in truth {:.3} of the national rate", self.ratio)?;
        if self.planted == 1.0 { Ok(()) } else { write!(f, ", planted times {}", self.planted) }
    }
}

/// One year.
pub(crate) struct Year {
    pub(crate) name: String,
    pub(crate) table: Table,
    pub(crate) users: Vec<Count>,
}

const NEEDED: [&str; 4] = ["code", "name", "youths", "users"];

impl Source {
    /// What is true of a gemeente, in words; nothing where it is not known.
    pub(crate) fn truth_of(&self, code: &str) -> String {
        let truth = self.truth.as_ref().and_then(|truth| truth.get(code));
        truth.map_or(String::new(), |truth| format!("   {truth}"))
    }

    pub(crate) fn file(path: &Path, asked: &Arguments) -> Result<Source, Trouble> {
        let fault = |what: String| Trouble::File(format!("{}: {what}", path.display()));
        let file = File::open(path).map_err(|error| fault(error.to_string()))?;
        let table = Table::from_csv(file).map_err(|error| fault(error.to_string()))?;
        let missing: Vec<&str> = NEEDED.into_iter().filter(|name| !table.has(name)).collect();
        if !missing.is_empty() {
            let (missing, names) = (missing.join(", "), table.names().join(", "));
            return Err(fault(format!("has no column {missing}; its columns are {names}")));
        }
        if table.n_rows() == 0 {
            return Err(fault("there are no rows in it".into()));
        }
        Ok(Source {
            title: path.display().to_string(),
            note: format!("{} rows", table.n_rows()),
            years: years(table, asked)?,
            truth: None,
        })
    }

    /// The last year: what is screened.
    pub(crate) fn latest(&self) -> &Year {
        // a source has a row, so it has a year
        &self.years[self.years.len() - 1]
    }
}

/// A table for each year, ascending; one where there is no such column.
fn years(table: Table, asked: &Arguments) -> Result<Vec<Year>, Trouble> {
    let of_rows: Vec<String> = match table.has("year") {
        true => {
            table.codes("year")?.into_iter().map(|year| year.unwrap_or_else(|| "no year".into())).collect()
        }
        false => vec!["the year".into(); table.n_rows()],
    };
    let mut names = of_rows.clone();
    names.sort();
    names.dedup();
    let year = |name: String| {
        let rows: Vec<usize> = (0..of_rows.len()).filter(|&row| of_rows[row] == name).collect();
        let table = table.select(&rows);
        Ok(Year { users: counts(&table, "users", asked)?, name, table })
    };
    names.into_iter().map(year).collect()
}

/// A column of counts as it was published.
pub(crate) fn counts(table: &Table, column: &str, asked: &Arguments) -> Result<Vec<Count>, Trouble> {
    let mut rule = DisclosureRule::builder();
    if let Some(threshold) = asked.withheld_below {
        rule = rule.withheld_below(threshold);
    }
    if let Some(base) = asked.round_to {
        rule = rule.rounded(Rounding::HalfUp(base));
    }
    match (asked.withheld_below, asked.round_to) {
        (None, None) => Ok(Count::column(table, column)?),
        (withheld, _) => {
            let format = CellFormat::plain();
            let format = if withheld.is_some() { format.blanks(Blanks::Withheld) } else { format };
            Ok(rule.build()?.reading(format)?.counts(table, column)?)
        }
    }
}

/// What can go wrong: the file, or what it holds.
#[derive(Debug)]
pub(crate) enum Trouble {
    File(String),
    Data(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Trouble::Data(error)
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Trouble::File(message) => write!(f, "error: {message}"),
            Trouble::Data(error) => write!(f, "error[{}]: {error}", error.code()),
        }
    }
}
