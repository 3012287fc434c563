//! The model: what moved in all gemeenten together, what in one of them, and how each wanders on its own.

use crate::arguments::Arguments;
use crate::source::Source;
use crate::trouble::Trouble;
use crate::words::spinner;
use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::{Determinants, Numeric};
use nestcount::flow::{Flow, Period, Status};
use nestcount::panel::{
    InTime, PanelFit, PanelModel, PanelProblem, Periods, Provisional, RestrictedFit, TimeTerm,
};
use nestcount::table::Table;
use nestcount::{Options, Result};
use std::ops::ControlFlow;

/// Terms of all gemeenten.
pub(crate) const TREND: &str = "trend";
pub(crate) const STEP: &str = "step";
pub(crate) const BREAK: &str = "new series";
/// Those of the one set beside them.
pub(crate) const OWN_STEP: &str = "own step";
pub(crate) const OWN_TREND: &str = "own trend";
pub(crate) const OWN_SLOPE: &str = "own slope";

/// Level of the areas that wander.
pub(crate) const GEMEENTE: &str = "gemeente";
const WIJK: &str = "wijk";

/// What one gemeente may have of its own, beside its level and its wandering.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Own {
    Step,
    /// A trend before the step and another after it too.
    StepAndTrends,
}

/// Cells of the finest areas, where they lie and when.
pub(crate) struct Panel<'a> {
    pub(crate) cells: Vec<&'a Flow>,
    /// Person-years of each.
    pub(crate) years: Vec<Option<f64>>,
    pub(crate) own: String,
    /// All periods, in order.
    pub(crate) order: Vec<Period>,
    pub(crate) step: Period,
    pub(crate) broken: Option<Period>,
    areas: Placement,
    periods: Periods,
    late: Option<Provisional>,
}

/// A fit with what it is a fit of.
pub(crate) struct Study {
    pub(crate) problem: PanelProblem,
    pub(crate) fit: PanelFit,
    /// What rests on a dozen periods: terms of all, and what was to be expected without them.
    pub(crate) restricted: RestrictedFit,
}

impl<'a> Panel<'a> {
    pub(crate) fn of(source: &'a Source, asked: &Arguments) -> std::result::Result<Self, Trouble> {
        let cells = source.finest();
        let mut order: Vec<Period> = cells.iter().map(|cell| cell.period).collect();
        order.sort_unstable();
        order.dedup();
        let broken = asked.broken.or(source.world.as_ref().map(|world| world.broken));
        refuse_misplaced(&order, asked.step, broken)?;
        refuse_one_sided(source, &cells, asked)?;
        let years = |cell: &&Flow| source.youths(cell).map(|people| people * cell.period.years());
        Ok(Panel {
            years: cells.iter().map(years).collect(),
            own: asked.gemeente.clone(),
            step: asked.step,
            broken,
            areas: placement(source, &cells)?,
            periods: periods(&order, &cells)?,
            late: provisional(&cells, asked)?,
            order,
            cells,
        })
    }

    /// The model with its terms, fitted.
    pub(crate) fn study(&self, own: Own) -> Result<Study> {
        let terms = self.terms(own);
        let table = TimeTerm::join(&terms, Table::new(), &self.areas, &self.periods)?;
        let counts = self.cells.iter().map(|cell| cell.begun.total).collect();
        let counts = CountTable::with_exposures(counts, self.years.clone())?;
        let columns = terms.iter().fold(Determinants::new(), |all, term| all.with(Numeric::new(term.name())));
        let design = columns.build(&table, &self.areas, counts.rows())?;
        let problem = self.model().check(&self.areas, &self.periods, &counts, design)?;
        let bar = spinner("fit");
        let fit = problem.fit_watched(&Options::default(), |iteration| {
            bar.set_message(iteration.to_string());
            ControlFlow::Continue(())
        });
        let both = fit.and_then(|fit| Ok((fit.restricted(&problem)?, fit)));
        bar.finish_and_clear();
        let (restricted, fit) = both?;
        Ok(Study { problem, fit, restricted })
    }

    /// Levels that last, shocks that all share, and gemeenten that wander.
    pub(crate) fn model(&self) -> PanelModel {
        let levels = self.areas.tree().levels();
        let model = levels.iter().fold(PanelModel::neg_bin2(), |model, level| model.random_intercept(level));
        let model = model.period_effect().in_time(GEMEENTE, InTime::Autoregressive);
        match &self.late {
            Some(late) => model.provisional(late.clone()),
            None => model,
        }
    }

    fn terms(&self, own: Own) -> Vec<TimeTerm> {
        let mut terms = vec![TimeTerm::trend(TREND)];
        terms.extend(self.seasons());
        terms.push(TimeTerm::step(STEP, self.step.to_string()));
        terms.extend(self.broken.map(|period| TimeTerm::step(BREAK, period.to_string())));
        terms.push(self.own_step());
        if own == Own::StepAndTrends {
            let slope = TimeTerm::slope(OWN_SLOPE, self.step.to_string());
            terms.extend([TimeTerm::trend(OWN_TREND), slope].map(|term| term.in_area(GEMEENTE, &self.own)));
        }
        terms
    }

    /// The difference of trends: what the step was here beside what it was everywhere.
    pub(crate) fn own_step(&self) -> TimeTerm {
        TimeTerm::step(OWN_STEP, self.step.to_string()).in_area(GEMEENTE, &self.own)
    }

    /// Parts of the year that there are but for that of the first period, by their place in the calendar.
    fn seasons(&self) -> Vec<TimeTerm> {
        let part = self.order[0].part();
        let (Some(cycle), Some(first)) = (part.per_year(), part.number()) else { return Vec::new() };
        let season = |position: u8| {
            let number = (first - 1 + position) % cycle + 1;
            let there = self.order.iter().any(|period| period.part().number() == Some(number));
            let name = season_name(cycle, number);
            there.then(|| TimeTerm::season(name, usize::from(cycle), usize::from(position)))
        };
        (1..cycle).filter_map(season).collect()
    }

    /// Rows of a group of areas.
    pub(crate) fn rows(&self, wanted: impl Fn(&Flow) -> bool) -> Vec<usize> {
        (0..self.cells.len()).filter(|&row| wanted(self.cells[row])).collect()
    }
}

pub(crate) fn season_name(cycle: u8, number: u8) -> String {
    match cycle {
        2 => format!("half {number}"),
        4 => format!("quarter {number}"),
        _ => format!("month {number}"),
    }
}

fn refuse_misplaced(
    order: &[Period],
    step: Period,
    broken: Option<Period>,
) -> std::result::Result<(), Trouble> {
    let (first, last) = match order {
        [] => return Err(Trouble::Said("there are no wijken or gemeenten in the table".into())),
        [first, ..] => (first, &order[order.len() - 1]),
    };
    for (option, period) in [("--step", Some(step)), ("--break", broken)] {
        let Some(period) = period else { continue };
        if period <= *first || !order.contains(&period) {
            let message = format!(
                "{option} {period}: the table has {first} to {last}, and there must be a period before it"
            );
            return Err(Trouble::Said(message));
        }
    }
    match broken == Some(step) {
        true => {
            Err(Trouble::Said(format!("--step and --break are both {step}: the two cannot be told apart")))
        }
        false => Ok(()),
    }
}

/// A step is seen in a gemeente that was counted before it and after it.
fn refuse_one_sided(source: &Source, cells: &[&Flow], asked: &Arguments) -> std::result::Result<(), Trouble> {
    let own = |cell: &&&Flow| source.gemeente(cell) == asked.gemeente && cell.begun.total != Count::Missing;
    for (side, after) in [("before", false), ("from it on", true)] {
        if !cells.iter().filter(own).any(|cell| (cell.period >= asked.step) == after) {
            let (gemeente, step) = (&asked.gemeente, asked.step);
            return Err(Trouble::Said(format!("--step {step}: {gemeente} has no counts {side}")));
        }
    }
    Ok(())
}

/// Wijken in gemeenten, or gemeenten alone where none has wijken.
fn placement(source: &Source, cells: &[&Flow]) -> Result<Placement> {
    let gemeenten: Vec<&str> = cells.iter().map(|cell| source.gemeente(cell)).collect();
    let wijken: Vec<&str> = cells.iter().map(|cell| cell.area.as_str()).collect();
    match gemeenten == wijken {
        true => Placement::from_codes(&[(GEMEENTE, &gemeenten[..])], CodeScope::Unique),
        false => Placement::from_codes(&[(GEMEENTE, &gemeenten[..]), (WIJK, &wijken)], CodeScope::Unique),
    }
}

/// Times in steps of one period, gaps left open.
fn periods(order: &[Period], cells: &[&Flow]) -> Result<Periods> {
    let time = |period: &Period| order[0].steps_until(*period).unwrap_or(0) as f64;
    let times: Vec<(String, f64)> = order.iter().map(|period| (period.to_string(), time(period))).collect();
    let rows: Vec<String> = cells.iter().map(|cell| cell.period.to_string()).collect();
    Periods::at_times(&times, &rows)
}

/// The factor of all periods whose figures may still change.
fn provisional(cells: &[&Flow], asked: &Arguments) -> Result<Option<Provisional>> {
    let mut late: Vec<Period> =
        cells.iter().filter(|cell| cell.status != Status::Final).map(|cell| cell.period).collect();
    late.sort_unstable();
    late.dedup();
    let factor = asked.provisional_factor;
    let names = late.iter().map(Period::to_string);
    let declared = Provisional::new(names, factor)?.with_log_sd(asked.provisional_sd / factor)?;
    Ok((!late.is_empty()).then_some(declared))
}
