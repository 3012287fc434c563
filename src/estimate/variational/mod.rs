//! The Gaussian variational lower bound F of the log-likelihood, and its gradient.
//!
//! The effects' distribution given the counts is replaced by the normal q that makes
//!
//! ```text
//! F = Σ E_q[ℓ_i] − ½ Σ_c (a_c − a_p)²/υ_c − ½ Σ_c log(1 + υ_c S_c) + ½ Σ_g W_g V_g
//! ```
//!
//! largest; by Jensen's inequality F is nowhere above the log-likelihood. With W = Σ E_q[w] of a leaf the precision of the
//! best q is that of the tree, so that S, ρ, m and V are those of `docs/laplace.md` and a is the mean. F is stationary in q,
//! and its gradient is that at fixed q. Sources: Hall, Ormerod & Wand 2011, Statistica Sinica 21:369; Challis & Barber 2013,
//! JMLR 14:2239.

mod average;
mod effects;
mod settle;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod identities;

use super::corrected::{Correction, Difference, Stencil};
use super::dispatch::as_family;
use super::evaluate::Objective;
use super::newton::Position;
use super::pass::Pass;
use super::point::{Derivatives, Point};
use super::sums::Sums;
use crate::family::{Coarsened, Family, Frozen};
use crate::model::Problem;
use crate::numeric::hermite::gauss_hermite;
use average::Averages;
use ndarray::Array1;

/// The bound, with the distribution q of the last evaluation, where the next begins.
#[derive(Debug)]
pub(crate) struct Bound {
    /// Mean of q less the mode, per node.
    lift: Vec<f64>,
    /// E_q[Σw] of each leaf, at its node.
    weights: Vec<f64>,
    averages: Averages,
    warm: bool,
}

/// The error of F where q has settled, absolute.
const NOISE: f64 = 1e-11;
/// Points of quadrature that are tried.
const POINTS: [usize; 7] = [5, 7, 11, 17, 25, 37, 55];
/// F with some points is believed where more change it by no more than this.
const QUADRATURE: f64 = 1e-8;

impl Bound {
    /// Expectations by `n_points` points of Gauss-Hermite quadrature where there is no closed form.
    pub(crate) fn new(problem: &Problem, n_points: usize) -> Self {
        let n_nodes = problem.nodes.n_nodes();
        Bound {
            lift: vec![0.0; n_nodes],
            weights: vec![0.0; n_nodes],
            averages: Averages::new(problem, gauss_hermite(n_points)),
            warm: false,
        }
    }

    /// The bound with as many points as F at this position asks for.
    pub(crate) fn refined(objective: &mut Objective<'_>, family: Family, at: &Position) -> Self {
        let mut known: Option<(Bound, f64)> = None;
        for n_points in POINTS {
            let mut bound = Bound::new(objective.problem, n_points);
            let value = bound.evaluate(objective, family, &at.point, &at.effects).map(|(value, _)| value);
            match (known, value) {
                (Some((fewer, last)), Some(value)) if (value - last).abs() <= QUADRATURE => return fewer,
                (_, value) => known = Some((bound, value.unwrap_or(f64::INFINITY))),
            }
        }
        known.map_or_else(|| Bound::new(objective.problem, POINTS[0]), |(bound, _)| bound)
    }

    /// F and its gradient over (β, υ, φ); `None` where q does not settle.
    pub(super) fn evaluate(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &[f64],
    ) -> Option<(f64, Array1<f64>)> {
        let mut found = None;
        // q of another point may be of no use here
        for warm in [self.warm, false] {
            self.warm = warm;
            found = as_family!(objective.problem, family, point, |known| {
                self.evaluate_as(Frozen(known), objective, point, modes)
            });
            if found.is_some() || !warm {
                break;
            }
        }
        self.warm = found.is_some();
        found
    }

    fn evaluate_as<F: Coarsened>(
        &mut self,
        family: F,
        objective: &mut Objective<'_>,
        point: &Point,
        modes: &[f64],
    ) -> Option<(f64, Array1<f64>)> {
        let problem = objective.problem;
        let mut sums = Sums::new(problem);
        let constants = family.constants(&problem.histogram);
        sums.value.add(constants[0]);
        sums.g_phi = constants[1];
        let options = objective.options.clone();
        for subtree in problem.nodes.subtrees() {
            let mut pass = Pass::new(problem, subtree, family, point, &mut objective.scratch);
            let (_, value) = self.stand(&mut pass, modes, &options)?;
            sums.value.add(value);
            pass.sweep_adjoint();
            pass.sum_leaf_vectors();
            pass.add_gradient(&mut sums);
        }
        let directions = problem.n_terms() + problem.n_variances() + usize::from(F::HAS_THETA);
        let (value, gradient) = (sums.value.value(), sums.gradient(directions));
        (value.is_finite() && gradient.iter().all(|g| g.is_finite())).then_some((value, gradient))
    }
}

impl Correction for Bound {
    fn stencil(&self) -> Stencil {
        Stencil::Forward
    }

    fn difference(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &[f64],
        laplace: &Derivatives,
    ) -> Option<Difference> {
        let (value, gradient) = self.evaluate(objective, family, point, modes)?;
        Some(Difference {
            value: value - laplace.value,
            gradient: gradient - &laplace.gradient,
            noise: NOISE,
        })
    }
}
