//! Maximum likelihood to second order.

use super::{Estimator, Progress};
use crate::error::Result;
use crate::estimate::{Options, SecondOrder as Epsilon};
use crate::infer::{Approximation, Fit};
use crate::model::Problem;

/// Maximises L + ε, Laplace's log-likelihood with the next term of the expansion.
///
/// It takes away most of what Laplace misses, at three to six times the time; the means may be small and rows may have
/// effects of their own. It fails with [`crate::ErrorKind::NotConverged`] where areas with few events vary so much that
/// the expansion breaks down: where its maximum would mean nothing, or there is none. Sources: Shun & McCullagh 1995, JRSSB 57:749; Raudenbush, Yang & Yosef 2000, JCGS 9:141.
///
/// ```
/// # fn main() -> nestcount::Result<()> {
/// use nestcount::estimator::{Estimator, SecondOrder};
/// use nestcount::infer::Approximation;
/// # use nestcount::simulate::{ScpVariant, scp_world};
/// # use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
/// # use nestcount::{area::*, count::CountTable, determinant::Determinants, Model};
/// # let table = scp_world(ScpVariant::Standard).draw(&mut ChaCha12Rng::seed_from_u64(1))?.table;
/// # let areas = Placement::from_table(&table, &["jeugdregio", "gemeente"], CodeScope::Unique)?;
/// # let counts = CountTable::from_table(&table, "gebruikers", "jeugdigen")?;
/// # let design = Determinants::new().build(&table, &areas, counts.rows())?;
/// # let problem = Model::poisson().random_intercept("gemeente").check(&areas, &counts, design)?;
/// let fit = SecondOrder::default().estimate(&problem)?;
/// assert_eq!(*fit.approximation(), Approximation::SecondOrder);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SecondOrder {
    /// Tolerances and caps.
    pub options: Options,
}

impl Estimator for SecondOrder {
    type Answer = Fit;

    fn name(&self) -> &str {
        "second-order"
    }

    fn estimate_watched(&self, problem: &Problem, progress: &mut Progress<'_>) -> Result<Fit> {
        let mut epsilon = Epsilon::new(problem);
        problem.fit_corrected(&mut epsilon, &self.options, Approximation::SecondOrder, progress)
    }
}
