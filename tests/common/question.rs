//! A table and what is asked of it, from codes and counts to the fit.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::CountTable;
use nestcount::determinant::Determinants;
use nestcount::table::Table;
use nestcount::{Fit, Model, Options, Problem, Result};

/// A table with its columns named and a model for them.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) table: Table,
    /// Columns of codes, coarsest first.
    pub(crate) levels: Vec<&'static str>,
    pub(crate) count: &'static str,
    /// Exposure 1 where there is none.
    pub(crate) exposure: Option<&'static str>,
    pub(crate) determinants: Determinants,
    pub(crate) model: Model,
}

impl Question {
    pub(crate) fn placement(&self) -> Result<Placement> {
        Placement::from_table(&self.table, &self.levels, CodeScope::WithinParent)
    }

    pub(crate) fn counts(&self) -> Result<CountTable> {
        match self.exposure {
            Some(exposure) => CountTable::from_table(&self.table, self.count, exposure),
            None => CountTable::without_exposure(nestcount::count::Count::column(&self.table, self.count)?),
        }
    }

    pub(crate) fn problem(&self) -> Result<Problem> {
        let (placement, counts) = (self.placement()?, self.counts()?);
        let design = self.determinants.build(&self.table, &placement, counts.rows())?;
        self.model.check(&placement, &counts, design)
    }

    pub(crate) fn fit(&self) -> Result<Fit> {
        self.problem()?.fit(&Options::default())
    }
}
