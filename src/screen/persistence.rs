//! A rule over years: in how many it holds.

use super::areas::{Area, refuse_repeated, refused};
use super::verdict::Verdict;
use super::verdicts::Verdicts;
use crate::error::Result;
use ndarray::Array2;
use std::collections::HashMap;

/// Verdicts of several years on the same areas, by code.
///
/// An area that a year does not have is undecided in it: what happened to it is for a table of boundary changes to say. Draws
/// of different years stand side by side by their number, which is right where the years were drawn apart, and where they
/// come from one model of all years.
#[derive(Debug, Clone, PartialEq)]
pub struct Persistence {
    areas: Vec<Area>,
    years: Vec<String>,
    /// Of each year, one row a draw, one column an area.
    values: Vec<Array2<Verdict>>,
}

impl Persistence {
    /// Years by name, in the order given; areas in the order in which they are first met.
    ///
    /// Fails on no year, on a year that stands twice and where the numbers of draws differ.
    pub fn over<S: Into<String>>(years: impl IntoIterator<Item = (S, Verdicts)>) -> Result<Self> {
        let (names, verdicts): (Vec<String>, Vec<Verdicts>) =
            years.into_iter().map(|(name, verdicts)| (name.into(), verdicts)).unzip();
        refuse_repeated("the years", &names)?;
        let draws: Vec<usize> = verdicts.iter().map(Verdicts::n_draws).collect();
        let Some(&first) = draws.first() else {
            return Err(refused("persistence needs a year at least".into()));
        };
        if draws.iter().any(|&n| n != first) {
            return Err(refused(format!("the years have different numbers of draws: {draws:?}")));
        }
        let (mut areas, mut position) = (Vec::new(), HashMap::new());
        for area in verdicts.iter().flat_map(|year| &year.areas) {
            position.entry(area.code.clone()).or_insert_with(|| {
                areas.push(area.clone());
                areas.len() - 1
            });
        }
        let spread = |year: &Verdicts| {
            let mut values = Array2::from_elem((first, areas.len()), Verdict::Undecided);
            for (area, column) in year.areas.iter().zip(year.values.columns()) {
                if let Some(&at) = position.get(&area.code) {
                    values.column_mut(at).assign(&column);
                }
            }
            values
        };
        let values = verdicts.iter().map(spread).collect();
        Ok(Persistence { areas, years: names, values })
    }

    /// The years, in their order.
    pub fn years(&self) -> &[String] {
        &self.years
    }

    /// The areas.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// What each year says of an area, by its position.
    pub fn of_area(&self, area: usize) -> Vec<Verdict> {
        let agreed = |year: &Array2<Verdict>| {
            let column = (area < year.ncols()).then(|| year.column(area))?;
            column.iter().copied().reduce(Verdict::between)
        };
        self.values.iter().filter_map(agreed).collect()
    }

    /// Whether the rule holds in `k` years at least. With draws its probabilities are those of persistence.
    ///
    /// Fails unless `k` is from 1 to the number of years.
    pub fn at_least(&self, k: usize) -> Result<Verdicts> {
        if k == 0 || k > self.years.len() {
            let message = format!("a rule holds in 1 to {} of these years; asked for {k}", self.years.len());
            return Err(refused(message));
        }
        let shape = self.values.first().map_or((0, 0), Array2::dim);
        let values = Array2::from_shape_fn(shape, |at| {
            let of = |verdict| self.values.iter().filter(|year| year[at] == verdict).count();
            let (holds, open) = (of(Verdict::Holds), of(Verdict::Undecided));
            match (holds >= k, holds + open >= k) {
                (true, _) => Verdict::Holds,
                (_, false) => Verdict::Fails,
                _ => Verdict::Undecided,
            }
        });
        Ok(Verdicts { areas: self.areas.clone(), values })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use Verdict::{Fails, Holds, Undecided};

    fn year(codes: &[&str], verdicts: &[Verdict]) -> Verdicts {
        let areas = codes.iter().map(|c| Area { code: (*c).into(), name: (*c).into() }).collect();
        Verdicts { areas, values: Array2::from_shape_vec((1, codes.len()), verdicts.to_vec()).unwrap() }
    }

    #[test]
    fn two_of_three_years_hold_fail_or_stay_open() {
        let years = [
            ("2015", year(&["a", "b", "c"], &[Holds, Fails, Holds])),
            ("2016", year(&["a", "b", "c"], &[Holds, Holds, Fails])),
            ("2017", year(&["b", "a"], &[Fails, Undecided])),
        ];
        let persistence = Persistence::over(years).unwrap();
        assert_eq!(persistence.at_least(2).unwrap().agreed(), [Holds, Fails, Undecided]);
        assert_eq!(persistence.of_area(0), [Holds, Holds, Undecided]);
        assert!(persistence.at_least(0).is_err() && persistence.at_least(4).is_err());
    }
}
