//! Which estimator is asked, and what it gives.

use crate::arguments::{Arguments, EstimatorName};
use crate::question;
use crate::watch::Watch;
use nestcount::estimator::{
    Bayes, BoundFit, Doubt, Estimated, Estimator, Exact, Laplace, Lognormal, Mql, Posterior, Pql, QuasiFit,
    Reliability, SecondOrder, Variational,
};
use nestcount::{Fit, Options, Problem, Result};
use std::fmt;

/// An estimator's answer, by what it holds beyond the estimates.
pub(crate) enum Estimates {
    /// A maximum of a log-likelihood.
    Fit(Box<Fit>),
    /// No likelihood.
    Quasi(Box<QuasiFit>),
    /// A bound of the log-likelihood.
    Bound(Box<BoundFit>),
    /// Draws and intervals.
    Posterior(Box<Posterior>),
}

impl Estimates {
    pub(crate) fn common(&self) -> &dyn Estimated {
        match self {
            Estimates::Fit(fit) => fit.as_ref(),
            Estimates::Quasi(fit) => fit.as_ref(),
            Estimates::Bound(fit) => fit.as_ref(),
            Estimates::Posterior(posterior) => posterior.as_ref(),
        }
    }

    pub(crate) fn fit(&self) -> Option<&Fit> {
        match self {
            Estimates::Fit(fit) => Some(fit),
            _ => None,
        }
    }

    pub(crate) fn lower_bound(&self) -> Option<f64> {
        match self {
            Estimates::Bound(fit) => Some(fit.lower_bound()),
            _ => None,
        }
    }

    pub(crate) fn posterior(&self) -> Option<&Posterior> {
        match self {
            Estimates::Posterior(posterior) => Some(posterior),
            _ => None,
        }
    }

    /// Why they are not to be believed, where that is known.
    pub(crate) fn doubt(&self) -> Option<Doubt> {
        match self.posterior()?.reliability() {
            Reliability::Reliable => None,
            Reliability::Unreliable(doubt) => Some(doubt),
        }
    }
}

impl fmt::Display for Estimates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Estimates::Fit(fit) => fit.fmt(f),
            Estimates::Quasi(fit) => fit.fmt(f),
            Estimates::Bound(fit) => fit.fmt(f),
            Estimates::Posterior(posterior) => posterior.fmt(f),
        }
    }
}

/// Estimates as asked, with a sign of life.
pub(crate) fn estimate(asked: &Arguments, problem: &Problem) -> Result<Estimates> {
    let mut watch = Watch::new();
    let answer = by_name(asked, problem, &mut watch);
    watch.finish();
    answer
}

fn by_name(asked: &Arguments, problem: &Problem, watch: &mut Watch) -> Result<Estimates> {
    let options = |default: Options| question::options(asked, default);
    let see = &mut |iteration: &_| watch.see(iteration);
    let fit = |fit: Result<Fit>| Ok(Estimates::Fit(Box::new(fit?)));
    let quasi = |fit: Result<QuasiFit>| Ok(Estimates::Quasi(Box::new(fit?)));
    match asked.estimation.estimator {
        EstimatorName::Laplace => {
            fit(Laplace { options: options(Options::default()) }.estimate_watched(problem, see))
        }
        EstimatorName::SecondOrder => {
            let default = SecondOrder::default();
            fit(SecondOrder { options: options(default.options) }.estimate_watched(problem, see))
        }
        EstimatorName::Exact => {
            let default = Exact::default();
            fit(Exact { options: options(default.options), ..default }.estimate_watched(problem, see))
        }
        EstimatorName::PoissonLognormal => {
            let default = Lognormal::default();
            fit(Lognormal { options: options(default.options) }.estimate_watched(problem, see))
        }
        EstimatorName::Pql => {
            quasi(Pql { options: options(Pql::default().options) }.estimate_watched(problem, see))
        }
        EstimatorName::Mql => {
            quasi(Mql { options: options(Mql::default().options) }.estimate_watched(problem, see))
        }
        EstimatorName::Variational => {
            let variational = Variational { options: options(Variational::default().options) };
            Ok(Estimates::Bound(Box::new(variational.estimate_watched(problem, see)?)))
        }
        EstimatorName::Bayes => {
            let default = Bayes::default();
            let bayes = Bayes {
                priors: asked.estimation.priors.clone().unwrap_or_default().0,
                proposals: asked.estimation.draws.unwrap_or(default.proposals),
                seed: asked.published.seed.unwrap_or(default.seed),
                threads: asked.published.threads.unwrap_or(default.threads),
                options: options(default.options.clone()),
                ..default
            };
            Ok(Estimates::Posterior(Box::new(bayes.estimate_watched(problem, see)?)))
        }
    }
}
