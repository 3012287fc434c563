//! Worlds drawn from the model itself, for the tests.

use super::{Column, Gaussian, Level, Measured};
use crate::error::Result;
use ndarray::{Array1, Array2};
use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

pub(super) const NAMES: [&str; 4] = ["a", "b", "c", "d"];

pub(super) fn seeded(seed: u64) -> ChaCha12Rng {
    ChaCha12Rng::seed_from_u64(seed)
}

/// Means, and the lower triangles whose squares are the covariances of each level and of the rows.
pub(super) struct World {
    pub(super) mean: Array1<f64>,
    /// How many areas, and the triangle.
    pub(super) levels: Vec<(usize, Array2<f64>)>,
    pub(super) rows: (usize, Array2<f64>),
}

/// A table with its areas.
#[derive(Clone)]
pub(super) struct Drawn {
    pub(super) full: Array2<f64>,
    /// By column.
    pub(super) cells: Vec<Vec<Option<f64>>>,
    pub(super) areas: Vec<Vec<u32>>,
}

impl World {
    /// Equal numbers of units within each.
    pub(super) fn draw(&self, rng: &mut ChaCha12Rng) -> Drawn {
        let n = self.rows.0;
        let mut full = Array2::zeros((n, self.mean.len()));
        full.rows_mut().into_iter().for_each(|mut row| row += &self.mean);
        let mut areas = Vec::new();
        for (n_areas, triangle) in &self.levels {
            let effects: Vec<Array1<f64>> = (0..*n_areas).map(|_| normal(triangle, rng)).collect();
            let of_row: Vec<u32> = (0..n).map(|row| (row * n_areas / n) as u32).collect();
            full.rows_mut()
                .into_iter()
                .zip(&of_row)
                .for_each(|(mut row, &area)| row += &effects[area as usize]);
            areas.push(of_row);
        }
        full.rows_mut().into_iter().for_each(|mut row| row += &normal(&self.rows.1, rng));
        let cells =
            full.columns().into_iter().map(|column| column.iter().copied().map(Some).collect()).collect();
        Drawn { full, cells, areas }
    }
}

fn normal(triangle: &Array2<f64>, rng: &mut ChaCha12Rng) -> Array1<f64> {
    let noise: Array1<f64> = (0..triangle.ncols()).map(|_| StandardNormal.sample(rng)).collect();
    triangle.dot(&noise)
}

impl Drawn {
    /// Deletes cells of a column with a probability that depends on the row.
    pub(super) fn delete(&mut self, column: usize, chance: impl Fn(usize) -> f64, rng: &mut ChaCha12Rng) {
        for row in 0..self.full.nrows() {
            if rng.random::<f64>() < chance(row) {
                self.cells[column][row] = None;
            }
        }
    }

    pub(super) fn gaussian_of(&self, measured: &[Measured]) -> Result<Gaussian> {
        let columns: Vec<Column<'_>> = (self.cells.iter().zip(measured).zip(NAMES))
            .map(|((cells, &of), name)| Column { name, cells, of })
            .collect();
        let levels: Vec<Level<'_>> =
            self.areas.iter().zip(["r", "g"]).map(|(areas, name)| Level { name, areas }).collect();
        Gaussian::new(&columns, &levels)
    }

    pub(super) fn gaussian(&self) -> Gaussian {
        self.gaussian_of(&vec![Measured::Rows; self.cells.len()]).unwrap()
    }

    /// Rows of which every cell is observed.
    pub(super) fn complete(&self) -> Vec<usize> {
        (0..self.full.nrows()).filter(|&row| self.cells.iter().all(|cells| cells[row].is_some())).collect()
    }
}

pub(super) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
