//! The mode of the posterior of the parameters: Newton with exact Hessians, damped where it is not yet concave.

use super::log_prior::LogPrior;
use super::target::{Curved, Target, point, psi};
use crate::error::{Error, ErrorKind, Result};
use crate::estimate::{Options, start};
use crate::model::Problem;
use crate::numeric::dense::Cholesky;
use crate::progress::{BestPoint, Iteration, Verdict};
use ndarray::Array1;
use std::ops::ControlFlow;

/// The mode, with what a proposal needs of it.
#[derive(Debug, Clone)]
pub(super) struct PosteriorMode {
    pub psi: Vec<f64>,
    /// log p(y | ψ) + log p(ψ) there.
    pub value: f64,
    /// The negative Hessian, factored.
    pub precision: Cholesky,
    /// The mode of the effects there.
    pub effects: Vec<f64>,
    pub trace: Vec<Iteration>,
}

/// First damping after a refused step, as a share of the Hessian's diagonal.
const FIRST_DAMPING: f64 = 1e-3;
/// With more damping than this no step is uphill.
const LAST_DAMPING: f64 = 1e12;
/// The mode is where a proposal is centred: twice what is still to be gained may be this much.
const DECREMENT: f64 = 1e-9;

/// Climbs from least squares and moments; `progress` sees every evaluation and may stop the work.
pub(super) fn posterior_mode(
    problem: &Problem,
    prior: &LogPrior,
    options: &Options,
    progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
) -> Result<PosteriorMode> {
    let counts = problem.typical_counts();
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let largest_theta = options.poisson_question * mean.max(1.0);
    let from = psi(problem, &start(problem, problem.family(), largest_theta));
    posterior_mode_from(problem, prior, options, from, progress)
}

/// Climbs from a point.
pub(super) fn posterior_mode_from(
    problem: &Problem,
    prior: &LogPrior,
    options: &Options,
    from: Vec<f64>,
    progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
) -> Result<PosteriorMode> {
    let target = Target::new(problem, prior, options);
    Climb { problem, target, trace: Vec::new(), progress }.run(from)
}

struct Climb<'a, 'b> {
    problem: &'a Problem,
    target: Target<'a>,
    trace: Vec<Iteration>,
    progress: &'b mut dyn FnMut(&Iteration) -> ControlFlow<()>,
}

impl Climb<'_, '_> {
    fn run(mut self, from: Vec<f64>) -> Result<PosteriorMode> {
        let (mut at, mut psi) = (self.target.curved(&from), from);
        if !at.is_finite() {
            return Err(self.stuck("the posterior has no value where the climb begins".into(), &psi, &at));
        }
        self.target.keep_modes();
        let mut damping = 0.0;
        loop {
            let Some((step, decrement, factor)) = damped_step(&at, &mut damping) else {
                return Err(self.stuck("no step leads uphill".into(), &psi, &at));
            };
            self.see(&at, decrement, Verdict::Taken, &psi)?;
            if damping == 0.0 && decrement < DECREMENT {
                let effects = self.target.modes().to_vec();
                return Ok(PosteriorMode {
                    value: at.value,
                    psi,
                    precision: factor,
                    effects,
                    trace: self.trace,
                });
            }
            (at, psi) = self.uphill(at, psi, (step, decrement), &mut damping)?;
            self.target.keep_modes();
        }
    }

    /// The next point that is not lower than rounding explains.
    fn uphill(
        &mut self,
        at: Curved,
        psi: Vec<f64>,
        (mut step, mut decrement): (Array1<f64>, f64),
        damping: &mut f64,
    ) -> Result<(Curved, Vec<f64>)> {
        loop {
            let limit = self.target.options().max_evaluations;
            if self.trace.len() >= limit {
                let why = format!("the limit of {limit} evaluations was reached");
                return Err(self.stuck(why, &psi, &at));
            }
            let moved = self.moved(&psi, &step);
            let next = self.target.curved(&moved);
            let slack = self.target.options().rounding * at.magnitude;
            if next.is_finite() && next.value >= at.value - slack {
                *damping = if *damping <= FIRST_DAMPING { 0.0 } else { *damping / 10.0 };
                return Ok((next, moved));
            }
            let verdict = if next.is_finite() { Verdict::GivenBack } else { Verdict::NoValue };
            self.see(if next.is_finite() { &next } else { &at }, decrement, verdict, &psi)?;
            *damping = (*damping * 10.0).max(FIRST_DAMPING);
            let Some((shorter, gain, _)) = damped_step(&at, damping) else {
                return Err(self.stuck("no step leads uphill".into(), &psi, &at));
            };
            (step, decrement) = (shorter, gain);
        }
    }

    /// The step, shortened as a whole where a cap asks for it.
    fn moved(&self, psi: &[f64], step: &Array1<f64>) -> Vec<f64> {
        let (options, p) = (self.target.options(), self.problem.n_terms());
        let cap = |i: usize| match (i < p, i < p + self.problem.n_variances()) {
            (true, _) => options.coefficient_step_cap,
            (_, true) => options.log_sd_step_cap,
            _ => options.log_theta_step_cap,
        };
        let share = step.iter().enumerate().map(|(i, s)| cap(i) / s.abs()).fold(1.0, f64::min);
        psi.iter().zip(step).map(|(psi, step)| psi + share * step).collect()
    }

    fn see(&mut self, at: &Curved, decrement: f64, verdict: Verdict, psi: &[f64]) -> Result<()> {
        let evaluation = self.trace.len() + 1;
        let iteration = Iteration { evaluation, log_likelihood: at.value, decrement, verdict };
        self.trace.push(iteration);
        match (self.progress)(&iteration) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(cancelled(self.problem, psi, at.value, &self.trace)),
        }
    }

    fn stuck(&self, why: String, psi: &[f64], at: &Curved) -> Error {
        let best = best(self.problem, psi, at.value, &self.trace);
        ErrorKind::NotConverged { why, best }.into()
    }
}

/// (−H + λ|diag H|)⁻¹g with the smallest λ on the ladder that makes the matrix positive definite.
fn damped_step(at: &Curved, damping: &mut f64) -> Option<(Array1<f64>, f64, Cholesky)> {
    while *damping <= LAST_DAMPING {
        let mut negated = -&at.hessian;
        for i in 0..negated.nrows() {
            negated[[i, i]] += *damping * at.hessian[[i, i]].abs().max(f64::MIN_POSITIVE);
        }
        if let Some(factor) = Cholesky::new(&negated.view()) {
            let step = factor.solve(&at.gradient.view());
            let decrement = step.dot(&at.gradient);
            return Some((step, decrement, factor));
        }
        *damping = (*damping * 10.0).max(FIRST_DAMPING);
    }
    None
}

/// The work was stopped at this point.
pub(super) fn cancelled(problem: &Problem, psi: &[f64], value: f64, trace: &[Iteration]) -> Error {
    ErrorKind::Cancelled { best: best(problem, psi, value, trace) }.into()
}

fn best(problem: &Problem, psi: &[f64], value: f64, trace: &[Iteration]) -> BestPoint {
    let at = point(problem, psi);
    let mut values = problem.standard.coefficients(&at.beta).to_vec();
    values.extend(psi[at.beta.len()..].iter().map(|log| log.exp()));
    BestPoint {
        names: problem.parameters().iter().map(ToString::to_string).collect(),
        values,
        log_likelihood: value,
        trace: trace.to_vec(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::beginning::Beginning;
    use super::super::marginal::Plan;
    use super::super::priors::Priors;
    use super::*;
    use crate::estimate::fixture;
    use crate::model::Model;

    #[test]
    fn nothing_near_the_mode_is_higher_and_its_slope_is_zero() {
        for model in [Model::poisson(), Model::neg_bin2()] {
            let problem = fixture::problem(model, 96, 3);
            let prior = LogPrior::new(&Priors::default(), &problem);
            let mut watch = |_: &Iteration| ControlFlow::Continue(());
            let mode = posterior_mode(&problem, &prior, &Options::default(), &mut watch).unwrap();
            let begin = Beginning::still(mode.effects.clone());
            let mut target = Target::around(&problem, &prior, &Options::default(), Plan::Laplace, &begin);
            let all = target.curved(&mode.psi);
            let step = mode.precision.solve(&all.gradient.view());
            assert!(step.dot(&all.gradient) < 1e-9);
            for i in 0..mode.psi.len() {
                for change in [-0.05, 0.05] {
                    let mut moved = mode.psi.clone();
                    moved[i] += change;
                    assert!(target.value(&moved).unwrap() < mode.value, "{i}");
                }
            }
        }
    }

    #[test]
    fn a_callback_that_stops_the_climb_gets_the_best_point() {
        let problem = fixture::problem(Model::poisson(), 96, 3);
        let prior = LogPrior::new(&Priors::default(), &problem);
        let stop = posterior_mode(&problem, &prior, &Options::default(), &mut |_| ControlFlow::Break(()));
        assert_eq!(stop.unwrap_err().code(), "cancelled");
    }
}
