//! Draws of what the counts were drawn from, and of the national rate with them.

use super::areas::{Areas, refuse_repeated, refused};
use super::prior::Prior;
use super::rates::same_length;
use crate::count::{Count, Interval};
use crate::error::Result;
use crate::expected::{Expectation, RowSets, SetRates};
use crate::infer::Draws;
use ndarray::{Array1, Array2, Axis, concatenate};
use rand::Rng;

/// Rates of areas, by code, in each of many draws, with the national rate of the same draw.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnRates {
    codes: Vec<String>,
    /// One row a draw, one column a code; per unit of exposure.
    rates: Array2<f64>,
    national: Array1<f64>,
    expected: Option<Array2<f64>>,
}

impl DrawnRates {
    /// Draws made elsewhere: one row a draw and one column a code, with the national rate of each draw.
    ///
    /// Fails on no draws, different lengths, repeated codes and rates that are negative or not finite.
    pub fn new(codes: Vec<String>, rates: Array2<f64>, national: Array1<f64>) -> Result<Self> {
        refuse_repeated("the draws", &codes)?;
        same_length("the drawn rates", codes.len(), rates.ncols())?;
        same_length("the drawn national rates", rates.nrows(), national.len())?;
        let sound = |rate: &f64| rate.is_finite() && *rate >= 0.0;
        match rates.iter().chain(&national).all(sound) && !national.is_empty() {
            true => Ok(DrawnRates { codes, rates, national, expected: None }),
            false => Err(refused("drawn rates are numbers from 0 on, one draw at least".into())),
        }
    }

    /// Draws without a model: each rate from its posterior given its own count, and the national rate as their sum over
    /// all exposure, so that each area is part of it as it is of the published one.
    ///
    /// Of a count known between bounds y is drawn first, from its distribution under the prior inside the bounds. What the
    /// national total has beyond the areas is one more of them. Fails where the indicator holds no rates, on no draws, on
    /// counts without an upper bound, and under a prior of a share on counts above their exposure.
    pub fn from_counts(
        areas: &Areas,
        indicator: &str,
        prior: Prior,
        n_draws: usize,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Self> {
        let rates = areas.rates(indicator)?;
        let known: Vec<(usize, Count, f64)> = (0..areas.n_areas())
            .filter_map(|area| rates.known(area).map(|(count, exposure)| (area, count, exposure)))
            .collect();
        if known.is_empty() || n_draws == 0 {
            return Err(refused(format!(
                "'{indicator}': nothing to draw, no area has a rate or no draw was asked for"
            )));
        }
        let rest = rates.stated_total().map(|total| beyond(total, &known)).transpose()?.flatten();
        let mut made = Array2::zeros((n_draws, known.len()));
        let (mut national, mut exposure_of_all) = (Array1::<f64>::zeros(n_draws), 0.0);
        let each = known.iter().map(|&(area, count, exposure)| (Some(area), count, exposure));
        for (column, (area, count, exposure)) in each.chain(rest.map(|(c, e)| (None, c, e))).enumerate() {
            let posterior = prior.posterior(count, exposure, area)?;
            for (draw, national) in national.iter_mut().enumerate() {
                let rate = posterior.draw(rng);
                *national += exposure * rate;
                if area.is_some() {
                    made[[draw, column]] = rate;
                }
            }
            exposure_of_all += exposure;
        }
        let codes = known.iter().map(|&(area, ..)| areas.areas()[area].code.clone()).collect();
        DrawnRates::new(codes, made, national / exposure_of_all)
    }

    /// Draws from a model: rates of sets of rows, each by the last code of its path, and the national rate of all rows.
    ///
    /// Draws of a [`Fit`](crate::infer::Fit::draws) take effects given the parameters for normal, so that low
    /// probabilities of small areas come out a little too low; those of a
    /// [`Posterior`](crate::estimator::Posterior::draws) take them from their own distribution.
    ///
    /// Fails as [`Draws::rates_of`] does, and where two sets end in the same code.
    pub fn from_model(draws: &Draws<'_>, over: &RowSets) -> Result<Self> {
        let SetRates { rates, national } = draws.rates_of(over)?;
        let code = |path: &Vec<String>| path.last().cloned().unwrap_or_default();
        DrawnRates::new(over.paths().iter().map(code).collect(), rates, national)
    }

    /// The same with what the model expects of each set in the same draw, to be compared with.
    ///
    /// Fails where draws or sets are not those of the rates, and as [`Draws::expected_rates_of`] does.
    pub fn against(self, draws: &Draws<'_>, over: &RowSets, expectation: &Expectation) -> Result<Self> {
        let expected = draws.expected_rates_of(over, expectation)?;
        match expected.dim() == self.rates.dim() {
            true => Ok(DrawnRates { expected: Some(expected), ..self }),
            false => Err(refused("the expectation is of other draws or other sets than the rates".into())),
        }
    }

    /// Draws of several tables, completed by imputation for instance, one below the other. Each should bring as many.
    ///
    /// Fails on none, and where codes differ or some have expectations and others have none.
    pub fn together(tables: &[DrawnRates]) -> Result<Self> {
        let Some(first) = tables.first() else { return Err(refused("no draws to stand together".into())) };
        let alike = |table: &DrawnRates| {
            table.codes == first.codes && table.expected.is_some() == first.expected.is_some()
        };
        if !tables.iter().all(alike) {
            return Err(refused(
                "the draws cannot stand together: their areas or expectations differ".into(),
            ));
        }
        let stacked =
            |parts: Vec<_>| concatenate(Axis(0), &parts).map_err(|error| refused(error.to_string()));
        let national: Vec<_> = tables.iter().map(|table| table.national.view()).collect();
        let expected: Vec<_> =
            tables.iter().filter_map(|table| Some(table.expected.as_ref()?.view())).collect();
        Ok(DrawnRates {
            codes: first.codes.clone(),
            rates: stacked(tables.iter().map(|table| table.rates.view()).collect())?,
            national: concatenate(Axis(0), &national).map_err(|error| refused(error.to_string()))?,
            expected: if expected.is_empty() { None } else { Some(stacked(expected)?) },
        })
    }

    /// Number of draws.
    pub fn n_draws(&self) -> usize {
        self.national.len()
    }

    /// The areas' codes.
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// Rates, one row a draw and one column a code, per unit of exposure.
    pub fn rates(&self) -> &Array2<f64> {
        &self.rates
    }

    /// The national rate of each draw.
    pub fn national(&self) -> &Array1<f64> {
        &self.national
    }

    /// The expected rates of each draw, where they were asked for.
    pub fn expected(&self) -> Option<&Array2<f64>> {
        self.expected.as_ref()
    }
}

/// What a national total has beyond the areas.
fn beyond((total, exposure): (Count, f64), known: &[(usize, Count, f64)]) -> Result<Option<(Count, f64)>> {
    let exposure = exposure - known.iter().map(|(.., exposure)| exposure).sum::<f64>();
    let bounds = total.bounds();
    let each = || known.iter().map(|(_, count, _)| count.bounds());
    let least: u64 = each().map(Interval::lo).sum();
    let most: Option<u64> = each().map(Interval::hi).sum();
    let highest = bounds.hi().map(|hi| hi.checked_sub(least));
    match (exposure, highest) {
        (exposure, Some(Some(highest))) if exposure > 0.0 => {
            let lowest = most.map_or(0, |most| bounds.lo().saturating_sub(most));
            Ok(Some((Count::from(Interval::new(lowest, highest)?), exposure)))
        }
        (0.0, Some(Some(_))) => Ok(None),
        _ => Err(refused("the areas have more counts or exposure than the national total".into())),
    }
}
