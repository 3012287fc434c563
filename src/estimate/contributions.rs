//! What each root subtree adds to the gradient: the scores that a sandwich is made of.

use super::dispatch::as_family;
use super::evaluate::Objective;
use super::pass::Pass;
use super::point::Point;
use super::sums::Sums;
use crate::family::{Coarsened, Family, Histogram};
use crate::model::Subtree;
use ndarray::Array1;

impl Objective<'_> {
    /// The gradient over (β, υ, φ) of each root subtree's share of the Laplace log-likelihood, at the mode.
    ///
    /// Subtrees share parameters only, so the log-likelihood is a sum over them and these are its independent scores.
    pub(crate) fn contributions(
        &mut self,
        family: Family,
        point: &Point,
        effects: &mut [f64],
    ) -> Vec<Array1<f64>> {
        as_family!(self.problem, family, point, |known| self.contributions_as(known, family, point, effects))
    }

    fn contributions_as<F: Coarsened>(
        &mut self,
        family: F,
        kind: Family,
        point: &Point,
        effects: &mut [f64],
    ) -> Vec<Array1<f64>> {
        let (problem, directions) = (self.problem, self.n_parameters(kind));
        let mut sums = Sums::new(problem);
        let mut all = Vec::with_capacity(problem.nodes.n_subtrees());
        for subtree in problem.nodes.subtrees() {
            sums.clear();
            sums.g_phi = family.constants(&self.counts_of(subtree))[1];
            let effects = &mut effects[subtree.first_node..subtree.first_node + subtree.n_nodes()];
            let mut pass = Pass::new(problem, subtree, family, point, &mut self.scratch);
            pass.predict_rows();
            pass.find_mode(effects, &self.options);
            pass.expand_rows(effects);
            pass.sweep_precision(effects);
            pass.sweep_variance();
            pass.sweep_adjoint();
            pass.sum_leaf_vectors();
            pass.add_gradient(&mut sums);
            all.push(sums.gradient(directions));
        }
        all
    }

    /// How often each exact count occurs in a subtree.
    fn counts_of(&self, subtree: Subtree<'_>) -> Histogram {
        let rows = subtree.rows();
        let coarse = &self.problem.coarse[self.problem.coarse_within(rows.clone())];
        let mut coarse = coarse.iter().map(|row| row.row).peekable();
        let exact = rows.filter(|row| coarse.next_if_eq(row).is_none());
        Histogram::new(&exact.map(|row| self.problem.y[row]).collect::<Vec<_>>())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::evaluate::Order;
    use super::super::options::Options;
    use super::*;
    use crate::model::{Model, Problem};

    fn problem(model: Model) -> Problem {
        super::super::fixture::problem(model, 60, 4)
    }

    #[test]
    fn the_contributions_add_up_to_the_gradient() {
        for model in [Model::poisson(), Model::neg_bin2()] {
            let problem = problem(model);
            let point = Point { beta: vec![2.1, 0.1], variances: vec![0.05, 0.2], phi: 1.3 };
            let mut objective = Objective::new(&problem, &Options::default());
            let mut effects = vec![0.0; problem.nodes.n_nodes()];
            let family = problem.family();
            let whole = objective.evaluate(family, &point, &mut effects, Order::Gradient).gradient;
            let parts = objective.contributions(family, &point, &mut effects);
            assert_eq!(parts.len(), 5);
            for (k, whole) in whole.iter().enumerate() {
                let sum: f64 = parts.iter().map(|part| part[k]).sum();
                assert!((sum - whole).abs() < 1e-9 * (1.0 + whole.abs()), "{k}: {sum} {whole}");
                assert!(parts.iter().any(|part| part[k].abs() > 1e-3), "{k} tests nothing");
            }
        }
    }
}
