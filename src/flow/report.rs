//! The checks of a table of flows as a table, and as words.

use super::cell::Flow;
use super::exact;
use super::identity::Identity;
use super::period::Period;
use super::person_time::PersonTime;
use super::rate::EventRate;
use super::revision::Revision;
use super::table::FlowTable;
use crate::count::Count;
use crate::error::Result;
use crate::table::Table;
use std::fmt;

/// One of the figures of a cell.
type Figure = fn(&Flow) -> Count;
/// One of the numbers of a rate.
type End = fn(&EventRate) -> f64;

impl FlowTable {
    /// A row a cell: `area`, `period`, `status`, the figures with `_low` and `_high` where they are known between bounds
    /// (equal where they are known), `gap`, `gap_least`, `gap_most` and `identity` in words, and `revision`, the next opening
    /// minus this closing where the two differ.
    pub fn table(&self) -> Result<Table> {
        let figures: [(&str, Figure); 6] = [
            ("opening", |cell| cell.opening),
            ("begun", |cell| cell.begun.total),
            ("begun_new", |cell| cell.begun.new),
            ("begun_repeated", |cell| cell.begun.repeated),
            ("ended", |cell| cell.ended),
            ("closing", |cell| cell.closing),
        ];
        let cells = self.cells();
        let mut table = Table::new()
            .with_text("area", cells.iter().map(|cell| cell.area.clone()))?
            .with_text("period", cells.iter().map(|cell| cell.period.to_string()))?
            .with_text("status", cells.iter().map(|cell| cell.status.to_string()))?;
        for (name, of) in figures {
            let ends = |high: bool| {
                let end = move |cell: &Flow| match (of(cell), high) {
                    (Count::Missing, _) => None,
                    (count, false) => Some(count.bounds().lo() as f64),
                    (count, true) => count.bounds().hi().map(|hi| hi as f64),
                };
                cells.iter().map(end).collect::<Vec<_>>()
            };
            table = table.with_optional_numbers(&format!("{name}_low"), ends(false))?;
            table = table.with_optional_numbers(&format!("{name}_high"), ends(true))?;
        }
        let gaps: Vec<_> = cells.iter().map(Flow::gap).collect();
        let revised = self.revisions_along().map(|revision| revision.map(|revision| revision.gap.published));
        table
            .with_optional_numbers("gap", gaps.iter().map(|gap| gap.map(|gap| gap.published)))?
            .with_optional_numbers("gap_least", gaps.iter().map(|gap| gap.map(|gap| gap.least as f64)))?
            .with_optional_numbers("gap_most", gaps.iter().map(|gap| gap.map(|gap| gap.most as f64)))?
            .with_text("identity", cells.iter().map(|cell| cell.identity().to_string()))?
            .with_optional_numbers("revision", revised)
    }
}

impl FlowTable {
    /// A row a cell with its rates per person-year and their exact intervals: `area`, `period`, `status`, then for `begun`,
    /// out of a population, and `ended`, out of the person-time in care, `_least`, `_most`, `_low`, `_high`. Cells are empty
    /// where the population is not given, or a figure is missing or open above.
    ///
    /// Fails unless populations are above 0 and the confidence lies between 0 and 1.
    pub fn rates(&self, population: impl Fn(&str, Period) -> Option<f64>, confidence: f64) -> Result<Table> {
        exact::tail(confidence)?;
        let cells = self.cells();
        let begun = |cell: &Flow| match (population(&cell.area, cell.period), cell.begun.total.bounds().hi())
        {
            (Some(people), Some(_)) => {
                cell.begun_rate(PersonTime::of_population(people, cell.period)?, confidence).map(Some)
            }
            _ => Ok(None),
        };
        let ended = |cell: &Flow| match cell.ended.bounds().hi() {
            Some(_) => cell.ended_rate(confidence),
            None => Ok(None),
        };
        let begun: Vec<Option<EventRate>> = cells.iter().map(begun).collect::<Result<_>>()?;
        let ended: Vec<Option<EventRate>> = cells.iter().map(ended).collect::<Result<_>>()?;
        let mut table = Table::new()
            .with_text("area", cells.iter().map(|cell| cell.area.clone()))?
            .with_text("period", cells.iter().map(|cell| cell.period.to_string()))?
            .with_text("status", cells.iter().map(|cell| cell.status.to_string()))?;
        let ends: [(&str, End); 4] = [
            ("least", |rate| rate.least),
            ("most", |rate| rate.most),
            ("low", |rate| rate.low),
            ("high", |rate| rate.high),
        ];
        for (name, rates) in [("begun", begun), ("ended", ended)] {
            for (end, of) in ends {
                let column = rates.iter().map(|rate| rate.as_ref().map(of));
                table = table.with_optional_numbers(&format!("{name}_{end}"), column)?;
            }
        }
        Ok(table)
    }
}

/// How many cells or revisions of a kind are written out.
const NAMED: usize = 5;

/// How many cells hold, and the first few of every kind that do not, then of the revisions; [`FlowTable::table`] has all.
impl fmt::Display for FlowTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let identities = self.identities();
        let of =
            |kind: Kind| self.cells().iter().zip(&identities).filter(move |(_, identity)| kind(identity));
        let broken: Kind = |identity| matches!(identity, Identity::Broken(_));
        let rounded: Kind = |identity| matches!(identity, Identity::WithinRounding(_));
        let unknown: Kind = |identity| *identity == Identity::Unknown;
        write!(
            f,
            "{} areas, {} cells: stock and flow agree in {}, up to rounding in {} more, not in {}, unknown in {}",
            self.areas().len(),
            self.cells().len(),
            of(|identity| *identity == Identity::Holds).count(),
            of(rounded).count(),
            of(broken).count(),
            of(unknown).count(),
        )?;
        for kind in [broken, rounded, unknown] {
            let line =
                |(cell, identity): (&Flow, &Identity)| format!("{} {}: {identity}", cell.area, cell.period);
            first_few(f, of(kind).map(line))?;
        }
        let (rounded, revised): (Vec<_>, Vec<_>) =
            self.revisions().into_iter().partition(Revision::within_rounding);
        first_few(f, revised.iter().map(Revision::to_string))?;
        first_few(f, rounded.iter().map(Revision::to_string))
    }
}

/// A kind of identity.
type Kind = fn(&Identity) -> bool;

fn first_few(f: &mut fmt::Formatter<'_>, mut lines: impl Iterator<Item = String>) -> fmt::Result {
    lines.by_ref().take(NAMED).try_for_each(|line| write!(f, "\n  {line}"))?;
    match lines.count() {
        0 => Ok(()),
        more => write!(f, "\n  and {more} more like the last, all in the table"),
    }
}
