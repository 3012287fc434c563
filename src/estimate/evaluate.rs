//! The Laplace log-likelihood as a function of the parameters, with exact gradient and Hessian.
//!
//! `L = Σ ℓ_i − ½ Σ_c (a_c − a_p)²/υ_c − ½ Σ_c log(1 + υ_c S_c)` at the mode of the node effects `a`.

use super::dispatch::as_family;
use super::linearised::Expansion;
use super::options::Options;
use super::pass::Pass;
use super::point::{Derivatives, Point};
use super::scratch::Scratch;
use super::second_order::EpsilonMemory;
use super::sums::Sums;
use crate::family::{Coarsened, Family, Frozen};
use crate::model::Problem;

/// The objective with its working memory.
#[derive(Debug)]
pub(crate) struct Objective<'a> {
    pub(super) problem: &'a Problem,
    pub(crate) options: Options,
    pub(super) scratch: Scratch,
    sums: Sums,
}

/// How far a pass goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Value,
    Gradient,
    Hessian,
}

impl<'a> Objective<'a> {
    pub(crate) fn new(problem: &'a Problem, options: &Options) -> Self {
        Objective {
            problem,
            options: options.clone(),
            scratch: Scratch::new(problem),
            sums: Sums::new(problem),
        }
    }

    /// Number of parameters of a family: coefficients, variances, φ.
    pub(crate) fn n_parameters(&self, family: Family) -> usize {
        self.problem.n_terms() + self.problem.n_variances() + usize::from(family == Family::NegBin2)
    }

    /// Value and derivatives at a point; `effects` (one per node) enters as the start and leaves as the mode.
    ///
    /// With [`Order::Value`] and [`Order::Gradient`] what is beyond stays 0.
    pub(crate) fn evaluate(
        &mut self,
        family: Family,
        point: &Point,
        effects: &mut [f64],
        order: Order,
    ) -> Derivatives {
        as_family!(self.problem, family, point, |known| self.evaluate_as(
            known,
            Expansion::AtMode,
            point,
            effects,
            order,
            None
        ))
    }

    /// Value, equations and information of the linear mixed model whose rows are those of the family expanded to the
    /// second order with frozen weights; `effects` leaves as its mode.
    pub(super) fn evaluate_linearised(
        &mut self,
        family: Family,
        expansion: Expansion,
        point: &Point,
        effects: &mut [f64],
    ) -> Derivatives {
        as_family!(self.problem, family, point, |known| self.evaluate_as(
            Frozen(known),
            expansion,
            point,
            effects,
            Order::Hessian,
            None
        ))
    }

    /// L + ε at a point; `effects` enters as the start and leaves as the mode.
    pub(crate) fn second_order_value(
        &mut self,
        memory: &mut EpsilonMemory,
        family: Family,
        point: &Point,
        effects: &mut [f64],
    ) -> f64 {
        let all = as_family!(self.problem, family, point, |known| self.evaluate_as(
            known,
            Expansion::AtMode,
            point,
            effects,
            Order::Value,
            Some(memory)
        ));
        all.value
    }

    pub(super) fn evaluate_as<F: Coarsened>(
        &mut self,
        family: F,
        expansion: Expansion,
        point: &Point,
        effects: &mut [f64],
        order: Order,
        mut epsilon: Option<&mut EpsilonMemory>,
    ) -> Derivatives {
        let problem = self.problem;
        self.sums.clear();
        self.scratch.gram.clear();
        let constants = family.constants(&problem.histogram);
        self.sums.value.add(constants[0]);
        self.sums.g_phi = constants[1];
        for subtree in problem.nodes.subtrees() {
            let effects = &mut effects[subtree.first_node..subtree.first_node + subtree.n_nodes()];
            let mut pass = Pass::new(problem, subtree, family, point, &mut self.scratch);
            let (linear, magnitude) = pass.predict_rows();
            self.sums.value.add(linear);
            self.sums.magnitude += magnitude;
            let rows = match expansion {
                Expansion::AtMode if pass.find_mode(effects, &self.options) => match order {
                    Order::Value => pass.expand_leaves(effects),
                    _ => pass.expand_rows(effects),
                },
                // a point whose mode was not found has no value: the climb gives it back
                Expansion::AtMode => f64::NAN + pass.expand_rows(effects),
                Expansion::AtZero => pass.solve_from_zero(effects),
            };
            self.sums.value.add(rows);
            self.sums.value.add(pass.sweep_precision(effects));
            if let Some(memory) = &mut epsilon {
                pass.sweep_variance();
                pass.sweep_adjoint();
                self.sums.value.add(pass.epsilon(memory));
            }
            if order == Order::Value {
                continue;
            }
            pass.sweep_variance();
            pass.sweep_adjoint();
            pass.sum_leaf_vectors();
            pass.add_gradient(&mut self.sums);
            if order == Order::Hessian {
                pass.add_hessian(&mut self.sums);
            }
        }
        let directions = problem.n_terms() + problem.n_variances() + usize::from(F::HAS_THETA);
        let mut all = self.sums.derivatives(&self.scratch.gram, directions);
        if F::HAS_THETA {
            all.hessian[[directions - 1, directions - 1]] += constants[2];
        }
        all
    }
}
