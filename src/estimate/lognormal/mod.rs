//! The log-likelihood with the rows' own effects integrated out in one dimension each, and Laplace's approximation for
//! the areas alone.
//!
//! The rows' densities are those of [`crate::family::Lognormal`]; the tree is that of the areas. For the Poisson the passes
//! give value, gradient and Hessian, with υ of the rows in the place of φ; for NB2 a second pass gives the slope in φ.

mod likelihood;
mod maximise;
mod surface;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::print_stdout)]
mod identities;

pub use likelihood::LognormalLikelihood;
pub(crate) use maximise::{LognormalMaximum, maximise_lognormal};
