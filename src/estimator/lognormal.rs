//! Maximum likelihood with Poisson-lognormal rows.

use super::{Estimator, Progress};
use crate::error::Result;
use crate::estimate::Options;
use crate::infer::Fit;
use crate::model::Problem;

/// Maximum likelihood of a model with a row effect, every row's own effect integrated out in one dimension: rows are
/// Poisson-lognormal (NB2-lognormal), and Laplace's approximation is left for the effects of areas alone.
///
/// Most of what Laplace misses where rows have effects is in the rows, a handful of events each; areas have many. For the
/// Poisson it costs about twice Laplace, a twentieth of [`crate::estimator::Exact`]; for NB2 about what that does. Counts may
/// be known in part. Fails with
/// [`crate::ErrorKind::UnknownLevel`] where the model has no row effect. Area and row effects are conditional modes at the
/// estimates, as in every fit. Source: Aitchison & Ho 1989, Biometrika 76:643.
///
/// ```
/// # fn main() -> nestcount::Result<()> {
/// use nestcount::estimator::{Estimator, Lognormal};
/// use nestcount::infer::Approximation;
/// # use nestcount::simulate::World;
/// # use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
/// # use nestcount::{area::*, count::CountTable, determinant::Determinants, Model};
/// # let world = World::new(300).level("town", 30, 0.3).row_sd(0.5).rate(2.0);
/// # let table = world.draw(&mut ChaCha12Rng::seed_from_u64(1))?.table;
/// # let areas = Placement::from_table(&table, &["town"], CodeScope::Unique)?;
/// # let counts = CountTable::from_table(&table, "count", "exposure")?;
/// # let design = Determinants::new().build(&table, &areas, counts.rows())?;
/// let problem = Model::poisson().random_intercept("town").row_effect().check(&areas, &counts, design)?;
/// let fit = Lognormal::default().estimate(&problem)?;
/// assert!(matches!(fit.approximation(), Approximation::Lognormal { error, .. } if *error < 1e-6));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lognormal {
    /// Tolerances and caps.
    pub options: Options,
}

impl Estimator for Lognormal {
    type Answer = Fit;

    fn name(&self) -> &str {
        "poisson-lognormal"
    }

    fn estimate_watched(&self, problem: &Problem, progress: &mut Progress<'_>) -> Result<Fit> {
        problem.fit_lognormal(&self.options, progress)
    }
}
