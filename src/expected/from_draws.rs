//! Expected and predicted counts read off joint draws.

use super::expectation::{Expectation, Levels};
use super::moments::PosteriorMoments;
use super::predictive::CountPrediction;
use super::rate_moments::{Moments, Nested};
use super::row_sets::RowSets;
use crate::error::Result;
use crate::infer::{Draw, Draws, RowRates};

impl Draws<'_> {
    /// Mean and standard deviation of expected counts over the draws, each at its own parameters and effects.
    ///
    /// [`Expectation::Conditional`] is then Σ exposure · exp(x'β + effects) of the draw, and so on. Fails where there is
    /// no random intercept at the level of the expectation, and where the sets are of another table.
    pub fn moments(&self, of: &Expectation, over: &RowSets) -> Result<Vec<PosteriorMoments>> {
        let problem = self.problem()?;
        over.refuse_other(problem)?;
        let names: Vec<String> = problem.levels().into_iter().map(String::from).collect();
        let levels = of.among(&names)?;
        let (mut by_row, mut all) = (vec![0.0; problem.n_rows()], vec![Sums::default(); over.n_sets()]);
        self.each_with_rates(|draw, rates| {
            expect(rates, draw, &levels, &mut by_row);
            for (sums, positions) in all.iter_mut().zip(over.each()) {
                sums.add(positions.iter().map(|&at| by_row[at as usize]).sum(), 0.0);
            }
            Ok(())
        })?;
        Ok(all
            .iter()
            .map(|sums| PosteriorMoments { mean: sums.mean(), sd: sums.variance().sqrt() })
            .collect())
    }

    /// The distribution of another count in the same areas: moments given each draw's parameters and effects, with the
    /// scatter of the family, put together over the draws.
    ///
    /// It is what [`Fitted::predicted`](super::Fitted::predicted) gives for
    /// [`Predictive::OwnEffects`](super::Predictive::OwnEffects). Fails where the sets are of another table.
    pub fn predicted_in_own_areas(&self, over: &RowSets) -> Result<Vec<CountPrediction>> {
        let problem = self.problem()?;
        over.refuse_other(problem)?;
        let (mut by_row, mut all) = (vec![0.0; problem.n_rows()], vec![Sums::default(); over.n_sets()]);
        let n = problem.n_variances();
        let levels = Levels { known: n, averaged: n..n };
        self.each_with_rates(|draw, rates| {
            expect(rates, draw, &levels, &mut by_row);
            for (sums, positions) in all.iter_mut().zip(over.each()) {
                let mean = positions.iter().map(|&at| by_row[at as usize]).sum();
                let squares = positions.iter().map(|&at| by_row[at as usize].powi(2)).sum();
                sums.add_count(Moments { mean, variance: 0.0, squares }, draw);
            }
            Ok(())
        })?;
        Ok(all.iter().map(Sums::prediction).collect())
    }

    /// The distribution of a count in other areas with these determinants, their effects drawn anew: moments given each
    /// draw's parameters, put together over the draws.
    ///
    /// It is what [`Fitted::predicted`](super::Fitted::predicted) gives for
    /// [`Predictive::NewEffects`](super::Predictive::NewEffects). Fails where the sets are of another table.
    pub fn predicted_in_new_areas(&self, over: &RowSets) -> Result<Vec<CountPrediction>> {
        let problem = self.problem()?;
        over.refuse_other(problem)?;
        let (mut by_row, mut all) = (vec![0.0; problem.n_rows()], vec![Sums::default(); over.n_sets()]);
        let n = problem.n_variances();
        let levels = Levels { known: 0, averaged: 0..n };
        let nodes = RowRates::new(problem).nodes_along_rows();
        let mut nested = Nested::new(problem.nodes.n_nodes(), 0, |at, level| nodes[level][at] as usize);
        self.each_with_rates(|draw, rates| {
            expect(rates, draw, &levels, &mut by_row);
            let variances = &draw.parameters.point.variances[..n];
            for (sums, positions) in all.iter_mut().zip(over.each()) {
                sums.add_count(nested.moments(positions, &by_row, variances), draw);
            }
            Ok(())
        })?;
        Ok(all.iter().map(Sums::prediction).collect())
    }
}

/// The expected count of each row in a draw.
fn expect(rates: &mut RowRates<'_>, draw: &Draw, levels: &Levels, by_row: &mut [f64]) {
    rates.stand(draw);
    let shift = levels.shift(&draw.parameters.point.variances);
    rates.expected(draw, levels.finest_known(), shift, by_row);
}

/// Means over the draws with what they vary by, and a variance given each.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    n: f64,
    mean: f64,
    squares: f64,
    within: f64,
}

impl Sums {
    fn add(&mut self, mean: f64, within: f64) {
        self.n += 1.0;
        let away = mean - self.mean;
        self.mean += away / self.n;
        self.squares += away * (mean - self.mean);
        self.within += within;
    }

    fn add_count(&mut self, rate: Moments, draw: &Draw) {
        let CountPrediction { mean, sd } = rate.with_scatter(draw.parameters.scatter);
        self.add(mean, sd * sd);
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.squares / (self.n - 1.0).max(1.0)
    }

    fn prediction(&self) -> CountPrediction {
        CountPrediction { mean: self.mean, sd: (self.within / self.n + self.variance()).sqrt() }
    }
}
