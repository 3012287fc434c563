//! The exact log-likelihood as a function for others: the yardstick of every approximation.

use super::orders::Orders;
use super::refine::{Refined, refine};
use super::sweep::{Evaluated, Quadrature, Wanted};
use crate::error::{ErrorKind, Result};
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::likelihood::Parameters;
use crate::estimate::options::Options;
use crate::estimate::point::Point;
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
    /// By the rule to begin with.
    coarsest: Quadrature,
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
        let (coarsest, modes) = (orders.quadrature(), vec![0.0; self.nodes.n_nodes()]);
        Ok(ExactLikelihood { objective, orders: *orders, coarsest, modes })
    }
}

impl ExactLikelihood<'_> {
    /// The log-likelihood, all constants in.
    ///
    /// Fails on lengths that do not agree, on values outside the parameter space, where numbers overflow, and where no
    /// refinement reaches the tolerance.
    pub fn value(&mut self, at: &Parameters) -> Result<f64> {
        let (family, point, laplace) = self.at_mode(at)?;
        let mut quadrature = self.quadrature(family, &point)?;
        Ok(laplace + self.by(&mut quadrature, family, &point, Wanted::Value)?.difference)
    }

    /// The same with its error and Laplace's, also where the orders are fixed. Fails as [`ExactLikelihood::value`] does.
    pub fn value_with_error(&mut self, at: &Parameters) -> Result<ExactValue> {
        let (family, point, laplace) = self.at_mode(at)?;
        let Refined { difference, error, .. } = self.refined(family, &point)?;
        Ok(ExactValue { log_likelihood: laplace + difference, error, laplace })
    }

    /// The log-likelihood with its gradient over (coefficients, variances, log θ); the Poisson has no log θ. Fails as
    /// [`ExactLikelihood::value`] does.
    pub fn gradient(&mut self, at: &Parameters) -> Result<(f64, Array1<f64>)> {
        let (family, point, laplace) = self.at_mode(at)?;
        let mut quadrature = self.quadrature(family, &point)?;
        let found = self.by(&mut quadrature, family, &point, Wanted::Gradient)?;
        let forward = self.objective.problem.forward(found.gradient.len());
        Ok((laplace + found.difference, forward.t().dot(&found.gradient)))
    }

    /// Posterior mean and standard deviation of the effect of every area of a level, b = a − a_parent, at these parameters:
    /// areas in the order of the tree, rows in the caller's. Fails as [`ExactLikelihood::value`] does, and where the level
    /// has no random intercept.
    pub fn area_effects(&mut self, at: &Parameters, level: &str) -> Result<Vec<EffectMoments>> {
        let problem = self.objective.problem;
        let level = problem.model_level(level)?;
        let (family, point, _) = self.at_mode(at)?;
        let mut quadrature = self.quadrature(family, &point)?;
        let all =
            quadrature.effects(&mut self.objective, family, &point, &self.modes).ok_or_else(overflow)?;
        let nodes = problem.nodes_of_level(level).into_iter();
        let areas = problem.paths_of_level(level).into_iter().zip(nodes);
        Ok(areas.map(|(path, node)| EffectMoments { path, mean: all[node].mean, sd: all[node].sd }).collect())
    }

    /// What the orders ask for at a point.
    fn quadrature(&mut self, family: Family, point: &Point) -> Result<Quadrature> {
        match self.orders {
            Orders::Fixed { .. } => Ok(self.coarsest.with(self.coarsest.rule())),
            Orders::Refined { .. } => Ok(self.refined(family, point)?.quadrature),
        }
    }

    fn refined(&mut self, family: Family, point: &Point) -> Result<Refined> {
        Ok(refine(
            self.orders,
            Some(self.coarsest.with(self.coarsest.rule())),
            &mut self.objective,
            family,
            point,
            &self.modes,
        )?)
    }

    fn by(
        &mut self,
        quadrature: &mut Quadrature,
        family: Family,
        point: &Point,
        wanted: Wanted,
    ) -> Result<Evaluated> {
        let found = quadrature.evaluate(&mut self.objective, family, point, &self.modes, wanted);
        found.ok_or_else(overflow)
    }

    /// The point in the units of the passes and Laplace's value there; leaves the modes that belong to it.
    fn at_mode(&mut self, at: &Parameters) -> Result<(Family, Point, f64)> {
        let (family, point) = self.objective.problem.point_of(at)?;
        self.modes.fill(0.0);
        let laplace = self.objective.evaluate(family, &point, &mut self.modes, Order::Value).value;
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
