//! Special functions of the count likelihoods.

/// log y!
pub(crate) fn ln_factorial(y: f64) -> f64 {
    libm::lgamma(y + 1.0)
}

/// From here on the asymptotic series below are exact to the last digits.
const ASYMPTOTIC: f64 = 12.0;

/// How many terms of a rising product are multiplied out before the Stirling differences take over.
const MULTIPLIED_OUT: f64 = 64.0;

/// `Σ_{k=from}^{to−1}` of log(1 + k/θ), θ/(θ+k) and kθ/(θ+k)², for whole numbers `from <= to`.
///
/// The second and third are the slopes in φ = log θ of the first, but for `to − from`, which the caller cancels
/// against its like. The first is log Γ(to+θ) − log Γ(from+θ) − (to−from) log θ without the cancellation that these three suffer for large θ.
pub(crate) fn log_rising(from: f64, to: f64, theta: f64) -> [f64; 3] {
    if to - from > MULTIPLIED_OUT {
        return log_rising_far(from, to, theta);
    }
    let mut sums = [0.0; 3];
    let mut k = from;
    while k < to {
        let share = k / (theta + k);
        sums[0] += (k / theta).ln_1p();
        sums[1] += 1.0 - share;
        sums[2] += share * (1.0 - share);
        k += 1.0;
    }
    sums
}

/// What [`log_rising`] adds from a whole number `from` to `from + fraction`, `0 <= fraction < 1`, by the gamma function.
///
/// log Γ(from+fraction+θ) − log Γ(from+θ) − fraction·log θ, and its slopes in the convention of [`log_rising`].
pub(crate) fn log_rising_fraction(from: f64, fraction: f64, theta: f64) -> [f64; 3] {
    // steps up carry both ends into the range of the series
    let steps = (ASYMPTOTIC - (theta + from)).ceil().max(0.0);
    let mut sums = log_rising_far(from + steps, from + steps + fraction, theta);
    for step in 0..steps as usize {
        let k = from + step as f64;
        let (low, high) = (theta + k, theta + k + fraction);
        sums[0] -= (fraction / low).ln_1p();
        // θ/(θ+k) and kθ/(θ+k)² of the two ends, differenced
        sums[1] += theta * fraction / (low * high);
        sums[2] -= (k + fraction) * theta / (high * high) - k * theta / (low * low);
    }
    sums
}

fn log_rising_far(from: f64, to: f64, theta: f64) -> [f64; 3] {
    let (x, y) = (theta + from, theta + to);
    if x < ASYMPTOTIC {
        // a few terms by hand carry the lower end into the range of the series
        let middle = (from + (ASYMPTOTIC - x).ceil()).min(to);
        let low = (0..(middle - from) as usize).fold([0.0; 3], |sums, i| {
            let k = from + i as f64;
            let share = k / (theta + k);
            [sums[0] + (k / theta).ln_1p(), sums[1] + (1.0 - share), sums[2] + share * (1.0 - share)]
        });
        let high = log_rising_far(middle, to, theta);
        return [low[0] + high[0], low[1] + high[1], low[2] + high[2]];
    }
    let n = to - from;
    let ratio = (n / x).ln_1p();
    // log Γ(y) − log Γ(x) − n log θ by Stirling, the leading terms differenced by hand
    let value = n * (x / theta).ln() + (y - 0.5) * ratio - n + stirling(y) - stirling(x);
    let psi = ratio - 0.5 / y + 0.5 / x - (psi_tail(y) - psi_tail(x));
    let psi1 = n / (x * y) + 0.5 * n * (x + y) / (x * x * y * y) + psi1_tail(x) - psi1_tail(y);
    [value, theta * psi, theta * psi - theta * theta * psi1]
}

/// log Γ(x) − [(x−½) log x − x + ½ log 2π] for any x > 0: what Stirling's formula leaves.
pub(crate) fn stirling_error(x: f64) -> f64 {
    if x >= ASYMPTOTIC {
        return stirling(x);
    }
    const HALF_LOG_TAU: f64 = 0.918_938_533_204_672_8;
    libm::lgamma(x) - (x - 0.5) * x.ln() + x - HALF_LOG_TAU
}

/// x log(x/mean) − (x − mean), with all its digits where x is near its mean; `distance` is x − mean, which the caller
/// may know better than the difference does.
///
/// Loader's deviance: −log of a Poisson or binomial probability, but for the factors of Stirling.
pub(crate) fn deviance(x: f64, mean: f64, distance: f64) -> f64 {
    let v = distance / (x + mean);
    if v.abs() > 0.1 {
        let ratio = x / mean;
        let log = if ratio.is_finite() { ratio.ln() } else { x.ln() - mean.ln() };
        return x * log - distance;
    }
    // log(x/mean) = 2 artanh v
    let t = v * v;
    let series = 1.0 / 3.0
        + t * (1.0 / 5.0
            + t * (1.0 / 7.0 + t * (1.0 / 9.0 + t * (1.0 / 11.0 + t * (1.0 / 13.0 + t * (1.0 / 15.0))))));
    distance * v + 2.0 * x * v * t * series
}

/// The trigamma function ψ₁(x) = Σ_k 1/(x+k)², x > 0.
pub(crate) fn trigamma(x: f64) -> f64 {
    let steps = (ASYMPTOTIC - x).ceil().max(0.0);
    let far = x + steps;
    let series = 1.0 / far + 0.5 / (far * far) + psi1_tail(far);
    (0..steps as usize).rev().fold(series, |sum, k| sum + (x + k as f64).powi(-2))
}

/// log Γ(x) − [(x−½) log x − x + ½ log 2π], x >= 12.
fn stirling(x: f64) -> f64 {
    let t = 1.0 / (x * x);
    (1.0 / 12.0
        - t * (1.0 / 360.0
            - t * (1.0 / 1260.0 - t * (1.0 / 1680.0 - t * (1.0 / 1188.0 - t * 691.0 / 360360.0)))))
        / x
}

fn psi_tail(x: f64) -> f64 {
    let t = 1.0 / (x * x);
    t * (1.0 / 12.0
        - t * (1.0 / 120.0 - t * (1.0 / 252.0 - t * (1.0 / 240.0 - t * (1.0 / 132.0 - t * 691.0 / 32760.0)))))
}

fn psi1_tail(x: f64) -> f64 {
    let t = 1.0 / (x * x);
    t * (1.0 / 6.0
        - t * (1.0 / 30.0 - t * (1.0 / 42.0 - t * (1.0 / 30.0 - t * (5.0 / 66.0 - t * 691.0 / 2730.0)))))
        / x
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn a_fraction_of_a_step_is_the_gamma_functions_and_its_slopes_are_slopes() {
        for theta in [0.05f64, 0.7, 5.0, 40.0, 1e5] {
            for (from, fraction) in [(0.0, 0.5), (4.0, 0.25), (30.0, 0.5), (100.0, 0.9)] {
                let at = |theta: f64| log_rising_fraction(from, fraction, theta);
                let whole = libm::lgamma(from + fraction + theta)
                    - libm::lgamma(from + theta)
                    - fraction * theta.ln();
                assert_relative_eq!(
                    at(theta)[0],
                    whole,
                    epsilon = 1e-14 * libm::lgamma(from + theta).abs() + 1e-13
                );
                let h = 1e-3;
                let slope = |i: usize| {
                    let f = |h: f64| at(theta * h.exp())[i] - if i == 1 { fraction } else { 0.0 };
                    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
                };
                assert_relative_eq!(at(theta)[1] - fraction, slope(0), epsilon = 1e-9);
                assert_relative_eq!(at(theta)[2], slope(1), epsilon = 1e-9);
            }
        }
    }

    #[test]
    fn trigamma_has_its_known_values_and_its_recurrence() {
        let pi2 = std::f64::consts::PI.powi(2);
        assert_relative_eq!(trigamma(1.0), pi2 / 6.0, max_relative = 2e-15);
        assert_relative_eq!(trigamma(0.5), pi2 / 2.0, max_relative = 2e-15);
        // 1/x + 1/(2x²) + 1/(6x³) is all there is of it in double precision
        assert_relative_eq!(trigamma(1e6), 1e-6 + 5e-13 + 1.0 / 6.0 * 1e-18, max_relative = 1e-15);
        for x in [1e-3, 0.2, 3.7, 11.5, 12.0, 40.0] {
            assert_relative_eq!(trigamma(x) - trigamma(x + 1.0), 1.0 / (x * x), max_relative = 1e-12);
        }
    }

    #[test]
    fn the_rising_product_is_the_same_multiplied_out_and_by_series() {
        for theta in [1e-3, 0.3, 2.0, 50.0, 1e4, 1e8, 1e12] {
            for (from, to) in [(0.0, 70.0), (3.0, 400.0), (100.0, 5000.0)] {
                let direct = (0..(to - from) as usize).fold([0.0; 3], |sum, i| {
                    let k = from + i as f64;
                    let part = log_rising(k, k + 1.0, theta);
                    [sum[0] + part[0], sum[1] + part[1], sum[2] + part[2]]
                });
                let series = log_rising(from, to, theta);
                // theta·(ψ(y)−ψ(x)) − n loses digits as theta grows; what is left is far below one standard error
                let loss = 1e-16 * theta.max(1.0) / 1e-3;
                for i in 0..3 {
                    assert_relative_eq!(
                        direct[i],
                        series[i],
                        max_relative = 1e-11,
                        epsilon = 1e-12 + loss * 1e-3
                    );
                }
            }
        }
    }
}
