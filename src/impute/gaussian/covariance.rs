//! The covariance of one tier's deviations: its prior, and a draw given the deviations.

use super::tier::Tier;
use crate::numeric::dense::Cholesky;
use ndarray::{Array2, ArrayView2};
use rand::Rng;
use rand_distr::{ChiSquared, Distribution, Gamma, StandardNormal};

/// Degrees of freedom of the half-t prior of each standard deviation, where units are many: correlations are uniform.
const FREEDOM: f64 = 2.0;

/// Scale of that half-t prior, in standard deviations of the column.
const SCALE: f64 = 1.0;

/// Units per column from which on the prior holds no more than that.
const UNITS_PER_COLUMN: usize = 3;

/// Variance per unit added to the scatter, in standard units: it keeps columns that nearly equal a combination of others
/// from a covariance that shrinks without end.
const FLOOR: f64 = 1e-6;

/// The precision Σ⁻¹ of the deviations z − z_parent of one tier, with its prior
///
/// ```text
/// Σ | a ~ inverse Wishart(ν + d − 1, 2ν diag(1/a)),   a_j ~ inverse gamma(1/2, 1/SCALE²)
/// ```
///
/// so that each standard deviation is half-t with ν degrees of freedom, whatever the unit of its column. With ν = 2 the
/// correlations are uniform. With n < 3d units ν = 2 + 3d − n: as though the units that lack had no correlation.
#[derive(Clone)]
pub(super) struct Covariance {
    pub(super) precision: Array2<f64>,
    /// a_j.
    spread: Vec<f64>,
    freedom: f64,
}

impl Covariance {
    /// Starts at the same variance for all columns of the tier.
    pub(super) fn new(tier: &Tier, variance: f64) -> Self {
        let (n, d) = tier.values.dim();
        Covariance {
            precision: Array2::from_diag_elem(d, 1.0 / variance),
            spread: vec![1.0; d],
            freedom: FREEDOM + (UNITS_PER_COLUMN * d).saturating_sub(n) as f64,
        }
    }

    /// Draws a and then Σ⁻¹ given the deviations of the tier; `None` where rounding leaves no positive definite matrix.
    pub(super) fn draw(
        &mut self,
        tier: &Tier,
        above: ArrayView2<'_, f64>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Option<()> {
        let (n, d) = tier.values.dim();
        self.draw_spread(rng)?;
        let mut scatter = scatter(tier, above);
        for (j, a) in self.spread.iter().enumerate() {
            scatter[[j, j]] += 2.0 * self.freedom / a + FLOOR * n as f64;
        }
        let factor = Cholesky::new(&scatter.view())?;
        let mut root = bartlett(d, self.freedom + (d + n) as f64 - 1.0, rng)?;
        factor.upper_columns(&mut root);
        for (j, row) in root.rows().into_iter().enumerate() {
            for k in 0..=j {
                let entry = row.dot(&root.row(k));
                self.precision[[j, k]] = entry;
                self.precision[[k, j]] = entry;
            }
        }
        Some(())
    }

    fn draw_spread(&mut self, rng: &mut (impl Rng + ?Sized)) -> Option<()> {
        let d = self.spread.len() as f64;
        let shape = Gamma::new((self.freedom + d) / 2.0, 1.0).ok()?;
        for (j, a) in self.spread.iter_mut().enumerate() {
            *a = (self.freedom * self.precision[[j, j]] + SCALE.powi(-2)) / shape.sample(rng);
        }
        Some(())
    }
}

/// Σ (z − z_parent)(z − z_parent)' over the units, its lower triangle.
fn scatter(tier: &Tier, above: ArrayView2<'_, f64>) -> Array2<f64> {
    let d = tier.values.ncols();
    let mut sums = vec![0.0; d * d];
    let mut deviation = vec![0.0; d];
    for (unit, &parent) in tier.values.rows().into_iter().zip(&tier.parents) {
        let pairs = unit.iter().zip(above.row(parent));
        deviation.iter_mut().zip(pairs).for_each(|(e, (z, m))| *e = z - m);
        for (j, e) in deviation.iter().enumerate() {
            let row = sums[j * d..].iter_mut().zip(&deviation[..=j]);
            row.for_each(|(sum, other)| *sum += e * other);
        }
    }
    Array2::from_shape_fn((d, d), |(j, k)| sums[j * d + k])
}

/// A lower triangle B with BB' ~ Wishart(freedom, 1).
fn bartlett(d: usize, freedom: f64, rng: &mut (impl Rng + ?Sized)) -> Option<Array2<f64>> {
    let mut lower = Array2::zeros((d, d));
    for j in 0..d {
        for k in 0..j {
            lower[[j, k]] = StandardNormal.sample(rng);
        }
        lower[[j, j]] = ChiSquared::new(freedom - j as f64).ok()?.sample(rng).sqrt();
    }
    Some(lower)
}
