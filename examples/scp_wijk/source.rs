//! Where the wijken come from: the synthetic world, or a file in the layout of SCP or of Statistics Netherlands.

use crate::chosen::{self, Chosen};
use crate::distinct::distinct;
use crate::expectations::EXPECTED;
use crate::filled::filled;
use crate::published::Publisher;
use crate::trouble::Trouble;
use crate::{cbs, scp_2017, scp_file, tables};
use nestcount::Result;
use nestcount::area::LevelColumn;
use nestcount::determinant::{Determinants, MissingCells};
use nestcount::simulate::{ScpVariant, scp_world};
use nestcount::table::Table;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
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
    /// All are z-scored.
    pub(crate) determinants: Chosen,
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
    determinants: chosen::SYNTHETIC,
};

const SCP_2017: Columns = Columns {
    levels: scp_2017::LEVELS,
    names: ["wijknaam", "gemnaam"],
    count: "n_users_rec",
    publisher: Publisher::Scp { flag: "suppressed" },
    exposure: "n_youth_rec",
    percent: Some("perc_jhzv"),
    determinants: Chosen { plain: &scp_2017::DETERMINANTS, logged: &[] },
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
    determinants: Chosen {
        plain: &[
            "p_1gezw",
            "p_koopw",
            "g_hhgro",
            cbs::FAMILIES,
            cbs::LITTLE_SCHOOLING,
            cbs::WELFARE,
            cbs::NON_WESTERN,
            "g_afs_hp",
        ],
        logged: &["g_wozbag", "ste_oad"],
    },
};

impl Source {
    /// The embedded default: a draw of the declared SCP world.
    pub(crate) fn synthetic(seed: u64) -> Result<Source> {
        let drawn = scp_world(ScpVariant::Standard).draw(&mut ChaCha12Rng::seed_from_u64(seed))?;
        Ok(Source {
            title: format!("SYNTHETIC: a country in the shape of SCP's study, seed {seed}; no real places"),
            note: "Use --data FILE or --cbs FILE for a real table.".into(),
            year: None,
            credit: "synthetic, no real places",
            table: drawn.table,
            columns: SYNTHETIC,
        })
    }

    /// A file of Statistics Netherlands: counts as published, exposure and shares added up from its columns.
    pub(crate) fn statistics_netherlands(path: &Path) -> Result<Source, Trouble> {
        let table = tables::read(path)?;
        tables::require(&table, path, cbs::NEEDED)?;
        let table = cbs::with_shares(table)?;
        CBS_2021.require(&table, path)?;
        Ok(Source {
            title: path.display().to_string(),
            note: "Statistics Netherlands (CC BY 4.0): young people with youth care per wijk, counts as published. A published\n\
                   10 is taken for 8 to 12: there are as many of them as of 15."
                .into(),
            year: Some(2021),
            credit: "Statistics Netherlands (CC BY 4.0)",
            table,
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
        let table = tables::read(path)?;
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
            if table.has(columns.count) {
                columns.require(&table, path)?;
                if table.has(EXPECTED) {
                    filled(&table, path, EXPECTED)?;
                    tables::require(&table, path, ["youth_approx"])?;
                }
                let (title, note) = (path.display().to_string(), note.into());
                return Ok(Source { title, note, year, credit, table, columns });
            }
        }
        let wanted = format!("neither '{}' nor '{}'", SCP_2017.count, SYNTHETIC.count);
        let what = format!(
            "has {wanted} as a column of counts; for tables of another layout use the example fit_table"
        );
        Err(Trouble::at(path, what))
    }
}

impl Columns {
    /// All determinants in units of their standard deviation, missing cells filled with the mean around them.
    pub(crate) fn wanted(&self) -> Determinants {
        let all = self.determinants.z_scores().fold(Determinants::new(), Determinants::with);
        all.missing(MissingCells::ParentMean)
    }

    fn require(&self, table: &Table, path: &Path) -> Result<(), Trouble> {
        let flag = match self.publisher {
            Publisher::Counted => None,
            Publisher::Scp { flag } | Publisher::StatisticsNetherlands { flag } => Some(flag),
        };
        let levels = self.levels.iter().map(|level| level.column);
        let columns = levels.chain(self.names).chain([self.count, self.exposure]).chain(flag);
        tables::require(table, path, columns.chain(self.percent).chain(self.determinants.names()))?;
        distinct(table, path, self.levels[2].column).map(drop)
    }
}
