//! A funnel of areas: each count against what is expected of its size, with control limits.

mod limits;
mod spread;

pub use limits::{Limits, Position};

use crate::count::RestrictedCount;
use crate::error::Result;
use crate::infer::Fit;
use crate::model::Problem;
use limits::limits;
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
    /// The least that was counted; equal to `hi` where no count is withheld or rounded.
    pub lo: u64,
    /// The most that was counted; none where a withheld count is open above.
    pub hi: Option<u64>,
    /// The count expected.
    pub target: f64,
    /// Limits of the count if its rate is the target.
    pub poisson: Limits,
    /// Limits of the count if it is one of the areas of the model.
    pub overdispersed: Limits,
}

impl FunnelArea {
    /// Counts per unit of exposure, the least and the most.
    pub fn rate(&self) -> (f64, Option<f64>) {
        (self.lo as f64 / self.exposure, self.hi.map(|hi| hi as f64 / self.exposure))
    }

    /// Where the count lies among limits (one of the two of this area).
    pub fn position(&self, limits: &Limits) -> Position {
        let (lo, hi) = (limits.position(self.lo as f64), limits.position(self.hi_or_infinity()));
        if lo == hi { lo } else { Position::Unknown }
    }

    fn hi_or_infinity(&self) -> f64 {
        self.hi.map_or(f64::INFINITY, |hi| hi as f64)
    }
}

impl Fit {
    /// The funnel of a level's areas, over the rows of the fit.
    ///
    /// Fails where the problem is not the fit's, where the level has no random intercept, and where counts are no whole
    /// numbers.
    pub fn funnel(&self, problem: &Problem, level: &str, target: FunnelTarget) -> Result<Funnel> {
        self.refuse_other(problem)?;
        let at_level = problem.model_level(level)?;
        let rows = Rows::new(self, problem)?;
        let overall_rate = rows.counts.iter().sum::<f64>() / rows.exposures.iter().sum::<f64>();
        let means = match target {
            FunnelTarget::OverallRate => rows.exposures.iter().map(|e| e * overall_rate).collect(),
            FunnelTarget::Determinants => rows.marginal.clone(),
        };
        let spread = Spread::new(self, problem, &means);
        let bounds = problem.bounds_of_rows()?;
        let mut by_node = vec![None; problem.nodes.n_nodes()];
        for subtree in problem.nodes.subtrees() {
            let first_row = subtree.rows().start;
            for (node, of_area) in subtree.rows_of_nodes(at_level) {
                let of_area = of_area.start + first_row..of_area.end + first_row;
                let node = subtree.first_node + node;
                let target: f64 = means[of_area.clone()].iter().sum();
                let (lo, hi) = bounds[of_area.clone()].iter().fold((0u64, Some(0u64)), |(lo, hi), next| {
                    (lo.saturating_add(next.lo()), hi.zip(next.hi()).map(|(a, b)| a.saturating_add(b)))
                });
                by_node[node] = Some(FunnelArea {
                    path: Vec::new(),
                    n_rows: of_area.len(),
                    exposure: rows.exposures[of_area].iter().sum(),
                    lo,
                    hi,
                    target,
                    poisson: limits(target, 0.0),
                    overdispersed: limits(target, spread.of(node, at_level)),
                });
            }
        }
        let nodes = problem.nodes_of_level(at_level).into_iter().zip(self.area_effects(level)?);
        let named = nodes
            .filter_map(|(node, area)| Some(FunnelArea { path: area.path.clone(), ..by_node[node].take()? }));
        Ok(Funnel { level: level.into(), target, overall_rate, areas: named.collect() })
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
