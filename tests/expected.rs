//! Expected counts of the rows of a fit and of new rows.
#![allow(clippy::unwrap_used)]

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{CountTable, Exposure};
use nestcount::determinant::{Determinants, MissingCells, Numeric};
use nestcount::expected::{NewRows, UnseenAreas};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::table::Table;
use nestcount::{Family, Fit, Model, Options, Problem};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

const LEVELS: [&str; 2] = ["region", "town"];

struct Made {
    table: Table,
    problem: Problem,
    fit: Fit,
}

fn made(family: Family, row_effect: bool) -> Made {
    let mut world = World::new(400)
        .level("region", 8, 0.2)
        .level("town", 50, 0.3)
        .determinant(Determinant::normal("x", 0.4))
        .exposure(Marginal::log_normal(300.0, 0.7))
        .rate(0.05)
        .shuffled();
    if family == Family::NegBin2 {
        world = world.theta(5.0);
    }
    if row_effect {
        world = world.row_sd(0.3);
    }
    let table = world.draw(&mut ChaCha12Rng::seed_from_u64(5)).unwrap().table;
    let placement = Placement::from_table(&table, &LEVELS, CodeScope::Unique).unwrap();
    let counts = CountTable::from_table(&table, "count", "exposure").unwrap();
    let wanted = Determinants::new().with(Numeric::new("x").z_score()).missing(MissingCells::ParentMean);
    let design = wanted.build(&table, &placement, counts.rows()).unwrap();
    let mut model = Model::of(family).random_intercept("region").random_intercept("town");
    if row_effect {
        model = model.row_effect();
    }
    let problem = model.check(&placement, &counts, design).unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    Made { table, problem, fit }
}

impl Made {
    fn exposures(&self) -> Vec<Exposure> {
        self.table.numbers("exposure").unwrap().iter().map(|e| Exposure::new(e.unwrap()).unwrap()).collect()
    }

    fn sum(&self, column: &str) -> f64 {
        self.table.numbers(column).unwrap().iter().map(|x| x.unwrap()).sum()
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

#[test]
fn predicting_the_rows_of_the_fit_gives_their_fitted_values() {
    for family in [Family::Poisson, Family::NegBin2] {
        let made = made(family, false);
        let placement = Placement::from_table(&made.table, &LEVELS, CodeScope::Unique).unwrap();
        let rows = NewRows::new(&made.table, &placement, made.exposures()).unwrap();
        let predicted = made.fit.predict(&rows, UnseenAreas::Refuse).unwrap();
        let fitted = made.fit.fitted(&made.problem).unwrap();
        assert_eq!(fitted.rows(), (0..400).collect::<Vec<_>>());
        let conditional = fitted.conditional();
        let both = |a: &[f64], b: &[f64]| a.len() == 400 && a.iter().zip(b).all(|(a, b)| close(*a, *b));
        assert!(both(&predicted.fixed_part, fitted.fixed_part()));
        assert!(both(&predicted.given_areas, &conditional));
        assert!(predicted.unseen.is_empty());
        assert_eq!(fitted.given("town").unwrap(), conditional);
    }
}

/// The score of the intercept is 0 at the maximum; Laplace moves it by half a variance per area only.
#[test]
fn conditional_expectations_add_up_to_the_counts_seen() {
    let made = made(Family::Poisson, false);
    let expected: f64 = made.fit.fitted(&made.problem).unwrap().conditional().iter().sum();
    let seen = made.sum("count");
    assert!((expected / seen - 1.0).abs() < 0.01, "{expected} {seen}");
}

#[test]
fn finer_levels_are_averaged_over() {
    let made = made(Family::Poisson, true);
    let fitted = made.fit.fitted(&made.problem).unwrap();
    let variance = |level: usize| made.fit.levels()[level].sd.variance();
    let (region, town, all) =
        (fitted.given("region").unwrap(), fitted.given("town").unwrap(), fitted.conditional());
    let towns = made.table.codes("town").unwrap();
    let regions = made.table.codes("region").unwrap();
    let effect = |level: &str, code: &str| {
        made.fit.area_effects(level).unwrap().iter().find(|area| area.code() == code).unwrap().effect
    };
    for i in 0..400 {
        let fixed = fitted.fixed_part()[i];
        let b_region = effect("region", regions[i].as_deref().unwrap());
        let b_town = effect("town", towns[i].as_deref().unwrap());
        let b_row = made.fit.area_effects("row").unwrap()[i].effect;
        assert!(close(region[i], fixed * (b_region + 0.5 * (variance(1) + variance(2))).exp()));
        assert!(close(town[i], fixed * (b_region + b_town + 0.5 * variance(2)).exp()));
        assert!(close(all[i], fixed * (b_region + b_town + b_row).exp()));
    }
    assert_eq!(fitted.given("street").unwrap_err().code(), "unknown-level");
}

#[test]
fn an_unseen_town_follows_the_policy_and_keeps_its_regions_effect() {
    let made = made(Family::Poisson, false);
    let region = made.fit.area_effects("region").unwrap()[0].clone();
    let table = Table::new()
        .with_text("region", [region.code(), "nowhere"])
        .unwrap()
        .with_text("town", ["new", "newer"])
        .unwrap()
        .with_numbers("x", [0.0, 0.0])
        .unwrap();
    let placement = Placement::from_table(&table, &LEVELS, CodeScope::Unique).unwrap();
    let rows = NewRows::new(&table, &placement, vec![Exposure::ONE; 2]).unwrap();
    let typical = made.fit.predict(&rows, UnseenAreas::Typical).unwrap();
    assert!(close(typical.given_areas[0], typical.fixed_part[0] * region.effect.exp()));
    assert!(close(typical.given_areas[1], typical.fixed_part[1]));
    let unseen: Vec<_> = typical.unseen.iter().map(|u| (u.level.as_str(), u.rows.clone())).collect();
    assert_eq!(unseen, [("region", vec![1]), ("town", vec![0, 1])]);
    let average = made.fit.predict(&rows, UnseenAreas::Average).unwrap();
    let half = |level: usize| 0.5 * made.fit.levels()[level].sd.variance();
    assert!(close(average.given_areas[0], typical.given_areas[0] * half(1).exp()));
    assert!(close(average.given_areas[1], typical.given_areas[1] * (half(0) + half(1)).exp()));
    let refused = made.fit.predict(&rows, UnseenAreas::Refuse).unwrap_err();
    assert_eq!((refused.code(), refused.rows()), ("unknown-area", &[1][..]), "the region comes first");
}

#[test]
fn expectations_scale_with_the_exposure() {
    let made = made(Family::NegBin2, false);
    let placement = Placement::from_table(&made.table, &LEVELS, CodeScope::Unique).unwrap();
    let times = |factor: f64| {
        let exposures = made.exposures().iter().map(|e| Exposure::new(e.get() * factor).unwrap()).collect();
        let rows = NewRows::new(&made.table, &placement, exposures).unwrap();
        made.fit.predict(&rows, UnseenAreas::Refuse).unwrap().given_areas
    };
    assert!(times(1.0).iter().zip(times(7.0)).all(|(one, seven)| close(7.0 * one, seven)));
}

#[test]
fn a_fit_predicts_the_same_bits_after_it_was_saved_and_loaded() {
    for family in [Family::Poisson, Family::NegBin2] {
        let made = made(family, true);
        let saved = serde_json::to_string(&made.fit).unwrap();
        let loaded: Fit = serde_json::from_str(&saved).unwrap();
        assert_eq!(loaded, made.fit);
        let placement = Placement::from_table(&made.table, &LEVELS, CodeScope::Unique).unwrap();
        for policy in [UnseenAreas::Refuse, UnseenAreas::Typical, UnseenAreas::Average] {
            let predict = |fit: &Fit| {
                let rows = NewRows::new(&made.table, &placement, made.exposures()).unwrap();
                let all = fit.predict(&rows, policy).unwrap();
                let bits = |values: Vec<f64>| values.into_iter().map(f64::to_bits).collect::<Vec<_>>();
                (bits(all.fixed_part), bits(all.given_areas))
            };
            assert_eq!(predict(&made.fit), predict(&loaded));
        }
    }
}

#[test]
fn lengths_and_problems_that_do_not_belong_are_refused() {
    let (one, other) = (made(Family::Poisson, false), made(Family::Poisson, true));
    assert_eq!(one.fit.fitted(&other.problem).map(|_| ()).unwrap_err().code(), "specification");
    let placement = Placement::from_table(&one.table, &LEVELS, CodeScope::Unique).unwrap();
    let few = NewRows::new(&one.table, &placement, vec![Exposure::ONE; 3]);
    assert_eq!(few.unwrap_err().code(), "length");
    let flat = Placement::from_table(&one.table, &["town"], CodeScope::Unique).unwrap();
    let rows = NewRows::new(&one.table, &flat, one.exposures()).unwrap();
    assert_eq!(one.fit.predict(&rows, UnseenAreas::Typical).unwrap_err().code(), "unknown-level");
}
