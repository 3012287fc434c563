//! A table and what is asked of it, from codes and counts to the fit.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::Determinants;
use nestcount::table::Table;
use nestcount::{Fit, Model, Options, Problem, Result};

/// A table with its columns named and a model for them.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) table: Table,
    /// Columns of codes, coarsest first.
    pub(crate) levels: Vec<&'static str>,
    /// A column of counts, or two of bounds: `lo..hi`.
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
        let counts = match self.count.split_once("..") {
            Some((lo, hi)) => Count::between(&self.table, lo, hi)?,
            None => Count::column(&self.table, self.count)?,
        };
        match self.exposure {
            Some(exposure) => {
                let exposures = self.table.numbers(exposure)?;
                CountTable::with_exposures(counts, exposures)
            }
            None => CountTable::without_exposure(counts),
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
