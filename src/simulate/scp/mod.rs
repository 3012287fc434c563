//! A synthetic country of neighbourhoods, sized and shaped as in SCP's model of youth care in 2017.
//!
//! Numbers of areas, sizes of gemeenten and of wijken and the national rate follow public figures; determinants,
//! coefficients and variances are declared, so nothing here says anything about a real place.

mod areas;
mod determinants;
mod haaglanden;

use super::determinant::Determinant;
use super::level::DeclaredLevel;
use super::marginal::Marginal;
use super::world::World;
use areas::{WIJKEN, gemeente, jeugdregio, wijk};
use determinants::determinants;
pub use haaglanden::{Haaglanden, HaaglandenVariant, HaaglandenWorld, haaglanden_world};
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
        Sds { jeugdregio, gemeente, wijk }
    }

    /// Per standard deviation, in the order of the determinants.
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
    let sds = variant.sds();
    let levels = [jeugdregio(sds.jeugdregio), gemeente(sds.gemeente), wijk(sds.wijk)];
    let world = country(determinants(variant.coefficients()).to_vec(), levels).columns(&COLUMNS);
    match variant {
        ScpVariant::NegBin2 => world.theta(10.0),
        _ => world,
    }
}

/// Wijken of these levels with these determinants.
fn country(determinants: Vec<Determinant>, levels: [DeclaredLevel; 3]) -> World {
    let world = determinants.into_iter().fold(World::new(WIJKEN), World::determinant);
    levels
        .into_iter()
        .fold(world, World::declared_level)
        .factor_share("jeugdregio", 0.03)
        .factor_share("gemeente", 0.15)
        .exposure_as_share_of("grootte", Marginal::normal(0.26, 0.035).clipped(0.08, 0.45))
        .rate(0.086)
        .exposure_column("jeugdigen")
        .count_column("gebruikers")
}

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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::simulate::Simulated;
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;
    use std::collections::BTreeMap;

    fn draw(variant: ScpVariant, seed: u64) -> Simulated {
        scp_world(variant).draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap()
    }

    fn column(made: &Simulated, name: &str) -> Vec<f64> {
        made.table.numbers(name).unwrap().into_iter().flatten().collect()
    }

    fn codes(made: &Simulated, name: &str) -> Vec<String> {
        made.table.codes(name).unwrap().into_iter().flatten().collect()
    }

    /// Averages of `n` statistics over 20 seeds.
    fn averages<const N: usize>(statistics: impl Fn(&Simulated) -> [f64; N]) -> [f64; N] {
        let mut sum = [0.0; N];
        for seed in 0..20 {
            let found = statistics(&draw(ScpVariant::Standard, seed));
            sum.iter_mut().zip(found).for_each(|(sum, x)| *sum += x / 20.0);
        }
        sum
    }

    fn quantile(sorted: &[f64], p: f64) -> f64 {
        let at = p * (sorted.len() - 1) as f64;
        let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
        below + at.fract() * (above - below)
    }

    #[test]
    fn the_country_has_its_published_sizes() {
        let made = draw(ScpVariant::Standard, 1);
        let frequencies = |of: &str, within: &str| {
            let pairs: std::collections::BTreeSet<_> =
                codes(&made, of).into_iter().zip(codes(&made, within)).collect();
            let mut sizes = BTreeMap::new();
            for (_, within) in pairs {
                *sizes.entry(within).or_insert(0.0) += 1.0;
            }
            let mut sizes: Vec<f64> = sizes.into_values().collect();
            sizes.sort_by(f64::total_cmp);
            sizes
        };
        let wijken = frequencies("wijk", "gemeente");
        assert_eq!((wijken.len(), wijken.iter().sum::<f64>()), (388, 2918.0));
        assert_eq!(wijken.iter().filter(|&&size| size == 1.0).count(), 37);
        let published =
            [(0.0, 1.0), (0.1, 2.0), (0.25, 3.0), (0.5, 5.0), (0.75, 10.0), (0.9, 15.0), (1.0, 98.0)];
        for (p, size) in published {
            assert_eq!(quantile(&wijken, p), size, "quantile {p}");
        }
        assert!((quantile(&wijken, 0.99) - 36.0).abs() < 1.0);
        let gemeenten = frequencies("gemeente", "jeugdregio");
        assert_eq!((gemeenten.len(), gemeenten.iter().sum::<f64>()), (42, 388.0));
        assert_eq!((gemeenten[0], gemeenten[41]), (1.0, 20.0));
    }

    #[test]
    fn columns_codes_and_names_show_what_they_are() {
        let made = draw(ScpVariant::Standard, 1);
        assert_eq!(made.table.names(), COLUMNS.map(|(name, _)| name));
        let (wijken, gemeenten) = (codes(&made, "wijk"), codes(&made, "gemeente"));
        for (wijk, gemeente) in wijken.iter().zip(&gemeenten) {
            assert_eq!((&wijk[..2], wijk.len(), gemeente.len()), ("WK", 8, 6));
            assert_eq!(wijk[2..6], gemeente[2..]);
        }
        assert_eq!(codes(&made, "jeugdregio")[2917], "JZ42");
        for column in ["wijknaam", "gemeentenaam"] {
            assert!(codes(&made, column).iter().all(|name| name.starts_with("Synthetische ")));
        }
        assert_eq!(column(&made, "inwoners"), column(&made, "grootte"));
        for whole in ["inwoners", "jeugdigen", "gebruikers"] {
            assert!(column(&made, whole).iter().all(|x| x.fract() == 0.0 && *x >= 0.0));
        }
        assert!(column(&made, "jeugdigen").iter().all(|x| *x >= 1.0));
        assert!(ScpVariant::ALL.iter().all(|variant| variant.to_string().starts_with("synthetic")));
    }

    #[test]
    fn as_many_wijken_are_small_as_the_declared_set_says() {
        // 303 ± 13 below 10, 226 ± 10 at most 7; half of those below 10 have fewer than about 380 inhabitants.
        let [below_10, to_7, inhabitants] = averages(|made| {
            let (users, people) = (column(made, "gebruikers"), column(made, "inwoners"));
            let mut small: Vec<f64> =
                users.iter().zip(people).filter(|(y, _)| **y < 10.0).map(|(_, n)| n).collect();
            small.sort_by(f64::total_cmp);
            let to_7 = users.iter().filter(|y| **y <= 7.0).count();
            [small.len() as f64, to_7 as f64, quantile(&small, 0.5)]
        });
        assert!((below_10 - 303.0).abs() < 13.0, "{below_10}");
        assert!((to_7 - 226.0).abs() < 10.0, "{to_7}");
        assert!((inhabitants - 380.0).abs() < 15.0, "{inhabitants}");
    }

    #[test]
    fn rates_spread_as_the_declared_set_says() {
        // The wanted quantiles are those of one draw: the bands are two standard deviations of one draw.
        const P: [f64; 7] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
        let wanted = [2.6, 3.9, 5.9, 7.5, 9.6, 13.9, 18.7];
        let band = [0.36, 0.22, 0.18, 0.17, 0.20, 0.40, 1.02];
        let found = averages(|made| {
            let (users, youths) = (column(made, "gebruikers"), column(made, "jeugdigen"));
            let mut rates: Vec<f64> = users.iter().zip(youths).map(|(y, n)| 100.0 * y / n).collect();
            rates.sort_by(f64::total_cmp);
            P.map(|p| quantile(&rates, p))
        });
        for i in 0..P.len() {
            assert!((found[i] - wanted[i]).abs() < band[i], "{}: {}", P[i], found[i]);
        }
    }

    #[test]
    fn the_national_rate_is_8_6_percent_up_to_poisson_noise() {
        for variant in ScpVariant::ALL {
            let made = draw(variant, 3);
            let youths: f64 = column(&made, "jeugdigen").iter().sum();
            let expected: f64 = made.truth.mean.iter().sum();
            assert!((expected / youths / 0.086 - 1.0).abs() < 1e-11);
            let users: f64 = column(&made, "gebruikers").iter().sum();
            let variance = |mean: &f64| match variant {
                ScpVariant::NegBin2 => mean + mean * mean / 10.0,
                _ => *mean,
            };
            let sd = made.truth.mean.iter().map(variance).sum::<f64>().sqrt();
            assert!((users - expected).abs() < 4.0 * sd, "{variant}: {users}");
        }
    }

    #[test]
    fn determinants_correlate_as_the_declared_set_says() {
        let pairs = [
            ("bijstand", "laag_inkomen", 0.83),
            ("eenouder", "bijstand", 0.76),
            ("eenouder", "laag_inkomen", 0.76),
            ("bijstand", "nietwesters", 0.69),
            ("ouders_ggz", "bijstand", 0.55),
            ("ouders_ggz", "speciaal_onderwijs", 0.36),
            ("speciaal_onderwijs", "bijstand", 0.49),
            ("grootte", "bijstand", 0.12),
        ];
        let found = averages(|made| {
            let regressors: BTreeMap<&str, Vec<f64>> = made
                .truth
                .terms
                .iter()
                .map(|term| {
                    let cells = column(made, &term.name);
                    (term.name.as_str(), cells.iter().map(|&x| term.regressor(x)).collect())
                })
                .collect();
            pairs.map(|(a, b, _)| {
                let products = regressors[a].iter().zip(&regressors[b]).map(|(a, b)| a * b);
                products.sum::<f64>() / 2917.0
            })
        });
        for ((a, b, wanted), found) in pairs.into_iter().zip(found) {
            assert!((found - wanted).abs() < 0.05, "{a}, {b}: {found}");
        }
    }

    #[test]
    fn determinants_have_their_means_and_standard_deviations_in_percent() {
        let wanted = [
            ("eenouder", 15.0, 5.0),
            ("bijstand", 4.0, 3.2),
            ("nietwesters", 8.0, 8.0),
            ("speciaal_onderwijs", 3.0, 1.4),
            ("laag_inkomen", 7.0, 3.5),
            ("ouders_ggz", 12.0, 2.5),
        ];
        let made = draw(ScpVariant::Standard, 4);
        for (name, mean, sd) in wanted {
            let cells = column(&made, name);
            let average = cells.iter().sum::<f64>() / 2918.0;
            let squares: f64 = cells.iter().map(|x| (x - average).powi(2)).sum();
            assert!((average - mean).abs() < 0.15 * sd, "{name}: {average}");
            // The ends of the range take the longest tails away.
            assert!(((squares / 2917.0).sqrt() / sd - 1.0).abs() < 0.15, "{name}");
        }
    }

    #[test]
    fn variants_differ_in_what_they_say() {
        let truth = |variant| draw(variant, 5).truth;
        let sds = |truth: &crate::simulate::Truth| {
            ["jeugdregio", "gemeente", "wijk"].map(|level| truth.sd(level).unwrap())
        };
        let standard = truth(ScpVariant::Standard);
        assert_eq!(sds(&standard), [0.08, 0.11, 0.15]);
        assert_eq!(standard.coefficient("nietwesters"), Some(-0.07));
        let weak = truth(ScpVariant::Weak);
        assert_eq!((sds(&weak), weak.coefficient("eenouder")), ([0.08, 0.12, 0.16], Some(0.08)));
        assert_eq!(sds(&truth(ScpVariant::RoughWijken)), [0.08, 0.11, 0.30]);
        assert_eq!(sds(&truth(ScpVariant::NoRegion)), [0.0, 0.11, 0.15]);
        let negbin = truth(ScpVariant::NegBin2);
        assert_eq!(negbin.scatter, crate::simulate::Scatter::NegBin2 { theta: 10.0 });
        assert_eq!(sds(&negbin), [0.08, 0.11, 0.0]);
        // The same seed gives the same country under every variant.
        let places = |variant| draw(variant, 5).table.column("bijstand").unwrap().clone();
        assert_eq!(places(ScpVariant::Standard), places(ScpVariant::NegBin2));
    }

    #[test]
    fn the_first_wijk_of_a_seed_does_not_change() {
        let made = draw(ScpVariant::Standard, 2017);
        assert_eq!(codes(&made, "wijk")[0], "WK000100");
        let cells = COLUMNS[5..].iter().map(|(name, _)| column(&made, name)[0]);
        let frozen = [6823.0, 1728.0, 105.0, 12.58, 2.94, 3.08, 2.06, 6.4, 10.45, 6823.0];
        assert_eq!(cells.collect::<Vec<f64>>(), frozen);
    }
}
