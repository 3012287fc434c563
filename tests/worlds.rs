//! Simulated worlds of the size of SCP's question: every one is fitted, and intervals cover as they say.
//!
//! With `--nocapture` it prints the tables of `docs/coverage.md`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)] // each test uses its part
#[path = "common/finite.rs"]
mod finite;
#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;

#[path = "worlds/declared.rs"]
mod declared;
#[path = "worlds/small.rs"]
mod small;
#[path = "worlds/tally.rs"]
mod tally;

use declared::{Declared, worlds};
use finite::soundness;
use nestcount::{Family, Fit};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use tally::Tally;

/// Draws and fits; what goes wrong is said, not thrown.
fn fit(declared: &Declared) -> (nestcount::simulate::Truth, Result<Fit, String>) {
    let made = declared.world.draw(&mut ChaCha12Rng::seed_from_u64(declared.seed)).unwrap();
    let fit = declared.question(made.table).fit().map_err(|error| error.to_string());
    (made.truth, fit.and_then(|fit| soundness(&fit).map(|()| fit)))
}

fn run(chosen: impl Iterator<Item = Declared>) -> (Vec<Tally>, Vec<String>) {
    let mut tallies = vec![Tally::new("Poisson"), Tally::new("NB2")];
    let mut failures = Vec::new();
    for declared in chosen {
        let tally = &mut tallies[usize::from(declared.model.family() == Family::NegBin2)];
        match fit(&declared) {
            (truth, Ok(fit)) => tally.add(&declared, &truth, &fit),
            (_, Err(error)) => {
                tally.failed();
                failures.push(format!("{}, seed {}: {error}", declared.name, declared.seed));
            }
        }
    }
    (tallies, failures)
}

#[test]
fn two_hundred_worlds_are_fitted_and_intervals_cover() {
    let started = std::time::Instant::now();
    let (tallies, failures) = run(worlds());
    println!("{}", Tally::head());
    tallies.iter().for_each(|tally| println!("{tally}"));
    tallies.iter().for_each(|tally| println!("\n{}", tally.variances()));
    println!("\n{:.1} s for drawing and fitting", started.elapsed().as_secs_f64());
    assert!(failures.is_empty(), "{} failures:\n{failures:#?}", failures.len());
    for tally in &tallies {
        assert_eq!(tally.worlds, 100);
        let coverage = tally.coverage();
        assert!((0.93..=0.97).contains(&coverage), "{}: {coverage}", tally.name);
    }
}
