//! Tables drawn from a fit.

use super::conditional::drawn_effects;
use crate::count::RestrictedCount;
use crate::error::{ErrorKind, Result};
use crate::estimate::Options;
use crate::infer::{Bootstrap, DrawnParameters, Fit};
use crate::model::Problem;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// How many tables are drawn and fitted again, on how many threads, and from which effects of the areas.
///
/// ```
/// use nestcount::diagnose::{SimulatedAreas, Simulations};
/// let wanted = Simulations::new(199, SimulatedAreas::New).on_threads(2);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Simulations {
    pub(super) tables: usize,
    pub(super) threads: usize,
    pub(super) areas: SimulatedAreas,
    pub(super) options: Options,
}

/// What a simulated table takes for the effects of the areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimulatedAreas {
    /// New ones, N(0, υ) at each level: the test is of the whole model, the normal distribution of the effects included.
    New,
    /// Those of the areas themselves, drawn anew for each table given the data (at the estimates): the test is of what
    /// happens within the areas.
    Drawn,
}

impl Simulations {
    /// This many tables, one after the other. 199 give p-values in steps of a half per cent; 999 for one that matters.
    pub fn new(tables: usize, areas: SimulatedAreas) -> Self {
        Simulations { tables, threads: 1, areas, options: Options::default() }
    }

    /// The same on several threads. The numbers are the same for any number of them.
    pub fn on_threads(self, threads: usize) -> Self {
        Simulations { threads, ..self }
    }

    /// The same with other options for the fits.
    pub fn with_options(self, options: Options) -> Self {
        Simulations { options, ..self }
    }
}

impl Simulations {
    /// The same wish as a bootstrap has it.
    pub(super) fn refits(&self) -> Bootstrap<'static> {
        Bootstrap::new(self.tables).on_threads(self.threads).fitted_with(self.options.clone())
    }
}

/// What tables are drawn from: a fit at its estimates.
#[derive(Debug)]
pub(super) struct Source<'a> {
    fit: &'a Fit,
    problem: &'a Problem,
    at: DrawnParameters,
    modes: Vec<f64>,
}

impl<'a> Source<'a> {
    pub(super) fn new(fit: &'a Fit, problem: &'a Problem) -> Result<Self> {
        fit.refuse_other(problem)?;
        let (_, modes) = problem.position_of(fit)?;
        Ok(Source { fit, problem, at: fit.at_estimate(problem)?, modes })
    }

    /// The table with its withheld and rounded counts drawn, inside what was published about them, from the distribution
    /// that the fit gives them.
    pub(super) fn completed(&self, rng: &mut (impl Rng + ?Sized)) -> Result<Problem> {
        let effects = drawn_effects(self.fit, self.problem, self.modes.clone(), rng)?;
        let means = self.problem.means_of_coarse_rows(&self.at.point.beta, &effects);
        let mut counts = self.problem.y.clone();
        for (row, mean) in self.problem.coarse.iter().zip(means) {
            counts[row.row] = RestrictedCount::new(row.count, mean, self.at.scatter)?.draw(rng)? as f64;
        }
        self.problem.with_exact_counts(counts)
    }

    /// Another table of the same rows and areas, every count exact.
    pub(super) fn table(&self, areas: SimulatedAreas, rng: &mut (impl Rng + ?Sized)) -> Result<Problem> {
        let effects = match areas {
            SimulatedAreas::New => self.new_effects(rng),
            SimulatedAreas::Drawn => drawn_effects(self.fit, self.problem, self.modes.clone(), rng)?,
        };
        let means = self.problem.means_at(&self.at.point.beta, &effects);
        let mut counts = Vec::with_capacity(means.len());
        for (sorted, mean) in means.into_iter().enumerate() {
            let count = self.at.scatter.sample(mean, rng);
            let rows = vec![self.problem.caller_row(sorted)];
            counts.push(count.ok_or(ErrorKind::Undrawable { mean, rows })? as f64);
        }
        self.problem.with_exact_counts(counts)
    }

    /// Cumulative effects down the tree.
    fn new_effects(&self, rng: &mut (impl Rng + ?Sized)) -> Vec<f64> {
        let mut effects: Vec<f64> = Vec::with_capacity(self.modes.len());
        let levels = self.problem.nodes.areas().map(|(level, _)| level);
        for (level, parent) in levels.zip(self.problem.nodes.parents()) {
            let above = parent.map_or(0.0, |parent| effects[parent as usize]);
            let normal: f64 = StandardNormal.sample(rng);
            effects.push(above + self.at.point.variances[level].sqrt() * normal);
        }
        effects
    }
}
