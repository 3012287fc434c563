//! Withheld counts and missing determinants imputed together.

use super::columns::{RowLevel, levels_of};
use super::completed::{Completed, ImputedCell};
use super::imputer::Imputer;
use super::known_totals::KnownTotals;
use super::multiple::MultipleImputation;
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
    pub(super) stand_in: Problem,
    pub(super) matrix: Array2<f64>,
    pub(super) imputable: Imputable,
    pub(super) levels: Vec<RowLevel>,
    pub(super) options: Options,
    pub(super) totals: Option<KnownTotals>,
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

    /// The counts of a table whose determinants are complete.
    pub(super) fn table_of_counts(
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

    pub(super) fn imputed_cells(&self, matrix: &Array2<f64>) -> Vec<ImputedCell> {
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
pub(super) struct Made {
    pub(super) table: Completed,
    pub(super) fit: Fit,
    /// Design rows whose missing cells never moved.
    pub(super) stuck: Vec<usize>,
}

fn other_problem() -> crate::error::Error {
    let message =
        "the completed table has other cells than are missing here: it is of another problem".into();
    ErrorKind::Specification { message }.into()
}
