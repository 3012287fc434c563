//! Figures: small multiples, a panel a kind of world, a line an estimator, the expected count across.

mod panels;

use crate::output::Suite;
use crate::report::worlds::{slope, top};
use crate::tally::EstimatorRecord;
use panels::{Panel, Scale, Sheet};

pub(crate) struct Figure {
    pub(crate) file: &'static str,
    pub(crate) title: &'static str,
    pub(crate) svg: String,
}

/// What a figure shows of a record, and how.
struct Shown {
    file: &'static str,
    title: &'static str,
    scale: Scale,
    /// A line across: no bias, 95 %.
    mark: Option<f64>,
    read: fn(&EstimatorRecord) -> Option<f64>,
}

const SHOWN: [Shown; 4] = [
    Shown {
        file: "suite-bias.svg",
        title: "The coarsest level's sd less the reference's on the same tables, mean, % of the truth",
        scale: Scale::Linear,
        mark: Some(0.0),
        read: |record| {
            let beside = record.coarsest_sd_beside_reference?;
            Some(100.0 * beside.mean / top(record)?.truth)
        },
    },
    Shown {
        file: "suite-coverage.svg",
        title: "Coverage of the slope's 95 % intervals, %",
        scale: Scale::Linear,
        mark: Some(95.0),
        read: |record| slope(record)?.coverage.map(|covered| 100.0 * covered.share),
    },
    Shown {
        file: "suite-distance.svg",
        title: "Distance from the reference, median, standard errors",
        scale: Scale::Logarithmic,
        mark: None,
        read: |record| record.distance.map(|distance| distance.median).filter(|median| *median > 0.0),
    },
    Shown {
        file: "suite-time.svg",
        title: "Processor time of a fit, median, ms",
        scale: Scale::Logarithmic,
        mark: None,
        read: |record| record.seconds.map(|seconds| 1e3 * seconds.median),
    },
];

/// The figures that have anything to show.
pub(crate) fn all(suite: &Suite) -> Vec<Figure> {
    SHOWN.iter().filter_map(|shown| figure(suite, shown)).collect()
}

fn figure(suite: &Suite, shown: &Shown) -> Option<Figure> {
    let mut panels: Vec<Panel> = Vec::new();
    for world in &suite.worlds {
        if panels.last().is_none_or(|panel| panel.title != world.kind) {
            let lines = suite.estimators.iter().map(|_| Vec::new()).collect();
            panels.push(Panel { title: world.kind.clone(), lines });
        }
        let lines = panels.last_mut().into_iter().flat_map(|panel| &mut panel.lines);
        for (line, record) in lines.zip(&world.estimators) {
            line.extend((shown.read)(record).map(|value| (world.mean, value)));
        }
    }
    let sheet = Sheet {
        title: shown.title,
        scale: shown.scale,
        mark: shown.mark,
        names: &suite.estimators,
        panels: &panels,
    };
    Some(Figure { file: shown.file, title: shown.title, svg: sheet.svg()? })
}
