//! Completed tables from a posterior: they keep to totals, have the distribution that these leave, and where priors say
//! nothing are those of a fit.

use crate::question::Question;
use crate::tables::{self, generator};
use ndarray::Array2;
use nestcount::area::Placement;
use nestcount::count::{Count, CountTable, Relation, Totals};
use nestcount::determinant::{Design, Determinants};
use nestcount::estimator::{Bayes, CoefficientPrior, Estimator, Posterior, Priors, SdPrior};
use nestcount::impute::{Completed, Imputations, Imputer};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::{Model, Options, Problem};

/// A table some of whose counts are withheld, with the true ones and what is published of each.
struct Withheld {
    question: Question,
    truth: Vec<u64>,
    counts: Vec<Count>,
}

impl Withheld {
    /// Every third count below `limit` is known to be so, no more.
    fn new(question: Question, limit: u64) -> Self {
        let truth: Vec<u64> = question.numbers("count").into_iter().map(|y| y as u64).collect();
        let publish = |(row, &y): (usize, &u64)| match row % 3 == 0 && y < limit {
            true => Count::interval(0, limit - 1).unwrap(),
            false => Count::Exact(y),
        };
        let counts = truth.iter().enumerate().map(publish).collect();
        Withheld { question, truth, counts }
    }

    fn problem(&self) -> Problem {
        let placement = self.question.placement().unwrap();
        let exposures = self.question.table.numbers("exposure").unwrap();
        let counts = CountTable::with_exposures(self.counts.clone(), exposures).unwrap();
        let design =
            self.question.determinants.build(&self.question.table, &placement, counts.rows()).unwrap();
        self.question.model.check(&placement, &counts, design).unwrap()
    }

    /// The true total of every area of the coarsest level.
    fn totals(&self, placement: &Placement) -> Totals {
        let (tree, areas) = (placement.tree(), placement.areas(0));
        (0..tree.n_areas(0) as u32).fold(Totals::on(tree), |totals, area| {
            let rows = (0..areas.len()).filter(|&row| areas[row] == area);
            let sum = rows.map(|row| self.truth[row]).sum();
            totals.area(&tree.path(0, area), Count::Exact(sum), Relation::Equal).unwrap()
        })
    }
}

fn sum_of(table: &Completed, rows: impl Fn(usize) -> bool) -> f64 {
    let each = table.rows().iter().zip(table.counts());
    each.filter(|(row, _)| rows(**row)).map(|(_, count)| count.count).sum()
}

#[test]
fn tables_from_a_posterior_keep_to_totals_and_are_the_same_for_any_number_of_threads() {
    for question in [tables::poisson(6), tables::neg_bin2(6)] {
        let withheld = Withheld::new(question, 15);
        let (problem, placement) = (withheld.problem(), withheld.question.placement().unwrap());
        assert!(problem.n_coarse() > 10);
        let posterior = Bayes { proposals: 1000, threads: 2, ..Bayes::default() }.estimate(&problem).unwrap();
        let imputer = Imputer::of_posterior(&problem, &posterior, &Options::default()).unwrap();
        let imputer = imputer.within(&withheld.totals(&placement), &placement, &withheld.counts).unwrap();
        let made = |threads| {
            let wanted = Imputations::new(6).on_threads(threads);
            imputer.tables(wanted, &mut generator(3)).unwrap()
        };
        let tables = made(1);
        assert_eq!(made(2), tables);
        assert!(tables[0] != tables[1]);
        for table in tables {
            let areas = placement.areas(0);
            for area in 0..placement.tree().n_areas(0) as u32 {
                let known: u64 =
                    (0..areas.len()).filter(|&row| areas[row] == area).map(|row| withheld.truth[row]).sum();
                assert_eq!(sum_of(&table, |row| areas[row] == area), known as f64);
            }
            // fails where a count lies outside what was published of it
            problem.completed(&table).unwrap();
        }
        let pooled =
            imputer.multiply(Imputations::new(2), &mut generator(1), |_| std::ops::ControlFlow::Continue(()));
        assert_eq!(pooled.unwrap().fits.len(), 2);
    }
}

/// One town of rows with these counts and exposures, and no effects.
fn plain(counts: Vec<Count>, exposures: &[f64]) -> (Placement, Problem) {
    let codes = vec!["a"; counts.len()];
    let placement = Placement::from_codes(&[("town", &codes)], nestcount::area::CodeScope::Unique).unwrap();
    let rows: Vec<usize> = (0..counts.len()).collect();
    let design = Design::from_matrix(Vec::<String>::new(), Array2::zeros((rows.len(), 0)), &rows).unwrap();
    let exposures = exposures.iter().map(|&exposure| Some(exposure)).collect();
    let counts = CountTable::with_exposures(counts, exposures).unwrap();
    (placement.clone(), Model::poisson().check(&placement, &counts, design).unwrap())
}

/// Pearson's distance of what was drawn from probabilities, and the number of classes less one.
fn pearson(drawn: &[usize], probabilities: &[f64]) -> (f64, f64) {
    let n: usize = drawn.iter().sum();
    let terms = drawn.iter().zip(probabilities).filter(|(_, p)| **p * n as f64 > 5.0);
    let squares = terms.clone().map(|(&d, p)| (d as f64 - n as f64 * p).powi(2) / (n as f64 * p));
    (squares.sum(), terms.count() as f64 - 1.0)
}

/// Given their sum independent Poisson counts are multinomial, whatever the rate: cut off where they are known to end.
#[test]
fn two_counts_with_a_known_sum_are_a_binomial_cut_to_their_bounds() {
    let known = |lo, hi| Count::interval(lo, hi).unwrap();
    let counts = vec![known(1, 6), known(0, 9), Count::Exact(12)];
    let (placement, problem) = plain(counts.clone(), &[1.0, 3.0, 4.0]);
    let posterior = Bayes { proposals: 2000, ..Bayes::default() }.estimate(&problem).unwrap();
    let totals = Totals::on(placement.tree()).all_rows(Count::Exact(20), Relation::Equal).unwrap();
    let imputer = Imputer::of_posterior(&problem, &posterior, &Options::default()).unwrap();
    let imputer = imputer.within(&totals, &placement, &counts).unwrap();
    let mut drawn = [0usize; 9];
    for table in imputer.tables(Imputations::new(4000).on_threads(2), &mut generator(7)).unwrap() {
        drawn[table.counts()[0].count as usize] += 1;
    }
    let choose = |n: u32, k: u32| (0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product::<f64>();
    let weight = |k: u32| match (1..=6).contains(&k) && 8 - k <= 9 {
        true => choose(8, k) * 0.25f64.powi(k as i32) * 0.75f64.powi(8 - k as i32),
        false => 0.0,
    };
    let all: f64 = (0..9).map(weight).sum();
    let probabilities: Vec<f64> = (0..9).map(|k| weight(k) / all).collect();
    assert!(drawn.iter().zip(&probabilities).all(|(&drawn, &p)| p > 0.0 || drawn == 0));
    let (distance, degrees) = pearson(&drawn, &probabilities);
    assert!(distance < degrees + 4.0 * (2.0 * degrees).sqrt(), "{distance} on {degrees}: {drawn:?}");
}

/// A flat prior on the log rate makes the sum of unpublished counts negative binomial, p(s) ∝ Γ(y+s)/s! · E^s (e+E)^−s, and
/// a total that lies between bounds cuts that: also the rate has heard of it.
#[test]
fn a_total_between_bounds_speaks_for_the_rate_too() {
    let unknown = Count::interval(0, 1000).unwrap();
    let counts = vec![Count::Exact(8), unknown, unknown];
    let (placement, problem) = plain(counts.clone(), &[4.0, 0.6, 0.4]);
    let posterior = Bayes { proposals: 4000, ..Bayes::default() }.estimate(&problem).unwrap();
    let bounds = Count::interval(8 + 4, 8 + 12).unwrap();
    let totals = Totals::on(placement.tree()).all_rows(bounds, Relation::Equal).unwrap();
    let imputer = Imputer::of_posterior(&problem, &posterior, &Options::default()).unwrap();
    let free: Vec<Completed> =
        imputer.tables(Imputations::new(4000).on_threads(2), &mut generator(1)).unwrap();
    let imputer = imputer.within(&totals, &placement, &counts).unwrap();
    let within: Vec<Completed> =
        imputer.tables(Imputations::new(4000).on_threads(2), &mut generator(2)).unwrap();
    // from s to s + 1 it changes by (8 + s)/(s + 1) · 1/5
    let mut density = vec![1.0f64];
    (0..60).for_each(|s| density.push(density[s] * (8.0 + s as f64) / (s as f64 + 1.0) * 0.2));
    for (tables, lo, hi) in [(free, 0, 60), (within, 4, 12)] {
        let all: f64 = density[lo..=hi].iter().sum();
        let probabilities: Vec<f64> =
            (0..=60).map(|s| if (lo..=hi).contains(&s) { density[s] / all } else { 0.0 }).collect();
        let mut drawn = vec![0usize; 61];
        tables.iter().for_each(|table| drawn[sum_of(table, |row| row > 0) as usize] += 1);
        let (distance, degrees) = pearson(&drawn, &probabilities);
        assert!(distance < degrees + 4.0 * (2.0 * degrees).sqrt(), "{distance} on {degrees}: {drawn:?}");
    }
}

/// 1,500 rows in 100 towns of 10 regions: priors say next to nothing, and the normal around the maximum is the posterior.
#[test]
fn with_flat_priors_and_much_data_they_are_those_of_the_fit() {
    let world = World::new(1500)
        .level("region", 10, 0.2)
        .level("town", 100, 0.3)
        .determinant(Determinant::normal("a", 0.3))
        .exposure(Marginal::log_normal(100.0, 0.6))
        .rate(0.1);
    let question = Question {
        table: world.draw(&mut generator(2)).unwrap().table,
        levels: vec!["region", "town"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new().numeric("a"),
        model: Model::poisson().random_intercept("town"),
    };
    let withheld = Withheld::new(question, 10);
    let (problem, placement) = (withheld.problem(), withheld.question.placement().unwrap());
    assert!(problem.n_coarse() > 100, "{}", problem.n_coarse());
    let fit = problem.fit(&Options::default()).unwrap();
    let posterior = flat_posterior(&problem);
    let of_fit = || Imputer::new(&problem, &fit, &Options::default()).unwrap();
    let of_posterior = || Imputer::of_posterior(&problem, &posterior, &Options::default()).unwrap();
    let totals = withheld.totals(&placement);
    let within = |imputer: Imputer<'_>| sums(imputer.within(&totals, &placement, &withheld.counts).unwrap());
    agree(&sums(of_fit()), &sums(of_posterior()));
    agree(&within(of_fit()), &within(of_posterior()));
}

fn flat_posterior(problem: &Problem) -> Posterior {
    let priors =
        Priors::default().coefficients(CoefficientPrior::Flat).sd(SdPrior::HalfNormal { scale: 10.0 });
    Bayes { priors, proposals: 4000, threads: 2, ..Bayes::default() }.estimate(problem).unwrap()
}

const TABLES: usize = 150;
/// Sets of rows that go across towns and regions, and across every third row.
const SETS: usize = 7;

/// The sums of the completed counts over some sets of rows, a set a vector.
fn sums(imputer: Imputer<'_>) -> Vec<Vec<f64>> {
    let tables = imputer.tables(Imputations::new(TABLES).on_threads(2), &mut generator(4)).unwrap();
    (0..SETS).map(|set| tables.iter().map(|table| sum_of(table, |row| row % SETS == set)).collect()).collect()
}

/// Means within four standard errors of their difference, standard deviations within four of theirs.
fn agree(one: &[Vec<f64>], other: &[Vec<f64>]) {
    let n = TABLES as f64;
    for (set, (one, other)) in one.iter().zip(other).enumerate() {
        let moments = |sums: &[f64]| {
            let mean = sums.iter().sum::<f64>() / n;
            (mean, (sums.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
        };
        let ((mean, sd), (other_mean, other_sd)) = (moments(one), moments(other));
        let of_means = (sd * sd + other_sd * other_sd).sqrt() / n.sqrt();
        assert!((mean - other_mean).abs() < 4.0 * of_means, "{set}: {mean} and {other_mean} ± {of_means}");
        let of_sds = (sd / other_sd).ln() / (1.0 / n).sqrt();
        assert!(of_sds.abs() < 4.0, "{set}: {sd} and {other_sd}");
    }
}
