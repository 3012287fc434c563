//! Where four fifths of the counts of tiny areas are withheld Laplace overstates how far areas differ; the integral does
//! not.

use crate::published::{Published, below};
use crate::question::Question;
use crate::tables::generator;
use nestcount::determinant::Determinants;
use nestcount::estimator::{Estimator, Exact, HasLogLikelihood, Laplace};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::{Fit, Model};

/// 1,600 rows with a mean count near 5, two to an area, in 40 regions.
fn published(seed: u64) -> Published {
    let world = World::new(1600)
        .level("region", 40, 0.15)
        .level("area", 800, 0.7)
        .determinant(Determinant::normal("x", 0.2))
        .exposure(Marginal::log_normal(100.0, 0.3).decimals(0))
        .intercept(0.05_f64.ln());
    let question = Question {
        table: world.draw(&mut generator(seed)).unwrap().table,
        levels: vec!["region", "area"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new().numeric("x"),
        model: Model::poisson().random_intercept("region").random_intercept("area"),
    };
    Published::of(question, below(10))
}

fn sds(fit: &Fit) -> [f64; 2] {
    [fit.levels()[0].sd.estimate(), fit.levels()[1].sd.estimate()]
}

#[test]
fn the_exact_fit_finds_the_sd_that_laplace_overstates() {
    let mut sums = [[0.0; 2]; 3];
    let worlds = 5;
    for seed in 0..worlds {
        let table = published(900 + seed);
        let problem = table.problem().unwrap();
        let withheld = problem.n_coarse() as f64 / problem.n_rows() as f64;
        assert!((0.75..0.85).contains(&withheld), "{withheld}");
        let begin = std::time::Instant::now();
        let laplace = Laplace::default().estimate(&problem).unwrap();
        let exact = Exact::default().estimate(&problem).unwrap();
        let full = table.question.problem().unwrap();
        let full = Exact::default().estimate(&full).unwrap();
        println!(
            "{seed}: Laplace {:?}, exact {:?} with {} evaluations, true counts {:?}; {:.3} and {:.3}, {:?}",
            sds(&laplace),
            sds(&exact),
            exact.trace().len(),
            sds(&full),
            HasLogLikelihood::log_likelihood(&laplace),
            exact.log_likelihood(),
            begin.elapsed()
        );
        for (sum, fit) in sums.iter_mut().zip([&laplace, &exact, &full]) {
            let [region, area] = sds(fit);
            *sum = [sum[0] + region / worlds as f64, sum[1] + area / worlds as f64];
        }
    }
    println!("{sums:?}");
    let [laplace, exact, full] = sums;
    assert!(laplace[1] > full[1] + 0.15 && laplace[0] == 0.0, "{laplace:?} beside {full:?}");
    // a world of this size leaves 0.05 of each, the mean of five half of that
    assert!(
        (exact[0] - full[0]).abs() < 0.06 && (exact[1] - full[1]).abs() < 0.06,
        "{exact:?} beside {full:?}"
    );
}
