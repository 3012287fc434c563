//! What moves in time: the joint density of the states of an area, and its slope in the correlation.

use super::layout::State;
use super::pattern::Pattern;
use super::specification::InTime;
use std::ops::Range;

/// States in units of their standard deviation: x_t | x_s ~ N(φ x_s, v) along each area, with φ and v by the gap between
/// them.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    how: InTime,
    links: Vec<Link>,
}

/// One state, with the positions of what it adds to the precision.
#[derive(Debug, Clone, Copy)]
struct Link {
    at: usize,
    diagonal: usize,
    before: Option<Before>,
    gap: f64,
}

#[derive(Debug, Clone, Copy)]
struct Before {
    at: usize,
    diagonal: usize,
    /// The entry that couples the two.
    between: usize,
}

/// φ and v of one state given the one before, and their slopes in ρ.
#[derive(Debug, Clone, Copy)]
struct Transition {
    share: f64,
    variance: f64,
    share_slope: f64,
    variance_slope: f64,
}

impl Chain {
    pub(super) fn new(how: InTime, unknowns: Range<usize>, states: &[State], pattern: &Pattern) -> Self {
        let link = |(at, state): (usize, &State)| Link {
            at,
            diagonal: pattern.diagonal(at),
            gap: state.gap,
            before: state.before.map(|before| Before {
                at: before as usize,
                diagonal: pattern.diagonal(before as usize),
                between: pattern.position(before, at as u32) as usize,
            }),
        };
        Chain { how, links: unknowns.zip(states).map(link).collect() }
    }

    fn transition(&self, link: &Link, rho: f64) -> Transition {
        match (self.how, link.before) {
            (InTime::RandomWalk, before) => Transition {
                share: if before.is_some() { 1.0 } else { 0.0 },
                variance: link.gap,
                share_slope: 0.0,
                variance_slope: 0.0,
            },
            (InTime::Autoregressive, Some(_)) => {
                let share = rho.powf(link.gap);
                let share_slope = link.gap * rho.powf(link.gap - 1.0);
                Transition {
                    share,
                    variance: (1.0 - share) * (1.0 + share),
                    share_slope,
                    variance_slope: -2.0 * share * share_slope,
                }
            }
            _ => Transition { share: 0.0, variance: 1.0, share_slope: 0.0, variance_slope: 0.0 },
        }
    }

    /// Adds the precision to a matrix on the pattern.
    pub(super) fn add_precision(&self, rho: f64, matrix: &mut [f64]) {
        for link in &self.links {
            let Transition { share, variance, .. } = self.transition(link, rho);
            matrix[link.diagonal] += 1.0 / variance;
            if let Some(before) = link.before {
                matrix[before.diagonal] += share * share / variance;
                matrix[before.between] -= share / variance;
            }
        }
    }

    /// Twice the log-density of the states, without the constant of the normal.
    pub(super) fn twice_log_density(&self, rho: f64, u: &[f64]) -> f64 {
        let term = |link: &Link| {
            let Transition { share, variance, .. } = self.transition(link, rho);
            let x = u[link.at] - link.before.map_or(0.0, |before| share * u[before.at]);
            -x * x / variance - variance.ln()
        };
        self.links.iter().map(term).sum()
    }

    /// Subtracts Q u, the slope of −½ u'Qu.
    pub(super) fn subtract_pull(&self, rho: f64, u: &[f64], out: &mut [f64]) {
        for link in &self.links {
            let Transition { share, variance, .. } = self.transition(link, rho);
            let x = (u[link.at] - link.before.map_or(0.0, |before| share * u[before.at])) / variance;
            out[link.at] -= x;
            if let Some(before) = link.before {
                out[before.at] += share * x;
            }
        }
    }

    /// ∂/∂ρ of twice the log-density at fixed states, less tr(A⁻¹ ∂Q/∂ρ) and plus s'(∂Q/∂ρ)u.
    pub(super) fn twice_slope(&self, rho: f64, u: &[f64], inverse: &[f64], s: &[f64]) -> f64 {
        let mut slope = 0.0;
        for link in &self.links {
            let by = self.transition(link, rho);
            let Some(before) = link.before else { continue };
            let (own, cross, back) = precision_slopes(&by);
            let (x, y) = (u[link.at], u[before.at]);
            let (p, q) = (s[link.at], s[before.at]);
            slope -= own * (x * x + inverse[link.diagonal] - p * x);
            slope -= cross * (2.0 * (x * y + inverse[before.between]) - (p * y + q * x));
            slope -= back * (y * y + inverse[before.diagonal] - q * y);
            slope -= by.variance_slope / by.variance;
        }
        slope
    }

    /// Subtracts (∂Q/∂ρ) u.
    pub(super) fn subtract_turned(&self, rho: f64, u: &[f64], out: &mut [f64]) {
        for link in &self.links {
            let Some(before) = link.before else { continue };
            let (own, cross, back) = precision_slopes(&self.transition(link, rho));
            out[link.at] -= own * u[link.at] + cross * u[before.at];
            out[before.at] -= cross * u[link.at] + back * u[before.at];
        }
    }
}

/// ∂/∂ρ of 1/v, −φ/v and φ²/v.
fn precision_slopes(by: &Transition) -> (f64, f64, f64) {
    let Transition { share, variance, share_slope, variance_slope } = *by;
    let fall = variance_slope / (variance * variance);
    let cross = -share_slope / variance + share * fall;
    let back = 2.0 * share * share_slope / variance - share * share * fall;
    (-fall, cross, back)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::numeric::dense::Cholesky;
    use approx::assert_relative_eq;
    use ndarray::{Array1, Array2};

    /// Gaps 1, 3 and 2 after the first state.
    const TIMES: [f64; 4] = [1.0, 2.0, 5.0, 7.0];

    fn chain(how: InTime) -> (Chain, Pattern) {
        let gap = |at: usize| TIMES[at] - if at == 0 { 0.0 } else { TIMES[at - 1] };
        let before = |at: usize| if how == InTime::Independent { None } else { at.checked_sub(1) };
        let states: Vec<State> =
            (0..4).map(|at| State { before: before(at).map(|b| b as u32), gap: gap(at) }).collect();
        let pattern = Pattern::new(4, &[vec![0, 1], vec![1, 2], vec![2, 3]]);
        (Chain::new(how, 0..4, &states, &pattern), pattern)
    }

    fn covariance(how: InTime, rho: f64) -> Array2<f64> {
        Array2::from_shape_fn((4, 4), |(i, j)| match how {
            InTime::Independent => f64::from(u8::from(i == j)),
            InTime::Autoregressive => rho.powf((TIMES[i] - TIMES[j]).abs()),
            InTime::RandomWalk => TIMES[i].min(TIMES[j]),
        })
    }

    #[test]
    fn the_density_is_that_of_the_dense_normal_with_the_model_s_covariance() {
        let u = [0.3, -1.1, 0.8, 0.4];
        for how in [InTime::Independent, InTime::Autoregressive, InTime::RandomWalk] {
            for rho in [-0.8, -0.2, 0.0, 0.5, 0.95] {
                let (chain, pattern) = chain(how);
                let dense = Cholesky::new(&covariance(how, rho).view()).unwrap();
                let half = dense.solve_lower(&Array1::from(u.to_vec()).view());
                let log_determinant: f64 = dense.lower().diag().iter().map(|l| 2.0 * l.ln()).sum();
                let expected = -half.dot(&half) - log_determinant;
                assert_relative_eq!(chain.twice_log_density(rho, &u), expected, max_relative = 1e-12);
                let mut precision = vec![0.0; pattern.n_entries()];
                chain.add_precision(rho, &mut precision);
                let inverse = dense.inverse();
                let mut pull = [0.0; 4];
                chain.subtract_pull(rho, &u, &mut pull);
                for j in 0..4 {
                    let own = pattern.diagonal(j)..pattern.below(j).end;
                    for (at, entry) in own.clone().zip(&precision[own]) {
                        let i = pattern.rows()[at] as usize;
                        assert_relative_eq!(*entry, inverse[[i, j]], epsilon = 1e-11, max_relative = 1e-11);
                    }
                    let expected: f64 = (0..4).map(|i| inverse[[j, i]] * u[i]).sum();
                    assert_relative_eq!(pull[j], -expected, epsilon = 1e-11, max_relative = 1e-11);
                }
            }
        }
    }

    #[test]
    fn slopes_in_the_correlation_are_differences() {
        let (chain, pattern) = chain(InTime::Autoregressive);
        let (u, s) = ([0.3, -1.1, 0.8, 0.4], [0.2, 0.5, -0.7, 0.1]);
        let inverse: Vec<f64> = (0..pattern.n_entries()).map(|at| 0.3 + 0.1 * at as f64).collect();
        for rho in [-0.6, 0.3, 0.9] {
            let of = |rho: f64| {
                let mut precision = vec![0.0; pattern.n_entries()];
                chain.add_precision(rho, &mut precision);
                let (mut trace, mut cross) = (0.0, 0.0);
                let mut pull = [0.0; 4];
                chain.subtract_pull(rho, &u, &mut pull);
                for j in 0..4 {
                    for at in pattern.diagonal(j)..pattern.below(j).end {
                        let twice = if at == pattern.diagonal(j) { 1.0 } else { 2.0 };
                        trace += twice * precision[at] * inverse[at];
                    }
                    cross += s[j] * pull[j];
                }
                chain.twice_log_density(rho, &u) - trace - cross
            };
            let h = 1e-5;
            let difference = (of(rho + h) - of(rho - h)) / (2.0 * h);
            assert_relative_eq!(chain.twice_slope(rho, &u, &inverse, &s), difference, max_relative = 1e-7);
            let turned = |rho: f64| {
                let mut out = [0.0; 4];
                chain.subtract_pull(rho, &u, &mut out);
                out
            };
            let mut out = [0.0; 4];
            chain.subtract_turned(rho, &u, &mut out);
            for (j, (up, down)) in turned(rho + h).iter().zip(turned(rho - h)).enumerate() {
                assert_relative_eq!(out[j], (up - down) / (2.0 * h), epsilon = 1e-6, max_relative = 1e-6);
            }
        }
    }
}
