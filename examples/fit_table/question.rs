//! From the arguments to the stages of the library.

use crate::arguments::{Arguments, Treat};
use crate::published::Published;
use crate::values::Reference;
use nestcount::area::Placement;
use nestcount::count::{CountTable, ExclusionReason};
use nestcount::determinant::{Categorical, Determinants, Numeric, Term};
use nestcount::table::Table;
use nestcount::{Error, ErrorKind, Model, Options, Result};
use std::fs::File;

/// The one area of a table without levels.
const WHOLE_TABLE: &str = "whole table";

/// The name under which the library reports the effects of rows.
const ROW_LEVEL: &str = "row";

pub(crate) fn table(asked: &Arguments) -> Result<Table> {
    let unreadable = |why: &dyn std::fmt::Display| {
        Error::from(ErrorKind::Unreadable { message: format!("{}: {why}", asked.data.display()) })
    };
    let file = File::open(&asked.data).map_err(|error| unreadable(&error))?;
    let table = Table::from_csv(file).map_err(|error| match error.kind() {
        ErrorKind::Unreadable { message } => unreadable(message),
        _ => error,
    })?;
    if table.names().is_empty() {
        return Err(unreadable(&"the file is empty"));
    }
    Ok(table)
}

pub(crate) fn counts(asked: &Arguments, table: &Table, published: &Published) -> Result<CountTable> {
    let counts = published.counts.clone();
    let counts = match &asked.exposure {
        Some(exposure) => CountTable::with_exposures(counts, table.numbers(exposure)?)?,
        None => CountTable::without_exposure(counts)?,
    };
    let counts = match asked.published.treat {
        Treat::Drop => counts.without(&published.withheld, ExclusionReason::Withheld),
        _ => counts,
    };
    match (counts.n_read(), counts.rows().len()) {
        (0, _) => Err(no_rows("the file has a header and no rows".into())),
        (read, 0) => Err(no_rows(format!("none of the {read} rows has a count and an exposure above 0"))),
        _ => Ok(counts),
    }
}

fn no_rows(why: String) -> Error {
    ErrorKind::NoRows { why }.into()
}

/// The areas of all rows of the file; without levels one area around all of them.
pub(crate) fn placement(asked: &Arguments, table: &Table) -> Result<Placement> {
    let levels: Vec<&str> = asked.levels.iter().map(String::as_str).collect();
    if levels.is_empty() {
        let codes = vec![WHOLE_TABLE; table.n_rows()];
        return Placement::from_codes(&[(WHOLE_TABLE, &codes)], asked.code_scope());
    }
    Placement::from_table(table, &levels, asked.code_scope())
}

pub(crate) fn determinants(asked: &Arguments) -> Result<Determinants> {
    refuse_contradictory_references(asked)?;
    refuse_the_count_itself(asked)?;
    let further = asked.categorical.iter().filter(|column| !asked.determinants.contains(column));
    let terms = asked.determinants.iter().chain(further).map(|column| term(asked, column));
    let wanted = terms.fold(Determinants::new(), Determinants::with);
    let names = asked.interactions.iter().map(|interaction| &interaction.0);
    let wanted = names.fold(wanted, |wanted, names| wanted.interaction(names));
    let wanted = wanted.missing(asked.missing_cells());
    Ok(if asked.scale { wanted.scaled() } else { wanted })
}

fn term(asked: &Arguments, column: &str) -> Term {
    if !asked.categorical.iter().any(|known| known == column) {
        return Numeric::new(column).into();
    }
    let categorical = Categorical::new(column);
    match asked.reference.iter().find(|reference| reference.column == column) {
        Some(Reference { value, .. }) => categorical.reference(value).into(),
        None => categorical.into(),
    }
}

/// What is to be explained explains itself perfectly.
fn refuse_the_count_itself(asked: &Arguments) -> Result<()> {
    let determinants = asked.determinants.iter().chain(&asked.categorical);
    match determinants.into_iter().find(|column| asked.count_columns().contains(&column.as_str())) {
        Some(column) => Err(specification(format!("'{column}' is the count itself and cannot explain it"))),
        None => Ok(()),
    }
}

fn refuse_contradictory_references(asked: &Arguments) -> Result<()> {
    for (at, Reference { column, .. }) in asked.reference.iter().enumerate() {
        if !asked.categorical.contains(column) {
            return Err(specification(format!(
                "--reference names '{column}', which is not under --categorical; add it there"
            )));
        }
        if asked.reference[..at].iter().any(|earlier| earlier.column == *column) {
            return Err(specification(format!("--reference names two categories of '{column}'; keep one")));
        }
    }
    Ok(())
}

fn specification(message: String) -> Error {
    ErrorKind::Specification { message }.into()
}

pub(crate) fn model(asked: &Arguments) -> Result<Model> {
    if asked.row_effect && asked.levels.iter().any(|level| level == ROW_LEVEL) {
        return Err(specification(format!(
            "with --row-effect the rows' own level is called '{ROW_LEVEL}'; rename that column"
        )));
    }
    let model = asked.levels.iter().fold(Model::of(asked.family()), Model::random_intercept);
    Ok(if asked.row_effect { model.row_effect() } else { model })
}

/// An estimator's own options, with what was asked.
pub(crate) fn options(asked: &Arguments, default: Options) -> Options {
    Options { max_evaluations: asked.max_evaluations.unwrap_or(default.max_evaluations), ..default }
}
