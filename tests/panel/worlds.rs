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
use nestcount::infer::Confidence;
use nestcount::ndarray::Array2;
use nestcount::panel::{InTime, PanelModel, Periods, TimeTerm};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Normal, Poisson};

const OWN: &str = "step in Eindhoven";
const HALF_YEARS: usize = 14;
const STEP_AT: usize = 10;

struct World {
    areas: Placement,
    periods: Periods,
    counts: CountTable,
}

fn world(step: f64, rng: &mut impl Rng) -> World {
    let normal = Normal::new(0.0, 1.0).unwrap();
    let shared: Vec<f64> = (0..HALF_YEARS).map(|_| 0.03 * normal.sample(rng)).collect();
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
            let after = f64::from(u8::from(time >= STEP_AT));
            let steps = after * (if own { step } else { 0.0 } - 0.05);
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

/// The 95 % interval of the step, or why there is none.
fn interval(world: &World, how: Option<InTime>) -> Result<(f64, f64), String> {
    let terms = [TimeTerm::step("step", "10"), TimeTerm::step(OWN, "10").in_area("gemeente", "Eindhoven")];
    let columns = terms.map(|term| term.column(&world.areas, &world.periods).unwrap());
    let n = columns[0].len();
    let rows: Vec<usize> = (0..n).collect();
    let matrix = Array2::from_shape_fn((n, 2), |(i, j)| columns[j][i]);
    let design = Design::from_matrix(["step", OWN], matrix, &rows).unwrap();
    let mut model = PanelModel::poisson().random_intercept("wijk").period_effect();
    if let Some(how) = how {
        model = model.in_time("wijk", how);
    }
    let problem = model.check(&world.areas, &world.periods, &world.counts, design).unwrap();
    let fit = problem.fit(&Options::default()).map_err(|error| error.to_string())?;
    let interval = fit.coefficient(OWN).unwrap().interval(Confidence::P95);
    Ok((interval.low, interval.high))
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

/// Worlds of which the interval holds the planted step, worlds, and fits that failed; two threads.
fn covered(step: f64, how: Option<InTime>, worlds: u64, seed: u64) -> (usize, usize, usize) {
    let share = |half: u64| {
        let (mut held, mut failed) = (0, 0);
        for at in (half..worlds).step_by(2) {
            let mut rng = ChaCha12Rng::seed_from_u64(seed + at);
            match interval(&world(step, &mut rng), how) {
                Ok((low, high)) => held += usize::from(low <= step && step <= high),
                Err(why) => {
                    println!("world {at}: {why}");
                    failed += 1;
                }
            }
        }
        (held, failed)
    };
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| share(1));
        (share(0), other.join().unwrap())
    });
    (one.0 + other.0, worlds as usize, one.1 + other.1)
}

fn report(what: &str, (held, worlds, failed): (usize, usize, usize)) -> f64 {
    let share = held as f64 / (worlds - failed) as f64;
    println!("{what}: covered {:.1} % of {worlds} worlds, {failed} failed", 100.0 * share);
    share
}

#[test]
#[ignore = "some minutes: 2,000 worlds"]
fn a_planted_step_is_covered_and_no_step_is_not_found() {
    let minus_seven = (1.0f64 - 0.07).ln();
    let how = Some(InTime::Autoregressive);
    let planted = covered(minus_seven, how, 1000, 1);
    let share = report("step of -7 %, autoregressive", planted);
    assert_eq!(planted.2, 0);
    assert!((0.93..=0.97).contains(&share), "{share}");
    let none = covered(0.0, how, 1000, 50_001);
    let share = report("no step, autoregressive", none);
    assert_eq!(none.2, 0);
    assert!((0.94..=0.96).contains(&share), "size {}", 1.0 - share);
}

#[test]
#[ignore = "a minute: 600 worlds"]
fn without_movement_in_time_a_step_is_found_that_is_not_there() {
    for (what, how) in [("no movement", None), ("independent", Some(InTime::Independent))] {
        let share = report(what, covered(0.0, how, 300, 90_001));
        assert!(share < 0.93, "{what}: {share}");
    }
}

#[test]
fn a_step_is_found_in_one_world() {
    let (low, high) =
        interval(&world(-0.3, &mut ChaCha12Rng::seed_from_u64(3)), Some(InTime::Autoregressive)).unwrap();
    assert!(low < -0.3 && high > -0.3 && high < 0.0, "{low} to {high}");
}
