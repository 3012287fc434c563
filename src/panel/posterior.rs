//! Parameters and effects jointly normal around the maximum: what every standard deviation comes from.

use super::evaluate::{Objective, Order};
use super::layout::Scale;
use super::point::{Part, Point};
use super::problem::PanelProblem;
use crate::estimate::Options;
use crate::family::Family;
use ndarray::{Array1, Array2};

/// A maximum with its modes and the covariance of the free parts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Maximum {
    pub family: Family,
    pub point: Point,
    pub u: Vec<f64>,
    pub free: Vec<Part>,
    /// Inverse of the information over the free parts.
    pub covariance: Array2<f64>,
}

/// u given the parameters is N(û(ψ), H⁻¹) and ψ is N(ψ̂, C): the joint distribution of the delta method.
pub(super) struct Posterior<'a> {
    pub maximum: &'a Maximum,
    pub objective: Objective<'a>,
    /// ∂û/∂ψ, a row for each free part.
    slopes: Vec<Vec<f64>>,
    solution: Vec<f64>,
}

/// A linear function of effects and parameters, by its slopes.
pub(super) struct Functional {
    /// In u.
    pub of_effects: Vec<f64>,
    /// In the free parts at fixed u.
    pub of_parts: Array1<f64>,
}

impl<'a> Posterior<'a> {
    /// The posterior at a maximum; `None` where the log-likelihood cannot be computed there any more.
    pub(super) fn new(problem: &'a PanelProblem, maximum: &'a Maximum, options: &Options) -> Option<Self> {
        let mut objective = Objective::new(problem, options);
        let mut u = maximum.u.clone();
        let at = objective.evaluate(maximum.family, &maximum.point, &mut u, Order::Gradient);
        if !at.is_finite() {
            return None;
        }
        let slope = |part: &Part| {
            let mut out = vec![0.0; u.len()];
            objective.mode_slope(*part, &maximum.point, &u, &mut out);
            out
        };
        let slopes = maximum.free.iter().map(slope).collect();
        let solution = vec![0.0; u.len()];
        Some(Posterior { maximum, objective, slopes, solution })
    }

    pub(super) fn problem(&self) -> &'a PanelProblem {
        self.objective.problem
    }

    /// The function 0.
    pub(super) fn functional(&self) -> Functional {
        let of_parts = Array1::zeros(self.maximum.free.len());
        Functional { of_effects: vec![0.0; self.maximum.u.len()], of_parts }
    }

    /// Adds `weight` times a sorted row's linear predictor, some columns of the design put to other values (standard units).
    pub(super) fn add_row(&self, to: &mut Functional, row: usize, weight: f64, put: &[(usize, f64)]) {
        let problem = self.problem();
        let x = &problem.base.x[row * problem.base.n_terms()..];
        for (slope, part) in to.of_parts.iter_mut().zip(&self.maximum.free) {
            *slope += weight
                * match *part {
                    Part::Coefficient(j) => {
                        put.iter().find(|(column, _)| *column == j).map_or(x[j], |(_, value)| *value)
                    }
                    Part::Scale(k) => self.objective.own_effect(row, k, &self.maximum.u),
                    Part::Correlation | Part::LogTheta => 0.0,
                };
        }
        for entry in problem.layout.entries(row) {
            to.of_effects[entry.unknown as usize] += weight * self.objective.scales[entry.block as usize];
        }
    }

    /// Variance of a function given the parameters, and with them.
    pub(super) fn variances(&mut self, of: &Functional) -> (f64, f64) {
        self.covariances(of, of)
    }

    /// Covariance of two functions given the parameters, and with them.
    pub(super) fn covariances(&mut self, one: &Functional, other: &Functional) -> (f64, f64) {
        self.solution.copy_from_slice(&one.of_effects);
        self.objective.factor.solve(&self.objective.problem.pattern, &mut self.solution);
        let given = dot(&self.solution, &other.of_effects);
        let (a, b) = (self.through_parts(one), self.through_parts(other));
        (given, given + a.dot(&self.maximum.covariance.dot(&b)))
    }

    /// Slopes in the free parts, the movement of the modes included.
    fn through_parts(&self, of: &Functional) -> Array1<f64> {
        let moved = self.slopes.iter().map(|slope| dot(slope, &of.of_effects));
        of.of_parts.iter().zip(moved).map(|(own, moved)| own + moved).collect()
    }

    /// An effect on the scale of the predictor with its standard deviation given the parameters, and with them.
    pub(super) fn effect(&self, unknown: usize, block: usize) -> (f64, f64, f64) {
        let maximum = self.maximum;
        let (scale, u) = (self.objective.scales[block], maximum.u[unknown]);
        let diagonal = self.objective.problem.pattern.diagonal(unknown);
        let given = scale * scale * self.objective.factor.inverse[diagonal];
        let own = self.problem().layout.blocks[block].scale;
        let slope = |(part, slopes): (&Part, &Vec<f64>)| {
            let through = scale * slopes[unknown];
            match *part {
                Part::Scale(k) if own == Scale::Estimated(k) => through + u,
                _ => through,
            }
        };
        let slopes: Array1<f64> = maximum.free.iter().zip(&self.slopes).map(slope).collect();
        let all = given + slopes.dot(&maximum.covariance.dot(&slopes));
        (scale * u, given.max(0.0).sqrt(), all.max(0.0).sqrt())
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
