//! Expected percentages of all wijken given their gemeente, by the count model and by the model SCP used.

use crate::withheld_shares::{WithheldShares, determinants};
use nestcount::area::Placement;
use nestcount::compare::{LinearModel, Response};
use nestcount::count::{Count, CountTable, DisclosureRule, Exposure};
use nestcount::determinant::{Determinants, MissingCells};
use nestcount::expected::{NewRows, UnseenAreas};
use nestcount::ndarray::{Array1, Array2, Axis};
use nestcount::table::Table;
use nestcount::{ErrorKind, Model, Options, Result};
use std::collections::HashMap;

/// SCP's expected percentage; the table has it, or there is nothing to compare with.
pub(crate) const EXPECTED: &str = "perc_przv";
const ACTUAL: &str = "perc_jhzv";
/// The levels whose areas are given.
const GIVEN: [&str; 2] = ["jeugdregio", "gemeente"];

/// What the file holds beside the determinants.
pub(crate) struct Wijken<'a> {
    pub(crate) table: &'a Table,
    pub(crate) placement: &'a Placement,
    pub(crate) names: Vec<&'static str>,
    /// Actual percentages.
    pub(crate) actual: Vec<Option<f64>>,
    /// SCP's expected ones.
    pub(crate) scp: Vec<f64>,
    /// Counts of the wijken with an exposure.
    pub(crate) counts: CountTable,
}

/// What one model expects, in percent, of every wijk, and why.
pub(crate) struct Expected {
    pub(crate) percent: Vec<f64>,
    pub(crate) reasons: Reasons,
}

/// What each determinant and each area adds to a wijk's expectation beside the mean of all wijken.
pub(crate) struct Reasons {
    pub(crate) names: Vec<String>,
    /// Wijken by names; points in a linear model, logarithms of factors in a count model.
    pub(crate) parts: Array2<f64>,
}

impl<'a> Wijken<'a> {
    /// Reads SCP's layout with its reconstructed counts.
    ///
    /// Where a percentage is known and its exposure only approximately, the count is what the percentage makes of the
    /// approximate exposure: the rate is the published one, and only its weight is approximate.
    pub(crate) fn read(table: &'a Table, placement: &'a Placement, names: Vec<&'static str>) -> Result<Self> {
        let actual = table.numbers(ACTUAL)?;
        let rule = DisclosureRule::builder().withheld_below(10).build()?;
        let mut counts = rule.counts_flagged(table, "n_users_rec", "suppressed")?;
        let mut exposures = table.numbers("n_youth_rec")?;
        let approximate = table.numbers("youth_approx")?;
        for row in 0..counts.len() {
            if let (None, Some(percent), Some(youths)) = (exposures[row], actual[row], approximate[row]) {
                exposures[row] = Some(youths);
                counts[row] = Count::Exact((youths * percent / 100.0).round() as u64);
            }
        }
        let expected = table.numbers(EXPECTED)?;
        let gaps: Vec<usize> = (0..expected.len()).filter(|&row| expected[row].is_none()).collect();
        if !gaps.is_empty() {
            return Err(ErrorKind::MissingCells { columns: vec![(EXPECTED.into(), gaps)] }.into());
        }
        let counts = CountTable::with_exposures(counts, exposures)?;
        Ok(Wijken { table, placement, names, actual, scp: expected.into_iter().flatten().collect(), counts })
    }

    /// Rows with an actual percentage.
    pub(crate) fn observed(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.scp.len()).filter(|&row| self.actual[row].is_some())
    }

    /// The Gaussian model of the percentage: what SCP used.
    pub(crate) fn linear(&self, treatment: WithheldShares) -> Result<Expected> {
        let made = determinants(self.table, self.placement, &self.names, treatment)?;
        let rows: Vec<usize> = (0..self.scp.len()).collect();
        let design = self.wanted().build(&made, self.placement, &rows)?;
        let x = design.matrix().to_owned();
        let model = GIVEN.iter().fold(LinearModel::new(), |model, level| model.random_intercept(*level));
        let fit = model.fit(self.placement, &Response::new(self.actual.clone())?, design)?;
        let effects = GIVEN.iter().map(|level| {
            let effects = fit.area_effects(level)?;
            Ok(effects.iter().map(|area| (area.code().to_string(), area.effect)).collect())
        });
        let effects = effects.collect::<Result<Vec<_>>>()?;
        let terms = fit.coefficients().iter().map(|c| (c.term.clone(), c.estimate)).collect();
        let percent = fit.expectation().given("gemeente")?;
        Ok(Expected { percent, reasons: self.reasons(x, terms, effects)? })
    }

    /// The Poisson-lognormal model of the counts. Withheld counts are intervals, wijken without an exposure are
    /// predicted.
    pub(crate) fn count(&self, treatment: WithheldShares) -> Result<Expected> {
        let made = determinants(self.table, self.placement, &self.names, treatment)?;
        let design = self.wanted().build(&made, self.placement, self.counts.rows())?;
        let levels = GIVEN.iter().chain(&["wijk"]);
        let model = levels.fold(Model::poisson(), |model, level| model.random_intercept(*level));
        let problem = model.check(self.placement, &self.counts, design)?;
        let fit = problem.fit(&Options::default())?;
        let everyone = NewRows::new(&made, self.placement, vec![Exposure::new(100.0)?; self.scp.len()])?;
        let mut percent = fit.predict(&everyone, UnseenAreas::Average)?.given_areas;
        // In the fit a wijk has an effect of its own, which is no part of what is expected of it.
        let fitted = fit.fitted(&problem)?.given("gemeente")?;
        for ((&row, exposure), expected) in self.counts.rows().iter().zip(self.counts.exposures()).zip(fitted)
        {
            percent[row] = 100.0 * expected / exposure.get();
        }
        let effects = GIVEN.iter().map(|level| {
            let effects = fit.area_effects(level)?;
            Ok(effects.iter().map(|area| (area.code().to_string(), area.effect)).collect())
        });
        let effects = effects.collect::<Result<Vec<_>>>()?;
        let terms = fit.coefficients().iter().map(|c| (c.term.clone(), c.estimate)).collect();
        let x = fit.recipe().apply_in(&made, self.placement)?;
        Ok(Expected { percent, reasons: self.reasons(x, terms, effects)? })
    }

    fn wanted(&self) -> Determinants {
        let all = self.names.iter().fold(Determinants::new(), |wanted, name| wanted.numeric(name));
        all.missing(MissingCells::ParentMean)
    }

    /// β (x − mean) of each determinant but the intercept, then the effect of each level's area.
    fn reasons(
        &self,
        mut x: Array2<f64>,
        terms: Vec<(String, f64)>,
        effects: Vec<HashMap<String, f64>>,
    ) -> Result<Reasons> {
        if let Some(mean) = x.mean_axis(Axis(0)) {
            x -= &mean;
        }
        let (mut names, beta): (Vec<String>, Vec<f64>) = terms.into_iter().unzip();
        x *= &Array1::from(beta);
        let mut of_areas: Vec<Vec<f64>> = Vec::new();
        for (level, effects) in GIVEN.iter().zip(&effects) {
            let codes = self.placement.codes(self.placement.tree().level(level)?);
            of_areas.push(codes.into_iter().map(|code| effects.get(code).copied().unwrap_or(0.0)).collect());
            names.push(format!("the {level} itself"));
        }
        let p = x.ncols();
        let part = |(row, at): (usize, usize)| if at < p { x[[row, at]] } else { of_areas[at - p][row] };
        let parts = Array2::from_shape_fn((x.nrows(), names.len()), part);
        Ok(Reasons { names, parts })
    }
}

impl Reasons {
    /// The parts of a wijk that say most, largest first.
    pub(crate) fn largest(&self, row: usize, n: usize) -> Vec<(&str, f64)> {
        let parts = self.parts.row(row);
        let mut parts: Vec<(&str, f64)> =
            self.names.iter().map(String::as_str).zip(parts.iter().copied()).collect();
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        parts.truncate(n);
        parts
    }
}
