//! The simulated worlds: one table a measure, a line a world, a column an estimator.

use super::words::{NONE, TextTable, milliseconds, per_cent, signed, spread, unsigned};
use crate::output::Suite;
use crate::run::WorldRecord;
use crate::statistics::Mean;
use crate::tally::{EstimatorRecord, ParameterRecord, ScoreRecord};
use std::collections::BTreeMap;

struct Measure {
    title: &'static str,
    words: &'static str,
    cell: fn(&EstimatorRecord) -> String,
}

/// Those that the story tells.
const STORY: [Measure; 3] = [
    Measure {
        title: "The coarsest level's standard deviation",
        words: "Its mean less the reference's on the same tables, in per cent of the truth; in brackets the reference's own bias, which \
                is that of maximum likelihood.",
        cell: beside_bias,
    },
    Measure {
        title: "Distance from the reference",
        words: "Largest distance of a parameter, in standard errors: median (largest). Behind `b`, the fits with an sd of 0 (or an \
                infinite θ) on one side only.",
        cell: distance,
    },
    Measure {
        title: "Processor time of a fit",
        words: "Milliseconds, median.",
        cell: |record| milliseconds(record.seconds.map(|seconds| seconds.median)),
    },
];

const REST: [Measure; 11] = [
    Measure {
        title: "Bias of the coarsest level's standard deviation",
        words: "In per cent of the truth.",
        cell: |record| biased(top(record)),
    },
    Measure {
        title: "Root mean square error of the coarsest level's standard deviation",
        words: "In its own units.",
        cell: |record| top(record).map_or(NONE.into(), |parameter| unsigned(parameter.rmse, 1.0, 3)),
    },
    Measure {
        title: "Bias of the finest effects' standard deviation",
        words: "In per cent of the truth: the rows' own, or else the finest level's.",
        cell: |record| biased(record.parameters.iter().rfind(|parameter| parameter.name.starts_with("sd("))),
    },
    Measure {
        title: "Bias of the slope",
        words: "Times 1000; the slope is 0.3.",
        cell: |record| slope(record).map_or(NONE.into(), |p| signed(p.bias, 1e3, 1)),
    },
    Measure {
        title: "Coverage of 95 % intervals of the slope",
        words: "Per cent.",
        cell: |record| per_cent(slope(record).and_then(|parameter| parameter.coverage)),
    },
    Measure {
        title: "Coverage of 95 % intervals of the coarsest level's standard deviation",
        words: "Per cent; in brackets the intervals that there were, as an sd of 0 has none.",
        cell: |record| {
            let coverage = top(record).and_then(|parameter| parameter.coverage);
            coverage.map_or(NONE.into(), |share| format!("{} ({})", per_cent(Some(share)), share.n))
        },
    },
    Measure {
        title: "Held-out rows",
        words: "Joint log score per row, times 1000, less the reference's on the same tables; its own in brackets. Higher is better.",
        cell: |record| scored(record.held_out, 1e3),
    },
    Measure {
        title: "Left-out areas",
        words: "Joint log score of the rows of an area that is left out, per row; as above.",
        cell: |record| scored(record.left_out, 1e3),
    },
    Measure {
        title: "CRPS of the rows of left-out areas",
        words: "In thousandths of a count, less the reference's; its own in brackets. Lower is better.",
        cell: |record| scored(record.left_out_crps, 1e3),
    },
    Measure {
        title: "Log-likelihood short of the reference",
        words: "Of the judge, median (largest).",
        cell: |record| spread(record.short),
    },
    Measure {
        title: "Memory of a fit",
        words: "Peak above the problem, kB, median.",
        cell: |record| record.peak_bytes.map_or(NONE.into(), |peak| format!("{:.0}", peak.median / 1e3)),
    },
];

/// What the worlds are, and the measures that matter most.
pub(super) fn story(suite: &Suite) -> String {
    let head = "## Simulated worlds\n\nA world is named by its kind and the expected count of a row.\n\n";
    head.to_string() + &kinds(&suite.worlds) + &sections(suite, &STORY) + &failures(suite)
}

pub(super) fn tables(suite: &Suite) -> String {
    "## All measures of the simulated worlds\n\n".to_string() + &sections(suite, &REST)
}

fn sections(suite: &Suite, measures: &[Measure]) -> String {
    let section = |m: &Measure| format!("### {}\n\n{}\n\n{}", m.title, m.words, matrix(suite, m.cell));
    measures.iter().map(section).collect()
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

fn matrix(suite: &Suite, cell: fn(&EstimatorRecord) -> String) -> String {
    let head = ["world"].into_iter().chain(suite.estimators.iter().map(String::as_str));
    let mut table = TextTable::new(head);
    for world in &suite.worlds {
        let cells = world.estimators.iter().map(cell);
        table.line([world.world.clone()].into_iter().chain(cells).collect());
    }
    if table.is_empty() { "No worlds were run.\n\n".into() } else { table.markdown() }
}

/// Worlds in which a fit failed, a line each.
fn failures(suite: &Suite) -> String {
    let mut table = TextTable::new(["world", "estimator", "of whole tables", "of tables with rows left out"]);
    for world in &suite.worlds {
        let failed = world.estimators.iter();
        let failed = failed.filter(|one| !one.failures.is_empty() || !one.failures_of_scores.is_empty());
        for one in failed {
            let whole = listed(&one.failures, one.fits);
            let scores = listed(&one.failures_of_scores, one.fits_of_scores);
            table.line(vec![world.world.clone(), one.estimator.clone(), whole, scores]);
        }
    }
    let words = "Fits without an answer, by the code of the error; `unreliable`: a posterior whose Pareto k says not to believe it. \
                 Worlds and estimators that are not listed had none.";
    let table = if table.is_empty() { "None.\n\n".into() } else { table.markdown() };
    format!("### Failures\n\n{words}\n\n{table}")
}

fn listed(kinds: &BTreeMap<String, usize>, fits: usize) -> String {
    let each: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
    if each.is_empty() { format!("0 of {fits}") } else { format!("{} of {fits}", each.join(", ")) }
}

/// The standard deviation of the coarsest level.
pub(crate) fn top(record: &EstimatorRecord) -> Option<&ParameterRecord> {
    record.parameters.iter().find(|parameter| parameter.name.starts_with("sd("))
}

/// The determinant's coefficient.
pub(crate) fn slope(record: &EstimatorRecord) -> Option<&ParameterRecord> {
    record.parameters.iter().find(|parameter| parameter.name == "x")
}

fn biased(parameter: Option<&ParameterRecord>) -> String {
    parameter.map_or(NONE.into(), |parameter| signed(parameter.bias, 100.0 / parameter.truth, 1))
}

/// The difference from the reference's mean; of the reference itself its bias, in brackets.
fn beside_bias(record: &EstimatorRecord) -> String {
    match (top(record), record.coarsest_sd_beside_reference) {
        (Some(sd), Some(Mean { mean: 0.0, .. })) => format!("({})", biased(Some(sd))),
        (Some(sd), Some(beside)) => signed(beside, 100.0 / sd.truth, 2),
        _ => NONE.into(),
    }
}

fn distance(record: &EstimatorRecord) -> String {
    match record.other_boundaries {
        0 => spread(record.distance),
        fits => format!("{} b{fits}", spread(record.distance)),
    }
}

fn scored(score: Option<ScoreRecord>, times: f64) -> String {
    match score {
        Some(ScoreRecord { own, beside_reference: Some(Mean { mean: 0.0, .. }) }) => {
            format!("({:.0})", times * own.mean)
        }
        Some(ScoreRecord { beside_reference: Some(beside), .. }) => signed(beside, times, 2),
        _ => NONE.into(),
    }
}
