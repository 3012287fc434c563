//! Rates per person-year, one gemeente beside all others, with exact intervals.

use crate::panel::Panel;
use crate::source::Source;
use crate::trouble::Trouble;
use nestcount::count::Count;
use nestcount::flow::{EventRate, Flow, Period, PersonTime, Status};
use nestcount::table::Table;

const CONFIDENCE: f64 = 0.95;

/// The figures of one period.
pub(crate) struct Rates {
    pub(crate) period: Period,
    pub(crate) status: Status,
    /// Begun per person-year: the gemeente, all others.
    pub(crate) begun: [Option<EventRate>; 2],
    /// Of what began in the gemeente, the share that began again.
    repeated: Option<f64>,
    /// Ended per year of those in care in the gemeente.
    pub(crate) ended: Option<EventRate>,
}

pub(crate) fn of(source: &Source, panel: &Panel<'_>) -> Result<Vec<Rates>, Trouble> {
    let own = |cell: &Flow| source.gemeente(cell) == panel.own;
    panel.order.iter().map(|&period| rates(panel, period, own).map_err(Trouble::from)).collect()
}

fn rates(panel: &Panel<'_>, period: Period, own: impl Fn(&Flow) -> bool) -> nestcount::Result<Rates> {
    let here = |wanted: bool| panel.rows(|cell| cell.period == period && own(cell) == wanted);
    let groups = [here(true), here(false)];
    let mine = cells(panel, &groups[0]);
    let repeated = || {
        let (all, again) = (sum(&mine, |cell| cell.begun.total)?, sum(&mine, |cell| cell.begun.repeated)?);
        Some(middle(again)? / middle(all)?)
    };
    let late = panel.cells.iter().find(|cell| cell.period == period && cell.status != Status::Final);
    Ok(Rates {
        period,
        status: late.map_or(Status::Final, |cell| cell.status),
        begun: [begun(panel, &groups[0], period)?, begun(panel, &groups[1], period)?],
        repeated: repeated(),
        ended: ended(&mine, period)?,
    })
}

fn cells<'a>(panel: &Panel<'a>, rows: &[usize]) -> Vec<&'a Flow> {
    rows.iter().map(|&row| panel.cells[row]).collect()
}

fn begun(panel: &Panel<'_>, rows: &[usize], period: Period) -> nestcount::Result<Option<EventRate>> {
    let years: Option<f64> = rows.iter().map(|&row| panel.years[row]).sum();
    let (Some(count), Some(years)) = (sum(&cells(panel, rows), |cell| cell.begun.total), years) else {
        return Ok(None);
    };
    let time = PersonTime::of_population(years / period.years(), period)?;
    EventRate::new(count, time, CONFIDENCE).map(Some)
}

fn ended(cells: &[&Flow], period: Period) -> nestcount::Result<Option<EventRate>> {
    let stock = |of: fn(&Flow) -> Count| sum(cells, of);
    let (Some(opening), Some(closing), Some(ended)) =
        (stock(|cell| cell.opening), stock(|cell| cell.closing), stock(|cell| cell.ended))
    else {
        return Ok(None);
    };
    let time = PersonTime::of_stocks(opening, closing, period);
    time.map(|time| EventRate::new(ended, time, CONFIDENCE)).transpose()
}

/// The sum of a figure over cells; none without cells, and where one of them is missing or open above.
fn sum(cells: &[&Flow], of: fn(&Flow) -> Count) -> Option<Count> {
    let (mut low, mut high) = (0, 0);
    if cells.is_empty() {
        return None;
    }
    for cell in cells {
        let bounds = of(cell).bounds();
        low += bounds.lo();
        high += bounds.hi()?;
    }
    Count::interval(low, high).ok()
}

fn middle(count: Count) -> Option<f64> {
    let bounds = count.bounds();
    let middle = 0.5 * (bounds.lo() as f64 + bounds.hi()? as f64);
    (middle > 0.0).then_some(middle)
}

/// The middle of what a rate can be.
pub(crate) fn rate(of: &EventRate) -> f64 {
    0.5 * (of.least + of.most)
}

pub(crate) fn print(all: &[Rates], source: &Source, panel: &Panel<'_>) {
    say!(
        "\n2. Begun per 100 person-years with its exact 95 % interval, as published; share again; mean stay"
    );
    say!("   {:8} {:>24} {:>24} {:>7} {:>12}", "", panel.own, "all others", "again", "stay, months");
    for rates in all {
        let begun = |of: &Option<EventRate>| match of {
            Some(one) => {
                format!("{:6.2} ({:.2} to {:.2})", 100.0 * rate(one), 100.0 * one.low, 100.0 * one.high)
            }
            None => "unknown".into(),
        };
        let again = rates.repeated.map_or(".".into(), |share| format!("{:.0} %", 100.0 * share));
        let stay = rates.ended.as_ref().map_or(".".into(), |ended| format!("{:.1}", 12.0 / rate(ended)));
        let mark = if rates.status == Status::Final { "" } else { "*" };
        say!(
            "   {:8} {:>24} {:>24} {again:>7} {stay:>12}",
            format!("{}{mark}", rates.period),
            begun(&rates.begun[0]),
            begun(&rates.begun[1])
        );
    }
    if all.iter().any(|rates| rates.status != Status::Final) {
        say!(
            "   * provisional: what began and ended is not all known yet, so that a stay looks longer than it is"
        );
    }
    as_published(all, panel);
    if source.world.is_some() {
        say!("   (what ends per year in care is planted the same in all half-years: a stay of 10.9 months)");
    }
}

/// What a reader of the table would say of the step.
fn as_published(all: &[Rates], panel: &Panel<'_>) {
    let per_year = i64::from(panel.step.part().per_year().unwrap_or(1));
    let of = |period: Option<Period>| all.iter().find(|rates| Some(rates.period) == period);
    let (Some(after), Some(before)) = (of(Some(panel.step)), of(panel.step.shifted(-per_year))) else {
        return;
    };
    let change = |at: usize| {
        let (after, before) = (rate(after.begun[at].as_ref()?), rate(before.begun[at].as_ref()?));
        (before > 0.0).then(|| 100.0 * (after / before - 1.0))
    };
    if let (Some(own), Some(others)) = (change(0), change(1)) {
        say!("   {} against {}: {own:+.1} % here, {others:+.1} % in all others", after.period, before.period);
    }
}

/// A row a period.
pub(crate) fn table(all: &[Rates]) -> nestcount::Result<Table> {
    let mut table = Table::new()
        .with_text("period", all.iter().map(|rates| rates.period.to_string()))?
        .with_text("status", all.iter().map(|rates| rates.status.to_string()))?;
    type Of = fn(&Rates) -> Option<&EventRate>;
    let kinds: [(&str, Of); 3] = [
        ("begun", |rates| rates.begun[0].as_ref()),
        ("begun_elsewhere", |rates| rates.begun[1].as_ref()),
        ("ended", |rates| rates.ended.as_ref()),
    ];
    type End = fn(&EventRate) -> f64;
    let ends: [(&str, End); 3] = [("rate", rate), ("low", |one| one.low), ("high", |one| one.high)];
    for (kind, of) in kinds {
        for (end, number) in ends {
            let column = all.iter().map(|rates| of(rates).map(number));
            table = table.with_optional_numbers(&format!("{kind}_{end}"), column)?;
        }
    }
    table.with_optional_numbers("begun_again_share", all.iter().map(|rates| rates.repeated))
}
