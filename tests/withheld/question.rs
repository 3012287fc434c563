//! Worlds in the shape of SCP's question, every treatment of withheld counts, and area totals.

use crate::answers::{self, Answer};
use crate::area_totals::{self, AreaTotal};
use crate::published::Made;
use nestcount::determinant::Determinants;
use nestcount::impute::{Completed, Imputations, Imputer};
use nestcount::simulate::{Determinant, Marginal, Truth, World};
use nestcount::{Fit, Model, Options, Problem, Result};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::ops::ControlFlow;

/// Completed tables of a multiple imputation.
pub(crate) const TABLES: usize = 20;
/// Determinants of rows.
pub(crate) const OF_ROWS: [(&str, f64); 3] = [("x1", 0.3), ("x2", -0.2), ("x3", 0.1)];
/// Determinants of areas.
pub(crate) const OF_AREAS: [(&str, f64); 2] = [("z1", 0.15), ("z2", -0.1)];

/// What is done about counts that are not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Treatment {
    FullData,
    IntervalLikelihood,
    MultipleImputation,
    OneDraw,
    ConditionalMean,
    Midpoint,
    Dropped,
}

impl Treatment {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Treatment::FullData => "true counts",
            Treatment::IntervalLikelihood => "interval likelihood",
            Treatment::MultipleImputation => "multiple imputation, m = 20",
            Treatment::OneDraw => "one draw",
            Treatment::ConditionalMean => "conditional mean",
            Treatment::Midpoint => "midpoint",
            Treatment::Dropped => "withheld rows dropped",
        }
    }
}

/// A family to draw and fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Poisson,
    NegBin2,
}

/// All about one world.
pub(crate) struct Treated {
    pub(crate) answers: Vec<(Treatment, Vec<Answer>)>,
    pub(crate) withheld_share: f64,
    pub(crate) mean_count: f64,
    pub(crate) area_totals: Vec<AreaTotal>,
}

/// 2,918 rows with a mean count of 12; the k-th of the worlds.
fn draw(asked: Asked, k: usize) -> Made {
    let world = World::new(2918)
        .level("region", 42, [0.15, 0.2][k % 2])
        .level("area", 388, [0.2, 0.25, 0.3][k % 3])
        .factor_share("area", 0.3)
        .exposure(Marginal::log_normal(100.0, 0.6).decimals(0).clipped(5.0, 5_000.0))
        .intercept(-2.435);
    let of_rows = OF_ROWS.iter().map(|&(name, b)| Determinant::normal(name, b).loading(0.5));
    let of_areas =
        OF_AREAS.iter().map(|&(name, b)| Determinant::normal(name, b).loading(0.3).at_level("area"));
    let world = of_rows.chain(of_areas).fold(world, World::determinant);
    let names = OF_ROWS.iter().chain(&OF_AREAS).map(|(name, _)| name);
    let determinants = names.fold(Determinants::new(), |wanted, name| wanted.numeric(name));
    let (world, model, seed) = match asked {
        Asked::Poisson => (world, Model::poisson(), 10_000 + k as u64),
        Asked::NegBin2 => (world.theta(8.0), Model::neg_bin2(), 20_000 + k as u64),
    };
    let model = model.random_intercept("region").random_intercept("area");
    Made::draw(&world, &model, &determinants, seed)
}

/// Draws a world, publishes it and treats it in every way.
pub(crate) fn treat(asked: Asked, k: usize) -> Result<Treated> {
    let (made, options) = (draw(asked, k), Options::default());
    let mut rng = ChaCha12Rng::seed_from_u64(k as u64);
    let published = made.as_published();
    let fit = published.fit(&options)?;
    let imputer = Imputer::new(&published, &fit, &options)?;
    let multiple = imputer.multiply(Imputations::new(TABLES), &mut rng, |_| ControlFlow::Continue(()))?;
    let further = imputer.tables(Imputations::new(area_totals::DRAWS - TABLES), &mut rng)?;
    let draws: Vec<&Completed> = multiple.tables.iter().chain(&further).collect();
    let conditional_mean = imputer.conditional_mean()?;
    let refitted = |table: &Completed| refit(&published, table, &fit, &made.truth);
    let answers = vec![
        (Treatment::FullData, answers::of_fit(&made.full().fit(&options)?, &made.truth)),
        (Treatment::IntervalLikelihood, answers::of_fit(&fit, &made.truth)),
        (Treatment::MultipleImputation, answers::of_pooled(&multiple.pooled, &made.truth)),
        (Treatment::OneDraw, refitted(&imputer.draw_at_estimate(&mut rng)?)?),
        (Treatment::ConditionalMean, refitted(&conditional_mean)?),
        (Treatment::Midpoint, refitted(&published.midpoints()?)?),
        (Treatment::Dropped, answers::of_fit(&made.dropped().fit(&options)?, &made.truth)),
    ];
    Ok(Treated {
        answers,
        withheld_share: made.withheld().len() as f64 / made.counts.len() as f64,
        mean_count: made.counts.iter().sum::<u64>() as f64 / made.counts.len() as f64,
        area_totals: area_totals::of(&made, &draws, &conditional_mean),
    })
}

fn refit(problem: &Problem, table: &Completed, from: &Fit, truth: &Truth) -> Result<Vec<Answer>> {
    Ok(answers::of_fit(&problem.completed(table)?.fit_from(from, &Options::default())?, truth))
}
