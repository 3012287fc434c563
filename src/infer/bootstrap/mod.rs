//! Parametric bootstrap: tables drawn from the fit, each fitted again.
//!
//! A drawn table has new area effects and new counts; its determinants and exposures are those at hand, and what the
//! publisher did to the counts is done again. How the refits scatter around the fit is how the fit scatters around the
//! truth, without a normal distribution in between. A refit that fails is counted, never left out in silence.

mod publication;
mod refits;
mod simulate;

pub use refits::{BootstrapInterval, BootstrapMethod, Bootstrapped, ParameterRefits};

use super::fit::Fit;
use crate::count::{Count, DisclosureRule};
use crate::error::{ErrorKind, Result};
use crate::estimate::Options;
use crate::model::Problem;
use crate::parallel;
pub(super) use publication::Publication;
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
pub(super) use simulate::{Drawn, FittedWorld};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// How many refits, on how many threads, to counts published in which way.
///
/// ```
/// use nestcount::infer::Bootstrap;
/// let wanted = Bootstrap::new(1000).on_threads(2);
/// ```
#[derive(Debug, Clone)]
pub struct Bootstrap<'a> {
    refits: usize,
    threads: usize,
    publication: Publication<'a>,
    variances: DrawnVariances,
    options: Options,
}

/// The variances that tables are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DrawnVariances {
    MaximumLikelihood,
    Adjusted,
}

impl<'a> Bootstrap<'a> {
    /// This many refits. Standard errors ask for some hundred, intervals for a thousand.
    ///
    /// Where all counts at hand are exact the simulated ones are as well; where some are withheld or rounded one has to
    /// say what becomes of the simulated ones.
    pub fn new(refits: usize) -> Self {
        Bootstrap {
            refits,
            threads: 1,
            publication: Publication::default(),
            variances: DrawnVariances::MaximumLikelihood,
            options: Options::default(),
        }
    }

    /// The same on several threads; equal generators give equal bits for any number of them.
    pub fn on_threads(self, threads: usize) -> Self {
        Bootstrap { threads, ..self }
    }

    /// Simulated counts are published under this rule before they are fitted.
    pub fn published_by(self, rule: &'a DisclosureRule) -> Self {
        Bootstrap { publication: Publication::Rule(rule), ..self }
    }

    /// Simulated counts go through a publisher of one's own: from the row in the caller's table, from 0, and the count
    /// to what is known of it. A count that comes back missing says nothing.
    pub fn published_as(self, publisher: &'a (dyn Fn(usize, u64) -> Count + Sync + 'a)) -> Self {
        Bootstrap { publication: Publication::Own(publisher), ..self }
    }

    /// Simulated counts are fitted as they are, whatever became of the counts at hand: how sure one could have been.
    pub fn published_exactly(self) -> Self {
        Bootstrap { publication: Publication::Exactly, ..self }
    }

    /// Tables are drawn with the variances, and the coefficients that go with them, of [`Fit::adjusted`]: with few areas
    /// those of maximum likelihood are too small.
    pub fn at_adjusted_variances(self) -> Self {
        Bootstrap { variances: DrawnVariances::Adjusted, ..self }
    }

    /// Refits with other options than the default ones.
    pub fn fitted_with(self, options: Options) -> Self {
        Bootstrap { options, ..self }
    }

    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    pub(super) fn publication(&self) -> Publication<'a> {
        self.publication
    }

    /// Fails where counts at hand are known in part and nothing was said of the simulated ones.
    pub(super) fn check(&self, problem: &Problem) -> Result<()> {
        self.publication.check(problem)
    }
}

/// How far a bootstrap is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefitsDone {
    /// Refits done, failed ones too.
    pub done: usize,
    /// Refits asked for.
    pub of: usize,
}

/// One statistic of every refit that did not fail, in the order of the draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Resampled<T> {
    /// The statistic of each.
    pub values: Vec<T>,
    /// Those that failed.
    pub failed: FailedRefits,
}

/// Refits that failed, counted by reason.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FailedRefits {
    /// Number by error code ([`Error::code`](crate::Error::code)): `separation` where a drawn table has no finite estimate, `not-converged`, …
    pub by_code: BTreeMap<String, usize>,
}

impl FailedRefits {
    /// How many failed.
    pub fn count(&self) -> usize {
        self.by_code.values().sum()
    }
}

impl Fit {
    /// Parametric bootstrap of all parameters.
    ///
    /// `progress` sees every refit and may stop the work. Fails where the problem is not the one of the fit, where counts
    /// are withheld or rounded and nothing was said of the simulated ones, of a fit that did not maximise the Laplace
    /// likelihood, when it is stopped, and where fewer than two refits end; every other failed refit is counted.
    pub fn bootstrap(
        &self,
        problem: &Problem,
        wanted: &Bootstrap<'_>,
        rng: &mut (impl Rng + ?Sized),
        progress: impl FnMut(RefitsDone) -> ControlFlow<()>,
    ) -> Result<Bootstrapped> {
        let all = self.bootstrap_of(problem, wanted, rng, progress, |fit, _| refits::parameters_of(fit))?;
        Bootstrapped::of(self, problem, all)
    }

    /// The same of any statistic of a refit and its table: `statistic(refit, problem it was fitted to)`.
    pub fn bootstrap_of<T: Send>(
        &self,
        problem: &Problem,
        wanted: &Bootstrap<'_>,
        rng: &mut (impl Rng + ?Sized),
        progress: impl FnMut(RefitsDone) -> ControlFlow<()>,
        statistic: impl Fn(&Fit, &Problem) -> T + Sync,
    ) -> Result<Resampled<T>> {
        self.refuse_unless_laplace("the refits of a bootstrap")?;
        let world = FittedWorld::new(self, problem, wanted)?;
        wanted.check(problem)?;
        let refit = |rng: &mut ChaCha12Rng| {
            let drawn = world.draw(wanted.publication, rng)?;
            let table = problem.with_published(drawn.counts)?;
            let fit = table.fit_starting(drawn.start, &wanted.options, &mut |_| ControlFlow::Continue(()))?;
            Ok(statistic(&fit, &table))
        };
        resample(wanted, rng, progress, refit)
    }
}

impl<T> Resampled<T> {
    /// Fails unless at least so many refits ended.
    pub(crate) fn refuse_fewer_than(&self, least: usize) -> Result<()> {
        let (ended, asked) = (self.values.len(), self.values.len() + self.failed.count());
        if ended >= least {
            return Ok(());
        }
        let reasons: Vec<&str> = self.failed.by_code.keys().map(String::as_str).collect();
        let why = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join(", ")) };
        let message = format!("{ended} of {asked} refits ended, and {least} at least are needed{why}");
        Err(ErrorKind::Specification { message }.into())
    }
}

/// Does the work as often as wanted, each time with a generator of its own, and counts what fails.
pub(crate) fn resample<T: Send>(
    wanted: &Bootstrap<'_>,
    rng: &mut (impl Rng + ?Sized),
    mut progress: impl FnMut(RefitsDone) -> ControlFlow<()>,
    work: impl Fn(&mut ChaCha12Rng) -> Result<T> + Sync,
) -> Result<Resampled<T>> {
    wanted.options.check()?;
    let of = wanted.refits;
    let seeds = parallel::seeds(of, rng);
    let work = |refit: usize| work(&mut ChaCha12Rng::from_seed(seeds[refit]));
    let made = parallel::all(of, wanted.threads, work, |done| progress(RefitsDone { done, of }))
        .map_err(|done| ErrorKind::InferenceCancelled { what: "refits".into(), done, of })?;
    let (mut values, mut failed) = (Vec::with_capacity(of), FailedRefits::default());
    for result in made {
        match result {
            Ok(value) => values.push(value),
            Err(error) => *failed.by_code.entry(error.code().to_string()).or_default() += 1,
        }
    }
    Ok(Resampled { values, failed })
}
