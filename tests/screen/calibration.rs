//! Of the areas with probability p the rule holds in a share of p: worlds with known truth.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::{Determinants, Numeric};
use nestcount::estimator::{Bayes, Estimator};
use nestcount::expected::{Expectation, RowSets};
use nestcount::nl;
use nestcount::screen::{Areas, Drawn, DrawnRates, Factor, Prior, RateRule, Rates, Reference, Rule};
use nestcount::simulate::{Determinant, Marginal, Simulated, World};
use nestcount::{Model, Options};
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};

const DRAWS: usize = 400;
const EDGES: [f64; 9] = [0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1.0];

/// Gemeenten in regions; `median` is that of their youths.
fn world(gemeenten: usize, median: f64) -> World {
    World::new(gemeenten)
        .level("region", gemeenten / 9, 0.08)
        .level("gemeente", gemeenten, 0.20)
        .determinant(Determinant::normal("x", 0.12))
        .exposure(Marginal::log_normal(median, 0.9).clipped(60.0, 150_000.0))
        .rate(0.1)
}

/// How probabilities were made.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Jeffreys,
    Among,
    Model(Effects),
    /// From the model, against what it expects of the determinants.
    Expectation(Effects),
}

/// Where a model's draws come from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Effects {
    /// A fit: effects normal given the parameters.
    Normal,
    /// A posterior: effects from their own distribution.
    Own,
}

/// Probabilities by bin with what was true.
#[derive(Default)]
struct Bins([Bin; 8]);

#[derive(Default, Clone)]
struct Bin {
    n: f64,
    said: f64,
    /// Σ p(1 − p)
    variance: f64,
    /// True minus said, world by world: areas of one world share the errors of its parameters.
    beyond: Vec<f64>,
}

impl Bins {
    fn begin_world(&mut self) {
        self.0.iter_mut().for_each(|bin| bin.beyond.push(0.0));
    }

    fn add(&mut self, probability: f64, truth: bool) {
        let at = EDGES[1..8].iter().filter(|edge| probability >= **edge).count();
        let bin = &mut self.0[at];
        bin.n += 1.0;
        bin.said += probability;
        bin.variance += probability * (1.0 - probability);
        if let Some(beyond) = bin.beyond.last_mut() {
            *beyond += f64::from(u8::from(truth)) - probability;
        }
    }

    /// The largest distance of what was from what was said, in standard errors, of bins with enough in them.
    fn worst(&self) -> f64 {
        self.0.iter().filter(|bin| bin.variance > 5.0).map(|bin| bin.distance().abs()).fold(0.0, f64::max)
    }

    fn print(&self, name: &str) {
        println!("\n{name}\n\n| said | areas | mean said | true | standard errors |\n|---|---|---|---|---|");
        for (at, bin) in self.0.iter().enumerate() {
            let said = bin.said / bin.n;
            let was = said + bin.beyond.iter().sum::<f64>() / bin.n;
            let (from, to, distance) = (EDGES[at], EDGES[at + 1], bin.distance());
            println!("| {from}–{to} | {} | {said:.3} | {was:.3} | {distance:+.1} |", bin.n);
        }
    }
}

impl Bin {
    /// In standard errors over worlds, or those of independent areas where they are larger.
    fn distance(&self) -> f64 {
        let squares: f64 = self.beyond.iter().map(|beyond| beyond * beyond).sum();
        self.beyond.iter().sum::<f64>() / squares.max(self.variance).sqrt()
    }
}

/// Adds the probabilities of one world; published as Statistics Netherlands would where `withheld`.
fn add_world(made: &Simulated, withheld: bool, sources: &mut [(Source, Bins)], rng: &mut ChaCha12Rng) {
    let table = &made.table;
    let codes: Vec<String> = table.codes("gemeente").unwrap().into_iter().flatten().collect();
    let exposures: Vec<f64> = table.numbers("exposure").unwrap().into_iter().flatten().collect();
    let rule = nl::cbs_2022();
    let counts: Vec<Count> = Count::column(table, "count").unwrap();
    let counts: Vec<Count> = counts
        .into_iter()
        .map(|count| match (withheld, count) {
            (true, Count::Exact(y)) => rule.publish(y, rng),
            (_, count) => count,
        })
        .collect();
    let rates = Rates::new(counts.clone(), exposures.iter().copied().map(Some).collect()).unwrap();
    let areas = Areas::new(codes.clone(), codes).unwrap().with_rates("users", rates.clone()).unwrap();
    let national = made.truth.mean.iter().sum::<f64>() / exposures.iter().sum::<f64>();
    let low = RateRule::at_most(Factor::ratio(2, 3).unwrap());
    for (source, bins) in sources {
        bins.begin_world();
        let (drawn, rule) = match source {
            Source::Jeffreys => {
                (DrawnRates::from_counts(&areas, "users", Prior::JEFFREYS, DRAWS, rng).unwrap(), low)
            }
            Source::Among => {
                let prior = Prior::among(&rates).unwrap();
                (DrawnRates::from_counts(&areas, "users", prior, DRAWS, rng).unwrap(), low)
            }
            Source::Model(_) => (from_model(made, &counts, &exposures, *source, rng), low),
            Source::Expectation(_) => {
                let rule = RateRule::at_most(Factor::new(0.8).unwrap()).of(Reference::Expected);
                (from_model(made, &counts, &exposures, *source, rng), rule)
            }
        };
        let chances = Rule::rate("users", rule)
            .drawn(&areas, &Drawn::new().with("users", drawn))
            .unwrap()
            .probabilities();
        for (at, chance) in chances.iter().enumerate() {
            let rate = made.truth.mean[at] / exposures[at];
            let against = match rule.reference() {
                Reference::Expected => made.truth.fixed_part[at].exp(),
                _ => national,
            };
            bins.add(chance.number().unwrap(), rule.holds(rate, against));
        }
    }
}

fn from_model(
    made: &Simulated,
    counts: &[Count],
    exposures: &[f64],
    source: Source,
    rng: &mut ChaCha12Rng,
) -> DrawnRates {
    let placement = Placement::from_table(&made.table, &["region", "gemeente"], CodeScope::Unique).unwrap();
    let counts = CountTable::new(counts.to_vec(), exposures.iter().copied()).unwrap();
    let design =
        Determinants::new().with(Numeric::new("x")).build(&made.table, &placement, counts.rows()).unwrap();
    let model = Model::poisson().random_intercept("region").random_intercept("gemeente");
    let problem = model.check(&placement, &counts, design).unwrap();
    let draws = match source {
        Source::Model(Effects::Own) | Source::Expectation(Effects::Own) => {
            let bayes = Bayes { proposals: 2_000, threads: 2, ..Bayes::default() };
            bayes.estimate(&problem).unwrap().draws(&problem, DRAWS, rng).unwrap()
        }
        _ => problem.fit(&Options::default()).unwrap().draws(&problem, DRAWS, rng).unwrap(),
    };
    let over = RowSets::level(&problem, "gemeente").unwrap();
    let drawn = DrawnRates::from_model(&draws, &over).unwrap();
    match source {
        Source::Expectation(_) => drawn.against(&draws, &over, &Expectation::FixedPart).unwrap(),
        _ => drawn,
    }
}

fn calibrated(worlds: u64, world: &World, withheld: bool, sources: &[Source]) -> Vec<(Source, Bins)> {
    let mut bins: Vec<(Source, Bins)> = sources.iter().map(|source| (*source, Bins::default())).collect();
    for seed in 0..worlds {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        let made = world.draw(&mut rng).unwrap();
        add_world(&made, withheld, &mut bins, &mut rng);
    }
    bins
}

#[test]
fn probabilities_from_a_model_are_calibrated_on_a_few_worlds() {
    let sources = [Source::Model(Effects::Normal), Source::Expectation(Effects::Normal)];
    for withheld in [false, true] {
        for (source, bins) in calibrated(10, &world(180, 500.0), withheld, &sources) {
            bins.print(&format!("{source:?}, withheld {withheld}"));
            assert!(
                bins.worst() < 3.0,
                "{source:?}, withheld {withheld}: {:.2} standard errors",
                bins.worst()
            );
        }
    }
}

#[test]
#[ignore = "the table of docs/blue-zones.md"]
fn calibration_of_four_ways_to_a_probability() {
    let sources = [
        Source::Jeffreys,
        Source::Among,
        Source::Model(Effects::Normal),
        Source::Expectation(Effects::Normal),
    ];
    for (name, median, withheld) in [
        ("gemeenten", 5_000.0, false),
        ("wijken", 500.0, false),
        ("wijken, withheld and rounded", 500.0, true),
    ] {
        for (source, bins) in calibrated(200, &world(388, median), withheld, &sources) {
            bins.print(&format!("{name}: {source:?}, worst {:.2} standard errors", bins.worst()));
        }
    }
}

/// What the low probabilities of one world become, and how many areas they are of.
#[test]
#[ignore = "the low probabilities of docs/blue-zones.md"]
fn low_probabilities_with_effects_from_their_own_distribution() {
    let low = RateRule::at_most(Factor::ratio(2, 3).unwrap());
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let made = world(388, 500.0).draw(&mut rng).unwrap();
    let counts = Count::column(&made.table, "count").unwrap();
    let exposures: Vec<f64> = made.table.numbers("exposure").unwrap().into_iter().flatten().collect();
    let codes: Vec<String> = made.table.codes("gemeente").unwrap().into_iter().flatten().collect();
    let rates = Rates::new(counts.clone(), exposures.iter().copied().map(Some).collect()).unwrap();
    let areas = Areas::new(codes.clone(), codes).unwrap().with_rates("users", rates).unwrap();
    let mut said = |effects| -> Vec<f64> {
        let tables: Vec<DrawnRates> = (0..5)
            .map(|_| from_model(&made, &counts, &exposures, Source::Model(effects), &mut rng))
            .collect();
        let drawn = Drawn::new().with("users", DrawnRates::together(&tables).unwrap());
        let verdicts = Rule::rate("users", low).drawn(&areas, &drawn).unwrap();
        verdicts.probabilities().into_iter().filter_map(|chance| chance.number()).collect()
    };
    let (normal, own) = (said(Effects::Normal), said(Effects::Own));
    for (from, to) in [(0.0, 0.01), (0.01, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 1.0)] {
        let within: Vec<usize> = (0..normal.len()).filter(|&at| (from..to).contains(&normal[at])).collect();
        let mean = |of: &[f64]| within.iter().map(|&at| of[at]).sum::<f64>() / within.len() as f64;
        println!("| {from}–{to} | {} | {:.4} | {:.4} |", within.len(), mean(&normal), mean(&own));
    }
}
