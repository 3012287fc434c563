//! The tables that packages are asked about, and the files they read.

use crate::run::{drawn, generator};
use crate::set::Certified;
use crate::worlds::{Declared, Kind};
use nestcount::model::ObservedCount;
use nestcount::table::Table;
use nestcount::{Family, Model, Problem};
use serde::Serialize;
use std::fmt::Write;
use std::fs;
use std::io::{Error, Result};
use std::path::Path;

/// Worlds of which the first table is asked about.
const KINDS: [Kind; 5] =
    [Kind::TwoLevelsFew, Kind::ThreeLevelsMany, Kind::Withheld, Kind::RowEffect, Kind::NegBin2];
const MEANS: [f64; 2] = [0.3, 5.0];

/// What becomes of counts known by their bounds, which no package takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Treatment {
    /// There are none, or they are taken as they are.
    None,
    /// The middle of the bounds, halves upwards.
    Middle,
    /// Rows whose count may be 0 are left out; the others have the middle of their bounds.
    Dropped,
}

/// A table with its model; the certified one behind it, if it is one.
pub(super) struct Asked<'c> {
    pub(super) name: String,
    pub(super) problem: Problem,
    pub(super) certified: Option<&'c Certified>,
    model: Model,
    levels: Vec<String>,
    determinants: Vec<String>,
    table: Table,
}

/// A table as packages get it.
pub(super) struct Version {
    pub(super) name: String,
    pub(super) treatment: Treatment,
    /// Rows of the table with their counts.
    rows: Vec<(usize, u64)>,
}

/// What a package reads about a table.
#[derive(Serialize)]
struct Question<'q> {
    name: String,
    csv: String,
    family: &'static str,
    levels: &'q [String],
    row_effect: bool,
    determinants: &'q [String],
}

/// The certified tables, then the worlds'.
pub(super) fn asked<'c>(worlds: &[(usize, Declared)], tables: &'c [Certified], seed: u64) -> Vec<Asked<'c>> {
    let chosen = |declared: &Declared| KINDS.contains(&declared.kind) && MEANS.contains(&declared.mean);
    let chosen = worlds.iter().filter(|(_, declared)| chosen(declared));
    let of_worlds = chosen.filter_map(|(at, declared)| of_world(*at, declared, seed));
    tables.iter().map(of_certified).chain(of_worlds).collect()
}

fn of_certified(certified: &Certified) -> Asked<'_> {
    Asked {
        name: certified.name.into(),
        problem: certified.problem.clone(),
        certified: Some(certified),
        model: certified.model.clone(),
        levels: certified.levels.clone(),
        determinants: certified.determinants.clone(),
        table: certified.table.clone(),
    }
}

fn of_world<'c>(at: usize, declared: &Declared, seed: u64) -> Option<Asked<'c>> {
    let (table, problem) = drawn(declared, &mut generator(seed, at, 0))?;
    Some(Asked {
        name: declared.name(),
        problem,
        certified: None,
        model: declared.model.clone(),
        levels: declared.levels.iter().map(|level| level.to_string()).collect(),
        determinants: vec!["x".into()],
        table,
    })
}

impl Asked<'_> {
    pub(super) fn versions(&self) -> Vec<Version> {
        let version = |treatment, suffix: &str| Version {
            name: format!("{}{suffix}", self.name),
            treatment,
            rows: self.rows(treatment),
        };
        match self.problem.n_coarse() {
            0 => vec![version(Treatment::None, "")],
            _ => vec![version(Treatment::Middle, "-middle"), version(Treatment::Dropped, "-dropped")],
        }
    }

    fn rows(&self, treatment: Treatment) -> Vec<(usize, u64)> {
        let rows = self.problem.observations().into_iter();
        let taken = rows.filter_map(|observation| match observation.count {
            ObservedCount::Exact(count) => Some((observation.row, count as u64)),
            ObservedCount::InPart(known) => {
                let bounds = known.bounds();
                let middle = (bounds.lo() + bounds.hi().unwrap_or(bounds.lo())).div_ceil(2);
                let dropped = treatment == Treatment::Dropped && bounds.lo() == 0;
                (!dropped).then_some((observation.row, middle))
            }
        });
        taken.collect()
    }

    fn question(&self, version: &Version) -> Question<'_> {
        Question {
            name: version.name.clone(),
            csv: format!("{}.csv", version.name),
            family: if self.model.family() == Family::NegBin2 { "nb2" } else { "poisson" },
            levels: &self.levels,
            row_effect: self.model.has_row_effect(),
            determinants: &self.determinants,
        }
    }

    /// Levels, exposure, determinants and count, with all digits.
    fn csv(&self, version: &Version) -> Result<String> {
        let names = self.levels.iter().map(String::as_str).chain(["exposure"]);
        let names: Vec<&str> = names.chain(self.determinants.iter().map(String::as_str)).collect();
        let columns = names.iter().map(|name| self.table.codes(name));
        let columns: Vec<_> = columns.collect::<nestcount::Result<_>>().map_err(Error::other)?;
        let mut text = names.join(",") + ",count\n";
        for (row, count) in &version.rows {
            let cells = columns.iter().map(|column| column[*row].as_deref().unwrap_or(""));
            let cells: Vec<&str> = cells.collect();
            writeln!(text, "{},{count}", cells.join(",")).map_err(Error::other)?;
        }
        Ok(text)
    }
}

/// Writes the tables and `questions.json`.
pub(super) fn write(asked: &[Asked<'_>], folder: &Path) -> Result<()> {
    let mut questions = Vec::new();
    for one in asked {
        for version in one.versions() {
            let question = one.question(&version);
            fs::write(folder.join(&question.csv), one.csv(&version)?)?;
            questions.push(question);
        }
    }
    fs::write(folder.join("questions.json"), serde_json::to_string_pretty(&questions)?)
}
