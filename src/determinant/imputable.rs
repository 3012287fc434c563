//! A design whose missing cells are stood in for, and how its columns hang together when they are replaced.

use super::build::kind;
use super::{Design, Determinants, MissingCells, Term, cells};
use crate::area::Placement;
use crate::error::{Error, ErrorKind, Result};
use crate::table::Table;
use std::collections::HashSet;

/// What an imputation of missing cells needs to know of a design.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Imputable {
    /// The design columns that vary freely: main effects, their powers left out.
    pub columns: Vec<FreeColumn>,
    /// The design columns that are products of others: powers and interactions, in an order in which they can be
    /// computed.
    pub products: Vec<Product>,
}

/// A design column that is not computed from others.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FreeColumn {
    /// Its position in the design.
    pub position: usize,
    /// The level it lives on, where it is the same for all rows of an area.
    pub level: Option<String>,
    /// The design rows in which its cell is missing.
    pub missing: Vec<usize>,
}

/// A column that is the product of others.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Product {
    pub position: usize,
    /// Positions of the factors, a power's as often as it counts.
    pub factors: Vec<usize>,
}

impl Imputable {
    /// Computes the products of a row whose free columns are set.
    pub(crate) fn complete(&self, row: &mut [f64]) {
        for product in &self.products {
            row[product.position] = product.factors.iter().map(|&factor| row[factor]).product();
        }
    }
}

impl Determinants {
    /// The design with the means of the areas around in the place of missing cells, and where those cells are.
    ///
    /// Fails as [`Determinants::build`] does, and on missing cells in categories, in columns split by area, and in
    /// columns that several terms use.
    pub(crate) fn build_imputable(
        &self,
        table: &Table,
        placement: &Placement,
        rows: &[usize],
    ) -> Result<(Design, Imputable)> {
        let design = self.clone().missing(MissingCells::ParentMean).build(table, placement, rows)?;
        let layout = design.recipe().layout();
        let mut imputable = Imputable { columns: Vec::new(), products: Vec::new() };
        for (term, columns) in self.terms.iter().zip(&layout.columns) {
            let missing = self.missing_cells(term, table, design.rows())?;
            let (first, powers) = match term {
                Term::Numeric(numeric) if numeric.within.is_none() => {
                    (columns.start..columns.start + 1, true)
                }
                _ => (columns.clone(), false),
            };
            for position in first.clone() {
                let level = term.level().map(String::from);
                imputable.columns.push(FreeColumn { position, level, missing: missing.clone() });
            }
            if powers {
                let powers = (first.end..columns.end).zip(2..);
                let product = |(position, n)| Product { position, factors: vec![first.start; n] };
                imputable.products.extend(powers.map(product));
            }
        }
        let products = (layout.first_product..).zip(&layout.products);
        imputable
            .products
            .extend(products.map(|(position, factors)| Product { position, factors: factors.clone() }));
        match layout.names.len() == design.names().len() {
            true => Ok((design, imputable)),
            false => Err(specification(
                "aliased columns cannot be left out of a design whose missing cells are imputed; leave them out \
                 yourself"
                    .into(),
            )),
        }
    }

    /// The design rows in which the term's cell is missing; fails where such cells cannot be imputed.
    fn missing_cells(&self, term: &Term, table: &Table, rows: &[usize]) -> Result<Vec<usize>> {
        let found = cells::missing(table, rows, [(term.column(), kind(term))])?;
        let Some((_, gaps)) = found.into_iter().next() else { return Ok(Vec::new()) };
        let gaps: HashSet<usize> = gaps.into_iter().collect();
        let missing: Vec<usize> = (0..rows.len()).filter(|&at| gaps.contains(&rows[at])).collect();
        let (column, sharing) =
            (term.column(), self.terms.iter().filter(|t| t.column() == term.column()).count());
        let why = match term {
            Term::Categorical(_) => "it is a category, and only numbers are imputed",
            Term::Numeric(numeric) if numeric.within.is_some() => "it is split by area",
            _ if sharing > 1 => "several terms are made of it",
            _ => return Ok(missing),
        };
        let n = missing.len();
        Err(specification(format!(
            "column '{column}' is missing in {n} rows and cannot be imputed: {why}; fill it or drop those rows"
        )))
    }
}

fn specification(message: String) -> Error {
    ErrorKind::Specification { message }.into()
}
