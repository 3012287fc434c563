//! Where the gemeenten come from: planted, or a table.

use crate::arguments::Arguments;
use crate::filled::filled;
use crate::tables;
use crate::trouble::Trouble;
use nestcount::count::{Blanks, CellFormat, Count, CountTable};
use nestcount::table::Table;
use std::collections::{BTreeMap, HashMap};
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
    /// What else has to be at most the national rate, by column.
    pub(crate) also: Vec<(String, Vec<Count>)>,
}

const NEEDED: [&str; 4] = ["code", "name", "youths", "users"];
/// The year of a table that names none.
const THE_YEAR: &str = "the year";

impl Source {
    /// What is true of a gemeente, in words; nothing where it is not known.
    pub(crate) fn truth_of(&self, code: &str) -> String {
        let truth = self.truth.as_ref().and_then(|truth| truth.get(code));
        truth.map_or(String::new(), |truth| format!("   {truth}"))
    }

    pub(crate) fn file(path: &Path, asked: &Arguments) -> Result<Source, Trouble> {
        let table = tables::read(path)?;
        let more = asked.also.iter().chain(&asked.determinant).map(String::as_str);
        tables::require(&table, path, NEEDED.into_iter().chain(more))?;
        // of the whole table, whose rows messages count
        for name in &asked.determinant {
            table.numbers(name)?;
            if name == "users" || asked.also.contains(name) {
                return Err(Trouble::Said(format!("--determinant {name}: a count cannot explain itself")));
            }
        }
        if table.has("region") {
            filled(&table, path, "region")?;
        }
        let codes = filled(&table, path, "code")?;
        let indicator = |column: &str| {
            let counts = counts(&table, column, asked)?;
            refuse_impossible(&table, &counts, (column, &codes)).map_err(|what| Trouble::at(path, what))?;
            CountTable::with_exposures(counts.clone(), table.numbers("youths")?)?;
            Ok::<_, Trouble>(counts)
        };
        let users = indicator("users")?;
        let also = asked.also.iter().map(|column| Ok((column.clone(), indicator(column)?)));
        let also = also.collect::<Result<Vec<_>, Trouble>>()?;
        let mut years = Vec::new();
        for (name, rows) in years_of(&table, path)? {
            let picked = |counts: &[Count]| rows.iter().map(|&row| counts[row]).collect::<Vec<Count>>();
            if rows.len() < 2 {
                return Err(Trouble::at(path, format!("{name}: one area has no others to be set beside")));
            }
            let also = also.iter().map(|(column, counts)| (column.clone(), picked(counts))).collect();
            years.push(Year { users: picked(&users), also, table: table.select(&rows), name });
        }
        Ok(Source {
            title: path.display().to_string(),
            note: format!("{} rows", table.n_rows()),
            years,
            truth: None,
        })
    }

    /// The last year: what is screened.
    pub(crate) fn latest(&self) -> &Year {
        // a source has a row, so it has a year
        &self.years[self.years.len() - 1]
    }
}

/// The rows of each year, ascending; of one where there is no such column.
fn years_of(table: &Table, path: &Path) -> Result<BTreeMap<String, Vec<usize>>, Trouble> {
    let of_rows = match table.has("year") {
        true => filled(table, path, "year")?,
        false => vec![THE_YEAR.into(); table.n_rows()],
    };
    let mut years: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (row, year) in of_rows.into_iter().enumerate() {
        years.entry(year).or_default().push(row);
    }
    Ok(years)
}

/// More users than youths, or no users known at all.
fn refuse_impossible(
    table: &Table,
    counts: &[Count],
    (column, codes): (&str, &[String]),
) -> Result<(), String> {
    if counts.iter().all(|count| *count == Count::Missing) {
        return Err(format!(
            "no row has a count in '{column}'; where blanks or dots are withheld counts, --withheld-below says so"
        ));
    }
    let youths = table.numbers("youths").map_err(|error| error.to_string())?;
    let above = |&row: &usize| youths[row].is_some_and(|youths| counts[row].bounds().lo() as f64 > youths);
    match (0..counts.len()).find(above) {
        Some(row) => Err(format!(
            "row {} ({}): '{column}' is more than the {} youths there are",
            row + 1,
            codes[row],
            youths[row].unwrap_or_default()
        )),
        None => Ok(()),
    }
}

/// A column of counts as it was published; where some were withheld, a blank is one of them.
fn counts(table: &Table, column: &str, asked: &Arguments) -> nestcount::Result<Vec<Count>> {
    let Some(rule) = asked.publisher.rule()? else { return Count::column(table, column) };
    let format = match asked.publisher.withheld_below {
        Some(_) => CellFormat::plain().blanks(Blanks::Withheld),
        None => CellFormat::plain(),
    };
    rule.reading(format)?.counts(table, column)
}
