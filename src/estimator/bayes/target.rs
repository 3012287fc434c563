//! The log-posterior of the parameters, area effects integrated out, up to the constant that is the evidence.

use super::beginning::Beginning;
use super::log_prior::LogPrior;
use super::marginal::{Integral, Plan};
use crate::estimate::{Derivatives, Objective, Options, Order, Point};
use crate::family::Family;
use crate::model::Problem;
use ndarray::{Array1, Array2};
use std::borrow::Cow;
use std::ops::Range;

/// log p(y | ψ) + log p(ψ) at ψ = (β̃, ξ, φ): standardised coefficients, ξ = log σ, φ = log θ.
#[derive(Debug)]
pub(super) struct Target<'a> {
    problem: &'a Problem,
    objective: Objective<'a>,
    integral: Integral,
    prior: &'a LogPrior,
    begin: Cow<'a, Beginning>,
    effects: Vec<f64>,
}

/// Value and derivatives over ψ.
#[derive(Debug, Clone)]
pub(super) struct Curved {
    pub value: f64,
    /// The size of the terms that the value is the small difference of.
    pub magnitude: f64,
    pub gradient: Array1<f64>,
    pub hessian: Array2<f64>,
}

impl Curved {
    pub(super) fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().chain(&self.hessian).all(|x| x.is_finite())
    }
}

/// The effects' mode is found when no effect moves by more: the value is off by about the fourth power of this times
/// the information, and the weights need no more.
pub(super) const MODE_TOLERANCE: f64 = 1e-4;

impl<'a> Target<'a> {
    /// The search for the mode of the effects begins at 0 and, while `evaluate` climbs, at the last mode.
    pub(super) fn new(problem: &'a Problem, prior: &'a LogPrior, options: &Options) -> Self {
        let zeros = vec![0.0; problem.nodes.n_nodes()];
        let objective = Objective::new(problem, options);
        let integral = Integral::Laplace;
        let begin = Cow::Owned(Beginning::still(zeros.clone()));
        Target { problem, objective, integral, prior, begin, effects: zeros }
    }

    /// The same for many values around a point whose modes are known: each search begins from there, so that a value
    /// does not depend on those before it.
    pub(super) fn around(
        problem: &'a Problem,
        prior: &'a LogPrior,
        options: &Options,
        plan: Plan,
        begin: &'a Beginning,
    ) -> Self {
        let mode_tolerance = options.mode_tolerance.max(MODE_TOLERANCE);
        let options = Options { mode_tolerance, ..options.clone() };
        Target {
            begin: Cow::Borrowed(begin),
            integral: plan.integral(problem),
            ..Target::new(problem, prior, &options)
        }
    }

    pub(super) fn options(&self) -> &Options {
        &self.objective.options
    }

    /// The modes of the effects at the point of the last evaluation.
    pub(super) fn modes(&self) -> &[f64] {
        &self.effects
    }

    /// Makes the last modes those that searches begin at.
    pub(super) fn keep_modes(&mut self) {
        self.begin.to_mut().set(&self.effects);
    }

    /// The log-density; `None` where it cannot be computed.
    pub(super) fn value(&mut self, psi: &[f64]) -> Option<f64> {
        self.begin.write(psi, &mut self.effects);
        let (point, family) = (point(self.problem, psi), self.problem.family());
        let value = self.integral.value(&mut self.objective, family, &point, &mut self.effects)?;
        Some(value + self.prior.value(psi)).filter(|value| value.is_finite())
    }

    /// The log-density and its gradient.
    #[cfg_attr(not(feature = "nuts"), allow(dead_code))] // chains alone need it
    pub(super) fn gradient(&mut self, psi: &[f64]) -> Option<(f64, Array1<f64>)> {
        // chains go farther out than tangents reach
        self.effects.copy_from_slice(self.begin.modes());
        let (point, family) = (point(self.problem, psi), self.problem.family());
        let (value, mut gradient) =
            self.integral.gradient(&mut self.objective, family, &point, &mut self.effects)?;
        let value = value + self.prior.value(psi);
        for at in self.places_of_sds() {
            gradient[at] *= 2.0 * (2.0 * psi[at]).exp();
        }
        self.prior.add_gradient(psi, &mut gradient);
        (value.is_finite() && gradient.iter().all(|g| g.is_finite())).then_some((value, gradient))
    }

    /// Laplace's log-density with gradient and Hessian.
    pub(super) fn curved(&mut self, psi: &[f64]) -> Curved {
        self.begin.write(psi, &mut self.effects);
        let (point, family) = (point(self.problem, psi), self.problem.family());
        let laplace = self.objective.evaluate(family, &point, &mut self.effects, Order::Hessian);
        let Derivatives { value, magnitude, mut gradient, mut hessian } = laplace;
        // dυ/dξ = 2υ, d²υ/dξ² = 4υ
        for at in self.places_of_sds() {
            let factor = 2.0 * (2.0 * psi[at]).exp();
            hessian.row_mut(at).mapv_inplace(|h| h * factor);
            hessian.column_mut(at).mapv_inplace(|h| h * factor);
            hessian[[at, at]] += 2.0 * factor * gradient[at];
            gradient[at] *= factor;
        }
        let of_prior = self.prior.add_derivatives(psi, &mut gradient, &mut hessian);
        Curved { value: value + of_prior, magnitude, gradient, hessian }
    }

    fn places_of_sds(&self) -> Range<usize> {
        variances_of(self.problem)
    }
}

/// Where the ξ stand in ψ, and the υ among the parameters of the passes.
pub(super) fn variances_of(problem: &Problem) -> Range<usize> {
    problem.n_terms()..problem.n_terms() + problem.n_variances()
}

/// The point of the passes at ψ.
pub(super) fn point(problem: &Problem, psi: &[f64]) -> Point {
    let (beta, scales) = psi.split_at(problem.n_terms());
    let (log_sds, phi) = scales.split_at(problem.n_variances());
    let variances = match log_sds {
        [] => vec![0.0],
        log_sds => log_sds.iter().map(|xi| (2.0 * xi).exp()).collect(),
    };
    Point { beta: beta.to_vec(), variances, phi: phi.first().copied().unwrap_or(0.0) }
}

/// ψ at a point whose variances are above 0.
pub(super) fn psi(problem: &Problem, point: &Point) -> Vec<f64> {
    let log_sds = point.variances.iter().take(problem.n_variances()).map(|variance| 0.5 * variance.ln());
    let phi = (problem.family() == Family::NegBin2).then_some(point.phi);
    point.beta.iter().copied().chain(log_sds).chain(phi).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::marginal::Marginal;
    use super::super::priors::{CoefficientPrior, Priors};
    use super::*;
    use crate::estimate::Orders;
    use crate::estimate::fixture;
    use crate::model::Model;

    #[test]
    fn derivatives_are_those_of_the_value() {
        for (model, psi) in [
            (Model::poisson(), vec![2.1, 0.1, -0.1, -1.2, -0.4]),
            (Model::neg_bin2(), vec![2.1, 0.1, -0.1, -1.2, -3.0, 0.9]),
        ] {
            let problem = fixture::problem(model, 96, 3);
            let priors =
                Priors::default().coefficients(CoefficientPrior::Normal { location: 0.0, scale: 0.3 });
            let prior = LogPrior::new(&priors, &problem);
            let mut target = Target::new(&problem, &prior, &Options::default());
            let all = target.curved(&psi);
            assert!((target.value(&psi).unwrap() - all.value).abs() < 1e-10);
            assert!((target.gradient(&psi).unwrap().1 - &all.gradient).iter().all(|d| d.abs() < 1e-8));
            for i in 0..psi.len() {
                let moved = |step: f64| {
                    let mut psi = psi.clone();
                    psi[i] += step;
                    psi
                };
                let h = 1e-5;
                let slope =
                    (target.value(&moved(h)).unwrap() - target.value(&moved(-h)).unwrap()) / (2.0 * h);
                assert!((slope - all.gradient[i]).abs() < 1e-5 * (1.0 + slope.abs()), "{i}: {slope}");
                let up = target.gradient(&moved(h)).unwrap().1;
                let column = (up - target.gradient(&moved(-h)).unwrap().1) / (2.0 * h);
                for j in 0..psi.len() {
                    let off = (column[j] - all.hessian[[j, i]]).abs();
                    assert!(off < 1e-5 * (1.0 + column[j].abs()), "{i} {j}: {off}");
                }
            }
        }
    }

    #[test]
    fn a_value_does_not_depend_on_those_before_it() {
        let problem = fixture::problem(Model::poisson(), 96, 3);
        let prior = LogPrior::new(&Priors::default(), &problem);
        let modes = vec![0.1; problem.nodes.n_nodes()];
        for plan in [Plan::Laplace, Plan::SecondOrder] {
            let begin = Beginning::new(&problem, &Options::default(), &[2.0, 0.0, 0.1, -1.0, -0.6], &modes);
            let mut target = Target::around(&problem, &prior, &Options::default(), plan, &begin);
            let (here, there) = ([2.1, 0.1, -0.1, -1.2, -0.4], [1.4, 0.5, 0.3, 0.1, -2.4]);
            let first = target.value(&here).unwrap();
            target.value(&there).unwrap();
            assert_eq!(target.value(&here).unwrap(), first);
        }
    }

    #[test]
    fn with_the_next_term_and_by_quadrature_the_gradient_is_that_of_the_value_and_both_come_near() {
        let problem = fixture::problem(Model::neg_bin2(), 96, 3);
        let prior = LogPrior::new(&Priors::default(), &problem);
        let (psi, options) = ([2.1, 0.1, -0.1, -1.2, -1.4, 0.9], Options::default());
        let modes = vec![0.0; problem.nodes.n_nodes()];
        let mut objective = Objective::new(&problem, &options);
        let exact = Marginal::Exact(Orders::default()).plan(&problem, &mut objective, &psi, &modes).unwrap();
        let values = [Plan::Laplace, Plan::SecondOrder, exact].map(|plan| {
            let begin = Beginning::still(modes.clone());
            let mut target = Target::around(&problem, &prior, &options, plan, &begin);
            let (value, gradient) = target.gradient(&psi).unwrap();
            assert!((value - target.value(&psi).unwrap()).abs() < 1e-7);
            for i in 0..psi.len() {
                let mut at = |step: f64| {
                    let mut psi = psi;
                    psi[i] += step;
                    target.value(&psi).unwrap()
                };
                let slope = (at(1e-4) - at(-1e-4)) / 2e-4;
                assert!(
                    (slope - gradient[i]).abs() < 1e-4 * (1.0 + slope.abs()),
                    "{i}: {slope} {}",
                    gradient[i]
                );
            }
            value
        });
        let [laplace, second, exact] = values;
        assert!((second - exact).abs() < 0.1 * (laplace - exact).abs(), "{laplace} {second} {exact}");
    }
}
