//! Expected counts of rows that the fit has not seen.

use crate::area::Placement;
use crate::count::Exposure;
use crate::error::{ErrorKind, Result};
use crate::infer::Fit;
use crate::model::ROW_LEVEL;
use crate::table::Table;
use ndarray::{Array1, Array2};
use std::collections::{HashMap, HashSet};

/// Rows to predict: determinants, areas and exposure. There is no default for any of them.
#[derive(Debug, Clone)]
pub struct NewRows<'a> {
    design: Array2<f64>,
    placement: &'a Placement,
    exposures: Vec<Exposure>,
}

/// What the random intercept of an area is taken to be that the fit has not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnseenAreas {
    /// An error that lists the areas and the rows.
    Refuse,
    /// 0: the median area under its parent.
    Typical,
    /// Averaged over: the factor exp(sd²/2), the mean of all areas under its parent.
    Average,
}

/// Expected counts of new rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// exposure · exp(x'β): all effects 0.
    pub fixed_part: Vec<f64>,
    /// exposure · exp(x'β + effects of the areas), unseen ones by the policy.
    pub given_areas: Vec<f64>,
}

impl<'a> NewRows<'a> {
    /// Rows of a table, through the fit's own recipe: its centres, scales, categories and fill means.
    ///
    /// `placement` puts the same rows on a tree that has the fit's levels, by name. Fails on missing columns and
    /// cells, on unknown categories and on lengths that do not agree.
    pub fn from_table(
        fit: &Fit,
        table: &Table,
        placement: &'a Placement,
        exposures: Vec<Exposure>,
    ) -> Result<Self> {
        NewRows::new(fit, fit.recipe().apply_in(table, placement)?, placement, exposures)
    }

    /// Rows of a design matrix made elsewhere, the intercept column of ones first.
    pub fn new(
        fit: &Fit,
        design: Array2<f64>,
        placement: &'a Placement,
        exposures: Vec<Exposure>,
    ) -> Result<Self> {
        let length = |what: &str, expected: usize, found: usize| match expected == found {
            true => Ok(()),
            false => Err(crate::Error::from(ErrorKind::Length { what: what.into(), expected, found })),
        };
        length("the design's columns", fit.coefficients().len(), design.ncols())?;
        length("the placement", design.nrows(), placement.n_rows())?;
        length("the exposure", design.nrows(), exposures.len())?;
        Ok(NewRows { design, placement, exposures })
    }
}

impl Fit {
    /// Expected counts of new rows.
    ///
    /// The effect of each area is its conditional mode; unseen areas follow the policy, level by level, so that a new
    /// wijk in a known gemeente keeps the gemeente's effect. Row effects of new rows are unseen by nature: they are
    /// 0 under [`UnseenAreas::Typical`] and averaged over otherwise. Fails under [`UnseenAreas::Refuse`] with the
    /// unseen areas of the first level that has any.
    pub fn predict(&self, rows: &NewRows<'_>, unseen: UnseenAreas) -> Result<Prediction> {
        let beta: Array1<f64> = self.coefficients().iter().map(|c| c.estimate).collect();
        let mut log_rate = rows.design.dot(&beta);
        let count = |(eta, exposure): (&f64, &Exposure)| exposure.get() * eta.exp();
        let fixed_part = log_rate.iter().zip(&rows.exposures).map(count).collect();
        for level in self.levels() {
            let stand_in = match unseen {
                UnseenAreas::Typical => 0.0,
                UnseenAreas::Refuse | UnseenAreas::Average => 0.5 * level.sd.variance(),
            };
            match level.level == ROW_LEVEL {
                true => log_rate += stand_in,
                false => self.add_level(&level.level, rows.placement, (unseen, stand_in), &mut log_rate)?,
            }
        }
        Ok(Prediction { fixed_part, given_areas: log_rate.iter().zip(&rows.exposures).map(count).collect() })
    }

    fn add_level(
        &self,
        level: &str,
        placement: &Placement,
        (unseen, stand_in): (UnseenAreas, f64),
        log_rate: &mut Array1<f64>,
    ) -> Result<()> {
        let effects = self.effects_by_area(level, placement)?;
        let areas = placement.areas(placement.tree().level(level)?);
        let lost: Vec<usize> =
            (0..areas.len()).filter(|&row| effects[areas[row] as usize].is_none()).collect();
        if unseen == UnseenAreas::Refuse && !lost.is_empty() {
            let codes = placement.tree().codes(placement.tree().level(level)?);
            let lost_areas: HashSet<u32> = lost.iter().map(|&row| areas[row]).collect();
            let mut codes: Vec<String> =
                lost_areas.into_iter().map(|area| codes[area as usize].clone()).collect();
            codes.sort_unstable();
            return Err(ErrorKind::UnknownArea { level: level.into(), codes, rows: lost }.into());
        }
        for (eta, &area) in log_rate.iter_mut().zip(&areas) {
            *eta += effects[area as usize].unwrap_or(stand_in);
        }
        Ok(())
    }

    /// The fit's effect of each area of the placement's tree, matched by the codes of the levels both trees have.
    fn effects_by_area(&self, level: &str, placement: &Placement) -> Result<Vec<Option<f64>>> {
        let (known, new) = (self.tree(), placement.tree());
        let depth = known.level(level)?;
        let positions =
            known.levels()[..=depth].iter().map(|name| new.level(name)).collect::<Result<Vec<_>>>()?;
        let effects: HashMap<Vec<&str>, f64> = self
            .area_effects(level)
            .iter()
            .map(|area| (area.path.iter().map(String::as_str).collect(), area.effect))
            .collect();
        let at = new.level(level)?;
        let of_area = |area: u32| {
            let path = new.path(at, area);
            let shared: Vec<&str> = positions.iter().filter_map(|&p| path.get(p).copied()).collect();
            effects.get(&shared).copied()
        };
        Ok((0..new.n_areas(at) as u32).map(of_area).collect())
    }
}
