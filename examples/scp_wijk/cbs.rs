//! What the neighbourhood table of Statistics Netherlands does not hold as a column: youths, and shares of people.

use nestcount::Result;
use nestcount::table::Table;

pub(crate) const YOUTHS: &str = "persons 0 to 24";
pub(crate) const FAMILIES: &str = "households with children";
pub(crate) const LITTLE_SCHOOLING: &str = "little schooling";
pub(crate) const WELFARE: &str = "on welfare";
pub(crate) const NON_WESTERN: &str = "non-western";

/// What all this is made of.
pub(crate) const NEEDED: [&str; 8] =
    ["a_inw", "a_hh", "a_00_14", "a_15_24", "a_hh_m_k", "a_opl_lg", "a_soz_wb", "a_nw_all"];

/// The table with the exposure and four shares, in percent; a share is missing where one of its parts is.
pub(crate) fn with_shares(table: Table) -> Result<Table> {
    let column = |name: &str| table.numbers(name);
    let (people, households) = (column("a_inw")?, column("a_hh")?);
    let youths = both(&column("a_00_14")?, &column("a_15_24")?, |young, older| Some(young + older));
    let share = |part: &str, whole: &[Option<f64>]| -> Result<Vec<Option<f64>>> {
        Ok(both(&column(part)?, whole, |part, whole| (whole > 0.0).then_some(100.0 * part / whole)))
    };
    let shares = [
        (FAMILIES, share("a_hh_m_k", &households)?),
        (LITTLE_SCHOOLING, share("a_opl_lg", &people)?),
        (WELFARE, share("a_soz_wb", &people)?),
        (NON_WESTERN, share("a_nw_all", &people)?),
    ];
    let table = table.with_optional_numbers(YOUTHS, youths)?;
    shares.into_iter().try_fold(table, |table, (name, cells)| table.with_optional_numbers(name, cells))
}

fn both(
    one: &[Option<f64>],
    other: &[Option<f64>],
    combine: impl Fn(f64, f64) -> Option<f64>,
) -> Vec<Option<f64>> {
    one.iter().zip(other).map(|(one, other)| combine((*one)?, (*other)?)).collect()
}
