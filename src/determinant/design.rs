//! The design matrix with its names, its report and its recipe.

use super::alias::{Findings, examine};
use super::columns::{keep_columns, refuse_non_finite};
use super::moments::mean;
use super::precision::Precision;
use super::recipe::Recipe;
use super::report::{DesignReport, DroppedRow, FilledCells};
use super::{AliasedColumns, INTERCEPT};
use crate::error::{Alias, ErrorKind, Result};
use ndarray::{Array2, ArrayView2};

/// A full-rank matrix of determinants: one row per row of the table in use, the intercept first, all cells finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    rows: Vec<usize>,
    matrix: Array2<f64>,
    report: DesignReport,
    recipe: Recipe,
}

/// A matrix before its columns are examined.
pub(super) struct Draft {
    pub(super) rows: Vec<usize>,
    pub(super) matrix: Array2<f64>,
    pub(super) precision: Vec<Precision>,
    pub(super) recipe: Recipe,
    pub(super) dropped: Vec<DroppedRow>,
    pub(super) filled: Vec<FilledCells>,
}

impl Design {
    /// A design from columns made elsewhere; the intercept is added in front.
    ///
    /// `matrix` has one row for each of `rows`, positions in the caller's table, and one column for each name. Fails on
    /// lengths that do not agree, names that repeat, no rows, cells that are not finite (with column and rows), and on
    /// constant and aliased columns. Its recipe reads columns of these names as they are.
    pub fn from_matrix<S: Into<String>>(
        names: impl IntoIterator<Item = S>,
        matrix: Array2<f64>,
        rows: &[usize],
    ) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        refuse_other_length("the names", matrix.ncols(), names.len())?;
        refuse_other_length("the matrix", rows.len(), matrix.nrows())?;
        if rows.is_empty() {
            let why = "the matrix has no rows".into();
            return Err(ErrorKind::NoRows { why }.into());
        }
        refuse_non_finite(matrix.view(), &names, rows)?;
        let means = matrix.columns().into_iter().map(|column| mean(&column.to_vec()));
        let recipe = Recipe::of_plain_columns(names.iter().map(String::as_str).zip(means))?;
        let of_columns = matrix.columns().into_iter().map(|column| Precision::of(column.iter().copied()));
        let draft = Draft {
            rows: rows.to_vec(),
            precision: std::iter::once(Precision::UNIT).chain(of_columns).collect(),
            matrix: with_intercept(matrix),
            recipe,
            dropped: Vec::new(),
            filled: Vec::new(),
        };
        draft.finish(AliasedColumns::Refuse)
    }

    /// Positions of the design's rows in the caller's table.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// Names of the columns, [`INTERCEPT`] first.
    pub fn names(&self) -> &[String] {
        self.recipe.names()
    }

    /// The matrix, rows along [`Design::rows`] and columns along [`Design::names`], row after row in memory.
    pub fn matrix(&self) -> ArrayView2<'_, f64> {
        self.matrix.view()
    }

    /// The matrix itself, not copied.
    pub fn into_matrix(self) -> Array2<f64> {
        self.matrix
    }

    /// What was done to get here.
    pub fn report(&self) -> &DesignReport {
        &self.report
    }

    /// What makes the same columns for other rows.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }
}

impl Draft {
    /// Examines the columns and refuses the aliased ones or leaves them out.
    pub(super) fn finish(mut self, policy: AliasedColumns) -> Result<Design> {
        let found = examine(self.matrix.view(), self.recipe.names(), &self.precision);
        let superfluous = match policy {
            AliasedColumns::Refuse => refuse(&found, self.recipe.names()).map(|()| Vec::new())?,
            AliasedColumns::Drop => superfluous(&found, self.recipe.names()),
        };
        if !superfluous.is_empty() {
            let mut kept = vec![true; self.matrix.ncols()];
            superfluous.iter().for_each(|(column, _)| kept[*column] = false);
            self.matrix = keep_columns(self.matrix, &kept)?;
            self.recipe.keep(&kept);
        }
        let report = DesignReport {
            n_rows: self.matrix.nrows(),
            n_columns: self.matrix.ncols(),
            dropped: self.dropped,
            filled: self.filled,
            aliased: superfluous.into_iter().map(|(_, alias)| alias).collect(),
            condition_number: found.condition_number,
            variance_inflation: found.variance_inflation,
        };
        Ok(Design { rows: self.rows, matrix: self.matrix, report, recipe: self.recipe })
    }
}

fn refuse(found: &Findings, names: &[String]) -> Result<()> {
    if !found.constant.is_empty() {
        let columns = found.constant.iter();
        let columns = columns.map(|(column, _)| names[*column].clone()).collect();
        return Err(ErrorKind::Constant { columns }.into());
    }
    if !found.aliased.is_empty() {
        let columns = found.aliased.iter().map(|(_, alias)| alias.clone()).collect();
        return Err(ErrorKind::Aliased { columns }.into());
    }
    Ok(())
}

/// Constant and aliased columns in the order of the matrix.
fn superfluous(found: &Findings, names: &[String]) -> Vec<(usize, Alias)> {
    let constant = found.constant.iter().map(|&(column, value)| {
        let alias = Alias { column: names[column].clone(), equals: vec![(INTERCEPT.into(), value)] };
        (column, alias)
    });
    let mut all: Vec<(usize, Alias)> = constant.chain(found.aliased.iter().cloned()).collect();
    all.sort_by_key(|(column, _)| *column);
    all
}

fn with_intercept(matrix: Array2<f64>) -> Array2<f64> {
    let shape = (matrix.nrows(), matrix.ncols() + 1);
    Array2::from_shape_fn(shape, |(row, column)| match column.checked_sub(1) {
        None => 1.0,
        Some(column) => matrix[[row, column]],
    })
}

fn refuse_other_length(what: &str, expected: usize, found: usize) -> Result<()> {
    match expected == found {
        true => Ok(()),
        false => Err(ErrorKind::Length { what: what.into(), expected, found }.into()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::table::Table;
    use ndarray::array;

    #[test]
    fn a_matrix_of_ones_own_gets_the_intercept_and_a_recipe_by_name() {
        let matrix = array![[1.0, 5.0], [2.0, 3.0], [4.0, 4.0]];
        let design = Design::from_matrix(["a", "b"], matrix.clone(), &[4, 7, 9]).unwrap();
        assert_eq!(design.names(), ["(Intercept)", "a", "b"]);
        assert_eq!(design.rows(), [4, 7, 9]);
        assert_eq!(design.matrix().row(1), array![1.0, 2.0, 3.0]);
        let table = Table::new()
            .with_numbers("b", matrix.column(1).to_vec())
            .unwrap()
            .with_numbers("a", matrix.column(0).to_vec())
            .unwrap();
        assert_eq!(design.recipe().apply(&table).unwrap(), design.into_matrix());
    }

    #[test]
    fn a_column_major_matrix_is_the_same_matrix() {
        let rows = array![[1.0, 5.0], [2.0, 3.0], [4.0, 4.0]];
        let columns = array![[1.0, 2.0, 4.0], [5.0, 3.0, 4.0]].reversed_axes();
        let design = |matrix| Design::from_matrix(["a", "b"], matrix, &[0, 1, 2]).unwrap();
        assert_eq!(design(rows), design(columns.clone()));
        assert!(design(columns).matrix().is_standard_layout());
    }

    #[test]
    fn what_is_wrong_with_a_matrix_is_named() {
        let code = |names: &[&str], matrix: Array2<f64>, rows: &[usize]| {
            let error = Design::from_matrix(names.iter().copied(), matrix, rows).unwrap_err();
            (error.code(), error.rows().to_vec(), error.column().map(String::from))
        };
        let good = || array![[1.0, 5.0], [2.0, 3.0], [4.0, 4.0]];
        assert_eq!(code(&["a"], good(), &[0, 1, 2]).0, "length");
        assert_eq!(code(&["a", "b"], good(), &[0, 1]).0, "length");
        assert_eq!(code(&["a", "a"], good(), &[0, 1, 2]).0, "duplicate-column");
        assert_eq!(code(&[], Array2::zeros((0, 0)), &[]).0, "no-rows");
        let mut bad = good();
        bad[[2, 1]] = f64::NAN;
        let expected = ("non-finite", vec![8], Some("b".into()));
        assert_eq!(code(&["a", "b"], bad, &[2, 5, 8]), expected);
        let twice = array![[1.0, 2.0], [2.0, 4.0], [4.0, 8.0]];
        assert_eq!(code(&["a", "b"], twice, &[0, 1, 2]).0, "aliased");
        let ones = array![[1.0, 1.0], [1.0, 4.0], [1.0, 8.0]];
        assert_eq!(code(&["a", "b"], ones, &[0, 1, 2]).0, "constant");
    }
}
