//! Where the wijken come from: the synthetic world, or a file in the layout of SCP or of Statistics Netherlands.

use crate::cbs;
use crate::published::Publisher;
use crate::scp_file;
use nestcount::area::LevelColumn;
use nestcount::determinant::{Determinants, MissingCells, Numeric};
use nestcount::simulate::{ScpVariant, scp_world};
use nestcount::table::Table;
use nestcount::{Error, Result};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::fs::File;
use std::path::Path;

/// A table with the names of its columns.
pub(crate) struct Source {
    pub(crate) title: String,
    pub(crate) note: String,
    /// The year the figures are about; synthetic ones are about none.
    pub(crate) year: Option<u16>,
    /// Whom results name as their source.
    pub(crate) credit: &'static str,
    pub(crate) table: Table,
    pub(crate) columns: Columns,
}

/// What the columns of a layout are called.
pub(crate) struct Columns {
    pub(crate) levels: [LevelColumn<'static>; 3],
    pub(crate) names: [&'static str; 2],
    pub(crate) count: &'static str,
    /// How the counts were published.
    pub(crate) publisher: Publisher,
    pub(crate) exposure: &'static str,
    /// The actual percentage, where it was published beside the count or in its place.
    pub(crate) percent: Option<&'static str>,
    /// Determinants; those marked [`Scale::Log`] enter as their logarithm. All are z-scored.
    pub(crate) determinants: &'static [(&'static str, Scale)],
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Scale {
    Plain,
    Log,
}

const SYNTHETIC: Columns = Columns {
    levels: [
        LevelColumn { level: "jeugdregio", column: "jeugdregio" },
        LevelColumn { level: "gemeente", column: "gemeente" },
        LevelColumn { level: "wijk", column: "wijk" },
    ],
    names: ["wijknaam", "gemeentenaam"],
    count: "gebruikers",
    publisher: Publisher::Counted,
    exposure: "jeugdigen",
    percent: None,
    determinants: &[
        ("eenouder", Scale::Plain),
        ("bijstand", Scale::Log),
        ("nietwesters", Scale::Log),
        ("speciaal_onderwijs", Scale::Plain),
        ("laag_inkomen", Scale::Plain),
        ("ouders_ggz", Scale::Plain),
        ("grootte", Scale::Log),
    ],
};

const SCP_2017: Columns = Columns {
    levels: [
        LevelColumn { level: "jeugdregio", column: "jeugdregio_code" },
        LevelColumn { level: "gemeente", column: "gm" },
        LevelColumn { level: "wijk", column: "wijk" },
    ],
    names: ["wijknaam", "gemnaam"],
    count: "n_users_rec",
    publisher: Publisher::Scp { flag: "suppressed" },
    exposure: "n_youth_rec",
    percent: Some("perc_jhzv"),
    determinants: &[
        ("perc_sbo_g", Scale::Plain),
        ("perc_vso_g", Scale::Plain),
        ("perc_praktijk_g", Scale::Plain),
        ("perc_hhmk", Scale::Plain),
        ("perc_jong04", Scale::Plain),
        ("perc_1ouder", Scale::Plain),
        ("perc_tienmam", Scale::Plain),
        ("perc_hhmkhgink", Scale::Plain),
        ("perc_kind_sch5", Scale::Plain),
        ("perc_ouderpsy", Scale::Plain),
        ("perc_hhverd", Scale::Plain),
        ("perc_hhbijs", Scale::Plain),
        ("perc_hhwan", Scale::Plain),
        ("groenedruk", Scale::Plain),
        ("grijzedruk", Scale::Plain),
        ("perc_ao", Scale::Plain),
        ("perc_laagopl", Scale::Plain),
        ("gem_gestink", Scale::Plain),
        ("polchrplus", Scale::Plain),
        ("perc_nwmig", Scale::Plain),
        ("perc_antsur", Scale::Plain),
        ("perc_1gez", Scale::Plain),
        ("huur_corp", Scale::Plain),
        ("woonwaarde", Scale::Plain),
        ("afstandhuisarts", Scale::Plain),
        ("samenw", Scale::Plain),
        ("kleinewijk", Scale::Plain),
    ],
};

/// What the table of Statistics Netherlands lacks and the source adds: see [`cbs::with_shares`].
const CBS_2021: Columns = Columns {
    levels: [
        LevelColumn { level: "jeugdregio", column: "jeugdregio2016" },
        LevelColumn { level: "gemeente", column: "gm" },
        LevelColumn { level: "wijk", column: "wijk" },
    ],
    names: ["wijknaam", "gemnaam"],
    count: "jeugdzorg_totaal",
    publisher: Publisher::StatisticsNetherlands { flag: "suppressed" },
    exposure: cbs::YOUTHS,
    percent: None,
    determinants: &[
        ("p_1gezw", Scale::Plain),
        ("p_koopw", Scale::Plain),
        ("g_wozbag", Scale::Log),
        ("ste_oad", Scale::Log),
        ("g_hhgro", Scale::Plain),
        (cbs::FAMILIES, Scale::Plain),
        (cbs::LITTLE_SCHOOLING, Scale::Plain),
        (cbs::WELFARE, Scale::Plain),
        (cbs::NON_WESTERN, Scale::Plain),
        ("g_afs_hp", Scale::Plain),
    ],
};

impl Source {
    /// The embedded default: a draw of the declared SCP world.
    pub(crate) fn synthetic(seed: u64) -> Result<Source> {
        let variant = ScpVariant::Standard;
        let drawn = scp_world(variant).draw(&mut ChaCha12Rng::seed_from_u64(seed))?;
        Ok(Source {
            title: format!("SYNTHETIC: {variant}, seed {seed}"),
            note: "No number below is about a real wijk. Use --data FILE or --cbs FILE for a real table."
                .into(),
            year: None,
            credit: "synthetic, no real places",
            table: drawn.table,
            columns: SYNTHETIC,
        })
    }

    /// A file of Statistics Netherlands: counts as published, exposure and shares added up from its columns.
    pub(crate) fn statistics_netherlands(path: &Path) -> Result<Source, Trouble> {
        let table = read(path)?;
        if !table.has(CBS_2021.count) {
            return Err(Trouble::File(format!("{}: has no column '{}'", path.display(), CBS_2021.count)));
        }
        Ok(Source {
            title: path.display().to_string(),
            note: "Statistics Netherlands (CC BY 4.0): young people with youth care per wijk, counts as published. A published 10 is\ntaken for 8 to 12: there are as many of them as of 15.".into(),
            year: Some(2021),
            credit: "Statistics Netherlands (CC BY 4.0)",
            table: cbs::with_shares(table)?,
            columns: CBS_2021,
        })
    }

    /// SCP's spreadsheet as published, with a table of the gemeenten's regions; or a table whose layout is known by its columns.
    pub(crate) fn file(path: &Path, regions: Option<&Path>) -> Result<Source, Trouble> {
        match path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ods")) {
            true => Source::scp(path, regions),
            false => Source::table(path),
        }
    }

    fn scp(path: &Path, regions: Option<&Path>) -> Result<Source, Trouble> {
        let (table, note) = scp_file::read(path, regions)?;
        Ok(Source {
            title: path.display().to_string(),
            note,
            year: Some(2017),
            credit: "SCP, Jeugdhulp in de wijk (2020), counts reconstructed",
            table,
            columns: SCP_2017,
        })
    }

    fn table(path: &Path) -> Result<Source, Trouble> {
        let table = read(path)?;
        let known = [
            (
                SCP_2017,
                "SCP, Jeugdhulp in de wijk (2020): youth care without stay, 2017. Counts and exposures were \
                 reconstructed\nfrom the published percentages; wijken for which that failed are not a random subset.",
                Some(2017),
                "SCP, Jeugdhulp in de wijk (2020), counts reconstructed",
            ),
            (
                SYNTHETIC,
                "Columns of the synthetic world.",
                None,
                "a file in the layout of the synthetic world",
            ),
        ];
        for (columns, note, year, credit) in known {
            if table.has(columns.count) && table.has(columns.exposure) {
                let (title, note) = (path.display().to_string(), note.into());
                return Ok(Source { title, note, year, credit, table, columns });
            }
        }
        let wanted = format!("neither '{}' nor '{}'", SCP_2017.count, SYNTHETIC.count);
        Err(Trouble::File(format!(
            "{}: has {wanted} as a column of counts; for tables of another layout use the example fit_table",
            path.display()
        )))
    }
}

pub(crate) fn read(path: &Path) -> Result<Table, Trouble> {
    let file = File::open(path).map_err(|error| Trouble::File(format!("{}: {error}", path.display())))?;
    let table =
        Table::from_csv(file).map_err(|error| Trouble::File(format!("{}: {error}", path.display())))?;
    match table.n_rows() {
        0 => Err(Trouble::File(format!("{}: there are no rows in it", path.display()))),
        _ => Ok(table),
    }
}

impl Columns {
    /// All determinants in units of their standard deviation, missing cells filled with the mean around them.
    pub(crate) fn wanted(&self) -> Determinants {
        let numeric = |(name, scale): &(&str, Scale)| match scale {
            Scale::Plain => Numeric::new(name).z_score(),
            Scale::Log => Numeric::new(name).log().z_score(),
        };
        let all = self.determinants.iter().fold(Determinants::new(), |wanted, one| wanted.with(numeric(one)));
        all.missing(MissingCells::ParentMean)
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
