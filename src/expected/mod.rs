//! What it says: expected counts of the rows of a fit, and of new rows.
//!
//! Three expectations stay apart. The *fixed part* exp(x'β)·exposure is that of a typical area, all effects 0. *Given*
//! the areas of a level it holds their effects and averages over what is finer. For new rows an explicit policy says
//! what an area is worth that the fit has not seen.

mod fitted;
mod new_rows;

pub use fitted::Fitted;
pub use new_rows::{NewRows, Prediction, Unseen, UnseenAreas};
