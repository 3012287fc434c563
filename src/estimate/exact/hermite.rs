//! Gauss–Hermite points for the few places where a node follows its parent closely.

use std::f64::consts::PI;

/// ∫ f(x) dx ≈ Σ exp(log_weight_k) f(x_k), exact for e^{−x²} times a polynomial of degree below twice the order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hermite {
    pub points: Vec<f64>,
    /// log w_k + x_k².
    pub log_weights: Vec<f64>,
}

/// More points are not placed around one of the parent's.
const MOST: usize = 24;
/// Newton steps from a point between its neighbours.
const MOST_STEPS: usize = 60;

/// The rules of all orders.
#[derive(Debug, Clone)]
pub(super) struct HermiteRules(Vec<Hermite>);

impl HermiteRules {
    /// By bisection between the points of the order below and Newton on the orthonormal Hermite functions ψ: the weight
    /// times e^{x²} is 1/(n ψ_{n−1}(x)²), and nothing under- or overflows.
    pub(super) fn new() -> Self {
        let mut rules = vec![Hermite::at(vec![0.0])];
        for n in 2..=MOST {
            let points = next_points(&rules[n - 2].points, n);
            rules.push(Hermite::at(points));
        }
        HermiteRules(rules)
    }

    /// The smallest rule that leaves an error of this share of ∫ f(b) N(b; 0, υ) db, f changing by rates of up to
    /// √(growth/υ): the first term left out is (growth/2)^n/n!. `None` where none is large enough.
    pub(super) fn for_growth(&self, growth: f64, share: f64) -> Option<&Hermite> {
        let mut left = 1.0;
        (1..).zip(&self.0).find_map(|(n, rule)| {
            left *= 0.5 * growth / f64::from(n);
            (left <= share).then_some(rule)
        })
    }
}

impl Hermite {
    /// With these points.
    fn at(points: Vec<f64>) -> Self {
        let order = points.len();
        let weights = points.iter().map(|&x| {
            let before = functions(order, x).before;
            -(order as f64 * before * before).ln()
        });
        let mut log_weights: Vec<f64> = weights.collect();
        // their sum to the last digit, which many nodes multiply
        let sum: f64 = points.iter().zip(&log_weights).map(|(x, weight)| (weight - x * x).exp()).sum();
        log_weights.iter_mut().for_each(|weight| *weight += 0.5 * PI.ln() - sum.ln());
        Hermite { points, log_weights }
    }
}

/// The zeros of ψ_n: one between any two of ψ_{n−1}, one outside either end.
fn next_points(below: &[f64], n: usize) -> Vec<f64> {
    let edge = (2.0 * n as f64 + 1.0).sqrt();
    let brackets = std::iter::once(-edge).chain(below.iter().copied());
    brackets.zip(below.iter().copied().chain([edge])).map(|(lo, hi)| zero_between(n, lo, hi)).collect()
}

fn zero_between(n: usize, mut lo: f64, mut hi: f64) -> f64 {
    let sign = functions(n, lo).value.signum();
    let mut x = 0.5 * (lo + hi);
    for _ in 0..MOST_STEPS {
        let at = functions(n, x);
        if at.value.signum() == sign {
            lo = x
        } else {
            hi = x
        }
        let newton = x - at.value / at.slope;
        let next = if newton > lo && newton < hi { newton } else { 0.5 * (lo + hi) };
        if (next - x).abs() <= 1e-16 * x.abs() {
            return next;
        }
        x = next;
    }
    x
}

struct Functions {
    value: f64,
    slope: f64,
    before: f64,
}

/// ψ_n, its slope and ψ_{n−1}: ψ_k = √(2/k) x ψ_{k−1} − √((k−1)/k) ψ_{k−2}, ψ_n' = √(2n) ψ_{n−1} − x ψ_n.
fn functions(n: usize, x: f64) -> Functions {
    let (mut before, mut value) = (0.0, PI.powf(-0.25) * (-0.5 * x * x).exp());
    for k in 1..=n {
        let k = k as f64;
        (before, value) = (value, (2.0 / k).sqrt() * x * value - ((k - 1.0) / k).sqrt() * before);
    }
    Functions { value, slope: (2.0 * n as f64).sqrt() * before - x * value, before }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn moments_of_the_normal_are_exact() {
        for rule in HermiteRules::new().0 {
            let order = rule.points.len();
            let moment = |power: i32| -> f64 {
                let each = rule.points.iter().zip(&rule.log_weights);
                each.map(|(x, lw)| (lw - x * x).exp() * x.powi(power)).sum()
            };
            let mut exact = PI.sqrt();
            for half in 0..order.min(12) as i32 {
                assert_relative_eq!(moment(2 * half), exact, max_relative = 1e-12);
                assert!(moment(2 * half + 1).abs() < 1e-12 * exact);
                exact *= f64::from(half) + 0.5;
            }
        }
    }
}
