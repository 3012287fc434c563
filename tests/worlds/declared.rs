//! The 200 worlds: half Poisson, half negative binomial, some without a variance at a level.

use crate::question::Question;
use nestcount::Model;
use nestcount::determinant::{Determinants, Numeric};
use nestcount::simulate::{Determinant, Marginal, ScpVariant, World, scp_world};
use nestcount::table::Table;

/// A world, the question about it, and the seed it is drawn with.
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) world: World,
    pub(crate) seed: u64,
    pub(crate) model: Model,
    levels: [&'static str; 2],
    count: &'static str,
    exposure: &'static str,
    determinants: Determinants,
}

impl Declared {
    pub(crate) fn question(&self, table: Table) -> Question {
        Question {
            table,
            levels: self.levels.to_vec(),
            count: self.count,
            exposure: Some(self.exposure),
            determinants: self.determinants.clone(),
            model: self.model.clone(),
        }
    }
}

/// All 200, Poisson and negative binomial in turn.
pub(crate) fn worlds() -> impl Iterator<Item = Declared> {
    (0..100).flat_map(|k| [poisson(k), neg_bin2(k)])
}

/// Forty countries with row effects, sixty plain tables.
fn poisson(k: u64) -> Declared {
    const VARIANTS: [ScpVariant; 4] =
        [ScpVariant::Standard, ScpVariant::Weak, ScpVariant::RoughWijken, ScpVariant::NoRegion];
    match k % 5 {
        0 | 1 => {
            country(VARIANTS[(k / 5 * 2 + k % 5) as usize % 4], Model::poisson().row_effect(), 1_000 + k)
        }
        _ => plain(k, None, 1_000 + k),
    }
}

/// Forty countries with theta 10, sixty plain tables with theta 2, 10 or 50.
fn neg_bin2(k: u64) -> Declared {
    match k % 5 {
        0 | 1 => country(ScpVariant::NegBin2, Model::neg_bin2(), 2_000 + k),
        _ => plain(k, Some([2.0, 10.0, 50.0][(k % 3) as usize]), 2_000 + k),
    }
}

/// The synthetic country, asked for with the determinants on the scale they were drawn with.
fn country(variant: ScpVariant, model: Model, seed: u64) -> Declared {
    let logged = |name| Numeric::new(name).log().z_score();
    let plain = |name| Numeric::new(name).z_score();
    let determinants = Determinants::new()
        .with(plain("eenouder"))
        .with(logged("bijstand"))
        .with(logged("nietwesters"))
        .with(plain("speciaal_onderwijs"))
        .with(plain("laag_inkomen"))
        .with(plain("ouders_ggz"))
        .with(logged("grootte"));
    Declared {
        name: format!("country, {variant:?}"),
        world: scp_world(variant),
        seed,
        model: model.random_intercept("jeugdregio").random_intercept("gemeente"),
        levels: ["jeugdregio", "gemeente"],
        count: "gebruikers",
        exposure: "jeugdigen",
        determinants,
    }
}

/// 2,918 rows with 8 to 20 correlated determinants, two of them of the group; every fifth without a variance between
/// regions, every fifth without one between groups.
fn plain(k: u64, theta: Option<f64>, seed: u64) -> Declared {
    let columns = 8 + (k * 7 % 13) as usize;
    let (region, group) = match k / 5 % 5 {
        0 => (0.0, 0.25),
        1 => (0.15, 0.0),
        _ => (0.15, 0.25),
    };
    let world = World::new(2918).level("region", 42, region).level("group", 388, group);
    let world = (1..=columns).fold(world, |world, j| world.determinant(determinant(j)));
    let world = world
        .factor_share("region", 0.05)
        .factor_share("group", 0.15)
        .exposure(Marginal::log_normal(1500.0, 1.2).decimals(0).clipped(20.0, 60_000.0))
        .rate(0.012);
    let names = (1..=columns).map(|j| format!("x{j}"));
    Declared {
        name: format!("plain, sd {region} and {group}, theta {theta:?}, {columns} determinants"),
        world: theta.into_iter().fold(world, |world, theta| world.theta(theta)),
        seed,
        model: theta
            .map_or(Model::poisson(), |_| Model::neg_bin2())
            .random_intercept("region")
            .random_intercept("group"),
        levels: ["region", "group"],
        count: "count",
        exposure: "exposure",
        determinants: names.fold(Determinants::new(), |wanted, name| wanted.numeric(&name)),
    }
}

/// A quarter of the coefficients is 0, the others lie between ±0.2.
fn determinant(j: usize) -> Determinant {
    let sign = if j.is_multiple_of(2) { -1.0 } else { 1.0 };
    let coefficient = if j.is_multiple_of(4) { 0.0 } else { sign * 0.02 * (1 + j % 10) as f64 };
    let name = format!("x{j}");
    match j {
        3 | 6 => Determinant::normal(&name, coefficient).loading(0.5).at_level("group"),
        _ => Determinant::normal(&name, coefficient).loading([0.0, 0.4, 0.7][j % 3]),
    }
}
