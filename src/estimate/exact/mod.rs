//! The log-likelihood itself, by sums over points along the tree.
//!
//! Given its parent's effect what lies below a node is independent of the rest, so the integral over all effects is that of
//! a tree. Each node has points on which its integral is a sum, which makes it a tree of discrete variables: points
//! (`place`), the rows at them (`leaves`), messages up (`up`), posterior probabilities down (`down`), whether the points
//! reach far enough (`ends`), the gradient (`gradient`). The derivations are in `docs/exact.md`.

mod correction;
mod down;
mod ends;
mod gradient;
mod hermite;
mod leaves;
mod likelihood;
mod orders;
mod place;
mod refine;
mod rule;
mod sweep;
mod tree;
mod up;

pub(crate) use correction::ExactCorrection;
pub use likelihood::{EffectMoments, ExactLikelihood, ExactValue};
pub use orders::Orders;
pub(crate) use refine::{Refined, refine};
pub(crate) use rule::Rule;
pub(crate) use sweep::{Quadrature, Wanted};

#[cfg(test)]
mod identities;
