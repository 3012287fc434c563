//! Tables from files.

use crate::trouble::Trouble;
use nestcount::table::Table;
use std::fs::File;
use std::path::Path;

/// How many names a list spells out.
const SPELLED_OUT: usize = 12;
/// How much of a header is repeated.
const HEADER: usize = 60;

/// A table with a header and rows.
pub(crate) fn read(path: &Path) -> Result<Table, Trouble> {
    let file = File::open(path).map_err(|error| Trouble::at(path, error))?;
    let table = Table::from_csv(file).map_err(|error| Trouble::from(error).of(Some(path)))?;
    match (table.names(), table.n_rows()) {
        ([], _) => Err(Trouble::at(path, "there is nothing in it")),
        ([one], _) => {
            let one: String = one.chars().take(HEADER).flat_map(char::escape_debug).collect();
            Err(Trouble::at(
                path,
                format!(
                    "its first line is one cell, '{one}'; a table has a line of names, with commas or semicolons between"
                ),
            ))
        }
        (_, 0) => Err(Trouble::at(path, "there are no rows in it")),
        _ => Ok(table),
    }
}

/// Whether all these columns are there; the error has all that are not.
pub(crate) fn require<'a>(
    table: &Table,
    path: &Path,
    columns: impl IntoIterator<Item = &'a str>,
) -> Result<(), Trouble> {
    let missing: Vec<&str> = columns.into_iter().filter(|name| !table.has(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = table.names().iter().map(String::as_str).collect();
    Err(Trouble::at(path, format!("has no column {}; its columns are {}", listed(&missing), listed(&names))))
}

fn listed(names: &[&str]) -> String {
    let first = names[..names.len().min(SPELLED_OUT)].join(", ");
    match names.len().saturating_sub(SPELLED_OUT) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
