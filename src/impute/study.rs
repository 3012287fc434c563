//! Withheld counts and missing determinants imputed together.

use super::completed::{Completed, ImputedCell};
use super::gaussian::{Column, Gaussian, Level, Measured};
use super::imputer::{Imputer, draw_effects};
use super::known_totals::KnownTotals;
use super::multiple::MultipleImputation;
use super::outcome::Outcome;
use super::parameters::Posterior;
use super::pool::PooledFit;
use super::tables::{self, Imputations, TablesDone};
use crate::area::Placement;
use crate::count::{Count, CountTable, Totals};
use crate::determinant::{Determinants, Imputable};
use crate::error::{ErrorKind, Result};
use crate::estimate::Options;
use crate::infer::Fit;
use crate::model::{Model, Problem};
use crate::table::Table;
use ndarray::Array2;
use rand::Rng;
use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;

/// Sweeps of the determinants in a round, between draws of the parameters.
const SWEEPS: usize = 2;
/// What is left of the start after the burn-in, and of one table in the next.
const LEFT_OF_START: f64 = 0.005;
const LEFT_OF_OTHERS: f64 = 0.03;
/// Rounds of a burn-in and between tables are at least and at most so many.
const ROUNDS: std::ops::RangeInclusive<f64> = 10.0..=100.0;
/// A column that says no more than this beside another adds only rounding to the model of the columns.
const SAME: f64 = 0.9999;

/// What the completed tables hold of counts that are withheld or rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithheldCounts {
    /// They stay as they were published; each fit takes them as intervals. Nothing is lost to the drawing.
    AsPublished,
    /// They are drawn, and each fit takes them as counted.
    Drawn,
}

/// A model whose determinants have missing cells.
///
/// A chain of draws goes round between parameters and area effects given the determinants, and missing cells given the
/// other determinants, the areas around and what was published about the row's count (`docs/determinants-imputed.md`).
/// After a burn-in each completed table goes its own way from there. What a round leaves of the one before is at most
/// the largest share of cells missing in a column, from which the numbers of rounds follow. Determinants are imputed on
/// the scale on which they enter the model.
#[derive(Debug, Clone)]
pub struct IncompleteProblem {
    /// With means in the place of missing cells.
    stand_in: Problem,
    matrix: Array2<f64>,
    imputable: Imputable,
    levels: Vec<RowLevel>,
    options: Options,
    totals: Option<KnownTotals>,
}

/// A way in which levels divide the rows; several may divide them alike.
#[derive(Debug, Clone)]
struct RowLevel {
    names: Vec<String>,
    areas: Vec<u32>,
}

/// Where a chain stands.
#[derive(Clone)]
struct Chain {
    columns: Gaussian,
    problem: Problem,
    fit: Fit,
    matrix: Array2<f64>,
}

impl IncompleteProblem {
    /// Checks the model against data in which determinants are missing.
    ///
    /// Fails as [`Determinants::build`] and [`Model::check`] do, but for missing cells of numeric determinants.
    pub fn new(
        model: &Model,
        determinants: &Determinants,
        table: &Table,
        placement: &Placement,
        counts: &CountTable,
        options: &Options,
    ) -> Result<Self> {
        let (design, imputable) = determinants.build_imputable(table, placement, counts.rows())?;
        let matrix = design.matrix().to_owned();
        let levels = levels_of(placement, design.rows());
        let stand_in = model.check(placement, counts, design)?;
        Ok(IncompleteProblem { stand_in, matrix, imputable, levels, options: options.clone(), totals: None })
    }

    /// The problem with the means of the areas around in the place of missing cells, where single imputation is wanted.
    pub fn with_means(&self) -> &Problem {
        &self.stand_in
    }

    /// Number of rows with a missing cell.
    pub fn n_incomplete(&self) -> usize {
        let rows = self.imputable.columns.iter().flat_map(|column| &column.missing);
        rows.collect::<HashSet<_>>().len()
    }

    /// The same with totals that drawn counts keep to; what they are is said at [`Imputer::within`].
    pub fn within(self, totals: &Totals, placement: &Placement, counts: &[Count]) -> Result<Self> {
        let totals = KnownTotals::new(&self.stand_in, placement, counts, totals)?;
        Ok(IncompleteProblem { totals: Some(totals), ..self })
    }

    /// Imputes, fits each table, and pools.
    ///
    /// `progress` sees every table that is done and may stop the work. Fails where a table cannot be fitted, with fewer
    /// than two tables, and where the columns do not carry a model of their own (too few rows for too many columns).
    pub fn multiply(
        &self,
        wanted: Imputations,
        withheld: WithheldCounts,
        rng: &mut (impl Rng + ?Sized),
        progress: impl FnMut(TablesDone) -> ControlFlow<()>,
    ) -> Result<MultipleImputation> {
        let first = self.stand_in.fit(&self.options)?;
        let burnt_in = self.burn_in(&first, rng)?;
        let made = tables::make(wanted, rng, progress, |rng| match &burnt_in {
            Some(chain) => self.table(chain.clone(), withheld, rng),
            None => self.table_of_counts(&self.stand_in, &first, withheld, rng),
        })?;
        let (mut tables, mut fits, mut stuck) = (Vec::new(), Vec::new(), BTreeSet::new());
        for Made { table, fit, stuck: rows } in made {
            tables.push(table);
            fits.push(fit);
            stuck.extend(rows.into_iter().map(|row| self.stand_in.rows()[row]));
        }
        let pooled = PooledFit::of(&fits)?;
        Ok(MultipleImputation { tables, fits, pooled, stuck: stuck.into_iter().collect() })
    }

    /// The problem with the determinants and the counts of a completed table.
    ///
    /// Fails where the table is of another problem.
    pub fn completed(&self, table: &Completed) -> Result<Problem> {
        let (rows, terms) = (self.stand_in.rows(), self.stand_in.terms());
        let mut matrix = self.matrix.clone();
        let mut cells = table.cells().iter();
        for column in &self.imputable.columns {
            for (&row, cell) in column.missing.iter().zip(&mut cells) {
                if cell.row != rows[row] || cell.term != terms[column.position] {
                    return Err(other_problem());
                }
                matrix[[row, column.position]] = cell.value;
            }
        }
        let expected: usize = self.imputable.columns.iter().map(|column| column.missing.len()).sum();
        if table.cells().len() != expected {
            return Err(other_problem());
        }
        matrix.rows_mut().into_iter().for_each(|mut row| {
            if let Some(row) = row.as_slice_mut() {
                self.imputable.complete(row);
            }
        });
        self.stand_in.with_determinants(matrix.view()).with_completed_counts(table)
    }

    /// The chain after its burn-in; nothing where no cell is missing.
    fn burn_in(&self, fit: &Fit, rng: &mut (impl Rng + ?Sized)) -> Result<Option<Chain>> {
        if self.n_incomplete() == 0 {
            return Ok(None);
        }
        let (problem, matrix) = (self.stand_in.clone(), self.matrix.clone());
        let mut chain = Chain { columns: self.gaussian()?, problem, fit: fit.clone(), matrix };
        for _ in 0..self.rounds(LEFT_OF_START) {
            self.go_round(&mut chain, rng)?;
        }
        Ok(Some(chain))
    }

    /// So many rounds that at most this share is left of where they began.
    fn rounds(&self, left: f64) -> usize {
        let n = self.stand_in.n_rows() as f64;
        let missing = self.imputable.columns.iter().map(|column| column.missing.len() as f64 / n);
        let share = missing.fold(0.0, f64::max);
        (left.ln() / share.ln()).ceil().clamp(*ROUNDS.start(), *ROUNDS.end()) as usize
    }

    /// Parameters and effects given the determinants, these given them, and the fit of what came out.
    fn go_round(&self, chain: &mut Chain, rng: &mut (impl Rng + ?Sized)) -> Result<()> {
        let Chain { columns, problem, fit, matrix } = chain;
        let at = Posterior::of(fit, problem)?.draw(problem, rng);
        let effects = draw_effects(problem, problem.position_of(fit)?.1, &at, &self.options, rng)?;
        let outcome = Outcome::new(problem, &at, &effects, &self.matrix, &self.imputable);
        for _ in 0..SWEEPS {
            columns.sweep_given(rng, &mut outcome.by_row())?;
        }
        self.write(columns, matrix);
        *problem = self.stand_in.with_determinants(matrix.view());
        *fit = problem.fit_from(fit, &self.options)?;
        Ok(())
    }

    /// One table, far enough from the others.
    fn table(
        &self,
        mut chain: Chain,
        withheld: WithheldCounts,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Made> {
        for _ in 0..self.rounds(LEFT_OF_OTHERS) {
            self.go_round(&mut chain, rng)?;
        }
        let mut made = self.table_of_counts(&chain.problem, &chain.fit, withheld, rng)?;
        made.table.cells = self.imputed_cells(&chain.matrix);
        made.stuck = chain.columns.stuck();
        Ok(made)
    }

    /// The counts of a table whose determinants are complete.
    fn table_of_counts(
        &self,
        problem: &Problem,
        fit: &Fit,
        withheld: WithheldCounts,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Made> {
        let imputer = Imputer::new(problem, fit, &self.options)?.with_known(self.totals.clone());
        if withheld == WithheldCounts::AsPublished {
            return Ok(Made { table: imputer.as_published(), fit: fit.clone(), stuck: Vec::new() });
        }
        let table = imputer.draw(rng)?;
        let fit = problem.completed(&table)?.fit_from(fit, &self.options)?;
        Ok(Made { table, fit, stuck: Vec::new() })
    }

    /// The sampler of the free columns, with the log exposure beside them where it varies: what is missing is missing
    /// in small areas.
    fn gaussian(&self) -> Result<Gaussian> {
        let free = &self.imputable.columns;
        let mut cells: Vec<Vec<Option<f64>>> = Vec::with_capacity(free.len() + 1);
        for column in free {
            let mut values: Vec<Option<f64>> =
                self.matrix.column(column.position).iter().map(|&x| Some(x)).collect();
            column.missing.iter().for_each(|&row| values[row] = None);
            cells.push(values);
        }
        let names = self.stand_in.terms();
        let measured = |level: &Option<String>| {
            let alike = |known: &RowLevel| level.as_ref().is_some_and(|level| known.names.contains(level));
            let at = self.levels.iter().position(alike);
            at.map_or(Measured::Rows, Measured::Areas)
        };
        let offsets = self.stand_in.offsets();
        let says_more =
            cells.iter().all(|other| correlation(&offsets, other).is_some_and(|r| r.abs() < SAME));
        let exposure: Vec<Option<f64>> = offsets.into_iter().map(Some).collect();
        let mut columns: Vec<Column<'_>> = free
            .iter()
            .zip(&cells)
            .map(|(c, cells)| Column { name: &names[c.position], cells, of: measured(&c.level) })
            .collect();
        if says_more {
            columns.push(Column { name: "log exposure", cells: &exposure, of: Measured::Rows });
        }
        let levels: Vec<Level<'_>> =
            self.levels.iter().map(|level| Level { name: &level.names[0], areas: &level.areas }).collect();
        Gaussian::new(&columns, &levels)
    }

    /// Writes the sampler's cells into the design, products and powers following.
    fn write(&self, columns: &Gaussian, matrix: &mut Array2<f64>) {
        let values = columns.values();
        for (mut row, drawn) in matrix.rows_mut().into_iter().zip(values.rows()) {
            for (column, value) in self.imputable.columns.iter().zip(drawn) {
                row[column.position] = *value;
            }
            if let Some(row) = row.as_slice_mut() {
                self.imputable.complete(row);
            }
        }
    }

    fn imputed_cells(&self, matrix: &Array2<f64>) -> Vec<ImputedCell> {
        let cell = |position: usize, row: usize| ImputedCell {
            row: self.stand_in.rows()[row],
            term: self.stand_in.terms()[position].clone(),
            value: matrix[[row, position]],
        };
        let columns = self.imputable.columns.iter();
        columns.flat_map(|c| c.missing.iter().map(move |&row| cell(c.position, row))).collect()
    }
}

/// A completed table with its fit.
struct Made {
    table: Completed,
    fit: Fit,
    /// Design rows whose missing cells never moved.
    stuck: Vec<usize>,
}

/// The ways in which levels divide these rows, coarse to fine; one by one they are no areas, and all in one is none.
fn levels_of(placement: &Placement, rows: &[usize]) -> Vec<RowLevel> {
    let (mut levels, mut finest): (Vec<RowLevel>, usize) = (Vec::new(), 1);
    for (at, name) in placement.tree().levels().iter().enumerate() {
        let all = placement.areas(at);
        let areas: Vec<u32> = rows.iter().map(|&row| all[row]).collect();
        let n = areas.iter().collect::<HashSet<_>>().len();
        if n > finest && n < rows.len() {
            levels.push(RowLevel { names: vec![name.clone()], areas });
        } else if n == finest
            && let Some(alike) = levels.last_mut()
        {
            alike.names.push(name.clone());
        }
        finest = finest.max(n);
    }
    levels
}

fn other_problem() -> crate::error::Error {
    let message =
        "the completed table has other cells than are missing here: it is of another problem".into();
    ErrorKind::Specification { message }.into()
}

/// The correlation over the rows where the other is observed; `None` where one of them does not vary.
fn correlation(one: &[f64], other: &[Option<f64>]) -> Option<f64> {
    let pairs: Vec<(f64, f64)> = one.iter().zip(other).filter_map(|(&x, y)| Some((x, (*y)?))).collect();
    let n = pairs.len() as f64;
    let (mx, my) = pairs.iter().fold((0.0, 0.0), |(mx, my), (x, y)| (mx + x / n, my + y / n));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        xx += (x - mx).powi(2);
        yy += (y - my).powi(2);
        xy += (x - mx) * (y - my);
    }
    let scale = (xx * yy).sqrt();
    (scale > 0.0).then(|| xy / scale)
}
