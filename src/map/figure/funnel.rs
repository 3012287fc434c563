//! The funnel plot: rates against exposure, between control limits that narrow as the exposure grows.

use super::axis::Axis;
use super::canvas::{ABOVE, BELOW, INK, KeyLine, NEITHER, Paper, Size};
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
        let sound =
            |area: &FunnelArea| area.exposure.is_finite() && area.exposure > 0.0 && area.value.is_finite();
        check("areas", areas.iter().map(|area| (area.name.as_str(), sound(area) && target.is_finite())))?;
        let in_order = |lines: &ControlLimits| {
            let ascending = lines.limits.windows(2).all(|pair| pair[0].exposure < pair[1].exposure);
            let sound = |limit: &Limit| {
                let finite = [limit.exposure, limit.low, limit.high].iter().all(|number| number.is_finite());
                finite && limit.exposure > 0.0 && limit.low <= limit.high
            };
            !lines.limits.is_empty() && ascending && lines.limits.iter().all(sound)
        };
        if !limits.is_empty() {
            check("control limits", limits.iter().map(|lines| (lines.label.as_str(), in_order(lines))))?;
        }
        let x = Axis::spanning(areas.iter().map(|area| area.exposure));
        // Limits shoot out where the exposure is tiny; the areas decide how far the axis goes.
        let y = Axis::linear(areas.iter().map(|area| area.value).chain([target]));
        let key = limits
            .iter()
            .enumerate()
            .map(|(i, lines)| KeyLine { label: &lines.label, colour: INK, width: width(i, limits.len()) })
            .collect();
        let size = Size { width: 860, height: 560, left: 68 };
        let paper = Paper { size, x: &x, y: &y, columns: Vec::new(), rows: Vec::new(), key };
        Ok(self.draw(&paper, |canvas| {
            canvas.line(&[[x.low, target], [x.high, target]], INK, 1.0)?;
            for area in areas {
                let colour = match limits.last().map(|lines| side(lines, area)) {
                    Some(Side::Above) => ABOVE,
                    Some(Side::Below) => BELOW,
                    _ => NEITHER,
                };
                canvas.dot([area.exposure, area.value], colour, 2.6)?;
            }
            for (i, lines) in limits.iter().enumerate() {
                for end in [|limit: &Limit| limit.low, |limit: &Limit| limit.high] {
                    let points = lines.limits.iter().map(|limit| [limit.exposure, end(limit)]);
                    let within = |[at, end]: &[f64; 2]| {
                        (x.low..=x.high).contains(at) && (y.low..=y.high).contains(end)
                    };
                    canvas.line(&points.filter(within).collect::<Vec<_>>(), INK, width(i, limits.len()))?;
                }
            }
            let outside = limits.last().map_or_else(Vec::new, |lines| farthest(lines, areas));
            named(outside, &x, &y)
                .into_iter()
                .try_for_each(|area| canvas.words([area.exposure, area.value], &area.name, 11.0))
        }))
    }
}

/// The last limits have the heaviest line.
fn width(i: usize, n: usize) -> f64 {
    if i + 1 == n { 1.2 } else { 0.6 }
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
    let mut outside: Vec<&FunnelArea> =
        areas.iter().filter(|area| side(lines, area) != Side::Within).collect();
    outside.sort_by(|a, b| beyond(b).total_cmp(&beyond(a)));
    outside
}

/// The first of them whose names do not run into each other.
fn named<'a>(outside: Vec<&'a FunnelArea>, x: &Axis, y: &Axis) -> Vec<&'a FunnelArea> {
    let place = |area: &FunnelArea| [x.share(area.exposure), y.share(area.value)];
    let mut named: Vec<&FunnelArea> = Vec::new();
    for area in outside {
        let [right, up] = place(area);
        let meets = |other: &&FunnelArea| {
            let [other_right, other_up] = place(other);
            (right - other_right).abs() < 0.18 && (up - other_up).abs() < 0.035
        };
        if named.len() < NAMED && !named.iter().any(meets) {
            named.push(area);
        }
    }
    named
}
