//! Rates of sets of rows draw by draw, for what no share of one event says: rules joined, rules over years.

use super::expectation::Expectation;
use super::row_sets::RowSets;
use crate::error::Result;
use crate::infer::{Draw, Draws, RowRates};
use crate::model::Problem;
use ndarray::{Array1, Array2};

/// The rate that the counts of each set were drawn from, and the national one, per unit of exposure.
#[derive(Debug, Clone, PartialEq)]
pub struct SetRates {
    /// One row a draw, one column a set.
    pub rates: Array2<f64>,
    /// The sum of all rows' rates over all exposure, in the same draw.
    pub national: Array1<f64>,
}

impl Draws<'_> {
    /// Rates of each set of rows in each draw, effects of rows and factors of NB2 rows included.
    ///
    /// Fails where the sets are of another table, and where a count known in part cannot be drawn.
    pub fn rates_of(&self, over: &RowSets) -> Result<SetRates> {
        let mut sums = Sums::new(self.problem()?, over)?;
        let mut made = SetRates {
            rates: Array2::zeros((self.n_draws(), over.n_sets())),
            national: Array1::zeros(self.n_draws()),
        };
        let mut at = 0;
        self.each_with_rates(|draw, rates| {
            rates.rates(draw, &mut sums.by_row)?;
            made.national[at] = sums.national();
            made.rates.row_mut(at).iter_mut().zip(sums.each()).for_each(|(out, rate)| *out = rate);
            at += 1;
            Ok(())
        })?;
        Ok(made)
    }

    /// What the model expects of each set of rows in each draw, per unit of exposure: one row a draw, one column a set.
    ///
    /// Fails where the sets are of another table, where the expectation asks for a level without random intercept, and
    /// where a count known in part cannot be drawn.
    pub fn expected_rates_of(&self, over: &RowSets, expectation: &Expectation) -> Result<Array2<f64>> {
        let problem = self.problem()?;
        let names: Vec<String> = problem.levels().into_iter().map(String::from).collect();
        let levels = expectation.among(&names)?;
        let mut sums = Sums::new(problem, over)?;
        let mut made = Array2::zeros((self.n_draws(), over.n_sets()));
        let mut at = 0;
        self.each_with_rates(|draw: &Draw, rates: &mut RowRates<'_>| {
            // the fixed part of a draw is worked out with its rates
            rates.rates(draw, &mut sums.by_row)?;
            let shift = levels.shift(&draw.parameters.point.variances);
            rates.expected(draw, levels.finest_known(), shift, &mut sums.by_row);
            made.row_mut(at).iter_mut().zip(sums.each()).for_each(|(out, rate)| *out = rate);
            at += 1;
            Ok(())
        })?;
        Ok(made)
    }
}

/// Counts by row, summed over sets and divided by their exposure.
struct Sums<'r> {
    over: &'r RowSets,
    by_row: Vec<f64>,
    exposure: Vec<f64>,
    total_exposure: f64,
}

impl<'r> Sums<'r> {
    fn new(problem: &Problem, over: &'r RowSets) -> Result<Self> {
        over.refuse_other(problem)?;
        let of_rows: Vec<f64> = problem.offsets().into_iter().map(f64::exp).collect();
        let exposure = over.each().map(|rows| rows.iter().map(|&row| of_rows[row as usize]).sum()).collect();
        let total_exposure = of_rows.iter().sum();
        Ok(Sums { over, by_row: vec![0.0; of_rows.len()], exposure, total_exposure })
    }

    fn national(&self) -> f64 {
        self.by_row.iter().sum::<f64>() / self.total_exposure
    }

    fn each(&self) -> impl Iterator<Item = f64> + '_ {
        let count = |rows: &[u32]| rows.iter().map(|&row| self.by_row[row as usize]).sum::<f64>();
        self.over.each().zip(&self.exposure).map(move |(rows, exposure)| count(rows) / exposure)
    }
}
