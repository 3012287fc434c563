//! Parameters and effects drawn anew given other counts of the same rows: a step of a Markov chain.

use super::beginning::Beginning;
use super::log_prior::LogPrior;
use super::mode::posterior_mode_from;
use super::posterior::Posterior;
use super::proposal::Proposal;
use super::target::{Target, psi};
use crate::error::Result;
use crate::estimate::{Objective, Refining};
use crate::infer::DrawnParameters;
use crate::model::Problem;
use crate::numeric::elementary::exp;
use rand::{Rng, RngExt};
use std::ops::ControlFlow;

/// Proposals of the parameters in a step: of where they were about one part in a hundred is left.
const TRIES: usize = 4;

impl Posterior {
    /// Parameters with the effects of all nodes, drawn from the posterior of these counts under the same priors.
    ///
    /// Parameters by Metropolis and Hastings from where they were, each proposed independently from the t around the mode of
    /// that posterior, so that a step leaves its distribution as it is however good the t; effects given them.
    pub(crate) fn given(
        &self,
        problem: &Problem,
        from: &DrawnParameters,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<(DrawnParameters, Vec<f64>)> {
        let prior = LogPrior::new(&self.priors, problem);
        let mut here = psi(problem, &from.point);
        let unwatched = &mut |_: &_| ControlFlow::Continue(());
        let mode = posterior_mode_from(problem, &prior, &self.options, here.clone(), unwatched)?;
        let mut objective = Objective::new(problem, &super::draws::options());
        let plan = self.marginal.plan(problem, &mut objective, &mode.psi, &mode.effects)?;
        let begin = Beginning::still(mode.effects.clone());
        let mut target = Target::around(problem, &prior, &self.options, plan, &begin);
        let proposal = Proposal::new(mode.psi, mode.precision);
        walk(&mut target, &proposal, &mut here, rng);
        let at = super::draws::parameters_at(problem, &here);
        let mut effects = mode.effects.clone();
        let drawn = objective.draw_effects(at.family, &at.point, &mut effects, Refining::Quick, rng);
        Ok((at, drawn.ok_or_else(super::draws::no_mode)?))
    }
}

fn walk(target: &mut Target<'_>, proposal: &Proposal, at: &mut Vec<f64>, rng: &mut (impl Rng + ?Sized)) {
    let value = target.value(at).unwrap_or(f64::NEG_INFINITY);
    let mut log_weight = value - proposal.log_density_at(at);
    for _ in 0..TRIES {
        let (there, log_density) = proposal.draw(rng);
        let proposed = target.value(&there).map_or(f64::NEG_INFINITY, |value| value - log_density);
        let uniform: f64 = rng.random();
        // also away from where the density has no value
        if proposed > log_weight || uniform < exp(proposed - log_weight) {
            (*at, log_weight) = (there, proposed);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Bayes;
    use crate::estimate::fixture;
    use crate::estimator::Estimator;
    use crate::infer::DrawnParameters;
    use crate::model::Model;
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    /// A chain of steps given the posterior's own counts has the posterior's moments.
    #[test]
    fn steps_given_the_same_counts_leave_the_posterior_as_it_is() {
        let problem = fixture::problem(Model::poisson(), 96, 3);
        let posterior =
            Bayes { proposals: 20_000, threads: 2, ..Bayes::default() }.estimate(&problem).unwrap();
        let mut rng = ChaCha12Rng::seed_from_u64(2);
        let mut at: DrawnParameters = posterior.drawn_parameters(&problem, 0);
        let (n, p) = (2000, problem.n_terms());
        // the left tail of a log sd is long and without weight: standard deviations themselves
        let value = |j: usize, psi: f64| if j < p { psi } else { psi.exp() };
        let mut sums = vec![(0.0, 0.0); posterior.psi.ncols()];
        for _ in 0..n {
            at = posterior.given(&problem, &at, &mut rng).unwrap().0;
            for (j, (sum, psi)) in sums.iter_mut().zip(super::psi(&problem, &at.point)).enumerate() {
                let x = value(j, psi);
                *sum = (sum.0 + x, sum.1 + x * x);
            }
        }
        for (j, (sum, square)) in sums.into_iter().enumerate() {
            let (mean, n) = (sum / f64::from(n), f64::from(n));
            let sd = (square / n - mean * mean).sqrt();
            let column = posterior.psi.column(j);
            let each = || posterior.weights.iter().zip(column.iter().map(|psi| value(j, *psi)));
            let wanted: f64 = each().map(|(w, x)| w * x).sum();
            let spread = each().map(|(w, x)| w * (x - wanted).powi(2)).sum::<f64>().sqrt();
            assert!((mean - wanted).abs() < 0.1 * sd, "{j}: {mean} for {wanted}");
            assert!((sd / spread - 1.0).abs() < 0.1, "{j}: {sd} for {spread}");
        }
    }
}
