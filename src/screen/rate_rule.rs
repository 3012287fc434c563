//! A rate against another: at most or at least so many times it.

use super::evidence::Span;
use super::factor::Factor;
use super::precision::{Precision, above, below};
use super::verdict::Verdict;
use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A comparison of an area's rate with a factor of another one, with every choice stated.
///
/// Unless said otherwise the other rate is the national one, both enter as they are, the edge is included and a missing
/// rate leaves the rule undecided.
///
/// ```
/// use nestcount::screen::{Factor, Precision, RateRule};
/// let rule = RateRule::at_most(Factor::ratio(2, 3)?).threshold(Precision::CutTo(1));
/// assert_eq!(
///     rule.to_string(),
///     "at most 2/3 of the national rate (threshold cut down to 1 decimal of a percent; edge included; undecided where missing)"
/// );
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RateRule {
    side: Side,
    factor: Factor,
    reference: Reference,
    threshold: Precision,
    rates: Precision,
    edge: Edge,
    missing: Missing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Side {
    AtMost,
    AtLeast,
}

/// Which rate an area's rate is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Reference {
    /// All counts over all exposure, the area's own among them.
    National,
    /// What was expected of the area.
    Expected,
    /// A rate that is given, per unit of exposure: 0.1 for 10 %.
    Given(f64),
}

/// Whether a rate that equals the threshold is on the side asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Edge {
    /// It is.
    Included,
    /// It is not.
    Excluded,
}

/// What a rule says of an area whose figure is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Missing {
    /// It holds.
    Passes,
    /// It fails.
    Fails,
    /// Nothing.
    Undecided,
}

impl Missing {
    pub(super) fn verdict(self) -> Verdict {
        match self {
            Missing::Passes => Verdict::Holds,
            Missing::Fails => Verdict::Fails,
            Missing::Undecided => Verdict::Undecided,
        }
    }
}

impl RateRule {
    /// At most so many times the national rate.
    pub fn at_most(factor: Factor) -> Self {
        RateRule::new(Side::AtMost, factor)
    }

    /// At least so many times the national rate.
    pub fn at_least(factor: Factor) -> Self {
        RateRule::new(Side::AtLeast, factor)
    }

    fn new(side: Side, factor: Factor) -> Self {
        RateRule {
            side,
            factor,
            reference: Reference::National,
            threshold: Precision::Exact,
            rates: Precision::Exact,
            edge: Edge::Included,
            missing: Missing::Undecided,
        }
    }

    /// Compares with another rate than the national one.
    pub fn of(self, reference: Reference) -> Self {
        RateRule { reference, ..self }
    }

    /// How finely the threshold, factor times the other rate, is taken.
    pub fn threshold(self, threshold: Precision) -> Self {
        RateRule { threshold, ..self }
    }

    /// How finely the rates of the areas are taken.
    pub fn rates(self, rates: Precision) -> Self {
        RateRule { rates, ..self }
    }

    /// Whether a rate at the threshold is on the side asked for.
    pub fn edge(self, edge: Edge) -> Self {
        RateRule { edge, ..self }
    }

    /// What is said of an area without a rate.
    pub fn missing(self, missing: Missing) -> Self {
        RateRule { missing, ..self }
    }

    /// The same with threshold and rates as they are: what one asks of the rates that counts were drawn from, which
    /// nobody rounded.
    pub fn exact(self) -> Self {
        RateRule { threshold: Precision::Exact, rates: Precision::Exact, ..self }
    }

    /// Whether it holds for a rate against another, both per unit of exposure.
    pub fn holds(&self, rate: f64, reference: f64) -> bool {
        let threshold = self.threshold_of(reference);
        let rate = self.rates.share(rate);
        match (self.side, self.edge) {
            (Side::AtMost, Edge::Included) => !above(rate, threshold),
            (Side::AtMost, Edge::Excluded) => below(rate, threshold),
            (Side::AtLeast, Edge::Included) => !below(rate, threshold),
            (Side::AtLeast, Edge::Excluded) => above(rate, threshold),
        }
    }

    /// Factor times a rate, as finely as the rule takes it.
    pub fn threshold_of(&self, reference: f64) -> f64 {
        self.threshold.share(self.factor.get() * reference)
    }

    /// Which rate it compares with.
    pub fn reference(&self) -> Reference {
        self.reference
    }

    /// Fails where the rate that is given is none.
    pub(super) fn refuse_strange_reference(&self) -> Result<()> {
        match self.reference {
            Reference::Given(rate) if !(rate > 0.0 && rate.is_finite()) => {
                let message = format!("a rate to compare with is a number above 0; got {rate}");
                Err(ErrorKind::Specification { message }.into())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn of_missing(&self) -> Verdict {
        self.missing.verdict()
    }

    /// The verdict where both rates are known between bounds: what holds at the farthest corners holds between them, since
    /// rate and threshold, rounded or not, never fall as the counts grow.
    pub(super) fn verdict(&self, rate: Span, reference: Span) -> Verdict {
        let corner = |rate: Option<f64>, reference: Option<f64>| match (rate, reference) {
            (Some(rate), Some(reference)) => self.holds(rate, reference),
            // without an upper bound the rate may be above anything, and so may the threshold
            (None, _) => self.side == Side::AtLeast,
            (_, None) => self.side == Side::AtMost,
        };
        let (low, high) = (corner(Some(rate.low), reference.high), corner(rate.high, Some(reference.low)));
        Verdict::between(Verdict::of(low), Verdict::of(high))
    }

    /// The threshold against a rate known between bounds.
    pub(super) fn threshold_span(&self, reference: Span) -> Span {
        Span {
            low: self.threshold_of(reference.low),
            high: reference.high.map(|high| self.threshold_of(high)),
        }
    }

    /// Decimals of a percentage in which rates and the threshold are written.
    pub(super) fn decimals(&self) -> (usize, usize) {
        (self.rates.decimals().unwrap_or(2), self.threshold.decimals().unwrap_or(2))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::National => f.write_str("the national rate"),
            Reference::Expected => f.write_str("the expected rate"),
            Reference::Given(rate) => write!(f, "{} %", 100.0 * rate),
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Missing::Passes => "holds where missing",
            Missing::Fails => "fails where missing",
            Missing::Undecided => "undecided where missing",
        })
    }
}

impl fmt::Display for RateRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.side == Side::AtMost { "at most" } else { "at least" };
        write!(f, "{side} {} of {} (threshold {}; ", self.factor, self.reference, self.threshold)?;
        if self.rates != Precision::Exact {
            write!(f, "rates {}; ", self.rates)?;
        }
        let edge = if self.edge == Edge::Included { "included" } else { "excluded" };
        write!(f, "edge {edge}; {})", self.missing)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn blue_zones() -> RateRule {
        RateRule::at_most(Factor::ratio(2, 3).unwrap()).threshold(Precision::CutTo(1))
    }

    #[test]
    fn an_area_at_the_threshold_is_in_where_the_edge_is_and_the_threshold_cut_down_leaves_out_those_above_it()
    {
        // 66 in 1000, and 6.63 %, between 6.6 and 6.67
        let (edge, between) = (66.0 / 1000.0, 663.0 / 10_000.0);
        let national = 10_950.0 / 109_500.0;
        assert!(blue_zones().holds(edge, national) && !blue_zones().holds(between, national));
        assert!(blue_zones().exact().holds(between, national));
        assert!(blue_zones().rates(Precision::RoundedTo(1)).holds(between, national));
        assert!(!blue_zones().edge(Edge::Excluded).holds(edge, national));
    }

    #[test]
    fn the_edge_is_met_exactly_whatever_the_sizes() {
        for youths in (3_000..60_000).step_by(3_000) {
            // 2/3 of 10 % of them, a whole number of users
            let (youths, users) = (f64::from(youths), f64::from(youths) / 15.0);
            let rule = RateRule::at_most(Factor::ratio(2, 3).unwrap());
            let (rate, national) = (users / youths, 437_123.0 / 4_371_230.0);
            assert!(
                rule.holds(rate, national) && !rule.edge(Edge::Excluded).holds(rate, national),
                "{youths}"
            );
            assert!(!rule.holds((users + 1.0) / youths, national), "{youths}");
        }
    }

    proptest! {
        /// A verdict on bounds is right for every pair within them.
        #[test]
        fn bounds_decide_only_what_all_figures_within_them_agree_on(
            counts in (0_u32..80, 0_u32..12), others in (80_u32..130, 0_u32..10), at in (0.0..1.0, 0.0..1.0),
            tenths in 4_u32..16, cut in any::<bool>(), least in any::<bool>(),
        ) {
            let factor = Factor::ratio(tenths, 10).unwrap();
            let rule = if least { RateRule::at_least(factor) } else { RateRule::at_most(factor) };
            let rule = if cut { rule.threshold(Precision::CutTo(1)).rates(Precision::RoundedTo(1)) } else { rule };
            let span = |low: u32, width: u32, n: f64| {
                Span { low: f64::from(low) / n, high: Some(f64::from(low + width) / n) }
            };
            let (rate, national) = (span(counts.0, counts.1, 800.0), span(others.0, others.1, 1_000.0));
            let verdict = rule.verdict(rate, national);
            let within = |span: Span, share: f64| span.low + share * (span.high.unwrap() - span.low);
            let holds = rule.holds(within(rate, at.0), within(national, at.1));
            prop_assert!(verdict == Verdict::Undecided || (verdict == Verdict::Holds) == holds);
        }
    }
}
