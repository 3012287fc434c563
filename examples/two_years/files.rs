//! The tables of SCP (2017) and Statistics Netherlands (2021), and the gemeenten of both years.

use crate::Trouble;
use crate::year::Year;
use nestcount::count::{Count, DisclosureRule};
use nestcount::crosswalk::{Common, Crosswalk};
use nestcount::table::Table;
use nestcount::{Result, nl};
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::path::Path;

/// Determinants that both tables have; those marked enter as their logarithm.
pub(crate) const NAMES: [(&str, bool); 4] = [
    ("eengezinswoningen", false),
    ("corporatiehuur", false),
    ("woningwaarde", true),
    ("niet-westers", false),
];

/// What the tables call them; the last column of 2021 is a number of people, out of `a_inw`.
const IN_2017: [&str; 4] = ["perc_1gez", "huur_corp", "woonwaarde", "perc_nwmig"];
const IN_2021: [&str; 4] = ["p_1gezw", "p_wcorpw", "g_wozbag", "a_nw_all"];

/// Gemeenten that were split between the two years, with those that took over their parts. The list names only the
/// largest. How much went where does not matter: areas are taken that hold all parts.
const SPLIT: [(&str, &[&str]); 2] =
    [("GM0053", &["GM1966", "GM1969"]), ("GM0140", &["GM1900", "GM0080", "GM1949"])];

/// Haaren went to four gemeenten in two jeugdregio's: no area holds all of it.
const TORN: &str = "GM0788";

/// Both years, and how gemeenten were matched.
pub(crate) struct Files {
    pub(crate) years: [Year; 2],
    pub(crate) crosswalk: Crosswalk,
    pub(crate) common: Common,
    pub(crate) names: HashMap<String, String>,
    /// Wijken of 2017 left out with the gemeente that was torn.
    pub(crate) left_out: usize,
}

impl Files {
    pub(crate) fn read(folder: &Path) -> Result<Files, Trouble> {
        let [of_2017, of_2021, list] = ["scp2017_wijken.csv", "wijken2021.csv", "gemeenten2017.csv"]
            .map(|name| read(&folder.join(name)));
        let (of_2017, of_2021, list) = (of_2017?, of_2021?, list?);
        let crosswalk = crosswalk(&list)?;
        let common = crosswalk.common()?;
        let names = codes(&of_2021, "gm")?.into_iter().zip(codes(&of_2021, "gemnaam")?).collect();
        let (first, left_out) = first(&of_2017, &common, &of_2021)?;
        let second = second(&of_2021, &common)?;
        Ok(Files { years: [first, second], crosswalk, common, names, left_out })
    }

    /// Names of the gemeenten in a common area.
    pub(crate) fn name(&self, code: &str) -> String {
        let names: Vec<&str> =
            code.split('+').map(|code| self.names.get(code).map_or(code, String::as_str)).collect();
        names.join(" + ")
    }
}

/// Gemeenten of 2017 as those of 2021, without the one that was torn.
fn crosswalk(list: &Table) -> Result<Crosswalk> {
    let pairs = codes(list, "gm")?.into_iter().zip(codes(list, "gm_2021")?);
    let whole = |(from, _): &(String, String)| from != TORN && SPLIT.iter().all(|(split, _)| split != from);
    let mut weights: Vec<(String, String, f64)> =
        pairs.filter(whole).map(|(from, to)| (from, to, 1.0)).collect();
    for (from, parts) in SPLIT {
        weights.extend(parts.iter().map(|to| (from.to_string(), to.to_string(), 1.0)));
    }
    Crosswalk::from_weights(weights)
}

/// The wijken of 2017 in the common areas: users reconstructed from percentages, withheld below 10.
fn first(table: &Table, common: &Common, of_2021: &Table) -> Result<(Year, usize)> {
    let gemeenten = codes(table, "gm")?;
    let there = |row: &usize| gemeenten[*row] != TORN;
    let kept: Vec<usize> = (0..table.n_rows()).filter(there).collect();
    let left_out = table.n_rows() - kept.len();
    let table = table.select(&kept);
    let gemeenten = in_common(&codes(&table, "gm")?, &common.before)?;
    // A region of 2017 is that of the area's gemeenten in the table of 2021: mergers crossed regions.
    let regions: HashMap<String, String> = in_common(&codes(of_2021, "gm")?, &common.after)?
        .into_iter()
        .zip(codes(of_2021, "jeugdregio2016")?)
        .collect();
    let jeugdregios = gemeenten.iter().map(|code| regions.get(code).cloned().unwrap_or_default()).collect();
    let rule = DisclosureRule::builder().withheld_below(10).build()?;
    let counts = rule.counts_flagged(&table, "n_users_rec", "suppressed")?;
    let determinants = IN_2017.iter().map(|name| table.numbers(name)).collect::<Result<_>>()?;
    let wijken = codes(&table, "wijk")?;
    let youths = table.numbers("n_youth_rec")?;
    Ok((
        with_users(Year { label: "2017", wijken, gemeenten, jeugdregios, youths, counts, determinants }),
        left_out,
    ))
}

/// The wijken of 2021 in the common areas: users rounded to 5 and withheld below 10, out of persons of 0 to 24.
fn second(table: &Table, common: &Common) -> Result<Year> {
    let gemeenten = in_common(&codes(table, "gm")?, &common.after)?;
    let both = |one: &str, other: &str, of: fn(f64, f64) -> Option<f64>| -> Result<Vec<Option<f64>>> {
        let cells = table.numbers(one)?.into_iter().zip(table.numbers(other)?);
        Ok(cells.map(|(one, other)| of(one?, other?)).collect())
    };
    let youths = both("a_00_14", "a_15_24", |young, older| Some(young + older))?;
    let non_western = both("a_nw_all", "a_inw", |part, all| (all > 0.0).then_some(100.0 * part / all))?;
    let plain = IN_2021[..3].iter().map(|name| table.numbers(name));
    let determinants = plain.chain([Ok(non_western)]).collect::<Result<_>>()?;
    let counts = nl::cbs_2022().counts_flagged(table, "jeugdzorg_totaal", "suppressed")?;
    let (wijken, jeugdregios) = (codes(table, "wijk")?, codes(table, "jeugdregio2016")?);
    Ok(with_users(Year { label: "2021", wijken, gemeenten, jeugdregios, youths, counts, determinants }))
}

/// The wijken with a count, if only between bounds, and with youths.
fn with_users(year: Year) -> Year {
    let known = year.counts.iter().zip(&year.youths).zip(&year.wijken);
    let usable: BTreeSet<String> = known
        .filter(|((count, youths), _)| **count != Count::Missing && youths.is_some_and(|youths| youths > 0.0))
        .map(|(_, wijk)| wijk.clone())
        .collect();
    year.only(|wijk| usable.contains(wijk))
}

/// The common area of each row's gemeente; one that the crosswalk does not know is an error with its code.
fn in_common(gemeenten: &[String], whole: &Crosswalk) -> Result<Vec<String>> {
    let each: BTreeSet<&String> = gemeenten.iter().collect();
    let each: Vec<&String> = each.into_iter().collect();
    whole.carry(&each)?;
    let to = |code: &String| whole.shares_of(code).first().map_or(String::new(), |(to, _)| to.to_string());
    Ok(gemeenten.iter().map(to).collect())
}

fn codes(table: &Table, column: &str) -> Result<Vec<String>> {
    Ok(table.codes(column)?.into_iter().map(Option::unwrap_or_default).collect())
}

fn read(path: &Path) -> Result<Table, Trouble> {
    let told = |error: &dyn std::fmt::Display| Trouble::File(format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(|error| told(&error))?;
    Table::from_csv(file).map_err(|error| told(&error))
}
