//! Where nation and extras come from: the synthetic Haaglanden, or files.

use crate::chosen::{self, Chosen};
use crate::distinct::distinct;
use crate::trouble::Trouble;
use crate::{scp_2017, tables};
use nestcount::Result;
use nestcount::area::{CodeScope, LevelColumn, Placement};
use nestcount::count::{Count, CountTable, DisclosureRule};
use nestcount::determinant::{Determinants, MissingCells};
use nestcount::second_stage::Extra;
use nestcount::simulate::{HaaglandenVariant, Truth, haaglanden_world};
use nestcount::table::Table;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::BTreeSet;
use std::path::Path;

/// Counts below this are withheld.
const THRESHOLD: u64 = 10;
/// The column of standard errors of an extra is called after it.
const STD_ERROR: &str = "_se";

/// A national table, what is known beside of one region, and the truth where it was drawn.
pub(crate) struct Source {
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) national: Table,
    pub(crate) layout: Layout,
    /// By the code of the wijk.
    pub(crate) extra: Option<Table>,
    pub(crate) region: String,
    pub(crate) truth: Option<Truth>,
}

/// What the columns of a national table are called.
pub(crate) struct Layout {
    pub(crate) levels: [LevelColumn<'static>; 3],
    pub(crate) names: [&'static str; 2],
    count: &'static str,
    exposure: &'static str,
    /// A column that marks withheld counts; where there is none they are withheld here.
    flag: Option<&'static str>,
    determinants: Chosen,
}

const SYNTHETIC: Layout = Layout {
    levels: [
        LevelColumn { level: "jeugdregio", column: "jeugdregio" },
        LevelColumn { level: "gemeente", column: "gemeente" },
        LevelColumn { level: "wijk", column: "wijk" },
    ],
    names: ["wijknaam", "gemeentenaam"],
    count: "gebruikers",
    exposure: "jeugdigen",
    flag: None,
    determinants: chosen::SYNTHETIC,
};

const SCP_2017: Layout = Layout {
    levels: scp_2017::LEVELS,
    names: ["wijknaam", "gemnaam"],
    count: "n_users_rec",
    exposure: "n_youth_rec",
    flag: Some("suppressed"),
    determinants: Chosen { plain: &scp_2017::DETERMINANTS, logged: &[] },
};

impl Source {
    pub(crate) fn synthetic(seed: u64) -> Result<Source> {
        let variant = HaaglandenVariant::Standard;
        let drawn = haaglanden_world(variant).draw(&mut ChaCha12Rng::seed_from_u64(seed))?;
        Ok(Source {
            title: format!(
                "SYNTHETIC: a country in the shape of SCP's study with a region like Haaglanden, seed {seed}"
            ),
            about: "SYNTHETIC: no number here is about a real wijk.".into(),
            national: drawn.national,
            layout: SYNTHETIC,
            extra: Some(drawn.extra),
            region: drawn.region,
            truth: Some(drawn.truth),
        })
    }

    pub(crate) fn files(data: &Path, extra: Option<&Path>, region: &str) -> Result<Source, Trouble> {
        let national = tables::read(data)?;
        let layout = [SCP_2017, SYNTHETIC].into_iter().find(|layout| national.has(layout.count));
        let layout = layout.ok_or_else(|| {
            let wanted = format!("neither '{}' nor '{}'", SCP_2017.count, SYNTHETIC.count);
            Trouble::at(data, format!("has {wanted} as a column of counts"))
        })?;
        tables::require(&national, data, layout.columns())?;
        distinct(&national, data, layout.levels[2].column)?;
        let column = layout.levels[0].column;
        let regions = national.codes(column)?;
        if !regions.iter().flatten().any(|known| known == region) {
            let known: BTreeSet<&str> = regions.iter().flatten().map(String::as_str).collect();
            let (known, n) = (known.iter().take(8).copied().collect::<Vec<_>>().join(", "), known.len());
            let what = format!("no row has '{region}' in column '{column}'; the {n} regions are {known} …");
            return Err(Trouble::at(data, what));
        }
        Ok(Source {
            title: data.display().to_string(),
            about: format!("Source: {}.", data.display()),
            national,
            extra: extra.map(|path| extras(path, layout.levels[2].column)).transpose()?,
            layout,
            region: region.into(),
            truth: None,
        })
    }

    pub(crate) fn placement(&self, table: &Table) -> Result<Placement> {
        Placement::from_table(table, &self.layout.levels, CodeScope::Unique)
    }

    /// Counts as published, those below the threshold withheld.
    pub(crate) fn counts(&self, table: &Table) -> Result<CountTable> {
        let rule = withholding()?;
        let counts = match self.layout.flag {
            Some(flag) => rule.counts_flagged(table, self.layout.count, flag)?,
            None => {
                let secret = rule.read(".")?;
                let small = |count: &Count| matches!(count, Count::Exact(y) if *y < THRESHOLD);
                let all = Count::column(table, self.layout.count)?;
                all.into_iter().map(|count| if small(&count) { secret } else { count }).collect()
            }
        };
        CountTable::with_exposures(counts, table.numbers(self.layout.exposure)?)
    }

    /// The national determinants in units of their standard deviation, missing cells filled with the mean around them.
    pub(crate) fn determinants(&self) -> Determinants {
        let all = self.layout.determinants.z_scores().fold(Determinants::new(), Determinants::with);
        all.missing(MissingCells::ParentMean)
    }

    /// The region's rows of the national table, with the extras where there are some; wijken without extras are left out.
    pub(crate) fn regional(&self) -> Result<(Table, usize)> {
        let regions = self.national.codes(self.layout.levels[0].column)?;
        let there = |row: &usize| regions[*row].as_deref() == Some(self.region.as_str());
        let own = self.national.select(&(0..regions.len()).filter(there).collect::<Vec<_>>());
        let Some(extra) = &self.extra else { return Ok((own, 0)) };
        let key = self.layout.levels[2].column;
        let (wijken, known) = (own.codes(key)?, extra.codes(key)?);
        let kept: Vec<usize> = (0..wijken.len()).filter(|&row| known.contains(&wijken[row])).collect();
        let columns: Vec<&str> = names(extra, key).collect();
        Ok((own.select(&kept).with_columns_of(key, extra, key, &columns)?, wijken.len() - kept.len()))
    }

    /// The extras by the names of their columns: those with a column of standard errors are survey means.
    pub(crate) fn extras(&self) -> Vec<Extra> {
        let Some(extra) = &self.extra else { return Vec::new() };
        let wanted = names(extra, self.layout.levels[2].column).filter(|name| !name.ends_with(STD_ERROR));
        let one = |name: &str| {
            let error = format!("{name}{STD_ERROR}");
            match extra.has(&error) {
                true => Extra::survey(name, &error).z_score(),
                false => Extra::exact(name).z_score(),
            }
        };
        wanted.map(one).collect()
    }
}

impl Layout {
    /// All that a table needs.
    fn columns(&self) -> impl Iterator<Item = &'static str> {
        let levels = self.levels.map(|level| level.column).into_iter();
        let counts = [self.count, self.exposure].into_iter().chain(self.flag);
        levels.chain(self.names).chain(counts).chain(self.determinants.names())
    }
}

/// A table with a code in every row, and numbers.
fn extras(path: &Path, key: &str) -> Result<Table, Trouble> {
    let table = tables::read(path)?;
    tables::require(&table, path, [key])?;
    distinct(&table, path, key)?;
    for name in names(&table, key) {
        // here, where rows are those of the file
        table.numbers(name).map_err(|error| Trouble::from(error).of(Some(path)))?;
    }
    Ok(table)
}

/// The columns but for that of the codes.
fn names<'a>(extra: &'a Table, key: &'a str) -> impl Iterator<Item = &'a str> {
    extra.names().iter().map(String::as_str).filter(move |name| *name != key)
}

pub(crate) fn withholding() -> Result<DisclosureRule> {
    DisclosureRule::builder().withheld_below(THRESHOLD).build()
}
