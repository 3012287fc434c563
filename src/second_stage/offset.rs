//! The offset design: the region's counts with the national expectation as exposure.

use super::effect::{Design, SecondStage};
use super::extras::Extras;
use super::net::National;
use super::region::Region;
use super::working::{Rows, Variances, Working};
use crate::count::{Count, CountTable};
use crate::determinant::Design as Columns;
use crate::error::{ErrorKind, Result};
use crate::estimate::Options;
use crate::family::Family;
use crate::infer::{Adjusted, DegreesOfFreedom, Dispersion, Effect, Fit};
use crate::model::{Model, Problem, ROW_LEVEL};
use ndarray::{Array1, Array2, Axis, Slice};

/// y_i ~ E_i exp(α + z_i'γ + b_area(i) + own scatter): E_i the national expectation, z_i what is known only in the region.
///
/// Coefficients are those of maximum likelihood with the variances of the adjusted profile ([`Fit::adjusted`]), which does not
/// take the coefficients for known; their errors and degrees of freedom those of Kenward and Roger for few and uneven areas,
/// plus what the national estimates move the expectation. Withheld and rounded counts are in the likelihood as what they are.
///
/// The national determinants stand beside the extras, with slopes of their own in the region ([`Entering::Net`]), as they
/// have spoken for the extras in the expectation.
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetDesign {
    level: String,
    scatter: RowScatter,
    entering: Entering,
    options: Options,
}

/// How counts of rows scatter within an area, beyond the Poisson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowScatter {
    /// A normal effect per row.
    Effect,
    /// Negative binomial counts.
    NegBin2,
}

/// How the extras enter the design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entering {
    /// Beside the national determinants: the coefficient is that in a model with both, whatever the nation found. Each
    /// determinant takes a degree of freedom; of two that are the same in all rows of an area, one of the few between areas
    /// ([`Effect::df`]). Determinants that say nothing beside the others in the region are left out.
    Net,
    /// By themselves. What the expectation has taken over from an extra through the national determinants is missing in its
    /// coefficient, which is too near 0 by about the share that these say of it ([`OffsetFit::shared`]).
    AsMeasured,
}

/// A second stage by the offset design, with the fits behind it.
#[derive(Debug, Clone)]
pub struct OffsetFit {
    pub(super) design: OffsetDesign,
    pub(super) fit: Fit,
    pub(super) adjusted: Adjusted,
    pub(super) problem: Problem,
    pub(super) working: Working,
    pub(super) stage: SecondStage,
    /// Column of the first extra.
    pub(super) first: usize,
    national: Vec<f64>,
    shared: Vec<f64>,
    intercept: Effect,
}

impl OffsetDesign {
    /// Random intercepts for the areas of a level, an effect per row, extras beside the national determinants.
    pub fn new(level: &str) -> Self {
        OffsetDesign {
            level: level.into(),
            scatter: RowScatter::Effect,
            entering: Entering::Net,
            options: Options::default(),
        }
    }

    /// How rows scatter within their area.
    pub fn scatter(self, scatter: RowScatter) -> Self {
        OffsetDesign { scatter, ..self }
    }

    /// How the extras enter.
    pub fn entering(self, entering: Entering) -> Self {
        OffsetDesign { entering, ..self }
    }

    /// Tolerances and caps of the fits.
    pub fn fitted_with(self, options: Options) -> Self {
        OffsetDesign { options, ..self }
    }

    /// The level whose areas have random intercepts.
    pub fn level(&self) -> &str {
        &self.level
    }

    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// Fits the design; values with a sampling error are taken as the truth
    /// ([`OffsetDesign::fit_imputed`] does not).
    ///
    /// Fails where the extras are of another region; where one says nothing beside the others and the national determinants;
    /// on fewer than two areas; and as [`Model::check`], [`Problem::fit`] and [`Fit::adjusted`] do.
    pub fn fit(&self, region: &Region, extras: &Extras) -> Result<OffsetFit> {
        extras.refuse_other(region)?;
        let national = self.beside(region);
        let matrix = national.with(&extras.values);
        let problem = self.problem(region, national.terms.iter().chain(&extras.names), &matrix)?;
        let fit = problem.fit(&self.options)?;
        let adjusted = fit.adjusted(&problem, &self.options)?;
        let working = self.working_of(self.rows(region, matrix)?, &adjusted)?;
        let small = working.small_sample().ok_or_else(unsettled)?;
        let of_nation = national_variances(region, &working);
        let effect = |k: usize| {
            let variance: f64 = small.covariance[[k, k]] + of_nation[k];
            Effect {
                term: adjusted.coefficients[k].term.clone(),
                estimate: adjusted.coefficients[k].estimate,
                std_error: variance.sqrt(),
                df: DegreesOfFreedom::Finite(small.df[k]),
            }
        };
        let first = national.columns.ncols();
        let effects = (first..first + extras.names.len()).map(effect).collect();
        let stage =
            SecondStage { design: Design::Offset, effects, n_rows: region.rows.len(), left_out: Vec::new() };
        Ok(OffsetFit {
            design: self.clone(),
            first,
            intercept: effect(0),
            national: of_nation.iter().skip(first).map(|variance| variance.sqrt()).collect(),
            shared: National::of(region).share(&extras.values, &working).ok_or_else(unsettled)?,
            fit,
            adjusted,
            problem,
            working,
            stage,
        })
    }

    /// What stands beside the extras.
    pub(super) fn beside(&self, region: &Region) -> National {
        match self.entering {
            Entering::AsMeasured => National::none(region),
            Entering::Net => National::of(region),
        }
    }

    pub(super) fn model(&self) -> Model {
        let family = match self.scatter {
            RowScatter::Effect => Family::Poisson,
            RowScatter::NegBin2 => Family::NegBin2,
        };
        let model = Model::of(family).random_intercept(self.level.as_str());
        match self.scatter {
            RowScatter::Effect => model.row_effect(),
            RowScatter::NegBin2 => model,
        }
    }

    /// The problem of a matrix whose first column is the intercept; the names are those of the others.
    pub(super) fn problem<'n>(
        &self,
        region: &Region,
        names: impl Iterator<Item = &'n String>,
        matrix: &Array2<f64>,
    ) -> Result<Problem> {
        let mut counts = vec![Count::Missing; region.n_read];
        let mut exposures = vec![None; region.n_read];
        for ((&row, count), expected) in region.rows.iter().zip(&region.counts).zip(region.expected_counts())
        {
            counts[row] = *count;
            exposures[row] = Some(expected);
        }
        let counts = CountTable::with_exposures(counts, exposures)?;
        let columns = matrix.slice_axis(Axis(1), Slice::from(1..)).to_owned();
        let design = Columns::from_matrix(names, columns, &region.rows)?;
        self.model().check(&region.placement, &counts, design)
    }

    /// The working model at adjusted variances.
    pub(super) fn working_of(&self, rows: Rows, adjusted: &Adjusted) -> Result<Working> {
        let of = |name: &str| adjusted.levels.iter().find(|level| level.level == name);
        let own = of(ROW_LEVEL).map_or(0.0, |level| level.sd.variance());
        let scatter = match adjusted.dispersion {
            Dispersion::NegBin2 { theta, .. } => 1.0 / theta,
            Dispersion::Poisson | Dispersion::PoissonLimit { .. } => 0.0,
        };
        let variances = Variances {
            areas: of(&self.level).map_or(0.0, |level| level.sd.variance()),
            rows: own + scatter,
        };
        let mut start: Vec<f64> = adjusted.coefficients.iter().map(|c| c.estimate).collect();
        // the mean over row effects
        start.iter_mut().take(1).for_each(|intercept| *intercept += 0.5 * own);
        Working::at(rows, variances, &start).ok_or_else(unsettled)
    }

    fn rows(&self, region: &Region, x: Array2<f64>) -> Result<Rows> {
        let areas = region.areas(&self.level)?;
        let mut area = vec![0; region.rows.len()];
        for (at, (_, members)) in areas.iter().enumerate() {
            members.iter().for_each(|&row| area[row] = at);
        }
        let offset = region.expected_counts().into_iter().map(f64::ln).collect();
        Ok(Rows { counts: region.counts.clone(), offset, x, area, n_areas: areas.len() })
    }
}

/// (ΦX'V⁻¹G) C (ΦX'V⁻¹G)', its diagonal: how the national estimates' errors move the coefficients, G being the slopes of the
/// log expectation in what was estimated.
fn national_variances(region: &Region, working: &Working) -> Vec<f64> {
    let solver = working.solver();
    let moved = working.phi.dot(&working.rows.x.t().dot(&solver.solve_columns(&region.rates.gradient)));
    let through = moved.dot(&region.covariance);
    let each = through.rows().into_iter().zip(moved.rows());
    each.map(|(through, moved)| through.dot(&moved).max(0.0)).collect()
}

fn unsettled() -> crate::Error {
    let message =
        "the region's rows do not say enough for a second stage: fewer extra determinants, or more rows";
    ErrorKind::Specification { message: message.into() }.into()
}

impl OffsetFit {
    /// The effects of the extras.
    pub fn stage(&self) -> &SecondStage {
        &self.stage
    }

    /// The region's own deviation from the nation at the extras' values 0 and at the region's means of the national
    /// determinants, where these stand beside them: α.
    pub fn intercept(&self) -> &Effect {
        &self.intercept
    }

    /// The fit by maximum likelihood; its exposures are national expectations.
    pub fn fit(&self) -> &Fit {
        &self.fit
    }

    /// The adjusted variances and the coefficients that go with them.
    pub fn adjusted(&self) -> &Adjusted {
        &self.adjusted
    }

    /// The problem that was fitted.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The part of each effect's standard error that comes from the national estimates.
    ///
    /// Nothing where the national determinants stand beside the extras: errors in the national slopes are in their own.
    /// The region was part of the nation, so the errors lean slightly the way its own counts do and the part is, if
    /// anything, too large.
    pub fn national_errors(&self) -> &[f64] {
        &self.national
    }

    /// Share of each extra's variance in the region that the national determinants say, areas and rows weighing what they do
    /// in the fit: what an effect loses that is found without them.
    pub fn shared(&self) -> &[f64] {
        &self.shared
    }

    /// The position of an extra among the effects.
    pub(super) fn position(&self, term: &str) -> Result<usize> {
        self.stage.effects.iter().position(|effect| effect.term == term).ok_or_else(|| {
            let known: Vec<&str> = self.stage.effects.iter().map(|effect| effect.term.as_str()).collect();
            let message =
                format!("there is no extra determinant '{term}'; they are '{}'", known.join("', '"));
            ErrorKind::Specification { message }.into()
        })
    }

    /// The values of an extra.
    pub(super) fn column(&self, at: usize) -> Array1<f64> {
        self.working.rows.x.column(self.first + at).to_owned()
    }
}
