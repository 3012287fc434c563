//! The Laplace log-likelihood as a function for others: profiles, samplers, checks, benches.

use super::evaluate::{Objective, Order};
use super::options::Options;
use super::point::Derivatives;
use crate::error::{ErrorKind, Result};
use crate::family::Scatter;
use crate::model::Problem;
use ndarray::{Array1, Array2};

/// A point in parameter space, in the units of the caller's determinants.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// One per term, the intercept first.
    pub coefficients: Vec<f64>,
    /// Variance sd² of each level with a random intercept, coarsest first; 0 is a value like any other.
    pub variances: Vec<f64>,
    /// The family with its parameter, of the problem's kind; a negative binomial problem also takes its limit.
    pub scatter: Scatter,
}

/// Value and derivatives over (coefficients, variances, log θ); the Poisson has no log θ.
#[derive(Debug, Clone, PartialEq)]
pub struct LikelihoodDerivatives {
    /// Laplace log-likelihood, all constants in.
    pub value: f64,
    /// Its exact gradient.
    pub gradient: Array1<f64>,
    /// Its exact Hessian.
    pub hessian: Array2<f64>,
}

/// The Laplace log-likelihood of a problem, with the working memory that repeated evaluations share.
///
/// The area effects of the last evaluation are where the next one starts, so values at one point may differ in the
/// last digits with the point that came before.
#[derive(Debug)]
pub struct Likelihood<'a> {
    objective: Objective<'a>,
    effects: Vec<f64>,
}

impl Problem {
    /// The log-likelihood as a function.
    pub fn likelihood(&self, options: &Options) -> Likelihood<'_> {
        Likelihood { objective: Objective::new(self, options), effects: vec![0.0; self.nodes.n_nodes()] }
    }
}

impl Likelihood<'_> {
    /// The log-likelihood; fails on lengths that do not agree, on values outside the parameter space, and where
    /// numbers overflow or the mode of the area effects is not found.
    pub fn value(&mut self, at: &Parameters) -> Result<f64> {
        Ok(self.evaluate(at, Order::Value)?.value)
    }

    /// The log-likelihood with its gradient; fails as [`Likelihood::value`] does.
    pub fn gradient(&mut self, at: &Parameters) -> Result<(f64, Array1<f64>)> {
        let all = self.evaluate(at, Order::Gradient)?;
        Ok((all.value, self.objective.problem.forward(all.gradient.len()).t().dot(&all.gradient)))
    }

    /// The log-likelihood with gradient and Hessian; fails as [`Likelihood::value`] does.
    pub fn derivatives(&mut self, at: &Parameters) -> Result<LikelihoodDerivatives> {
        let all = self.evaluate(at, Order::Hessian)?;
        let forward = self.objective.problem.forward(all.gradient.len());
        Ok(LikelihoodDerivatives {
            value: all.value,
            gradient: forward.t().dot(&all.gradient),
            hessian: forward.t().dot(&all.hessian).dot(&forward),
        })
    }

    fn evaluate(&mut self, at: &Parameters, order: Order) -> Result<Derivatives> {
        let (family, point) = self.objective.problem.point_of(at)?;
        let all = self.objective.evaluate(family, &point, &mut self.effects, order);
        if all.is_finite() {
            return Ok(all);
        }
        self.effects.fill(0.0);
        let again = self.objective.evaluate(family, &point, &mut self.effects, order);
        match again.is_finite() {
            true => Ok(again),
            false => {
                self.effects.fill(0.0);
                let message =
                    "the log-likelihood cannot be computed there: numbers overflow or the mode is too far";
                Err(ErrorKind::Specification { message: message.into() }.into())
            }
        }
    }
}
