//! The generalised Pareto distribution of what lies above a threshold.

/// The weight of the prior on the shape, in observations at [`PRIOR_SHAPE`].
const PRIOR_WEIGHT: f64 = 10.0;
/// Where the prior pulls the shape of few observations.
const PRIOR_SHAPE: f64 = 0.5;

/// The density (1/σ)(1 + kx/σ)^(−1/k − 1) on x > 0; k = 0 is the exponential.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GeneralisedPareto {
    /// k: moments of order 1/k and more are infinite.
    pub shape: f64,
    /// σ.
    pub scale: f64,
}

impl GeneralisedPareto {
    /// From exceedances in ascending order, with the shape drawn a little towards ½; `None` where none is above 0.
    ///
    /// The profile likelihood in b = −k/σ is averaged over a grid of b that a weak prior spaces. Sources: Zhang &
    /// Stephens 2009, Technometrics 51:316; the pull on the shape is that of Vehtari, Simpson, Gelman, Yao & Gabry
    /// 2024, JMLR 25:72.
    pub(crate) fn fit(ascending: &[f64]) -> Option<Self> {
        let (n, largest) = (ascending.len() as f64, *ascending.last()?);
        let quartile = ascending[(0.25 * n + 0.5).floor().max(1.0) as usize - 1];
        if !(largest > 0.0 && largest.is_finite()) {
            return None;
        }
        // where a quarter of the exceedances are 0 the grid is spaced by what there is above it
        let quartile = if quartile > 0.0 { quartile } else { *ascending.iter().find(|x| **x > 0.0)? };
        let points = 30 + n.sqrt().floor() as usize;
        let grid: Vec<f64> = (1..=points)
            .map(|j| {
                let root = (points as f64 / (j as f64 - 0.5)).sqrt();
                1.0 / largest + (1.0 - root) / (3.0 * quartile)
            })
            .collect();
        let shape_at = |b: f64| ascending.iter().map(|x| (-b * x).ln_1p()).sum::<f64>() / n;
        let profile = |b: &f64| {
            let shape = shape_at(*b);
            n * ((-b / shape).ln() - shape - 1.0)
        };
        let logs: Vec<f64> = grid.iter().map(profile).collect();
        let most = logs.iter().copied().filter(|x| x.is_finite()).fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut mean) = (0.0, 0.0);
        for (b, log) in grid.iter().zip(&logs).filter(|(_, log)| log.is_finite()) {
            let weight = (log - most).exp();
            (sum, mean) = (sum + weight, mean + weight * b);
        }
        let b = mean / sum;
        let shape = shape_at(b);
        let scale = -shape / b;
        let shape = (shape * n + PRIOR_SHAPE * PRIOR_WEIGHT) / (n + PRIOR_WEIGHT);
        (shape.is_finite() && scale.is_finite() && scale > 0.0).then_some(GeneralisedPareto { shape, scale })
    }

    /// The value below which a share `p` lies.
    pub(crate) fn quantile(&self, p: f64) -> f64 {
        let log_above = (-p).ln_1p();
        match self.shape.abs() < 1e-12 {
            true => -self.scale * log_above,
            false => self.scale * (-self.shape * log_above).exp_m1() / self.shape,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// The quantiles of a distribution stand for a sample of it without noise.
    fn ideal(known: GeneralisedPareto, n: usize) -> Vec<f64> {
        (0..n).map(|i| known.quantile((i as f64 + 0.5) / n as f64)).collect()
    }

    #[test]
    fn known_shapes_are_found_again() {
        for shape in [-0.4, -0.1, 0.2, 0.5, 0.7, 1.1] {
            let known = GeneralisedPareto { shape, scale: 2.5 };
            let fit = GeneralisedPareto::fit(&ideal(known, 20_000)).unwrap();
            assert!((fit.shape - shape).abs() < 5e-3, "{} for {shape}", fit.shape);
            assert!((fit.scale / 2.5 - 1.0).abs() < 1e-2, "{} at {shape}", fit.scale);
        }
    }

    #[test]
    fn the_shape_does_not_know_the_unit() {
        let one = GeneralisedPareto::fit(&ideal(GeneralisedPareto { shape: 0.3, scale: 1.0 }, 300)).unwrap();
        let many = GeneralisedPareto::fit(&ideal(GeneralisedPareto { shape: 0.3, scale: 1e9 }, 300)).unwrap();
        assert_relative_eq!(one.shape, many.shape, max_relative = 1e-9);
        assert_relative_eq!(1e9 * one.scale, many.scale, max_relative = 1e-9);
    }

    #[test]
    fn quantiles_invert_the_distribution() {
        for shape in [-0.3, 0.0, 0.6] {
            let known = GeneralisedPareto { shape, scale: 1.7 };
            for p in [0.01, 0.5, 0.999] {
                let x = known.quantile(p);
                let above = match shape == 0.0 {
                    true => (-x / 1.7).exp(),
                    false => (1.0 + shape * x / 1.7).powf(-1.0 / shape),
                };
                assert_relative_eq!(1.0 - above, p, max_relative = 1e-12);
            }
        }
    }

    #[test]
    fn few_observations_are_drawn_towards_one_half() {
        let known = GeneralisedPareto { shape: -0.4, scale: 1.0 };
        let (few, many) = (ideal(known, 10), ideal(known, 10_000));
        let few = GeneralisedPareto::fit(&few).unwrap().shape;
        assert!(few > GeneralisedPareto::fit(&many).unwrap().shape + 0.2, "{few}");
        assert_eq!(GeneralisedPareto::fit(&[0.0, 0.0]), None);
        assert_eq!(GeneralisedPareto::fit(&[]), None);
    }
}
