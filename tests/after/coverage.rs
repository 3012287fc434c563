//! Simulated countries: whether intervals, probabilities and places are as often right as they say.
//!
//! `NESTCOUNT_WORLDS` says how many; with `--nocapture` the tables of `docs/coverage-after.md` are printed.

use crate::made::rng;
use nestcount::area::{CodeScope, Placement};
use nestcount::count::CountTable;
use nestcount::determinant::{Determinants, Numeric};
use nestcount::expected::{Exceedance, Expectation, Predictive, RankBy, Ranking, Readings, RowSets};
use nestcount::infer::Confidence;
use nestcount::simulate::{Scatter, ScpVariant, Simulated, scp_world};
use nestcount::{Fit, Model, Options, Problem};
use rand_chacha::ChaCha12Rng;
use rand_distr::{Distribution, Gamma, Poisson};

const DRAWS: usize = 500;

/// Half the countries have Poisson counts and effects of the wijken, half NB2 counts.
const VARIANTS: [ScpVariant; 8] = [
    ScpVariant::Standard,
    ScpVariant::NegBin2,
    ScpVariant::Weak,
    ScpVariant::NegBin2,
    ScpVariant::RoughWijken,
    ScpVariant::NegBin2,
    ScpVariant::NoRegion,
    ScpVariant::NegBin2,
];

/// Hits and tries in tenths.
#[derive(Debug, Clone, Default)]
struct Tenths {
    hits: [f64; 10],
    /// What was stated, summed.
    stated: [f64; 10],
    tries: [f64; 10],
}

impl Tenths {
    fn add(&mut self, tenth: usize, stated: f64, hit: bool) {
        self.hits[tenth] += f64::from(u8::from(hit));
        self.stated[tenth] += stated;
        self.tries[tenth] += 1.0;
    }

    fn plus(&mut self, other: &Tenths) {
        for tenth in 0..10 {
            self.hits[tenth] += other.hits[tenth];
            self.stated[tenth] += other.stated[tenth];
            self.tries[tenth] += other.tries[tenth];
        }
    }

    fn shares(&self) -> [f64; 10] {
        std::array::from_fn(|tenth| self.hits[tenth] / self.tries[tenth])
    }

    fn overall(&self) -> f64 {
        self.hits.iter().sum::<f64>() / self.tries.iter().sum::<f64>()
    }

    /// Realised less stated, where there is enough to tell.
    fn gaps(&self) -> [Option<f64>; 10] {
        std::array::from_fn(|tenth| {
            let n = self.tries[tenth];
            (n >= 300.0).then(|| (self.hits[tenth] - self.stated[tenth]) / n)
        })
    }
}

const INTERVALS: [&str; 4] = ["new effects", "own effects, a new count", "without own count", "rank"];
const EVENTS: [&str; 4] =
    ["ratio to given gemeente > 1", "ratio to fixed part > 1", "rate <= 2/3 national", "rate > national"];

#[derive(Debug, Clone, Default)]
struct Tally {
    intervals: [Tenths; 4],
    events: [Tenths; 4],
}

impl Tally {
    fn plus(&mut self, other: &Tally) {
        self.intervals.iter_mut().zip(&other.intervals).for_each(|(sum, other)| sum.plus(other));
        self.events.iter_mut().zip(&other.events).for_each(|(sum, other)| sum.plus(other));
    }

    fn print(&self, name: &str) {
        println!(
            "\n| {name}: 95 % intervals cover | all | by tenth of exposure, smallest first |\n|---|---|---|"
        );
        for (name, tenths) in INTERVALS.iter().zip(&self.intervals) {
            let shares = tenths.shares().map(|share| format!("{:.1}", 100.0 * share)).join(" ");
            println!("| {name} | {:.2} % | {shares} |", 100.0 * tenths.overall());
        }
        println!(
            "\n| {name}: realised less stated probability | by tenth of the probability stated, in points |\n|---|---|"
        );
        for (name, tenths) in EVENTS.iter().zip(&self.events) {
            let gaps = tenths.gaps().map(|gap| gap.map_or("-".into(), |gap| format!("{:+.1}", 100.0 * gap)));
            println!("| {name} | {} |", gaps.join(" "));
        }
    }
}

struct Country {
    made: Simulated,
    problem: Problem,
    fit: Fit,
    rates: Vec<f64>,
}

fn numbers(made: &Simulated, column: &str) -> Vec<f64> {
    made.table.numbers(column).unwrap().into_iter().map(Option::unwrap).collect()
}

fn determinants() -> Determinants {
    let plain = ["eenouder", "speciaal_onderwijs", "laag_inkomen", "ouders_ggz"];
    let logged = ["bijstand", "nietwesters", "grootte"];
    let wanted = plain.iter().fold(Determinants::new(), |d, name| d.with(Numeric::new(*name).z_score()));
    logged.iter().fold(wanted, |d, name| d.with(Numeric::new(*name).log().z_score()))
}

impl Country {
    fn draw(variant: ScpVariant, rng: &mut ChaCha12Rng) -> Country {
        let made = scp_world(variant).draw(rng).unwrap();
        let levels = ["jeugdregio", "gemeente", "wijk"];
        let placement = Placement::from_table(&made.table, &levels, CodeScope::Unique).unwrap();
        let counts = CountTable::from_table(&made.table, "gebruikers", "jeugdigen").unwrap();
        let design = determinants().build(&made.table, &placement, counts.rows()).unwrap();
        let model = match variant {
            ScpVariant::NegBin2 => Model::neg_bin2(),
            _ => Model::poisson().random_intercept("wijk"),
        };
        let model = model.random_intercept("jeugdregio").random_intercept("gemeente");
        let problem = model.check(&placement, &counts, design).unwrap();
        let fit = problem.fit(&Options::default()).unwrap();
        let rates = own_rates(&made, rng);
        Country { made, problem, fit, rates }
    }
}

/// The rate each count was drawn from; the factor of an NB2 row is drawn from its distribution given the count and
/// the truth, as it was when the count was drawn.
fn own_rates(made: &Simulated, rng: &mut ChaCha12Rng) -> Vec<f64> {
    let counts = numbers(made, "gebruikers");
    let factor = |(mean, y): (&f64, &f64)| match made.truth.scatter {
        Scatter::NegBin2 { theta } => mean * Gamma::new(theta + y, 1.0 / (theta + mean)).unwrap().sample(rng),
        _ => *mean,
    };
    made.truth.mean.iter().zip(&counts).map(factor).collect()
}

/// exposure · exp(fixed part + true effects down to the gemeente + ½ υ of the wijken).
fn truly_given_gemeente(made: &Simulated, exposure: &[f64]) -> Vec<f64> {
    let codes = ["jeugdregio", "gemeente"].map(|level| made.table.codes(level).unwrap());
    let wijk = made.truth.sd("wijk").unwrap();
    let effect = |level: usize, row: usize| {
        let name = ["jeugdregio", "gemeente"][level];
        made.truth.effect(name, codes[level][row].as_deref().unwrap()).unwrap()
    };
    let rate =
        |row: usize| (made.truth.fixed_part[row] + effect(0, row) + effect(1, row) + 0.5 * wijk * wijk).exp();
    (0..exposure.len()).map(|row| exposure[row] * rate(row)).collect()
}

fn tenths_of(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut tenths = vec![0; values.len()];
    order.iter().enumerate().for_each(|(at, &row)| tenths[row] = at * 10 / values.len());
    tenths
}

fn tally(country: &Country, rng: &mut ChaCha12Rng) -> Tally {
    let (made, problem) = (&country.made, &country.problem);
    let mut tally = Tally::default();
    let exposure = numbers(made, "jeugdigen");
    let (tenths, counts) = (tenths_of(&exposure), numbers(made, "gebruikers"));
    let fitted = country.fit.fitted(problem).unwrap();
    let rows = RowSets::each_row(problem);
    let given = Expectation::given("gemeente");
    let effects = [Predictive::NewEffects, Predictive::OwnEffects, Predictive::WithoutOwnCount];
    for (kind, effects) in effects.into_iter().enumerate() {
        let compared = fitted.compared(&given, effects, &rows).unwrap();
        for (row, comparison) in compared.iter().enumerate() {
            // of the areas' own effects the next count is asked, of the others this one
            let count = match effects {
                Predictive::OwnEffects => anew(made.truth.mean[row], made.truth.scatter, rng),
                _ => counts[row],
            };
            let interval = comparison.prediction_interval(Confidence::P95);
            let difference = count - comparison.expected.count;
            tally.intervals[kind].add(
                tenths[row],
                0.95,
                (interval.low..=interval.high).contains(&difference),
            );
        }
    }
    let wanted = Readings::new()
        .exceedance(Exceedance::ratio_above(1.0, given).unwrap())
        .exceedance(Exceedance::ratio_above(1.0, Expectation::FixedPart).unwrap())
        .exceedance(Exceedance::rate_at_most_national(2.0 / 3.0).unwrap())
        .exceedance(Exceedance::rate_above_national(1.0).unwrap())
        .ranks(Ranking { by: RankBy::Rate, top: 10, confidence: Confidence::P95 });
    let read = country.fit.draws(problem, DRAWS, rng).unwrap().read(&wanted, &rows).unwrap();
    let (rates, given) = (&country.rates, truly_given_gemeente(made, &exposure));
    let national = rates.iter().sum::<f64>() / exposure.iter().sum::<f64>();
    let happened = |event: usize, row: usize| match event {
        0 => rates[row] > given[row],
        1 => rates[row] > exposure[row] * made.truth.fixed_part[row].exp(),
        2 => rates[row] <= 2.0 / 3.0 * national * exposure[row],
        _ => rates[row] > national * exposure[row],
    };
    for (event, probabilities) in read.exceedances.iter().enumerate() {
        for (row, &probability) in probabilities.iter().enumerate() {
            let tenth = ((10.0 * probability) as usize).min(9);
            tally.events[event].add(tenth, probability, happened(event, row));
        }
    }
    let places = places(rates, &exposure);
    for (row, rank) in read.ranks[0].iter().enumerate() {
        tally.intervals[3].add(tenths[row], 0.95, (rank.low..=rank.high).contains(&places[row]));
    }
    tally
}

fn anew(mean: f64, scatter: Scatter, rng: &mut ChaCha12Rng) -> f64 {
    let factor = match scatter {
        Scatter::NegBin2 { theta } => Gamma::new(theta, 1.0 / theta).unwrap().sample(rng),
        _ => 1.0,
    };
    Poisson::new(mean * factor).unwrap().sample(rng)
}

fn places(rates: &[f64], exposure: &[f64]) -> Vec<u32> {
    let rate = |row: usize| rates[row] / exposure[row];
    let mut order: Vec<usize> = (0..rates.len()).collect();
    order.sort_by(|a, b| rate(*b).total_cmp(&rate(*a)));
    let mut places = vec![0; rates.len()];
    order.iter().enumerate().for_each(|(at, &row)| places[row] = at as u32 + 1);
    places
}

fn tallies(n: usize) -> [Tally; 2] {
    let mut by_family = [Tally::default(), Tally::default()];
    for k in 0..n {
        let mut rng = rng(7_000 + k as u64);
        let country = Country::draw(VARIANTS[k % VARIANTS.len()], &mut rng);
        by_family[k % 2].plus(&tally(&country, &mut rng));
    }
    by_family
}

#[test]
fn a_few_countries_are_covered() {
    for tally in tallies(2) {
        for (name, tenths) in INTERVALS.iter().zip(&tally.intervals) {
            assert!((0.92..0.985).contains(&tenths.overall()), "{name}: {}", tenths.overall());
        }
    }
}

#[test]
#[ignore = "minutes; the tables of docs/coverage-after.md"]
fn many_countries_are_covered() {
    let wanted = std::env::var("NESTCOUNT_WORLDS").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let started = std::time::Instant::now();
    let [poisson, neg_bin2] = tallies(wanted);
    let mut both = poisson.clone();
    both.plus(&neg_bin2);
    for (name, tally) in [("Poisson", &poisson), ("NB2", &neg_bin2), ("Both", &both)] {
        tally.print(name);
    }
    println!("\n{wanted} countries, {:.0} s", started.elapsed().as_secs_f64());
    for tally in [&poisson, &neg_bin2] {
        for (name, tenths) in INTERVALS.iter().zip(&tally.intervals).take(3) {
            assert!((0.93..=0.97).contains(&tenths.overall()), "{name}: {}", tenths.overall());
            let shares = tenths.shares();
            assert!(shares.iter().all(|share| (0.90..=0.99).contains(share)), "{name}: {shares:?}");
        }
        assert!(tally.intervals[3].overall() >= 0.94, "rank: {}", tally.intervals[3].overall());
        for (name, tenths) in EVENTS.iter().zip(&tally.events) {
            let gaps = tenths.gaps();
            assert!(gaps.iter().flatten().all(|gap| gap.abs() <= 0.03), "{name}: {gaps:?}");
        }
    }
}
