//! A synthetic country of neighbourhoods, sized and shaped as in SCP's model of youth care in 2017.
//!
//! Numbers of areas, sizes of gemeenten and of wijken and the national rate follow public figures; determinants,
//! coefficients and variances are declared, so nothing here says anything about a real place.

use super::determinant::Determinant;
use super::level::{Codes, DeclaredLevel, Sizes};
use super::marginal::Marginal;
use super::world::World;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which coefficients and variances the synthetic country has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ScpVariant {
    /// Coefficients of 0.03 to 0.10 per standard deviation; effects with standard deviation 0.08 (jeugdregio),
    /// 0.11 (gemeente), 0.15 (wijk).
    Standard,
    /// Coefficients of about 0.8 times those; effects 0.08, 0.12, 0.16.
    Weak,
    /// Standard, with a standard deviation of 0.30 between wijken.
    RoughWijken,
    /// Standard, without differences between jeugdregio's: their variance is 0.
    NoRegion,
    /// Standard, with negative binomial counts of θ = 10 in the place of the wijken's effects.
    NegBin2,
}

impl ScpVariant {
    /// All of them.
    pub const ALL: [ScpVariant; 5] = [
        ScpVariant::Standard,
        ScpVariant::Weak,
        ScpVariant::RoughWijken,
        ScpVariant::NoRegion,
        ScpVariant::NegBin2,
    ];

    fn sds(self) -> Sds {
        let (jeugdregio, gemeente, wijk) = match self {
            ScpVariant::Standard => (0.08, 0.11, 0.15),
            ScpVariant::Weak => (0.08, 0.12, 0.16),
            ScpVariant::RoughWijken => (0.08, 0.11, 0.30),
            ScpVariant::NoRegion => (0.0, 0.11, 0.15),
            ScpVariant::NegBin2 => (0.08, 0.11, 0.0),
        };
        Sds {
            jeugdregio,
            gemeente,
            wijk,
        }
    }

    /// Per standard deviation, in the order of [`determinants`].
    fn coefficients(self) -> [f64; 7] {
        match self {
            ScpVariant::Weak => [0.08, 0.05, -0.06, 0.06, 0.03, 0.05, 0.03],
            _ => [0.10, 0.07, -0.07, 0.07, 0.04, 0.06, 0.03],
        }
    }
}

/// A heading that says the data are synthetic.
impl fmt::Display for ScpVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("synthetic data in the shape of SCP's neighbourhood model, no real places: ")?;
        f.write_str(match self {
            ScpVariant::Standard => "standard",
            ScpVariant::Weak => "weak determinants",
            ScpVariant::RoughWijken => "large differences between wijken",
            ScpVariant::NoRegion => "no differences between jeugdregio's",
            ScpVariant::NegBin2 => "negative binomial, theta 10",
        })
    }
}

struct Sds {
    jeugdregio: f64,
    gemeente: f64,
    wijk: f64,
}

/// 2,918 synthetic wijken in 388 gemeenten in 42 jeugdregio's.
///
/// Columns: `wijk`, `wijknaam`, `gemeente`, `gemeentenaam`, `jeugdregio`, `inwoners`, `jeugdigen` (the exposure),
/// `gebruikers` (the count), and the determinants `eenouder`, `bijstand`, `nietwesters`, `speciaal_onderwijs`,
/// `laag_inkomen`, `ouders_ggz` in percent and `grootte` in inhabitants. Coefficients are per standard deviation,
/// those of `bijstand`, `nietwesters` and `grootte` of the logarithm. The intercept makes 8.6 % of the youths expected
/// users. The wijken are a level of their own with one row each, so their effects are row effects with codes.
///
/// ```
/// use nestcount::simulate::{ScpVariant, scp_world};
/// use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
///
/// let made = scp_world(ScpVariant::Standard).draw(&mut ChaCha12Rng::seed_from_u64(2017))?;
/// assert_eq!(made.table.n_rows(), 2918);
/// assert_eq!(made.table.codes("wijknaam")?[0].as_deref(), Some("Synthetische wijk 0001-00"));
/// # Ok::<(), nestcount::Error>(())
/// ```
pub fn scp_world(variant: ScpVariant) -> World {
    let world = determinants(variant)
        .into_iter()
        .fold(World::new(WIJKEN), World::determinant)
        .declared_level(jeugdregio(variant.sds().jeugdregio))
        .declared_level(gemeente(variant.sds().gemeente))
        .declared_level(wijk(variant.sds().wijk))
        .factor_share("jeugdregio", 0.03)
        .factor_share("gemeente", 0.15)
        .exposure_as_share_of("grootte", Marginal::normal(0.26, 0.035).clipped(0.08, 0.45))
        .rate(0.086)
        .exposure_column("jeugdigen")
        .count_column("gebruikers")
        .columns(&COLUMNS);
    match variant {
        ScpVariant::NegBin2 => world.theta(10.0),
        _ => world,
    }
}

const WIJKEN: usize = 2918;

/// Each column of the table and what it holds.
const COLUMNS: [(&str, &str); 15] = [
    ("wijk", "wijk"),
    ("wijknaam", "wijknaam"),
    ("gemeente", "gemeente"),
    ("gemeentenaam", "gemeentenaam"),
    ("jeugdregio", "jeugdregio"),
    ("inwoners", "grootte"),
    ("jeugdigen", "jeugdigen"),
    ("gebruikers", "gebruikers"),
    ("eenouder", "eenouder"),
    ("bijstand", "bijstand"),
    ("nietwesters", "nietwesters"),
    ("speciaal_onderwijs", "speciaal_onderwijs"),
    ("laag_inkomen", "laag_inkomen"),
    ("ouders_ggz", "ouders_ggz"),
    ("grootte", "grootte"),
];

/// Gemeenten per jeugdregio, and how many jeugdregio's have that many.
#[rustfmt::skip]
const GEMEENTEN_PER_JEUGDREGIO: [(usize, usize); 20] = [
    (1, 2), (2, 2), (3, 3), (4, 3), (5, 3), (6, 2), (7, 3), (8, 3), (9, 1), (10, 4),
    (11, 2), (12, 2), (13, 2), (14, 2), (15, 1), (16, 2), (17, 1), (18, 1), (19, 2), (20, 1),
];

/// Wijken per gemeente, and how many gemeenten have that many.
#[rustfmt::skip]
const WIJKEN_PER_GEMEENTE: [(usize, usize); 39] = [
    (1, 37), (2, 40), (3, 63), (4, 40), (5, 39), (6, 25), (7, 17), (8, 14), (9, 11), (10, 19),
    (11, 14), (12, 10), (13, 9), (14, 7), (15, 8), (16, 4), (17, 3), (18, 2), (19, 2), (20, 2),
    (21, 2), (22, 1), (23, 2), (24, 1), (25, 2), (26, 1), (27, 1), (28, 1), (29, 1), (30, 1),
    (31, 1), (32, 1), (33, 1), (35, 1), (36, 1), (40, 1), (51, 1), (69, 1), (98, 1),
];

/// Quantiles of the inhabitants of a wijk.
#[rustfmt::skip]
const INHABITANTS: [(f64, f64); 11] = [
    (0.0, 140.0), (0.01, 185.0), (0.05, 351.0), (0.10, 540.0), (0.25, 1301.0), (0.50, 3502.0),
    (0.75, 7728.0), (0.90, 13488.0), (0.95, 18446.0), (0.99, 34662.0), (1.0, 108_099.0),
];

fn jeugdregio(sd: f64) -> DeclaredLevel {
    DeclaredLevel::new("jeugdregio", 42, sd)
        .sizes(given(&GEMEENTEN_PER_JEUGDREGIO))
        .codes(Codes::Running {
            prefix: "JZ".into(),
            digits: 2,
        })
}

fn gemeente(sd: f64) -> DeclaredLevel {
    DeclaredLevel::new("gemeente", 388, sd)
        .sizes(given(&WIJKEN_PER_GEMEENTE))
        .codes(Codes::Running {
            prefix: "GM".into(),
            digits: 4,
        })
        .labelled("gemeentenaam", "Synthetische gemeente")
}

fn wijk(sd: f64) -> DeclaredLevel {
    DeclaredLevel::new("wijk", WIJKEN, sd)
        .sizes(Sizes::Equal)
        .codes(Codes::WithinParent {
            prefix: "WK".into(),
            digits: 2,
        })
        .labelled("wijknaam", "Synthetische wijk")
}

fn given(frequencies: &[(usize, usize)]) -> Sizes {
    let sizes = frequencies
        .iter()
        .flat_map(|&(size, areas)| std::iter::repeat_n(size, areas));
    Sizes::Given(sizes.collect())
}

/// Mean, standard deviation and range in percent; the loading on deprivation, the common factor.
fn determinants(variant: ScpVariant) -> [Determinant; 7] {
    let normal = |mean, sd, lo, hi| Marginal::normal(mean, sd).clipped(lo, hi).decimals(2);
    let skewed = |mean, sd, lo, hi| Marginal::log_normal_by_mean(mean, sd).clipped(lo, hi).decimals(2);
    let [eenouder, bijstand, nietwesters, onderwijs, inkomen, ggz, grootte] = variant.coefficients();
    [
        Determinant::new("eenouder", eenouder, normal(15.0, 5.0, 3.0, 50.0)).loading(0.83),
        Determinant::new("bijstand", bijstand, skewed(4.0, 3.2, 0.2, 30.0))
            .loading(0.91)
            .logged(),
        Determinant::new("nietwesters", nietwesters, skewed(8.0, 8.0, 0.3, 75.0))
            .loading(0.76)
            .logged(),
        Determinant::new("speciaal_onderwijs", onderwijs, normal(3.0, 1.4, 0.2, 15.0)).loading(0.55),
        Determinant::new("laag_inkomen", inkomen, normal(7.0, 3.5, 1.0, 35.0)).loading(0.91),
        Determinant::new("ouders_ggz", ggz, normal(12.0, 2.5, 4.0, 25.0)).loading(0.62),
        Determinant::new("grootte", grootte, Marginal::quantiles(INHABITANTS).decimals(0))
            .loading(0.13)
            .logged(),
    ]
    .map(Determinant::standardised)
}
