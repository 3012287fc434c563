//! How the area effects are integrated out of the likelihood that weighs the draws.

use super::target::point;
use crate::error::Result;
use crate::estimate::{
    Correction, Derivatives, EpsilonMemory, ExactCorrection, Objective, Order, Orders, Point, Quadrature,
    Refined, Rule, SecondOrder, Wanted, refine,
};
use crate::family::Family;
use crate::model::Problem;
use ndarray::Array1;

/// The likelihood that weighs draws of the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Marginal {
    /// Laplace's, L.
    Laplace,
    /// With the next term of the expansion, L + ε, at little more cost.
    #[default]
    SecondOrder,
    /// By quadrature along the tree, at some hundred times the cost; the rule is refined at the posterior's mode.
    Exact(Orders),
}

/// A marginal as the threads need it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Plan {
    Laplace,
    SecondOrder,
    Exact(Rule),
}

/// A marginal with its working memory.
#[derive(Debug)]
pub(super) enum Integral {
    Laplace,
    SecondOrder {
        memory: EpsilonMemory,
        #[cfg_attr(not(feature = "nuts"), allow(dead_code))] // chains alone need it
        correction: SecondOrder,
    },
    Exact(ExactCorrection),
}

impl Marginal {
    /// Fixes the rule of the quadrature at the mode.
    pub(super) fn plan(
        self,
        problem: &Problem,
        objective: &mut Objective<'_>,
        psi: &[f64],
        modes: &[f64],
    ) -> Result<Plan> {
        Ok(match self {
            Marginal::Laplace => Plan::Laplace,
            Marginal::SecondOrder => Plan::SecondOrder,
            Marginal::Exact(orders) => {
                orders.check()?;
                let (point, mut modes) = (point(problem, psi), modes.to_vec());
                objective.evaluate(problem.family(), &point, &mut modes, Order::Value);
                let Refined { quadrature, .. } =
                    refine(orders, None, objective, problem.family(), &point, &modes)?;
                Plan::Exact(quadrature.rule())
            }
        })
    }
}

impl Plan {
    pub(super) fn integral(self, problem: &Problem) -> Integral {
        match self {
            Plan::Laplace => Integral::Laplace,
            Plan::SecondOrder => Integral::SecondOrder {
                memory: EpsilonMemory::new(problem),
                correction: SecondOrder::new(problem),
            },
            Plan::Exact(rule) => {
                Integral::Exact(ExactCorrection { quadrature: Quadrature::new(rule), error: 0.0 })
            }
        }
    }
}

impl Integral {
    /// The log-likelihood; `modes` enters as the start and leaves as the mode.
    pub(super) fn value(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &mut [f64],
    ) -> Option<f64> {
        match self {
            Integral::Laplace => Some(objective.evaluate(family, point, modes, Order::Value).value),
            Integral::SecondOrder { memory, .. } => {
                Some(objective.second_order_value(memory, family, point, modes))
            }
            Integral::Exact(exact) => {
                let laplace = objective.evaluate(family, point, modes, Order::Value).value;
                let found = exact.quadrature.evaluate(objective, family, point, modes, Wanted::Value)?;
                Some(laplace + found.difference)
            }
        }
    }

    /// The log-likelihood with its gradient over (β, υ, φ).
    #[cfg_attr(not(feature = "nuts"), allow(dead_code))] // chains alone need it
    pub(super) fn gradient(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &mut [f64],
    ) -> Option<(f64, Array1<f64>)> {
        let laplace = objective.evaluate(family, point, modes, Order::Gradient);
        let correction: &mut dyn Correction = match self {
            Integral::Laplace => return Some((laplace.value, laplace.gradient)),
            Integral::SecondOrder { correction, .. } => correction,
            Integral::Exact(exact) => exact,
        };
        if !laplace.value.is_finite() {
            return None;
        }
        let difference = correction.difference(objective, family, point, modes, &laplace)?;
        let Derivatives { value, gradient, .. } = laplace;
        Some((value + difference.value, gradient + difference.gradient))
    }
}
