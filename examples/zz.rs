use nestcount::area::*;
use nestcount::count::*;
use nestcount::determinant::Determinants;
use nestcount::simulate::*;
use nestcount::*;
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
fn main() {
    let only: Option<u64> = std::env::args().nth(1).map(|s| s.parse().unwrap());
    for (a, b) in [(0.2, 0.15), (0.0, 0.15), (0.1, 0.3), (0.2, 0.0), (0.0, 0.0)] {
        for family in [Family::Poisson, Family::NegBin2] {
            let (mut fail, mut max, mut sum, mut at) = (0, 0, 0, 0);
            for seed in 1..=200u64 {
                if only.is_some_and(|s| s != seed) {
                    continue;
                }
                let mut w = World::new(600)
                    .level("region", 12, a)
                    .level("town", 90, b)
                    .determinant(simulate::Determinant::normal("x", 0.3))
                    .exposure(Marginal::log_normal(200.0, 0.7))
                    .rate(0.05);
                if family == Family::NegBin2 {
                    w = w.theta(8.0);
                }
                let t = w.draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap().table;
                let p = Placement::from_table(&t, &["region", "town"], CodeScope::Unique).unwrap();
                let c = CountTable::from_table(&t, "count", "exposure").unwrap();
                let d = Determinants::new().numeric("x").build(&t, &p, c.rows()).unwrap();
                let pr = Model::of(family)
                    .random_intercept("region")
                    .random_intercept("town")
                    .check(&p, &c, d)
                    .unwrap();
                match pr.fit(&Options::default()) {
                    Ok(f) => {
                        let e = f.certificate().evaluations;
                        sum += e;
                        if e > max {
                            max = e;
                            at = seed;
                        }
                        if only.is_some() {
                            for i in f.trace() {
                                println!("{i}");
                            }
                            println!("{f}");
                        }
                    }
                    Err(e) => {
                        fail += 1;
                        println!("{seed} {e}");
                    }
                }
            }
            println!("{a} {b} {family}: fail {fail} mean {:.2} max {max} at {at}", sum as f64 / 200.0);
        }
    }
}
