//! The second stage on synthetic Haaglanden worlds.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "second_stage/world.rs"]
mod world;

use nestcount::second_stage::*;
use nestcount::simulate::HaaglandenVariant;
use world::World;

#[test]
fn first_look() {
    let world = World::draw(HaaglandenVariant::Standard, 1);
    let start = std::time::Instant::now();
    let fit = OffsetDesign::new("gemeente").fit(&world.region, &world.exact).unwrap();
    println!("{:?}\n{}\n{}", start.elapsed(), fit.fit(), fit.stage());
    println!("{:?} {:?} {:?}", fit.shared(), fit.national_errors(), world.truth);
    println!("{}", Residual::LogRatio.fit(&world.region, &world.exact).unwrap());
    println!("{}", Residual::Standardised.fit(&world.region, &world.exact).unwrap());
}
