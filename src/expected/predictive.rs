//! The distribution of a new count.

use super::expectation::Levels;
use super::fitted::Fitted;
use super::rate_moments::{Moments, Nested};
use super::row_sets::{RowSets, SetKind};
use super::sums::Sums;
use crate::error::{ErrorKind, Result};
use crate::estimate::Normal;
use crate::family::{CountQuantiles, Scatter};
use crate::infer::Confidence;

/// What a predicted count takes for the effects of the areas. There is no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Predictive {
    /// Drawn anew: another area with these determinants.
    NewEffects,
    /// The areas' own, as far as they are known: another count in the same areas.
    OwnEffects,
    /// The areas' own as they would be known had the row's (or area's) own count not been seen: the yardstick for that
    /// count. Of a row, parameters and effects are both without it; of an area the effect is.
    WithoutOwnCount,
}

/// A predicted count: mean and standard deviation with all uncertainty and the counts' own scatter.
///
/// Its distribution is taken as the negative binomial with these moments (a Poisson where they are equal).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountPrediction {
    /// The mean; infinite, as the standard deviation is, where nothing is known of the count
    /// ([`CountPrediction::is_unknown`]).
    pub mean: f64,
    /// The standard deviation.
    pub sd: f64,
}

/// Counts from `low` to `high`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountInterval {
    /// The smallest count in it.
    pub low: u64,
    /// The largest count in it.
    pub high: u64,
}

impl CountInterval {
    /// Whether a count lies in it.
    pub fn contains(self, count: u64) -> bool {
        (self.low..=self.high).contains(&count)
    }
}

impl CountPrediction {
    /// A count whose rate is log-normal with this median and variance of its logarithm.
    pub(crate) fn log_normal(median: f64, variance: f64, scatter: Scatter) -> Self {
        Moments::log_normal(median, variance, median.powi(2) * (2.0 * variance).exp()).scattered(scatter)
    }

    /// Whether nothing is known of the count, beyond that it is one: without its own count, of the one row that holds a
    /// determinant apart. Its interval has all counts, and no count stands out from it.
    pub fn is_unknown(&self) -> bool {
        self.sd.is_infinite()
    }

    /// Central prediction interval: at most (1 − confidence)/2 of the distribution lies below and above it.
    ///
    /// Counts are whole, so with small means more of the distribution lies inside than asked for.
    pub fn interval(&self, confidence: Confidence) -> CountInterval {
        let tail = 0.5 * (1.0 - confidence.get());
        let excess = (self.sd * self.sd - self.mean).max(0.0) / (self.mean * self.mean);
        match CountQuantiles::new(self.mean, excess) {
            Some(count) => {
                CountInterval { low: count.quantile(tail) as u64, high: count.quantile(1.0 - tail) as u64 }
            }
            // a mean beyond all counts says nothing
            None => CountInterval { low: 0, high: u64::MAX },
        }
    }
}

impl Fitted<'_> {
    /// The distribution of a new count in each set of rows.
    ///
    /// Rates are log-normal: of one row around its linear predictor, of several by the moments of their sum. Without
    /// its own count a row's predictor is N(η − rV/(1−wV), V/(1−wV)), an area's effect likewise with score and
    /// information of all rows below. Fails where the sets are of another table, and on
    /// [`Predictive::WithoutOwnCount`] of sets that are neither rows nor areas of a model level.
    pub fn predicted(&self, effects: Predictive, over: &RowSets) -> Result<Vec<CountPrediction>> {
        over.refuse_other(self.problem())?;
        let moments = match (effects, &over.kind) {
            (Predictive::NewEffects, _) => self.with_new_effects(over),
            (Predictive::OwnEffects, _) => self.with_own_effects(over),
            (Predictive::WithoutOwnCount, SetKind::Rows) => self.rows_without_their_counts(over),
            (Predictive::WithoutOwnCount, SetKind::Level(level)) => {
                self.areas_without_their_counts(over, self.level_of_sets(level, over)?)
            }
            (Predictive::WithoutOwnCount, SetKind::Any) => {
                let message = "a prediction without the own count is for single rows or for the areas of a level of the model";
                return Err(ErrorKind::Specification { message: message.into() }.into());
            }
        };
        let scatter = self.posterior.at.scatter;
        Ok(moments.into_iter().map(|moments| moments.scattered(scatter)).collect())
    }

    /// Where a level is among the fit's; fails unless each set is one of its areas, whole.
    fn level_of_sets(&self, level: &str, over: &RowSets) -> Result<usize> {
        let at = self.problem().model_level(level)?;
        let mut sizes = vec![0; self.posterior.nodes.nodes.len()];
        (0..self.fixed_part().len()).for_each(|row| sizes[self.node(row, at)] += 1);
        let whole = |positions: &[u32]| {
            let mut nodes = positions.iter().map(|&row| self.node(row as usize, at));
            let first = nodes.next();
            first.is_some_and(|node| sizes[node] == positions.len()) && nodes.all(|node| Some(node) == first)
        };
        match over.each().all(whole) {
            true => Ok(at),
            false => {
                let message = format!(
                    "level '{level}' has other areas in this fit than where the sets were made: make them from its problem"
                );
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    fn with_own_effects(&self, over: &RowSets) -> Vec<Moments> {
        let by_row = self.conditional();
        let predictors = self.posterior.predictors();
        let mut sums = Sums::new(self, self.all_levels());
        let each = over.each().map(|positions| {
            let sum = sums.of(positions, &by_row);
            let squares = positions.iter().map(|&at| {
                let variance = predictors[self.sorted(at as usize)].variance;
                by_row[at as usize].powi(2) * (2.0 * variance).exp()
            });
            Moments::log_normal(sum.count, sum.log_std_error().powi(2), squares.sum())
        });
        each.collect()
    }

    fn with_new_effects(&self, over: &RowSets) -> Vec<Moments> {
        let levels = Levels { known: 0, averaged: 0..self.levels.len() };
        let by_row = self.by_row(&levels);
        let mut sums = Sums::new(self, levels);
        let (n_nodes, variances) = (self.posterior.nodes.nodes.len(), self.variances());
        let mut nested = Nested::new(n_nodes, 0, |at, level| self.node(at, level));
        let each = over.each().map(|positions| {
            let sum = sums.of(positions, &by_row);
            nested.moments(positions, &by_row, variances).spread(sum.log_std_error().powi(2))
        });
        each.collect()
    }

    fn rows_without_their_counts(&self, over: &RowSets) -> Vec<Moments> {
        let cavities = self.posterior.cavities();
        let row = |positions: &[u32]| {
            let sum = positions.iter().map(|&at| {
                let Normal { mean, variance } = cavities[self.sorted(at as usize)];
                Moments::log_normal(mean.exp(), variance, (2.0 * (mean + variance)).exp())
            });
            sum.fold(Moments::NOTHING, Moments::plus)
        };
        over.each().map(row).collect()
    }

    fn areas_without_their_counts(&self, over: &RowSets, level: usize) -> Vec<Moments> {
        let nodes = &self.posterior.nodes;
        let finer = level + 1..self.levels.len();
        let shift = Levels { known: 0, averaged: finer.clone() }.shift(&nodes.point.variances);
        let mut sums = Sums::new(self, Levels { known: level + 1, averaged: finer });
        let mut nested = Nested::new(nodes.nodes.len(), level + 1, |at, level| self.node(at, level));
        let mut by_row = self.fixed_part().to_vec();
        let each = over.each().map(|positions| {
            let Some(&first) = positions.first() else { return Moments::NOTHING };
            let node = &nodes.nodes[self.node(first as usize, level)];
            let known = Normal { mean: node.mode, variance: node.v };
            let effect = known.without(node.score_below, node.information_below);
            let factor = (effect.mean + shift).exp();
            positions.iter().for_each(|&at| by_row[at as usize] *= factor);
            let own = nested.moments(positions, &by_row, self.variances());
            let sum = sums.of(positions, &by_row);
            // the effect's own share comes from the cavity, the parameters' from the sum
            let of_parameters =
                (sum.std_error.powi(2) - node.v * sum.count.powi(2)).max(0.0) / sum.count.powi(2);
            own.spread(effect.variance + of_parameters)
        });
        each.collect()
    }

    fn variances(&self) -> &[f64] {
        &self.posterior.nodes.point.variances[..self.levels.len()]
    }

    fn all_levels(&self) -> Levels {
        Levels { known: self.levels.len(), averaged: 0..0 }
    }
}
