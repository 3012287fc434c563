//! Withheld counts and missing determinants imputed together.

use super::completed::{Completed, ImputedCell};
use super::gaussian::{Column, Gaussian, Level, Measured};
use super::imputer::Imputer;
use super::multiple::MultipleImputation;
use super::outcome::Outcome;
use super::parameters::Posterior;
use super::pool::PooledFit;
use super::tables::{self, Imputations, TablesDone};
use crate::area::Placement;
use crate::count::CountTable;
use crate::determinant::{Determinants, Imputable};
use crate::error::{ErrorKind, Result};
use crate::estimate::{Objective, Options};
use crate::infer::Fit;
use crate::model::{Model, Problem};
use crate::table::Table;
use ndarray::Array2;
use rand::Rng;
use std::ops::ControlFlow;

/// Rounds of a chain: parameters and effects drawn, then the determinants swept, then the fit anew.
const ROUNDS: usize = 5;
/// Sweeps of the determinants in a round.
const SWEEPS: usize = 4;
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
/// Each completed table is the end of a chain of its own: parameters and area effects are drawn given the
/// determinants, then the missing cells given the other determinants, the areas around and what was published about the
/// row's count (`docs/determinants-imputed.md`). Determinants are imputed on the scale on which they enter the model.
#[derive(Debug, Clone)]
pub struct IncompleteProblem {
    /// With means in the place of missing cells.
    stand_in: Problem,
    matrix: Array2<f64>,
    imputable: Imputable,
    levels: Vec<(String, Vec<u32>)>,
    options: Options,
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
        Ok(IncompleteProblem { stand_in, matrix, imputable, levels, options: options.clone() })
    }

    /// The problem with the means of the areas around in the place of missing cells, where single imputation is wanted.
    pub fn with_means(&self) -> &Problem {
        &self.stand_in
    }

    /// Number of rows with a missing cell.
    pub fn n_incomplete(&self) -> usize {
        let rows = self.imputable.columns.iter().flat_map(|column| &column.missing);
        rows.collect::<std::collections::HashSet<_>>().len()
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
        let made = tables::make(wanted, rng, progress, |rng| self.chain(&first, withheld, rng))?;
        let (tables, fits): (Vec<Completed>, Vec<Fit>) = made.into_iter().unzip();
        let pooled = PooledFit::of(&fits)?;
        Ok(MultipleImputation { tables, fits, pooled })
    }

    fn chain(
        &self,
        first: &Fit,
        withheld: WithheldCounts,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<(Completed, Fit)> {
        let mut columns = self.gaussian()?;
        let (mut problem, mut fit, mut matrix) = (self.stand_in.clone(), first.clone(), self.matrix.clone());
        for _ in 0..ROUNDS {
            self.sweep(&problem, &fit, &mut columns, rng)?;
            self.write(&columns, &mut matrix);
            problem = self.stand_in.with_determinants(matrix.view());
            fit = problem.fit_from(&fit, &self.options)?;
        }
        let imputer = Imputer::new(&problem, &fit, &self.options)?;
        let mut table = match withheld {
            WithheldCounts::AsPublished => imputer.as_published(),
            WithheldCounts::Drawn => imputer.draw(rng)?,
        };
        if withheld == WithheldCounts::Drawn {
            fit = problem.completed(&table)?.fit_from(&fit, &self.options)?;
        }
        table.cells = self.imputed_cells(&matrix);
        Ok((table, fit))
    }

    /// A draw of parameters and effects, then sweeps of the determinants given them.
    fn sweep(
        &self,
        problem: &Problem,
        fit: &Fit,
        columns: &mut Gaussian,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<()> {
        let parameters = Posterior::of(fit)?.draw(problem, rng);
        let mut modes = problem.position_of(fit)?.1;
        let mut objective = Objective::new(problem, &self.options);
        let drawn = objective.draw_effects(parameters.family, &parameters.point, &mut modes, rng);
        let Some(effects) = drawn else {
            let message = "the area effects have no mode at the parameters drawn; is the fit sound?".into();
            return Err(ErrorKind::Specification { message }.into());
        };
        let outcome = Outcome::new(problem, &parameters, &effects, &self.matrix, &self.imputable);
        for _ in 0..SWEEPS {
            columns.sweep_given(rng, &mut outcome.by_row())?;
        }
        Ok(())
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
            let at = level.as_ref().and_then(|level| self.levels.iter().position(|(name, _)| name == level));
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
        let levels: Vec<Level<'_>> = self.levels.iter().map(|(name, areas)| Level { name, areas }).collect();
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

/// The levels that divide these rows in a way of their own, coarse to fine, with the area of each row.
fn levels_of(placement: &Placement, rows: &[usize]) -> Vec<(String, Vec<u32>)> {
    let (mut levels, mut finest) = (Vec::new(), 1);
    for (at, name) in placement.tree().levels().iter().enumerate() {
        let all = placement.areas(at);
        let areas: Vec<u32> = rows.iter().map(|&row| all[row]).collect();
        let n = areas.iter().collect::<std::collections::HashSet<_>>().len();
        if n > finest && n < rows.len() {
            levels.push((name.clone(), areas));
            finest = n;
        }
    }
    levels
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
