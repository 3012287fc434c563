//! The log-likelihood as a surface over the parameters of the problem with its row effect.

use crate::estimate::dispatch::as_plain_family;
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::linearised::Expansion;
use crate::estimate::options::Options;
use crate::estimate::point::{Derivatives, Point};
use crate::estimate::second_order::EpsilonMemory;
use crate::estimate::surface::Surface;
use crate::family::{Along, Family, Lognormal, RowRule};
use crate::model::Problem;
use ndarray::{Array1, Array2};

/// A function of (β, υ of the areas, υ of the rows, φ).
#[derive(Debug)]
pub(super) struct RowsIntegrated<'a> {
    /// Of the problem without its row level.
    objective: Objective<'a>,
    rule: RowRule,
}

/// Step in φ for the Hessian's column of NB2.
const STEP: f64 = 1e-5;

/// The share of its error that a row's log-density may change by from one placing of its points to another.
const NOISE: f64 = 1e-13;

impl<'a> RowsIntegrated<'a> {
    /// `integrated` is the problem without its row level.
    pub(super) fn new(integrated: &'a Problem, options: &Options, rule: RowRule) -> Self {
        RowsIntegrated { objective: Objective::new(integrated, options), rule }
    }

    /// θ above this raises the question whether the counts are Poisson.
    pub(super) fn question(&self) -> f64 {
        self.objective.question()
    }

    /// The same by another rule.
    pub(super) fn set_rule(&mut self, rule: RowRule) {
        self.rule = rule;
    }

    /// Value and derivatives over all parameters; `effects`, one per node of the areas' tree, enters as the start of the
    /// mode and leaves as the mode. What is beyond the order stays 0.
    pub(super) fn at(
        &mut self,
        family: Family,
        point: &Point,
        effects: &mut [f64],
        order: Order,
    ) -> Derivatives {
        let mut all = self.along(Along::Variance, family, point, effects, order, None);
        all.magnitude += NOISE * self.objective.problem.n_rows() as f64 / self.objective.options.rounding;
        match family {
            Family::Poisson => all,
            Family::NegBin2 => self.with_theta(all, point, effects, order),
        }
    }

    /// The next term of the expansion in the areas' effects.
    pub(super) fn epsilon(&mut self, family: Family, point: &Point, effects: &[f64]) -> f64 {
        let (mut memory, mut modes) = (EpsilonMemory::new(self.objective.problem), effects.to_vec());
        let mut value =
            |memory| self.along(Along::Variance, family, point, &mut modes, Order::Value, memory).value;
        let without = value(None);
        value(Some(&mut memory)) - without
    }

    /// One run of the passes, with the companions in one parameter; the value with ε where there is memory for it.
    fn along(
        &mut self,
        along: Along,
        family: Family,
        point: &Point,
        effects: &mut [f64],
        order: Order,
        epsilon: Option<&mut EpsilonMemory>,
    ) -> Derivatives {
        let (rows, above) =
            point.variances.split_last().map_or((0.0, &[][..]), |(rows, above)| (*rows, above));
        let variances = if above.is_empty() { vec![0.0] } else { above.to_vec() };
        let areas = Point { beta: point.beta.clone(), variances, phi: point.phi };
        let rule = self.rule;
        as_plain_family!(family, point, |known| self.objective.evaluate_as(
            Lognormal::new(known, rows, along, rule),
            Expansion::AtMode,
            &areas,
            effects,
            order,
            epsilon
        ))
    }

    /// Adds the row and column of φ to derivatives over the others.
    fn with_theta(
        &mut self,
        others: Derivatives,
        point: &Point,
        effects: &mut [f64],
        order: Order,
    ) -> Derivatives {
        let n = others.gradient.len();
        let gradient = Array1::from_shape_fn(n + 1, |i| others.gradient.get(i).copied().unwrap_or(0.0));
        let entry = |(i, j): (usize, usize)| others.hessian.get([i, j]).copied().unwrap_or(0.0);
        let hessian = Array2::from_shape_fn((n + 1, n + 1), entry);
        let mut all = Derivatives { gradient, hessian, ..others };
        if order == Order::Value {
            return all;
        }
        all.gradient[n] = self.slope_in_phi(point, effects);
        if order == Order::Hessian {
            let there = Point { phi: point.phi + STEP, ..point.clone() };
            let mut moved = effects.to_vec();
            let beside = self.at(Family::NegBin2, &there, &mut moved, Order::Gradient).gradient;
            let column = (beside - &all.gradient) / STEP;
            all.hessian.column_mut(n).assign(&column);
            all.hessian.row_mut(n).assign(&column);
        }
        all
    }

    fn slope_in_phi(&mut self, point: &Point, effects: &mut [f64]) -> f64 {
        let all = self.along(Along::Theta, Family::NegBin2, point, effects, Order::Gradient, None);
        all.gradient.last().copied().unwrap_or(f64::NAN)
    }
}

impl Surface for RowsIntegrated<'_> {
    fn n_variances(&self) -> usize {
        self.objective.problem.n_variances() + 1
    }

    fn options(&self) -> &Options {
        &self.objective.options
    }

    fn evaluate(&mut self, family: Family, point: &Point, effects: &mut [f64]) -> Derivatives {
        self.at(family, point, effects, Order::Hessian)
    }
}
