//! Counts of a table like the one at hand, from the parameters of a fit.

use super::publication::Publication;
use super::{Bootstrap, DrawnVariances};
use crate::count::Count;
use crate::error::{ErrorKind, Result};
use crate::estimate::{Point, Start};
use crate::family::Scatter;
use crate::infer::fit::Fit;
use crate::infer::variance::Dispersion;
use crate::model::Problem;
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use rand_distr::{Distribution, StandardNormal};

/// A fit as a world to draw tables from: new area effects and new counts, determinants and exposures as they are.
pub(in crate::infer) struct FittedWorld<'a> {
    problem: &'a Problem,
    point: Point,
    scatter: Scatter,
    /// log exposure + x'β of the sorted rows.
    linear: Vec<f64>,
}

/// A drawn table: counts along [`Problem::rows`], and where its refit begins.
pub(in crate::infer) struct Drawn {
    pub counts: Vec<Count>,
    pub start: Start,
}

impl<'a> FittedWorld<'a> {
    pub(in crate::infer) fn new(fit: &Fit, problem: &'a Problem, wanted: &Bootstrap<'_>) -> Result<Self> {
        fit.refuse_other(problem)?;
        let (mut point, _) = problem.position_of(fit)?;
        let mut dispersion = fit.dispersion();
        if wanted.variances == DrawnVariances::Adjusted {
            let adjusted = fit.adjusted(problem, &wanted.options)?;
            let coefficients: Vec<f64> = adjusted.coefficients.iter().map(|c| c.estimate).collect();
            let variances = adjusted.levels.iter().map(|level| level.sd.variance()).collect();
            point = problem.point(&coefficients, variances, point.phi);
            dispersion = adjusted.dispersion;
        }
        let scatter = match dispersion {
            Dispersion::NegBin2 { theta, .. } => Scatter::NegBin2 { theta },
            Dispersion::Poisson | Dispersion::PoissonLimit { .. } => Scatter::Poisson,
        };
        let linear = problem.linear_predictor(&point.beta);
        Ok(FittedWorld { problem, point, scatter, linear })
    }

    /// One table; fails where a count would not be exact.
    pub(in crate::infer) fn draw(
        &self,
        publication: Publication<'_>,
        rng: &mut ChaCha12Rng,
    ) -> Result<Drawn> {
        let effects = self.draw_effects(rng);
        let mut counts = vec![Count::Missing; self.problem.n_rows()];
        for tree in self.problem.nodes.subtrees() {
            let first_leaf = tree.first_node + tree.first_leaf();
            for leaf in 0..tree.n_leaves() {
                for row in tree.leaf_rows(leaf) {
                    let sorted = tree.rows().start + row;
                    let mean = (self.linear[sorted] + effects[first_leaf + leaf]).exp();
                    let row = self.problem.caller_row(sorted);
                    let count = self.scatter.sample(mean, rng);
                    let count = count.ok_or_else(|| ErrorKind::Undrawable { mean, rows: vec![row] })?;
                    counts[self.problem.position_of_row(sorted)] = publication.of(row, count, rng);
                }
            }
        }
        Ok(Drawn { counts, start: Start::Warm { point: self.point.clone(), effects } })
    }

    /// a_c ~ N(a_p, υ), down the tree.
    fn draw_effects(&self, rng: &mut (impl Rng + ?Sized)) -> Vec<f64> {
        let mut effects = Vec::with_capacity(self.problem.nodes.n_nodes());
        for tree in self.problem.nodes.subtrees() {
            for node in 0..tree.n_nodes() {
                let above =
                    if node > 0 { effects[tree.first_node + tree.parent[node] as usize] } else { 0.0 };
                let normal: f64 = StandardNormal.sample(rng);
                effects.push(above + self.point.variances[tree.level[node] as usize].sqrt() * normal);
            }
        }
        effects
    }
}
