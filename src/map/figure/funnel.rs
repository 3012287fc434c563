//! The funnel plot: rates against exposure, between control limits that narrow as the exposure grows.

use super::axis::Axis;
use super::canvas::{ABOVE, BELOW, INK, NEITHER, Size};
use super::{Figure, check};
use crate::error::Result;

/// One area of a funnel plot.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelArea {
    /// The area's name.
    pub name: String,
    /// What its precision rests on: the exposure, or the expected count. Above 0.
    pub exposure: f64,
    /// The rate, or the ratio of actual to expected.
    pub value: f64,
}

/// Control limits of one coverage.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlLimits {
    /// What the lines are, `95%` for instance.
    pub label: String,
    /// The limits at ascending exposures.
    pub limits: Vec<Limit>,
}

/// Where values lie at one exposure if nothing but chance is at work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// The exposure.
    pub exposure: f64,
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

/// How many areas beyond all limits have their names written.
const NAMED: usize = 12;

impl Figure {
    /// Areas by exposure and value around the target, with control limits, the narrowest first; what lies outside of the
    /// last ones is orange above and purple below, and the farthest out are named.
    ///
    /// Exposures that span much stand on a logarithmic axis. Fails without areas, and on exposures not above 0, numbers
    /// that are not finite, and limits that are not in order.
    pub fn funnel(&self, areas: &[FunnelArea], target: f64, limits: &[ControlLimits]) -> Result<String> {
        let sound = |area: &FunnelArea| area.exposure.is_finite() && area.exposure > 0.0 && area.value.is_finite();
        check("areas", areas.iter().map(|area| (area.name.as_str(), sound(area) && target.is_finite())))?;
        let in_order = |lines: &ControlLimits| {
            let ascending = lines.limits.windows(2).all(|pair| pair[0].exposure < pair[1].exposure);
            let sound = |limit: &Limit| limit.exposure.is_finite() && limit.exposure > 0.0 && limit.low <= limit.high && limit.low.is_finite() && limit.high.is_finite();
            !lines.limits.is_empty() && ascending && lines.limits.iter().all(sound)
        };
        if !limits.is_empty() {
            check("control limits", limits.iter().map(|lines| (lines.label.as_str(), in_order(lines))))?;
        }
        let x = Axis::spanning(areas.iter().map(|area| area.exposure));
        // Limits may shoot out where the exposure is tiny; the areas decide what is shown, with some room around.
        let highest = areas.iter().map(|area| area.value).fold(target, f64::max);
        let lowest = areas.iter().map(|area| area.value).fold(target, f64::min);
        let y = Axis::linear([lowest, highest].into_iter());
        let size = Size { width: 860, height: 560, left: 64 };
        let outermost = limits.last();
        Ok(self.draw(size, (&x, &y), &|_| None, |canvas| {
            let (from, to) = (areas.iter().map(|area| area.exposure).fold(f64::INFINITY, f64::min), areas.iter().map(|area| area.exposure).fold(0.0, f64::max));
            canvas.line(&[[from, target], [to, target]], INK, 1.0)?;
            for area in areas {
                let colour = match outermost.map(|lines| side(lines, area)) {
                    Some(Side::Above) => ABOVE,
                    Some(Side::Below) => BELOW,
                    _ => NEITHER,
                };
                canvas.dot([area.exposure, area.value], colour, 2.6)?;
            }
            for lines in limits {
                for end in [|limit: &Limit| limit.low, |limit: &Limit| limit.high] {
                    let shown = lines.limits.iter().filter(|limit| (from..=to).contains(&limit.exposure) && (y.low..=y.high).contains(&end(limit)));
                    let points: Vec<[f64; 2]> = shown.map(|limit| [limit.exposure, end(limit)]).collect();
                    canvas.line(&points, INK, if std::ptr::eq(lines, &limits[limits.len() - 1]) { 1.2 } else { 0.6 })?;
                }
            }
            outermost.map_or(Ok(()), |lines| {
                farthest(lines, areas).into_iter().try_for_each(|area| canvas.words([area.exposure, area.value], &area.name, 11.0))
            })
        }))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Above,
    Within,
    Below,
}

/// On which side of the limits an area lies.
fn side(lines: &ControlLimits, area: &FunnelArea) -> Side {
    let (low, high) = limits_at(lines, area.exposure);
    if area.value > high {
        Side::Above
    } else if area.value < low {
        Side::Below
    } else {
        Side::Within
    }
}

/// Straight between the limits given, and as at the ends beyond them.
fn limits_at(lines: &ControlLimits, exposure: f64) -> (f64, f64) {
    let above = lines.limits.partition_point(|limit| limit.exposure < exposure);
    let last = lines.limits.len() - 1;
    let (from, to) = (lines.limits[above.saturating_sub(1)], lines.limits[above.min(last)]);
    let span = to.exposure - from.exposure;
    let share = if span > 0.0 { ((exposure - from.exposure) / span).clamp(0.0, 1.0) } else { 0.0 };
    (from.low + share * (to.low - from.low), from.high + share * (to.high - from.high))
}

/// The areas farthest outside, in widths of the funnel at their exposure.
fn farthest<'a>(lines: &ControlLimits, areas: &'a [FunnelArea]) -> Vec<&'a FunnelArea> {
    let beyond = |area: &FunnelArea| {
        let (low, high) = limits_at(lines, area.exposure);
        (area.value - high).max(low - area.value) / (high - low).max(f64::MIN_POSITIVE)
    };
    let mut outside: Vec<&FunnelArea> = areas.iter().filter(|area| side(lines, area) != Side::Within).collect();
    outside.sort_by(|a, b| beyond(b).total_cmp(&beyond(a)));
    outside.truncate(NAMED);
    outside
}
