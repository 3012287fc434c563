//! Completed tables from joint draws, wherever these came from.

use super::completed::{Completed, Origin};
use super::imputer::{complete, draw_counts};
use crate::error::Result;
use crate::infer::{Draw, Draws};
use crate::model::Problem;
use rand::Rng;

impl Draws<'_> {
    /// One completed table a draw: counts known in part are drawn inside what was published, given the draw's
    /// parameters and effects. With draws from a posterior a proper multiple imputation under its priors.
    ///
    /// [`Imputer`](super::Imputer) draws one table at a time, and within known totals. Fails where a count cannot be
    /// drawn inside its bounds.
    pub fn completed(&self, rng: &mut (impl Rng + ?Sized)) -> Result<Vec<Completed>> {
        let table = |(problem, draw): (&Problem, &Draw)| {
            let counts = draw_counts(problem, &draw.parameters, &draw.effects, None, &mut *rng)?;
            Ok(complete(problem, &problem.positions_of_coarse_rows(), &counts, Origin::Drawn))
        };
        self.each().map(table).collect()
    }
}
