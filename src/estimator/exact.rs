//! Maximum exact likelihood.

use super::{Estimator, Progress};
use crate::error::Result;
use crate::estimate::{Options, Orders};
use crate::infer::Fit;
use crate::model::Problem;

/// Maximum likelihood with the integrals over the area effects taken by quadrature along the tree, for any depth.
///
/// The log-likelihood of its fit has the error that [`crate::infer::Approximation::Exact`] states; standard errors are from
/// its own curvature. Area effects are conditional modes at the estimates, as in every fit;
/// [`crate::estimate::ExactLikelihood::area_effects`] has their posterior means.
///
/// ```
/// # fn main() -> nestcount::Result<()> {
/// use nestcount::estimator::{Estimator, Exact, HasLogLikelihood};
/// # use nestcount::simulate::{ScpVariant, scp_world};
/// # use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
/// # use nestcount::{area::*, count::CountTable, determinant::Determinants, Model};
/// # let table = scp_world(ScpVariant::Standard).draw(&mut ChaCha12Rng::seed_from_u64(1))?.table;
/// # let areas = Placement::from_table(&table, &["jeugdregio", "gemeente"], CodeScope::Unique)?;
/// # let counts = CountTable::from_table(&table, "gebruikers", "jeugdigen")?;
/// # let design = Determinants::new().build(&table, &areas, counts.rows())?;
/// # let problem = Model::poisson().random_intercept("gemeente").check(&areas, &counts, design)?;
/// let exact = Exact::default().estimate(&problem)?;
/// println!("{} {:?}", exact.log_likelihood(), exact.approximation());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exact {
    /// Tolerances and caps of the climb.
    pub options: Options,
    /// How finely the integrals are taken.
    pub orders: Orders,
}

impl Estimator for Exact {
    type Answer = Fit;

    fn name(&self) -> &str {
        "exact"
    }

    fn estimate_watched(&self, problem: &Problem, progress: &mut Progress<'_>) -> Result<Fit> {
        problem.fit_exact(self.orders, &self.options, progress)
    }
}
