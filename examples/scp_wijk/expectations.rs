//! Expected percentages of all wijken given their gemeente, by the count model and by the model SCP used.

use crate::reasons::{GIVEN, Reasons};
use crate::withheld_shares::{WithheldShares, determinants};
use nestcount::area::Placement;
use nestcount::compare::{LinearModel, Response};
use nestcount::count::{Count, CountTable, DisclosureRule, Exposure};
use nestcount::determinant::{Determinants, MissingCells};
use nestcount::expected::{Expectation, NewRows, RowSets, UnseenAreas};
use nestcount::table::Table;
use nestcount::{ErrorKind, Fit, Model, Options, Problem, Result};

/// SCP's expected percentage; the table has it, or there is nothing to compare with.
pub(crate) const EXPECTED: &str = "perc_przv";
const ACTUAL: &str = "perc_jhzv";
/// Counts below this were withheld.
const THRESHOLD: u64 = 10;

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

/// The count model with the determinants it was fitted to.
pub(crate) struct CountModel {
    pub(crate) determinants: Table,
    pub(crate) problem: Problem,
    pub(crate) fit: Fit,
}

impl<'a> Wijken<'a> {
    /// Reads SCP's layout with its reconstructed counts.
    ///
    /// Where a percentage is known and its exposure only approximately, the count is what the percentage makes of the
    /// approximate exposure, but no fewer than are published at all: the rate is the published one, and only its weight is
    /// approximate.
    pub(crate) fn read(table: &'a Table, placement: &'a Placement, names: Vec<&'static str>) -> Result<Self> {
        let actual = table.numbers(ACTUAL)?;
        let rule = DisclosureRule::builder().withheld_below(THRESHOLD).build()?;
        let mut counts = rule.counts_flagged(table, "n_users_rec", "suppressed")?;
        let mut exposures = table.numbers("n_youth_rec")?;
        let approximate = table.numbers("youth_approx")?;
        for row in 0..counts.len() {
            if let (None, Some(percent), Some(youths)) = (exposures[row], actual[row], approximate[row]) {
                exposures[row] = Some(youths);
                counts[row] = Count::Exact(((youths * percent / 100.0).round() as u64).max(THRESHOLD));
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
        Ok(Expected { percent, reasons: Reasons::new(x, terms, &effects, self.placement)? })
    }

    /// The Poisson-lognormal model of the counts; withheld ones are intervals.
    pub(crate) fn count_model(&self, treatment: WithheldShares) -> Result<CountModel> {
        let determinants = determinants(self.table, self.placement, &self.names, treatment)?;
        let design = self.wanted().build(&determinants, self.placement, self.counts.rows())?;
        let levels = GIVEN.iter().chain(&["wijk"]);
        let model = levels.fold(Model::poisson(), |model, level| model.random_intercept(*level));
        let problem = model.check(self.placement, &self.counts, design)?;
        let fit = problem.fit(&Options::default())?;
        Ok(CountModel { determinants, problem, fit })
    }

    /// What it expects; wijken without an exposure are predicted.
    pub(crate) fn count(&self, model: &CountModel) -> Result<Expected> {
        let CountModel { determinants, problem, fit } = model;
        let percent = expected_percentages(determinants, self.placement, problem, fit)?;
        Ok(Expected { percent, reasons: Reasons::of(fit, determinants, self.placement)? })
    }

    fn wanted(&self) -> Determinants {
        let all = self.names.iter().fold(Determinants::new(), |wanted, name| wanted.numeric(name));
        all.missing(MissingCells::ParentMean)
    }
}

/// The expected percentage of every wijk given its gemeente, of those that took no part in the fit too.
pub(crate) fn expected_percentages(
    determinants: &Table,
    placement: &Placement,
    problem: &Problem,
    fit: &Fit,
) -> Result<Vec<f64>> {
    let out_of_100 = vec![Exposure::new(100.0)?; determinants.n_rows()];
    let everyone = NewRows::new(determinants, placement, out_of_100)?;
    let mut percent = fit.predict(&everyone, UnseenAreas::Average)?.given_areas;
    // in the fit a wijk has an effect of its own, which is no part of what is expected of it
    let given = Expectation::given("gemeente");
    let fitted = fit.fitted(problem)?.expected(&given, &RowSets::each_row(problem))?;
    for (&row, expected) in problem.rows().iter().zip(fitted) {
        percent[row] = 100.0 * expected.rate();
    }
    Ok(percent)
}
