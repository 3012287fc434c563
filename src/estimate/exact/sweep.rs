//! The log-likelihood at a point: all root subtrees, one after the other.

use super::ends::widen;
use super::gradient::Slopes;
use super::hermite::HermiteRules;
use super::place::Spread;
use super::rule::Rule;
use super::tree::PointTree;
use crate::estimate::dispatch::as_family;
use crate::estimate::evaluate::Objective;
use crate::estimate::pass::Pass;
use crate::estimate::point::Point;
use crate::family::{Coarsened, Family};
use crate::numeric::sum::Sum;
use ndarray::Array1;

/// Times that the points of a subtree are placed anew before it is given up.
const MOST_PLACEMENTS: usize = 40;

/// The exact log-likelihood less Laplace's, and its own gradient.
#[derive(Debug, Clone)]
pub(crate) struct Evaluated {
    pub difference: f64,
    /// Of the exact log-likelihood, over (β, υ, φ).
    pub gradient: Array1<f64>,
}

/// Posterior mean and standard deviation of the effect b = a − a_parent of one node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NodeMoments {
    pub mean: f64,
    pub sd: f64,
}

/// How far an evaluation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Value,
    Gradient,
}

/// Sums over the points of all nodes, with their working memory.
#[derive(Debug)]
pub(crate) struct Quadrature {
    rule: Rule,
    hermite: HermiteRules,
    tree: PointTree,
    spreads: Vec<Spread>,
}

impl Quadrature {
    pub(crate) fn new(rule: Rule) -> Self {
        Quadrature { rule, hermite: HermiteRules::new(), tree: PointTree::default(), spreads: Vec::new() }
    }

    /// By another rule.
    pub(crate) fn with(&self, rule: Rule) -> Self {
        let hermite = self.hermite.clone();
        Quadrature { rule, hermite, tree: PointTree::default(), spreads: Vec::new() }
    }

    pub(crate) fn rule(&self) -> Rule {
        self.rule
    }

    /// The exact log-likelihood at a point whose modes are given; `None` where its sums have no value.
    pub(crate) fn evaluate(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &[f64],
        wanted: Wanted,
    ) -> Option<Evaluated> {
        let directions = objective.n_parameters(family);
        let problem = objective.problem;
        let mut slopes = Slopes::zeros(problem.n_terms(), problem.nodes.n_levels());
        let mut difference = Sum::default();
        self.visit(objective, family, point, modes, |visited, known| {
            difference.add(visited.difference);
            if wanted == Wanted::Gradient {
                known.add_to(visited.tree, &mut slopes);
            }
        })?;
        if wanted == Wanted::Gradient {
            slopes.phi += as_family!(problem, family, point, |known| constants_slope(known, objective));
        }
        let all = slopes.beta.into_iter().chain(slopes.variances.into_iter().take(problem.n_variances()));
        let gradient: Array1<f64> = all.chain([slopes.phi]).take(directions).collect();
        let difference = difference.value();
        let finite = difference.is_finite() && gradient.iter().all(|g| g.is_finite());
        finite.then_some(Evaluated { difference, gradient })
    }

    /// Posterior moments of every node's effect.
    pub(crate) fn effects(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &[f64],
    ) -> Option<Vec<NodeMoments>> {
        let mut all = Vec::with_capacity(modes.len());
        self.visit(objective, family, point, modes, |visited, _| {
            let moments = visited.tree.nodes.iter().map(|node| {
                let [mean, square] = node.effect;
                NodeMoments { mean, sd: (square - mean * mean).max(0.0).sqrt() }
            });
            all.extend(moments);
        })?;
        Some(all)
    }

    fn visit(
        &mut self,
        objective: &mut Objective<'_>,
        family: Family,
        point: &Point,
        modes: &[f64],
        visit: impl FnMut(Visited<'_>, &mut dyn AddsGradient),
    ) -> Option<()> {
        as_family!(objective.problem, family, point, |known| self
            .visit_as(known, objective, point, modes, visit))
    }

    fn visit_as<F: Coarsened>(
        &mut self,
        family: F,
        objective: &mut Objective<'_>,
        point: &Point,
        modes: &[f64],
        mut visit: impl FnMut(Visited<'_>, &mut dyn AddsGradient),
    ) -> Option<()> {
        let problem = objective.problem;
        for subtree in problem.nodes.subtrees() {
            let modes = &modes[subtree.first_node..subtree.first_node + subtree.n_nodes()];
            let mut pass = Pass::new(problem, subtree, family, point, &mut objective.scratch);
            pass.predict_rows();
            pass.expand_rows(modes);
            let laplace = pass.sweep_precision(modes);
            pass.sweep_variance();
            pass.sweep_adjoint();
            let integral = self.integrate(&pass, modes)?;
            visit(Visited { difference: integral - laplace, tree: &self.tree }, &mut pass);
        }
        Some(())
    }

    /// The log-integral over one subtree, its points placed until they reach far enough.
    fn integrate<F: Coarsened>(&mut self, pass: &Pass<'_, F>, modes: &[f64]) -> Option<f64> {
        pass.spreads(self.rule, &mut self.spreads);
        for _ in 0..MOST_PLACEMENTS {
            pass.find_details(&mut self.spreads);
            pass.place_points(modes, &self.spreads, self.rule, &self.hermite, &mut self.tree)?;
            pass.raise_leaves(&mut self.tree);
            let integral = pass.send_messages(&mut self.tree);
            if !integral.is_finite() {
                return None;
            }
            pass.find_posterior(&mut self.tree);
            if widen(&self.tree, self.rule, &mut self.spreads) == 0 {
                return Some(integral);
            }
        }
        None
    }
}

/// A subtree with its posterior.
struct Visited<'a> {
    difference: f64,
    tree: &'a PointTree,
}

/// A pass of any family.
trait AddsGradient {
    fn add_to(&mut self, tree: &PointTree, slopes: &mut Slopes);
}

impl<F: Coarsened> AddsGradient for Pass<'_, F> {
    fn add_to(&mut self, tree: &PointTree, slopes: &mut Slopes) {
        self.add_exact_gradient(tree, slopes);
    }
}

fn constants_slope<F: Coarsened>(family: F, objective: &Objective<'_>) -> f64 {
    family.constants(&objective.problem.histogram)[1]
}
