//! What is made of counts known in part, and of missing determinants: which fit, or which fits.

use crate::arguments::{Arguments, Missing, Treat};
use crate::estimator::{self, Estimates};
use crate::failure::Failure;
use crate::output::Output;
use crate::question;
use crate::watch::Watch;
use nestcount::area::Placement;
use nestcount::count::{CountTable, ExclusionReason};
use nestcount::impute::{Imputations, Imputer, IncompleteProblem, PooledFit, WithheldCounts};
use nestcount::table::Table;
use nestcount::{ErrorKind, Fit, Options, Problem, Result};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::time::Instant;

/// What came out.
pub(crate) struct Treated {
    /// The estimates; with imputations the fit that the draws start from.
    pub(crate) estimates: Estimates,
    pub(crate) pooled: Option<PooledFit>,
    pub(crate) n_rows: usize,
    pub(crate) n_read: usize,
    pub(crate) n_interval: usize,
    pub(crate) n_withheld: usize,
    pub(crate) seconds: f64,
}

/// The data in the words of the library.
pub(crate) struct Data<'a> {
    pub(crate) table: &'a Table,
    pub(crate) placement: &'a Placement,
    pub(crate) counts: CountTable,
    /// Rows of the table whose count was withheld.
    pub(crate) withheld: &'a [usize],
}

impl Data<'_> {
    fn n_withheld(&self, problem: &Problem) -> usize {
        self.withheld.iter().filter(|row| problem.rows().binary_search(row).is_ok()).count()
    }
}

/// Fits, as it was asked; what the design reports goes to the output first.
pub(crate) fn fit(asked: &Arguments, data: Data<'_>, output: &Output<'_>) -> Result<Treated, Failure> {
    let wanted = question::determinants(asked)?;
    if asked.missing == Missing::Impute {
        output.say(crate::text::Reading { asked, table: data.table, counts: &data.counts })?;
        return incomplete(asked, &data, output);
    }
    let design = wanted.build(data.table, data.placement, data.counts.rows())?;
    let dropped = design.report().dropped_rows();
    let counts = data.counts.without(&dropped, ExclusionReason::MissingDeterminant);
    output.say(crate::text::Reading { asked, table: data.table, counts: &counts })?;
    output.say(format_args!("\n{}\n", design.report()))?;
    // The file is read and the design built: what follows is what other programs time as their fit.
    let started = Instant::now();
    let problem = question::model(asked)?.check(data.placement, &counts, design)?;
    let problem = match asked.published.treat {
        Treat::Drop | Treat::Midpoint => problem.completed(&problem.midpoints()?)?,
        Treat::Interval | Treat::Impute => problem,
    };
    let estimates = estimator::estimate(asked, &problem)?;
    let pooled = match (asked.published.treat, estimates.fit()) {
        (Treat::Impute, Some(fit)) => Some(imputed(asked, &problem, fit)?),
        _ => None,
    };
    Ok(Treated {
        n_rows: problem.n_rows(),
        n_read: problem.n_read(),
        n_interval: problem.n_coarse(),
        n_withheld: data.n_withheld(&problem),
        estimates,
        pooled,
        seconds: started.elapsed().as_secs_f64(),
    })
}

fn imputed(asked: &Arguments, problem: &Problem, fit: &Fit) -> Result<PooledFit> {
    let mut watch = Watch::new();
    let imputer = Imputer::new(problem, fit, &question::options(asked, Options::default()))?;
    let outcome = imputer.multiply(imputations(asked), &mut generator(asked), |at| watch.see_table(at));
    watch.finish();
    Ok(outcome?.pooled)
}

/// Missing determinants are imputed with whatever is to be imputed of the counts.
fn incomplete(asked: &Arguments, data: &Data<'_>, output: &Output<'_>) -> Result<Treated, Failure> {
    let withheld = match asked.published.treat {
        Treat::Interval => WithheldCounts::AsPublished,
        Treat::Impute => WithheldCounts::Drawn,
        Treat::Drop | Treat::Midpoint => {
            let message = "--missing impute goes with --treat interval or --treat impute".into();
            return Err(Failure::Refused(ErrorKind::Specification { message }.into()));
        }
    };
    let (options, model) = (question::options(asked, Options::default()), question::model(asked)?);
    let wanted = question::determinants(asked)?;
    let started = Instant::now();
    let problem =
        IncompleteProblem::new(&model, &wanted, data.table, data.placement, &data.counts, &options)?;
    output.say(format_args!("\n{} rows have determinants to impute\n", problem.n_incomplete()))?;
    let estimates = estimator::estimate(asked, problem.with_means())?;
    let mut watch = Watch::new();
    let outcome =
        problem.multiply(imputations(asked), withheld, &mut generator(asked), |at| watch.see_table(at));
    watch.finish();
    Ok(Treated {
        estimates,
        pooled: Some(outcome?.pooled),
        n_rows: problem.with_means().n_rows(),
        n_read: problem.with_means().n_read(),
        n_interval: problem.with_means().n_coarse(),
        n_withheld: data.n_withheld(problem.with_means()),
        seconds: started.elapsed().as_secs_f64(),
    })
}

fn imputations(asked: &Arguments) -> Imputations {
    let tables = asked.published.imputations.unwrap_or(20) as usize;
    Imputations::new(tables).on_threads(asked.published.threads.unwrap_or(1))
}

fn generator(asked: &Arguments) -> ChaCha12Rng {
    ChaCha12Rng::seed_from_u64(asked.published.seed.unwrap_or(1))
}
