//! What both stories print.

use crate::results::{Moved, percent};
use crate::save::save;
use crate::trouble::Trouble;
use crate::year::Year;
use nestcount::crosswalk::{Carry, Origin};
use nestcount::map::{CaterpillarArea, Figure as Plot};
use std::collections::BTreeMap;
use std::path::Path;

pub(crate) fn years(years: &[Year; 2]) {
    say!("\n1. Two years");
    for year in years {
        let (n, coarse) = (year.wijken.len(), year.n_coarse());
        say!("   {:6} {n} wijken, {coarse} counts withheld or rounded", year.label);
    }
}

pub(crate) fn origins(carry: &Carry) -> String {
    let mut counts: BTreeMap<Origin, usize> = BTreeMap::new();
    carry.origins().iter().for_each(|&origin| *counts.entry(origin).or_default() += 1);
    counts.iter().map(|(origin, n)| format!("{n} {origin}")).collect::<Vec<_>>().join(", ")
}

pub(crate) fn interval(one: &Moved) -> String {
    let [at, low, high] = [one.by, one.by - 1.96 * one.sd, one.by + 1.96 * one.sd].map(percent);
    format!("{at:+6.1} % ({low:+6.1} to {high:+6.1})")
}

/// A caterpillar of the gemeenten that moved most, if a folder is given.
pub(crate) fn figure(
    moved: &[Moved],
    name: impl Fn(&str) -> String,
    out: Option<&Path>,
) -> Result<(), Trouble> {
    let Some(out) = out else { return Ok(()) };
    let areas: Vec<CaterpillarArea> = moved
        .iter()
        .take(40)
        .map(|one| CaterpillarArea {
            name: name(&one.gemeente),
            effect: one.by,
            low: one.by - 1.96 * one.sd,
            high: one.by + 1.96 * one.sd,
        })
        .collect();
    let plot =
        Plot::new("Gemeenten that moved most beside what all did", "log rate, second year less first", "");
    save(out, "moved.svg", plot.caterpillar(&areas)?)?;
    say!("\n   in {}: moved.svg", out.display());
    Ok(())
}
