//! The manifest: which reference fit, on which table, asked how, and what it is there for.
//!
//! `file` names the JSON under `reference/` that holds formula, engine, version and numbers.

use crate::question::Question;
use nestcount::Model;
use nestcount::determinant::{Categorical, Determinants};
use nestcount::table::Table;

/// One reference fit and the same question in the words of this crate.
pub(crate) struct Case {
    pub(crate) file: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) table: &'static str,
    /// Columns of codes, coarsest first.
    pub(crate) codes: &'static [&'static str],
    /// Each level of the model: its name in the file, and here.
    pub(crate) levels: &'static [(&'static str, &'static str)],
    pub(crate) count: &'static str,
    pub(crate) exposure: Option<&'static str>,
    pub(crate) determinants: fn() -> Determinants,
    /// Columns whose terms R names without the `=`.
    pub(crate) categorical: &'static [&'static str],
    pub(crate) model: fn() -> Model,
}

impl Case {
    pub(crate) fn question(&self, table: Table) -> Question {
        let tree_levels = self.levels.iter().filter(|(_, ours)| *ours != ROWS);
        let model = tree_levels.fold((self.model)(), |model, (_, ours)| model.random_intercept(*ours));
        let row_effect = self.levels.iter().any(|(_, ours)| *ours == ROWS);
        Question {
            table,
            levels: self.codes.to_vec(),
            count: self.count,
            exposure: self.exposure,
            determinants: (self.determinants)(),
            model: if row_effect { model.row_effect() } else { model },
        }
    }

    /// `lbase:trtprogabide` in R is `lbase:trt=progabide` here.
    pub(crate) fn term(&self, r_name: &str) -> String {
        let part = |part: &str| {
            let of = self.categorical.iter().find_map(|column| Some((column, part.strip_prefix(column)?)));
            of.map_or(part.to_string(), |(column, category)| format!("{column}={category}"))
        };
        r_name.split(':').map(part).collect::<Vec<_>>().join(":")
    }
}

/// The name of the rows' own level.
pub(crate) const ROWS: &str = "row";

fn epil() -> Determinants {
    Determinants::new()
        .numeric("lbase")
        .with(Categorical::new("trt").reference("placebo"))
        .numeric("lage")
        .numeric("V4")
        .interaction(["lbase", "trt"])
}

fn grouseticks() -> Determinants {
    Determinants::new().with(Categorical::new("YEAR").reference("95")).numeric("cHEIGHT")
}

fn species_and_mining() -> Determinants {
    Determinants::new()
        .with(Categorical::new("spp").reference("GP"))
        .with(Categorical::new("mined").reference("yes"))
}

fn species_by_mining() -> Determinants {
    species_and_mining().interaction(["spp", "mined"])
}

fn uvb() -> Determinants {
    Determinants::new().numeric("uvb")
}

fn twenty() -> Determinants {
    (1..=20).fold(Determinants::new(), |wanted, j| wanted.numeric(&format!("x{j}")))
}

const EPIL: Case = Case {
    file: "",
    reason: "",
    table: "data/other/epil.csv",
    codes: &["subject"],
    levels: &[("subject", "subject")],
    count: "y",
    exposure: None,
    determinants: epil,
    categorical: &["trt"],
    model: Model::poisson,
};

const GROUSETICKS: Case = Case {
    table: "data/other/grouseticks.csv",
    codes: &["LOCATION", "BROOD"],
    levels: &[("LOCATION", "LOCATION"), ("BROOD:LOCATION", "BROOD")],
    count: "TICKS",
    determinants: grouseticks,
    categorical: &["YEAR"],
    ..EPIL
};

const MMMEC: Case = Case {
    table: "data/other/mmmec.csv",
    codes: &["nation", "region", "county"],
    levels: &[("nation", "nation"), ("region", "region")],
    count: "deaths",
    exposure: Some("expected"),
    determinants: uvb,
    categorical: &[],
    ..EPIL
};

const NL2017: Case = Case {
    table: "data/nl/scp2017_wijken.csv",
    codes: &["jeugdregio_code", "gm"],
    levels: &[("jeugdregio_code", "jeugdregio_code"), ("gm", "gm")],
    count: "n_users_rec",
    exposure: Some("n_youth_rec"),
    determinants: Determinants::new,
    categorical: &[],
    ..EPIL
};

const SALAMANDERS: Case = Case {
    table: "data/other/salamanders.csv",
    codes: &["site"],
    levels: &[("site", "site")],
    count: "count",
    determinants: species_and_mining,
    categorical: &["spp", "mined"],
    ..EPIL
};

const SIMULATED: Case = Case {
    codes: &["region", "group"],
    levels: &[("region", "region"), ("group:region", "group")],
    count: "y",
    exposure: Some("pop"),
    determinants: twenty,
    categorical: &[],
    ..EPIL
};

pub(crate) const CASES: [Case; 17] = [
    Case { file: "epil_poisson", reason: "one level, repeated rows, an interaction with a category", ..EPIL },
    Case {
        file: "epil_nb",
        reason: "theta and one level share the same scatter",
        model: Model::neg_bin2,
        ..EPIL
    },
    Case {
        file: "grouseticks_2level",
        reason: "two nested levels, many areas with one or two rows",
        ..GROUSETICKS
    },
    Case {
        file: "grouseticks_nb",
        reason: "theta with two levels, many zero counts",
        model: Model::neg_bin2,
        ..GROUSETICKS
    },
    Case {
        file: "grouseticks_olre",
        reason: "the row effect: three levels, the finest with one row each",
        levels: &[("LOCATION", "LOCATION"), ("BROOD:LOCATION", "BROOD"), ("INDEX:BROOD:LOCATION", ROWS)],
        ..GROUSETICKS
    },
    Case { file: "mmmec_poisson", reason: "an exposure; only nine areas at the top", ..MMMEC },
    Case { file: "mmmec_nb", reason: "a large theta", model: Model::neg_bin2, ..MMMEC },
    Case {
        file: "mmmec_row_effect",
        reason: "rows as a level of the tree, with codes, instead of a row effect",
        levels: &[("nation", "nation"), ("region", "region"), ("county", "county")],
        ..MMMEC
    },
    Case {
        file: "nl2017_null_nb",
        reason: "2,127 reconstructed counts, 791 rows left out; no determinants",
        model: Model::neg_bin2,
        ..NL2017
    },
    Case {
        file: "nl2017_null_row_effect",
        reason: "the same with a row effect: 2,127 areas of one row",
        levels: &[("jeugdregio_code", "jeugdregio_code"), ("gm", "gm"), ("wijk", ROWS)],
        ..NL2017
    },
    Case { file: "salamanders_poisson", reason: "mostly zeros, 7 categories", ..SALAMANDERS },
    Case {
        file: "salamanders_nb_add",
        reason: "mostly zeros, theta near 1",
        model: Model::neg_bin2,
        ..SALAMANDERS
    },
    Case {
        file: "salamanders_nb",
        reason: "an interaction of two categories, cells with few counts",
        determinants: species_by_mining,
        model: Model::neg_bin2,
        ..SALAMANDERS
    },
    Case {
        file: "tiny_poisson",
        reason: "20 determinants on 300 rows, a variance near 0",
        table: "data/sim/tiny_poisson.csv",
        ..SIMULATED
    },
    Case {
        file: "scp_poisson_exact_tmb",
        reason: "the size of the real question: 2,918 rows, 20 determinants",
        table: "data/sim/scp_poisson.csv",
        levels: &[("region", "region"), ("group", "group")],
        ..SIMULATED
    },
    Case {
        file: "scp_poisson_censored_tmb",
        reason: "the same with a third of the counts withheld: 1 to 9",
        table: "data/sim/scp_poisson.csv",
        count: "lo..hi",
        levels: &[("region", "region"), ("group", "group")],
        ..SIMULATED
    },
    Case {
        file: "scp_nb2_censored_tmb",
        reason: "withheld counts with theta estimated jointly",
        table: "data/sim/scp_nb2.csv",
        count: "lo..hi",
        levels: &[("region", "region"), ("group", "group")],
        model: Model::neg_bin2,
        ..SIMULATED
    },
];

/// The boundary: the other engine creeps to a standard deviation of 2e-7, the maximum has 0.
pub(crate) const BOUNDARY: Case = Case {
    file: "tiny_nb2",
    reason: "the variance between regions is exactly 0",
    table: "data/sim/tiny_nb2.csv",
    model: Model::neg_bin2,
    ..SIMULATED
};
