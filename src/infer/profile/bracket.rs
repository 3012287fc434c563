//! The point between two at which the deviance is met.

use super::search::Climbed;
use crate::estimate::HeldMaximum;

/// Two points: inside the interval and outside.
pub(super) struct Bracket {
    pub inner: Climbed,
    pub outer: Climbed,
    pub deviance: f64,
}

/// The deviance is met to this.
const MET: f64 = 1e-8;
/// Climbs before the middle of what is left is taken for the end.
const MOST_CLIMBS: usize = 60;

/// Safeguarded secants on the signed root of the deviance, which is all but a line: Illinois' variant, so that no end of
/// the bracket stays for ever.
pub(super) fn root(
    bracket: Bracket,
    mut climb: impl FnMut(f64, &HeldMaximum) -> Result<Climbed, String>,
) -> Result<f64, String> {
    let Bracket { mut inner, mut outer, deviance } = bracket;
    let height = |at: &Climbed| at.deviance.max(0.0).sqrt() - deviance.sqrt();
    let (mut low, mut high) = (height(&inner), height(&outer));
    for _ in 0..MOST_CLIMBS {
        let x = match inner.x.is_infinite() {
            // from the Poisson limit inward: further out there is always less deviance
            true => outer.x + 2.0,
            false => inner.x + (outer.x - inner.x) * (-low / (high - low)),
        };
        if (outer.x - inner.x).abs() <= 1e-13 * x.abs() {
            return Ok(x);
        }
        let next = climb(x, &inner.at)?;
        let there = height(&next);
        if (next.deviance - deviance).abs() <= MET {
            return Ok(x);
        }
        if there > 0.0 {
            (outer, high) = (next, there);
            low *= 0.5;
        } else {
            (inner, low) = (next, there);
            high *= 0.5;
        }
    }
    Ok(0.5 * (inner.x + outer.x))
}
