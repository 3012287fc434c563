//! Other packages side by side.

use super::words::{NONE, TextTable, milliseconds, small, spread};
use crate::peers::{Found, PeerRecord, PeersRecord, Target, Treatment};
use crate::statistics::Spread;

/// Farther from the maximum of what it maximises, in standard errors, a fit is not at it.
const AT_MAXIMUM: f64 = 0.01;

/// One line a package and variant, over all tables.
pub(super) fn story(record: &PeersRecord) -> String {
    format!(
        "## Other packages\n\nThe same tables: the certified set and the first tables of some worlds, {} in all; processor time of \
         the fit alone, one thread.\n\n{}{}{}",
        n_tables(record),
        absent(record),
        exact_counts(record),
        withheld_counts(record)
    )
}

fn n_tables(record: &PeersRecord) -> usize {
    let mut names: Vec<&str> = record.fits.iter().map(|fit| fit.table.as_str()).collect();
    names.dedup();
    names.len()
}

fn absent(record: &PeersRecord) -> String {
    let line = |package: &str, reason: &str| format!("* {package}: absent ({reason})\n");
    let lines: String = record.absent.iter().map(|one| line(&one.package, &one.reason)).collect();
    if lines.is_empty() { lines } else { lines + "\n" }
}

fn exact_counts(record: &PeersRecord) -> String {
    let mut table = TextTable::new([
        "package",
        "tables",
        "failed",
        "not at its maximum",
        "short of it, log-likelihood",
        "from it, standard errors",
        "from the exact maximum, standard errors",
        "processor ms",
        "times nestcount's laplace",
    ]);
    let exact: Vec<&PeerRecord> = record.fits.iter().filter(|fit| !fit.withheld).collect();
    for (package, fits) in grouped(&exact) {
        let found: Vec<(&PeerRecord, &Found)> =
            fits.iter().filter_map(|fit| Some((*fit, fit.found.as_ref()?))).collect();
        let apart = values(&found, |fit, found| own(fit, found.from_laplace, found.from_exact));
        let missed = apart.iter().filter(|apart| **apart > AT_MAXIMUM).count();
        let ratios = values(&found, |fit, found| Some(found.seconds / laplace_seconds(&exact, &fit.table)?));
        table.line(vec![
            package,
            fits.len().to_string(),
            (fits.len() - found.len()).to_string(),
            if apart.is_empty() { NONE.into() } else { missed.to_string() },
            spread(of(&found, |fit, found| own(fit, found.short_of_laplace, found.short_of_exact))),
            spread(Spread::of(&apart)),
            spread(of(&found, |_, found| found.from_exact)),
            milliseconds(of(&found, |_, found| Some(found.seconds)).map(|seconds| seconds.median)),
            Spread::of(&ratios).map_or(NONE.into(), |ratios| format!("{:.1}", ratios.median)),
        ]);
    }
    format!(
        "### Exact counts\n\nMedian (largest) over the tables. *Its maximum* is that of Laplace's log-likelihood, which all packages \
         maximise (`quadrature`, asked of one level of Poisson counts, and `exact`: the exact one); not at it is farther than \
         {AT_MAXIMUM} standard errors. Log-likelihoods are ours at a package's estimates. PQL and the like maximise neither.\n\n{}",
        table.markdown()
    )
}

fn withheld_counts(record: &PeersRecord) -> String {
    let withheld: Vec<&PeerRecord> = record.fits.iter().filter(|fit| fit.withheld).collect();
    if withheld.is_empty() {
        return String::new();
    }
    let mut table = TextTable::new([
        "package",
        "tables",
        "failed",
        "from the exact maximum, standard errors",
        "short of it, log-likelihood",
    ]);
    for (package, fits) in grouped(&withheld) {
        let found: Vec<(&PeerRecord, &Found)> =
            fits.iter().filter_map(|fit| Some((*fit, fit.found.as_ref()?))).collect();
        table.line(vec![
            package,
            fits.len().to_string(),
            (fits.len() - found.len()).to_string(),
            spread(of(&found, |_, found| found.from_exact)),
            spread(of(&found, |_, found| found.short_of_exact)),
        ]);
    }
    format!(
        "### Withheld counts\n\nNone of lme4, glmmTMB, GPBoost and glmm takes a count that is known by its bounds. Their users put the \
         middle of the bounds in its place, or drop the rows that are withheld; so do the lines below, while ours take the bounds. \
         Distances, median (largest) over the tables, are from the maximum of the exact log-likelihood of the bounds: what the \
         treatment costs.\n\n{}",
        table.markdown()
    )
}

/// By package, variant and treatment; ours first, otherwise in the order in which they come.
fn grouped<'r>(fits: &[&'r PeerRecord]) -> Vec<(String, Vec<&'r PeerRecord>)> {
    let mut groups: Vec<(String, Vec<&PeerRecord>)> = Vec::new();
    for fit in fits {
        let name = name(fit);
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, group)) => group.push(fit),
            None => groups.push((name, vec![fit])),
        }
    }
    groups.sort_by_key(|(name, _)| !name.starts_with("nestcount"));
    groups
}

fn name(fit: &PeerRecord) -> String {
    let treated = match fit.treatment {
        Treatment::None => "",
        Treatment::Middle => ", middle of the bounds",
        Treatment::Dropped => ", withheld rows dropped",
    };
    format!("{} {}{treated}", fit.package, fit.variant)
}

/// The figure that belongs to what a fit maximises.
fn own(fit: &PeerRecord, laplace: Option<f64>, exact: Option<f64>) -> Option<f64> {
    match fit.target? {
        Target::Laplace => laplace,
        Target::Exact => exact,
    }
}

fn values(found: &[(&PeerRecord, &Found)], read: impl Fn(&PeerRecord, &Found) -> Option<f64>) -> Vec<f64> {
    found.iter().filter_map(|(fit, found)| read(fit, found)).collect()
}

fn of(found: &[(&PeerRecord, &Found)], read: impl Fn(&PeerRecord, &Found) -> Option<f64>) -> Option<Spread> {
    Spread::of(&values(found, read))
}

fn laplace_seconds(fits: &[&PeerRecord], table: &str) -> Option<f64> {
    let ours =
        |fit: &&&PeerRecord| fit.package == "nestcount" && fit.variant == "laplace" && fit.table == table;
    Some(fits.iter().find(ours)?.found.as_ref()?.seconds)
}

/// Every fit.
pub(super) fn tables(record: &PeersRecord) -> String {
    let mut table = TextTable::new([
        "table",
        "package",
        "processor ms",
        "short of Laplace's maximum",
        "standard errors from it",
        "short of the exact maximum",
        "standard errors from it",
        "its log-likelihood less ours there",
        "remark",
    ]);
    for fit in &record.fits {
        let mut cells = vec![fit.table.clone(), name(fit)];
        match &fit.found {
            Some(found) => {
                cells.push(milliseconds(Some(found.seconds)));
                cells.extend([found.short_of_laplace, found.from_laplace].map(small));
                cells.extend([found.short_of_exact, found.from_exact].map(small));
                cells.push(small(found.own_beside_ours));
                cells.push(found.note.clone().unwrap_or_default());
            }
            None => {
                cells.extend([NONE; 6].map(String::from));
                cells.push(fit.failure.clone().unwrap_or_default());
            }
        }
        table.line(cells.into_iter().map(|cell| cell.replace('|', "/").replace('\n', " ")).collect());
    }
    format!(
        "## Other packages, fit by fit\n\nOurs there: Laplace's log-likelihood at the package's estimates (`quadrature`: the exact \
         one, which lme4 gives without its constants).\n\n{}",
        table.markdown()
    )
}
