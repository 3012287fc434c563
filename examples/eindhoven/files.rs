//! Tables and figures as files.

use crate::beside::Beside;
use crate::counterfactual::{self, Worlds};
use crate::panel::{Panel, Study};
use crate::rates::{self, Rates, rate};
use crate::save::save;
use crate::source::Source;
use crate::trouble::Trouble;
use nestcount::flow::EventRate;
use nestcount::infer::{Confidence, Interval};
use nestcount::map::{CaterpillarArea, Figure, Series, SeriesEvent, SeriesMark, SeriesPoint};
use nestcount::panel::{Contrast, ExpectedTotal};
use nestcount::report::{Dialect, Sheet};
use nestcount::table::Table;
use std::path::Path;

/// What was fitted to what.
pub(crate) struct Told<'a> {
    pub(crate) source: &'a Source,
    pub(crate) panel: &'a Panel<'a>,
    pub(crate) study: &'a Study,
}

pub(crate) fn write(
    told: &Told<'_>,
    rates: &[Rates],
    beside: &Beside,
    worlds: &Worlds,
    out: &Path,
) -> Result<(), Trouble> {
    let own = &told.panel.own;
    let mut files = vec![
        ("flows.csv", csv(&told.source.flows.table()?)?),
        ("rates.csv", csv(&rates::table(rates)?)?),
        ("terms.csv", csv(&terms(told)?)?),
        ("counterfactual.csv", csv(&counterfactual::table(&worlds.own)?)?),
        ("elsewhere.csv", csv(&counterfactual::table(&worlds.elsewhere)?)?),
        ("placebos.csv", csv(&placebos(beside)?)?),
        ("placebos.svg", elsewhere(beside)?),
        ("series.svg", series(told, (own, "without its own step"), rates, &worlds.own, 0)?),
        ("elsewhere.svg", series(told, ("All others", "without the step"), rates, &worlds.elsewhere, 1)?),
    ];
    if let Some(lines) = &told.source.lines {
        files.push(("lines.csv", csv(&lines.table(0.95)?)?));
    }
    for (name, text) in &files {
        save(out, name, text)?;
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    say!("\n   in {}: {}", out.display(), names.join(", "));
    Ok(())
}

fn csv(table: &Table) -> nestcount::Result<String> {
    Sheet::new().beside(table)?.to_csv(Dialect::International)
}

fn terms(told: &Told<'_>) -> nestcount::Result<Table> {
    let all = told.study.restricted.coefficients();
    let ends: Vec<Interval> = all.iter().map(|one| one.rate_ratio_interval(Confidence::P95)).collect();
    Table::new()
        .with_text("term", all.iter().map(|one| one.term.clone()))?
        .with_numbers("estimate", all.iter().map(|one| one.estimate))?
        .with_numbers("std_error", all.iter().map(|one| one.std_error))?
        .with_numbers("ratio", all.iter().map(|one| one.rate_ratio()))?
        .with_numbers("ratio_low", ends.iter().map(|end| end.low))?
        .with_numbers("ratio_high", ends.iter().map(|end| end.high))
}

fn placebos(beside: &Beside) -> nestcount::Result<Table> {
    let test = &beside.placebos;
    let all = || std::iter::once(&test.own).chain(&test.others);
    Table::new()
        .with_text("gemeente", all().map(|one| one.code.clone()))?
        .with_numbers("estimate", all().map(|one| one.effect.estimate))?
        .with_numbers("std_error", all().map(|one| one.effect.std_error))?
        .with_numbers("z", all().map(|one| one.effect.z()))
}

/// The same step in every gemeente.
fn elsewhere(beside: &Beside) -> nestcount::Result<String> {
    let test = &beside.placebos;
    let area = |one: &nestcount::panel::PlaceboEffect| {
        let Interval { low, high } = one.effect.interval(Confidence::P95);
        CaterpillarArea { name: one.code.clone(), effect: one.effect.estimate, low, high }
    };
    let areas: Vec<CaterpillarArea> = std::iter::once(&test.own).chain(&test.others).map(area).collect();
    Figure::new("The same step given to each gemeente in turn", "log rate, 95 %", "").caterpillar(&areas)
}

/// What was counted, what the fit expects, and what it expects without the step; all per 100 person-years, once final.
fn series(
    told: &Told<'_>,
    (title, without): (&str, &str),
    rates: &[Rates],
    worlds: &[(String, Contrast)],
    group: usize,
) -> nestcount::Result<String> {
    let labels: Vec<String> = told.panel.order.iter().map(|period| period.to_string()).collect();
    let counted = rates.iter().enumerate().filter_map(|(at, rates)| {
        let one: &EventRate = rates.begun[group].as_ref()?;
        Some(SeriesPoint {
            period: at,
            value: 100.0 * rate(one),
            low: 100.0 * one.low,
            high: 100.0 * one.high,
        })
    });
    let position = |label: &String| labels.iter().position(|known| known == label);
    let expected = |of: fn(&Contrast) -> ExpectedTotal| -> Vec<SeriesPoint> {
        let point = |(label, one): &(String, Contrast)| {
            let (total, per) = (of(one), 100.0 / one.exposure);
            let Interval { low, high } = total.interval(Confidence::P95);
            let (value, low, high) = (per * total.count, per * low, per * high);
            Some(SeriesPoint { period: position(label)?, value, low, high })
        };
        worlds.iter().filter_map(point).collect()
    };
    let all = [
        Series { label: "expected".into(), mark: SeriesMark::Line, points: expected(|one| one.with) },
        Series { label: without.into(), mark: SeriesMark::Line, points: expected(|one| one.without) },
        Series { label: "counted, as published".into(), mark: SeriesMark::Dots, points: counted.collect() },
    ];
    let event = |name: &str, period: &nestcount::flow::Period| {
        let period = told.panel.order.iter().position(|known| known == period)?;
        Some(SeriesEvent { period, name: name.into() })
    };
    let events: Vec<SeriesEvent> = [("step", Some(told.panel.step)), ("new series", told.panel.broken)]
        .iter()
        .filter_map(|(name, period)| event(name, period.as_ref()?))
        .collect();
    Figure::new(format!("{title}: youth care begun"), "", "per 100 person-years")
        .series(&labels, &all, &events)
}
