//! The completed table in the caller's units, and how it follows the cells in standard units.

use super::cells::LogProbability;
use ndarray::{Array2, ArrayView2};

/// The completed table, rows by columns, both in the caller's order.
#[derive(Clone)]
pub(super) struct Completed {
    table: Array2<f64>,
    standard: Vec<Standard>,
    /// A row as it is proposed.
    proposed: Vec<f64>,
}

/// A column in tier order: where it stands at the caller's, and its unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standard {
    pub(super) at: usize,
    pub(super) centre: f64,
    pub(super) scale: f64,
}

impl Completed {
    pub(super) fn new(table: Array2<f64>, standard: Vec<Standard>) -> Self {
        Completed { proposed: vec![0.0; table.ncols()], table, standard }
    }

    pub(super) fn table(&self) -> ArrayView2<'_, f64> {
        self.table.view()
    }

    #[cfg(test)]
    pub(super) fn standard(&self) -> &[Standard] {
        &self.standard
    }

    /// Takes over cells in standard units, the same for all `rows`.
    pub(super) fn write(&mut self, rows: &[usize], columns: &[usize], z: &[f64]) {
        for (&column, z) in columns.iter().zip(z) {
            let standard = self.standard[column];
            rows.iter().for_each(|&row| self.table[[row, standard.at]] = standard.back(*z));
        }
    }

    /// Log-probability of what was published about `rows`, were these cells theirs.
    pub(super) fn log_probability(
        &mut self,
        rows: &[usize],
        columns: &[usize],
        z: &[f64],
        outcome: &mut LogProbability<'_>,
    ) -> f64 {
        let mut sum = 0.0;
        for &row in rows {
            let here = self.proposed.iter_mut().zip(self.table.row(row));
            here.for_each(|(to, from)| *to = *from);
            for (&column, z) in columns.iter().zip(z) {
                let standard = self.standard[column];
                self.proposed[standard.at] = standard.back(*z);
            }
            sum += outcome(row, &self.proposed);
        }
        sum
    }
}

impl Standard {
    fn back(self, z: f64) -> f64 {
        self.centre + self.scale * z
    }
}
