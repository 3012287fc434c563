//! The exact log-likelihood as a function for others: the yardstick of every approximation.

use super::orders::Orders;
use super::refine::{Refined, refine};
use super::sweep::Wanted;
use crate::error::{ErrorKind, Result};
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::likelihood::Parameters;
use crate::estimate::options::Options;
use crate::estimate::point::{Derivatives, Point};
use crate::family::Family;
use crate::model::Problem;
use ndarray::Array1;

/// The log-likelihood of a problem with its integrals taken by quadrature along the tree, to a stated error.
///
/// The messages are those of sequential reduction (Ogden 2015, Electronic Journal of Statistics 9:135), for any depth of
/// nesting, every family, and counts known in part.
#[derive(Debug)]
pub struct ExactLikelihood<'a> {
    objective: Objective<'a>,
    orders: Orders,
    modes: Vec<f64>,
}

/// A value with its error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExactValue {
    /// Log-likelihood, all constants in.
    pub log_likelihood: f64,
    /// By how much the next refinement changes it, absolute.
    pub error: f64,
    /// Laplace's log-likelihood at the same point.
    pub laplace: f64,
}

/// What the data say of an area's effect at fixed parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectMoments {
    /// Codes from the coarsest level of the tree down to the area; the row's number, from 1, for a row effect.
    pub path: Vec<String>,
    /// Posterior mean, log-rate scale.
    pub mean: f64,
    /// Posterior standard deviation given the parameters.
    pub sd: f64,
}

impl Problem {
    /// The exact log-likelihood as a function; fails on orders that promise nothing.
    pub fn exact_likelihood(&self, orders: &Orders) -> Result<ExactLikelihood<'_>> {
        orders.check()?;
        let objective = Objective::new(self, &Options::default());
        Ok(ExactLikelihood { objective, orders: *orders, modes: vec![0.0; self.nodes.n_nodes()] })
    }
}

impl ExactLikelihood<'_> {
    /// The log-likelihood with its error.
    ///
    /// Fails on lengths that do not agree, on values outside the parameter space, where numbers overflow, and where no
    /// refinement reaches the tolerance.
    pub fn value(&mut self, at: &Parameters) -> Result<ExactValue> {
        let (family, point, laplace) = self.at_mode(at)?;
        let refined = self.refined(family, &point)?;
        Ok(ExactValue {
            log_likelihood: laplace.value + refined.difference,
            error: refined.error,
            laplace: laplace.value,
        })
    }

    /// The same with the gradient over (coefficients, variances, log θ); the Poisson has no log θ. Fails as
    /// [`ExactLikelihood::value`] does.
    pub fn gradient(&mut self, at: &Parameters) -> Result<(ExactValue, Array1<f64>)> {
        let (family, point, laplace) = self.at_mode(at)?;
        let Refined { mut quadrature, difference, error } = self.refined(family, &point)?;
        let found = quadrature.evaluate(&mut self.objective, family, &point, &self.modes, Wanted::Gradient);
        let found = found.ok_or_else(overflow)?;
        let forward = self.objective.problem.forward(found.gradient.len());
        let value = ExactValue { log_likelihood: laplace.value + difference, error, laplace: laplace.value };
        Ok((value, forward.t().dot(&found.gradient)))
    }

    /// Posterior mean and standard deviation of the effect of every area of a level, b = a − a_parent, at these parameters:
    /// areas in the order of the tree, rows in the caller's. Fails as [`ExactLikelihood::value`] does, and where the level
    /// has no random intercept.
    pub fn area_effects(&mut self, at: &Parameters, level: &str) -> Result<Vec<EffectMoments>> {
        let problem = self.objective.problem;
        let level = problem.model_level(level)?;
        let (family, point, _) = self.at_mode(at)?;
        let Refined { mut quadrature, .. } = self.refined(family, &point)?;
        let all =
            quadrature.effects(&mut self.objective, family, &point, &self.modes).ok_or_else(overflow)?;
        let nodes = problem.nodes_of_level(level).into_iter();
        let areas = problem.paths_of_level(level).into_iter().zip(nodes);
        Ok(areas.map(|(path, node)| EffectMoments { path, mean: all[node].mean, sd: all[node].sd }).collect())
    }

    fn refined(&mut self, family: Family, point: &Point) -> Result<Refined> {
        Ok(refine(self.orders, None, &mut self.objective, family, point, &self.modes)?)
    }

    /// The point in the units of the passes, with Laplace's value and the modes there.
    fn at_mode(&mut self, at: &Parameters) -> Result<(Family, Point, Derivatives)> {
        let (family, point) = self.objective.problem.point_of(at)?;
        self.modes.fill(0.0);
        let laplace = self.objective.evaluate(family, &point, &mut self.modes, Order::Value);
        match laplace.is_finite() {
            true => Ok((family, point, laplace)),
            false => Err(overflow()),
        }
    }
}

fn overflow() -> crate::Error {
    let message = "the log-likelihood cannot be computed there: numbers overflow or the mode is too far";
    ErrorKind::Specification { message: message.into() }.into()
}
