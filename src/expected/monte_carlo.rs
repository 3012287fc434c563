//! Distributions of counts by their moments beside draws of them.

use super::expectation::Expectation;
use super::predictive::Predictive;
use super::row_sets::RowSets;
use crate::area::{CodeScope, Placement};
use crate::count::CountTable;
use crate::determinant::Determinants;
use crate::estimate::Normal;
use crate::infer::Confidence;
use crate::simulate::{Determinant, Marginal, Scatter, World};
use crate::{Family, Fit, Model, Options, Problem};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use rand_distr::{Distribution, StandardNormal};

const ROWS: usize = 1200;
const SETS: usize = 100;

pub(super) fn made(family: Family) -> (Problem, Fit) {
    let world = World::new(ROWS)
        .level("region", 40, 0.15)
        .level("town", 120, 0.2)
        .determinant(Determinant::normal("x", 0.3))
        .determinant(Determinant::uniform("z", 0.1).at_level("town"))
        .exposure(Marginal::log_normal(500.0, 0.7))
        .rate(0.1);
    let world = if family == Family::NegBin2 { world.theta(12.0) } else { world };
    let table = world.draw(&mut ChaCha12Rng::seed_from_u64(11)).unwrap().table;
    let placement = Placement::from_table(&table, &["region", "town"], CodeScope::Unique).unwrap();
    let counts = CountTable::from_table(&table, "count", "exposure").unwrap();
    let wanted = Determinants::new().numeric("x").numeric("z");
    let design = wanted.build(&table, &placement, counts.rows()).unwrap();
    let model = Model::of(family).random_intercept("region").random_intercept("town");
    let problem = model.check(&placement, &counts, design).unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    (problem, fit)
}

/// Rows, and sets of 2 to some hundred of them.
pub(super) fn random_sets(problem: &Problem) -> RowSets {
    let (mut rng, n) = (ChaCha12Rng::seed_from_u64(12), problem.n_rows());
    let sets = (0..SETS).map(|set| {
        let share = if set < 20 { 0.002 } else { rng.random::<f64>() * 0.4 };
        let rows: Vec<usize> = (0..n).filter(|_| rng.random::<f64>() < share).chain([set]).collect();
        (set.to_string(), rows)
    });
    RowSets::named(problem, sets).unwrap()
}

fn normal(of: Normal, rng: &mut impl Rng) -> f64 {
    let z: f64 = StandardNormal.sample(rng);
    of.mean + of.variance.sqrt() * z
}

/// How often a count from the mixture itself lies in the interval of its moments.
#[test]
fn intervals_by_moments_hold_their_share_of_the_mixture() {
    let mut rng = ChaCha12Rng::seed_from_u64(14);
    let n = 200_000;
    for (median, sd, theta) in [
        (0.4f64, 0.35, None),
        (6.0, 0.35, None),
        (90.0, 0.3, None),
        (90.0, 0.2, Some(10.0)),
        (2000.0, 0.35, None),
    ] {
        let scatter = theta.map_or(Scatter::Poisson, |theta| Scatter::NegBin2 { theta });
        let predicted = super::CountPrediction::log_normal(median, sd * sd, scatter);
        let interval = predicted.interval(Confidence::P95);
        let rate = Normal { mean: median.ln(), variance: sd * sd };
        let counts: Vec<u64> =
            (0..n).map(|_| scatter.sample(normal(rate, &mut rng).exp(), &mut rng).unwrap()).collect();
        let share = |hit: &dyn Fn(u64) -> bool| counts.iter().filter(|y| hit(**y)).count() as f64 / n as f64;
        let (below, above) = (share(&|y| y < interval.low), share(&|y| y > interval.high));
        println!("median {median}, sd {sd}, theta {theta:?}: {below:.4} below, {above:.4} above");
        assert!(below < 0.035 && above < 0.035, "{median} {sd}: {below} {above}");
        assert!(median < 20.0 || below + above > 0.04, "{median} {sd}: {below} {above}");
        let mean = counts.iter().sum::<u64>() as f64 / n as f64;
        let variance = counts.iter().map(|y| (*y as f64 - mean).powi(2)).sum::<f64>() / n as f64;
        assert!(
            (mean / predicted.mean - 1.0).abs() < 0.01 && (variance.sqrt() / predicted.sd - 1.0).abs() < 0.02
        );
    }
}

/// New effects of areas are shared by their rows: the moments of sums beside draws of them.
#[test]
fn new_effects_have_the_moments_of_draws_of_them() {
    let (problem, fit) = made(Family::NegBin2);
    let fitted = fit.fitted(&problem).unwrap();
    let over = random_sets(&problem);
    let predicted = fitted.predicted(Predictive::NewEffects, &over).unwrap();
    let expected = fitted.expected(&Expectation::Marginal, &over).unwrap();
    let sds: Vec<f64> = fit.levels().iter().map(|level| level.sd.estimate()).collect();
    let theta = fit.dispersion().theta().unwrap();
    let nodes = &fitted.posterior.nodes.nodes;
    let mut rng = ChaCha12Rng::seed_from_u64(15);
    // sets of some rows and of many
    let some: Vec<usize> = (0..SETS).step_by(9).collect();
    let (n, mut sums) = (2000, vec![(0.0, 0.0); some.len()]);
    for _ in 0..n {
        let mut effects: Vec<f64> = Vec::with_capacity(nodes.len());
        for node in nodes {
            let own = normal(Normal { mean: 0.0, variance: sds[node.level as usize].powi(2) }, &mut rng);
            effects.push(own + node.parent.map_or(0.0, |parent| effects[parent as usize]));
        }
        for (sum, positions) in sums.iter_mut().zip(over.each().step_by(9)) {
            let counts = positions.iter().map(|&at| {
                let mean = fitted.fixed_part()[at as usize] * effects[fitted.node(at as usize, 1)].exp();
                Scatter::NegBin2 { theta }.sample(mean, &mut rng).unwrap() as f64
            });
            let count: f64 = counts.sum();
            *sum = (sum.0 + count, sum.1 + count * count);
        }
    }
    for (sum, &set) in sums.iter().zip(&some) {
        let (predicted, expected) = (&predicted[set], &expected[set]);
        let mean = sum.0 / f64::from(n);
        let sd = (sum.1 / f64::from(n) - mean * mean).sqrt();
        // the draws hold the parameters fixed
        let without = (predicted.sd.powi(2) - expected.std_error.powi(2)).sqrt();
        assert!((mean / predicted.mean - 1.0).abs() < 0.03, "{mean} {}", predicted.mean);
        assert!((sd / without - 1.0).abs() < 0.09, "{sd} {without}");
    }
}
