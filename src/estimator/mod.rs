//! By which method: every estimator takes the same problem and gives the same kind of answer.
//!
//! What an estimator cannot give is absent from its answer's type: [`HasLogLikelihood`] is for those that maximise one.
//! Estimators can be written outside this crate against the same face.

mod any;
mod bayes;
mod bound_fit;
mod estimated;
mod exact;
mod laplace;
mod lognormal;
mod quasi;
mod quasi_fit;
mod second_order;

pub use any::AnyEstimator;
pub use bayes::{
    Bayes, CoefficientPrior, Doubt, ImportanceSampling, LogEvidence, LogThetaPrior, Marginal, MarkovChains,
    ParameterSummary, Posterior, Priors, Reliability, Sampler, Sampling, SdPrior,
};
mod variational;
pub use bound_fit::BoundFit;
pub(crate) use estimated::HasEstimates;
pub use estimated::{Estimated, HasLogLikelihood};
pub use exact::Exact;
pub use laplace::Laplace;
pub use lognormal::Lognormal;
pub use quasi::{Mql, Pql};
pub use quasi_fit::{QuasiFit, QuasiLikelihood};
pub use second_order::SecondOrder;
pub use variational::Variational;

use crate::error::Result;
use crate::model::Problem;
use crate::progress::Iteration;
use std::ops::ControlFlow;

/// Sees every evaluation, and may stop the work.
pub type Progress<'a> = dyn FnMut(&Iteration) -> ControlFlow<()> + 'a;

/// A way to estimate the parameters and area effects of a problem, with its options.
///
/// ```
/// # fn main() -> nestcount::Result<()> {
/// use nestcount::estimator::{Estimator, Estimated, Laplace};
/// # use nestcount::simulate::{ScpVariant, scp_world};
/// # use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
/// # use nestcount::{area::*, count::CountTable, determinant::Determinants, Model};
/// # let table = scp_world(ScpVariant::Standard).draw(&mut ChaCha12Rng::seed_from_u64(1))?.table;
/// # let areas = Placement::from_table(&table, &["jeugdregio", "gemeente"], CodeScope::Unique)?;
/// # let counts = CountTable::from_table(&table, "gebruikers", "jeugdigen")?;
/// # let design = Determinants::new().build(&table, &areas, counts.rows())?;
/// # let problem = Model::poisson().random_intercept("gemeente").check(&areas, &counts, design)?;
/// let answer = Laplace::default().estimate(&problem)?;
/// println!("{}", answer.coefficients()[0].estimate);
/// # Ok(())
/// # }
/// ```
pub trait Estimator {
    /// What it gives.
    type Answer: Estimated;

    /// Its name in tables and reports: short, lower case, words joined by hyphens.
    fn name(&self) -> &str;

    /// Estimates; `progress` sees every evaluation and may stop the work.
    ///
    /// Fails with [`crate::ErrorKind::NotConverged`] rather than answer with a point that is none.
    fn estimate_watched(&self, problem: &Problem, progress: &mut Progress<'_>) -> Result<Self::Answer>;

    /// Estimates, unwatched.
    fn estimate(&self, problem: &Problem) -> Result<Self::Answer> {
        self.estimate_watched(problem, &mut |_| ControlFlow::Continue(()))
    }
}
