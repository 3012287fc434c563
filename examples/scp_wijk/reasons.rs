//! What drives an expectation: what each determinant and each area adds beside the mean of all wijken.

use nestcount::area::Placement;
use nestcount::ndarray::{Array1, Array2, Axis};
use nestcount::table::Table;
use nestcount::{Fit, Result};
use std::collections::HashMap;

/// The levels whose areas are given in an expectation.
pub(crate) const GIVEN: [&str; 2] = ["jeugdregio", "gemeente"];

/// Effects of the areas of a level by code.
pub(crate) type Effects = HashMap<String, f64>;

/// What each determinant and each area adds to a wijk's expectation beside the mean of all wijken.
pub(crate) struct Reasons {
    pub(crate) names: Vec<String>,
    /// Wijken by names; points in a linear model, logarithms of factors in a count model.
    pub(crate) parts: Array2<f64>,
}

impl Reasons {
    /// Of a count model, for all rows of a table with the determinants as the fit had them.
    pub(crate) fn of(fit: &Fit, table: &Table, placement: &Placement) -> Result<Self> {
        let effects = GIVEN.iter().map(|level| {
            let effects = fit.area_effects(level)?;
            Ok(effects.iter().map(|area| (area.code().to_string(), area.effect)).collect())
        });
        let effects = effects.collect::<Result<Vec<_>>>()?;
        let terms = fit.coefficients().iter().map(|c| (c.term.clone(), c.estimate)).collect();
        Self::new(fit.recipe().apply_in(table, placement)?, terms, &effects, placement)
    }

    /// β (x − mean) of each determinant, then the effect of each level's area; the intercept adds nothing.
    pub(crate) fn new(
        mut x: Array2<f64>,
        terms: Vec<(String, f64)>,
        effects: &[Effects],
        placement: &Placement,
    ) -> Result<Self> {
        if let Some(mean) = x.mean_axis(Axis(0)) {
            x -= &mean;
        }
        let (mut names, beta): (Vec<String>, Vec<f64>) = terms.into_iter().unzip();
        x *= &Array1::from(beta);
        let mut of_areas: Vec<Vec<f64>> = Vec::new();
        for (level, effects) in GIVEN.iter().zip(effects) {
            let codes = placement.codes(placement.tree().level(level)?);
            of_areas.push(codes.into_iter().map(|code| effects.get(code).copied().unwrap_or(0.0)).collect());
            names.push(format!("the {level} itself"));
        }
        let p = x.ncols();
        let part = |(row, at): (usize, usize)| if at < p { x[[row, at]] } else { of_areas[at - p][row] };
        let parts = Array2::from_shape_fn((x.nrows(), names.len()), part);
        Ok(Reasons { names, parts })
    }

    /// The parts of a wijk that say most, largest first.
    pub(crate) fn largest(&self, row: usize, n: usize) -> Vec<(&str, f64)> {
        self.most(self.parts.row(row).to_vec(), n)
    }

    /// The largest of parts along the names.
    pub(crate) fn most(&self, parts: Vec<f64>, n: usize) -> Vec<(&str, f64)> {
        let mut parts: Vec<(&str, f64)> = self.names.iter().map(String::as_str).zip(parts).collect();
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        parts.truncate(n);
        parts
    }
}
