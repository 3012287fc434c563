//! A funnel of areas: each count against what is expected of its size, with control limits.

mod limits;
mod spread;

pub use limits::{Limits, Position};

use crate::count::RestrictedCount;
use crate::error::Result;
use crate::expected::{Actual, RowSets};
use crate::infer::Fit;
use crate::model::Problem;
use spread::Spread;

/// What each area is expected to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunnelTarget {
    /// The overall rate times its exposure: areas are compared as they are.
    OverallRate,
    /// The marginal expectation exposure · exp(x'β + ½Συ) of its rows: areas are compared with others of the same
    /// determinants.
    Determinants,
}

/// The areas of a level with their counts, targets and limits.
///
/// Two pairs of limits go with each area. *Poisson*: were its rate the target exactly. *Overdispersed*: were it one of the
/// areas of the model, whose rates scatter with the variances of all levels (and θ), by a Poisson mixed over a log-normal
/// mean that has the model's own variance of the area's total. With many rows areas leave the Poisson limits by being
/// areas; outside the others they stand out among areas.
/// Source: Spiegelhalter 2005, Statist. Med. 24:1185.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// The level.
    pub level: String,
    /// What the targets are.
    pub target: FunnelTarget,
    /// Counts per unit of exposure over all rows; of a withheld count its mean inside its bounds.
    pub overall_rate: f64,
    /// One per area, in the order of [`Fit::area_effects`].
    pub areas: Vec<FunnelArea>,
}

/// One area of a [`Funnel`].
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelArea {
    /// Codes from the coarsest level down; the row's number, from 1, for a row.
    pub path: Vec<String>,
    /// Number of its rows.
    pub n_rows: usize,
    /// Sum of their exposures.
    pub exposure: f64,
    /// What was counted: bounds where a count is withheld or rounded.
    pub actual: Actual,
    /// The count expected.
    pub target: f64,
    /// Limits of the count if its rate is the target.
    pub poisson: Limits,
    /// Limits of the count if it is one of the areas of the model.
    pub overdispersed: Limits,
}

impl FunnelArea {
    /// Counts per unit of exposure, the least and the most; no most where a withheld count is open above.
    pub fn rate(&self) -> (f64, Option<f64>) {
        (self.actual.low() / self.exposure, self.actual.high().map(|high| high / self.exposure))
    }

    /// Where the count lies among limits (one of the two of this area).
    pub fn position(&self, limits: &Limits) -> Position {
        let ends = [self.actual.low(), self.actual.high().unwrap_or(f64::INFINITY)];
        match ends.map(|count| limits.position(count)) {
            [low, high] if low == high => low,
            _ => Position::Unknown,
        }
    }
}

impl Fit {
    /// The funnel of a level's areas, over the rows of the fit.
    ///
    /// Fails where the problem is not the fit's, and where the level has no random intercept.
    pub fn funnel(&self, problem: &Problem, level: &str, target: FunnelTarget) -> Result<Funnel> {
        self.refuse_other(problem)?;
        let sets = RowSets::level(problem, level)?;
        let at_level = problem.model_level(level)?;
        let nodes = problem.nodes_of_level(at_level);
        let rows = Rows::new(self, problem)?;
        let overall_rate = rows.counts.iter().sum::<f64>() / rows.exposures.iter().sum::<f64>();
        let means = match target {
            FunnelTarget::OverallRate => rows.exposures.iter().map(|e| e * overall_rate).collect(),
            FunnelTarget::Determinants => rows.marginal,
        };
        let spread = Spread::new(self, problem, &means);
        let mut sizes = vec![(0, 0.0); nodes.len()];
        for (rank, exposure) in problem.area_rank_of_rows(at_level).into_iter().zip(problem.offsets()) {
            sizes[rank].0 += 1;
            sizes[rank].1 += exposure.exp();
        }
        let each = sets.paths().iter().zip(problem.actual(&sets)?).zip(nodes.into_iter().zip(sizes));
        let areas = each.map(|((path, actual), (node, (n_rows, exposure)))| {
            let target = spread.total(node);
            FunnelArea {
                path: path.clone(),
                n_rows,
                exposure,
                actual,
                target,
                poisson: Limits::of(target, 0.0),
                overdispersed: Limits::of(target, spread.of(node, at_level)),
            }
        });
        Ok(Funnel { level: level.into(), target, overall_rate, areas: areas.collect() })
    }
}

/// Columns of all rows, sorted.
struct Rows {
    exposures: Vec<f64>,
    /// exposure · exp(x'β + ½Συ).
    marginal: Vec<f64>,
    /// Counts; of those known in part the mean inside what was published, given the areas.
    counts: Vec<f64>,
}

impl Rows {
    fn new(fit: &Fit, problem: &Problem) -> Result<Self> {
        let (point, effects) = problem.position_of(fit)?;
        let at = fit.at_estimate(problem)?;
        let half: f64 = 0.5 * point.variances.iter().sum::<f64>();
        let marginal = problem.means_at(&point.beta, &vec![half; effects.len()]);
        let mut counts = problem.y.clone();
        for (row, mean) in problem.coarse.iter().zip(problem.means_of_coarse_rows(&point.beta, &effects)) {
            counts[row.row] = RestrictedCount::new(row.count, mean, at.scatter)?.moments()?.mean;
        }
        Ok(Rows { exposures: problem.offset.iter().map(|o| o.exp()).collect(), marginal, counts })
    }
}
