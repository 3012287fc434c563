//! What a design learned, and the same columns for other rows.

use super::cells;
use super::columns::{keep_columns, refuse_non_finite};
use super::interaction::{self, TermName};
use super::layout::Layout;
use super::learned::{LearnedKind, LearnedTerm};
use super::numeric::LearnedNumeric;
use super::precision::Precision;
use super::report::FilledCells;
use super::source::Source;
use super::surroundings::Surroundings;
use super::training::Training;
use super::{Determinants, MissingCells, Term};
use crate::area::{AreaTree, Placement};
use crate::error::{Error, ErrorKind, Result};
use crate::table::Table;
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// Makes the columns of a design for other rows: stored centres, scales, reference categories, area means, and which
/// aliased columns were left out.
///
/// The same names in the same order, and on the rows it was learned from the same bits. It can be saved with any serde
/// format; a file of another [`Recipe::FORMAT`] is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    format: Format,
    names: Vec<String>,
    missing: MissingCells,
    terms: Vec<LearnedTerm>,
    /// Positions of the terms of each.
    interactions: Vec<Vec<usize>>,
    /// The tree of the area means; there where a column needs areas.
    areas: Option<AreaTree>,
}

impl Recipe {
    /// The format in which this version saves recipes, the only one it reads.
    pub const FORMAT: u32 = 1;

    /// Names of the columns, the intercept first.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The table's columns in the order in which they first come, each with the design columns made from it; an
    /// interaction stands by itself, under its own name.
    ///
    /// Columns that were left out as aliased are in none.
    pub fn determinants(&self) -> Vec<(String, Vec<String>)> {
        let layout = self.layout();
        let mut all: Vec<(String, Vec<String>)> = Vec::new();
        for (term, columns) in self.terms.iter().zip(&layout.columns) {
            let end = columns.end + usize::from(term.indicator);
            let names = layout.names.get(columns.start..end).unwrap_or_default();
            let names = names.iter().filter(|name| self.names.contains(name)).cloned();
            match all.iter_mut().find(|(column, _)| column == term.column()) {
                Some((_, known)) => known.extend(names),
                None => all.push((term.column().into(), names.collect())),
            }
        }
        let products = layout.names.iter().skip(layout.first_product);
        let products = products.filter(|name| self.names.contains(name));
        all.extend(products.map(|name| (name.clone(), vec![name.clone()])));
        all.retain(|(_, names)| !names.is_empty());
        all
    }

    /// The columns for all rows of a table, for a recipe that needs no areas.
    ///
    /// Fails where the recipe splits a column by area or fills from areas (use [`Recipe::apply_in`]); on columns that
    /// the table lacks; and, naming the rows, on missing cells (rows are never left out here), unknown categories and
    /// values outside a transform's domain.
    pub fn apply(&self, table: &Table) -> Result<Array2<f64>> {
        if self.areas.is_some() {
            return Err(specification(
                "this recipe uses the areas of its rows: apply it with their placement (apply_in)",
            ));
        }
        self.rows_of(table, table.n_rows(), Surroundings::unknown())
    }

    /// The columns for all rows of a table that lie in the areas of `placement`.
    ///
    /// Areas are found by their codes, from the coarsest level down. An area the recipe does not know fills from the
    /// nearest one around it that it does know, else from all rows it learned from; for
    /// [`Numeric::within`](super::Numeric::within) it takes the mean of the new rows there. Fails as
    /// [`Recipe::apply`] does, and where the placement lacks a level or has another number of rows.
    pub fn apply_in(&self, table: &Table, placement: &Placement) -> Result<Array2<f64>> {
        let around = match &self.areas {
            Some(tree) => Surroundings::matched(tree, placement)?,
            None => Surroundings::unknown(),
        };
        self.rows_of(table, common_length(table, placement)?, around)
    }

    fn rows_of(&self, table: &Table, n_rows: usize, around: Surroundings<'_>) -> Result<Array2<f64>> {
        let rows: Vec<usize> = (0..n_rows).collect();
        let columns = self.terms.iter().map(|term| (term.column(), term.cell_kind()));
        let missing = cells::missing(table, &rows, columns)?;
        if !self.missing.fills() && !missing.is_empty() {
            return Err(ErrorKind::MissingCells { columns: missing }.into());
        }
        let source = Source { table, rows: &rows, around };
        let mut matrix = self.write(&source)?;
        let layout = self.layout();
        refuse_non_finite(matrix.view(), &layout.names, &rows)?;
        let kept: Vec<bool> = layout.names.iter().map(|name| self.names.contains(name)).collect();
        if kept.contains(&false) {
            matrix = keep_columns(matrix, &kept)?;
        }
        match matrix.ncols() == self.names.len() {
            true => Ok(matrix),
            false => Err(specification(
                "the recipe names columns that its terms do not make; save it anew from its design",
            )),
        }
    }

    /// The recipe of columns taken as they are, each with its mean.
    pub(super) fn of_plain_columns<'n>(columns: impl Iterator<Item = (&'n str, f64)>) -> Result<Self> {
        let plain = |(name, mean)| LearnedKind::Numeric(LearnedNumeric::plain(name, mean)).into();
        Recipe::new(MissingCells::Refuse, columns.map(plain).collect(), Vec::new(), None)
    }

    /// Learns from the rows of a training source; with the recipe come the precision of its columns and what was filled.
    pub(super) fn learn(
        wanted: &Determinants,
        training: &Training<'_>,
    ) -> Result<(Recipe, Vec<Precision>, Vec<FilledCells>)> {
        let (mut terms, mut precision, mut filled) = (Vec::new(), Vec::new(), Vec::<FilledCells>::new());
        let settled = wanted.settled_terms();
        for term in &settled {
            let mut learned = LearnedTerm::learn(term, training)?;
            // Terms of one column fill the same cells: they are reported and indicated once.
            if filled.iter().all(|known| known.column != term.column()) {
                learned.term.indicator = wanted.missing.indicates() && !learned.filled.is_empty();
                filled.append(&mut learned.filled);
            }
            terms.push(learned.term);
            precision.push(learned.precision);
        }
        let called: Vec<TermName> = terms.iter().map(LearnedTerm::called).collect();
        let interactions = wanted.interactions.iter();
        let interactions =
            interactions.map(|names| interaction::resolve(names, &called)).collect::<Result<_>>()?;
        let needs_areas = wanted.missing.fills() || settled.iter().any(Term::has_within);
        let areas = needs_areas.then(|| training.tree.clone());
        let recipe = Recipe::new(wanted.missing, terms, interactions, areas)?;
        let precision = recipe.layout().precision(precision);
        Ok((recipe, precision, filled))
    }

    fn new(
        missing: MissingCells,
        terms: Vec<LearnedTerm>,
        interactions: Vec<Vec<usize>>,
        areas: Option<AreaTree>,
    ) -> Result<Self> {
        let mut recipe = Recipe { format: Format, names: Vec::new(), missing, terms, interactions, areas };
        recipe.names = recipe.layout().names;
        let names = recipe.names.iter().enumerate();
        match names.into_iter().find(|(at, name)| recipe.names[..*at].contains(name)) {
            None => Ok(recipe),
            Some((_, name)) => Err(ErrorKind::DuplicateColumn { column: name.clone() }.into()),
        }
    }

    /// Leaves columns out from here on, by position.
    pub(crate) fn keep(&mut self, kept: &[bool]) {
        let mut kept = kept.iter();
        self.names.retain(|_| kept.next().copied().unwrap_or(true));
    }

    /// All columns, those left out as aliased too.
    pub(super) fn write(&self, source: &Source<'_>) -> Result<Array2<f64>> {
        let layout = self.layout();
        let mut matrix = Array2::zeros((source.rows.len(), layout.names.len()));
        matrix.column_mut(0).fill(1.0);
        for (term, columns) in self.terms.iter().zip(&layout.columns) {
            term.write(source, columns.clone(), &mut matrix)?;
        }
        interaction::write(&layout.products, layout.first_product, matrix.view_mut());
        Ok(matrix)
    }

    pub(super) fn layout(&self) -> Layout {
        Layout::of(&self.terms, &self.interactions)
    }
}

/// The format number of a saved recipe: reading another one fails before the rest is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
struct Format;

impl TryFrom<u32> for Format {
    type Error = Error;

    fn try_from(found: u32) -> Result<Self> {
        match found {
            Recipe::FORMAT => Ok(Format),
            found => Err(ErrorKind::Format { found, expected: Recipe::FORMAT }.into()),
        }
    }
}

impl From<Format> for u32 {
    fn from(_: Format) -> u32 {
        Recipe::FORMAT
    }
}

fn specification(message: &str) -> Error {
    ErrorKind::Specification { message: message.into() }.into()
}

/// Number of rows of a table and its placement; a table without columns has as many as the placement.
pub(super) fn common_length(table: &Table, placement: &Placement) -> Result<usize> {
    match table.names().is_empty() || table.n_rows() == placement.n_rows() {
        true => Ok(placement.n_rows()),
        false => Err(ErrorKind::Length {
            what: "the placement".into(),
            expected: table.n_rows(),
            found: placement.n_rows(),
        }
        .into()),
    }
}
