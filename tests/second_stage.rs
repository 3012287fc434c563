//! The second stage on synthetic Haaglanden worlds.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "second_stage/study.rs"]
mod study;
#[path = "second_stage/world.rs"]
mod world;

use nestcount::second_stage::*;
use nestcount::simulate::HaaglandenVariant;
use study::Found;
use world::World;

#[test]
fn first_look() {
    let world = World::draw(HaaglandenVariant::Standard, 1);
    let start = std::time::Instant::now();
    let fit = OffsetDesign::new("gemeente").fit(&world.region, &world.exact).unwrap();
    println!("{:?}\n{}\n{}", start.elapsed(), fit.fit(), fit.stage());
    println!("{:?} {:?} {:?}", fit.shared(), fit.national_errors(), world.truth);
}

#[test]
#[ignore = "minutes"]
fn coverage() {
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (first, worlds) = (number("NESTCOUNT_FIRST", 0), number("NESTCOUNT_WORLDS", 500));
    for variant in HaaglandenVariant::ALL {
        let start = std::time::Instant::now();
        let halves = std::thread::scope(|scope| {
            let work = |half: u64| {
                move || -> Vec<Vec<Found>> {
                    let own = (first..first + worlds).filter(move |seed| seed % 2 == half);
                    own.map(|seed| study::world(variant, seed)).collect()
                }
            };
            let threads: Vec<_> = (0..2).map(|half| scope.spawn(work(half))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        study::table(variant, &halves.concat(), &World::draw(variant, first).truth);
        println!("{:?}", start.elapsed());
    }
}
