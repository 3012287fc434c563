//! A small table of two levels, some counts withheld, for tests of the passes.
#![allow(clippy::unwrap_used)]

use crate::area::{CodeScope, Placement};
use crate::count::{Count, CountTable};
use crate::determinant::Design;
use crate::model::{Model, Problem};
use ndarray::Array2;

/// `n` rows, three or four to a town and twelve to a region, with determinants x and z.
pub(crate) fn problem(model: Model, n: usize, per_town: usize) -> Problem {
    let codes = |size: usize| (0..n).map(|row| (row / size).to_string()).collect::<Vec<_>>();
    let (region, town) = (codes(12), codes(per_town));
    let placement =
        Placement::from_codes(&[("region", &region), ("town", &town)], CodeScope::Unique).unwrap();
    let counts = (0..n as u64).map(|row| match row % 7 {
        3 => Count::interval(0, 9).unwrap(),
        _ => Count::Exact(row * 7 % 23),
    });
    let counts = CountTable::without_exposure(counts.collect()).unwrap();
    let rows: Vec<usize> = (0..n).collect();
    let x = Array2::from_shape_fn((n, 2), |(row, j)| (row * 5 % 11 + j * (row / 12)) as f64);
    let design = Design::from_matrix(["x", "z"], x, &rows).unwrap();
    model.random_intercept("region").random_intercept("town").check(&placement, &counts, design).unwrap()
}
