//! Log-likelihoods that differ from Laplace's by a small smooth function, and their maxima.
//!
//! Value and gradient are exact. Of the curvature Laplace's share is exact and the difference's is built up by secants
//! (symmetric rank one) on the way ([`surface`]), then taken by differences of its gradient once, at the end
//! ([`curvature`]).

mod curvature;
mod maximise;
mod surface;

pub(crate) use maximise::maximise_corrected;

use super::evaluate::{Objective, Order};
use super::point::{Derivatives, Point};
use crate::family::Family;
use ndarray::Array1;

/// What a log-likelihood adds to Laplace's.
pub(crate) trait Correction {
    /// What of Laplace it needs at a point beside the modes.
    fn needs(&self) -> Order {
        Order::Gradient
    }

    /// How its curvature is taken at the maximum.
    fn stencil(&self) -> Stencil {
        Stencil::Central
    }

    /// The difference at a point; `modes` and `laplace`, with what is needed, belong to the point. `None` where the
    /// difference cannot be computed.
    fn difference(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &[f64],
        laplace: &Derivatives,
    ) -> Option<Difference>;

    /// Why a maximum cannot be believed, if it cannot; nothing to say unless a correction knows better.
    fn refusal(
        &mut self,
        _objective: &mut Objective<'_>,
        _family: Family,
        _point: &Point,
        _modes: &[f64],
    ) -> Option<String> {
        None
    }
}

/// Differences of a gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stencil {
    /// To both sides, with steps that a gradient with some error bears.
    Central,
    /// To one side, with steps so short that only a gradient with all its digits bears them; half the work.
    Forward,
}

/// The difference from Laplace's log-likelihood at a point.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    pub value: f64,
    /// Over (β, υ, φ).
    pub gradient: Array1<f64>,
    /// The error to expect of the value, absolute.
    pub noise: f64,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::surface::vector;
    use super::*;
    use crate::error::Result;
    use crate::estimate::maximise::{Estimate, Start, maximise};
    use crate::estimate::options::Options;
    use crate::model::Model;
    use crate::progress::Iteration;
    use std::ops::ControlFlow;

    fn unwatched(_: &Iteration) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn corrected(model: Model, correction: &mut impl Correction) -> (Estimate, Result<Estimate>) {
        let problem = super::super::fixture::problem(model, 120, 4);
        let options = Options::default();
        let laplace = maximise(&problem, &options, Start::Cold, &mut unwatched).unwrap();
        let found = maximise_corrected(&problem, &options, laplace.clone(), correction, &mut unwatched);
        (laplace, found)
    }

    /// Laplace's own log-likelihood once more.
    struct Again;

    impl Correction for Again {
        fn difference(
            &mut self,
            objective: &mut Objective<'_>,
            family: Family,
            point: &Point,
            modes: &[f64],
            _: &Derivatives,
        ) -> Option<Difference> {
            let all = objective.evaluate(family, point, &mut modes.to_vec(), Order::Gradient);
            Some(Difference { value: all.value, gradient: all.gradient, noise: 0.0 })
        }
    }

    #[test]
    fn twice_a_log_likelihood_has_its_maximum_and_twice_its_curvature() {
        for model in [Model::poisson(), Model::neg_bin2(), Model::poisson().row_effect()] {
            let (laplace, found) = corrected(model, &mut Again);
            let found = found.unwrap();
            let (once, twice) = (&laplace.position, &found.position);
            assert!((twice.derivatives.value - 2.0 * once.derivatives.value).abs() < 1e-8);
            let scale = once.derivatives.hessian.iter().fold(0.0f64, |most, h| most.max(h.abs()));
            for (one, two) in once.derivatives.hessian.iter().zip(&twice.derivatives.hessian) {
                assert!((two - 2.0 * one).abs() < 1e-6 * scale, "{two} {one} {:?}", found.coordinates);
            }
        }
    }

    /// The same with its curvature taken the quick way.
    struct Quickly;

    impl Correction for Quickly {
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
            Again.difference(objective, family, point, modes, laplace)
        }
    }

    #[test]
    fn short_steps_to_one_side_tell_the_curvature_of_an_exact_gradient() {
        for model in [Model::poisson(), Model::neg_bin2()] {
            let (laplace, found) = corrected(model, &mut Quickly);
            let (once, twice) =
                (laplace.position.derivatives.hessian, found.unwrap().position.derivatives.hessian);
            for i in 0..once.nrows() {
                for j in 0..once.nrows() {
                    let scale = (once[[i, i]] * once[[j, j]]).abs().sqrt();
                    assert!((twice[[i, j]] - 2.0 * once[[i, j]]).abs() < 1e-4 * scale, "{i} {j}");
                }
            }
        }
    }

    /// A bowl around a point, in (β, υ, φ); no value beyond a wall.
    struct Bowl {
        centre: Array1<f64>,
        steep: f64,
        wall: f64,
        met: usize,
    }

    impl Correction for Bowl {
        fn difference(
            &mut self,
            _: &mut Objective<'_>,
            _: Family,
            point: &Point,
            _: &[f64],
            laplace: &Derivatives,
        ) -> Option<Difference> {
            if point.beta[0] > self.wall {
                self.met += 1;
                return None;
            }
            let from_centre = vector(point, laplace.gradient.len()) - &self.centre;
            let value = -0.5 * self.steep * from_centre.dot(&from_centre);
            Some(Difference { value, gradient: -self.steep * from_centre, noise: 0.0 })
        }
    }

    #[test]
    fn a_steep_correction_is_followed_far_from_laplace() {
        let centre = Array1::from(vec![0.5, -0.4, 0.3, 0.7, 0.2]);
        let mut bowl = Bowl { centre: centre.clone(), steep: 1e7, wall: f64::INFINITY, met: 0 };
        let found = corrected(Model::poisson(), &mut bowl).1.unwrap();
        let at = vector(&found.position.point, centre.len());
        assert!((at - &centre).iter().all(|far| far.abs() < 1e-3));
        let curvature = found.position.derivatives.hessian.diag().mapv(|h| h / -1e7);
        assert!(curvature.iter().all(|share| (share - 1.0).abs() < 1e-2), "{curvature}");
    }

    #[test]
    fn where_a_correction_has_no_value_the_step_is_given_back() {
        let centre = Array1::from(vec![2.4, 0.0, 0.0, 0.3, 0.2]);
        let mut bowl = Bowl { centre, steep: 1e3, wall: 2.41, met: 0 };
        let (laplace, found) = corrected(Model::poisson(), &mut bowl);
        let found = found.unwrap();
        assert!(found.position.point.beta[0] < bowl.wall, "{:?}", laplace.position.point);
        assert!(found.trace.len() > laplace.trace.len());
    }
}
