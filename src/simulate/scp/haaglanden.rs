//! The synthetic country with a region that knows more about its wijken than the nation does.

use super::areas::{gemeente, haaglanden_first, jeugdregio, wijk, with_haaglanden};
use super::determinants::determinants;
use super::{COLUMNS, ScpVariant, country};
use crate::error::Result;
use crate::simulate::{Determinant, Marginal, Truth, World};
use crate::table::Table;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

/// What the determinants do that are known only in the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum HaaglandenVariant {
    /// Social cohesion and safety go with deprivation, as the national determinants do; both lower the rate, and so do
    /// facilities, which go their own way.
    Standard,
    /// The same effects of extras that have nothing to do with the national determinants.
    OwnGround,
    /// As [`HaaglandenVariant::PerGemeente`], without any effect.
    NoEffect,
    /// As [`HaaglandenVariant::Standard`], facilities being the same in all wijken of a gemeente.
    PerGemeente,
    /// As [`HaaglandenVariant::PerGemeente`], facilities going with what the deprivation of a gemeente's wijken has in common.
    PerGemeenteShared,
}

impl HaaglandenVariant {
    /// All of them.
    pub const ALL: [HaaglandenVariant; 5] = [
        HaaglandenVariant::Standard,
        HaaglandenVariant::OwnGround,
        HaaglandenVariant::NoEffect,
        HaaglandenVariant::PerGemeente,
        HaaglandenVariant::PerGemeenteShared,
    ];
}

/// Names of the extras, and their coefficients per standard deviation over the nation's wijken.
const EXTRAS: [(&str, f64); 3] = [("cohesie", -0.08), ("veiligheid", -0.07), ("voorzieningen", -0.06)];
/// Standard deviation of one answer in the survey behind the first two extras.
const ANSWER_SD: [f64; 2] = [1.6, 1.4];
/// One inhabitant in so many answers, and the bounds of their number in a wijk.
const INHABITANTS_PER_ANSWER: f64 = 100.0;
const ANSWERS: [f64; 2] = [20.0, 250.0];

/// A drawn country and what its first region knows beside.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Haaglanden {
    /// All wijken with the columns of [`scp_world`](super::scp_world).
    pub national: Table,
    /// The region's wijken, by `wijk`: `cohesie` and `veiligheid`, means of a survey's answers with their standard errors in
    /// `cohesie_se` and `veiligheid_se`, and `voorzieningen`.
    pub extra: Table,
    /// The same columns as they are, without sampling errors.
    pub exact: Table,
    /// Code of the region, a jeugdregio.
    pub region: String,
    /// What lies behind all wijken; the extras are among its terms.
    pub truth: Truth,
}

/// [`scp_world`](super::scp_world) with Haaglanden as its first jeugdregio: 107 wijken in ten gemeenten of 44, 13, 12, 11, 10,
/// 9, 3, 2, 2 and 1.
///
/// Three determinants more act on all wijken: `cohesie` and `veiligheid`, marks out of ten, and `voorzieningen`, facilities
/// per thousand inhabitants. The national table does not have them; its model finds of them what its own determinants share
/// with them, and the rest is in its random effects. Sizes are published, all else is declared.
#[derive(Debug, Clone, PartialEq)]
pub struct HaaglandenWorld {
    world: World,
}

/// The country of a variant, to be drawn as often as wanted.
///
/// ```
/// use nestcount::simulate::{HaaglandenVariant, haaglanden_world};
/// use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
///
/// let drawn = haaglanden_world(HaaglandenVariant::Standard).draw(&mut ChaCha12Rng::seed_from_u64(2020))?;
/// assert_eq!((drawn.national.n_rows(), drawn.extra.n_rows()), (2918, 107));
/// assert!(drawn.truth.coefficient("cohesie").is_some_and(|coefficient| coefficient < 0.0));
/// # Ok::<(), nestcount::Error>(())
/// ```
pub fn haaglanden_world(variant: HaaglandenVariant) -> HaaglandenWorld {
    let acts = if variant == HaaglandenVariant::NoEffect { 0.0 } else { 1.0 };
    let loading = if variant == HaaglandenVariant::OwnGround { 0.0 } else { -0.6 };
    let mark = |at: usize, mean, sd| {
        let (name, coefficient) = EXTRAS[at];
        let marginal = Marginal::normal(mean, sd).clipped(1.0, 10.0);
        Determinant::new(name, acts * coefficient, marginal).loading(loading).standardised()
    };
    let (name, coefficient) = EXTRAS[2];
    let facilities = Determinant::new(name, acts * coefficient, Marginal::log_normal_by_mean(4.0, 1.4));
    let facilities = match variant {
        HaaglandenVariant::PerGemeente | HaaglandenVariant::NoEffect => facilities.at_level("gemeente"),
        HaaglandenVariant::PerGemeenteShared => facilities.at_level("gemeente").loading(loading),
        HaaglandenVariant::Standard | HaaglandenVariant::OwnGround => facilities,
    };
    let mut all = determinants(ScpVariant::Standard.coefficients()).to_vec();
    all.extend([mark(0, 6.2, 0.5), mark(1, 6.9, 0.5), facilities.standardised()]);
    let sds = ScpVariant::Standard.sds();
    let levels = [
        haaglanden_first(jeugdregio(sds.jeugdregio)),
        with_haaglanden(gemeente(sds.gemeente)),
        wijk(sds.wijk),
    ];
    let columns: Vec<(&str, &str)> =
        COLUMNS.into_iter().chain(EXTRAS.iter().map(|(name, _)| (*name, *name))).collect();
    HaaglandenWorld { world: country(all, levels).columns(&columns) }
}

impl HaaglandenWorld {
    /// Draws the country and the region's survey.
    ///
    /// The same generator gives the same bits. Fails as [`World::draw`] does.
    pub fn draw(&self, rng: &mut (impl Rng + ?Sized)) -> Result<Haaglanden> {
        let drawn = self.world.draw(rng)?;
        let regions = drawn.table.codes("jeugdregio")?;
        let region = regions.first().cloned().flatten().unwrap_or_default();
        let inside = |row: &usize| regions[*row].as_ref() == Some(&region);
        let rows: Vec<usize> = (0..regions.len()).filter(inside).collect();
        let own = drawn.table.select(&rows);
        let mut extra = Table::new().with_column("wijk", own.column("wijk")?.clone())?;
        let mut exact = extra.clone();
        let people: Vec<f64> = own.numbers("inwoners")?.into_iter().flatten().collect();
        for (at, (name, _)) in EXTRAS.into_iter().enumerate() {
            let values: Vec<f64> = own.numbers(name)?.into_iter().flatten().collect();
            exact = exact.with_numbers(name, values.iter().copied())?;
            let Some(sd) = ANSWER_SD.get(at) else {
                extra = extra.with_numbers(name, values)?;
                continue;
            };
            let errors: Vec<f64> = people.iter().map(|people| sd / answers(*people).sqrt()).collect();
            let mut observe = |(value, error): (&f64, &f64)| -> f64 {
                let normal: f64 = StandardNormal.sample(rng);
                value + error * normal
            };
            let means: Vec<f64> = values.iter().zip(&errors).map(&mut observe).collect();
            extra = extra.with_numbers(name, means)?.with_numbers(&format!("{name}_se"), errors)?;
        }
        let mut national = Table::new();
        for (name, _) in COLUMNS {
            national = national.with_column(name, drawn.table.column(name)?.clone())?;
        }
        Ok(Haaglanden { national, extra, exact, region, truth: drawn.truth })
    }
}

fn answers(inhabitants: f64) -> f64 {
    (inhabitants / INHABITANTS_PER_ANSWER).clamp(ANSWERS[0], ANSWERS[1]).round()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;
    use std::collections::BTreeMap;

    fn draw(variant: HaaglandenVariant) -> Haaglanden {
        haaglanden_world(variant).draw(&mut ChaCha12Rng::seed_from_u64(3)).unwrap()
    }

    #[test]
    fn the_region_has_its_published_sizes_and_the_country_its_own() {
        let drawn = draw(HaaglandenVariant::Standard);
        let codes = |name: &str| drawn.national.codes(name).unwrap();
        let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
        for (region, gemeente) in codes("jeugdregio").into_iter().zip(codes("gemeente")) {
            if region == Some(drawn.region.clone()) {
                *sizes.entry(gemeente.unwrap()).or_default() += 1;
            }
        }
        assert_eq!(sizes.into_values().collect::<Vec<_>>(), super::super::areas::HAAGLANDEN);
        let unique = |name: &str| codes(name).into_iter().collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!((unique("wijk"), unique("gemeente"), unique("jeugdregio")), (2918, 388, 42));
        assert_eq!(drawn.extra.n_rows(), 107);
        assert!(!drawn.national.has("cohesie"));
    }

    #[test]
    fn extras_share_the_ground_of_the_national_determinants_where_declared() {
        let correlation = |variant| {
            let truth = draw(variant);
            let table = truth.national.select(&(0..107).collect::<Vec<_>>());
            let x: Vec<f64> = table.numbers("bijstand").unwrap().into_iter().flatten().map(f64::ln).collect();
            let z: Vec<f64> = truth.exact.numbers("cohesie").unwrap().into_iter().flatten().collect();
            let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
            let (mx, mz) = (mean(&x), mean(&z));
            let sum = |f: &dyn Fn(usize) -> f64| (0..x.len()).map(f).sum::<f64>();
            let xz = sum(&|i| (x[i] - mx) * (z[i] - mz));
            xz / (sum(&|i| (x[i] - mx).powi(2)) * sum(&|i| (z[i] - mz).powi(2))).sqrt()
        };
        assert!(correlation(HaaglandenVariant::Standard) < -0.35);
        assert!(correlation(HaaglandenVariant::OwnGround).abs() < 0.3);
    }

    #[test]
    fn facilities_per_gemeente_are_the_same_in_its_wijken() {
        let drawn = draw(HaaglandenVariant::PerGemeente);
        let values = drawn.extra.numbers("voorzieningen").unwrap();
        assert!(values[..44].iter().all(|x| *x == values[0]) && values[44] != values[0]);
    }
}
