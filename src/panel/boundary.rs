//! Standard deviations of 0: when one is taken for it, and the score that says whether it is.

use super::climb::{Climb, Position, Summit};
use super::layout::Scale;
use super::point::{Correlate, Part};

/// A standard deviation at 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct AtZero {
    pub scale: usize,
    /// Slope of the log-likelihood in the variance; of what is correlated in time the largest over correlations.
    pub score: f64,
    /// Its second derivative.
    pub curvature: f64,
    /// The correlation at which the score is that large.
    pub rho: f64,
}

/// An sd below this share of 1/√information is asked whether it is 0.
const NEARLY_ZERO: f64 = 0.02;

/// Standard deviations at which the slope in the variance is taken; the slope is even in them.
const NEAR: (f64, f64) = (1e-3, 3e-3);

/// Correlations at which a movement of variance 0 is asked for its score.
const CORRELATIONS: [f64; 10] = [-0.8, -0.4, 0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99];

impl Climb<'_, '_> {
    /// The free standard deviations that may well be 0.
    pub(super) fn nearly_zero(&self, at: &Position, free: &[Part], summit: &Summit) -> Vec<usize> {
        let near = |(j, part): (usize, &Part)| match *part {
            Part::Scale(k) => {
                let width = summit.information[[j, j]].abs().sqrt();
                (at.point.scales[k].abs() * width < NEARLY_ZERO).then_some(k)
            }
            _ => None,
        };
        free.iter().enumerate().filter_map(near).collect()
    }

    /// The score of a standard deviation that stands at 0; `None` where it cannot be computed.
    pub(super) fn score_at_zero(&mut self, at: &Position, scale: usize) -> Option<AtZero> {
        let moves = self.moves(scale);
        let correlations: Vec<f64> = match self.objective.problem.correlate().filter(|_| moves) {
            Some(Correlate::Signed) => CORRELATIONS.to_vec(),
            Some(Correlate::Positive) => CORRELATIONS.into_iter().filter(|rho| *rho > 0.0).collect(),
            None => vec![at.point.rho],
        };
        let scores: Option<Vec<AtZero>> =
            correlations.into_iter().map(|rho| self.score_with(at, scale, rho)).collect();
        scores?.into_iter().max_by(|a, b| a.score.total_cmp(&b.score))
    }

    fn score_with(&mut self, at: &Position, scale: usize, rho: f64) -> Option<AtZero> {
        let place = self.parts().iter().position(|part| *part == Part::Scale(scale))?;
        let mut slope = |sd: f64| {
            let mut point = at.point.clone();
            point.scales[scale] = sd;
            point.rho = rho;
            let mut u = at.u.clone();
            let there = self.objective.evaluate(self.family, &point, &mut u);
            there.is_finite().then(|| there.gradient[place] / (2.0 * sd))
        };
        let (near, far) = (slope(NEAR.0)?, slope(NEAR.1)?);
        let curvature = (far - near) / (NEAR.1.powi(2) - NEAR.0.powi(2));
        Some(AtZero { scale, score: near - curvature * NEAR.0.powi(2), curvature, rho })
    }

    /// Whether a standard deviation is that of what moves in time.
    pub(super) fn moves(&self, scale: usize) -> bool {
        self.movement_scale() == Some(scale)
    }

    /// The standard deviation of what moves in time.
    pub(super) fn movement_scale(&self) -> Option<usize> {
        match self.objective.problem.layout.movement()?.scale {
            Scale::Estimated(scale) => Some(scale),
            Scale::Fixed(_) => None,
        }
    }
}
