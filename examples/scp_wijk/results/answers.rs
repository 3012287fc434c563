//! What the model says of the wijken, of the gemeenten: expected, actual, difference, and how sure.

use super::Basis;
use nestcount::Result;
use nestcount::expected::{
    Comparison, Exceedance, Expectation, Predictive, RankBy, Ranking, Read, Readings, RowSets,
};
use nestcount::infer::{Confidence, Draws};

/// Joint draws of parameters and effects behind exceedance and ranks.
pub(super) const DRAWS: usize = 500;
/// The places that count as the top.
const TOP: usize = 100;

/// What the model says of the areas of one level.
pub(crate) struct Answers {
    pub(super) sets: RowSets,
    pub(super) expectation: Expectation,
    pub(super) effects: Predictive,
    /// Actual beside expected, area by area.
    pub(super) comparisons: Vec<Comparison>,
    /// Exceedance of the expected rate and of the national one, and places.
    pub(super) read: Read,
}

impl Answers {
    /// Of the wijken in the fit, expected given their gemeente, each judged without its own count.
    pub(super) fn of_wijken(basis: &Basis<'_>, draws: &Draws<'_>) -> Result<Self> {
        Self::of(basis, draws, RowSets::each_row(basis.problem), "gemeente")
    }

    /// Of the gemeenten, expected given their jeugdregio.
    pub(super) fn of_gemeenten(basis: &Basis<'_>, draws: &Draws<'_>) -> Result<Self> {
        Self::of(basis, draws, RowSets::level(basis.problem, "gemeente")?, "jeugdregio")
    }

    fn of(basis: &Basis<'_>, draws: &Draws<'_>, sets: RowSets, given: &str) -> Result<Self> {
        let (expectation, effects) = (Expectation::given(given), Predictive::WithoutOwnCount);
        let comparisons = basis.fit.fitted(basis.problem)?.compared(&expectation, effects, &sets)?;
        let wanted = Readings::new()
            .exceedance(Exceedance::ratio_above(1.0, expectation.clone())?)
            .exceedance(Exceedance::rate_above_national(1.0)?)
            .ranks(Ranking { by: RankBy::Rate, top: TOP, confidence: Confidence::P95 })
            .rates(Confidence::P95);
        let read = draws.read(&wanted, &sets)?;
        Ok(Answers { sets, expectation, effects, comparisons, read })
    }
}
