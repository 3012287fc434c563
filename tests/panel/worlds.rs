//! Simulated worlds of Eindhoven's size: how often a planted step is covered, and how often one is found that is not there.
//!
//! Seven wijken of one gemeente and thirty other gemeenten, fourteen half-years, counts of 300 to 2,000; a step for all in
//! the eleventh half-year, shared shocks by half-year, and every area wandering on its own (sd 0.05, correlation 0.6). With
//! optimisation: `cargo test --config 'profile.dev.package.nestcount.opt-level=3' --test panel worlds -- --ignored
//! --nocapture`.

use nestcount::Options;
use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::Design;
use nestcount::infer::{Confidence, Interval};
use nestcount::ndarray::Array2;
use nestcount::panel::{InTime, PanelFit, PanelModel, PanelProblem, Periods, TimeTerm};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Normal, Poisson};

const OWN: &str = "step in Eindhoven";
const HALF_YEARS: usize = 14;
const STEP_OF_ALL: f64 = -0.05;

struct World {
    areas: Placement,
    periods: Periods,
    counts: CountTable,
}

/// The half-year in which all step.
fn step_at(half_years: usize) -> usize {
    half_years * 5 / 7
}

fn world(half_years: usize, step: f64, rng: &mut impl Rng) -> World {
    let normal = Normal::new(0.0, 1.0).unwrap();
    let shared: Vec<f64> = (0..half_years).map(|_| 0.03 * normal.sample(rng)).collect();
    let (mut gemeenten, mut wijken, mut times) = (vec![], vec![], vec![]);
    let (mut counts, mut exposures) = (vec![], vec![]);
    for area in 0..37 {
        let own = area < 7;
        let gemeente = if own { "Eindhoven".to_string() } else { format!("gemeente {area}") };
        let level = 0.2 * normal.sample(rng);
        let exposure = 3000.0 * (6.0f64.ln() * rng.random::<f64>()).exp();
        let mut moving = normal.sample(rng);
        for (time, shock) in shared.iter().enumerate() {
            if time > 0 {
                moving = 0.6 * moving + 0.8 * normal.sample(rng);
            }
            let after = f64::from(u8::from(time >= step_at(half_years)));
            let steps = after * (if own { step } else { 0.0 } + STEP_OF_ALL);
            let mean = exposure * (-2.2 + level + shock + 0.05 * moving + steps).exp();
            gemeenten.push(gemeente.clone());
            wijken.push(format!("wijk {area}"));
            times.push(time as f64);
            exposures.push(exposure);
            counts.push(Count::Exact(Poisson::new(mean).unwrap().sample(rng) as u64));
        }
    }
    let levels: [(&str, &[String]); 2] = [("gemeente", &gemeenten), ("wijk", &wijken)];
    World {
        areas: Placement::from_codes(&levels, CodeScope::Unique).unwrap(),
        periods: Periods::from_times(&times).unwrap(),
        counts: CountTable::new(counts, exposures).unwrap(),
    }
}

/// The model with these terms beside the step of all and Eindhoven's own, fitted; or why it was not.
fn fitted(
    world: &World,
    how: Option<InTime>,
    more: Vec<TimeTerm>,
) -> Result<(PanelProblem, PanelFit), String> {
    let from = step_at(world.periods.times().len()).to_string();
    let mut terms = more;
    terms
        .extend([TimeTerm::step("step", &from), TimeTerm::step(OWN, &from).in_area("gemeente", "Eindhoven")]);
    let columns: Vec<Vec<f64>> =
        terms.iter().map(|term| term.column(&world.areas, &world.periods).unwrap()).collect();
    let n = columns[0].len();
    let rows: Vec<usize> = (0..n).collect();
    let matrix = Array2::from_shape_fn((n, terms.len()), |(i, j)| columns[j][i]);
    let design = Design::from_matrix(terms.iter().map(TimeTerm::name), matrix, &rows).unwrap();
    let mut model = PanelModel::poisson().random_intercept("wijk").period_effect();
    if let Some(how) = how {
        model = model.in_time("wijk", how);
    }
    let problem = model.check(&world.areas, &world.periods, &world.counts, design).unwrap();
    let fit = problem.fit(&Options::default()).map_err(|error| error.to_string())?;
    Ok((problem, fit))
}

/// 95 % intervals of the own step by maximum likelihood and by restricted maximum likelihood.
fn intervals(world: &World, how: Option<InTime>) -> Result<[Interval; 2], String> {
    let (problem, fit) = fitted(world, how, vec![])?;
    let restricted = fit.restricted(&problem).map_err(|error| error.to_string())?;
    let effect = restricted.coefficient(OWN).unwrap();
    Ok([fit.coefficient(OWN).unwrap().interval(Confidence::P95), effect.interval(Confidence::P95)])
}

/// A national panel: areas by half-years, fitted once with an autoregression in every area.
fn national(areas: usize, wijken: usize) {
    let mut rng = ChaCha12Rng::seed_from_u64(11);
    let normal = Normal::new(0.0, 1.0).unwrap();
    let shared: Vec<f64> = (0..HALF_YEARS).map(|_| 0.03 * normal.sample(&mut rng)).collect();
    let (mut gemeenten, mut codes, mut times, mut counts, mut exposures) =
        (vec![], vec![], vec![], vec![], vec![]);
    for area in 0..areas * wijken {
        let (level, mut moving) = (0.2 * normal.sample(&mut rng), normal.sample(&mut rng));
        let exposure = 900.0 * (6.0f64.ln() * rng.random::<f64>()).exp();
        for (time, shock) in shared.iter().enumerate() {
            moving = 0.6 * moving + 0.8 * normal.sample(&mut rng);
            let mean = exposure * (-2.2 + level + shock + 0.05 * moving).exp();
            gemeenten.push(format!("G{}", area / wijken));
            codes.push(format!("W{area}"));
            times.push(time as f64);
            exposures.push(exposure);
            counts.push(Count::Exact(Poisson::new(mean).unwrap().sample(&mut rng) as u64));
        }
    }
    let levels: [(&str, &[String]); 2] = [("gemeente", &gemeenten), ("wijk", &codes)];
    let placement = Placement::from_codes(&levels, CodeScope::Unique).unwrap();
    let periods = Periods::from_times(&times).unwrap();
    let table = CountTable::new(counts, exposures).unwrap();
    let trend = TimeTerm::trend("trend").column(&placement, &periods).unwrap();
    let matrix = Array2::from_shape_fn((trend.len(), 1), |(i, _)| trend[i]);
    let design = Design::from_matrix(["trend"], matrix, table.rows()).unwrap();
    let mut model = PanelModel::poisson().random_intercept("wijk").period_effect();
    if wijken > 1 {
        model = model.random_intercept("gemeente");
    }
    let model = model.in_time("wijk", InTime::Autoregressive);
    let problem = model.check(&placement, &periods, &table, design).unwrap();
    let start = cpu_time::ThreadTime::now();
    let fit = problem.fit(&Options::default()).unwrap();
    println!(
        "{} rows, {} effects: {:.2} s of a processor, {} evaluations, rho {:.3}",
        problem.n_rows(),
        problem.n_effects(),
        start.elapsed().as_secs_f64(),
        fit.trace().len(),
        fit.movement().unwrap().correlation.estimate().unwrap()
    );
}

#[test]
#[ignore = "a timing: some seconds"]
fn national_panels_take_seconds() {
    national(388, 1);
    national(388, 8);
}

/// How often intervals held what was planted.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    worlds: usize,
    failed: usize,
    likelihood: usize,
    restricted: usize,
}

impl Held {
    fn shares(self) -> [f64; 2] {
        let fitted = (self.worlds - self.failed) as f64;
        [self.likelihood as f64 / fitted, self.restricted as f64 / fitted]
    }

    fn report(self, what: &str) -> [f64; 2] {
        let [likelihood, restricted] = self.shares();
        println!(
            "{what}: covered {:.1} % by maximum likelihood, {:.1} % by the restricted one, of {} worlds, {} failed",
            100.0 * likelihood,
            100.0 * restricted,
            self.worlds,
            self.failed
        );
        [likelihood, restricted]
    }
}

/// What several intervals of each world held, on two threads.
fn held<const N: usize>(
    worlds: u64,
    seed: u64,
    planted: [f64; N],
    intervals: impl Fn(u64) -> Result<[[Interval; 2]; N], String> + Sync,
) -> [Held; N] {
    let share = |half: u64| {
        let mut all = [Held::default(); N];
        for at in (half..worlds).step_by(2) {
            let found = intervals(seed + at).inspect_err(|why| println!("world {at}: {why}"));
            for (term, (held, planted)) in all.iter_mut().zip(planted).enumerate() {
                held.worlds += 1;
                let holds =
                    |interval: Interval| usize::from(interval.low <= planted && planted <= interval.high);
                match &found {
                    Ok(intervals) => {
                        held.likelihood += holds(intervals[term][0]);
                        held.restricted += holds(intervals[term][1]);
                    }
                    Err(_) => held.failed += 1,
                }
            }
        }
        all
    };
    let (mut one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| share(1));
        (share(0), other.join().unwrap())
    });
    for (one, other) in one.iter_mut().zip(other) {
        one.worlds += other.worlds;
        one.failed += other.failed;
        one.likelihood += other.likelihood;
        one.restricted += other.restricted;
    }
    one
}

/// The own step in worlds of fourteen half-years.
fn covered(step: f64, how: Option<InTime>, worlds: u64, seed: u64) -> Held {
    let of = |seed| {
        let world = world(HALF_YEARS, step, &mut ChaCha12Rng::seed_from_u64(seed));
        intervals(&world, how).map(|own| [own])
    };
    held(worlds, seed, [step], of)[0]
}

#[test]
#[ignore = "some minutes: 2,000 worlds"]
fn a_planted_step_is_covered_and_no_step_is_not_found() {
    let minus_seven = (1.0f64 - 0.07).ln();
    let how = Some(InTime::Autoregressive);
    let planted = covered(minus_seven, how, 1000, 1);
    for share in planted.report("step of -7 %, autoregressive") {
        assert!((0.93..=0.97).contains(&share), "{share}");
    }
    assert_eq!(planted.failed, 0);
    let none = covered(0.0, how, 1000, 50_001);
    for share in none.report("no step, autoregressive") {
        assert!((0.94..=0.96).contains(&share), "size {}", 1.0 - share);
    }
    assert_eq!(none.failed, 0);
}

#[test]
#[ignore = "a minute: 600 worlds"]
fn without_movement_in_time_a_step_is_found_that_is_not_there() {
    for (what, how) in [("no movement", None), ("independent", Some(InTime::Independent))] {
        for share in covered(0.0, how, 300, 90_001).report(what) {
            assert!(share < 0.93, "{what}: {share}");
        }
    }
}

/// Trend, second half, step of all and own step of a world of so many half-years.
fn shared_terms(half_years: usize, seed: u64) -> Result<[[Interval; 2]; 4], String> {
    let world = world(half_years, 0.0, &mut ChaCha12Rng::seed_from_u64(seed));
    let more = vec![TimeTerm::trend("trend"), TimeTerm::season("half 2", 2, 1)];
    let (problem, fit) = fitted(&world, Some(InTime::Autoregressive), more)?;
    let restricted = fit.restricted(&problem).map_err(|error| error.to_string())?;
    Ok(["trend", "half 2", "step", OWN].map(|term| {
        let effect = restricted.coefficient(term).unwrap();
        [fit.coefficient(term).unwrap().interval(Confidence::P95), effect.interval(Confidence::P95)]
    }))
}

#[test]
#[ignore = "some minutes: 1,200 worlds"]
fn terms_that_all_areas_share_are_covered_in_few_periods_by_the_restricted_fit() {
    for half_years in [8, 12, 20] {
        let planted = [0.0, 0.0, STEP_OF_ALL, 0.0];
        let found = held(400, 1000 * half_years as u64, planted, |seed| shared_terms(half_years, seed));
        for (term, held) in ["trend", "half 2", "step", OWN].into_iter().zip(found) {
            let [_, restricted] = held.report(&format!("{half_years} half-years, {term}"));
            assert!((0.93..=0.98).contains(&restricted), "{half_years} half-years, {term}: {restricted}");
        }
    }
}

#[test]
fn a_step_is_found_in_one_world() {
    let world = world(HALF_YEARS, -0.3, &mut ChaCha12Rng::seed_from_u64(3));
    for Interval { low, high } in intervals(&world, Some(InTime::Autoregressive)).unwrap() {
        assert!(low < -0.3 && high > -0.3 && high < 0.0, "{low} to {high}");
    }
}
