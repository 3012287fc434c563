//! What was withheld, made up and said so.
//!
//! A fit takes withheld and rounded counts as they are and needs no imputation. [`Imputer`] is for those who need completed
//! tables, and for comparison with older work; [`IncompleteProblem`] is for tables whose determinants are missing too.
//! A count is completed m times by draws that agree with what was published; every completed table is fitted as if it
//! had been published whole, and the m answers are pooled ([`PooledFit`]). How much they differ says what was not
//! published: standard errors, degrees of freedom and tests carry it. Every completed count says where it comes from
//! ([`Origin`]).

mod chain;
mod columns;
mod completed;
mod from_draws;
mod gaussian;
mod imputer;
mod incomplete;
mod known_totals;
mod multiple;
mod outcome;
mod pool;
mod source;
mod tables;
mod totals;

pub use crate::infer::DegreesOfFreedom;
pub use completed::{Completed, CompletedCount, ImputedCell, Origin};
pub use imputer::Imputer;
pub use incomplete::{IncompleteProblem, WithheldCounts};
pub use multiple::MultipleImputation;
pub use pool::{
    PooledAreaEffect, PooledCoefficient, PooledCovariance, PooledDispersion, PooledEstimate, PooledFit,
    PooledLevel, PooledSd, PooledTest,
};
pub(crate) use source::given_parameters;
pub(crate) use tables::make as make_tables;
pub use tables::{Imputations, TablesDone};
