//! exploratory
#![allow(clippy::unwrap_used)]
use nestcount::area::*;
use nestcount::count::*;
use nestcount::determinant::*;
use nestcount::estimator::*;
use nestcount::simulate::*;
use nestcount::{Family, Model, Options, Problem};
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};

fn world(mean: f64, row_sd: f64, theta: Option<f64>, seed: u64, withheld: bool) -> Problem {
    let mut world = World::new(2918)
        .level("region", 42, 0.2)
        .level("town", 388, 0.3)
        .row_sd(row_sd)
        .determinant(Determinant::normal("x", 0.3))
        .determinant(Determinant::normal("z", -0.2))
        .exposure(Marginal::log_normal(mean, 0.5))
        .intercept(0.0);
    if let Some(t) = theta {
        world = world.theta(t);
    }
    let made = world.draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap();
    let placement = Placement::from_table(&made.table, &["region", "town"], CodeScope::Unique).unwrap();
    let mut counts = CountTable::from_table(&made.table, "count", "exposure").unwrap();
    if withheld {
        let published: Vec<Count> = counts
            .counts()
            .iter()
            .map(|c| match c.bounds().lo() {
                0..10 => Count::interval(0, 9).unwrap(),
                y => {
                    let r = (y + 2) / 5 * 5;
                    Count::interval((r - 2).max(10), r + 2).unwrap()
                }
            })
            .collect();
        let e: Vec<f64> = counts.exposures().iter().map(|e| e.get()).collect();
        counts = CountTable::new(published, e).unwrap();
    }
    let design =
        Determinants::new().numeric("x").numeric("z").build(&made.table, &placement, counts.rows()).unwrap();
    let mut model = Model::of(if theta.is_some() { Family::NegBin2 } else { Family::Poisson })
        .random_intercept("region")
        .random_intercept("town");
    if row_sd > 0.0 {
        model = model.row_effect();
    }
    model.check(&placement, &counts, design).unwrap()
}

fn line(name: &str, e: &dyn Estimated, n: String) {
    let c: Vec<String> =
        e.coefficients().iter().map(|c| format!("{:.4}({:.4})", c.estimate, c.std_error)).collect();
    let l: Vec<String> = e.levels().iter().map(|l| format!("{:.4}", l.sd.estimate())).collect();
    println!("{name:10} {} | {} | {:?} {n}", c.join(" "), l.join(" "), e.dispersion());
}

#[test]
fn explore() {
    for (mean, row, theta, w) in [
        (0.5, 0.0, None, false),
        (2.0, 0.0, None, false),
        (20.0, 0.0, None, false),
        (2.0, 0.5, None, false),
        (20.0, 0.5, None, false),
        (5.0, 0.0, Some(5.0), false),
        (5.0, 0.0, Some(1e7), false),
        (12.0, 0.0, None, true),
        (12.0, 0.0, Some(8.0), true),
        (0.5, 0.0, Some(2.0), false),
        (3e4, 0., None, false),
    ] {
        println!("mean {mean} row {row} theta {theta:?} withheld {w}");
        let p = world(mean, row, theta, 3, w);
        let t = std::time::Instant::now();
        match p.fit(&Options::default()) {
            Ok(f) => line("laplace", &f, format!("{} {:?}", f.certificate().evaluations, t.elapsed())),
            Err(e) => println!("laplace {e}"),
        }
        for m in [0, 1] {
            let t = std::time::Instant::now();
            let mut steps = String::new();
            let mut see = |i: &nestcount::progress::Iteration| {
                steps += &format!("{:.0e} ", i.decrement.sqrt());
                std::ops::ControlFlow::Continue(())
            };
            let r = if m == 0 {
                Pql::default().estimate_watched(&p, &mut see)
            } else {
                Mql::default().estimate_watched(&p, &mut see)
            };
            match r {
                Ok(f) => line(
                    if m == 0 { "pql" } else { "mql" },
                    &f,
                    format!("{} {:?}", f.evaluations(), t.elapsed()),
                ),
                Err(e) => println!("{m} {e}"),
            }
            println!("   {steps}");
        }
    }
}
