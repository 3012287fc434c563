//! Sums of k/(θ+k), the slopes in φ = log θ of Σ log(1 + k/θ).

/// From here on the sums are integrals with the first corrections of Euler and Maclaurin.
const MULTIPLIED_OUT: f64 = 64.0;

/// How far a pair of slopes moves: G = −Σ k/(θ+k) and its own slope K = Σ kθ/(θ+k)².
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Slopes {
    pub g: f64,
    pub k: f64,
}

impl Slopes {
    /// From G and K at y to those at y + 1.
    #[inline(always)]
    pub(super) fn up(&mut self, y: f64, theta: f64) {
        let inverse = 1.0 / (theta + y);
        let share = y * inverse;
        self.g -= share;
        self.k += share * (theta * inverse);
    }

    /// From G and K at y + 1 to those at y.
    #[inline(always)]
    pub(super) fn down(&mut self, y: f64, theta: f64) {
        let inverse = 1.0 / (theta + y);
        let share = y * inverse;
        self.g += share;
        self.k -= share * (theta * inverse);
    }

    /// G and K at `to` less those at `from`; from <= to, and whole numbers below 64.
    pub(super) fn between(from: f64, to: f64, theta: f64) -> Slopes {
        let (mut slopes, mut y) = (Slopes::default(), from);
        while y < to && y < MULTIPLIED_OUT {
            slopes.up(y, theta);
            y += 1.0;
        }
        if y < to {
            let (low, high) = (antiderivative(y - 0.5, theta), antiderivative(to - 0.5, theta));
            slopes.g -= high.g - low.g;
            slopes.k += high.k - low.k;
        }
        slopes
    }
}

/// ∫ of k/(θ+k) and kθ/(θ+k)², less a 24th of the slope there and with 7/5760 of the third.
fn antiderivative(k: f64, theta: f64) -> Slopes {
    let x = k / theta;
    let excess = excess(x);
    let inverse = 1.0 / (theta + k);
    let p = theta * inverse;
    let first = p * inverse;
    let third = first * inverse * inverse;
    Slopes {
        g: theta * (x * (k * inverse) - excess) - first / 24.0 + third * (7.0 / 960.0),
        k: theta * excess + first * (1.0 - 2.0 * p) / 24.0 - third * (1.0 - 4.0 * p) * (7.0 / 960.0),
    }
}

/// log(1+x) − x/(1+x), with all its digits for small x.
pub(super) fn excess(x: f64) -> f64 {
    if x > 0.25 {
        return x.ln_1p() - x / (1.0 + x);
    }
    // log(1+x) = 2 artanh s and x/(1+x) = 2s/(1+s)
    let s = x / (2.0 + x);
    let t = s * s;
    let series = 1.0 / 3.0
        + t * (1.0 / 5.0
            + t * (1.0 / 7.0 + t * (1.0 / 9.0 + t * (1.0 / 11.0 + t * (1.0 / 13.0 + t * (1.0 / 15.0))))));
    2.0 * t * (1.0 / (1.0 + s) + s * series)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_integrals_are_the_sums() {
        for theta in [1e-6, 0.3, 2.0, 11.0, 50.0, 900.0, 1e6, 1e12] {
            for (from, to) in [(0.0, 70.0), (60.0, 400.0), (100.0, 5000.0)] {
                let direct = (from as usize..to as usize).fold(Slopes::default(), |mut slopes, k| {
                    slopes.up(k as f64, theta);
                    slopes
                });
                let near = Slopes::between(from, to, theta);
                assert_relative_eq!(near.g, direct.g, max_relative = 3e-13);
                assert_relative_eq!(near.k, direct.k, max_relative = 3e-12);
            }
        }
    }

    #[test]
    fn the_excess_is_the_same_by_series_and_by_logarithm() {
        for i in 1..=40 {
            let x = f64::from(i) * 0.01;
            assert_relative_eq!(excess(x), x.ln_1p() - x / (1.0 + x), max_relative = 3e-12);
        }
        assert_relative_eq!(excess(1e-9), 5e-19, max_relative = 2e-9);
    }
}
