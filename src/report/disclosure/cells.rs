//! What each row of a file gives away by itself.

use super::Protection;
use super::arithmetic::{Row, meet};
use crate::count::{Count, Interval};
use crate::error::{Disclosure, Leak};
use crate::report::{AreaColumn, AreaFile, ReportedCount, Role, Side};

/// What readers know of each row of a file, by its publisher and by the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// What was published about each count.
    pub published: Vec<Interval>,
    /// The same with all columns of the row.
    pub known: Vec<Interval>,
}

/// Every leak of every row by itself, and what readers know of the counts.
pub(super) fn examine(
    file: &AreaFile,
    protection: Protection,
    published: Option<&[Count]>,
) -> (Vec<Disclosure>, Reading) {
    let mut found = Vec::new();
    let mut reading = Reading { published: Vec::new(), known: Vec::new() };
    for row in 0..file.n_rows() {
        let elsewhere = published.and_then(|all| all.get(row));
        let actual = file.reported(row).bounds();
        let published = elsewhere.map_or(actual, |count| count.bounds());
        let (alone, by) = Row::of(file, row).known();
        let known = meet(alone, published).unwrap_or(published);
        let mut leaks = computed(file, row, protection);
        leaks.extend(counted(file.reported(row), protection, elsewhere));
        leaks.extend(imputed(file, row));
        if leaks.is_empty() && protection.gives_away(published, known) {
            let columns = by.into_iter().map(String::from).collect();
            leaks.push(Leak::Narrowed { columns, bounds: known.into() });
        }
        found.extend(leaks.into_iter().map(|leak| disclosure(file, row, leak)));
        reading.published.push(published);
        reading.known.push(known);
    }
    (found, reading)
}

pub(super) fn disclosure(file: &AreaFile, row: usize, leak: Leak) -> Disclosure {
    let path = file.paths().get(row).cloned().unwrap_or_default();
    Disclosure { level: file.level().into(), row, path, leak }
}

/// A count that stands there and may not.
fn counted(actual: ReportedCount, protection: Protection, published: Option<&Count>) -> Option<Leak> {
    let ReportedCount::Counted(count) = actual else { return None };
    let as_published = published.is_none_or(|published| published.bounds() == actual.bounds());
    match (as_published, protection.forbids(count)) {
        (false, _) => Some(Leak::Unpublished),
        (true, true) => Some(Leak::Small { threshold: protection.threshold() }),
        (true, false) => None,
    }
}

/// Whatever was computed from a count that may be small and is not there, whether or not it can be undone: the exposure
/// that is missing in one file stands in another.
fn computed(file: &AreaFile, row: usize, protection: Protection) -> Vec<Leak> {
    let actual = file.reported(row);
    let open = !matches!(actual, ReportedCount::Counted(_)) && actual.bounds().lo() < protection.threshold();
    if !(file.has_counts() && open) {
        return Vec::new();
    }
    let leaks = file.columns().iter().filter(|column| {
        matches!(column.role_of(), Role::FromCount { side: Side::Itself, .. }) && column.holds(row)
    });
    let bounds = |column: &AreaColumn| {
        let published = file.reported(row).bounds();
        let said = Row::of(file, row).count_by(column).and_then(|said| meet(published, said));
        said.unwrap_or(published)
    };
    leaks
        .map(|column| Leak::Computed { column: column.name().into(), bounds: bounds(column).into() })
        .collect()
}

/// Drawn numbers stand only where the count is not known, and inside what is.
fn imputed(file: &AreaFile, row: usize) -> Vec<Leak> {
    let actual = file.reported(row);
    let wrong = |column: &&AreaColumn| {
        let Some(drawn) = column.values().number(row).filter(|_| *column.role_of() == Role::Imputed) else {
            return false;
        };
        let bounds = actual.bounds();
        let inside = drawn >= bounds.lo() as f64 && bounds.hi().is_none_or(|hi| drawn <= hi as f64);
        matches!(actual, ReportedCount::Counted(_)) || !inside
    };
    file.columns().iter().filter(wrong).map(|column| Leak::Imputed { column: column.name().into() }).collect()
}
