//! First-order penalised and marginal quasi-likelihood: the equations of linear mixed models, rebuilt at each step.
//!
//! Rows become quadratics in η with frozen weights ([`crate::family::Frozen`]), so that the passes give the equations and
//! the information of a linear mixed model; at the root rows and model belong to each other.

mod effects;
mod from_zero;
mod overdispersion;
mod solve;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod identities;

pub(crate) use solve::solve_linearised;

/// Where the rows are expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expansion {
    /// At the mode of the area effects: Laplace's likelihood, and PQL.
    AtMode,
    /// At effects of 0: MQL.
    AtZero,
}
