//! Mixtures of χ² distributions: what a likelihood ratio follows where parameters stand at the edge of their space.

use ndarray::Array2;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF};
use std::f64::consts::PI;

/// The distribution Σ_j w_j χ²_{k+j}: chi-bar-squared.
///
/// Of k parameters inside their space and b at its edge the weight of k + j degrees of freedom is the probability that j of
/// b normal estimates, at the edge in truth, come out inside. One parameter at the edge: ½ and ½. Sources: Self & Liang
/// 1987, JASA 82:605; Stram & Lee 1994, Biometrics 50:1171; the weights up to b = 3: Kudo 1963, Biometrika 50:403.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChiBarSquared {
    free: usize,
    weights: Vec<f64>,
}

impl ChiBarSquared {
    /// χ² with this many degrees of freedom.
    pub(super) fn plain(free: usize) -> Self {
        ChiBarSquared { free, weights: vec![1.0] }
    }

    /// `correlation` is that of the estimates at the edge, all others left to themselves; three at most.
    pub(super) fn of(free: usize, correlation: &Array2<f64>) -> Option<Self> {
        let r = |i: usize, j: usize| correlation[[i, j]].clamp(-1.0, 1.0);
        let weights = match correlation.nrows() {
            0 => vec![1.0],
            1 => vec![0.5, 0.5],
            2 => {
                let both = 0.25 + r(0, 1).asin() / (2.0 * PI);
                vec![0.5 - both, 0.5, both]
            }
            3 => {
                let partial = |i: usize, j: usize, k: usize| {
                    let rest = (1.0 - r(i, k).powi(2)) * (1.0 - r(j, k).powi(2));
                    ((r(i, j) - r(i, k) * r(j, k)) / rest.max(f64::MIN_POSITIVE).sqrt()).clamp(-1.0, 1.0)
                };
                let angles = r(0, 1).acos() + r(0, 2).acos() + r(1, 2).acos();
                let partial_angles =
                    partial(0, 1, 2).acos() + partial(0, 2, 1).acos() + partial(1, 2, 0).acos();
                let three = (2.0 * PI - angles) / (4.0 * PI);
                let two = (3.0 * PI - partial_angles) / (4.0 * PI);
                vec![0.5 - two, 0.5 - three, two, three]
            }
            _ => return None,
        };
        Some(ChiBarSquared { free, weights })
    }

    /// Degrees of freedom and weight of each part.
    pub fn parts(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.weights.iter().enumerate().map(|(j, weight)| (self.free + j, *weight))
    }

    /// P(T >= statistic).
    pub fn tail(&self, statistic: f64) -> f64 {
        let of = |(df, weight): (usize, f64)| match df {
            _ if statistic <= 0.0 => weight,
            0 => 0.0,
            df => weight * ChiSquared::new(df as f64).map_or(0.0, |chi| chi.sf(statistic)),
        };
        self.parts().map(of).sum()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::numeric::dense::Cholesky;
    use approx::assert_relative_eq;
    use ndarray::{Array1, array};
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};

    #[test]
    fn uncorrelated_estimates_have_binomial_weights() {
        for (b, expected) in
            [(1, vec![0.5, 0.5]), (2, vec![0.25, 0.5, 0.25]), (3, vec![0.125, 0.375, 0.375, 0.125])]
        {
            let mixture = ChiBarSquared::of(0, &Array2::eye(b)).unwrap();
            for (weight, expected) in mixture.weights.iter().zip(expected) {
                assert_relative_eq!(*weight, expected, max_relative = 1e-12);
            }
        }
    }

    #[test]
    fn one_variance_halves_the_p_value() {
        let half = ChiBarSquared::of(0, &Array2::eye(1)).unwrap();
        assert_relative_eq!(half.tail(2.705_543_454_095_4), 0.05, max_relative = 1e-9);
        assert_eq!(half.tail(0.0), 1.0);
        let plain = ChiBarSquared::plain(1);
        assert_relative_eq!(plain.tail(3.841_458_820_694_124), 0.05, max_relative = 1e-9);
    }

    /// z'V⁻¹z less its minimum over t >= 0 of (z−t)'V⁻¹(z−t), by all subsets of coordinates held at 0.
    fn projected(z: &Array1<f64>, covariance: &Array2<f64>) -> f64 {
        let n = z.len();
        let mut best = f64::INFINITY;
        for zeros in 0..1usize << n {
            let held: Vec<usize> = (0..n).filter(|i| zeros >> i & 1 == 1).collect();
            let (mut t, mut distance) = (z.clone(), 0.0);
            if !held.is_empty() {
                let block =
                    Array2::from_shape_fn((held.len(), held.len()), |(a, b)| covariance[[held[a], held[b]]]);
                let pull = Cholesky::new(&block.view()).unwrap();
                let pull = pull.solve(&held.iter().map(|i| z[*i]).collect::<Array1<f64>>().view());
                for i in 0..n {
                    t[i] -= held.iter().zip(&pull).map(|(h, p)| covariance[[i, *h]] * p).sum::<f64>();
                }
                distance = held.iter().zip(&pull).map(|(h, p)| z[*h] * p).sum();
            }
            if t.iter().all(|t| *t > -1e-12) {
                best = best.min(distance);
            }
        }
        z.dot(&Cholesky::new(&covariance.view()).unwrap().solve(&z.view())) - best
    }

    #[test]
    fn tails_are_those_of_projected_normal_draws() {
        let mut rng = ChaCha12Rng::seed_from_u64(8);
        let two = array![[1.0, -0.6], [-0.6, 1.0]];
        let three = array![[1.0, 0.5, -0.3], [0.5, 1.0, 0.2], [-0.3, 0.2, 1.0]];
        for covariance in [two, three] {
            let lower = Cholesky::new(&covariance.view()).unwrap().lower();
            let mixture = ChiBarSquared::of(0, &covariance).unwrap();
            let draws: Vec<f64> = (0..40_000)
                .map(|_| {
                    let normal: Array1<f64> =
                        (0..covariance.nrows()).map(|_| StandardNormal.sample(&mut rng)).collect();
                    projected(&lower.dot(&normal), &covariance)
                })
                .collect();
            for statistic in [1e-9, 1.0, 3.0, 6.0] {
                let share = draws.iter().filter(|t| **t >= statistic).count() as f64 / 40_000.0;
                assert!((share - mixture.tail(statistic)).abs() < 0.008, "{statistic}: {share} {mixture:?}");
            }
        }
    }
}
