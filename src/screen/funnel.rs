//! The funnel of screened areas, and a rule that asks for its limits.

use super::areas::Areas;
use super::evidence::Measured;
use super::prior::Moments;
use super::rate_rule::{Missing, Reference};
use super::verdict::Verdict;
use crate::count::Count;
use crate::diagnose::{FunnelArea, Limits, Position};
use crate::error::{ErrorKind, Result};
use crate::expected::Actual;
use serde::{Deserialize, Serialize};
use std::fmt;

impl Areas {
    /// The funnel of an indicator: each count against what is expected of its size (or by a model), with limits.
    ///
    /// *Poisson* limits are those of areas of one rate, *overdispersed* ones those of areas whose rates scatter as these do,
    /// by the moments of [`Prior::among`](super::Prior::among) about the targets. Areas without a rate, and those of which
    /// nothing is expected, have no place in it. Fails where the indicator holds no rates or nothing was counted, and
    /// where it has no expected counts but is held against them.
    pub fn funnel(&self, indicator: &str, against: Reference) -> Result<Vec<FunnelArea>> {
        let each = self.funnel_of_each(indicator, against)?;
        Ok(each.into_iter().flatten().collect())
    }

    fn funnel_of_each(&self, indicator: &str, against: Reference) -> Result<Vec<Option<FunnelArea>>> {
        let rates = self.rates(indicator)?;
        if against == Reference::Expected && !rates.has_expected() {
            let message = format!("'{indicator}' has no expected counts to be held against");
            return Err(ErrorKind::Specification { message }.into());
        }
        let overall = Moments::of(rates)?.rate;
        let target = |area: usize| {
            let rate = match against {
                Reference::National => Some(overall),
                Reference::Given(rate) => Some(rate),
                Reference::Expected => rates.expected_rate(area),
            };
            let (count, exposure) = rates.known(area)?;
            rate.filter(|rate| *rate > 0.0).map(|rate| (count, exposure, rate * exposure))
        };
        let targets: Vec<_> = (0..self.n_areas()).map(target).collect();
        let seen = targets.iter().flatten().filter_map(|(count, _, target)| {
            let bounds = count.bounds();
            bounds.hi().map(|hi| (0.5 * (bounds.lo() as f64 + hi as f64), *target))
        });
        let spread = Moments::around(seen)?.spread;
        let place = |(area, target): (usize, Option<(Count, f64, f64)>)| {
            let (count, exposure, target) = target?;
            Some(FunnelArea {
                path: vec![self.areas()[area].code.clone()],
                n_rows: 1,
                exposure,
                actual: match count {
                    Count::Exact(count) => Actual::Observed(count as f64),
                    count => Actual::Bounded(count.bounds()),
                },
                target,
                poisson: Limits::of(target, 0.0),
                overdispersed: Limits::of(target, spread),
            })
        };
        Ok(targets.into_iter().enumerate().map(place).collect())
    }
}

/// A count outside the limits of a funnel of all areas.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FunnelRule {
    side: Side,
    limits: FunnelLimits,
    far: bool,
    against: Reference,
    missing: Missing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Side {
    Below,
    Above,
}

/// Which limits of a funnel are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FunnelLimits {
    /// Of areas of one rate: counting alone.
    Poisson,
    /// Of areas whose rates scatter as these do.
    Overdispersed,
}

impl FunnelRule {
    /// Below the 95 % limits.
    pub fn below(limits: FunnelLimits) -> Self {
        FunnelRule::new(Side::Below, limits)
    }

    /// Above the 95 % limits.
    pub fn above(limits: FunnelLimits) -> Self {
        FunnelRule::new(Side::Above, limits)
    }

    fn new(side: Side, limits: FunnelLimits) -> Self {
        FunnelRule { side, limits, far: false, against: Reference::National, missing: Missing::Undecided }
    }

    /// Beyond the 99.8 % limits instead.
    pub fn far(self) -> Self {
        FunnelRule { far: true, ..self }
    }

    /// A funnel around another rate than the national one.
    pub fn of(self, against: Reference) -> Self {
        FunnelRule { against, ..self }
    }

    /// What is said of an area without a rate; [`Missing::Undecided`] unless stated.
    pub fn missing(self, missing: Missing) -> Self {
        FunnelRule { missing, ..self }
    }

    pub(super) fn seen(&self, areas: &Areas, indicator: &str) -> Result<Vec<(Measured, Verdict)>> {
        let each = areas.funnel_of_each(indicator, self.against)?;
        Ok(each.into_iter().map(|area| self.of_area(area)).collect())
    }

    fn of_area(&self, area: Option<FunnelArea>) -> (Measured, Verdict) {
        let Some(area) = area else { return (Measured::Missing, self.missing.verdict()) };
        let limits = match self.limits {
            FunnelLimits::Poisson => &area.poisson,
            FunnelLimits::Overdispersed => &area.overdispersed,
        };
        let position = area.position(limits);
        let verdict = match (position, self.side) {
            (Position::Unknown, _) => Verdict::Undecided,
            (Position::FarBelow, Side::Below) | (Position::FarAbove, Side::Above) => Verdict::Holds,
            (Position::Below, Side::Below) | (Position::Above, Side::Above) => Verdict::of(!self.far),
            _ => Verdict::Fails,
        };
        let words = match position {
            Position::FarBelow => "below the 99.8 % limits",
            Position::Below => "below the 95 % limits",
            Position::Within => "within the limits",
            Position::Above => "above the 95 % limits",
            Position::FarAbove => "above the 99.8 % limits",
            Position::Unknown => "within or outside the limits",
        };
        (Measured::Text(words.into()), verdict)
    }
}

impl fmt::Display for FunnelRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.side == Side::Below { "below" } else { "above" };
        let coverage = if self.far { "99.8 %" } else { "95 %" };
        let limits = match self.limits {
            FunnelLimits::Poisson => "Poisson",
            FunnelLimits::Overdispersed => "overdispersed",
        };
        write!(
            f,
            "{side} the {coverage} {limits} limits of a funnel around {} ({})",
            self.against, self.missing
        )
    }
}
