//! A sweep on a table of the shape of the Dutch wijken.

use super::{Column, Gaussian, Level, Measured};
use ndarray::Array2;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use std::time::Instant;

/// 2,918 rows in 388 areas in 42, 27 columns, 5 of them of areas; 1,300 rows with gaps in some hundred patterns.
#[test]
#[ignore = "a measurement: its bound holds on a machine that does nothing else"]
fn a_sweep_over_2918_rows_and_27_columns_takes_less_than_ten_milliseconds() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(51);
    let (n, p) = (2918, 27);
    let mut fine: Vec<u32> = (0..n).map(|_| (388.0 * rng.random::<f64>().powi(2)) as u32).collect();
    fine.sort_unstable();
    let coarse: Vec<u32> = fine.iter().map(|area| area * 42 / 388).collect();
    let patterns: Vec<Vec<usize>> = (0..105)
        .map(|at| (0..1 + at % 12).map(|_| (22.0 * rng.random::<f64>()) as usize).collect())
        .collect();
    let mut values = Array2::<f64>::zeros((n, p));
    for mut row in values.rows_mut() {
        let common: f64 = StandardNormal.sample(&mut rng);
        row.iter_mut()
            .for_each(|x| *x = 0.7 * common + Distribution::<f64>::sample(&StandardNormal, &mut rng));
    }
    let mut cells: Vec<Vec<Option<f64>>> =
        values.columns().into_iter().map(|column| column.iter().copied().map(Some).collect()).collect();
    for row in (0..n).filter(|row| row % 9 < 4) {
        patterns[row % 105].iter().for_each(|&column| cells[column][row] = None);
    }
    for column in &mut cells[22..] {
        let of_area: Vec<Option<f64>> = (0..388).map(|area| column[area]).collect();
        column.iter_mut().zip(&fine).for_each(|(cell, &area)| *cell = of_area[area as usize]);
    }
    let of = |at: usize| if at < 22 { Measured::Rows } else { Measured::Areas(1) };
    let columns: Vec<Column<'_>> =
        cells.iter().enumerate().map(|(at, cells)| Column { name: "x", cells, of: of(at) }).collect();
    let levels = [Level { name: "r", areas: &coarse }, Level { name: "g", areas: &fine }];
    let mut state = Gaussian::new(&columns, &levels).unwrap();
    let start = Instant::now();
    for _ in 0..50 {
        state.sweep_given(&mut rng, &mut |_, row| -0.1 * row.iter().sum::<f64>().powi(2)).unwrap();
    }
    let sweep = start.elapsed().as_secs_f64() / 50.0;
    assert!(sweep < 0.010, "{:.2} ms per sweep", 1e3 * sweep);
}
