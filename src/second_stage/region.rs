//! A region's rows under a national fit: what was expected there, how surely, and what was counted.

use super::under::{Rates, Under};
use crate::area::Placement;
use crate::count::{Count, CountTable, Interval};
use crate::error::{ErrorKind, Result};
use crate::expected::{Actual, Comparison, CountPrediction, Expectation, Expected};
use crate::family::Scatter;
use crate::infer::{Dispersion, Fit};
use crate::table::Table;
use ndarray::{Array1, Array2, ArrayView1, Axis};

/// The rows of a region with what a national fit expects of them.
///
/// The fit needs no data of its own here, so a saved one does. **Which expectation:** [`Region::new`] takes the marginal
/// one, the mean over all areas with these determinants. It holds nothing of the region's own areas. An expectation given
/// the gemeente, such as SCP published, has in it most of what sets a gemeente apart (the fit shrank it, and no more): a
/// second stage that asks what sets gemeenten apart would find it explained before it began. [`Region::expecting`] takes
/// those all the same, for comparison with work that did.
#[derive(Debug, Clone)]
pub struct Region {
    pub(super) placement: Placement,
    pub(super) n_read: usize,
    /// Positions of the rows in the caller's table.
    pub(super) rows: Vec<usize>,
    pub(super) counts: Vec<Count>,
    pub(super) exposures: Vec<f64>,
    /// The national determinants, in the fit's units, along `rows`.
    pub(super) design: Array2<f64>,
    pub(super) terms: Vec<String>,
    pub(super) coefficients: Vec<f64>,
    /// National determinants with their design columns.
    pub(super) determinants: Vec<(String, Vec<usize>)>,
    expectation: Expectation,
    pub(super) rates: Rates,
    /// Of what was estimated nationally.
    pub(super) covariance: Array2<f64>,
    scatter: Scatter,
}

impl Region {
    /// The region's rows under the marginal expectation of a national fit.
    ///
    /// `table` has the columns of the fit's determinants for every row, `placement` and `counts` are of the same rows; rows
    /// without a count or an exposure are left out, withheld counts stay what they are. Fails on lengths that do not agree,
    /// on missing columns and cells, and on unknown categories.
    pub fn new(national: &Fit, table: &Table, placement: &Placement, counts: &CountTable) -> Result<Self> {
        Region::expecting(Expectation::Marginal, national, table, placement, counts)
    }

    /// The same under another expectation.
    ///
    /// Effects in an expectation are those of areas that the fit has seen, by their codes; an area it has not seen is
    /// averaged over. The standard error of an effect is added to that of the coefficients as though the two were
    /// independent, as a fit without its data does not say how they hang together. Fails, too, on an unknown level.
    pub fn expecting(
        expectation: Expectation,
        national: &Fit,
        table: &Table,
        placement: &Placement,
        counts: &CountTable,
    ) -> Result<Self> {
        let n_read = counts.n_read();
        let lengths = [("the table", table.n_rows()), ("the placement", placement.n_rows())];
        if let Some((what, found)) = lengths.into_iter().find(|(_, found)| *found != n_read) {
            return Err(ErrorKind::Length { what: what.into(), expected: n_read, found }.into());
        }
        let rows = counts.rows().to_vec();
        if rows.is_empty() {
            let why = format!("none of the region's {n_read} rows has a count and an exposure");
            return Err(ErrorKind::NoRows { why }.into());
        }
        let design = national.recipe().apply_in(table, placement)?.select(Axis(0), &rows);
        let rates = Under { national, placement, rows: &rows }.rates(&expectation, &design)?;
        Ok(Region {
            placement: placement.clone(),
            n_read,
            counts: counts.counts().to_vec(),
            exposures: counts.exposures().iter().map(|exposure| exposure.get()).collect(),
            design,
            terms: national.coefficients().iter().map(|c| c.term.clone()).collect(),
            coefficients: national.coefficients().iter().map(|c| c.estimate).collect(),
            determinants: determinants(national),
            expectation,
            rates,
            covariance: national.covariance().matrix.clone(),
            scatter: match national.dispersion() {
                Dispersion::NegBin2 { theta, .. } => Scatter::NegBin2 { theta },
                Dispersion::Poisson | Dispersion::PoissonLimit { .. } => Scatter::Poisson,
            },
            rows,
        })
    }

    /// Positions of the rows in the caller's table, ascending; what comes row by row follows them.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// What the expected counts hold.
    pub fn expectation(&self) -> &Expectation {
        &self.expectation
    }

    /// Code of each row's finest area.
    pub fn codes(&self) -> Vec<&str> {
        let codes = self.placement.codes(self.placement.tree().finest());
        self.rows.iter().filter_map(|&row| codes.get(row).copied()).collect()
    }

    /// Expected counts, row by row.
    pub fn expected_counts(&self) -> Vec<f64> {
        self.exposures
            .iter()
            .zip(&self.rates.log_rate)
            .map(|(exposure, rate)| exposure * rate.exp())
            .collect()
    }

    /// Actual and expected counts, row by row, and the distribution that a count is judged by: coefficients, effects not in
    /// the expectation and the count's own scatter.
    pub fn comparisons(&self) -> Vec<Comparison> {
        (0..self.rows.len()).map(|at| self.comparison(at)).collect()
    }

    /// The rows of each area of a level, by their positions among [`Region::rows`], with the area's codes from the coarsest
    /// level down; areas in the order of the tree.
    ///
    /// Fails where the region's tree has no such level.
    pub fn areas(&self, level: &str) -> Result<Vec<(Vec<String>, Vec<usize>)>> {
        let tree = self.placement.tree();
        let at = tree.level(level)?;
        let area_of_row = self.placement.areas(at);
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); tree.n_areas(at)];
        for (position, &row) in self.rows.iter().enumerate() {
            if let Some(area) = area_of_row.get(row).and_then(|&area| members.get_mut(area as usize)) {
                area.push(position);
            }
        }
        let path = |area: usize| tree.path(at, area as u32).iter().map(|code| code.to_string()).collect();
        let met = members.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty());
        Ok(met.map(|(area, rows)| (path(area), rows)).collect())
    }

    /// The expected count of several rows together, its standard error with what they share.
    pub(super) fn expected_sum(&self, positions: &[usize]) -> Expected {
        let mut gradient = Array1::<f64>::zeros(self.covariance.nrows());
        let (mut count, mut exposure, mut own) = (0.0, 0.0, 0.0);
        for &at in positions {
            let mean = self.exposures[at] * self.rates.log_rate[at].exp();
            gradient.scaled_add(mean, &self.rates.gradient.row(at));
            count += mean;
            exposure += self.exposures[at];
            own += mean * mean * self.rates.of_effects[at];
        }
        let variance = gradient.dot(&self.covariance.dot(&gradient)) + own;
        Expected { count, std_error: variance.max(0.0).sqrt(), exposure }
    }

    /// What was counted in several rows together.
    pub(super) fn actual_sum(&self, positions: &[usize]) -> Actual {
        let bounds = || positions.iter().map(|&at| self.counts[at].bounds());
        let low: u64 = bounds().map(|bounds| bounds.lo()).sum();
        let high: Option<u64> = bounds().map(|bounds| bounds.hi()).sum();
        if high == Some(low) {
            return Actual::Observed(low as f64);
        }
        let closed = high.and_then(|high| Interval::new(low, high).ok());
        Actual::Bounded(closed.unwrap_or(Interval::at_least(low)))
    }

    /// Variance of a row's log expected count through what was estimated nationally.
    pub(super) fn log_variance(&self, at: usize) -> f64 {
        let gradient: ArrayView1<'_, f64> = self.rates.gradient.row(at);
        gradient.dot(&self.covariance.dot(&gradient)) + self.rates.of_effects[at]
    }

    fn comparison(&self, at: usize) -> Comparison {
        let median = self.exposures[at] * self.rates.log_median[at].exp();
        let spread = self.log_variance(at) + self.rates.unseen[at];
        Comparison {
            actual: self.actual_sum(&[at]),
            expected: self.expected_sum(&[at]),
            predicted: CountPrediction::log_normal(median, spread, self.scatter),
        }
    }

    /// The same region with some of its rows, by their positions among [`Region::rows`].
    pub(super) fn with_rows(&self, kept: &[usize]) -> Region {
        Region {
            rows: kept.iter().map(|&at| self.rows[at]).collect(),
            counts: kept.iter().map(|&at| self.counts[at]).collect(),
            exposures: kept.iter().map(|&at| self.exposures[at]).collect(),
            design: self.design.select(Axis(0), kept),
            rates: self.rates.select(kept),
            ..self.clone()
        }
    }
}

fn determinants(fit: &Fit) -> Vec<(String, Vec<usize>)> {
    let names = fit.recipe().names();
    let position = |name: &String| names.iter().position(|known| known == name);
    let each = fit.recipe().determinants().into_iter();
    each.map(|(column, terms)| (column, terms.iter().filter_map(position).collect())).collect()
}
