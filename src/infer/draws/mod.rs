//! Joint draws of the parameters and of all areas' effects.

mod parameters;
mod posterior;
mod rates;

pub(crate) use parameters::{DrawnParameters, ParameterPosterior};
pub(crate) use posterior::Posterior;
pub(crate) use rates::RowRates;

use super::fit::Fit;
use crate::error::{ErrorKind, Result};
use crate::estimate::{DrawsAt, Parameters};
use crate::model::Problem;
use ndarray::Array2;
use rand::{Rng, RngExt};

/// Joint draws of the parameters and of the effects of all areas, given the data.
///
/// Whatever is no smooth function of one sum is read off them: exceedance, ranks, intervals of ratios. They do not know
/// how they were made; draws from several imputed tables stand side by side ([`Draws::together`]).
///
/// They hold one number a node of the tree and draw; rows are worked out draw by draw.
#[derive(Debug, Clone)]
pub struct Draws<'a> {
    parts: Vec<Part<'a>>,
}

/// Draws that belong to one table.
#[derive(Debug, Clone)]
struct Part<'a> {
    problem: &'a Problem,
    draws: Vec<Draw>,
}

/// One joint draw.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    pub parameters: DrawnParameters,
    /// Cumulative effect of every node.
    pub effects: Vec<f64>,
    /// Of the generator of what is drawn row by row, so that one draw says the same of a row whoever asks.
    pub seed: u64,
}

impl Fit {
    /// Draws from the approximate posterior of the fit.
    ///
    /// Coefficients, log standard deviations and log θ are normal around the maximum with the inverse information as
    /// covariance (a standard deviation of 0 and an infinite θ are drawn from how the likelihood falls there); given
    /// them the effects are normal with the second-order expansion of the rows at the maximum. Fails where the problem
    /// is not the fit's, and on no draws.
    pub fn draws<'a>(
        &self,
        problem: &'a Problem,
        n_draws: usize,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Draws<'a>> {
        if n_draws == 0 {
            return Err(no_draws());
        }
        let posterior = self.posterior(problem)?;
        let mut effects = DrawsAt::new(&posterior.nodes);
        let draws = (0..n_draws).map(|_| {
            let parameters = posterior.parameters.draw(problem, rng);
            let effects = effects.draw(&parameters.point, rng);
            Draw { parameters, effects, seed: rng.random() }
        });
        Ok(Draws::of(problem, draws.collect()))
    }
}

impl<'a> Draws<'a> {
    /// As many as probabilities to two digits and 95 % intervals of ranks need: a share of one half then has a standard
    /// error of 0.025.
    pub const USUAL: usize = 400;

    /// Draws of one problem, however they were made.
    pub(crate) fn of(problem: &'a Problem, draws: Vec<Draw>) -> Self {
        Draws { parts: vec![Part { problem, draws }] }
    }

    /// The draws of several tables as one: completed by imputation, with the same rows, terms, levels and areas.
    ///
    /// Each table should bring the same number of draws. Fails on none, and where rows, terms, levels or areas differ.
    pub fn together(tables: impl IntoIterator<Item = Draws<'a>>) -> Result<Self> {
        let parts: Vec<Part<'a>> = tables.into_iter().flat_map(|draws| draws.parts).collect();
        let Some(first) = parts.first() else { return Err(no_draws()) };
        let differs = |part: &Part<'_>| !part.problem.has_rows_of(first.problem);
        match parts.iter().position(differs) {
            None => Ok(Draws { parts }),
            Some(at) => {
                let message = format!(
                    "the draws cannot stand together: part {} is of a table with other rows, terms or areas",
                    at + 1
                );
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    /// Number of draws, of all tables together.
    pub fn n_draws(&self) -> usize {
        self.parts.iter().map(|part| part.draws.len()).sum()
    }

    /// The rows that the draws are about: positions in the caller's table, ascending.
    pub fn rows(&self) -> &'a [usize] {
        self.parts.first().map_or(&[], |part| part.problem.rows())
    }

    /// The parameters of each draw, in the units of the caller's determinants.
    pub fn parameters(&self) -> impl Iterator<Item = Parameters> + '_ {
        self.each().map(|(problem, draw)| Parameters {
            coefficients: problem.standard.coefficients(&draw.parameters.point.beta).to_vec(),
            variances: draw.parameters.point.variances[..problem.n_variances()].to_vec(),
            scatter: draw.parameters.scatter,
        })
    }

    /// Effects of the areas of a level, one row a draw, in the order of [`Fit::area_effects`], log-rate scale.
    ///
    /// Fails where the level has no random intercept.
    pub fn area_effects(&self, level: &str) -> Result<Array2<f64>> {
        let problem = self.problem()?;
        let at = problem.model_level(level)?;
        let nodes = problem.nodes_of_level(at);
        let parents: Vec<Option<u32>> = problem.nodes.parents();
        let mut effects = Array2::zeros((self.n_draws(), nodes.len()));
        for ((_, draw), mut out) in self.each().zip(effects.rows_mut()) {
            for (out, &node) in out.iter_mut().zip(&nodes) {
                *out = draw.effects[node] - parents[node].map_or(0.0, |parent| draw.effects[parent as usize]);
            }
        }
        Ok(effects)
    }

    /// A problem with the rows of all of them.
    pub(crate) fn problem(&self) -> Result<&'a Problem> {
        self.parts.first().map(|part| part.problem).ok_or_else(no_draws)
    }

    /// All draws, each with its problem.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&'a Problem, &Draw)> + '_ {
        self.parts.iter().flat_map(|part| part.draws.iter().map(|draw| (part.problem, draw)))
    }

    /// Visits all draws, each with the working memory for the rates of its rows.
    pub(crate) fn each_with_rates(
        &self,
        mut visit: impl FnMut(&Draw, &mut RowRates<'a>) -> Result<()>,
    ) -> Result<()> {
        for part in &self.parts {
            let mut rates = RowRates::new(part.problem);
            for draw in &part.draws {
                visit(draw, &mut rates)?;
            }
        }
        Ok(())
    }
}

fn no_draws() -> crate::Error {
    ErrorKind::Specification { message: "at least one draw is needed".into() }.into()
}
