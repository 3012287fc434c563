//! Determinants known only in the region, some of them means of a survey.

use super::region::Region;
use crate::error::{ErrorKind, Result};
use crate::table::Table;
use ndarray::{Array2, Axis};

/// A column of a determinant that is known only in the region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    column: String,
    known: Known,
    units: Units,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    Exactly,
    WithError(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Units {
    Own,
    Deviations,
}

impl Extra {
    /// A column taken as the truth.
    pub fn exact(column: &str) -> Self {
        Extra { column: column.into(), known: Known::Exactly, units: Units::Own }
    }

    /// The mean of a survey's answers; another column holds its standard error, row by row, where 0 means none.
    pub fn survey(column: &str, std_error: &str) -> Self {
        Extra { column: column.into(), known: Known::WithError(std_error.into()), units: Units::Own }
    }

    /// Coefficients per standard deviation of the column over the region's rows.
    pub fn z_score(self) -> Self {
        Extra { units: Units::Deviations, ..self }
    }
}

/// Determinants of the region's rows beside the national ones, with the standard errors of those that are survey means.
#[derive(Debug, Clone, PartialEq)]
pub struct Extras {
    pub(super) names: Vec<String>,
    /// Rows along [`Region::rows`], a column for each name.
    pub(super) values: Array2<f64>,
    /// Standard errors of the values; 0 where they are exact.
    pub(super) errors: Array2<f64>,
}

impl Extras {
    /// Reads the columns for the region's rows.
    ///
    /// `table` has the rows that the region was made from. Fails, with all of them, on missing cells, and on a column that
    /// does not vary, on names that repeat, on negative standard errors, and where there is no column.
    pub fn read(region: &Region, table: &Table, wanted: &[Extra]) -> Result<Self> {
        if table.n_rows() != region.n_read {
            let (expected, found) = (region.n_read, table.n_rows());
            return Err(ErrorKind::Length { what: "the table of extras".into(), expected, found }.into());
        }
        let names: Vec<String> = wanted.iter().map(|extra| extra.column.clone()).collect();
        refuse_bad_names(&names, &region.terms)?;
        let columns = wanted.iter().flat_map(|extra| match &extra.known {
            Known::Exactly => vec![&extra.column],
            Known::WithError(error) => vec![&extra.column, error],
        });
        refuse_missing(region, table, columns)?;
        let shape = (region.rows.len(), wanted.len());
        let (mut values, mut errors) = (Array2::zeros(shape), Array2::zeros(shape));
        let mut constant = Vec::new();
        for (j, extra) in wanted.iter().enumerate() {
            let mut value = cells(region, table, &extra.column)?;
            let mut error = match &extra.known {
                Known::Exactly => vec![0.0; shape.0],
                Known::WithError(column) => errors_in(region, table, column)?,
            };
            let (centre, scale) = moments(&value);
            if scale.is_nan() || scale <= f64::EPSILON * centre.abs() {
                constant.push(extra.column.clone());
            }
            if extra.units == Units::Deviations {
                value.iter_mut().for_each(|x| *x = (*x - centre) / scale);
                error.iter_mut().for_each(|x| *x /= scale);
            }
            values.column_mut(j).iter_mut().zip(value).for_each(|(to, from)| *to = from);
            errors.column_mut(j).iter_mut().zip(error).for_each(|(to, from)| *to = from);
        }
        match constant.is_empty() {
            true => Ok(Extras { names, values, errors }),
            false => Err(ErrorKind::Constant { columns: constant }.into()),
        }
    }

    /// Names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Share of each column's variance over the rows that is no sampling error: 1 − mean se²/variance, not below 0.
    ///
    /// A slope on a column taken as the truth shrinks to about this share of itself, the more so beside columns that hang
    /// together with it.
    pub fn reliabilities(&self) -> Vec<f64> {
        let each = self.values.columns().into_iter().zip(self.errors.columns());
        let of = |(values, errors): (ndarray::ArrayView1<'_, f64>, ndarray::ArrayView1<'_, f64>)| {
            let error = errors.iter().map(|se| se * se).sum::<f64>() / errors.len() as f64;
            (1.0 - error / moments(&values.to_vec()).1.powi(2)).max(0.0)
        };
        each.map(of).collect()
    }

    /// Whether some value is known with an error.
    pub fn has_errors(&self) -> bool {
        self.errors.iter().any(|se| *se > 0.0)
    }

    pub(super) fn with_rows(&self, kept: &[usize]) -> Extras {
        Extras {
            names: self.names.clone(),
            values: self.values.select(Axis(0), kept),
            errors: self.errors.select(Axis(0), kept),
        }
    }

    /// The same columns with other values, taken as the truth.
    pub(super) fn with_values(&self, values: Array2<f64>) -> Extras {
        let errors = Array2::zeros(values.raw_dim());
        Extras { names: self.names.clone(), values, errors }
    }

    /// Fails unless the rows are the region's.
    pub(super) fn refuse_other(&self, region: &Region) -> Result<()> {
        let (expected, found) = (region.rows.len(), self.values.nrows());
        match expected == found {
            true => Ok(()),
            false => Err(ErrorKind::Length { what: "the extras".into(), expected, found }.into()),
        }
    }
}

/// Mean and standard deviation, divisor n − 1.
pub(super) fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0)).sqrt())
}

fn refuse_bad_names(names: &[String], national: &[String]) -> Result<()> {
    let repeated = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
    let message = match (names.is_empty(), repeated, names.iter().find(|name| national.contains(name))) {
        (true, ..) => "a second stage needs at least one determinant of its own".into(),
        (_, Some((_, name)), _) => format!("the extra determinant '{name}' is named twice"),
        (.., Some(name)) => format!("'{name}' is a determinant of the national model already"),
        _ => return Ok(()),
    };
    Err(ErrorKind::Specification { message }.into())
}

fn refuse_missing<'n>(
    region: &Region,
    table: &Table,
    columns: impl Iterator<Item = &'n String>,
) -> Result<()> {
    let mut missing = Vec::new();
    for column in columns {
        let cells = table.numbers(column)?;
        let rows: Vec<usize> = region.rows.iter().copied().filter(|&row| cells[row].is_none()).collect();
        if !rows.is_empty() {
            missing.push((column.clone(), rows));
        }
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(ErrorKind::MissingCells { columns: missing }.into()),
    }
}

fn cells(region: &Region, table: &Table, column: &str) -> Result<Vec<f64>> {
    let cells = table.numbers(column)?;
    Ok(region.rows.iter().filter_map(|&row| cells.get(row).copied().flatten()).collect())
}

fn errors_in(region: &Region, table: &Table, column: &str) -> Result<Vec<f64>> {
    let errors = cells(region, table, column)?;
    let negative: Vec<usize> =
        errors.iter().zip(&region.rows).filter(|(se, _)| **se < 0.0).map(|(_, &row)| row + 1).collect();
    match negative.is_empty() {
        true => Ok(errors),
        false => {
            let message = format!("standard errors in column '{column}' are below 0 in rows {negative:?}");
            Err(ErrorKind::Specification { message }.into())
        }
    }
}
