//! The checked panel: the nested problem with what crosses it, laid out for the passes.

use super::chain::Chain;
use super::layout::{BlockKind, Layout, Wanted};
use super::pattern::Pattern;
use super::periods::Periods;
use super::point::Correlate;
use super::provisional::Provisional;
use super::specification::{InTime, PanelModel, PeriodTerm};
use crate::area::Placement;
use crate::count::CountTable;
use crate::determinant::Design;
use crate::error::{ErrorKind, Result};
use crate::family::Family;
use crate::model::{LevelAreas, Problem, ROW_LEVEL};
use std::sync::Arc;

/// Name of the effect of periods among the levels.
pub(super) const PERIOD_LEVEL: &str = "period";

/// A panel model with its data, checked and laid out; built once, fitted as often as one likes.
#[derive(Debug, Clone)]
pub struct PanelProblem {
    /// The rows with their nested areas, sorted along the tree.
    pub(super) base: Problem,
    /// log exposure with the declared factors, sorted rows.
    pub(super) offset: Vec<f64>,
    areas: Placement,
    pub(super) periods: Periods,
    pub(super) provisional: Vec<Provisional>,
    pub(super) movement: Option<MovingLevel>,
    pub(super) layout: Layout,
    pub(super) pattern: Pattern,
    pub(super) chain: Option<Chain>,
    /// Position of each pair of effects of each row, one before the other.
    pub(super) pairs: Vec<u32>,
}

/// Where the rows of the table lie.
struct Placed<'a> {
    areas: &'a Placement,
    periods: &'a Periods,
    /// Positions of the periods of each declared factor.
    late: &'a [Vec<u32>],
}

/// What moves in time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MovingLevel {
    /// Name of the level.
    pub level: String,
    /// Its position in the tree.
    pub at: usize,
    pub how: InTime,
}

impl PanelModel {
    /// Checks the model against its data; the design says which rows take part, and is consumed.
    ///
    /// `areas`, `periods` and `counts` have the rows of one table. Rows are cells of area by period; there may be several in
    /// a cell, and cells without a row. Fails as [`crate::Model::check`] does, and where the level that moves in time is not
    /// in the tree, where periods or movement cannot be told from another effect, and on a declared factor for a period that
    /// is not there.
    pub fn check(
        &self,
        areas: &Placement,
        periods: &Periods,
        counts: &CountTable,
        design: Design,
    ) -> Result<PanelProblem> {
        if periods.n_rows() != counts.n_read() {
            let (expected, found) = (counts.n_read(), periods.n_rows());
            return Err(ErrorKind::Length { what: "the periods".into(), expected, found }.into());
        }
        let movement = self.moving_level(areas)?;
        let late = self.provisional_periods(periods)?;
        let base = self.model.check(areas, counts, design)?;
        let wanted = Wanted {
            periods,
            movement: movement.as_ref().map(|moving| {
                let of_all = areas.areas(moving.at);
                (moving.at, moving.how, base.rows().iter().map(|&row| of_all[row]).collect())
            }),
            provisional: late.iter().cloned().zip(self.provisional.iter().map(Provisional::log_sd)).collect(),
            period_effect: self.period == PeriodTerm::Random,
        };
        let layout = Layout::new(&base, &wanted);
        let placed = Placed { areas, periods, late: &late };
        let problem = PanelProblem::lay_out(self, base, placed, movement, layout);
        problem.refuse_unidentified()?;
        Ok(problem)
    }

    fn moving_level(&self, areas: &Placement) -> Result<Option<MovingLevel>> {
        let period = self.period == PeriodTerm::Random;
        if period && self.levels().iter().any(|level| level == PERIOD_LEVEL) {
            let message = format!(
                "a level is called '{PERIOD_LEVEL}', which is the name of the period effect; rename it"
            );
            return Err(ErrorKind::Specification { message }.into());
        }
        let of = |(level, how): &(String, InTime)| {
            Ok(MovingLevel { level: level.clone(), at: areas.tree().level(level)?, how: *how })
        };
        self.movement.as_ref().map(of).transpose()
    }

    /// Positions of the periods of each declared factor.
    fn provisional_periods(&self, periods: &Periods) -> Result<Vec<Vec<u32>>> {
        let mut seen = Vec::new();
        let mut all = Vec::new();
        for declared in &self.provisional {
            let mut of = Vec::new();
            for label in declared.periods() {
                let at = periods.position(label)? as u32;
                if seen.contains(&at) {
                    let message = format!("the period '{label}' has two declared factors; keep one");
                    return Err(ErrorKind::Specification { message }.into());
                }
                seen.push(at);
                of.push(at);
            }
            all.push(of);
        }
        Ok(all)
    }
}

/// What the joint precision of a layout couples.
struct Couplings {
    pattern: Pattern,
    chain: Option<Chain>,
    pairs: Vec<u32>,
}

impl Couplings {
    fn of(layout: &Layout, movement: Option<&MovingLevel>) -> Self {
        let pattern = Pattern::new(layout.n_unknowns, &layout.cliques());
        let chain = movement
            .zip(layout.movement())
            .map(|(moving, block)| Chain::new(moving.how, block.unknowns.clone(), &layout.states, &pattern));
        let mut pairs = Vec::new();
        for row in 0..layout.n_rows() {
            let entries = layout.entries(row);
            for (a, one) in entries.iter().enumerate() {
                pairs.extend(entries[..=a].iter().map(|other| pattern.position(one.unknown, other.unknown)));
            }
        }
        Couplings { pattern, chain, pairs }
    }
}

impl PanelProblem {
    fn lay_out(
        model: &PanelModel,
        base: Problem,
        Placed { areas, periods, late }: Placed<'_>,
        movement: Option<MovingLevel>,
        layout: Layout,
    ) -> Self {
        let couplings = Couplings::of(&layout, movement.as_ref());
        let factor = |row: usize| {
            let period = periods.of_rows()[base.caller_row(row)];
            let declared = late.iter().zip(&model.provisional).find(|(of, _)| of.contains(&period));
            declared.map_or(0.0, |(_, declared)| declared.factor().ln())
        };
        let offset = base.offset.iter().enumerate().map(|(row, offset)| offset + factor(row)).collect();
        let (periods, provisional) = (periods.clone(), model.provisional.clone());
        PanelProblem {
            base,
            offset,
            areas: areas.clone(),
            periods,
            provisional,
            movement,
            layout,
            pattern: couplings.pattern,
            chain: couplings.chain,
            pairs: couplings.pairs,
        }
    }

    /// The same with the coefficients among the effects, integrated out over a flat density.
    pub(super) fn restricted(&self) -> Self {
        let layout = self.layout.with_coefficients(&self.base.x, self.base.n_terms());
        let Couplings { pattern, chain, pairs } = Couplings::of(&layout, self.movement.as_ref());
        PanelProblem { layout, pattern, chain, pairs, ..self.clone() }
    }

    /// Fails where an effect cannot be told from another.
    fn refuse_unidentified(&self) -> Result<()> {
        let period = self.layout.blocks.iter().any(|block| block.kind == BlockKind::Period);
        if period && self.layout.periods.len() < 2 {
            let (level, found) = (PERIOD_LEVEL.into(), self.layout.periods.len());
            return Err(ErrorKind::TooFewAreas { level, found }.into());
        }
        let Some(moving) = &self.movement else { return Ok(()) };
        let states = self.layout.cells.len();
        let mut areas: Vec<u32> = self.layout.cells.iter().map(|(area, _)| *area).collect();
        areas.dedup();
        let name = moving.name();
        if states < 2 {
            return Err(ErrorKind::TooFewAreas { level: name, found: states }.into());
        }
        if moving.how == InTime::Autoregressive && self.layout.states.iter().all(|s| s.before.is_none()) {
            let message = format!(
                "no area of '{}' has rows in two periods, so that nothing can correlate in time; ask for independent effects",
                moving.level
            );
            return Err(ErrorKind::Specification { message }.into());
        }
        if period && moving.how == InTime::Independent && states == self.layout.periods.len() {
            let (coarse, fine) = (PERIOD_LEVEL.into(), name);
            return Err(ErrorKind::ConfoundedLevels { coarse, fine }.into());
        }
        let levels = self.base.model_levels();
        let same = levels.iter().find(|level| level.areas == LevelAreas::Tree(moving.at));
        // A random walk leaves the rows of the first period without a state: those tell its one step from the level.
        let first = |row| self.periods.of_rows()[self.base.caller_row(row)] == 0;
        let free = moving.how == InTime::RandomWalk && (0..self.base.n_rows()).any(first);
        if let Some(level) = same.filter(|_| states == areas.len() && !free) {
            let (coarse, fine) = (level.name.clone(), name);
            return Err(ErrorKind::ConfoundedLevels { coarse, fine }.into());
        }
        let rows = levels.iter().any(|level| level.name == ROW_LEVEL);
        if rows && moving.how == InTime::Independent && states == self.base.n_rows() {
            return Err(ErrorKind::ConfoundedLevels { coarse: name, fine: ROW_LEVEL.into() }.into());
        }
        Ok(())
    }

    /// How a correlation and the number that the climb moves belong together; none where none is estimated.
    pub(super) fn correlate(&self) -> Option<Correlate> {
        let correlated = self.movement.as_ref().is_some_and(|moving| moving.how == InTime::Autoregressive);
        let by = if self.periods.whole_steps() { Correlate::Signed } else { Correlate::Positive };
        correlated.then_some(by)
    }

    /// Name of each standard deviation to be estimated.
    pub(super) fn scale_names(&self) -> Vec<String> {
        let name = |scale: usize| match self.layout.block_of_scale(scale).map(|block| block.kind) {
            Some(BlockKind::Level(level)) => self.base.model_levels()[level].name.clone(),
            Some(BlockKind::Movement) => self.movement.as_ref().map(MovingLevel::name).unwrap_or_default(),
            _ => PERIOD_LEVEL.to_string(),
        };
        (0..self.layout.n_scales()).map(name).collect()
    }

    /// Sorted positions of rows of the caller's table.
    pub(super) fn sorted_rows_of(&self, rows: &[usize]) -> Result<Vec<usize>> {
        if rows.is_empty() {
            return Err(ErrorKind::EmptySet { set: "rows of a counterfactual".into() }.into());
        }
        let known = self.rows();
        let lost: Vec<usize> = rows.iter().copied().filter(|row| known.binary_search(row).is_err()).collect();
        if !lost.is_empty() {
            return Err(ErrorKind::RowsNotInFit { rows: lost }.into());
        }
        let mut sorted_of = vec![0; self.n_rows()];
        (0..self.n_rows()).for_each(|row| sorted_of[self.base.position_of_row(row)] = row);
        Ok(rows.iter().filter_map(|row| known.binary_search(row).ok()).map(|at| sorted_of[at]).collect())
    }

    /// The same panel with other numbers, one for each row of the caller's table, in a column of the design.
    pub(super) fn with_column(&self, term: &str, values: &[f64]) -> Result<Self> {
        let Some(column) = self.terms().iter().position(|known| known == term) else {
            let known = self.terms().to_vec();
            return Err(ErrorKind::UnknownColumn { column: term.into(), known }.into());
        };
        let mut moved = self.clone();
        let p = self.terms().len();
        let mut raw = vec![0.0; p];
        let x = Arc::make_mut(&mut moved.base.x);
        for (row, x) in x.chunks_exact_mut(p).enumerate() {
            raw.fill(0.0);
            raw[column] = values[self.base.caller_row(row)];
            self.base.standard.of_row(&mut raw);
            x[column] = raw[column];
        }
        Ok(moved)
    }

    /// Rows of the fit in one area of a level, as positions in the caller's table; to add up over.
    ///
    /// Fails on a level or area that is not there.
    pub fn rows_in(&self, level: &str, code: &str) -> Result<Vec<usize>> {
        let at = self.base.tree().level(level)?;
        let Some(area) = self.base.tree().find(at, code) else {
            let (level, codes) = (level.to_string(), vec![code.to_string()]);
            return Err(ErrorKind::UnknownArea { level, codes, rows: vec![] }.into());
        };
        let of_rows = self.areas.areas(at);
        Ok(self.rows().iter().copied().filter(|&row| of_rows[row] == area).collect())
    }

    /// The family.
    pub fn family(&self) -> Family {
        self.base.family()
    }

    /// Names of the design's columns, the intercept first.
    pub fn terms(&self) -> &[String] {
        self.base.terms()
    }

    /// Rows of the caller's table that take part, ascending.
    pub fn rows(&self) -> &[usize] {
        self.base.rows()
    }

    /// Number of rows in the fit.
    pub fn n_rows(&self) -> usize {
        self.base.n_rows()
    }

    /// Where the rows of the caller's table lie.
    pub fn areas(&self) -> &Placement {
        &self.areas
    }

    /// Number of effects that are integrated out.
    pub fn n_effects(&self) -> usize {
        self.layout.n_unknowns
    }

    /// The periods, of all rows read.
    pub fn periods(&self) -> &Periods {
        &self.periods
    }

    /// The nested problem: rows, counts, exposures and areas, without what crosses them or moves.
    pub fn nested(&self) -> &Problem {
        &self.base
    }
}

impl MovingLevel {
    /// What its standard deviation is called.
    pub(super) fn name(&self) -> String {
        format!("{} in time", self.level)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::fixture::{Rows, rows};
    use super::*;
    use crate::count::Count;

    fn walk() -> PanelModel {
        PanelModel::poisson().random_intercept("wijk").in_time("wijk", InTime::RandomWalk)
    }

    fn refused(rows: &Rows, model: &PanelModel) -> &'static str {
        rows.check(model).err().map_or("accepted", |error| error.code())
    }

    #[test]
    fn one_step_of_a_walk_is_told_from_the_level_by_the_rows_of_the_first_period() {
        let mut rows = rows(4, 2, 3);
        assert_eq!(rows.check(&walk()).unwrap().layout.cells.len(), 11);
        for (count, period) in rows.counts.iter_mut().zip(&rows.periods) {
            if *period == 0.0 {
                *count = Count::Missing;
            }
        }
        assert_eq!(refused(&rows, &walk()), "confounded-levels");
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused() {
        let (one_period, one_area) = (rows(4, 1, 3), rows(1, 6, 3));
        let poisson = PanelModel::poisson;
        assert_eq!(refused(&one_period, &poisson().period_effect()), "too-few-areas");
        for how in [InTime::Autoregressive, InTime::RandomWalk] {
            let code = refused(&one_period, &poisson().in_time("wijk", how));
            assert!(["specification", "too-few-areas"].contains(&code), "{how:?}: {code}");
        }
        let level = poisson().random_intercept("wijk").in_time("wijk", InTime::Independent);
        assert_eq!(refused(&one_period, &level), "confounded-levels");
        let shared = poisson().period_effect().in_time("gemeente", InTime::Independent);
        assert_eq!(refused(&one_area, &shared), "confounded-levels");
        assert_eq!(
            refused(&one_area, &poisson().random_intercept("gemeente").period_effect()),
            "too-few-areas"
        );
    }
}
