//! A country in which it is known who is low.

use crate::arguments::Arguments;
use crate::source::{Source, Truth, Year};
use crate::trouble::Trouble;
use nestcount::nl;
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::table::Table;
use rand::Rng;
use rand::seq::index;
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
use rand_distr::{Distribution, Poisson};
use std::collections::HashMap;

const GEMEENTEN: usize = 388;
const REGIONS: usize = 42;
const YEARS: [&str; 4] = ["2015", "2016", "2017", "2018"];
/// So many gemeenten are made low, and as many high, by these factors.
const PLANTED: usize = 10;
const LOW: f64 = 0.62;
const HIGH: f64 = 1.55;

/// 388 gemeenten in 42 regions, 10 % of youths; counts published as Statistics Netherlands does.
pub(crate) fn source(asked: &Arguments) -> Result<Source, Trouble> {
    let mut rng = ChaCha12Rng::seed_from_u64(asked.seed);
    let made = World::new(GEMEENTEN)
        .level("region", REGIONS, 0.08)
        .level("code", GEMEENTEN, 0.11)
        .determinant(Determinant::normal("lone_parents", 0.12))
        .exposure(Marginal::log_normal(6_100.0, 0.85).clipped(120.0, 150_000.0).decimals(0))
        .rate(0.1)
        .exposure_column("youths")
        .draw(&mut rng)?;
    let youths: Vec<f64> = made.table.numbers("youths")?.into_iter().flatten().collect();
    let mut rates: Vec<f64> =
        made.truth.mean.iter().zip(&youths).map(|(mean, youths)| mean / youths).collect();
    let picked = index::sample(&mut rng, GEMEENTEN, 2 * PLANTED);
    let (low, high): (Vec<usize>, Vec<usize>) =
        (picked.iter().take(PLANTED).collect(), picked.iter().skip(PLANTED).collect());
    low.iter().for_each(|&at| rates[at] *= LOW);
    high.iter().for_each(|&at| rates[at] *= HIGH);
    let total = |of: &dyn Fn(usize) -> f64| (0..GEMEENTEN).map(of).sum::<f64>();
    let national = total(&|at| rates[at] * youths[at]) / total(&|at| youths[at]);
    let codes: Vec<String> = made.table.codes("code")?.into_iter().flatten().collect();
    let years = YEARS.map(|name| year(name, &made.table, &codes, (&rates, &youths), &mut rng));
    let mut planted = vec![1.0; GEMEENTEN];
    low.iter().for_each(|&at| planted[at] = LOW);
    high.iter().for_each(|&at| planted[at] = HIGH);
    let each = rates.iter().zip(planted).map(|(rate, planted)| Truth { ratio: rate / national, planted });
    let truth: HashMap<String, Truth> = codes.iter().cloned().zip(each).collect();
    let below = truth.values().filter(|truth| truth.ratio <= asked.factor.get()).count();
    Ok(Source {
        title: format!(
            "2. A planted country: {GEMEENTEN} gemeenten in {REGIONS} regions, {} to {}",
            YEARS[0], YEARS[3]
        ),
        note: format!(
            "{PLANTED} gemeenten were made low (times {LOW}) and {PLANTED} high (times {HIGH}), for good; the others scatter. In truth {below} lie at\nor under {} of the national rate. Counts are rounded to 5 and those below 10 withheld, as published.",
            asked.factor
        ),
        years: years.into_iter().collect::<Result<_, Trouble>>()?,
        truth: Some(truth),
    })
}

fn year(
    name: &str,
    table: &Table,
    codes: &[String],
    (rates, youths): (&[f64], &[f64]),
    rng: &mut impl Rng,
) -> Result<Year, Trouble> {
    let publisher = nl::cbs_2022();
    let mut users = Vec::with_capacity(rates.len());
    for (rate, youths) in rates.iter().zip(youths) {
        let count = Poisson::new(rate * youths).map(|count| count.sample(rng)).unwrap_or(0.0);
        users.push(publisher.publish(count as u64, rng));
    }
    let names: Vec<String> =
        codes.iter().map(|code| format!("Gemeente {}", code.trim_start_matches("code-"))).collect();
    let table = table.clone().with_text("name", names)?;
    Ok(Year { name: name.into(), table, users, also: Vec::new() })
}
