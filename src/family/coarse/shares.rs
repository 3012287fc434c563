//! The slopes in φ = log θ of log p(y), but for what all counts share: sums over k < y.

/// From here on the sums are integrals with the first corrections of Euler and Maclaurin.
const MULTIPLIED_OUT: f64 = 64.0;

/// How far a pair of slopes moves: H = Σ f(μ−k)/(θ+k), which is ∂φ log p but for a constant, and K = Σ kθ/(θ+k)².
///
/// H is qy − Σ k/(θ+k) without the cancellation that these two suffer where counts are far above θ.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Slopes {
    pub h: f64,
    pub k: f64,
}

/// The mean and size at which slopes are taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shares {
    mu: f64,
    theta: f64,
    f: f64,
}

impl Shares {
    #[inline]
    pub(super) fn new(mu: f64, theta: f64) -> Self {
        Shares { mu, theta, f: theta / (mu + theta) }
    }

    /// From y to y + 1.
    #[inline(always)]
    pub(super) fn up(&self, slopes: &mut Slopes, y: f64) {
        let step = self.step(y);
        slopes.h += step.h;
        slopes.k += step.k;
    }

    /// From y + 1 to y.
    #[inline(always)]
    pub(super) fn down(&self, slopes: &mut Slopes, y: f64) {
        let step = self.step(y);
        slopes.h -= step.h;
        slopes.k -= step.k;
    }

    #[inline(always)]
    fn step(&self, k: f64) -> Slopes {
        let inverse = 1.0 / (self.theta + k);
        Slopes { h: self.f * (self.mu - k) * inverse, k: (k * inverse) * (self.theta * inverse) }
    }

    /// What is at `to` less what is at `from`; from <= to, and whole numbers below 64.
    pub(super) fn between(&self, from: f64, to: f64) -> Slopes {
        let (mut slopes, mut y) = (Slopes::default(), from);
        while y < to && y < MULTIPLIED_OUT {
            self.up(&mut slopes, y);
            y += 1.0;
        }
        if y < to {
            let theta = self.theta;
            let (low, high) = (bend(y - 0.5, theta), bend(to - 0.5, theta));
            slopes.h += self.integral(y - 0.5, to - y) + (high.h - low.h);
            slopes.k += theta * (excess((to - 0.5) / theta) - excess((y - 0.5) / theta)) + (high.k - low.k);
        }
        slopes
    }

    /// ∫ f(μ−k)/(θ+k) = θ(log(1+t) − n/(θ+μ)) over n from `from`, t = n/(θ+from).
    fn integral(&self, from: f64, n: f64) -> f64 {
        let (near, far) = (self.theta + from, self.theta + self.mu);
        let t = n / near;
        if t > 1.0 {
            return self.theta * (t.ln_1p() - n / far);
        }
        // log(1+t) − t by its own series, and t − n/(θ+μ) by hand
        let short = excess(t) - t * (t / (1.0 + t));
        self.theta * (short + t * ((self.mu - from) / far))
    }
}

/// A 24th of the slope of the terms of H and K, its sign changed, and 7/5760 of the third.
fn bend(k: f64, theta: f64) -> Slopes {
    let inverse = 1.0 / (theta + k);
    let p = theta * inverse;
    let first = p * inverse;
    let third = first * inverse * inverse;
    Slopes {
        h: first / 24.0 - third * (7.0 / 960.0),
        k: first * (1.0 - 2.0 * p) / 24.0 - third * (1.0 - 4.0 * p) * (7.0 / 960.0),
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
            for mu in [1e-3, 40.0, 3000.0, 1e7] {
                let shares = Shares::new(mu, theta);
                for (from, to) in [(0.0, 70.0), (60.0, 400.0), (100.0, 5000.0)] {
                    let mut direct = Slopes::default();
                    (from as usize..to as usize).for_each(|k| shares.up(&mut direct, k as f64));
                    let size =
                        (from as usize..to as usize).map(|k| shares.step(k as f64).h.abs()).sum::<f64>();
                    let found = shares.between(from, to);
                    assert_relative_eq!(found.h, direct.h, max_relative = 3e-13, epsilon = 3e-13 * size);
                    assert_relative_eq!(found.k, direct.k, max_relative = 3e-12);
                }
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
