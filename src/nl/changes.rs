//! Changes of gemeenten, in the layout of the national list.

use super::{CbsCode, Gemeente};
use crate::crosswalk::{Change, Changes, Date};
use crate::error::{CrosswalkFault, ErrorKind, Result};
use crate::table::Table;

/// The day on which the old area ended.
const DATE: &str = "Bestaan tot";
const OLD: &str = "Oude";
const NEW: &str = "Nieuwe";
/// The share of the old area, a column of our own: the list has mergers and new codes only.
const SHARE: &str = "Aandeel";

/// Reads a list of changes of gemeenten with the columns `Bestaan tot` (day-month-year), `Oude` and `Nieuwe` (codes with
/// their prefix), as one line per gemeente that ended.
///
/// A blank new code is a gemeente that went abroad. Where there is a column `Aandeel`, a cell in it is the share of the
/// old gemeente that went to the new one. Other columns, such as the code of today, are not read. Fails with one
/// [`ErrorKind::Crosswalk`] that lists all rows without a date and all codes of another form.
///
/// ```
/// use nestcount::{crosswalk::Date, nl, table::Table};
/// let list = Table::new()
///     .with_text("Bestaan tot", ["1-1-2015", "1-1-2016"])?
///     .with_text("Oude", ["GM0265", "GM0241"])?
///     .with_text("Nieuwe", ["GM0241", "GM1945"])?;
/// let changes = nl::gemeente_changes(&list)?;
/// let crosswalk = changes.crosswalk(["GM0265", "GM0268"], Date::first_of(2014), Date::first_of(2017))?;
/// assert_eq!(crosswalk.to_codes(), ["GM1945", "GM0268"]);
/// # Ok::<(), nestcount::Error>(())
/// ```
pub fn gemeente_changes(table: &Table) -> Result<Changes> {
    let (dates, old, new) = (table.codes(DATE)?, table.codes(OLD)?, table.codes(NEW)?);
    let shares = if table.has(SHARE) { table.numbers(SHARE)? } else { vec![None; dates.len()] };
    let (mut faults, mut undated) = (Vec::new(), Vec::new());
    let mut changes = Vec::with_capacity(dates.len());
    for (row, (((date, old), new), share)) in dates.iter().zip(old).zip(new).zip(shares).enumerate() {
        let date = date.as_deref().and_then(|date| Date::parse(date).ok());
        if date.is_none() {
            undated.push(row);
        }
        let mut code = |cell: &str| match CbsCode::<Gemeente>::parse(cell) {
            Ok(code) => Some(String::from(code)),
            Err(error) => {
                if let ErrorKind::InvalidCode { code, expected } = error.kind() {
                    let (cell, expected) = (code.clone(), expected.clone());
                    faults.push(CrosswalkFault::InvalidCode { cell, expected, row });
                }
                None
            }
        };
        let old = code(old.as_deref().unwrap_or_default());
        let new = new.map_or(Some(None), |new| code(&new).map(Some));
        if let (Some(date), Some(old), Some(new)) = (date, old, new) {
            changes.push(match (new, share) {
                (None, _) => Change::ended(date, &old),
                (Some(new), None) => Change::whole(date, &old, &new),
                (Some(new), Some(share)) => Change::part(date, &old, &new, share),
            });
        }
    }
    if let Some(cell) = undated.first().map(|&first| dates[first].clone().unwrap_or_default()) {
        faults.push(CrosswalkFault::InvalidDate { cell, rows: undated });
    }
    CrosswalkFault::refuse(faults)?;
    Ok(Changes::new(changes))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A list from its lines, the first with the names.
    fn read(lines: &str) -> Result<Changes> {
        let mut lines = lines.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let names = lines.next().unwrap();
        let cells: Vec<Vec<&str>> = lines.collect();
        let column = |at: usize| cells.iter().map(move |line| line[at]);
        let table = names
            .iter()
            .enumerate()
            .try_fold(Table::new(), |table, (at, name)| table.with_text(name, column(at)));
        gemeente_changes(&table.unwrap())
    }

    #[test]
    fn a_split_has_shares_and_one_that_went_abroad_has_no_successor() {
        let list = "Bestaan tot,Oude,Nieuwe,Aandeel\n1-1-2019,GM0053,GM1966,0.7\n1-1-2019,GM0053,GM1969,0.3\n1-8-1963,GM1055,,\n";
        let changes = read(list).unwrap();
        let shares = |code| {
            let crosswalk = changes.crosswalk([code], Date::first_of(1900), Date::first_of(2020));
            crosswalk.map(|crosswalk| {
                crosswalk.links().map(|link| (link.1.to_string(), link.2)).collect::<Vec<_>>()
            })
        };
        assert_eq!(shares("GM0053").unwrap(), [("GM1966".into(), 0.7), ("GM1969".into(), 0.3)]);
        assert_eq!(shares("GM1055").unwrap_err().rows(), [2]);
    }

    #[test]
    fn lines_without_a_date_are_named_and_codes_need_their_form() {
        let error = read("Bestaan tot,Oude,Nieuwe\n1-1-2019,GM0053,GM1966\n,GM1,GM2\n31-2-2019,GM1,GM2\n")
            .unwrap_err();
        assert_eq!((error.code(), error.rows()), ("crosswalk", &[1, 2][..]));
        let error = read("Bestaan tot,Oude,Nieuwe\n1-1-2019,53,GM1966\n1-1-2019,GM0053,x\n").unwrap_err();
        assert_eq!((error.code(), error.rows()), ("crosswalk", &[0, 1][..]));
        assert!(error.to_string().contains("'53' is not a gemeente code: GM, 4 digits"), "{error}");
        assert_eq!(read("Oude,Nieuwe\nGM0053,GM1966\n").unwrap_err().code(), "unknown-column");
    }

    proptest::proptest! {
        #[test]
        fn no_cell_is_too_odd_for_an_error(
            date in ".{0,12}",
            old in "(GM)?[0-9]{0,5}|.{0,8}",
            new in "(GM)?[0-9]{4}|.{0,8}",
            share in "[0-9.eE+-]{0,8}",
        ) {
            let columns = [(DATE, "1-1-2019", date), (OLD, "GM0053", old), (NEW, "GM1966", new), (SHARE, "", share)];
            let table = columns.into_iter().try_fold(Table::new(), |table, (name, first, second)| {
                table.with_text(name, [first.to_string(), second])
            });
            let table = table.unwrap();
            match gemeente_changes(&table) {
                Ok(changes) => proptest::prop_assert_eq!(changes.listed().len(), 2),
                Err(error) => proptest::prop_assert!(!error.to_string().is_empty()),
            }
        }
    }
}
