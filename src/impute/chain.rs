//! The chain of draws behind tables whose determinants were missing.

use super::gaussian::Gaussian;
use super::incomplete::{IncompleteProblem, Made, WithheldCounts};
use super::outcome::Outcome;
use super::source::given_parameters;
use crate::error::Result;
use crate::infer::{Fit, ParameterPosterior};
use crate::model::Problem;
use ndarray::Array2;
use rand::Rng;

/// Sweeps of the determinants in a round, between draws of the parameters.
const SWEEPS: usize = 2;
/// What is left of the start after the burn-in, and of one table in the next.
const LEFT_OF_START: f64 = 0.005;
const LEFT_OF_OTHERS: f64 = 0.03;
/// Rounds of a burn-in and between tables are at least and at most so many.
const FEWEST_ROUNDS: f64 = 10.0;
const MOST_ROUNDS: f64 = 100.0;

/// Where a chain stands.
#[derive(Clone)]
pub(super) struct Chain {
    columns: Gaussian,
    problem: Problem,
    fit: Fit,
    matrix: Array2<f64>,
}

impl IncompleteProblem {
    /// The chain after its burn-in; nothing where no cell is missing.
    pub(super) fn burn_in(&self, fit: &Fit, rng: &mut (impl Rng + ?Sized)) -> Result<Option<Chain>> {
        if self.n_incomplete() == 0 {
            return Ok(None);
        }
        let (problem, matrix) = (self.stand_in.clone(), self.matrix.clone());
        let mut chain = Chain { columns: self.gaussian()?, problem, fit: fit.clone(), matrix };
        for _ in 0..self.rounds(LEFT_OF_START) {
            self.go_round(&mut chain, rng)?;
        }
        Ok(Some(chain))
    }

    /// So many rounds that at most this share is left of where they began.
    fn rounds(&self, left: f64) -> usize {
        let n = self.stand_in.n_rows() as f64;
        let missing = self.imputable.columns.iter().map(|column| column.missing.len() as f64 / n);
        let share = missing.fold(0.0, f64::max);
        (left.ln() / share.ln()).ceil().clamp(FEWEST_ROUNDS, MOST_ROUNDS) as usize
    }

    /// Parameters and effects given the determinants, these given them, and the fit of what came out.
    fn go_round(&self, chain: &mut Chain, rng: &mut (impl Rng + ?Sized)) -> Result<()> {
        let Chain { columns, problem, fit, matrix } = chain;
        let at = ParameterPosterior::of(fit, problem)?.draw(problem, rng);
        let state = given_parameters(problem, problem.position_of(fit)?.1, at, &self.options, rng)?;
        let outcome = Outcome::new(problem, &state.parameters, &state.effects, &self.matrix, &self.imputable);
        for _ in 0..SWEEPS {
            columns.sweep_given(rng, &mut outcome.by_row())?;
        }
        self.write(columns, matrix);
        *problem = self.stand_in.with_determinants(matrix.view());
        *fit = problem.fit_from(fit, &self.options)?;
        Ok(())
    }

    /// One table, far enough from the others.
    pub(super) fn table(
        &self,
        mut chain: Chain,
        withheld: WithheldCounts,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Made> {
        for _ in 0..self.rounds(LEFT_OF_OTHERS) {
            self.go_round(&mut chain, rng)?;
        }
        let mut made = self.table_of_counts(&chain.problem, &chain.fit, withheld, rng)?;
        made.table.cells = self.imputed_cells(&chain.matrix);
        made.stuck = chain.columns.stuck();
        Ok(made)
    }

    /// Writes the sampler's cells into the design, products and powers following.
    fn write(&self, columns: &Gaussian, matrix: &mut Array2<f64>) {
        let values = columns.values();
        for (mut row, drawn) in matrix.rows_mut().into_iter().zip(values.rows()) {
            for (column, value) in self.imputable.columns.iter().zip(drawn) {
                row[column.position] = *value;
            }
            if let Some(row) = row.as_slice_mut() {
                self.imputable.complete(row);
            }
        }
    }
}
