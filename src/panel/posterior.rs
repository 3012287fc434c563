//! Parameters and effects jointly normal around the maximum: what every standard deviation comes from.

use super::evaluate::Objective;
use super::layout::{BlockKind, Entry, Scale};
use super::point::{Part, Point};
use super::problem::PanelProblem;
use crate::estimate::Options;
use crate::family::Family;
use crate::infer::DegreesOfFreedom;
use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

/// A maximum with its modes and the covariance of the free parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// t = B s of each row: the mean of its predictor lies ½t below the mode.
    shifts: Vec<f64>,
}

/// A linear function of effects and parameters, by its slopes.
pub(super) struct Functional {
    /// In u.
    pub of_effects: Vec<f64>,
    /// In the free parts at fixed u.
    pub of_parts: Array1<f64>,
}

impl Functional {
    /// a times this one less b times another.
    pub(super) fn minus(&self, other: &Functional, a: f64, b: f64) -> Functional {
        let effects = self.of_effects.iter().zip(&other.of_effects);
        Functional {
            of_effects: effects.map(|(one, other)| a * one - b * other).collect(),
            of_parts: a * &self.of_parts - b * &other.of_parts,
        }
    }
}

impl<'a> Posterior<'a> {
    /// The posterior at a maximum; `None` where the log-likelihood cannot be computed there any more.
    pub(super) fn new(problem: &'a PanelProblem, maximum: &'a Maximum, options: &Options) -> Option<Self> {
        let mut objective = Objective::new(problem, options);
        let mut u = maximum.u.clone();
        let at = objective.evaluate(maximum.family, &maximum.point, &mut u);
        if !at.is_finite() {
            return None;
        }
        let shifts = (0..problem.n_rows()).map(|row| objective.adjoint(row)).collect();
        let slope = |part: &Part| {
            let mut out = vec![0.0; u.len()];
            objective.mode_slope(*part, &maximum.point, &u, &mut out);
            out
        };
        let slopes = maximum.free.iter().map(slope).collect();
        Some(Posterior { maximum, objective, slopes, shifts })
    }

    pub(super) fn problem(&self) -> &'a PanelProblem {
        self.objective.problem
    }

    /// The function 0.
    pub(super) fn functional(&self) -> Functional {
        let of_parts = Array1::zeros(self.maximum.free.len());
        Functional { of_effects: vec![0.0; self.maximum.u.len()], of_parts }
    }

    /// Adds `weight` times a sorted row's linear predictor, some columns of the design put to other values (standard units)
    /// and some kinds of effects left out.
    pub(super) fn add_row(
        &self,
        to: &mut Functional,
        row: usize,
        weight: f64,
        put: &[(usize, f64)],
        skip: impl Fn(BlockKind) -> bool,
    ) {
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
        let layout = &problem.layout;
        for entry in layout.entries(row) {
            let block = &layout.blocks[entry.block as usize];
            if skip(block.kind) {
                continue;
            }
            let at = entry.unknown as usize;
            let moved = put.iter().find(|(column, _)| block.unknowns.start + column == at);
            let loading = match (block.kind, moved) {
                (BlockKind::Coefficients, Some((_, value))) => *value,
                _ => entry.loading(&self.objective.scales),
            };
            to.of_effects[at] += weight * loading;
        }
    }

    /// The coefficients in standard units.
    pub(super) fn coefficients(&self) -> Vec<f64> {
        let mut beta = self.maximum.point.beta.clone();
        if let Some(block) = self.problem().layout.coefficients() {
            beta.iter_mut().zip(&self.maximum.u[block.unknowns.clone()]).for_each(|(beta, by)| *beta += by);
        }
        beta
    }

    /// E[μ | y, parameters] over μ at the mode: 1 + ½(V − t), the factor that the score of the intercept has too.
    pub(super) fn mean_factor(&self, row: usize) -> f64 {
        1.0 + 0.5 * (self.objective.variance[row] - self.shifts[row])
    }

    /// What the declared factor's effect adds to a row's linear predictor.
    pub(super) fn provisional(&self, row: usize) -> f64 {
        let layout = &self.problem().layout;
        let own = |e: &&Entry| layout.blocks[e.block as usize].kind == BlockKind::Provisional;
        let effect = |e: &Entry| self.objective.scales[e.block as usize] * self.maximum.u[e.unknown as usize];
        layout.entries(row).iter().filter(own).map(effect).sum()
    }

    /// Standard error of a function, and the degrees of freedom of the t that it goes with.
    ///
    /// Where coefficients are parameters it is √(G + Λ), G the variance given the parameters and Λ what these add, and the t a
    /// normal. Where they are among the effects it is √(G + 2Λ), as G at estimated variances is too small by Λ once more
    /// (Kackar & Harville 1984; Prasad & Rao 1990; Kenward & Roger 1997), with Satterthwaite's degrees of freedom.
    pub(super) fn error(&self, of: &Functional) -> (f64, DegreesOfFreedom) {
        let mut solution = of.of_effects.clone();
        self.objective.factor.solve(&self.problem().pattern, &mut solution);
        let given = dot(&solution, &of.of_effects);
        let slopes = self.through_parts(of);
        let of_parts = slopes.dot(&self.maximum.covariance.dot(&slopes));
        match self.problem().layout.coefficients() {
            None => ((given + of_parts).max(0.0).sqrt(), DegreesOfFreedom::Infinite),
            Some(_) => ((given + 2.0 * of_parts).max(0.0).sqrt(), self.degrees_of_freedom(given, &solution)),
        }
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

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
