//! The distribution of a count whose log mean is normal, with all digits in both tails.

use super::Scatter;
use crate::numeric::legendre::SIXTEEN;
use crate::numeric::special::stirling_error;
use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// A count y with mean exp(η), η ~ N(location, sd²): Poisson or NB2 given η.
///
/// As a function of η, P(y <= k | η) falls from 1 to 0, and what it falls by is a density: log-gamma for a Poisson, log of
/// a beta ratio for NB2, with x = k + 1 events in both,
///
/// ```text
/// g_k(η) = exp(xη − e^η)/Γ(x)   or   p^θ q^x / B(θ, x),  q = μ/(μ+θ), p = 1 − q.
/// ```
///
/// Integration by parts then leaves P(y <= k) = ∫ Φ((η − location)/sd) g_k(η) dη, whose integrand is log-concave and free
/// of any distribution function of the family; with sd = 0 it is the tail of g_k beyond the location.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CountMixture {
    scatter: Scatter,
    location: f64,
    sd: f64,
}

/// Below this share of its own width a normal distribution is a point.
const POINT: f64 = 1e-9;

/// Panels end where one adds less than this share of the whole.
const NEGLIGIBLE: f64 = 1e-17;

/// More panels than any tail takes.
const MOST: usize = 400;

/// Panels this many standard deviations of the integrand long: sixteen nodes have thirteen digits of it.
const PANEL: f64 = 1.5;

/// Which tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// y <= k.
    Lower,
    /// y > k.
    Upper,
}

impl CountMixture {
    /// A count of log mean N(location, sd²).
    pub(crate) fn new(scatter: Scatter, location: f64, sd: f64) -> Self {
        CountMixture { scatter, location, sd }
    }

    /// P(y <= k); 0 below 0.
    pub(crate) fn at_most(&self, k: f64) -> f64 {
        if k < 0.0 { 0.0 } else { self.tail(k.floor(), Tail::Lower) }
    }

    /// P(y > k); 1 below 0.
    pub(crate) fn above(&self, k: f64) -> f64 {
        match k {
            k if k < 0.0 => 1.0,
            k if k == f64::INFINITY => 0.0,
            k => self.tail(k.floor(), Tail::Upper),
        }
    }

    /// Whether `k` lies above the middle of the distribution, where the upper tail is the smaller.
    pub(crate) fn is_high(&self, k: f64) -> bool {
        k > self.location.exp()
    }

    fn tail(&self, k: f64, tail: Tail) -> f64 {
        let density = LogDensity::new(self.scatter, k);
        let sd = if self.sd < POINT * density.width() { 0.0 } else { self.sd };
        Integrand { density, location: self.location, sd, tail }.integral().min(1.0)
    }
}

/// log g_k.
#[derive(Debug, Clone, Copy)]
struct LogDensity {
    /// k + 1.
    events: f64,
    /// θ; infinite for a Poisson.
    theta: f64,
    /// Where it peaks: at a mean of k + 1, whatever θ.
    peak: f64,
    /// log g_k there.
    log_height: f64,
    /// q at the peak.
    q: f64,
}

impl LogDensity {
    fn new(scatter: Scatter, k: f64) -> Self {
        let events = k + 1.0;
        let (theta, q, errors) = match scatter {
            Scatter::Poisson => (f64::INFINITY, 0.0, 0.0),
            Scatter::NegBin2 { theta } => {
                let errors = stirling_error(theta + events) - stirling_error(theta);
                (theta, events / (theta + events), errors)
            }
        };
        let log_height = 0.5 * (events * (1.0 - q) / TAU).ln() + errors - stirling_error(events);
        LogDensity { events, theta, peak: events.ln(), log_height, q }
    }

    /// A standard deviation of the density, near its peak.
    fn width(&self) -> f64 {
        (self.events * (1.0 - self.q)).sqrt().recip()
    }

    fn at(&self, eta: f64) -> f64 {
        let step = eta - self.peak;
        let growth = step.exp_m1();
        let fall = match self.theta == f64::INFINITY {
            true => self.events * (growth - step),
            false => (self.theta + self.events) * ((self.q * growth).ln_1p() - self.q * step),
        };
        self.log_height - fall
    }

    /// Slope, and minus the curvature.
    fn slope(&self, eta: f64) -> (f64, f64) {
        let growth = (eta - self.peak).exp_m1();
        if self.theta == f64::INFINITY {
            return (-self.events * growth, self.events * (1.0 + growth));
        }
        let all = self.theta + self.events;
        let q = self.q * (1.0 + growth) / (1.0 + self.q * growth);
        (self.events - all * q, all * q * (1.0 - q))
    }
}

/// g_k(η) Φ(±(η − location)/sd).
#[derive(Debug, Clone, Copy)]
struct Integrand {
    density: LogDensity,
    location: f64,
    sd: f64,
    tail: Tail,
}

impl Integrand {
    /// Panels from the largest value outwards, both ways, until nothing is left.
    fn integral(&self) -> f64 {
        let start = self.mode();
        let mut total = 0.0;
        for direction in [1.0, -1.0] {
            let mut at = start;
            for _ in 0..MOST {
                let next = self.within(at + direction * self.panel(at, direction));
                if next == at {
                    break;
                }
                let part = self.over(at, next);
                total += part;
                if part <= NEGLIGIBLE * total {
                    break;
                }
                at = next;
            }
        }
        total
    }

    fn over(&self, from: f64, to: f64) -> f64 {
        let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
        let pair = |(node, weight): (f64, f64)| {
            weight * (self.value(middle - half * node) + self.value(middle + half * node))
        };
        half.abs() * SIXTEEN.into_iter().map(pair).sum::<f64>()
    }

    fn value(&self, eta: f64) -> f64 {
        let density = self.density.at(eta).exp();
        if self.sd == 0.0 { density } else { density * phi(self.score(eta)) }
    }

    /// How many sd inside the tail η lies.
    fn score(&self, eta: f64) -> f64 {
        let distance = (eta - self.location) / self.sd;
        if self.tail == Tail::Lower { distance } else { -distance }
    }

    /// The side of a location known without error that belongs to the tail.
    fn within(&self, eta: f64) -> f64 {
        match (self.sd == 0.0, self.tail) {
            (false, _) => eta,
            (true, Tail::Lower) => eta.max(self.location),
            (true, Tail::Upper) => eta.min(self.location),
        }
    }

    /// Where the integrand is largest, by halving: it lies between the peak of g and a few sd beyond the location.
    fn mode(&self) -> f64 {
        if self.sd == 0.0 {
            return self.within(self.density.peak);
        }
        let sign = if self.tail == Tail::Lower { 1.0 } else { -1.0 };
        let (mut near, mut far) = (self.density.peak, self.location + sign * 10.0 * self.sd);
        if sign * (far - near) <= 0.0 {
            return near;
        }
        for _ in 0..60 {
            let middle = 0.5 * (near + far);
            let slope = self.density.slope(middle).0 + sign * mills(self.score(middle)) / self.sd;
            if sign * slope > 0.0 {
                near = middle
            } else {
                far = middle
            }
            if (far - near).abs() < 0.05 * self.density.width().min(self.sd) {
                break;
            }
        }
        0.5 * (near + far)
    }

    /// The length of a panel that starts here: short beside the widths of both factors and beside the fall of the whole.
    fn panel(&self, at: f64, direction: f64) -> f64 {
        let (mut slope, curvature) = self.density.slope(at);
        let mut length = (PANEL / curvature.sqrt()).min(2.0);
        if self.sd > 0.0 {
            let score = self.score(at);
            let sign = if self.tail == Tail::Lower { 1.0 } else { -1.0 };
            slope += sign * mills(score) / self.sd;
            length = length.min(self.sd * (0.5 * score).max(PANEL));
        }
        if slope * direction < 0.0 {
            length = length.min(8.0 / slope.abs());
        }
        length
    }
}

/// Φ.
fn phi(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// φ(x)/Φ(x).
fn mills(x: f64) -> f64 {
    if x < -30.0 {
        return -x;
    }
    (-0.5 * x * x).exp() / (TAU.sqrt() * phi(x))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use statrs::distribution::{DiscreteCDF, Poisson};

    const THETAS: [f64; 4] = [0.3, 4.0, 900.0, 1e9];

    fn families() -> impl Iterator<Item = Scatter> {
        std::iter::once(Scatter::Poisson).chain(THETAS.map(|theta| Scatter::NegBin2 { theta }))
    }

    /// log P(y | η), from logarithms of the gamma function.
    fn log_probability(scatter: Scatter, y: f64, eta: f64) -> f64 {
        let Scatter::NegBin2 { theta } = scatter else {
            return y * eta - eta.exp() - libm::lgamma(y + 1.0);
        };
        let rising: f64 = (0..y as usize).map(|k| (k as f64 / theta).ln_1p()).sum();
        rising - libm::lgamma(y + 1.0) + y * eta - (y + theta) * (eta.exp() / theta).ln_1p()
    }

    /// P(y <= k) by summing and a trapezium of many points, whose error falls faster than any power.
    fn summed(scatter: Scatter, location: f64, sd: f64, k: u32) -> f64 {
        const POINTS: i32 = 1500;
        let step = 9.0 / f64::from(POINTS);
        let at = |i: i32| {
            let z = f64::from(i) * step;
            let eta = location + sd * z;
            let below: f64 = (0..=k).map(|y| log_probability(scatter, f64::from(y), eta).exp()).sum();
            below * (-0.5 * z * z).exp() * step / TAU.sqrt()
        };
        (-POINTS..=POINTS).map(at).sum()
    }

    #[test]
    fn it_is_the_sum_of_the_mixed_probabilities() {
        for scatter in families() {
            for (location, sd) in [(-2.0, 0.3), (0.5, 1.2), (3.0, 0.02), (3.0, 0.6)] {
                let mixture = CountMixture::new(scatter, location, sd);
                for k in [0, 1, 4, 20, 60] {
                    let wanted = summed(scatter, location, sd, k);
                    let (below, above) = (mixture.at_most(f64::from(k)), mixture.above(f64::from(k)));
                    assert_relative_eq!(below, wanted, max_relative = 1e-11, epsilon = 1e-300);
                    assert!((below + above - 1.0).abs() < 2e-13, "{scatter:?} {location} {sd} {k}");
                }
            }
        }
    }

    #[test]
    fn without_spread_it_is_the_familys_own() {
        for mean in [0.02f64, 3.0, 250.0, 4e5] {
            let mixture = CountMixture::new(Scatter::Poisson, mean.ln(), 0.0);
            let known = Poisson::new(mean).unwrap();
            for z in [-6.0, -1.0, 0.0, 2.0, 7.0] {
                let k = (mean + z * mean.sqrt()).floor().max(0.0);
                assert_relative_eq!(mixture.at_most(k), known.cdf(k as u64), max_relative = 1e-9);
                assert_relative_eq!(
                    mixture.above(k),
                    known.sf(k as u64),
                    max_relative = 1e-9,
                    epsilon = 1e-300
                );
            }
        }
    }

    #[test]
    fn both_tails_keep_their_digits_far_out() {
        for scatter in families() {
            for (location, sd) in [(2.0, 0.0), (2.0, 1e-6), (2.0, 0.1), (2.0, 1.0), (7.0, 0.3)] {
                let mixture = CountMixture::new(scatter, location, sd);
                // P(y = k) three times: as differences of either tail, and beside the neighbouring tail
                let k = (location.exp() * 0.4).floor();
                let (low, high) = (mixture.at_most(k) - mixture.at_most(k - 1.0), mixture.at_most(k));
                assert!(low > 0.0 && low <= high, "{scatter:?} {location} {sd}");
                let far = location.exp() * 40.0;
                let tails = [far, far + 1.0].map(|k| mixture.above(k));
                assert!(tails[0] >= tails[1] && tails[1] >= 0.0, "{scatter:?} {location} {sd}: {tails:?}");
            }
        }
        // P(y = 0) at a mean of e^6 and sd ½ comes from ten sd below
        let mixture = CountMixture::new(Scatter::Poisson, 6.0, 0.5);
        assert_relative_eq!(mixture.at_most(0.0), summed_far(6.0, 0.5), max_relative = 1e-11);
    }

    /// P(y = 0) where the mass lies many sd from the middle.
    fn summed_far(location: f64, sd: f64) -> f64 {
        let step = 1e-4;
        let at = |i: i32| {
            let z = -16.0 + f64::from(i) * step;
            (-(location + sd * z).exp() - 0.5 * z * z).exp() * step / TAU.sqrt()
        };
        (0..160_000).map(at).sum()
    }
}
