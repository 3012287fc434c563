//! Completed tables from joint draws, wherever these came from.

use super::completed::{Completed, Origin};
use super::imputer::complete;
use crate::count::RestrictedCount;
use crate::error::Result;
use crate::infer::{Draw, Draws};
use crate::model::Problem;
use rand::Rng;

impl Draws<'_> {
    /// One completed table a draw: counts known in part are drawn inside what was published, given the draw's
    /// parameters and effects. With draws from a posterior a proper multiple imputation under its priors.
    ///
    /// Fails where a count cannot be drawn inside its bounds.
    pub fn completed(&self, rng: &mut (impl Rng + ?Sized)) -> Result<Vec<Completed>> {
        let table = |(problem, draw): (&Problem, &Draw)| {
            let means = problem.means_of_coarse_rows(&draw.parameters.point.beta, &draw.effects);
            let scatter = draw.parameters.scatter;
            let each = problem.coarse.iter().zip(means);
            let counts = each.map(|(row, mean)| {
                Ok(RestrictedCount::new(row.count, mean, scatter)?.draw(&mut *rng)? as f64)
            });
            let counts = counts.collect::<Result<Vec<f64>>>()?;
            Ok(complete(problem, &problem.positions_of_coarse_rows(), &counts, Origin::Drawn))
        };
        self.each().map(table).collect()
    }
}
