//! Counts over exposures, with the national rate that they make.

use super::evidence::Span;
use crate::count::Count;
use crate::error::{ErrorKind, Result};

/// What was counted in each area and out of how many, with what it may be compared to.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    counts: Vec<Count>,
    exposures: Vec<Option<f64>>,
    expected: Option<Vec<Option<f64>>>,
    national: Option<(Count, f64)>,
}

impl Rates {
    /// Counts and exposures, one an area; an area without either, or with exposure 0, has no rate.
    ///
    /// Fails on different lengths and, with their positions, on exposures that are negative or not finite.
    pub fn new(counts: Vec<Count>, exposures: Vec<Option<f64>>) -> Result<Self> {
        same_length("the exposures", counts.len(), exposures.len())?;
        refuse_below_zero(&exposures)?;
        Ok(Rates { counts, exposures, expected: None, national: None })
    }

    /// The count expected of each area, by a model for instance: what [`Reference::Expected`](super::Reference::Expected)
    /// stands for. It is taken as known.
    ///
    /// Fails on another length and on numbers that are negative or not finite.
    pub fn expected(self, counts: Vec<Option<f64>>) -> Result<Self> {
        same_length("the expected counts", self.counts.len(), counts.len())?;
        refuse_below_zero(&counts)?;
        Ok(Rates { expected: Some(counts), ..self })
    }

    /// The count and the exposure of the whole country, where it is more than the areas: youths of unknown address, areas
    /// that are not in the table. Without it the national rate is that of all areas with a rate.
    ///
    /// Fails on a missing count and unless the exposure is above 0.
    pub fn national_total(self, count: Count, exposure: f64) -> Result<Self> {
        if count == Count::Missing || exposure <= 0.0 || !exposure.is_finite() {
            let message =
                format!("a national total is a count and an exposure above 0; got {count:?} and {exposure}");
            return Err(ErrorKind::Specification { message }.into());
        }
        Ok(Rates { national: Some((count, exposure)), ..self })
    }

    /// Number of areas.
    pub fn n_areas(&self) -> usize {
        self.counts.len()
    }

    /// Count and exposure of an area that has both, the exposure above 0.
    pub fn known(&self, area: usize) -> Option<(Count, f64)> {
        let (count, exposure) = (*self.counts.get(area)?, *self.exposures.get(area)?);
        exposure
            .filter(|exposure| *exposure > 0.0 && count != Count::Missing)
            .map(|exposure| (count, exposure))
    }

    /// The rate of an area, per unit of exposure: between bounds where the count is withheld or rounded.
    pub fn rate(&self, area: usize) -> Option<Span> {
        self.known(area).map(|(count, exposure)| over(count, exposure))
    }

    /// The national rate, per unit of exposure; `None` where no area has one.
    pub fn national(&self) -> Option<Span> {
        if let Some((count, exposure)) = self.national {
            return Some(over(count, exposure));
        }
        let (mut low, mut high, mut total) = (0.0, Some(0.0), 0.0);
        for (count, exposure) in (0..self.n_areas()).filter_map(|area| self.known(area)) {
            let bounds = count.bounds();
            low += bounds.lo() as f64;
            high = high.zip(bounds.hi()).map(|(high, own)| high + own as f64);
            total += exposure;
        }
        (total > 0.0).then(|| Span { low: low / total, high: high.map(|high| high / total) })
    }

    /// The expected rate of an area; `None` where nothing was expected of it.
    pub fn expected_rate(&self, area: usize) -> Option<f64> {
        let expected = (*self.expected.as_ref()?.get(area)?)?;
        self.known(area).map(|(_, exposure)| expected / exposure)
    }

    pub(super) fn has_expected(&self) -> bool {
        self.expected.is_some()
    }

    pub(super) fn stated_total(&self) -> Option<(Count, f64)> {
        self.national
    }
}

fn over(count: Count, exposure: f64) -> Span {
    let bounds = count.bounds();
    Span { low: bounds.lo() as f64 / exposure, high: bounds.hi().map(|hi| hi as f64 / exposure) }
}

pub(super) fn same_length(what: &str, expected: usize, found: usize) -> Result<()> {
    match expected == found {
        true => Ok(()),
        false => Err(ErrorKind::Length { what: what.into(), expected, found }.into()),
    }
}

fn refuse_below_zero(numbers: &[Option<f64>]) -> Result<()> {
    let wrong = |row: &usize| numbers[*row].is_some_and(|x| !x.is_finite() || x < 0.0);
    let rows: Vec<usize> = (0..numbers.len()).filter(wrong).collect();
    match rows.first().and_then(|&first| numbers[first]) {
        None => Ok(()),
        Some(first) => Err(ErrorKind::InvalidExposure { rows, example: first.to_string() }.into()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn withheld_counts_give_bounds_to_their_rate_and_to_the_national_one() {
        let counts = vec![Count::Exact(50), Count::interval(1, 9).unwrap(), Count::Missing];
        let rates = Rates::new(counts, vec![Some(500.0), Some(100.0), Some(400.0)]).unwrap();
        assert_eq!(rates.rate(1), Some(Span { low: 0.01, high: Some(0.09) }));
        assert_eq!(rates.rate(2), None);
        assert_eq!(rates.national(), Some(Span { low: 51.0 / 600.0, high: Some(59.0 / 600.0) }));
        let known = rates.national_total(Count::Exact(120), 1_200.0).unwrap();
        assert_eq!(known.national().unwrap().number(), Some(0.1));
    }

    #[test]
    fn negative_exposures_are_refused_with_their_rows() {
        let error = Rates::new(vec![Count::Exact(1); 2], vec![Some(1.0), Some(-1.0)]).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("invalid-exposure", &[1][..]));
    }
}
