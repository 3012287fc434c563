//! Where nation and extras come from: the synthetic Haaglanden, or files.

use nestcount::area::{CodeScope, LevelColumn, Placement};
use nestcount::count::{CountTable, DisclosureRule};
use nestcount::determinant::{Determinants, MissingCells, Numeric};
use nestcount::second_stage::Extra;
use nestcount::simulate::{HaaglandenVariant, Truth, haaglanden_world};
use nestcount::table::Table;
use nestcount::{Error, Result};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::fs::File;
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
    plain: &'static [&'static str],
    logged: &'static [&'static str],
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
    plain: &["eenouder", "speciaal_onderwijs", "laag_inkomen", "ouders_ggz"],
    logged: &["bijstand", "nietwesters", "grootte"],
};

const SCP_2017: Layout = Layout {
    levels: [
        LevelColumn { level: "jeugdregio", column: "jeugdregio_code" },
        LevelColumn { level: "gemeente", column: "gm" },
        LevelColumn { level: "wijk", column: "wijk" },
    ],
    names: ["wijknaam", "gemnaam"],
    count: "n_users_rec",
    exposure: "n_youth_rec",
    flag: Some("suppressed"),
    plain: &[
        "perc_sbo_g",
        "perc_vso_g",
        "perc_praktijk_g",
        "perc_hhmk",
        "perc_jong04",
        "perc_1ouder",
        "perc_tienmam",
        "perc_hhmkhgink",
        "perc_kind_sch5",
        "perc_ouderpsy",
        "perc_hhverd",
        "perc_hhbijs",
        "perc_hhwan",
        "groenedruk",
        "grijzedruk",
        "perc_ao",
        "perc_laagopl",
        "gem_gestink",
        "polchrplus",
        "perc_nwmig",
        "perc_antsur",
        "perc_1gez",
        "huur_corp",
        "woonwaarde",
        "afstandhuisarts",
        "samenw",
        "kleinewijk",
    ],
    logged: &[],
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
        let national = read(data)?;
        let layout = [SCP_2017, SYNTHETIC].into_iter().find(|layout| national.has(layout.count));
        let layout = layout.ok_or_else(|| {
            let wanted = format!("neither '{}' nor '{}'", SCP_2017.count, SYNTHETIC.count);
            Trouble::File(format!("{}: has {wanted} as a column of counts", data.display()))
        })?;
        Ok(Source {
            title: data.display().to_string(),
            about: format!("Source: {}.", data.display()),
            national,
            layout,
            extra: extra.map(read).transpose()?,
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
                let publish = |count: Option<f64>| match count {
                    Some(y) if y >= THRESHOLD as f64 => rule.read(&y.to_string()),
                    _ => Ok(secret),
                };
                table.numbers(self.layout.count)?.into_iter().map(publish).collect::<Result<Vec<_>>>()?
            }
        };
        CountTable::with_exposures(counts, table.numbers(self.layout.exposure)?)
    }

    /// The national determinants in units of their standard deviation, missing cells filled with the mean around them.
    pub(crate) fn determinants(&self) -> Determinants {
        let plain = self.layout.plain.iter().map(|name| Numeric::new(name).z_score());
        let logged = self.layout.logged.iter().map(|name| Numeric::new(name).log().z_score());
        plain.chain(logged).fold(Determinants::new(), Determinants::with).missing(MissingCells::ParentMean)
    }

    /// The region's rows of the national table, with the extras where there are some; wijken without extras are left out.
    pub(crate) fn regional(&self) -> Result<(Table, usize), Trouble> {
        let regions = self.national.codes(self.layout.levels[0].column)?;
        let rows: Vec<usize> =
            (0..regions.len()).filter(|&row| regions[row].as_deref() == Some(self.region.as_str())).collect();
        if rows.is_empty() {
            let column = self.layout.levels[0].column;
            return Err(Trouble::File(format!("no row has '{}' in column '{column}'", self.region)));
        }
        let own = self.national.select(&rows);
        let Some(extra) = &self.extra else { return Ok((own, 0)) };
        let (wijken, key) = (own.codes(self.layout.levels[2].column)?, self.key(extra)?);
        let known = extra.codes(&key)?;
        let kept: Vec<usize> = (0..wijken.len()).filter(|&row| known.contains(&wijken[row])).collect();
        let columns: Vec<&str> =
            extra.names().iter().map(String::as_str).filter(|name| *name != key).collect();
        let joined =
            own.select(&kept).with_columns_of(self.layout.levels[2].column, extra, &key, &columns)?;
        Ok((joined, wijken.len() - kept.len()))
    }

    /// The extras by the names of their columns: those with a column of standard errors are survey means.
    pub(crate) fn extras(&self) -> Result<Vec<Extra>, Trouble> {
        let Some(extra) = &self.extra else { return Ok(Vec::new()) };
        let key = self.key(extra)?;
        let names = extra.names().iter().filter(|name| **name != key && !name.ends_with(STD_ERROR));
        let one = |name: &String| {
            let error = format!("{name}{STD_ERROR}");
            match extra.has(&error) {
                true => Extra::survey(name, &error).z_score(),
                false => Extra::exact(name).z_score(),
            }
        };
        Ok(names.map(one).collect())
    }

    fn key(&self, extra: &Table) -> Result<String, Trouble> {
        let column = self.layout.levels[2].column;
        match extra.has(column) {
            true => Ok(column.into()),
            false => Err(Trouble::File(format!("the table of extras has no column '{column}' with codes"))),
        }
    }
}

pub(crate) fn withholding() -> Result<DisclosureRule> {
    DisclosureRule::builder().withheld_below(THRESHOLD).build()
}

fn read(path: &Path) -> Result<Table, Trouble> {
    let trouble = |message: String| Trouble::File(format!("{}: {message}", path.display()));
    let file = File::open(path).map_err(|error| trouble(error.to_string()))?;
    Table::from_csv(file).map_err(|error| trouble(error.to_string()))
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
