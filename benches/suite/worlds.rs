//! The simulated worlds: how many levels and areas, how the counts are published, and how many there are in a row.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::Determinants;
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::table::Table;
use nestcount::{Family, Model, Problem, Result};

/// Expected counts of a row.
pub(crate) const MEANS: [f64; 4] = [0.3, 2.0, 5.0, 20.0];

/// Standard deviations of the effects, coarsest level first, of worlds with two levels and with three.
const SDS_OF_TWO: [f64; 2] = [0.4, 0.3];
const SDS_OF_THREE: [f64; 3] = [0.4, 0.3, 0.25];
const ROW_SD: f64 = 0.5;
const THETA: f64 = 4.0;
const SLOPE: f64 = 0.3;
const LOG_EXPOSURE_SD: f64 = 0.4;
/// Rows of an area of the finest level, about.
const ROWS_OF_AN_AREA: usize = 5;

/// What the worlds of one kind have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    TwoLevelsFew,
    TwoLevelsMany,
    ThreeLevelsFew,
    ThreeLevelsMany,
    Withheld,
    RowEffect,
    NegBin2,
}

impl Kind {
    pub(crate) const ALL: [Kind; 7] = [
        Kind::TwoLevelsFew,
        Kind::TwoLevelsMany,
        Kind::ThreeLevelsFew,
        Kind::ThreeLevelsMany,
        Kind::Withheld,
        Kind::RowEffect,
        Kind::NegBin2,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::TwoLevelsFew => "two-few",
            Kind::TwoLevelsMany => "two-many",
            Kind::ThreeLevelsFew => "three-few",
            Kind::ThreeLevelsMany => "three-many",
            Kind::Withheld => "withheld",
            Kind::RowEffect => "row-effect",
            Kind::NegBin2 => "nb2",
        }
    }

    pub(crate) fn what(self) -> &'static str {
        match self {
            Kind::TwoLevelsFew => "two levels, 8 areas on top",
            Kind::TwoLevelsMany => "two levels, 40 areas on top",
            Kind::ThreeLevelsFew => "three levels, 8 areas on top",
            Kind::ThreeLevelsMany => "three levels, 40 areas on top",
            Kind::Withheld => "two levels, most counts withheld",
            Kind::RowEffect => "two levels and an effect per row, sd 0.5",
            Kind::NegBin2 => "two levels, NB2 with theta 4",
        }
    }

    /// Names of the levels with their numbers of areas, coarsest first.
    fn areas(self) -> &'static [(&'static str, usize)] {
        match self {
            Kind::TwoLevelsFew => &[("region", 8), ("town", 64)],
            Kind::ThreeLevelsFew => &[("province", 8), ("region", 32), ("town", 96)],
            Kind::ThreeLevelsMany => &[("province", 40), ("region", 80), ("town", 160)],
            _ => &[("region", 40), ("town", 120)],
        }
    }
}

/// A world to be drawn many times, with the question that is asked of its tables.
pub(crate) struct Declared {
    pub(crate) kind: Kind,
    pub(crate) mean: f64,
    pub(crate) levels: Vec<&'static str>,
    pub(crate) model: Model,
    /// True values by the names of the parameters.
    pub(crate) truth: Vec<(String, f64)>,
    world: World,
}

/// Every kind at every mean.
pub(crate) fn all() -> Vec<Declared> {
    Kind::ALL.into_iter().flat_map(|kind| MEANS.map(|mean| declared(kind, mean))).collect()
}

fn declared(kind: Kind, mean: f64) -> Declared {
    let truth = truth(kind, mean);
    let value = |name: &str| truth.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
    let areas = kind.areas();
    let towns = areas.iter().map(|(_, n)| *n).max().unwrap_or(1);
    let mut world = World::new(ROWS_OF_AN_AREA * towns)
        .row_sd(value("sd(row)").unwrap_or(0.0))
        .determinant(Determinant::normal("x", SLOPE))
        .exposure(Marginal::log_normal((-0.5 * LOG_EXPOSURE_SD.powi(2)).exp(), LOG_EXPOSURE_SD))
        .intercept(value("(Intercept)").unwrap_or(0.0));
    for &(level, n) in areas {
        world = world.level(level, n, value(&format!("sd({level})")).unwrap_or(0.0));
    }
    let (world, family) = match value("log theta") {
        Some(log_theta) => (world.theta(log_theta.exp()), Family::NegBin2),
        None => (world, Family::Poisson),
    };
    let levels: Vec<&str> = areas.iter().map(|(level, _)| *level).collect();
    let model = levels.iter().fold(Model::of(family), |model, level| model.random_intercept(*level));
    let model = if kind == Kind::RowEffect { model.row_effect() } else { model };
    Declared { kind, mean, levels, model, truth, world }
}

/// True values by the names of the parameters; the intercept makes `mean` the expected count of a row.
fn truth(kind: Kind, mean: f64) -> Vec<(String, f64)> {
    let areas = kind.areas();
    let sds: &[f64] = if areas.len() == 3 { &SDS_OF_THREE } else { &SDS_OF_TWO };
    let levels = areas.iter().zip(sds).map(|((level, _), sd)| (format!("sd({level})"), *sd));
    let row = (kind == Kind::RowEffect).then(|| ("sd(row)".to_string(), ROW_SD));
    let sds: Vec<(String, f64)> = levels.chain(row).collect();
    let variance: f64 = sds.iter().map(|(_, sd)| sd * sd).sum::<f64>() + SLOPE * SLOPE;
    let coefficients = [("(Intercept)".to_string(), mean.ln() - 0.5 * variance), ("x".to_string(), SLOPE)];
    let theta = (kind == Kind::NegBin2).then(|| ("log theta".to_string(), THETA.ln()));
    coefficients.into_iter().chain(sds).chain(theta).collect()
}

impl Declared {
    pub(crate) fn name(&self) -> String {
        format!("{}-{}", self.kind.name(), self.mean)
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn withholds(&self) -> bool {
        self.kind == Kind::Withheld
    }

    /// Counts below this are withheld: about two thirds of them.
    fn withheld_below(&self) -> u64 {
        (1.3 * self.mean).ceil() as u64 + 1
    }

    /// The question asked of a table of this world.
    pub(crate) fn problem(&self, table: &Table) -> Result<Problem> {
        let placement = Placement::from_table(table, &self.levels, CodeScope::Unique)?;
        let counts = self.published(Count::column(table, "count")?)?;
        let counts = CountTable::with_exposures(counts, table.numbers("exposure")?)?;
        let design = Determinants::new().numeric("x").build(table, &placement, counts.rows())?;
        self.model.check(&placement, &counts, design)
    }

    fn published(&self, counts: Vec<Count>) -> Result<Vec<Count>> {
        if !self.withholds() {
            return Ok(counts);
        }
        let below = self.withheld_below();
        let publish = |count: Count| match count.bounds().lo() < below {
            true => Count::interval(0, below - 1),
            false => Ok(count),
        };
        counts.into_iter().map(publish).collect()
    }
}
