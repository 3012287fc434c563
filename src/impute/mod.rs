//! What was withheld: counts drawn inside their bounds, missing determinants with them, and what follows from it.
//!
//! A fit takes withheld and rounded counts as they are and needs no imputation. [`Imputer`] is for those who need completed
//! tables, and for comparison with older work; [`IncompleteProblem`] is for tables whose determinants are missing too.
//! Every completed count says where it comes from ([`Origin`]), and [`Pooled`] says what the tables say together.

mod completed;
mod law;
mod gaussian;
mod imputer;
mod multiple;
mod outcome;
mod parameters;
mod restricted;
mod study;
mod tables;
mod totals;

pub use completed::{Completed, CompletedCount, ImputedCell, Origin};
pub use imputer::Imputer;
pub use multiple::MultipleImputation;
pub use study::{IncompleteProblem, WithheldCounts};
pub use tables::{Imputations, TablesDone};
