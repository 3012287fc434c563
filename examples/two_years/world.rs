//! A synthetic country in two years: what lasts, what passes, and boundaries that changed between them.

use crate::chosen;
use crate::division::{Division, Divisions};
use crate::year::Year;
use nestcount::count::{Count, DisclosureRule};
use nestcount::crosswalk::Crosswalk;
use nestcount::simulate::{ScpVariant, scp_world};
use nestcount::table::Table;
use nestcount::{Result, nl};
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Normal, Poisson};
use std::collections::BTreeMap;

/// What the country was made with.
pub(crate) struct Planted {
    /// Change of the log rate from the first year to the second, in all areas.
    pub(crate) year: f64,
    pub(crate) jeugdregio: f64,
    pub(crate) gemeente: f64,
    pub(crate) wijk: f64,
    /// What passes of a gemeente in one year.
    pub(crate) gemeente_in_year: f64,
    /// What passes of a wijk in one year.
    pub(crate) wijk_in_year: f64,
    /// Per standard deviation of `eenouder`.
    pub(crate) lone_parents: f64,
    /// What passed, by gemeente of the second year.
    pub(crate) passing: BTreeMap<String, [f64; 2]>,
}

/// Two years as published, and the crosswalk of their wijken by addresses.
pub(crate) struct World {
    pub(crate) years: [Year; 2],
    /// What nobody sees: the counts of the first year's wijken.
    pub(crate) counted: Vec<u64>,
    pub(crate) wijken: Crosswalk,
    pub(crate) gemeenten: Crosswalk,
    pub(crate) planted: Planted,
}

impl World {
    /// The country drawn from a seed.
    pub(crate) fn draw(seed: u64) -> Result<World> {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        let made = scp_world(ScpVariant::Standard).draw(&mut rng)?;
        let codes =
            |name: &str| made.table.codes(name).map(|codes| codes.into_iter().flatten().collect::<Vec<_>>());
        let gemeenten = codes("gemeente")?;
        let planted = Planted {
            year: 0.06,
            jeugdregio: 0.08,
            gemeente: 0.11,
            wijk: 0.15,
            gemeente_in_year: 0.05,
            wijk_in_year: 0.08,
            lone_parents: 0.10,
            passing: passing(&gemeenten, 0.05, &mut rng),
        };
        let means = means(&made.truth.mean, &gemeenten, &planted, &mut rng);
        let counts =
            means.map(|means| means.into_iter().map(|mean| counted(mean, &mut rng)).collect::<Vec<u64>>());
        let divisions =
            Divisions::draw(&codes("wijk")?, &gemeenten, &made.table.numbers("jeugdigen")?, &mut rng)?;

        let columns = Columns { gemeenten, jeugdregios: codes("jeugdregio")?, table: &made.table };
        let [first, second] = counts;
        let (first, counted) = columns.year("first", &divisions.before, &first, &nl::cbs_2017(), &mut rng)?;
        let (second, _) = columns.year("second", &divisions.after, &second, &nl::cbs_2022(), &mut rng)?;
        let first = first.in_gemeenten(divisions.gemeenten_before);
        Ok(World {
            years: [first, second],
            counted,
            wijken: divisions.crosswalk,
            gemeenten: divisions.gemeenten,
            planted,
        })
    }
}

/// What stays when the wijken are divided otherwise.
struct Columns<'a> {
    gemeenten: Vec<String>,
    jeugdregios: Vec<String>,
    table: &'a Table,
}

impl Columns<'_> {
    /// A year in its own division, as published, and the counts behind it.
    fn year(
        &self,
        label: &'static str,
        own: &Division,
        counts: &[u64],
        rule: &DisclosureRule,
        rng: &mut ChaCha12Rng,
    ) -> Result<(Year, Vec<u64>)> {
        let determinants = chosen::SYNTHETIC.names().map(|name| self.table.numbers(name));
        let common = Year {
            label,
            wijken: own.youths.from_codes().to_vec(),
            gemeenten: self.gemeenten.clone(),
            jeugdregios: self.jeugdregios.clone(),
            youths: self.table.numbers("jeugdigen")?,
            counts: counts.iter().copied().map(Count::Exact).collect(),
            determinants: determinants.collect::<Result<_>>()?,
        };
        let carry = own.youths.carry(&common.wijken)?;
        let counted = own.users.carry(&common.wijken)?.counts(&common.counts)?.draw(rng)?;
        let published = counted.iter().map(|&count| rule.publish(count, rng)).collect();
        Ok((common.with_counts(&carry, published)?, counted))
    }
}

fn passing(gemeenten: &[String], sd: f64, rng: &mut ChaCha12Rng) -> BTreeMap<String, [f64; 2]> {
    let mut passing: BTreeMap<String, [f64; 2]> =
        gemeenten.iter().map(|code| (code.clone(), [0.0; 2])).collect();
    passing.values_mut().for_each(|years| *years = [normal(sd, rng), normal(sd, rng)]);
    passing
}

/// Expected counts of both years: what lasts, times the year, times what passes.
fn means(lasting: &[f64], gemeenten: &[String], planted: &Planted, rng: &mut ChaCha12Rng) -> [Vec<f64>; 2] {
    [0, 1].map(|at| {
        let shared = planted.year * at as f64;
        let rows = lasting.iter().zip(gemeenten);
        rows.map(|(mean, gemeente)| {
            let own = planted.passing[gemeente][at] + normal(planted.wijk_in_year, rng);
            mean * (shared + own).exp()
        })
        .collect()
    })
}

pub(crate) fn normal(sd: f64, rng: &mut (impl Rng + ?Sized)) -> f64 {
    Normal::new(0.0, sd).map_or(0.0, |law| law.sample(rng))
}

fn counted(mean: f64, rng: &mut (impl Rng + ?Sized)) -> u64 {
    Poisson::new(mean).map_or(0, |law| law.sample(rng) as u64)
}
