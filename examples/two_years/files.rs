//! The tables of SCP (2017) and Statistics Netherlands (2021), and the gemeenten of both years.

use crate::chosen::Chosen;
use crate::distinct::distinct;
use crate::filled::filled;
use crate::tables;
use crate::trouble::Trouble;
use crate::year::Year;
use nestcount::count::{Count, DisclosureRule};
use nestcount::crosswalk::{Common, Crosswalk};
use nestcount::table::Table;
use nestcount::{Error, nl};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// Determinants that both tables have.
pub(crate) const NAMES: Chosen =
    Chosen { plain: &["eengezinswoningen", "corporatiehuur", "niet-westers"], logged: &["woningwaarde"] };

/// What the tables call them; the share of 2021 is made of a number of people out of `a_inw`.
const IN_2017: [&str; 4] = ["perc_1gez", "huur_corp", "perc_nwmig", "woonwaarde"];
const IN_2021: [&str; 4] = ["p_1gezw", "p_wcorpw", NON_WESTERN, "g_wozbag"];
const NON_WESTERN: &str = "a_nw_all";

/// What else is needed of each file.
const OF_2017: [&str; 4] = ["wijk", "gm", "n_users_rec", "n_youth_rec"];
const OF_2021: [&str; 8] =
    ["wijk", "gm", "gemnaam", "jeugdregio2016", "jeugdzorg_totaal", "a_00_14", "a_15_24", "a_inw"];
const OF_LIST: [&str; 2] = ["gm", "gm_2021"];
/// Marks withheld counts in both years.
const FLAG: &str = "suppressed";

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
        let of_2017 =
            Source::read(folder, "scp2017_wijken.csv", &[&OF_2017[..], &IN_2017, &[FLAG]].concat())?;
        let of_2021 = Source::read(folder, "wijken2021.csv", &[&OF_2021[..], &IN_2021, &[FLAG]].concat())?;
        let list = Source::read(folder, "gemeenten2017.csv", &OF_LIST)?;
        let crosswalk = crosswalk(&list)?;
        let common = crosswalk.common()?;
        let names = of_2021.codes("gm")?.into_iter().zip(of_2021.codes("gemnaam")?).collect();
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

/// A table and the file that it is from.
struct Source {
    path: PathBuf,
    table: Table,
}

impl Source {
    fn read(folder: &Path, name: &str, columns: &[&'static str]) -> Result<Source, Trouble> {
        let path = folder.join(name);
        let table = tables::read(&path)?;
        tables::require(&table, &path, columns.iter().copied())?;
        Ok(Source { path, table })
    }

    fn codes(&self, column: &str) -> Result<Vec<String>, Trouble> {
        filled(&self.table, &self.path, column)
    }

    fn wijken(&self) -> Result<Vec<String>, Trouble> {
        distinct(&self.table, &self.path, "wijk")
    }

    fn numbers(&self, column: &str) -> Result<Vec<Option<f64>>, Trouble> {
        self.table.numbers(column).map_err(|error| self.trouble(error))
    }

    fn counts(&self, rule: &DisclosureRule, column: &str) -> Result<Vec<Count>, Trouble> {
        rule.counts_flagged(&self.table, column, FLAG).map_err(|error| self.trouble(error))
    }

    /// The common area of each row's gemeente; one that the crosswalk does not know is an error with its code.
    fn in_common(&self, whole: &Crosswalk) -> Result<Vec<String>, Trouble> {
        let gemeenten = self.codes("gm")?;
        let each: BTreeSet<&String> = gemeenten.iter().filter(|code| *code != TORN).collect();
        let each: Vec<&String> = each.into_iter().collect();
        whole.carry(&each).map_err(|error| self.trouble(error))?;
        let to =
            |code: &String| whole.shares_of(code).first().map_or(String::new(), |(to, _)| to.to_string());
        Ok(gemeenten.iter().map(to).collect())
    }

    fn trouble(&self, error: Error) -> Trouble {
        Trouble::from(error).of(Some(&self.path))
    }
}

/// Gemeenten of 2017 as those of 2021, without the one that was torn.
fn crosswalk(list: &Source) -> Result<Crosswalk, Trouble> {
    let pairs = list.codes("gm")?.into_iter().zip(list.codes("gm_2021")?);
    let whole = |(from, _): &(String, String)| from != TORN && SPLIT.iter().all(|(split, _)| split != from);
    let mut weights: Vec<(String, String, f64)> =
        pairs.filter(whole).map(|(from, to)| (from, to, 1.0)).collect();
    for (from, parts) in SPLIT {
        weights.extend(parts.iter().map(|to| (from.to_string(), to.to_string(), 1.0)));
    }
    Crosswalk::from_weights(weights).map_err(|error| list.trouble(error))
}

/// The wijken of 2017 in the common areas: users reconstructed from percentages, withheld below 10.
fn first(of_2017: &Source, common: &Common, of_2021: &Source) -> Result<(Year, usize), Trouble> {
    let gemeenten = of_2017.in_common(&common.before)?;
    // A region of 2017 is that of the area's gemeenten in the table of 2021: mergers crossed regions.
    let regions: HashMap<String, String> =
        of_2021.in_common(&common.after)?.into_iter().zip(of_2021.codes("jeugdregio2016")?).collect();
    let rule = DisclosureRule::builder().withheld_below(10).build()?;
    let year = Year {
        label: "2017",
        wijken: of_2017.wijken()?,
        jeugdregios: gemeenten.iter().map(|code| regions.get(code).cloned().unwrap_or_default()).collect(),
        gemeenten,
        youths: of_2017.numbers("n_youth_rec")?,
        counts: of_2017.counts(&rule, "n_users_rec")?,
        determinants: IN_2017.iter().map(|name| of_2017.numbers(name)).collect::<Result<_, _>>()?,
    };
    let own = of_2017.codes("gm")?;
    let torn: BTreeSet<String> =
        year.wijken.iter().zip(&own).filter(|(_, gm)| *gm == TORN).map(|(wijk, _)| wijk.clone()).collect();
    Ok((with_users(year.only(|wijk| !torn.contains(wijk))), torn.len()))
}

/// The wijken of 2021 in the common areas: users rounded to 5 and withheld below 10, out of persons of 0 to 24.
fn second(of_2021: &Source, common: &Common) -> Result<Year, Trouble> {
    let both =
        |one: &str, other: &str, of: fn(f64, f64) -> Option<f64>| -> Result<Vec<Option<f64>>, Trouble> {
            let cells = of_2021.numbers(one)?.into_iter().zip(of_2021.numbers(other)?);
            Ok(cells.map(|(one, other)| of(one?, other?)).collect())
        };
    let determinant = |name: &&str| match *name {
        NON_WESTERN => both(name, "a_inw", |part, all| (all > 0.0).then_some(100.0 * part / all)),
        name => of_2021.numbers(name),
    };
    Ok(with_users(Year {
        label: "2021",
        wijken: of_2021.wijken()?,
        gemeenten: of_2021.in_common(&common.after)?,
        jeugdregios: of_2021.codes("jeugdregio2016")?,
        youths: both("a_00_14", "a_15_24", |young, older| Some(young + older))?,
        counts: of_2021.counts(&nl::cbs_2022(), "jeugdzorg_totaal")?,
        determinants: IN_2021.iter().map(determinant).collect::<Result<_, _>>()?,
    }))
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
