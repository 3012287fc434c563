//! The one factor that determinants share.

use super::nest::NestedLevel;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// A standard normal number per row, part of which is common to the rows of an area.
pub(super) struct Factor {
    /// Share of the variance at each level, coarsest first; what is left is the rows' own.
    shares: Vec<f64>,
    /// The part of each level, by row, standard normal.
    parts: Vec<Vec<f64>>,
    own: Vec<f64>,
}

impl Factor {
    pub(super) fn draw(
        shares: Vec<f64>,
        nested: &[NestedLevel],
        rows: usize,
        rng: &mut (impl Rng + ?Sized),
    ) -> Self {
        let parts =
            nested.iter().map(|level| spread(&normals(level.codes.len(), rng), &level.of_row)).collect();
        Factor { shares, parts, own: normals(rows, rng) }
    }

    /// The whole factor, by row.
    pub(super) fn of_rows(&self) -> Vec<f64> {
        let own = (1.0 - self.shares.iter().sum::<f64>()).max(0.0).sqrt();
        let shared = self.sum_of_parts(self.shares.len());
        self.own.iter().zip(shared).map(|(z, s)| own * z + s).collect()
    }

    /// The part that is constant within the areas of a level, brought to variance 1, by row; 0 where nothing is.
    pub(super) fn of_areas(&self, level: usize) -> Vec<f64> {
        let variance: f64 = self.shares[..=level].iter().sum();
        let to_one = if variance > 0.0 { variance.sqrt().recip() } else { 0.0 };
        self.sum_of_parts(level + 1).iter().map(|sum| sum * to_one).collect()
    }

    fn sum_of_parts(&self, levels: usize) -> Vec<f64> {
        let mut sum = vec![0.0; self.own.len()];
        for (share, part) in self.shares.iter().zip(&self.parts).take(levels) {
            sum.iter_mut().zip(part).for_each(|(sum, z)| *sum += share.sqrt() * z);
        }
        sum
    }
}

/// Standard normal numbers.
pub(super) fn normals(n: usize, rng: &mut (impl Rng + ?Sized)) -> Vec<f64> {
    (0..n).map(|_| StandardNormal.sample(rng)).collect()
}

/// The values of areas, brought to their rows.
pub(super) fn spread(areas: &[f64], of_row: &[usize]) -> Vec<f64> {
    of_row.iter().map(|&area| areas[area]).collect()
}
