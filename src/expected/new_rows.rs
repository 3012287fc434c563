//! Expected counts of rows that the fit has not seen.

use crate::area::Placement;
use crate::count::Exposure;
use crate::error::{Error, ErrorKind, Result};
use crate::infer::Fit;
use crate::model::ROW_LEVEL;
use crate::table::Table;
use ndarray::Array1;
use std::collections::{BTreeSet, HashMap};

/// Rows to predict: determinants, areas and exposure. There is no default for any of them.
#[derive(Debug, Clone)]
pub struct NewRows<'a> {
    pub(super) table: &'a Table,
    pub(super) placement: &'a Placement,
    pub(super) exposures: Vec<Exposure>,
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
    /// exposure · exp(x'β + Σ effects of the areas); an unseen area stands in with 0 ([`UnseenAreas::Typical`]) or
    /// ½ sd² ([`UnseenAreas::Average`]), at the estimated sd.
    pub given_areas: Vec<f64>,
    /// Levels with rows whose area the fit has not seen.
    pub unseen: Vec<Unseen>,
}

/// Rows in areas of one level that the fit has not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// The level.
    pub level: String,
    /// The rows, by position.
    pub rows: Vec<usize>,
}

impl<'a> NewRows<'a> {
    /// Rows of a table with the columns of the fit's determinants.
    ///
    /// `placement` puts the same rows on a tree that has the fit's levels, by name. Fails on lengths that do not
    /// agree.
    pub fn new(table: &'a Table, placement: &'a Placement, exposures: Vec<Exposure>) -> Result<Self> {
        let n_rows = placement.n_rows();
        let lengths = [("the table", table.n_rows()), ("the exposure", exposures.len())];
        if let Some((what, found)) = lengths.into_iter().find(|(_, found)| *found != n_rows) {
            return Err(ErrorKind::Length { what: what.into(), expected: n_rows, found }.into());
        }
        Ok(NewRows { table, placement, exposures })
    }
}

impl Fit {
    /// Expected counts of new rows.
    ///
    /// Determinants go through the fit's own recipe: its centres, scales, categories and fill means. The effect of an
    /// area is its conditional mode; areas are matched by their whole path of codes. Unseen areas follow the policy,
    /// level by level, so that a new wijk in a known gemeente keeps the gemeente's effect. Row effects of new rows are
    /// unseen by nature: 0 under [`UnseenAreas::Typical`], averaged over otherwise. Fails on missing columns and cells,
    /// on unknown categories, and under [`UnseenAreas::Refuse`] with the unseen areas of the first level that has any.
    pub fn predict(&self, rows: &NewRows<'_>, unseen: UnseenAreas) -> Result<Prediction> {
        let beta: Array1<f64> = self.coefficients().iter().map(|c| c.estimate).collect();
        let mut log_rate = self.recipe().apply_in(rows.table, rows.placement)?.dot(&beta);
        let count = |(eta, exposure): (&f64, &Exposure)| exposure.get() * eta.exp();
        let fixed_part = log_rate.iter().zip(&rows.exposures).map(count).collect();
        let mut not_seen = Vec::new();
        for level in self.levels() {
            let stand_in = match unseen {
                UnseenAreas::Typical => 0.0,
                UnseenAreas::Refuse | UnseenAreas::Average => 0.5 * level.sd.variance(),
            };
            if level.level == ROW_LEVEL {
                log_rate += stand_in;
                continue;
            }
            let effects = self.area_effects(&level.level)?;
            let areas = self.areas_of_new_rows(&level.level, rows.placement)?;
            let lost: Vec<usize> = (0..areas.len()).filter(|&row| areas[row].is_none()).collect();
            if unseen == UnseenAreas::Refuse && !lost.is_empty() {
                return Err(unknown_areas(&level.level, rows.placement, lost));
            }
            let effect = |area: &Option<usize>| area.and_then(|at| effects.get(at)).map(|area| area.effect);
            log_rate.iter_mut().zip(&areas).for_each(|(eta, area)| *eta += effect(area).unwrap_or(stand_in));
            if !lost.is_empty() {
                not_seen.push(Unseen { level: level.level.clone(), rows: lost });
            }
        }
        let given_areas = log_rate.iter().zip(&rows.exposures).map(count).collect();
        Ok(Prediction { fixed_part, given_areas, unseen: not_seen })
    }

    /// The position among the fit's areas of each row's area, matched by the codes of the levels both trees have.
    pub(crate) fn areas_of_new_rows(&self, level: &str, placement: &Placement) -> Result<Vec<Option<usize>>> {
        let (known, new) = (self.tree(), placement.tree());
        let depth = known.level(level)?;
        let positions =
            known.levels()[..=depth].iter().map(|name| new.level(name)).collect::<Result<Vec<_>>>()?;
        let areas: HashMap<Vec<&str>, usize> = self
            .area_effects(level)?
            .iter()
            .enumerate()
            .map(|(at, area)| (area.path.iter().map(String::as_str).collect(), at))
            .collect();
        let at = new.level(level)?;
        let of_area = |area: u32| {
            let path = new.path(at, area);
            let shared: Vec<&str> = positions.iter().filter_map(|&p| path.get(p).copied()).collect();
            areas.get(&shared).copied()
        };
        let by_area: Vec<Option<usize>> = (0..new.n_areas(at) as u32).map(of_area).collect();
        let of_row = |area: u32| by_area.get(area as usize).copied().flatten();
        Ok(placement.areas(at).into_iter().map(of_row).collect())
    }
}

fn unknown_areas(level: &str, placement: &Placement, rows: Vec<usize>) -> Error {
    let tree = placement.tree();
    let mut codes = BTreeSet::new();
    if let Ok(at) = tree.level(level) {
        let areas = placement.areas(at);
        codes.extend(rows.iter().filter_map(|&row| tree.code(at, *areas.get(row)?)));
    }
    let codes = codes.into_iter().map(String::from).collect();
    ErrorKind::UnknownArea { level: level.into(), codes, rows }.into()
}
