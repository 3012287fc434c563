//! Where a difference comes from: level by level, the rows' own scatter, and chance.

use super::fitted::Fitted;
use super::row_sets::RowSets;
use crate::count::RestrictedCount;
use crate::error::Result;
use crate::family::Scatter;

/// Actual minus fixed part as a sum: levels from coarse to fine, the rows' own factors, chance.
///
/// A level's part is what the expected count gains when its effects come in. The factor of an NB2 row is
/// Gamma(θ + y, θ + μ) given its count; its part is that of its mean, (y − μ) μ/(θ + μ). Chance is what is left of the
/// count. For several rows each part is the sum of theirs.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// exposure · exp(x'β).
    pub fixed_part: f64,
    /// What each level with a random intercept adds, coarsest first.
    pub levels: Vec<(String, f64)>,
    /// What the rows' own factors add; 0 with Poisson counts. Of a count known in part its mean inside the bounds is
    /// taken.
    pub row_factors: f64,
    /// What is left.
    pub chance: Chance,
}

/// What is left of an actual count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Chance {
    /// Of an observed count.
    Observed(f64),
    /// Not observed: at the smallest and at the largest count it may be.
    Bounded {
        /// At the smallest count.
        low: f64,
        /// At the largest count; none where it is open above.
        high: Option<f64>,
    },
}

impl Fitted<'_> {
    /// The difference between actual count and fixed part, split.
    ///
    /// Fails where the sets are of another table, and where a count known in part has no mean inside its bounds.
    pub fn split(&self, over: &RowSets) -> Result<Vec<Split>> {
        let actual = self.problem().actual(over)?;
        let steps = self.steps();
        let factors = self.factors_of_rows(&steps)?;
        let sum = |by_row: &[f64], positions: &[u32]| -> f64 {
            positions.iter().map(|&at| by_row[at as usize]).sum()
        };
        let all = over.each().zip(actual).map(|(positions, actual)| {
            let totals: Vec<f64> = steps.iter().map(|by_row| sum(by_row, positions)).collect();
            let row_factors = sum(&factors, positions);
            let explained = totals[totals.len() - 1] + row_factors;
            let levels = self.levels.iter().cloned().zip(totals.windows(2).map(|pair| pair[1] - pair[0]));
            let chance = match actual.observed() {
                Some(count) => Chance::Observed(count - explained),
                None => Chance::Bounded {
                    low: actual.low() - explained,
                    high: actual.high().map(|high| high - explained),
                },
            };
            Split { fixed_part: totals[0], levels: levels.collect(), row_factors, chance }
        });
        Ok(all.collect())
    }

    /// Expected counts with the effects of no level, of the coarsest, of the two coarsest, and so on.
    fn steps(&self) -> Vec<Vec<f64>> {
        let nodes = &self.posterior.nodes;
        let mut steps = vec![self.fixed_part().to_vec()];
        for level in 0..self.levels.len() {
            let mode = |position: usize| nodes.nodes[self.node(position, level)].mode;
            let fixed = self.fixed_part().iter().enumerate();
            steps.push(fixed.map(|(position, fixed)| fixed * mode(position).exp()).collect());
        }
        steps
    }

    /// (y − μ) μ/(θ + μ) of each row.
    fn factors_of_rows(&self, steps: &[Vec<f64>]) -> Result<Vec<f64>> {
        let (problem, scatter) = (self.problem(), self.posterior.at.scatter);
        let means = &steps[steps.len() - 1];
        let Scatter::NegBin2 { theta } = scatter else { return Ok(vec![0.0; means.len()]) };
        let mut counts = problem.exact_counts();
        for (&at, row) in problem.positions_of_coarse_rows().iter().zip(&problem.coarse) {
            counts[at] = RestrictedCount::new(row.count, means[at], scatter)?.moments()?.mean;
        }
        Ok(counts.iter().zip(means).map(|(y, mean)| (y - mean) * mean / (theta + mean)).collect())
    }
}
