//! The checked problem: rows along the tree, determinants in standard units, ready for the passes.

use super::nodes::Nodes;
use super::published::{CoarseRow, Observed, histogram};
use super::separation::refuse_separation;
use super::sort::{order_along, permute_rows, permuted};
use super::specification::Model;
use super::standard::Standard;
use crate::area::{AreaTree, Placement};
use crate::count::{CountTable, Exclusion};
use crate::determinant::{Design, Recipe};
use crate::error::{ErrorKind, Result};
use crate::family::{Family, Histogram};
use std::ops::Range;
use std::sync::Arc;

/// Name of the level whose areas are the rows themselves.
pub(crate) const ROW_LEVEL: &str = "row";

/// A node keeps its level in one byte.
const MOST_LEVELS: usize = 200;

/// A model with its data, checked and laid out; built once, fitted as often as one likes.
#[derive(Debug, Clone)]
pub struct Problem {
    family: Family,
    tree: Arc<AreaTree>,
    levels: Vec<ModelLevel>,
    recipe: Arc<Recipe>,
    terms: Vec<String>,
    rows: Vec<usize>,
    order: Vec<u32>,
    rows_are_leaves: bool,
    n_read: usize,
    excluded: Vec<Exclusion>,
    pub(crate) nodes: Nodes,
    pub(crate) standard: Standard,
    pub(crate) histogram: Histogram,
    pub(crate) x: Arc<Vec<f64>>,
    /// The exact counts; 0 for the rows listed in `coarse`.
    pub(crate) y: Vec<f64>,
    pub(crate) coarse: Vec<CoarseRow>,
    pub(crate) offset: Vec<f64>,
}

/// A level with a random intercept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModelLevel {
    pub name: String,
    pub areas: LevelAreas,
}

/// What the areas of a model level are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum LevelAreas {
    /// Areas of this level of the tree.
    Tree(usize),
    /// The rows.
    Rows,
}

impl Model {
    /// Checks the model against its data: every later stage relies on this.
    ///
    /// The design says which rows take part. It is consumed: its matrix becomes the problem's, without a copy.
    /// Withheld and rounded counts enter the likelihood as what they are. Fails where a level is not in the tree, where
    /// every count may be 0, on levels with one area or with the same lines as another level, and where a coefficient
    /// has no finite estimate.
    pub fn check(&self, placement: &Placement, counts: &CountTable, design: Design) -> Result<Problem> {
        let levels = self.levels_in(placement.tree())?;
        let observed = rows_of(counts, design.rows())?;
        if placement.n_rows() != counts.n_read() {
            let (expected, found) = (counts.n_read(), placement.n_rows());
            return Err(ErrorKind::Length { what: "the placement".into(), expected, found }.into());
        }
        let problem = Problem::lay_out(self.family(), levels, observed, design, placement, counts);
        problem.refuse_unidentified()?;
        refuse_separation(&problem)?;
        Ok(problem)
    }

    fn levels_in(&self, tree: &AreaTree) -> Result<Vec<ModelLevel>> {
        let mut positions = self.levels().iter().map(|name| tree.level(name)).collect::<Result<Vec<_>>>()?;
        positions.sort_unstable();
        let mut levels: Vec<ModelLevel> = positions
            .into_iter()
            .map(|at| ModelLevel { name: tree.levels()[at].clone(), areas: LevelAreas::Tree(at) })
            .collect();
        if levels.len() > MOST_LEVELS {
            let message = format!("a model has at most {MOST_LEVELS} levels");
            return Err(ErrorKind::Specification { message }.into());
        }
        if levels.iter().any(|level| level.name == ROW_LEVEL) {
            let message =
                format!("a level is called '{ROW_LEVEL}', which is the name of the row effect; rename it");
            return Err(ErrorKind::Specification { message }.into());
        }
        if self.has_row_effect() {
            levels.push(ModelLevel { name: ROW_LEVEL.into(), areas: LevelAreas::Rows });
        }
        Ok(levels)
    }
}

impl Problem {
    /// Sorts the rows along the tree and standardises the determinants, in the design's own memory.
    fn lay_out(
        family: Family,
        levels: Vec<ModelLevel>,
        observed: Observed,
        design: Design,
        placement: &Placement,
        counts: &CountTable,
    ) -> Problem {
        let areas = areas_of_rows(&levels, placement, design.rows());
        let n_rows = observed.y.len();
        let order = order_along(&areas, n_rows);
        let sorted: Vec<Vec<u32>> = areas.iter().map(|level| permuted(level, &order)).collect();
        let nodes = Nodes::new(&sorted, n_rows);
        let coarse = observed.coarse_rows(&order, &nodes);
        let y = permuted(&observed.y, &order);
        let offsets: Vec<f64> = observed.exposures.iter().map(|e| e.offset()).collect();
        let rows = design.rows().to_vec();
        let terms = design.names().to_vec();
        let recipe = Arc::new(design.recipe().clone());
        let mut x = design.into_matrix().into_raw_vec_and_offset().0;
        permute_rows(&mut x, terms.len(), &order);
        let standard = Standard::apply(&mut x, terms.len());
        Problem {
            family,
            tree: Arc::new(placement.tree().clone()),
            rows_are_leaves: !levels.is_empty() && nodes.n_areas(levels.len() - 1) == n_rows,
            nodes,
            levels,
            recipe,
            terms,
            rows,
            n_read: counts.n_read(),
            excluded: counts.excluded().to_vec(),
            standard,
            histogram: histogram(&y, &coarse),
            x: Arc::new(x),
            y,
            coarse,
            offset: permuted(&offsets, &order),
            order,
        }
    }

    /// Coarse rows of counts along [`Problem::rows`].
    pub(super) fn coarse_rows_of(&self, observed: &Observed) -> Vec<CoarseRow> {
        observed.coarse_rows(&self.order, &self.nodes)
    }

    /// Fails where no count says that anything was counted, and where levels cannot be told apart.
    pub(super) fn refuse_unidentified(&self) -> Result<()> {
        let may_be_zero = |row: &CoarseRow| row.count.bounds().lo() == 0;
        if self.y.iter().all(|&y| y == 0.0) && self.coarse.iter().all(may_be_zero) {
            return Err(match self.coarse.len() {
                0 => ErrorKind::AllZeroCounts.into(),
                withheld => ErrorKind::AllMayBeZero { withheld }.into(),
            });
        }
        let open = |row: &CoarseRow| row.count.bounds().hi().is_none();
        if self.coarse.len() == self.n_rows() && self.coarse.iter().all(open) {
            return Err(ErrorKind::AllOpenAbove.into());
        }
        let sizes: Vec<usize> = (0..self.levels.len()).map(|l| self.nodes.n_areas(l)).collect();
        for (level, &found) in self.levels.iter().zip(&sizes) {
            if found < 2 {
                return Err(ErrorKind::TooFewAreas { level: level.name.clone(), found }.into());
            }
        }
        for (l, pair) in sizes.windows(2).enumerate() {
            if pair[0] == pair[1] {
                let (coarse, fine) = (self.levels[l].name.clone(), self.levels[l + 1].name.clone());
                return Err(ErrorKind::ConfoundedLevels { coarse, fine }.into());
            }
        }
        Ok(())
    }

    /// The family.
    pub fn family(&self) -> Family {
        self.family
    }

    /// Names of the design's columns, the intercept first.
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// Names of the levels with a random intercept, coarsest first; the rows' own level is called `row`.
    pub fn levels(&self) -> Vec<&str> {
        self.levels.iter().map(|level| level.name.as_str()).collect()
    }

    /// Number of rows in the fit.
    pub fn n_rows(&self) -> usize {
        self.y.len()
    }

    /// Number of design columns.
    pub fn n_terms(&self) -> usize {
        self.terms.len()
    }

    /// Number of rows read, taking part or not.
    pub fn n_read(&self) -> usize {
        self.n_read
    }

    /// Rows of the caller's table that take part, ascending.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// Number of rows whose count is known in part only: withheld or rounded.
    pub fn n_coarse(&self) -> usize {
        self.coarse.len()
    }

    /// Rows left out because of their count or exposure.
    pub fn excluded(&self) -> &[Exclusion] {
        &self.excluded
    }

    /// The recipe that made the design.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The coarse rows among these sorted rows.
    pub(crate) fn coarse_within(&self, rows: Range<usize>) -> Range<usize> {
        let at = |row: usize| self.coarse.partition_point(|coarse| coarse.row < row);
        at(rows.start)..at(rows.end)
    }

    /// The counts with a likely one in the place of those known in part, for starting points and scales only.
    pub(crate) fn typical_counts(&self) -> Vec<f64> {
        let mut y = self.y.clone();
        self.coarse.iter().for_each(|row| y[row.row] = row.typical);
        y
    }

    pub(crate) fn tree(&self) -> &AreaTree {
        &self.tree
    }

    pub(crate) fn model_levels(&self) -> &[ModelLevel] {
        &self.levels
    }

    /// Number of variances: 0 where the one node only stands in for a missing level.
    pub(crate) fn n_variances(&self) -> usize {
        self.levels.len()
    }

    /// Whether every row is an area of the finest level.
    pub(crate) fn rows_are_leaves(&self) -> bool {
        self.rows_are_leaves
    }

    /// A number that another problem all but never has: counts, exposures, units, terms and levels mixed.
    pub(crate) fn fingerprint(&self) -> u64 {
        let names = self.terms.iter().chain(self.levels.iter().map(|level| &level.name));
        let texts = names.flat_map(|name| name.bytes().map(u64::from).chain([u64::MAX]));
        let units = self.standard.back().into_iter().map(f64::to_bits).collect::<Vec<_>>();
        let rows = self.y.iter().chain(&self.offset).map(|x| x.to_bits());
        let coarse = self.coarse.iter().map(|row| (row.row as f64, row.published));
        let coarse = coarse.flat_map(|(row, c)| [row, c.lo, c.hi, c.base]).map(f64::to_bits);
        let order = self.order.iter().map(|&row| u64::from(row));
        let all = texts.chain(units).chain(rows).chain(coarse).chain(order).chain([self.family as u64]);
        mixed(all)
    }

    /// A number for the rows alone, whatever is asked of them: which they are, their counts, exposures and order.
    pub(crate) fn fingerprint_of_rows(&self) -> u64 {
        let rows = self.rows.iter().map(|&row| row as u64).chain([self.n_read as u64]);
        let counts = self.y.iter().chain(&self.offset).map(|x| x.to_bits());
        let coarse = self.coarse.iter().map(|row| (row.row as f64, row.published));
        let coarse = coarse.flat_map(|(row, c)| [row, c.lo, c.hi, c.base]).map(f64::to_bits);
        let order = self.order.iter().map(|&row| u64::from(row));
        mixed(rows.chain(counts).chain(coarse).chain(order))
    }

    /// A number for the rows without what was counted in them: which they are, in the caller's order, and their exposures.
    pub(crate) fn fingerprint_of_exposures(&self) -> u64 {
        let rows = self.rows.iter().map(|&row| row as u64).chain([self.n_read as u64]);
        mixed(rows.chain(self.offsets().into_iter().map(f64::to_bits)))
    }

    /// One root subtree as a problem of its own, in the units of the whole; its rows stand in sorted order.
    pub(crate) fn of_root(&self, root: usize) -> Problem {
        let (nodes, p) = (self.nodes.alone(root), self.n_terms());
        let rows = self.nodes.subtree(root).rows();
        let y = self.y[rows.clone()].to_vec();
        let mut coarse = self.coarse[self.coarse_within(rows.clone())].to_vec();
        coarse.iter_mut().for_each(|row| row.row -= rows.start);
        Problem {
            family: self.family,
            tree: self.tree.clone(),
            levels: self.levels.clone(),
            recipe: self.recipe.clone(),
            terms: self.terms.clone(),
            rows: rows.clone().map(|sorted| self.caller_row(sorted)).collect(),
            order: (0..rows.len() as u32).collect(),
            rows_are_leaves: self.rows_are_leaves,
            n_read: self.n_read,
            excluded: Vec::new(),
            nodes,
            standard: self.standard.clone(),
            histogram: histogram(&y, &coarse),
            x: Arc::new(self.x[rows.start * p..rows.end * p].to_vec()),
            y,
            coarse,
            offset: self.offset[rows].to_vec(),
        }
    }

    /// Puts other levels in the place of these; the nodes are the caller's to keep in step.
    pub(super) fn set_levels(&mut self, levels: Vec<ModelLevel>) {
        let finest = levels.len().checked_sub(1);
        self.rows_are_leaves = finest.is_some_and(|level| self.nodes.n_areas(level) == self.n_rows());
        self.levels = levels;
    }

    /// Keeps some of the terms; the columns of `x` and `standard` are the caller's to keep in step.
    pub(super) fn keep_terms(&mut self, kept: &[bool]) {
        let mut each = kept.iter();
        self.terms.retain(|_| each.next().copied().unwrap_or(true));
        Arc::make_mut(&mut self.recipe).keep(kept);
    }

    /// exposure · exp(x'β) of the rows in the caller's order, β in the caller's units.
    pub(crate) fn fixed_part(&self, beta: &[f64]) -> Vec<f64> {
        let beta = self.standard.in_standard_units(beta);
        let mut fixed = vec![0.0; self.n_rows()];
        for (sorted, row) in self.x.chunks_exact(self.n_terms()).enumerate() {
            let eta: f64 = row.iter().zip(&beta).map(|(x, b)| x * b).sum();
            fixed[self.order[sorted] as usize] = (eta + self.offset[sorted]).exp();
        }
        fixed
    }

    /// For each row, in the caller's order, the rank of its area among the level's areas that have rows.
    pub(crate) fn area_rank_of_rows(&self, level: usize) -> Vec<usize> {
        let mut areas: Vec<(u32, usize)> = Vec::new();
        let nodes = self.nodes.areas().enumerate().filter(|(_, (l, _))| *l == level);
        areas.extend(nodes.map(|(node, (_, area))| (area, node)));
        areas.sort_unstable();
        let rank: std::collections::HashMap<usize, usize> =
            areas.into_iter().enumerate().map(|(rank, (_, node))| (node, rank)).collect();
        let mut by_row = vec![0; self.n_rows()];
        for tree in self.nodes.subtrees() {
            for leaf in 0..tree.n_leaves() {
                let mut node = tree.first_leaf() + leaf;
                while tree.level[node] as usize > level {
                    node = tree.parent[node] as usize;
                }
                for row in tree.leaf_rows(leaf) {
                    by_row[self.order[tree.rows().start + row] as usize] = rank[&(tree.first_node + node)];
                }
            }
        }
        by_row
    }

    /// Codes of an area of a level, from the coarsest level down; of a row its number, from 1.
    pub(crate) fn area_path(&self, areas: LevelAreas, area: u32) -> Vec<String> {
        match areas {
            LevelAreas::Tree(level) => self.tree.path(level, area).iter().map(|c| c.to_string()).collect(),
            LevelAreas::Rows => vec![(self.row_of_design(area) + 1).to_string()],
        }
    }

    /// Position of a level with a random intercept, 0 for the coarsest; fails where there is none of this name.
    pub(crate) fn model_level(&self, name: &str) -> Result<usize> {
        self.levels.iter().position(|level| level.name == name).ok_or_else(|| {
            let known = self.levels.iter().map(|level| level.name.clone()).collect();
            ErrorKind::UnknownLevel { level: name.into(), known }.into()
        })
    }

    /// The areas of a level that have rows, in the order of [`Problem::nodes_of_level`], each by its path.
    pub(crate) fn paths_of_level(&self, level: usize) -> Vec<Vec<String>> {
        let Some(known) = self.levels.get(level) else { return Vec::new() };
        let areas = self.nodes.areas().filter(|(l, _)| *l == level);
        let mut areas: Vec<u32> = areas.map(|(_, area)| area).collect();
        areas.sort_unstable();
        areas.into_iter().map(|area| self.area_path(known.areas, area)).collect()
    }

    /// The nodes of a level: areas in the order of the tree, rows in the caller's.
    pub(crate) fn nodes_of_level(&self, level: usize) -> Vec<usize> {
        let nodes = self.nodes.areas().enumerate().filter(|(_, (l, _))| *l == level);
        let mut nodes: Vec<(u32, usize)> = nodes.map(|(node, (_, area))| (area, node)).collect();
        nodes.sort_unstable();
        nodes.into_iter().map(|(_, node)| node).collect()
    }

    /// Whether the other problem has the same rows, terms, levels and areas; counts and determinants may differ.
    pub(crate) fn has_rows_of(&self, other: &Problem) -> bool {
        self.rows == other.rows
            && self.order == other.order
            && self.terms == other.terms
            && self.levels == other.levels
            && self.nodes == other.nodes
            && self.offset == other.offset
            && self.family == other.family
    }

    /// The position among [`Problem::rows`] of a sorted row.
    pub(crate) fn position_of_row(&self, sorted: usize) -> usize {
        self.order[sorted] as usize
    }

    /// The caller's row at a sorted position.
    pub(crate) fn caller_row(&self, sorted: usize) -> usize {
        self.rows[self.order[sorted] as usize]
    }

    /// The caller's row for an area of the row level.
    pub(crate) fn row_of_design(&self, design_row: u32) -> usize {
        self.rows[design_row as usize]
    }
}

/// FNV-1a over words.
fn mixed(words: impl Iterator<Item = u64>) -> u64 {
    words.fold(0xcbf2_9ce4_8422_2325, |hash, word| (hash ^ word).wrapping_mul(0x0100_0000_01b3))
}

fn rows_of(counts: &CountTable, rows: &[usize]) -> Result<Observed> {
    if rows.is_empty() {
        let why = format!("{} of {} rows have a count and an exposure", counts.rows().len(), counts.n_read());
        return Err(ErrorKind::NoRows { why }.into());
    }
    if let Some(pair) = rows.windows(2).find(|pair| pair[0] >= pair[1]) {
        let message = format!(
            "the design's rows must ascend without repeats, but row {} follows row {}",
            pair[1] + 1,
            pair[0] + 1
        );
        return Err(ErrorKind::Specification { message }.into());
    }
    let mut known = Vec::with_capacity(rows.len());
    for &row in rows {
        let Ok(at) = counts.rows().binary_search(&row) else {
            let message =
                format!("row {} of the design has no count; build the design from counts.rows()", row + 1);
            return Err(ErrorKind::Specification { message }.into());
        };
        known.push((counts.counts()[at], counts.exposures()[at]));
    }
    Ok(Observed::of(known.into_iter()))
}

/// The area of each design row at each model level.
fn areas_of_rows(levels: &[ModelLevel], placement: &Placement, rows: &[usize]) -> Vec<Vec<u32>> {
    let at = |level: &ModelLevel| match level.areas {
        LevelAreas::Rows => (0..rows.len() as u32).collect(),
        LevelAreas::Tree(level) => {
            let all = placement.areas(level);
            rows.iter().map(|&row| all[row]).collect()
        }
    };
    levels.iter().map(at).collect()
}
