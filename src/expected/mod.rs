//! What it says: expected counts with their uncertainty, how far actual counts are from them, exceedance and ranks.
//!
//! Each expectation has a name ([`Expectation`]) and there is no default among them: the *fixed part* is that of a
//! typical area, the *marginal* one the mean over all areas, *given* a level holds the effects of the areas down to it,
//! the *conditional* one all effects. What is added up is said by [`RowSets`]: rows, areas of a level, any rows. A
//! withheld count has bounds ([`Actual`]), and so has its difference ([`Difference`]).
//!
//! Sums and their standard errors come in closed form; what is no smooth function of one sum is read off joint draws
//! ([`Draws`](crate::infer::Draws)).

mod actual;
mod calibration;
mod difference;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::print_stdout)]
mod drawn_errors;
mod exceedance;
mod expectation;
mod expected_count;
mod fitted;
mod from_draws;
mod moments;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::print_stdout)]
mod monte_carlo;
mod new_row_errors;
mod new_rows;
mod predictive;
mod ranks;
mod rate_moments;
mod readings;
mod row_sets;
mod set_rates;
mod split;
mod substantial;
mod sums;
mod tails;

pub use actual::Actual;
pub use calibration::Calibrated;
pub use difference::{Comparison, Difference, Gap};
pub use exceedance::Exceedance;
pub use expectation::Expectation;
pub(crate) use expectation::Levels;
pub use expected_count::Expected;
pub use fitted::Fitted;
pub use moments::PosteriorMoments;
pub use new_row_errors::NewCount;
pub use new_rows::{NewRows, Prediction, Unseen, UnseenAreas};
pub use predictive::{CountInterval, CountPrediction, Predictive};
pub use ranks::{Rank, RankBy, Ranking};
pub use readings::{DrawnRate, Read, Readings};
pub use row_sets::RowSets;
pub use set_rates::SetRates;
pub use split::{Chance, Split};
pub use substantial::{Class, ClassCounts, Substantial};
