//! A synthetic world of Eindhoven's size: seven wijken, thirty other gemeenten, fourteen half-years.
//!
//! The shape over time follows what Statistics Netherlands published of the country: use grew by some 4 % a year, the first
//! half of 2020 lay some 4 % below what was to be expected once figures are final, a new series began in 2021.

use crate::arguments::Arguments;
use crate::counted::Half;
use crate::planted_lines::{self, Shares};
use crate::source::Source;
use crate::trouble::Trouble;
use nestcount::Result;
use nestcount::count::{DisclosureRule, Rounding};
use nestcount::flow::{FlowTable, Period};
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Binomial, Distribution, Poisson, StandardNormal};
use std::collections::HashMap;

/// Half-years, from the first of 2015.
pub(crate) const HALVES: usize = 14;
/// The first half of 2020.
const STEP: usize = 10;
/// The first half of 2021.
const BREAK: usize = 12;
/// Youths of 0 to 22 in Eindhoven's wijken.
const WIJKEN: [f64; 7] = [11_400.0, 6_300.0, 9_100.0, 12_600.0, 8_200.0, 7_500.0, 5_700.0];
const OTHERS: usize = 30;

/// What the world was made with; log rates but for θ, the factor and the correlation.
pub(crate) struct Planted {
    pub(crate) trend: f64,
    pub(crate) half_2: f64,
    pub(crate) step: f64,
    pub(crate) broken: f64,
    /// In Eindhoven, beside the step of all.
    pub(crate) own_step: f64,
    pub(crate) gemeente: f64,
    pub(crate) wijk: f64,
    pub(crate) period: f64,
    pub(crate) in_time: f64,
    pub(crate) correlation: f64,
    pub(crate) theta: f64,
}

pub(crate) const PLANTED: Planted = Planted {
    trend: 0.02,
    half_2: -0.06,
    step: -0.04,
    broken: 0.03,
    own_step: -0.072_571, // log 0.93
    gemeente: 0.15,
    wijk: 0.20,
    period: 0.01,
    in_time: 0.025,
    correlation: 0.5,
    theta: 1_000.0,
};

/// Per person-year.
const RATE: f64 = 0.085;
/// What ends per year of those in care.
pub(crate) const ENDING: f64 = 1.1;
pub(crate) const REPEATED: f64 = 0.35;
/// Of what ended in the last half-year, the share whose end date has arrived.
pub(crate) const ENDS_KNOWN: f64 = 0.88;
/// Counts are published in multiples of this.
const BASE: u32 = 5;

/// Ended figures of one cell that got lost.
pub(crate) const GAP: (&str, usize, u64) = ("GM9004", 7, 60);
/// Youths of one wijk who came to be known with the new series.
pub(crate) const REVISION: (&str, usize, u64) = ("WK077213", BREAK, 45);

/// What is known of the world besides its figures.
pub(crate) struct World {
    pub(crate) planted: Planted,
    /// The first half-year after the break.
    pub(crate) broken: Period,
    /// The share of the last half-year's beginnings that is published so far.
    pub(crate) factor: f64,
    /// Cell and size of the planted gap.
    pub(crate) gap: (String, Period, u64),
    /// Cell that closed too low, and by how much.
    pub(crate) revision: (String, Period, u64),
    /// Expected beginnings in Eindhoven from the step on, as it is and without its own step.
    pub(crate) begun: [f64; 2],
    /// Share of each line of care in each part.
    pub(crate) shares: Shares,
}

pub(crate) struct Area {
    pub(crate) code: String,
    gemeente: usize,
    youths: f64,
    /// log rate, all that lasts.
    level: f64,
}

/// What moves in time, by half-year: for all, and for each gemeente.
struct Moving {
    all: Vec<f64>,
    gemeenten: Vec<Vec<f64>>,
}

pub(crate) fn draw(asked: &Arguments) -> std::result::Result<Source, Trouble> {
    let mut rng = ChaCha12Rng::seed_from_u64(asked.seed);
    let periods = halves()?;
    let (areas, gemeenten) = areas(&mut rng);
    let moving = Moving {
        all: (0..HALVES).map(|_| PLANTED.period * normal(&mut rng)).collect(),
        gemeenten: gemeenten.iter().map(|_| wandering(&mut rng)).collect(),
    };
    let factor = (0.955f64.ln() + 0.01 * normal(&mut rng)).exp();
    let rule = DisclosureRule::builder().rounded(Rounding::HalfUp(BASE)).build()?;
    let (mut cells, mut youths, mut begun) = (Vec::new(), HashMap::new(), [0.0; 2]);
    for area in &areas {
        let mut stock = poisson(area.youths * RATE * area.level.exp() / ENDING, &mut rng);
        for (at, &period) in periods.iter().enumerate() {
            let people = (area.youths * (1.0 + 0.002 * at as f64)).round();
            youths.insert((area.code.clone(), period), people);
            let mean = people * period.years() * RATE * (area.level + shape(area, &moving, at)).exp();
            if area.gemeente == 0 && at >= STEP {
                begun[0] += mean;
                begun[1] += mean * (-PLANTED.own_step).exp();
            }
            let half = Half { at, period, mean, factor };
            let cell = half.cell(area, &mut stock, &mut rng);
            cells.push(cell.published(&rule, &area.code, &mut rng));
        }
    }
    let codes = |area: &Area| (area.code.clone(), gemeenten[area.gemeente].clone());
    let (lines, shares) = planted_lines::draw(&mut rng)?;
    Ok(Source {
        title: format!(
            "SYNTHETIC: Eindhoven and {OTHERS} made-up gemeenten, seed {}; no real figures",
            asked.seed
        ),
        note: format!(
            "{} areas in {HALVES} half-years, counts rounded to {BASE} as they are published; the last half-year is provisional",
            areas.len()
        ),
        flows: FlowTable::new(cells)?,
        gemeente_of: areas.iter().map(codes).collect(),
        youths,
        lines: Some(lines),
        world: Some(World {
            planted: PLANTED,
            broken: periods[BREAK],
            factor,
            gap: (GAP.0.into(), periods[GAP.1], GAP.2),
            revision: (REVISION.0.into(), periods[REVISION.1 - 1], REVISION.2),
            begun,
            shares,
        }),
    })
}

fn halves() -> Result<Vec<Period>> {
    let first = Period::half(2015, 1)?;
    Ok((0..HALVES as i64).filter_map(|steps| first.shifted(steps)).collect())
}

/// Eindhoven's wijken, other gemeenten in wijken, and others in one piece; and the codes of all gemeenten.
fn areas(rng: &mut impl Rng) -> (Vec<Area>, Vec<String>) {
    let mut areas: Vec<Area> = Vec::new();
    let mut gemeenten = vec!["GM0772".to_string()];
    let own = PLANTED.gemeente * normal(rng);
    for (at, &youths) in WIJKEN.iter().enumerate() {
        let code = format!("WK07721{}", at + 1);
        areas.push(Area { code, gemeente: 0, youths, level: own + PLANTED.wijk * normal(rng) });
    }
    for other in 1..=OTHERS {
        let code = format!("GM{}", 9_000 + other);
        let level = PLANTED.gemeente * normal(rng);
        let size = 20_000.0 * (0.5 * normal(rng)).exp();
        // every third has its wijken in the table
        let n = if other % 3 == 0 { 3 + other % 4 } else { 1 };
        for wijk in 0..n {
            let own = if n == 1 { code.clone() } else { format!("WK{}0{wijk}", 9_000 + other) };
            areas.push(Area {
                code: own,
                gemeente: other,
                youths: (size / n as f64 * (0.2 * normal(rng)).exp()).round(),
                level: level + PLANTED.wijk * normal(rng),
            });
        }
        gemeenten.push(code);
    }
    (areas, gemeenten)
}

/// A stationary autoregression.
fn wandering(rng: &mut impl Rng) -> Vec<f64> {
    let keeps = PLANTED.correlation;
    let mut state = normal(rng);
    let mut states = vec![PLANTED.in_time * state];
    for _ in 1..HALVES {
        state = keeps * state + (1.0 - keeps * keeps).sqrt() * normal(rng);
        states.push(PLANTED.in_time * state);
    }
    states
}

/// All that is not the area's own level.
fn shape(area: &Area, moving: &Moving, at: usize) -> f64 {
    let from = |start: usize, effect: f64| if at >= start { effect } else { 0.0 };
    let own = if area.gemeente == 0 { from(STEP, PLANTED.own_step) } else { 0.0 };
    let season = if at % 2 == 1 { PLANTED.half_2 } else { 0.0 };
    PLANTED.trend * at as f64
        + season
        + from(STEP, PLANTED.step)
        + from(BREAK, PLANTED.broken)
        + own
        + moving.all[at]
        + moving.gemeenten[area.gemeente][at]
}

fn normal(rng: &mut impl Rng) -> f64 {
    StandardNormal.sample(rng)
}

pub(crate) fn poisson(mean: f64, rng: &mut impl Rng) -> u64 {
    Poisson::new(mean).map_or(0, |law| law.sample(rng) as u64)
}

pub(crate) fn binomial(n: u64, p: f64, rng: &mut impl Rng) -> u64 {
    Binomial::new(n, p).map_or(0, |law| law.sample(rng))
}
