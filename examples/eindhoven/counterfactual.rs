//! What was to be expected without the step.

use crate::panel::{OWN_STEP, Panel, STEP, Study};
use crate::source::Source;
use crate::trouble::Trouble;
use crate::words::{Figure, percent};
use nestcount::infer::{Confidence, Interval};
use nestcount::panel::{Contrast, Without};
use nestcount::table::Table;

/// By period: the gemeente without its own step, the same without any step, and all others without the step of all.
pub(crate) struct Worlds {
    pub(crate) own: Vec<(String, Contrast)>,
    pub(crate) elsewhere: Vec<(String, Contrast)>,
    /// From the step on.
    since: [Contrast; 3],
}

pub(crate) fn of(panel: &Panel<'_>, study: &Study) -> Result<Worlds, Trouble> {
    let (fit, problem) = (&study.restricted, &study.problem);
    let rows = problem.rows_in(crate::panel::GEMEENTE, &panel.own)?;
    let others: Vec<usize> = problem.rows().iter().copied().filter(|row| !rows.contains(row)).collect();
    let after = |rows: &[usize]| -> Vec<usize> {
        rows.iter().copied().filter(|&row| panel.cells[row].period >= panel.step).collect()
    };
    let own = fit.counterfactual(&Without::terms([OWN_STEP]).final_figures())?;
    let neither = fit.counterfactual(&Without::terms([OWN_STEP, STEP]).final_figures())?;
    Ok(Worlds {
        own: own.by_period(&rows)?,
        elsewhere: neither.by_period(&others)?,
        since: [own.over(&after(&rows))?, neither.over(&after(&rows))?, neither.over(&after(&others))?],
    })
}

pub(crate) fn print(source: &Source, panel: &Panel<'_>, worlds: &Worlds) {
    say!("\n5. Begun since {}, once figures are final, beside what was to be expected without", panel.step);
    let names = ["here, without its own step", "here, without any step", "all others, without the step"];
    for (name, contrast) in names.iter().zip(&worlds.since) {
        let Interval { low, high } = contrast.difference_interval(Confidence::P95);
        say!(
            "   {name:30} {:8.0} beside {:8.0}: {:+7.0} ({low:+.0} to {high:+.0}), {}",
            contrast.with.count,
            contrast.without.count,
            contrast.difference,
            ratio(contrast).signed()
        );
    }
    if let Some(world) = &source.world {
        let [with, without] = world.begun;
        say!(
            "   {:30} {with:8.0} beside {without:8.0}: {:+7.0}, {:+6.1} %",
            "planted, its own step",
            with - without,
            percent((with / without).ln())
        );
    }
}

fn ratio(contrast: &Contrast) -> Figure {
    let Interval { low, high } = contrast.ratio_interval(Confidence::P95);
    let change = |ratio: f64| 100.0 * (ratio - 1.0);
    Figure { at: change(contrast.ratio()), low: change(low), high: change(high) }
}

/// A row a period: expected with and without, per person-year and as counts.
pub(crate) fn table(by_period: &[(String, Contrast)]) -> nestcount::Result<Table> {
    let numbers =
        |of: &dyn Fn(&Contrast) -> f64| by_period.iter().map(|(_, one)| of(one)).collect::<Vec<_>>();
    let with = |one: &Contrast| one.with.interval(Confidence::P95);
    let without = |one: &Contrast| one.without.interval(Confidence::P95);
    let difference = |one: &Contrast| one.difference_interval(Confidence::P95);
    Table::new()
        .with_text("period", by_period.iter().map(|(period, _)| period.clone()))?
        .with_numbers("person_years", numbers(&|one| one.exposure))?
        .with_numbers("expected", numbers(&|one| one.with.count))?
        .with_numbers("expected_low", numbers(&|one| with(one).low))?
        .with_numbers("expected_high", numbers(&|one| with(one).high))?
        .with_numbers("without", numbers(&|one| one.without.count))?
        .with_numbers("without_low", numbers(&|one| without(one).low))?
        .with_numbers("without_high", numbers(&|one| without(one).high))?
        .with_numbers("difference", numbers(&|one| one.difference))?
        .with_numbers("difference_low", numbers(&|one| difference(one).low))?
        .with_numbers("difference_high", numbers(&|one| difference(one).high))
}
