//! Changes of the table that say the same in other words.

use crate::question::Question;
use crate::tables::{generator, poisson};
use crate::{assert_same, assert_same_effects, fitted, questions};
use nestcount::table::Column;
use rand::RngExt;
use rand::seq::SliceRandom;

#[test]
fn the_order_of_rows_does_not_matter() {
    for (seed, question) in questions().enumerate() {
        let mut order: Vec<usize> = (0..question.table.n_rows()).collect();
        order.shuffle(&mut generator(seed as u64));
        let shuffled = Question { table: question.table.select(&order), ..question.clone() };
        let (one, other) = (fitted(&question), fitted(&shuffled));
        assert_same(&one, &other, 0.0);
        for level in ["region", "town"] {
            assert_same_effects(&one, &other, level, <[String]>::to_vec);
        }
        if question.model.has_row_effect() {
            // A row effect goes by the row's number, from 1.
            let new_number = |path: &[String]| {
                let old = path[0].parse::<usize>().unwrap() - 1;
                vec![(order.iter().position(|&row| row == old).unwrap() + 1).to_string()]
            };
            assert_same_effects(&one, &other, "row", new_number);
        }
    }
}

#[test]
fn row_effects_stand_in_the_callers_order() {
    let question = questions().find(|question| question.model.has_row_effect()).unwrap();
    let fit = fitted(&question);
    let numbers: Vec<&str> = fit.area_effects("row").unwrap().iter().map(|row| row.code()).collect();
    assert_eq!(numbers, (1..=240).map(|row| row.to_string()).collect::<Vec<_>>());
}

#[test]
fn names_of_areas_do_not_matter_to_the_last_bit() {
    let renamed = |code: &str| format!("{} \u{3bb}:{}", code.chars().rev().collect::<String>(), code.len());
    for question in questions() {
        let rename = |question: Question, level: &str| {
            let codes = question.table.codes(level).unwrap().into_iter();
            let codes: Vec<String> = codes.map(|code| renamed(&code.unwrap())).collect();
            question.with_text(level, codes)
        };
        let relabelled = rename(rename(question.clone(), "region"), "town");
        let (one, other) = (fitted(&question), fitted(&relabelled));
        assert_eq!(one.log_likelihood().to_bits(), other.log_likelihood().to_bits());
        assert_eq!(one.coefficients(), other.coefficients());
        assert_eq!(one.covariance(), other.covariance());
        for level in ["region", "town"] {
            for (a, b) in one.area_effects(level).unwrap().iter().zip(other.area_effects(level).unwrap()) {
                assert_eq!(a.path.iter().map(|code| renamed(code)).collect::<Vec<_>>(), b.path);
                assert_eq!((a.effect, a.sd), (b.effect, b.sd));
            }
        }
    }
}

#[test]
fn codes_that_repeat_under_other_parents_are_other_areas() {
    let question = poisson(1);
    let regions = question.table.codes("region").unwrap();
    let towns = question.table.codes("town").unwrap();
    let mut numbers = std::collections::BTreeMap::<_, Vec<_>>::new();
    let within = regions.iter().zip(&towns).map(|(region, town)| {
        let met = numbers.entry(region.clone()).or_default();
        let known = met.iter().position(|known| known == town);
        known.unwrap_or_else(|| {
            met.push(town.clone());
            met.len() - 1
        })
    });
    let within: Vec<String> = within.map(|number| number.to_string()).collect();
    let (one, other) = (fitted(&question), fitted(&question.with_text("town", within)));
    assert_eq!(one.log_likelihood().to_bits(), other.log_likelihood().to_bits());
    assert_eq!(one.levels(), other.levels());
}

/// y = y₁ + y₂ over n = n₁ + n₂ at one rate: the densities differ by the binomial probability of the split.
#[test]
fn a_poisson_row_split_in_two_changes_the_log_likelihood_by_a_binomial_alone() {
    for seed in 1..=4 {
        let question = poisson(seed);
        let (counts, exposures) = (question.numbers("count"), question.numbers("exposure"));
        let rng = &mut generator(seed);
        let rows: Vec<usize> = (0..240).chain(0..240).collect();
        let (mut split_counts, mut split_exposures) = (vec![0.0; 480], vec![0.0; 480]);
        let mut constant = 0.0;
        for row in 0..240 {
            let (y, n) = (counts[row], exposures[row]);
            let (y1, n1) = (rng.random_range(0..=y as u64) as f64, n * rng.random_range(0.05..0.95));
            (split_counts[row], split_counts[240 + row]) = (y1, y - y1);
            (split_exposures[row], split_exposures[240 + row]) = (n1, n - n1);
            constant += log_factorial(y) - log_factorial(y1) - log_factorial(y - y1);
            constant += y1 * (n1 / n).ln() + (y - y1) * (1.0 - n1 / n).ln();
        }
        let numbers = |cells: Vec<f64>| Column::Numbers(cells.into_iter().map(Some).collect());
        let twice = Question { table: question.table.select(&rows), ..question.clone() };
        let split = twice.with("count", numbers(split_counts)).with("exposure", numbers(split_exposures));
        let (one, other) = (fitted(&question), fitted(&split));
        assert_same(&one, &other, constant);
        for level in ["region", "town"] {
            assert_same_effects(&one, &other, level, <[String]>::to_vec);
        }
    }
}

fn log_factorial(n: f64) -> f64 {
    (1..=n as u64).map(|k| (k as f64).ln()).sum()
}

#[test]
fn levels_asked_for_in_another_order_are_the_same_model() {
    for question in questions() {
        let model = nestcount::Model::of(question.model.family());
        let model = model.random_intercept("town").random_intercept("region");
        let model = if question.model.has_row_effect() { model.row_effect() } else { model };
        assert_eq!(fitted(&question), fitted(&Question { model, ..question }));
    }
}

#[test]
fn determinants_in_another_order_are_the_same_model() {
    for question in questions() {
        let determinants = nestcount::determinant::Determinants::new().numeric("c").numeric("a").numeric("b");
        let (one, other) = (fitted(&question), fitted(&Question { determinants, ..question.clone() }));
        assert!((one.log_likelihood() - other.log_likelihood()).abs() < 1e-10 * one.log_likelihood().abs());
        for a in one.coefficients() {
            let b = other.coefficient(&a.term).unwrap();
            assert!((a.estimate - b.estimate).abs() < 2e-6 * a.std_error, "{}", a.term);
        }
    }
}

/// Every area its own parent: two levels with the same lines, which nothing could tell apart.
#[test]
fn a_level_in_which_every_area_is_its_own_parent_is_refused() {
    for question in questions() {
        let towns: Vec<String> =
            question.table.codes("town").unwrap().into_iter().map(Option::unwrap).collect();
        let error = question.with_text("region", towns).problem().unwrap_err();
        assert_eq!(error.code(), "confounded-levels");
        assert!(error.to_string().contains("'region' and 'town'"), "{error}");
    }
}
