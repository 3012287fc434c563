//! From tables to one answer.

use crate::published::{Published, below, mixed};
use crate::question::Question;
use crate::tables::{generator, neg_bin2, poisson};
use crate::{finite::assert_sound, go_on};
use nestcount::count::Count;
use nestcount::determinant::Determinants;
use nestcount::impute::{Imputations, Imputer, MultipleImputation, PooledFit, PooledTest};
use nestcount::{Options, Problem};

fn multiplied(problem: &Problem, tables: usize, seed: u64) -> MultipleImputation {
    let fit = problem.fit(&Options::default()).unwrap();
    let imputer = Imputer::new(problem, &fit, &Options::default()).unwrap();
    imputer.multiply(Imputations::new(tables).on_threads(2), &mut generator(seed), go_on).unwrap()
}

#[test]
fn what_is_pooled_are_the_fits_of_the_tables() {
    let options = Options::default();
    for published in [Published::of(poisson(3), below(15)), Published::of(neg_bin2(4), mixed)] {
        let problem = published.problem().unwrap();
        let made = multiplied(&problem, 6, 2);
        assert_eq!((made.tables.len(), made.fits.len(), made.pooled.tables()), (6, 6, 6));
        assert_eq!(made.pooled, PooledFit::of(&made.fits).unwrap());
        for (table, fit) in made.tables.iter().zip(&made.fits) {
            assert_sound(fit);
            let cold = problem.completed(table).unwrap().fit(&options).unwrap();
            assert!(
                (cold.log_likelihood() - fit.log_likelihood()).abs() < 1e-8 * cold.log_likelihood().abs()
            );
            for (a, b) in cold.coefficients().iter().zip(fit.coefficients()) {
                assert!((a.estimate - b.estimate).abs() < 2e-6 * a.std_error, "{}", a.term);
            }
        }
        let slopes = made.pooled.coefficients();
        assert!(slopes.iter().all(|c| c.pooled.missing_information > 0.0 && c.pooled.between > 0.0));
    }
}

/// Pooled over many tables the estimates are those of the interval fit, within what the tables leave open.
#[test]
fn imputation_and_the_interval_likelihood_agree() {
    for published in [Published::of(poisson(3), below(15)), Published::of(neg_bin2(4), below(15))] {
        let problem = published.problem().unwrap();
        let fit = problem.fit(&Options::default()).unwrap();
        let made = multiplied(&problem, 40, 3);
        for (a, b) in fit.coefficients().iter().zip(made.pooled.coefficients()) {
            let simulation = (b.pooled.between / 40.0).sqrt();
            let far = (a.estimate - b.pooled.estimate).abs();
            assert!(
                far < 5.0 * simulation + 0.1 * a.std_error,
                "{}: {} {}",
                a.term,
                a.estimate,
                b.pooled.estimate
            );
            let ratio = b.pooled.std_error / a.std_error;
            assert!((0.85..1.2).contains(&ratio), "{}: {ratio}", a.term);
        }
    }
}

#[test]
fn with_nothing_withheld_the_tables_do_not_differ() {
    for question in [poisson(1), neg_bin2(1)] {
        let problem = Published::of(question.clone(), |_, y| Count::Exact(y)).problem().unwrap();
        let made = multiplied(&problem, 3, 1);
        let fit = question.fit().unwrap();
        assert!(made.tables.iter().all(|table| table.n_imputed() == 0 && *table == made.tables[0]));
        for (a, b) in fit.coefficients().iter().zip(made.pooled.coefficients()) {
            assert_eq!((b.pooled.between, b.pooled.lambda), (0.0, 0.0), "{:?}", b.pooled);
            assert!((a.estimate - b.pooled.estimate).abs() < 2e-6 * a.std_error);
            assert!((a.std_error - b.pooled.std_error).abs() < 1e-5 * a.std_error);
        }
    }
}

/// D3 with and without determinants, put together from what an imputation hands over.
fn likelihood_ratio(published: &Published, without: Determinants, dropped: usize) -> PooledTest {
    let options = Options::default();
    let problem = published.problem().unwrap();
    let null = published.asking(|question| Question { determinants: without, ..question }).problem().unwrap();
    let made = multiplied(&problem, 8, 4);
    let small = null.fit(&options).unwrap();
    let nulls: Vec<Problem> = made.tables.iter().map(|table| null.completed(table).unwrap()).collect();
    let null_fits: Vec<_> = nulls.iter().map(|null| null.fit_from(&small, &options).unwrap()).collect();
    let pooled_null = PooledFit::of(&null_fits).unwrap();
    let at_maxima: Vec<f64> = made
        .fits
        .iter()
        .zip(&null_fits)
        .map(|(full, null)| 2.0 * (full.log_likelihood() - null.log_likelihood()))
        .collect();
    let (full_at, null_at) = (made.pooled.parameters(), pooled_null.parameters());
    let at_pooled: Vec<f64> = made
        .tables
        .iter()
        .zip(&nulls)
        .map(|(table, null)| {
            let full = problem.completed(table).unwrap();
            let full = full.likelihood(&options).value(&full_at).unwrap();
            2.0 * (full - null.likelihood(&options).value(&null_at).unwrap())
        })
        .collect();
    assert!(at_maxima.iter().all(|d| *d >= -1e-8));
    PooledTest::likelihood_ratios(&at_maxima, &at_pooled, dropped).unwrap()
}

#[test]
fn a_likelihood_ratio_over_the_tables_finds_what_is_there() {
    for published in [Published::of(poisson(3), below(15)), Published::of(neg_bin2(4), below(15))] {
        let needed = likelihood_ratio(&published, Determinants::new().numeric("c"), 2);
        assert!(needed.p_value < 1e-3, "{needed}");
        // a determinant that explains nothing: the row's number, scrambled
        let noise = published.asking(|question| {
            let question = question.changed("c", |row, _| ((row * 7919) % 241) as f64 / 241.0);
            Question { determinants: Determinants::new().numeric("a").numeric("b").numeric("c"), ..question }
        });
        let idle = likelihood_ratio(&noise, Determinants::new().numeric("a").numeric("b"), 1);
        assert!(idle.p_value > 1e-3 && idle.p_value <= 1.0, "{idle}");
        // D1 says about the same
        let made = multiplied(&published.problem().unwrap(), 8, 4);
        assert!(made.pooled.wald(&["a", "b"]).unwrap().p_value < 1e-3);
    }
}
