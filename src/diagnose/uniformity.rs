//! Kolmogorov's distance from the uniform distribution.

/// How far residuals are from uniform.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Uniformity {
    /// The largest distance between the residuals' distribution function and the diagonal.
    pub distance: f64,
    /// Number of residuals.
    pub n: usize,
}

impl Uniformity {
    pub(super) fn of(uniform: &[f64]) -> Self {
        let mut sorted = uniform.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let n = sorted.len() as f64;
        let apart = |(i, u): (usize, &f64)| (u - i as f64 / n).max((i + 1) as f64 / n - u);
        Uniformity { distance: sorted.iter().enumerate().map(apart).fold(0.0, f64::max), n: sorted.len() }
    }

    /// P(a distance at least this large) for independent uniform numbers, by Kolmogorov's limit with Stephens'
    /// correction for n (good to 0.01 from n = 5).
    pub fn p_value(self) -> f64 {
        let root = (self.n as f64).sqrt();
        let t = (root + 0.12 + 0.11 / root) * self.distance;
        if t < 0.2 {
            return 1.0;
        }
        let term = |k: i32| (-2.0 * f64::from(k * k) * t * t).exp();
        let sum: f64 = (1..=100).map(|k| if k % 2 == 1 { term(k) } else { -term(k) }).sum();
        (2.0 * sum).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_and_the_known_quantiles() {
        let even: Vec<f64> = (0..10).map(|i| (f64::from(i) + 0.5) / 10.0).collect();
        assert!((Uniformity::of(&even).distance - 0.05).abs() < 1e-15);
        // 1.3581 and 1.6276 leave 5 % and 1 %
        for (t, p) in [(1.3581, 0.05), (1.6276, 0.01)] {
            let n = 1_000_000;
            let found = Uniformity { distance: t / 1000.12, n }.p_value();
            assert!((found - p).abs() < 1e-5, "{t}: {found}");
        }
        assert_eq!(Uniformity { distance: 0.0, n: 9 }.p_value(), 1.0);
    }
}
