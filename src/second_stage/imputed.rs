//! Survey means: true values drawn from what the survey, the other determinants and the counts say of them.
//!
//! A value w = z + e with known Var(e) stands for z. Taken for z it shrinks the slope; z drawn from the survey and the other
//! determinants alone would, too, as the draws know nothing of the counts. So, in turn: parameters and area effects given z,
//! from the fit to it; the regression of z on the national determinants and the exact extras, under flat priors; z of each
//! row given all of these, by a Metropolis step whose proposal is z given survey and regression. Each completed table is
//! fitted by the offset design, and the answers are pooled by Rubin's rules. Sources: Rubin 1987; Cole, Chu & Greenland
//! 2006, Int J Epidemiol 35:1074.

use super::effect::{Design, SecondStage};
use super::extras::Extras;
use super::offset::OffsetDesign;
use super::region::Region;
use super::truth_of::TruthGivenSurvey;
use super::working::log_probability;
use crate::error::{ErrorKind, Result};
use crate::impute::{
    DegreesOfFreedom, Imputations, PooledEstimate, TablesDone, given_parameters, make_tables,
};
use crate::infer::{Effect, Fit, ParameterPosterior};
use crate::model::Problem;
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use rand::{Rng, RngExt};
use std::ops::ControlFlow;

/// Rounds before the first table and between tables.
const BURN_IN: usize = 25;
const BETWEEN: usize = 8;
/// Metropolis steps of a row in a round.
const STEPS: usize = 3;

/// A second stage in which survey means were imputed.
#[derive(Debug, Clone, PartialEq)]
pub struct ImputedFit {
    stage: SecondStage,
    pooled: Vec<PooledEstimate>,
    tables: Vec<SecondStage>,
}

impl ImputedFit {
    /// The pooled effects.
    pub fn stage(&self) -> &SecondStage {
        &self.stage
    }

    /// Each effect with its variance within and between tables.
    pub fn pooled(&self) -> &[PooledEstimate] {
        &self.pooled
    }

    /// The effects in each completed table.
    pub fn tables(&self) -> &[SecondStage] {
        &self.tables
    }
}

/// Where a chain stands.
#[derive(Clone)]
struct Chain {
    /// Intercept, national determinants, extras.
    matrix: Array2<f64>,
    /// Column of the first extra.
    first: usize,
    problem: Problem,
    fit: Fit,
}

impl Chain {
    fn values(&self) -> ArrayView2<'_, f64> {
        self.matrix.slice_axis(Axis(1), Slice::from(self.first..))
    }
}

/// What one round goes by: parameters and effects drawn, ready for the rows.
struct Given {
    /// log expected + effect + what the other columns add, per row, without the extras.
    beside: Vec<f64>,
    slopes: Array1<f64>,
    scatter: f64,
}

impl OffsetDesign {
    /// The design with the true values behind survey means imputed, so many tables.
    ///
    /// Equal generators give equal tables, for any number of threads. `progress` sees every table and may stop the work.
    /// Fails as [`OffsetDesign::fit`] does, where no value has a sampling error, and where rows are too few for the
    /// regression of the true values on the other determinants.
    pub fn fit_imputed(
        &self,
        region: &Region,
        extras: &Extras,
        wanted: Imputations,
        rng: &mut (impl Rng + ?Sized),
        progress: impl FnMut(TablesDone) -> ControlFlow<()>,
    ) -> Result<ImputedFit> {
        extras.refuse_other(region)?;
        if !extras.has_errors() {
            let message = "no extra determinant has a sampling error: there is nothing to impute";
            return Err(ErrorKind::Specification { message: message.into() }.into());
        }
        let truth = TruthGivenSurvey::new(region, extras)?;
        let national = self.beside(region);
        let matrix = national.with(&extras.values);
        let problem = self.problem(region, national.terms.iter().chain(&extras.names), &matrix)?;
        let fit = problem.fit(self.options())?;
        let mut chain = Chain { matrix, first: national.columns.ncols(), problem, fit };
        for _ in 0..BURN_IN {
            self.go_round(&mut chain, region, &truth, rng)?;
        }
        let tables = make_tables(wanted, rng, progress, |rng| {
            let mut own = chain.clone();
            for _ in 0..BETWEEN {
                self.go_round(&mut own, region, &truth, rng)?;
            }
            Ok(self.fit(region, &extras.with_values(own.values().to_owned()))?.stage().clone())
        })?;
        pool(tables)
    }

    fn go_round(
        &self,
        chain: &mut Chain,
        region: &Region,
        truth: &TruthGivenSurvey,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<()> {
        chain.problem = chain.problem.with_determinants(chain.matrix.view());
        chain.fit = chain.problem.fit_from(&chain.fit, self.options())?;
        let given = self.given(chain, region, rng)?;
        let proposal = truth.draw_regression(chain.values(), rng)?;
        for row in 0..chain.matrix.nrows() {
            let eta = |values: &[f64]| {
                let moved: f64 = values.iter().zip(&given.slopes).map(|(z, slope)| z * slope).sum();
                given.beside[row] + moved
            };
            let likelihood =
                |values: &[f64]| log_probability(region.counts[row], eta(values).exp(), given.scatter);
            let mut here = chain.values().row(row).to_vec();
            let mut known = likelihood(&here);
            for _ in 0..STEPS {
                let there = proposal.propose(row, &here, rng);
                let proposed = likelihood(&there);
                if rng.random::<f64>().ln() < proposed - known {
                    (here, known) = (there, proposed);
                }
            }
            let own = chain.matrix.row_mut(row).into_iter().skip(chain.first);
            own.zip(here).for_each(|(to, from)| *to = from);
        }
        Ok(())
    }

    /// Parameters from their posterior, effects given them; a row's own effect is averaged over, as scatter.
    fn given(&self, chain: &Chain, region: &Region, rng: &mut (impl Rng + ?Sized)) -> Result<Given> {
        let (problem, fit) = (&chain.problem, &chain.fit);
        let at = ParameterPosterior::of(fit, problem)?.draw(problem, rng);
        let state = given_parameters(problem, problem.position_of(fit)?.1, at, self.options(), rng)?;
        let (at, effects) = (state.parameters, state.effects);
        let nodes = problem.nodes_of_level(0);
        let rank = problem.area_rank_of_rows(0);
        let own: f64 = at.point.variances.iter().skip(1).sum();
        let coefficients = problem.standard.coefficients(&at.point.beta);
        let (of_others, slopes) = coefficients.view().split_at(Axis(0), chain.first);
        let others = chain.matrix.slice_axis(Axis(1), Slice::from(..chain.first)).dot(&of_others);
        let expected = region.expected_counts();
        let beside = (0..expected.len())
            .map(|row| expected[row].ln() + others[row] + 0.5 * own + effects[nodes[rank[row]]]);
        Ok(Given { beside: beside.collect(), slopes: slopes.to_owned(), scatter: own + at.scatter.alpha() })
    }
}

fn pool(tables: Vec<SecondStage>) -> Result<ImputedFit> {
    let Some(first) = tables.first().cloned() else {
        let message = "no completed table was asked for";
        return Err(ErrorKind::Specification { message: message.into() }.into());
    };
    let mut pooled = Vec::new();
    for at in 0..first.effects.len() {
        let of = |number: fn(&Effect) -> f64| -> Vec<f64> {
            tables.iter().map(|table| number(&table.effects[at])).collect()
        };
        let (estimates, variances) = (of(|e| e.estimate), of(|e| e.std_error * e.std_error));
        let inverse = of(|e| e.df.inverse());
        let complete = inverse.iter().sum::<f64>() / inverse.len() as f64;
        let complete = match complete > 0.0 {
            true => DegreesOfFreedom::Finite(complete.recip()),
            false => DegreesOfFreedom::Infinite,
        };
        pooled.push(PooledEstimate::of(&estimates, &variances, complete)?);
    }
    let effects = first.effects.iter().zip(&pooled).map(|(effect, pooled)| Effect {
        term: effect.term.clone(),
        estimate: pooled.estimate,
        std_error: pooled.std_error,
        df: pooled.df,
    });
    let effects = effects.collect();
    Ok(ImputedFit { stage: SecondStage { design: Design::OffsetImputed, effects, ..first }, pooled, tables })
}
