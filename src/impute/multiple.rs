//! Multiple imputation in one call: impute, refit from the fit at hand, pool.

use super::completed::Completed;
use super::imputer::Imputer;
use super::pool::PooledFit;
use super::tables::{self, Imputations, TablesDone};
use crate::error::Result;
use crate::infer::Fit;
use rand::Rng;
use std::ops::ControlFlow;

/// Completed tables, the fit of each, and what they say together.
#[derive(Debug, Clone)]
pub struct MultipleImputation {
    /// The completed tables.
    pub tables: Vec<Completed>,
    /// The fit of each table.
    pub fits: Vec<Fit>,
    /// The fits pooled by Rubin's rules.
    pub pooled: PooledFit,
    /// Rows, by their positions in the caller's table, whose imputed determinants never moved in some table: what is known
    /// of their count says so much that the draws got stuck, and their cells are not to be trusted. Mostly none.
    pub stuck: Vec<usize>,
}

impl Imputer<'_> {
    /// Completed tables of a proper multiple imputation; equal generators give equal tables, for any number of threads.
    pub fn tables(&self, wanted: Imputations, rng: &mut (impl Rng + ?Sized)) -> Result<Vec<Completed>> {
        tables::make(wanted, rng, |_| ControlFlow::Continue(()), |rng| self.draw(rng))
    }

    /// Imputes, fits each table from the fit at hand, and pools.
    ///
    /// `progress` sees every table that is done and may stop the work. Fails where a table cannot be fitted, with fewer
    /// than two tables, and as [`Imputer::draw`] does.
    pub fn multiply(
        &self,
        wanted: Imputations,
        rng: &mut (impl Rng + ?Sized),
        progress: impl FnMut(TablesDone) -> ControlFlow<()>,
    ) -> Result<MultipleImputation> {
        let completed = tables::make(wanted, rng, progress, |rng| {
            let table = self.draw(rng)?;
            let fit = self.source.fit_of(&self.problem.completed(&table)?, &self.options)?;
            Ok((table, fit))
        })?;
        let (tables, fits): (Vec<Completed>, Vec<Fit>) = completed.into_iter().unzip();
        let pooled = PooledFit::of(&fits)?;
        Ok(MultipleImputation { tables, fits, pooled, stuck: Vec::new() })
    }
}
