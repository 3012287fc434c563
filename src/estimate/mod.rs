//! The answer: maximum likelihood by Newton with exact derivatives of the Laplace log-likelihood.
//!
//! One file a step: rows at given effects (`rows`), their mode (`mode`), the sweeps (`sweep`), gradient (`gradient`)
//! and Hessian (`tangents`, `hessian`), all called from `evaluate`; then the climb (`coordinates`, `newton`) and
//! `maximise` on top. The derivations are in `docs/laplace.md`. [`Likelihood`] is the same function for others.

mod adjusted;
mod area_variance;
mod caller_units;
mod coarse_rows;
mod conditional;
mod contour;
mod contributions;
mod coordinates;
mod corrected;
mod dispatch;
mod draw;
mod draw_at;
mod evaluate;
mod exact;
mod gradient;
mod held;
mod hessian;
mod highest;
mod likelihood;
mod linearised;
mod lognormal;
mod maximise;
mod mode;
mod newton;
mod options;
mod pass;
mod point;
mod poisson_limit;
mod posterior;
mod refine;
mod rows;
mod scratch;
mod second_order;
mod start;
mod sums;
mod surface;
mod sweep;
mod tangents;
mod tree_sum;
mod variational;
mod vectors;

pub(crate) use adjusted::AdjustedMaximum;
pub(crate) use area_variance::NodeEffect;
pub(crate) use conditional::GivenParameters;
pub(crate) use contour::{Side, Summit};
pub(crate) use coordinates::{Coordinate, DropRight, System, choose};
pub(crate) use corrected::{Correction, maximise_corrected};
pub(crate) use draw::Refining;
pub(crate) use draw_at::DrawsAt;
pub(crate) use evaluate::{Objective, Order};
pub use exact::{EffectMoments, ExactLikelihood, ExactValue, Orders};
pub(crate) use exact::{ExactCorrection, Quadrature, Refined, Rule, Wanted, refine};
pub(crate) use held::{Held, HeldMaximum};
pub use likelihood::{Likelihood, LikelihoodDerivatives, Parameters};
pub(crate) use linearised::{Expansion, solve_linearised};
pub use lognormal::LognormalLikelihood;
pub(crate) use lognormal::{LognormalMaximum, maximise_lognormal};
pub(crate) use maximise::{Estimate, Start, best_point, maximise};
pub use options::Options;
pub(crate) use point::{Derivatives, Point};
pub(crate) use posterior::{NodePosterior, Normal, RowState};
pub(crate) use second_order::{EpsilonMemory, SecondOrder};
pub(crate) use start::start;
pub(crate) use tree_sum::TreeSum;
pub(crate) use variational::Bound;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod identities;
