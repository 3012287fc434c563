//! Counts carried: what is known of them, and their moments.

use super::carry::{Carry, Part};
use crate::count::{Count, Interval};
use crate::error::Result;

/// Counts along [`Carry::targets`]: bounds, moments and draws.
#[derive(Debug, Clone, PartialEq)]
pub struct CarriedCounts<'a> {
    pub(super) carry: &'a Carry,
    pub(super) rows: Vec<Count>,
    known: Vec<Count>,
    moments: Vec<Option<CarriedMoments>>,
}

/// Mean and variance of a count, given its rows' counts and shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CarriedMoments {
    /// `Σ y s` over the rows that the area is made of.
    pub mean: f64,
    /// `Σ y s (1 - s) (κ + y) / (κ + 1)`, κ the precision of the shares; 0 for whole areas.
    pub variance: f64,
}

impl Carry {
    /// Counts of the rows, carried; fails on another number of counts.
    pub fn counts(&self, rows: &[Count]) -> Result<CarriedCounts<'_>> {
        self.check_length("the counts", rows.len())?;
        let known = self.parts.iter().map(|parts| known(parts, rows)).collect();
        let moments = self.parts.iter().map(|parts| moments(parts, rows)).collect();
        Ok(CarriedCounts { carry: self, rows: rows.to_vec(), known, moments })
    }
}

impl CarriedCounts<'_> {
    /// What is known of each count: whole areas add their bounds, so exact counts stay exact; a part of `y` is one of
    /// `0 ..= y`.
    ///
    /// A single whole area keeps its count as it is, rounded at random or missing; what a missing count adds to has no
    /// upper bound.
    pub fn known(&self) -> &[Count] {
        &self.known
    }

    /// Mean and variance of each count; `None` where a row it is made of is not exact or not there.
    pub fn moments(&self) -> &[Option<CarriedMoments>] {
        &self.moments
    }
}

fn known(parts: &[Part], rows: &[Count]) -> Count {
    let count = |part: &Part| part.row.map_or(Count::Missing, |row| rows[row]);
    if let [part] = parts
        && part.share == 1.0
    {
        return count(part);
    }
    let (mut lo, mut hi) = (0u64, Some(0u64));
    for part in parts {
        let bounds = count(part).bounds();
        if part.share == 1.0 {
            lo = lo.saturating_add(bounds.lo());
        }
        hi = hi.zip(bounds.hi()).and_then(|(sum, hi)| sum.checked_add(hi));
    }
    match hi {
        None if lo == 0 => Count::Missing,
        None => Count::Interval(Interval::at_least(lo)),
        Some(hi) => Interval::new(lo, hi).map_or(Count::Missing, Count::from),
    }
}

fn moments(parts: &[Part], rows: &[Count]) -> Option<CarriedMoments> {
    let mut sum = CarriedMoments { mean: 0.0, variance: 0.0 };
    for part in parts {
        let Count::Exact(count) = rows[part.row?] else { return None };
        let (y, s) = (count as f64, part.share);
        sum.mean += y * s;
        // (κ + y) / (κ + 1) is 1 where shares are given.
        let learned =
            if part.precision.is_finite() { (part.precision + y) / (part.precision + 1.0) } else { 1.0 };
        sum.variance += y * s * (1.0 - s) * learned;
    }
    Some(sum)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Crosswalk;
    use super::*;
    use crate::count::RandomlyRounded;

    #[test]
    fn whole_areas_add_their_bounds_and_a_lone_one_keeps_its_count() {
        let rounded = Count::RandomlyRounded(RandomlyRounded::new(5, 20).unwrap());
        let crosswalk =
            Crosswalk::merge([("a", "x"), ("b", "x"), ("c", "y"), ("d", "z"), ("e", "z")]).unwrap();
        let carry = crosswalk.carry(&["a", "b", "c", "d", "e"]).unwrap();
        let rows = [Count::Exact(7), Count::interval(0, 9).unwrap(), rounded, rounded, Count::Missing];
        let carried = carry.counts(&rows).unwrap();
        let open = Count::Interval(Interval::at_least(16));
        assert_eq!(carried.known(), [Count::interval(7, 16).unwrap(), rounded, open]);
        assert_eq!(carried.moments(), [None, None, None]);
    }

    #[test]
    fn sums_beyond_a_count_are_open_and_no_panic() {
        let carry = Crosswalk::merge([("a", "x"), ("b", "x")]).unwrap().carry(&["a", "b"]).unwrap();
        let carried = carry.counts(&[Count::Exact(u64::MAX), Count::Exact(1)]).unwrap();
        assert_eq!(carried.known(), [Count::Interval(Interval::at_least(u64::MAX))]);
    }

    #[test]
    fn the_variance_of_a_part_is_binomial_and_larger_for_a_share_that_was_learned() {
        let split = Crosswalk::split("a", [("x", 0.25), ("y", 0.75)]).unwrap();
        let moments = |split: Crosswalk| {
            split.carry(&["a"]).unwrap().counts(&[Count::Exact(40)]).unwrap().moments()[0].unwrap()
        };
        assert_eq!(moments(split.clone()), CarriedMoments { mean: 10.0, variance: 7.5 });
        assert_eq!(
            moments(split.estimated(9.0).unwrap()),
            CarriedMoments { mean: 10.0, variance: 7.5 * 4.9 }
        );
    }

    #[test]
    fn another_number_of_counts_is_refused() {
        let carry = Crosswalk::identity(["a"]).unwrap().carry(&["a"]).unwrap();
        assert_eq!(carry.counts(&[]).unwrap_err().code(), "length");
    }
}
