//! Gauss–Hermite points for the few places where a node follows its parent closely.

use crate::numeric::hermite::gauss_hermite_up_to;
use std::f64::consts::{FRAC_1_SQRT_2, PI};
use std::sync::Arc;

/// ∫ f(x) dx ≈ Σ exp(log_weight_k) f(x_k), exact for e^{−x²} times a polynomial of degree below twice the order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hermite {
    pub points: Vec<f64>,
    /// log w_k + x_k².
    pub log_weights: Vec<f64>,
}

/// More points are not placed around one of the parent's.
const MOST: usize = 24;
/// The rules of all orders, shared by copies.
#[derive(Debug, Clone)]
pub(super) struct HermiteRules(Arc<[Hermite]>);

impl HermiteRules {
    pub(super) fn new() -> Self {
        HermiteRules(gauss_hermite_up_to(MOST).iter().map(|rule| Hermite::of(rule)).collect())
    }

    /// The smallest rule that leaves an error of this share of ∫ f(b) N(b; 0, υ) db, f changing by rates of up to
    /// √(growth/υ): the first term left out is (growth/2)^n/n!. `None` where none is large enough.
    pub(super) fn for_growth(&self, growth: f64, share: f64) -> Option<&Hermite> {
        let mut left = 1.0;
        (1..).zip(self.0.iter()).find_map(|(n, rule)| {
            left *= 0.5 * growth / f64::from(n);
            (left <= share).then_some(rule)
        })
    }
}

impl Hermite {
    /// From a rule for the mean over a standard normal z = √2 x.
    fn of(rule: &[(f64, f64)]) -> Self {
        let points: Vec<f64> = rule.iter().map(|(z, _)| z * FRAC_1_SQRT_2).collect();
        // their sum to the last digit, which many nodes multiply
        let sum: f64 = rule.iter().map(|(_, weight)| weight).sum();
        let log_weight = |((_, weight), x): (&(f64, f64), &f64)| (weight / sum).ln() + x * x + 0.5 * PI.ln();
        let log_weights = rule.iter().zip(&points).map(log_weight).collect();
        Hermite { points, log_weights }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn moments_of_the_normal_are_exact() {
        for rule in HermiteRules::new().0.iter() {
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
