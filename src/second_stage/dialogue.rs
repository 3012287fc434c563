//! One sheet per row for a dialogue session: actual, expected, what drives the expectation, who is alike.

use super::effect::SecondStage;
use super::extras::{Extras, moments};
use super::region::Region;
use crate::error::{ErrorKind, Result};
use crate::expected::Comparison;
use ndarray::Array2;

/// What is said about one row.
#[derive(Debug, Clone, PartialEq)]
pub struct DialogueSheet {
    /// The row, by its position in the caller's table.
    pub row: usize,
    /// Codes of its areas, from the coarsest level down.
    pub path: Vec<String>,
    /// Actual and expected count, and the distribution of a new one.
    pub comparison: Comparison,
    /// What the national determinants make of it, the strongest first.
    pub drivers: Vec<Driver>,
    /// What the determinants known only in the region make of it; empty where no second stage was given.
    pub local: Vec<Driver>,
    /// The rows of the nation whose determinants are most alike, the nearest first.
    pub neighbours: Vec<Neighbour>,
}

/// A determinant and what it does to a row's rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Driver {
    /// The determinant: a column of the table.
    pub determinant: String,
    /// The rate beside that of a row with the mean of the determinant: of the nation's rows, of the region's for what is
    /// known only there.
    pub ratio: f64,
}

/// A row with much the same determinants.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// Codes of its areas, from the coarsest level down.
    pub path: Vec<String>,
    /// Root mean squared difference over the determinants, in standard deviations over the nation's rows.
    pub distance: f64,
    /// Its actual and expected count.
    pub comparison: Comparison,
}

/// Makes the sheets of a region's rows.
#[derive(Debug, Clone)]
pub struct DialogueSheets<'a> {
    region: &'a Region,
    nation: &'a Region,
    means: Vec<f64>,
    /// Standard deviation of each column; none where it does not vary.
    sds: Vec<Option<f64>>,
    local: Vec<(String, Vec<f64>)>,
    neighbours: usize,
}

impl<'a> DialogueSheets<'a> {
    /// For the rows of a region beside those of the nation, both under the same fit; five neighbours each.
    ///
    /// Fails where the two are under fits with other terms.
    pub fn new(region: &'a Region, nation: &'a Region) -> Result<Self> {
        if region.terms != nation.terms || region.coefficients != nation.coefficients {
            let message = "region and nation are under different fits".into();
            return Err(ErrorKind::Specification { message }.into());
        }
        let columns: Vec<(f64, f64)> =
            nation.design.columns().into_iter().map(|column| moments(&column.to_vec())).collect();
        Ok(DialogueSheets {
            region,
            nation,
            means: columns.iter().map(|(mean, _)| *mean).collect(),
            sds: columns.iter().map(|(_, sd)| (*sd > 0.0).then_some(*sd)).collect(),
            local: Vec::new(),
            neighbours: 5,
        })
    }

    /// With so many neighbours.
    pub fn neighbours(self, neighbours: usize) -> Self {
        DialogueSheets { neighbours, ..self }
    }

    /// With what a second stage on the scale of log rates found.
    ///
    /// Fails where the extras are of another region, or the stage is on another scale or of other extras.
    pub fn explained_by(self, stage: &SecondStage, extras: &Extras) -> Result<Self> {
        extras.refuse_other(self.region)?;
        let terms: Vec<&String> = stage.effects.iter().map(|effect| &effect.term).collect();
        if !stage.design.is_log_rate() || terms.iter().copied().ne(&extras.names) {
            let message = format!(
                "the effects of design '{}' of {} determinants do not say what these {} extras do to a rate",
                stage.design,
                terms.len(),
                extras.names.len()
            );
            return Err(ErrorKind::Specification { message }.into());
        }
        let local = stage.effects.iter().zip(extras.values.columns()).map(|(effect, values)| {
            let mean = moments(&values.to_vec()).0;
            let ratios = values.iter().map(|z| (effect.estimate * (z - mean)).exp()).collect();
            (effect.term.clone(), ratios)
        });
        Ok(DialogueSheets { local: local.collect(), ..self })
    }

    /// The sheets of all rows, in their order.
    pub fn all(&self) -> Vec<DialogueSheet> {
        let paths = paths(self.region);
        let (own, nation) = (self.standardised(self.region), self.standardised(self.nation));
        let national_paths = paths_and_comparisons(self.nation);
        let comparisons = self.region.comparisons();
        let each = paths.into_iter().zip(comparisons).enumerate();
        each.map(|(at, (path, comparison))| {
            let neighbours = self.nearest(own.row(at).to_vec(), &path, &nation, &national_paths);
            let local = self.local.iter();
            let local =
                local.map(|(name, ratios)| Driver { determinant: name.clone(), ratio: ratios[at] }).collect();
            DialogueSheet {
                row: self.region.rows[at],
                drivers: self.drivers(at),
                local,
                neighbours,
                comparison,
                path,
            }
        })
        .collect()
    }

    /// exp(Σ β (x − mean)) over the columns of each determinant.
    fn drivers(&self, at: usize) -> Vec<Driver> {
        let x = self.region.design.row(at);
        let of = |columns: &Vec<usize>| -> f64 {
            let sum: f64 =
                columns.iter().map(|&j| self.region.coefficients[j] * (x[j] - self.means[j])).sum();
            sum.exp()
        };
        let each = self.region.determinants.iter();
        let mut drivers: Vec<Driver> =
            each.map(|(name, columns)| Driver { determinant: name.clone(), ratio: of(columns) }).collect();
        drivers.sort_by(|a, b| b.ratio.ln().abs().total_cmp(&a.ratio.ln().abs()));
        drivers
    }

    fn standardised(&self, of: &Region) -> Array2<f64> {
        let varying: Vec<(usize, f64)> =
            self.sds.iter().enumerate().filter_map(|(j, sd)| Some((j, (*sd)?))).collect();
        Array2::from_shape_fn((of.rows.len(), varying.len()), |(row, k)| {
            let (column, sd) = varying[k];
            (of.design[[row, column]] - self.means[column]) / sd
        })
    }

    fn nearest(
        &self,
        own: Vec<f64>,
        path: &[String],
        nation: &Array2<f64>,
        known: &[(Vec<String>, Comparison)],
    ) -> Vec<Neighbour> {
        let columns = own.len().max(1) as f64;
        let distance = |row: usize| {
            let squares: f64 = own.iter().zip(nation.row(row)).map(|(a, b)| (a - b).powi(2)).sum();
            (squares / columns).sqrt()
        };
        let others = (0..known.len()).filter(|&row| known[row].0 != path);
        let mut others: Vec<(usize, f64)> = others.map(|row| (row, distance(row))).collect();
        others.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let nearest = others.into_iter().take(self.neighbours);
        nearest
            .map(|(row, distance)| Neighbour {
                path: known[row].0.clone(),
                distance,
                comparison: known[row].1,
            })
            .collect()
    }
}

fn paths_and_comparisons(of: &Region) -> Vec<(Vec<String>, Comparison)> {
    paths(of).into_iter().zip(of.comparisons()).collect()
}

/// Codes of each row's areas.
fn paths(of: &Region) -> Vec<Vec<String>> {
    let tree = of.placement.tree();
    let finest = of.placement.areas(tree.finest());
    let path = |&row: &usize| {
        let area = finest.get(row).copied();
        let codes = area.map(|area| tree.path(tree.finest(), area)).unwrap_or_default();
        codes.into_iter().map(String::from).collect()
    };
    of.rows.iter().map(path).collect()
}
