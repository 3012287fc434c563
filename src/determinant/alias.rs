//! Which columns say nothing new, and how near the others come to that.

use super::INTERCEPT;
use super::factor::{Triangle, inverse_gram_diagonal, singular_values, solve_upper};
use super::precision::Precision;
use super::report::VarianceInflation;
use crate::error::Alias;
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use ndarray_linalg::krylov::{MGS, Orthogonalizer};

/// What was found about the columns of a design; positions are those of the matrix.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Findings {
    /// Columns that do not vary, each with its value.
    pub(super) constant: Vec<(usize, f64)>,
    /// Columns that a combination of earlier ones equals.
    pub(super) aliased: Vec<(usize, Alias)>,
    /// Of the other columns, each centred and of unit length.
    pub(super) condition_number: f64,
    /// Of the other columns but the intercept.
    pub(super) variance_inflation: Vec<VarianceInflation>,
}

/// A column is aliased when the part of it that earlier ones do not hold is shorter than this, relative to the centred
/// column. The information matrix holds squares: 1e-18 is below its precision, so such a column has no estimate.
const TOLERANCE: f64 = 1e-9;

/// How many times the rounding of the columns in a combination may exceed what rounding should leave.
const ROUNDING: f64 = 8.0;

/// Parts of a combination smaller than this, relative to the column it makes, are rounding.
const NEGLIGIBLE: f64 = 1e-7;

/// Examines a design whose first column is the intercept.
///
/// Columns are centred and brought to unit length, so neither a large mean nor the unit of measurement plays a role;
/// earlier columns are kept and later ones found aliased.
pub(super) fn examine(matrix: ArrayView2<'_, f64>, names: &[String], precision: &[Precision]) -> Findings {
    let (bounds, mut constant, mut units) = (bounds(matrix), Vec::new(), vec![Unit::INTERCEPT]);
    for column in 1..matrix.ncols() {
        let ((lowest, highest), precision) = (bounds[column], precision[column]);
        match precision.is_constant(lowest, highest) {
            true => constant.push((column, lowest)),
            false => units.push(Unit {
                column,
                centre: lowest / 2.0 + highest / 2.0,
                length: highest / 2.0 - lowest / 2.0,
                rounding: precision.grain,
            }),
        }
    }
    let triangle = unit_triangle(matrix, &mut units);
    let Independent { factor, aliased } = independent(&triangle, &units, names);
    let centred: Vec<&[f64]> = factor.iter().skip(1).map(|(_, column)| &column[1..]).collect();
    let inflation = inverse_gram_diagonal(&centred);
    let kept = factor.iter().skip(1).map(|(unit, _)| &names[units[*unit].column]);
    Findings {
        constant,
        aliased,
        condition_number: condition_number(&centred),
        variance_inflation: kept
            .zip(inflation)
            .map(|(column, factor)| VarianceInflation { column: column.clone(), factor })
            .collect(),
    }
}

/// How a column was brought to the common scale: `(x - centre) / length` has unit length once the mean is out.
#[derive(Debug, Clone, Copy)]
struct Unit {
    column: usize,
    centre: f64,
    length: f64,
    /// Length of the column's rounding errors, on the common scale.
    rounding: f64,
}

impl Unit {
    const INTERCEPT: Unit = Unit { column: 0, centre: 0.0, length: 1.0, rounding: 0.0 };
}

fn bounds(matrix: ArrayView2<'_, f64>) -> Vec<(f64, f64)> {
    let mut bounds = vec![(f64::INFINITY, f64::NEG_INFINITY); matrix.ncols()];
    for row in matrix.rows() {
        for ((lowest, highest), &x) in bounds.iter_mut().zip(row) {
            *lowest = lowest.min(x);
            *highest = highest.max(x);
        }
    }
    bounds
}

/// The triangle of the columns, each of unit length outside the intercept's direction, which is the first row.
fn unit_triangle(matrix: ArrayView2<'_, f64>, units: &mut [Unit]) -> Array2<f64> {
    let mut triangle = Triangle::new(units.len());
    for row in matrix.rows() {
        triangle.push(units.iter().map(|unit| (row[unit.column] - unit.centre) / unit.length));
    }
    let mut triangle = triangle.finish();
    let all_rows = (matrix.nrows() as f64).sqrt();
    for (at, (mut column, unit)) in triangle.columns_mut().into_iter().zip(units).enumerate() {
        let varying = column.slice_axis(Axis(0), Slice::from(at.min(1)..));
        let length = varying.dot(&varying).sqrt();
        column /= length;
        unit.length *= length;
        unit.rounding *= all_rows / unit.length;
    }
    triangle
}

/// The columns that are no combination of earlier ones, and the aliases.
struct Independent {
    /// Position among the units, and the column of the triangular factor down to its diagonal.
    factor: Vec<(usize, Vec<f64>)>,
    aliased: Vec<(usize, Alias)>,
}

fn independent(triangle: &Array2<f64>, units: &[Unit], names: &[String]) -> Independent {
    let mut basis = MGS::new(triangle.nrows(), TOLERANCE);
    let (mut kept, mut factor, mut aliased) = (Vec::<usize>::new(), Vec::<Vec<f64>>::new(), Vec::new());
    for (at, column) in triangle.columns().into_iter().enumerate() {
        let coordinates = basis.coeff(column).to_vec();
        let mut combination = coordinates[..factor.len()].to_vec();
        solve_upper(&factor, &mut combination);
        let parts = || combination.iter().zip(kept.iter().map(|&unit| units[unit]));
        let rounding: f64 = parts().map(|(part, unit)| part.abs() * unit.rounding).sum();
        // Where rounding alone leaves more than the tolerance, the column is measured in units of that.
        let doubt = (ROUNDING * (rounding + units[at].rounding) / TOLERANCE).max(1.0);
        let measured: Array1<f64> = &column / doubt;
        if basis.append(measured).is_dependent() {
            let alias = alias(&units[at], parts().collect(), names);
            aliased.push((units[at].column, alias));
        } else {
            kept.push(at);
            factor.push(coordinates);
        }
    }
    Independent { factor: kept.into_iter().zip(factor).collect(), aliased }
}

/// Writes a combination of unit columns as one of the columns themselves.
fn alias(unit: &Unit, parts: Vec<(&f64, Unit)>, names: &[String]) -> Alias {
    let mut constant = unit.centre;
    let mut size = unit.centre.abs();
    let mut equals = Vec::new();
    for (&part, other) in parts {
        let factor = part * unit.length / other.length;
        if other.column == 0 {
            constant += factor;
            size = size.max(unit.length / other.length);
        } else if part.abs() > NEGLIGIBLE {
            constant -= factor * other.centre;
            size = size.max((factor * other.centre).abs());
            equals.push((names[other.column].clone(), factor));
        }
    }
    if constant.abs() > NEGLIGIBLE * size {
        equals.insert(0, (INTERCEPT.into(), constant));
    }
    Alias { column: names[unit.column].clone(), equals }
}

/// Largest over smallest singular value of an upper triangle given by its columns; 1 without columns.
fn condition_number(columns: &[&[f64]]) -> f64 {
    let mut square = Array2::zeros((columns.len(), columns.len()));
    for (j, column) in columns.iter().enumerate() {
        column.iter().enumerate().for_each(|(i, &x)| square[[i, j]] = x);
    }
    let values = singular_values(&square);
    let largest = values.iter().copied().fold(f64::NAN, f64::max);
    let smallest = values.iter().copied().fold(f64::NAN, f64::min);
    match values.is_empty() {
        true => 1.0,
        false => largest / smallest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliased(columns: &[&dyn Fn(usize) -> f64]) -> Vec<usize> {
        let matrix = Array2::from_shape_fn((50, columns.len() + 1), |(row, column)| {
            column.checked_sub(1).map_or(1.0, |column| columns[column](row))
        });
        let names: Vec<String> = (0..matrix.ncols()).map(|at| format!("x{at}")).collect();
        let precision: Vec<Precision> =
            matrix.columns().into_iter().map(|column| Precision::of(column.iter().copied())).collect();
        let found = examine(matrix.view(), &names, &precision);
        assert!(found.constant.is_empty());
        found.aliased.iter().map(|(column, _)| *column).collect()
    }

    #[test]
    fn what_is_left_of_a_column_decides_and_not_its_unit() {
        let (x, y) = (|row| (row * row % 23) as f64, |row| (row * row * row % 29) as f64);
        for unit in [1e-8, 1.0, 1e8] {
            let nearly = |part: f64| move |row| unit * (x(row) + part * y(row));
            assert_eq!(aliased(&[&x, &nearly(1e-11)]), [2]);
            assert!(aliased(&[&x, &nearly(1e-7)]).is_empty());
        }
    }

    #[test]
    fn years_and_their_squares_are_not_aliased() {
        let year = |row| 2015.0 + (row % 5) as f64;
        assert!(aliased(&[&year, &|row| year(row) * year(row)]).is_empty());
    }

    #[test]
    fn dummies_of_all_categories_fall_into_the_trap() {
        let dummy = |category: usize| move |row: usize| if row % 3 == category { 1.0 } else { 0.0 };
        assert_eq!(aliased(&[&dummy(0), &dummy(1), &dummy(2)]), [3]);
    }
}
