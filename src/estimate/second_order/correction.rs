//! ε as what a log-likelihood adds to Laplace's.

use super::Memory;
use crate::estimate::corrected::{Correction, Difference, Stencil};
use crate::estimate::evaluate::{Objective, Order};
use crate::estimate::point::{Derivatives, Point};
use crate::family::Family;
use crate::model::Problem;
use crate::numeric::sum::Sum;
use ndarray::Array1;

/// L + ε, with the working memory that evaluations share.
#[derive(Debug)]
pub(crate) struct SecondOrder {
    memory: Memory,
}

/// ε is known to this share of its own size.
const ROUNDING: f64 = 1e-14;

impl SecondOrder {
    pub(crate) fn new(problem: &Problem) -> Self {
        SecondOrder { memory: Memory::new(problem) }
    }
}

impl Correction for SecondOrder {
    fn needs(&self) -> Order {
        Order::Value
    }

    fn stencil(&self) -> Stencil {
        Stencil::Forward
    }

    fn difference(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &[f64],
        _laplace: &Derivatives,
    ) -> Option<Difference> {
        let (mut value, mut size) = (Sum::default(), 0.0);
        let mut gradient = Array1::<f64>::zeros(objective.n_parameters(family));
        objective.each_epsilon_in(&mut self.memory, family, point, modes, |share| {
            value.add(share.value);
            size += share.value.abs();
            gradient.iter_mut().zip(&share.gradient).for_each(|(sum, part)| *sum += part);
        });
        let value = value.value();
        let finite = value.is_finite() && gradient.iter().all(|slope| slope.is_finite());
        finite.then_some(Difference { value, gradient, noise: ROUNDING * size })
    }

    fn refusal(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &[f64],
    ) -> Option<String> {
        let reach = objective.reach(family, point, modes);
        reach.fails().then(|| {
            format!(
                "the expansion breaks down: {} of {} areas have too few events for effects that vary this much; \
                 the exact likelihood is needed",
                reach.beyond, reach.areas
            )
        })
    }
}
