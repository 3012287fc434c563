//! The simulated worlds: one table a measure, a line a world, a column an estimator.

use super::words::{TextTable, milliseconds, small};
use crate::output::Suite;
use crate::run::WorldRecord;
use crate::tally::{EstimatorRecord, Mean, ParameterRecord};
use std::collections::BTreeMap;

pub(super) fn sections(suite: &Suite) -> String {
    let section = |title: &str, words: &str, cell: &dyn Fn(&EstimatorRecord) -> String| {
        format!("### {title}\n\n{words}\n\n{}", matrix(suite, cell))
    };
    let head = "## Simulated worlds\n\nA world is named by its kind and the expected count of a row.\n\n";
    let kinds = kinds(&suite.worlds);
    let parts = [
        section(
            "Bias of the coarsest level's standard deviation",
            "In per cent of the truth, ± Monte Carlo standard error.",
            &|record| biased(top(record)),
        ),
        section(
            "Root mean square error of the coarsest level's standard deviation",
            "In its own units.",
            &|record| small(top(record).map(|parameter| parameter.rmse)),
        ),
        section(
            "Bias of the finest effects' standard deviation",
            "As above: the rows' own, or else the finest level's.",
            &|record| biased(finest(record)),
        ),
        section(
            "Bias of the slope",
            "Times 1000, ± Monte Carlo standard error; the slope is 0.3.",
            &|record| slope(record).map_or("–".into(), |p| mean(p.bias, 1e3, 1)),
        ),
        section(
            "Coverage of 95 % intervals",
            "Slope / coarsest sd, per cent; an sd of 0 has no interval.",
            &|record| format!("{} / {}", covered(slope(record)), covered(top(record))),
        ),
        section(
            "Held-out rows",
            "Log score per row, times 1000, less the reference's on the same tables; its own score in the reference's column. Higher is better.",
            &|record| scored(record.held_out, record.held_out_beside_reference),
        ),
        section(
            "Left-out areas",
            "Joint log score of the rows of an area that is left out, per row; as above.",
            &|record| scored(record.left_out, record.left_out_beside_reference),
        ),
        section(
            "Distance from the reference",
            "Largest distance of a parameter in standard errors: median (largest).",
            &|record| {
                record.distance.map_or("–".into(), |d| {
                    format!("{} ({})", small(Some(d.median)), small(Some(d.largest)))
                })
            },
        ),
        section("Log-likelihood short of the reference", "Of the judge, median (largest).", &|record| {
            record
                .short
                .map_or("–".into(), |d| format!("{} ({})", small(Some(d.median)), small(Some(d.largest))))
        }),
        section("Processor time of a fit", "Milliseconds, median.", &|record| {
            milliseconds(record.seconds.map(|seconds| seconds.median))
        }),
        section("Memory of a fit", "Peak above the problem, kB, median.", &|record| {
            record.peak_bytes.map_or("–".into(), |peak| format!("{:.0}", peak.median / 1e3))
        }),
        section(
            "Failures",
            "Of the fits to whole tables, by kind; behind the +, of the fits to tables with rows or areas left out.",
            &failures,
        ),
    ];
    head.to_string() + &kinds + &parts.concat()
}

fn kinds(worlds: &[WorldRecord]) -> String {
    let mut seen = BTreeMap::new();
    for world in worlds {
        let kind = world.world.rsplit_once('-').map_or(world.world.as_str(), |(kind, _)| kind);
        let lost: &mut usize = &mut seen.entry(kind).or_insert((world.kind.as_str(), 0)).1;
        *lost += world.impossible;
    }
    let line = |(kind, (what, lost)): (&str, (&str, usize))| match lost {
        0 => format!("* `{kind}`: {what}\n"),
        _ => format!("* `{kind}`: {what}; {lost} drawn tables make no question\n"),
    };
    seen.into_iter().map(line).collect::<String>() + "\n"
}

fn matrix(suite: &Suite, cell: &dyn Fn(&EstimatorRecord) -> String) -> String {
    let head = ["world"].into_iter().chain(suite.estimators.iter().map(String::as_str));
    let mut table = TextTable::new(head);
    for world in &suite.worlds {
        let cells = world.estimators.iter().map(cell);
        table.line([world.world.clone()].into_iter().chain(cells).collect());
    }
    if table.is_empty() { "No worlds were run.\n\n".into() } else { table.markdown() }
}

/// The standard deviation of the coarsest level.
pub(crate) fn top(record: &EstimatorRecord) -> Option<&ParameterRecord> {
    record.parameters.iter().find(|parameter| parameter.name.starts_with("sd("))
}

fn finest(record: &EstimatorRecord) -> Option<&ParameterRecord> {
    record.parameters.iter().rfind(|parameter| parameter.name.starts_with("sd("))
}

/// The determinant's coefficient.
pub(crate) fn slope(record: &EstimatorRecord) -> Option<&ParameterRecord> {
    record.parameters.iter().find(|parameter| parameter.name == "x")
}

fn biased(parameter: Option<&ParameterRecord>) -> String {
    parameter.map_or("–".into(), |parameter| mean(parameter.bias, 100.0 / parameter.truth, 1))
}

fn mean(mean: Mean, times: f64, decimals: usize) -> String {
    format!("{:+.decimals$} ± {:.decimals$}", times * mean.mean, times * mean.std_error)
}

fn covered(parameter: Option<&ParameterRecord>) -> String {
    let coverage = parameter.and_then(|parameter| parameter.coverage);
    coverage.map_or("–".into(), |share| format!("{:.1}", 100.0 * share))
}

fn scored(own: Option<Mean>, beside: Option<Mean>) -> String {
    match (own, beside) {
        (Some(own), Some(beside)) if beside.mean == 0.0 && beside.std_error == 0.0 => {
            format!("({:.0})", 1e3 * own.mean)
        }
        (_, Some(beside)) => mean(beside, 1e3, 2),
        _ => "–".into(),
    }
}

fn failures(record: &EstimatorRecord) -> String {
    let listed = |kinds: &BTreeMap<String, usize>| match kinds.is_empty() {
        true => "0".to_string(),
        false => kinds.iter().map(|(kind, n)| format!("{n} {kind}")).collect::<Vec<_>>().join(", "),
    };
    let (fits, scores) = (listed(&record.failures), listed(&record.failures_of_scores));
    if scores == "0" { fits } else { format!("{fits} + {scores}") }
}
