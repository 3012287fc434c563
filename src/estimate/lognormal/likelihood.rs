//! The log-likelihood with the rows integrated, as a function for others.

use super::surface::RowsIntegrated;
use crate::error::{ErrorKind, Result};
use crate::estimate::evaluate::Order;
use crate::estimate::likelihood::{LikelihoodDerivatives, Parameters};
use crate::estimate::options::Options;
use crate::estimate::point::Derivatives;
use crate::family::RowRule;
use crate::model::Problem;
use ndarray::Array1;

/// The log-likelihood of a problem with a row effect, each row's effect integrated out by quadrature and those of the areas by
/// Laplace's approximation: rows are Poisson-lognormal, or NB2-lognormal.
///
/// Without variance between areas it is exact, to about 1e-12 a row.
#[derive(Debug)]
pub struct LognormalLikelihood<'a> {
    problem: &'a Problem,
    integrated: Problem,
    options: Options,
}

impl Problem {
    /// The log-likelihood with the rows' effects integrated out as a function; fails with
    /// [`crate::ErrorKind::UnknownLevel`] where rows have no effect.
    pub fn lognormal_likelihood(&self, options: &Options) -> Result<LognormalLikelihood<'_>> {
        let integrated = self.with_rows_integrated()?;
        Ok(LognormalLikelihood { problem: self, integrated, options: options.clone() })
    }
}

impl LognormalLikelihood<'_> {
    /// The log-likelihood, all constants in; `at` has the variances of all levels, that of the rows last.
    ///
    /// Fails on lengths that do not agree, on values outside the parameter space, and where numbers overflow or the mode
    /// of the area effects is not found.
    pub fn value(&self, at: &Parameters) -> Result<f64> {
        Ok(self.evaluate(at, Order::Value)?.value)
    }

    /// The log-likelihood with its exact gradient over (coefficients, variances, log θ); the Poisson has no log θ. Fails as
    /// [`LognormalLikelihood::value`] does.
    pub fn gradient(&self, at: &Parameters) -> Result<(f64, Array1<f64>)> {
        let all = self.evaluate(at, Order::Gradient)?;
        Ok((all.value, self.problem.forward(all.gradient.len()).t().dot(&all.gradient)))
    }

    /// The log-likelihood with gradient and Hessian; of NB2 the Hessian's column of log θ is a difference of gradients. Fails as
    /// [`LognormalLikelihood::value`] does.
    pub fn derivatives(&self, at: &Parameters) -> Result<LikelihoodDerivatives> {
        let all = self.evaluate(at, Order::Hessian)?;
        let forward = self.problem.forward(all.gradient.len());
        Ok(LikelihoodDerivatives {
            value: all.value,
            gradient: forward.t().dot(&all.gradient),
            hessian: forward.t().dot(&all.hessian).dot(&forward),
        })
    }

    fn evaluate(&self, at: &Parameters, order: Order) -> Result<Derivatives> {
        let (family, point) = self.problem.point_of(at)?;
        let mut surface = RowsIntegrated::new(&self.integrated, &self.options, RowRule::FIRST);
        let mut effects = vec![0.0; self.integrated.nodes.n_nodes()];
        let all = surface.at(family, &point, &mut effects, order);
        match all.is_finite() {
            true => Ok(all),
            false => {
                let message =
                    "the log-likelihood cannot be computed there: numbers overflow or the mode is too far";
                Err(ErrorKind::Specification { message: message.into() }.into())
            }
        }
    }
}
