//! The random effects of a panel as one vector, in the order in which they are eliminated.

use super::periods::Periods;
use super::specification::InTime;
use crate::model::{LevelAreas, Problem};
use std::ops::Range;

/// The effects u, each standard normal but for those in time, and the ones that every row answers to.
///
/// η_i = x_i'β + o_i + Σ scale(block) · u over the row's entries. In the order of elimination finer areas come before
/// coarser ones, what moves in time comes before the areas that it moves in, and the periods, which all areas share, come
/// last: then nothing fills in but the border of the periods.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Levels with a random intercept (coarsest first, the rows last), movement, declared factors, periods, coefficients.
    pub blocks: Vec<Block>,
    pub n_unknowns: usize,
    entry_start: Vec<usize>,
    entries: Vec<Entry>,
    /// What moves in time, along the unknowns of its block.
    pub states: Vec<State>,
    /// Area (position in the tree) and period of each state.
    pub cells: Vec<(u32, u32)>,
    /// The periods that have rows, ascending.
    pub periods: Vec<u32>,
}

/// Effects with one scale.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub kind: BlockKind,
    pub unknowns: Range<usize>,
    pub scale: Scale,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// Areas of this level of the model.
    Level(usize),
    /// Areas of one level in time.
    Movement,
    /// A declared factor.
    Provisional,
    /// Periods.
    Period,
    /// Coefficients of the design, with a flat density: those of a restricted likelihood.
    Coefficients,
}

/// What the effects of a block are multiplied by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// This one of the standard deviations to be estimated.
    Estimated(usize),
    /// Declared.
    Fixed(f64),
}

/// One effect that a row answers to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry {
    pub unknown: u32,
    pub block: u32,
    /// Times the scale of its block it is what an effect of 1 adds: 1, for a coefficient the number of its column.
    pub weight: f64,
}

impl Entry {
    /// What an effect of 1 adds to the row's linear predictor, by the scales of the blocks.
    pub(super) fn loading(&self, scales: &[f64]) -> f64 {
        scales[self.block as usize] * self.weight
    }
}

impl Block {
    /// Whether its effects are independent standard normal ones.
    pub(super) fn is_standard_normal(&self) -> bool {
        !matches!(self.kind, BlockKind::Movement | BlockKind::Coefficients)
    }
}

/// One state of what moves in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct State {
    /// The area's state before, if there is one.
    pub before: Option<u32>,
    /// Steps since then; since the panel's first period where there is none.
    pub gap: f64,
}

/// What there is to lay out beside the nested areas.
pub(super) struct Wanted<'a> {
    pub periods: &'a Periods,
    /// Level of the tree and area of each row of the problem, in the caller's order.
    pub movement: Option<(usize, InTime, Vec<u32>)>,
    /// Periods and log sd of each declared factor.
    pub provisional: Vec<(Vec<u32>, f64)>,
    pub period_effect: bool,
}

/// A block in the making: its effect for each sorted row.
struct Draft {
    kind: BlockKind,
    of_rows: Vec<Option<u32>>,
    size: usize,
    scale: Scale,
}

impl Layout {
    pub(super) fn new(problem: &Problem, wanted: &Wanted<'_>) -> Self {
        let period_of: Vec<u32> =
            (0..problem.n_rows()).map(|row| wanted.periods.of_rows()[problem.caller_row(row)]).collect();
        let mut periods = period_of.clone();
        periods.sort_unstable();
        periods.dedup();
        let mut drafts: Vec<Draft> =
            (0..problem.n_variances()).map(|level| of_level(problem, level)).collect();
        let (mut states, mut cells) = (Vec::new(), Vec::new());
        if let Some((_, how, areas)) = &wanted.movement {
            let area_of: Vec<u32> = sorted_rows(problem, areas);
            let of_cells = Cells::new(&area_of, &period_of, *how, wanted.periods.times());
            drafts.push(of_cells.draft(drafts.len(), &area_of, &period_of));
            (states, cells) = (of_cells.states, of_cells.cells);
        }
        let n_scales = drafts.len();
        drafts.extend(wanted.provisional.iter().map(|(late, sd)| {
            let of_rows = period_of.iter().map(|period| late.contains(period).then_some(0)).collect();
            Draft { kind: BlockKind::Provisional, of_rows, size: 1, scale: Scale::Fixed(*sd) }
        }));
        if wanted.period_effect {
            let rank = |period: &u32| Some(periods.partition_point(|known| known < period) as u32);
            let of_rows = period_of.iter().map(rank).collect();
            let (size, scale) = (periods.len(), Scale::Estimated(n_scales));
            drafts.push(Draft { kind: BlockKind::Period, of_rows, size, scale });
        }
        let finer = wanted.movement.as_ref().map(|(level, ..)| n_finer(problem, *level));
        let order = elimination(&drafts, finer);
        Layout::join(drafts, &order, states, cells, periods)
    }

    fn join(
        drafts: Vec<Draft>,
        order: &[usize],
        mut states: Vec<State>,
        cells: Vec<(u32, u32)>,
        periods: Vec<u32>,
    ) -> Self {
        let mut starts = vec![0; drafts.len()];
        let mut n_unknowns = 0;
        for &block in order {
            starts[block] = n_unknowns;
            n_unknowns += drafts[block].size;
        }
        let n_rows = drafts.first().map_or(0, |draft| draft.of_rows.len());
        let (mut entry_start, mut entries) = (vec![0], Vec::new());
        for row in 0..n_rows {
            for &block in order {
                if let Some(at) = drafts[block].of_rows[row] {
                    entries.push(Entry {
                        unknown: starts[block] as u32 + at,
                        block: block as u32,
                        weight: 1.0,
                    });
                }
            }
            entry_start.push(entries.len());
        }
        let block = |(draft, &start): (&Draft, &usize)| Block {
            kind: draft.kind,
            unknowns: start..start + draft.size,
            scale: draft.scale,
        };
        let blocks: Vec<Block> = drafts.iter().zip(&starts).map(block).collect();
        if let Some(movement) = blocks.iter().find(|block| block.kind == BlockKind::Movement) {
            let first = movement.unknowns.start as u32;
            states.iter_mut().for_each(|state| state.before = state.before.map(|at| at + first));
        }
        Layout { blocks, n_unknowns, entry_start, entries, states, cells, periods }
    }

    /// The same with the coefficients of a design, columns next to each other by sorted rows, as effects eliminated last.
    pub(super) fn with_coefficients(&self, x: &[f64], n_terms: usize) -> Self {
        let (first, block) = (self.n_unknowns, self.blocks.len() as u32);
        let (mut entry_start, mut entries) = (vec![0], Vec::new());
        for (row, x) in x.chunks_exact(n_terms).enumerate() {
            entries.extend_from_slice(self.entries(row));
            entries.extend(x.iter().enumerate().map(|(j, &weight)| Entry {
                unknown: (first + j) as u32,
                block,
                weight,
            }));
            entry_start.push(entries.len());
        }
        let unknowns = first..first + n_terms;
        let kind = BlockKind::Coefficients;
        let coefficients = Block { kind, unknowns, scale: Scale::Fixed(1.0) };
        Layout {
            blocks: self.blocks.iter().cloned().chain([coefficients]).collect(),
            n_unknowns: first + n_terms,
            entry_start,
            entries,
            states: self.states.clone(),
            cells: self.cells.clone(),
            periods: self.periods.clone(),
        }
    }

    /// The coefficients, where they are among the effects.
    pub(super) fn coefficients(&self) -> Option<&Block> {
        self.blocks.iter().find(|block| block.kind == BlockKind::Coefficients)
    }

    /// The effects that a sorted row answers to, in the order of elimination.
    pub(super) fn entries(&self, row: usize) -> &[Entry] {
        match self.entry_start.len() {
            0 | 1 => &[],
            _ => &self.entries[self.entry_start[row]..self.entry_start[row + 1]],
        }
    }

    /// Number of rows.
    pub(super) fn n_rows(&self) -> usize {
        self.entry_start.len().saturating_sub(1)
    }

    /// Most effects that one row answers to.
    pub(super) fn most_entries(&self) -> usize {
        self.entry_start.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)
    }

    /// Number of standard deviations to be estimated.
    pub(super) fn n_scales(&self) -> usize {
        self.blocks.iter().filter(|block| matches!(block.scale, Scale::Estimated(_))).count()
    }

    /// The block of the standard deviation at a position.
    pub(super) fn block_of_scale(&self, scale: usize) -> Option<&Block> {
        self.blocks.iter().find(|block| block.scale == Scale::Estimated(scale))
    }

    /// The block of what moves in time.
    pub(super) fn movement(&self) -> Option<&Block> {
        self.blocks.iter().find(|block| block.kind == BlockKind::Movement)
    }

    /// Sets of effects that stand in one row, or in one link in time: what the joint precision couples.
    pub(super) fn cliques(&self) -> Vec<Vec<u32>> {
        let rows =
            (0..self.n_rows()).map(|row| self.entries(row).iter().map(|entry| entry.unknown).collect());
        let first = self.movement().map_or(0, |block| block.unknowns.start) as u32;
        let links = self
            .states
            .iter()
            .enumerate()
            .filter_map(move |(at, state)| state.before.map(|before| vec![before, first + at as u32]));
        rows.chain(links).collect()
    }
}

fn of_level(problem: &Problem, level: usize) -> Draft {
    let ranks: Vec<u32> = problem.area_rank_of_rows(level).into_iter().map(|rank| rank as u32).collect();
    Draft {
        kind: BlockKind::Level(level),
        of_rows: sorted_rows(problem, &ranks).into_iter().map(Some).collect(),
        size: problem.nodes_of_level(level).len(),
        scale: Scale::Estimated(level),
    }
}

/// Values of the rows in the caller's order, brought to the sorted order.
fn sorted_rows(problem: &Problem, of_rows: &[u32]) -> Vec<u32> {
    (0..problem.n_rows()).map(|row| of_rows[problem.position_of_row(row)]).collect()
}

/// Levels of the model that are finer than a level of the tree; the rows are finer than any.
fn n_finer(problem: &Problem, level: usize) -> usize {
    let finer = |areas: LevelAreas| match areas {
        LevelAreas::Tree(at) => at > level,
        LevelAreas::Rows => true,
    };
    problem.model_levels().iter().filter(|known| finer(known.areas)).count()
}

/// Blocks from the first eliminated to the last.
fn elimination(drafts: &[Draft], finer: Option<usize>) -> Vec<usize> {
    let of_kind = |wanted: fn(BlockKind) -> bool| {
        (0..drafts.len()).filter(move |&block| wanted(drafts[block].kind)).collect::<Vec<_>>()
    };
    let mut levels = of_kind(|kind| matches!(kind, BlockKind::Level(_)));
    levels.reverse();
    let coarse = levels.split_off(finer.unwrap_or(0).min(levels.len()));
    let movement = of_kind(|kind| kind == BlockKind::Movement);
    let provisional = of_kind(|kind| kind == BlockKind::Provisional);
    let period = of_kind(|kind| kind == BlockKind::Period);
    [levels, movement, coarse, provisional, period].concat()
}

/// The cells of area by period that have rows and an effect.
struct Cells {
    cells: Vec<(u32, u32)>,
    states: Vec<State>,
}

impl Cells {
    fn new(area_of: &[u32], period_of: &[u32], how: InTime, times: &[f64]) -> Self {
        let mut cells: Vec<(u32, u32)> = area_of.iter().copied().zip(period_of.iter().copied()).collect();
        cells.sort_unstable();
        cells.dedup();
        if how == InTime::RandomWalk {
            // the walk starts at 0 in the first period of the panel
            cells.retain(|(_, period)| *period != 0);
        }
        let time = |period: u32| times[period as usize];
        let state = |at: usize| {
            let (area, period) = cells[at];
            let before = at.checked_sub(1).filter(|&before| cells[before].0 == area);
            let since = before.map_or(times[0], |before| time(cells[before].1));
            let before = before.filter(|_| how != InTime::Independent).map(|before| before as u32);
            State { before, gap: time(period) - since }
        };
        let states = (0..cells.len()).map(state).collect();
        Cells { cells, states }
    }

    fn draft(&self, scale: usize, area_of: &[u32], period_of: &[u32]) -> Draft {
        let place = |(&area, &period): (&u32, &u32)| {
            self.cells.binary_search(&(area, period)).ok().map(|at| at as u32)
        };
        Draft {
            kind: BlockKind::Movement,
            of_rows: area_of.iter().zip(period_of).map(place).collect(),
            size: self.cells.len(),
            scale: Scale::Estimated(scale),
        }
    }
}
