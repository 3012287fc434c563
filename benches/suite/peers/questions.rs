//! The tables that packages are asked about, and the files they read.

use crate::run::{Extent, drawn, generator};
use crate::set::Certified;
use crate::worlds::{Declared, Kind};
use nestcount::table::Table;
use nestcount::{Family, Model, Problem};
use serde::Serialize;
use std::fmt::Write;
use std::fs;
use std::io::{Error, Result};
use std::path::Path;

/// Worlds of which the first table is asked about.
const KINDS: [Kind; 4] = [Kind::TwoLevelsFew, Kind::ThreeLevelsMany, Kind::RowEffect, Kind::NegBin2];
const MEANS: [f64; 2] = [0.3, 5.0];

/// A table with its model; the certified one behind it, if it is one.
pub(super) struct Asked<'c> {
    pub(super) name: String,
    pub(super) problem: Problem,
    pub(super) certified: Option<&'c Certified>,
    model: Model,
    levels: Vec<String>,
    determinants: Vec<String>,
    table: Table,
    count: &'static str,
}

/// What a package reads about a table.
#[derive(Serialize)]
struct Question<'q> {
    name: &'q str,
    csv: String,
    family: String,
    levels: &'q [String],
    row_effect: bool,
    determinants: &'q [String],
}

/// The certified tables of exact counts, then the worlds'.
pub(super) fn asked<'c>(
    worlds: &[(usize, Declared)],
    tables: &'c [Certified],
    extent: Extent,
) -> Vec<Asked<'c>> {
    let exact = tables.iter().filter(|table| table.problem.n_coarse() == 0).map(of_certified);
    let chosen = |declared: &Declared| KINDS.contains(&declared.kind) && MEANS.contains(&declared.mean);
    let chosen = worlds.iter().filter(|(_, declared)| chosen(declared));
    exact.chain(chosen.filter_map(|(at, declared)| of_world(*at, declared, extent))).collect()
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
        count: "lo",
    }
}

fn of_world<'c>(at: usize, declared: &Declared, extent: Extent) -> Option<Asked<'c>> {
    let (table, problem) = drawn(declared, &mut generator(extent.seed, at, 0))?;
    Some(Asked {
        name: declared.name(),
        problem,
        certified: None,
        model: declared.model.clone(),
        levels: declared.levels.iter().map(|level| level.to_string()).collect(),
        determinants: vec!["x".into()],
        table,
        count: "count",
    })
}

/// Writes the tables and `questions.json`.
pub(super) fn write(asked: &[Asked<'_>], folder: &Path) -> Result<()> {
    for question in asked {
        fs::write(folder.join(format!("{}.csv", question.name)), csv(question)?)?;
    }
    let questions: Vec<Question<'_>> = asked.iter().map(question).collect();
    fs::write(folder.join("questions.json"), serde_json::to_string_pretty(&questions)?)
}

fn question<'q>(asked: &'q Asked<'_>) -> Question<'q> {
    Question {
        name: &asked.name,
        csv: format!("{}.csv", asked.name),
        family: if asked.model.family() == Family::NegBin2 { "nb2" } else { "poisson" }.into(),
        levels: &asked.levels,
        row_effect: asked.model.has_row_effect(),
        determinants: &asked.determinants,
    }
}

/// Levels, exposure, determinants and count, with all digits.
fn csv(asked: &Asked<'_>) -> Result<String> {
    let names = asked.levels.iter().map(String::as_str).chain(["exposure"]);
    let names: Vec<&str> = names.chain(asked.determinants.iter().map(String::as_str)).collect();
    let columns = names.iter().chain([&asked.count]).map(|name| asked.table.codes(name));
    let columns: Vec<_> = columns.collect::<nestcount::Result<_>>().map_err(Error::other)?;
    let mut text = names.join(",") + ",count\n";
    for row in 0..asked.table.n_rows() {
        let cells: Vec<&str> = columns.iter().map(|column| column[row].as_deref().unwrap_or("")).collect();
        writeln!(text, "{}", cells.join(",")).map_err(Error::other)?;
    }
    Ok(text)
}
