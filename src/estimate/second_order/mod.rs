//! ε, the term of the expansion that Laplace's approximation leaves out, with its exact gradient.
//!
//! One file a step: Γ up and the value (`epsilon`), the adjoints of the sweeps (`reverse`), the fifth derivatives of the
//! rows and the gradient (`rows`); `correction` makes it a surface to climb. Derived in `docs/second-order.md`.

mod correction;
mod epsilon;
mod reach;
mod reverse;
mod rows;

#[cfg(test)]
mod identities;
#[cfg(test)]
mod pairwise;
#[cfg(test)]
mod quadrature;

pub(crate) use Memory as EpsilonMemory;
pub(crate) use correction::SecondOrder;

use super::dispatch::as_family;
use super::evaluate::Objective;
use super::pass::Pass;
use super::point::Point;
use crate::family::{Coarsened, Family, FifthDerivatives};
use crate::model::{Problem, Subtree};

/// ε of one root subtree, and its gradient over (β, υ, φ).
#[derive(Debug, Clone, Default)]
pub(crate) struct Epsilon {
    pub value: f64,
    pub gradient: Vec<f64>,
}

/// Working memory for one subtree at a time.
#[derive(Debug)]
pub(crate) struct Memory {
    nodes: Vec<Adjoint>,
    leaves: Vec<FifthDerivatives>,
}

/// Γ of a node, and the derivatives of ε in what the sweeps hold there.
#[derive(Debug, Clone, Copy, Default)]
struct Adjoint {
    /// Γ = C + Σ_k ρ_k³ Γ_k.
    gamma: f64,
    gamma_bar: f64,
    rho: f64,
    v: f64,
    s_info: f64,
    /// ∂ε/∂υ of the node at a fixed mode.
    variance: f64,
    /// U: adjoint source from below.
    source: f64,
    /// u: how ε answers to the mode, H u = t.
    u: f64,
}

impl Memory {
    pub(crate) fn new(problem: &Problem) -> Self {
        let most =
            |size: fn(&Subtree<'_>) -> usize| problem.nodes.subtrees().map(|t| size(&t)).max().unwrap_or(0);
        Memory {
            nodes: vec![Adjoint::default(); most(|t| t.n_nodes())],
            leaves: vec![FifthDerivatives::default(); most(|t| t.n_leaves())],
        }
    }
}

impl Objective<'_> {
    /// Visits each root subtree with its share of ε, at modes that belong to the point.
    pub(crate) fn each_epsilon(
        &mut self,
        family: Family,
        point: &Point,
        modes: &[f64],
        visit: impl FnMut(&Epsilon),
    ) {
        let mut memory = Memory::new(self.problem);
        self.each_epsilon_in(&mut memory, family, point, modes, visit);
    }

    fn each_epsilon_in(
        &mut self,
        memory: &mut Memory,
        family: Family,
        point: &Point,
        modes: &[f64],
        visit: impl FnMut(&Epsilon),
    ) {
        as_family!(self.problem, family, point, |known| self.epsilon_as(known, memory, point, modes, visit));
    }

    fn epsilon_as<F: Coarsened>(
        &mut self,
        family: F,
        memory: &mut Memory,
        point: &Point,
        modes: &[f64],
        mut visit: impl FnMut(&Epsilon),
    ) {
        let problem = self.problem;
        let directions = problem.n_terms() + problem.n_variances() + usize::from(F::HAS_THETA);
        let mut share = Epsilon { value: 0.0, gradient: vec![0.0; directions] };
        for subtree in problem.nodes.subtrees() {
            let modes = &modes[subtree.first_node..subtree.first_node + subtree.n_nodes()];
            let mut pass = Pass::new(problem, subtree, family, point, &mut self.scratch);
            pass.stand_at_mode(modes);
            pass.sweep_adjoint();
            share.value = pass.epsilon(memory);
            pass.sweep_back(memory);
            pass.sum_fifth(memory);
            pass.sweep_response(memory);
            share.gradient.fill(0.0);
            pass.add_gradient_of_epsilon(memory, &mut share.gradient);
            visit(&share);
        }
    }
}
