//! A region under the national model: what determinants known only there explain of the remaining gap.
//!
//! [`Region`] puts a national fit, a saved one too, beside the region's counts: actual, expected, difference, and which
//! rows are substantially off ([`AreaGap`]). [`OffsetDesign`] asks what [`Extras`] explain of it, counts against national
//! expectations; [`Residual`] regresses residuals, as is often done, and shows how far that shrinks the answer. Both give a
//! [`SecondStage`].

mod dialogue;
mod effect;
mod extras;
mod gaps;
mod imputed;
mod left_out;
mod net;
mod offset;
mod permutation;
mod region;
mod residual;
mod small_sample;
mod truth_of;
mod under;
mod working;

pub use crate::infer::Effect;
pub use dialogue::{DialogueSheet, DialogueSheets, Driver, Neighbour};
pub use effect::{Design, SecondStage};
pub use extras::{Extra, Extras};
pub use gaps::{AreaGap, Furthest};
pub use imputed::ImputedFit;
pub use left_out::{AreasDone, LeftOut, WithoutArea, Worst};
pub use offset::{Entering, OffsetDesign, OffsetFit, RowScatter};
pub use permutation::{PermutationTest, Permutations, Permuting};
pub use region::Region;
pub use residual::Residual;
