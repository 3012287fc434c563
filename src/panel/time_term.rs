//! Determinants in time: trends, steps, slopes, spells and seasons, for all areas or for one.

use super::periods::Periods;
use crate::area::Placement;
use crate::error::{ErrorKind, Result};
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// One column of the design that follows from the period of a row, and from its area where it is for one area only.
///
/// The coefficient of a step for all areas is what changed everywhere; beside it, that of the same step in one area is the
/// difference of trends, that area against all others.
///
/// ```
/// # fn main() -> nestcount::Result<()> {
/// use nestcount::panel::{Periods, TimeTerm};
/// # use nestcount::{area::{CodeScope, Placement}, table::Table};
/// let table = Table::new()
///     .with_text("gemeente", ["Eindhoven", "Eindhoven", "Tilburg", "Tilburg"])?
///     .with_numbers("year", [2019.0, 2020.0, 2019.0, 2020.0])?;
/// let areas = Placement::from_table(&table, &["gemeente"], CodeScope::Unique)?;
/// let periods = Periods::from_table(&table, "year")?;
/// let corona = TimeTerm::step("corona", "2020");
/// let own = TimeTerm::step("corona in Eindhoven", "2020").in_area("gemeente", "Eindhoven");
/// let table = TimeTerm::join(&[corona, own], table, &areas, &periods)?;
/// assert_eq!(table.numbers("corona in Eindhoven")?, [Some(0.0), Some(1.0), Some(0.0), Some(0.0)]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimeTerm {
    name: String,
    shape: Shape,
    place: Place,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    Always,
    Trend,
    Step { from: String },
    Spell { from: String, to: String },
    Slope { from: String },
    Season { cycle: usize, position: usize },
}

/// Where a term is not 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Place {
    Everywhere,
    Area { level: String, code: String },
}

impl TimeTerm {
    fn of(name: impl Into<String>, shape: Shape) -> Self {
        TimeTerm { name: name.into(), shape, place: Place::Everywhere }
    }

    /// 1 in every period: with [`TimeTerm::in_area`] the fixed level of one area.
    pub fn always(name: impl Into<String>) -> Self {
        TimeTerm::of(name, Shape::Always)
    }

    /// Steps since the first period.
    pub fn trend(name: impl Into<String>) -> Self {
        TimeTerm::of(name, Shape::Trend)
    }

    /// 1 from this period on, 0 before.
    pub fn step(name: impl Into<String>, from: impl Into<String>) -> Self {
        TimeTerm::of(name, Shape::Step { from: from.into() })
    }

    /// 1 from one period to another, both included, else 0.
    pub fn spell(name: impl Into<String>, from: impl Into<String>, to: impl Into<String>) -> Self {
        TimeTerm::of(name, Shape::Spell { from: from.into(), to: to.into() })
    }

    /// Steps since this period, 0 before: with a trend beside it the change of slope there.
    pub fn slope(name: impl Into<String>, from: impl Into<String>) -> Self {
        TimeTerm::of(name, Shape::Slope { from: from.into() })
    }

    /// 1 in one season of a cycle of so many steps: position 0 is that of the first period of the panel.
    pub fn season(name: impl Into<String>, cycle: usize, position: usize) -> Self {
        TimeTerm::of(name, Shape::Season { cycle, position })
    }

    /// The seasons of a cycle but for that of the first period, each named with its place in the cycle from 1: of half-years
    /// `half 2`, of quarters `quarter 2`, `quarter 3`, `quarter 4`.
    pub fn seasons(name: &str, cycle: usize) -> Vec<TimeTerm> {
        (1..cycle)
            .map(|position| TimeTerm::season(format!("{name} {}", position + 1), cycle, position))
            .collect()
    }

    /// The same in one area of a level, 0 in all others.
    pub fn in_area(mut self, level: impl Into<String>, code: impl Into<String>) -> Self {
        self.place = Place::Area { level: level.into(), code: code.into() };
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Level and code of its area, where it has one.
    pub fn area(&self) -> Option<(&str, &str)> {
        match &self.place {
            Place::Everywhere => None,
            Place::Area { level, code } => Some((level, code)),
        }
    }

    /// The column, one number for each row.
    ///
    /// Fails on a period, level or area that is not there, where areas and periods are not of the same rows, and on seasons
    /// of periods that do not lie whole steps apart.
    pub fn column(&self, areas: &Placement, periods: &Periods) -> Result<Vec<f64>> {
        if areas.n_rows() != periods.n_rows() {
            let (expected, found) = (areas.n_rows(), periods.n_rows());
            return Err(ErrorKind::Length { what: "the periods".into(), expected, found }.into());
        }
        let by_period = self.by_period(periods)?;
        let within = self.within(areas)?;
        let rows = periods.of_rows().iter().zip(within);
        Ok(rows.map(|(&period, within)| if within { by_period[period as usize] } else { 0.0 }).collect())
    }

    /// Adds the columns of several terms to a table of the same rows, to be built into a design from there.
    ///
    /// Fails as [`TimeTerm::column`] does, and on names that the table has.
    pub fn join(terms: &[TimeTerm], table: Table, areas: &Placement, periods: &Periods) -> Result<Table> {
        terms
            .iter()
            .try_fold(table, |table, term| table.with_numbers(&term.name, term.column(areas, periods)?))
    }

    fn by_period(&self, periods: &Periods) -> Result<Vec<f64>> {
        let times = periods.times();
        let time = |label: &str| periods.position(label).map(|at| times[at]);
        let indicator = |is: bool| f64::from(u8::from(is));
        Ok(match &self.shape {
            Shape::Always => vec![1.0; times.len()],
            Shape::Trend => times.iter().map(|t| t - times[0]).collect(),
            Shape::Step { from } => {
                let from = time(from)?;
                times.iter().map(|&t| indicator(t >= from)).collect()
            }
            Shape::Spell { from, to } => {
                let (from, to) = (time(from)?, time(to)?);
                times.iter().map(|&t| indicator(t >= from && t <= to)).collect()
            }
            Shape::Slope { from } => {
                let from = time(from)?;
                times.iter().map(|t| (t - from).max(0.0)).collect()
            }
            Shape::Season { cycle, position } => {
                self.refuse_seasons(periods, *cycle)?;
                let place = |t: &f64| (t - times[0]).round() as usize % cycle;
                times.iter().map(|t| indicator(place(t) == *position)).collect()
            }
        })
    }

    fn refuse_seasons(&self, periods: &Periods, cycle: usize) -> Result<()> {
        if cycle > 1 && periods.whole_steps() {
            return Ok(());
        }
        let message = format!(
            "'{}' needs a cycle of two steps or more and periods that lie whole steps apart (with_step sets the step)",
            self.name
        );
        Err(ErrorKind::Specification { message }.into())
    }

    /// Whether each row lies where the term is not 0.
    fn within(&self, areas: &Placement) -> Result<Vec<bool>> {
        let Place::Area { level, code } = &self.place else { return Ok(vec![true; areas.n_rows()]) };
        let at = areas.tree().level(level)?;
        match areas.tree().find(at, code) {
            Some(area) => Ok(areas.areas(at).into_iter().map(|other| other == area).collect()),
            None => {
                let (level, codes) = (level.clone(), vec![code.clone()]);
                Err(ErrorKind::UnknownArea { level, codes, rows: vec![] }.into())
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::area::CodeScope;

    fn panel() -> (Placement, Periods) {
        let codes = ["a", "a", "a", "a", "b", "b"].map(String::from);
        let areas = Placement::from_codes(&[("area", &codes[..])], CodeScope::Unique).unwrap();
        let order = ["2019-1", "2019-2", "2020-1", "2020-2"];
        let periods =
            Periods::in_order(&order, &["2019-1", "2019-2", "2020-1", "2020-2", "2020-2", "2019-1"]);
        (areas, periods.unwrap())
    }

    #[test]
    fn every_shape_is_what_it_says() {
        let (areas, periods) = panel();
        let column = |term: TimeTerm| term.column(&areas, &periods).unwrap();
        assert_eq!(column(TimeTerm::trend("t")), [0.0, 1.0, 2.0, 3.0, 3.0, 0.0]);
        assert_eq!(column(TimeTerm::step("s", "2020-1")), [0.0, 0.0, 1.0, 1.0, 1.0, 0.0]);
        assert_eq!(column(TimeTerm::spell("s", "2019-2", "2020-1")), [0.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
        assert_eq!(column(TimeTerm::slope("s", "2019-2")), [0.0, 0.0, 1.0, 2.0, 2.0, 0.0]);
        assert_eq!(column(TimeTerm::always("b").in_area("area", "b")), [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
        assert_eq!(
            column(TimeTerm::step("s", "2020-1").in_area("area", "a")),
            [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]
        );
        let seasons = TimeTerm::seasons("half", 2);
        assert_eq!((seasons.len(), seasons[0].name()), (1, "half 2"));
        assert_eq!(column(seasons[0].clone()), [0.0, 1.0, 0.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn periods_and_areas_that_are_not_there_are_named() {
        let (areas, periods) = panel();
        let code = |term: TimeTerm| term.column(&areas, &periods).unwrap_err().code();
        assert_eq!(code(TimeTerm::step("s", "2021-1")), "unknown-category");
        assert_eq!(code(TimeTerm::trend("s").in_area("area", "c")), "unknown-area");
        assert_eq!(code(TimeTerm::trend("s").in_area("street", "c")), "unknown-level");
        assert_eq!(code(TimeTerm::season("s", 1, 0)), "specification");
    }
}
