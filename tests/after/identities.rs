//! What must hold exactly.

use crate::made::{FAMILIES, Made, made, made_with, rng};
use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, Exposure};
use nestcount::expected::{
    Actual, Chance, Class, CountPrediction, Difference, Exceedance, Expectation, NewRows, Predictive, RankBy,
    Ranking, Readings, RowSets, Substantial, UnseenAreas,
};
use nestcount::impute::{Imputations, Imputer};
use nestcount::infer::{Confidence, Draws};
use nestcount::table::Table;
use nestcount::{Family, Fit, Options, Problem};

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

fn every_expectation() -> [Expectation; 5] {
    [
        Expectation::FixedPart,
        Expectation::Marginal,
        Expectation::given("region"),
        Expectation::given("town"),
        Expectation::Conditional,
    ]
}

fn sets(made: &Made) -> Vec<RowSets> {
    let problem = &made.problem;
    vec![
        RowSets::each_row(problem),
        RowSets::level(problem, "town").unwrap(),
        RowSets::level(problem, "region").unwrap(),
        RowSets::all_rows(problem),
        RowSets::named(problem, [("odd", (1..600).step_by(2).collect()), ("few", vec![3, 17, 4])]).unwrap(),
    ]
}

#[test]
fn sums_over_areas_are_the_sums_of_their_rows_and_actual_counts_stay_actual() {
    for family in FAMILIES {
        let made = made(600, family);
        let fitted = made.fit.fitted(&made.problem).unwrap();
        for expectation in every_expectation() {
            let total = |over: &RowSets| -> f64 {
                fitted.expected(&expectation, over).unwrap().iter().map(|e| e.count).sum()
            };
            let all = total(&RowSets::all_rows(&made.problem));
            for over in &sets(&made)[..3] {
                assert!(close(total(over), all, 1e-12), "{expectation:?}");
            }
        }
        let counts: f64 = made.table.numbers("count").unwrap().into_iter().flatten().sum();
        for over in &sets(&made)[..4] {
            let actual = made.problem.actual(over).unwrap();
            assert_eq!(actual.iter().map(|a| a.observed().unwrap()).sum::<f64>(), counts);
        }
        let placed = RowSets::placed(&made.problem, &made.placement, "town").unwrap();
        let of_level = RowSets::level(&made.problem, "town").unwrap();
        assert_eq!(placed.paths(), of_level.paths());
        assert_eq!(made.problem.actual(&placed).unwrap(), made.problem.actual(&of_level).unwrap());
    }
}

#[test]
fn the_parts_of_a_difference_add_up_to_it() {
    for family in FAMILIES {
        let made = made(600, family);
        let fitted = made.fit.fitted(&made.problem).unwrap();
        for over in sets(&made) {
            let compared = fitted.compared(&Expectation::FixedPart, Predictive::NewEffects, &over).unwrap();
            for (split, comparison) in fitted.split(&over).unwrap().iter().zip(&compared) {
                let Chance::Observed(chance) = split.chance else { panic!("observed") };
                let parts: f64 =
                    split.levels.iter().map(|(_, part)| part).sum::<f64>() + split.row_factors + chance;
                let gap = comparison.difference().observed().unwrap();
                assert!(close(split.fixed_part, comparison.expected.count, 1e-12));
                assert!(
                    (parts - gap.count()).abs() <= 1e-9 * gap.count().abs().max(1.0),
                    "{parts} {}",
                    gap.count()
                );
            }
        }
    }
}

#[test]
fn a_withheld_count_has_bounds_on_its_difference_and_is_marked() {
    let withheld = |y: u64| if y < 30 { Count::interval(0, 29).unwrap() } else { Count::Exact(y) };
    for family in FAMILIES {
        let (seen, part) = (made(600, family), made_with(600, family, withheld));
        let fitted = part.fit.fitted(&part.problem).unwrap();
        for over in sets(&part) {
            let compared =
                fitted.compared(&Expectation::given("town"), Predictive::OwnEffects, &over).unwrap();
            let truth = seen.problem.actual(&over).unwrap();
            let mut bounded = 0;
            for (comparison, truth) in compared.iter().zip(truth) {
                let truth = truth.observed().unwrap() - comparison.expected.count;
                match comparison.difference() {
                    Difference::Observed(gap) => assert_eq!(gap.count(), truth),
                    Difference::Bounded { low, high } => {
                        assert!(low.count() <= truth && truth <= high.unwrap().count());
                        assert!(matches!(comparison.actual, Actual::Bounded(_)));
                        assert!(comparison.difference().observed().is_none());
                        bounded += 1;
                    }
                }
            }
            assert!(bounded > 0, "no set is withheld");
            for split in fitted.split(&over).unwrap() {
                if let Chance::Bounded { low, high } = split.chance {
                    assert!(low < high.unwrap());
                }
            }
        }
    }
}

#[test]
fn a_class_of_bounds_is_one_only_where_both_ends_agree() {
    let withheld = |y: u64| if y < 30 { Count::interval(0, 29).unwrap() } else { Count::Exact(y) };
    let made = made_with(600, Family::NegBin2, withheld);
    let fitted = made.fit.fitted(&made.problem).unwrap();
    let rows = RowSets::each_row(&made.problem);
    let compared = fitted.compared(&Expectation::given("town"), Predictive::OwnEffects, &rows).unwrap();
    for rule in [
        Substantial::points(1.0).unwrap(),
        Substantial::ratio(1.15).unwrap(),
        Substantial::standardised(1.2).unwrap(),
    ] {
        let counts = rule.counts(&compared);
        assert_eq!(counts.total(), 600);
        let shares = [Class::Above, Class::Between, Class::Below, Class::NotObserved];
        let shares: Vec<f64> = shares.iter().map(|class| counts.share(*class).unwrap()).collect();
        assert!(
            close(shares.iter().sum::<f64>(), 1.0, 1e-12) && shares.iter().all(|share| *share > 0.0),
            "{shares:?}"
        );
        for comparison in compared.iter().filter(|c| c.actual.observed().is_none()) {
            let Difference::Bounded { low, high } = comparison.difference() else { unreachable!() };
            let straddles = low.count() < -1.0 && high.unwrap().count() > 1.0;
            assert!(rule.class(comparison) != Class::Above || !straddles);
        }
    }
    assert!(Substantial::ratio(0.8).is_err() && Substantial::points(0.0).is_err());
}

#[test]
fn expected_ranks_add_up_and_intervals_hold_them() {
    for family in FAMILIES {
        let made = made(600, family);
        let draws = made.fit.draws(&made.problem, 200, &mut rng(1)).unwrap();
        for over in sets(&made) {
            let n = over.n_sets() as f64;
            let ranking = |by| Ranking { by, top: 3, confidence: Confidence::P95 };
            let wanted = Readings::new()
                .ranks(ranking(RankBy::Rate))
                .ranks(ranking(RankBy::Ratio(Expectation::given("region"))));
            for ranks in draws.read(&wanted, &over).unwrap().ranks {
                let sum: f64 = ranks.iter().map(|rank| rank.expected).sum();
                assert!(close(sum, n * (n + 1.0) / 2.0, 1e-9), "{sum}");
                let top: f64 = ranks.iter().map(|rank| rank.in_top).sum();
                assert!(close(top, n.min(3.0), 1e-9));
                for rank in ranks {
                    assert!(1 <= rank.low && rank.low <= rank.high && f64::from(rank.high) <= n);
                    assert!((1.0..=n).contains(&rank.expected));
                }
            }
        }
    }
}

#[test]
fn exceedance_of_an_event_and_of_its_opposite_add_up_to_one() {
    let made = made(600, Family::NegBin2);
    let draws = made.fit.draws(&made.problem, 200, &mut rng(1)).unwrap();
    let wanted = Readings::new()
        .exceedance(Exceedance::rate_at_most_national(0.9).unwrap())
        .exceedance(Exceedance::rate_above_national(0.9).unwrap())
        .exceedance(Exceedance::ratio_above(0.0, Expectation::FixedPart).unwrap())
        .exceedance(Exceedance::ratio_above(1.0, Expectation::FixedPart).unwrap())
        .rates(Confidence::P90);
    for over in sets(&made) {
        let read = draws.read(&wanted, &over).unwrap();
        for set in 0..over.n_sets() {
            assert!(close(read.exceedances[0][set] + read.exceedances[1][set], 1.0, 1e-12));
            assert_eq!(read.exceedances[2][set], 1.0);
            assert!((0.0..=1.0).contains(&read.exceedances[3][set]));
            let rate = read.rates[set];
            assert!(rate.interval.low < rate.mean && rate.mean < rate.interval.high && rate.sd > 0.0);
        }
    }
}

#[test]
fn equal_seeds_read_equal_bits_and_parts_together_are_all_of_them() {
    let made = made(600, Family::NegBin2);
    let over = RowSets::level(&made.problem, "town").unwrap();
    let wanted = Readings::new().rates(Confidence::P95);
    let draws = |n, seed| made.fit.draws(&made.problem, n, &mut rng(seed)).unwrap();
    let read = |draws: &Draws<'_>| draws.read(&wanted, &over).unwrap().rates;
    assert_eq!(read(&draws(50, 1)), read(&draws(50, 1)));
    let (one, two) = (read(&draws(50, 1)), read(&draws(30, 2)));
    let both = Draws::together([draws(50, 1), draws(30, 2)]).unwrap();
    assert_eq!((both.n_draws(), both.parameters().count()), (80, 80));
    for (both, (one, two)) in read(&both).iter().zip(one.iter().zip(&two)) {
        assert!(close(both.mean, (50.0 * one.mean + 30.0 * two.mean) / 80.0, 1e-12));
    }
}

#[test]
fn calibration_meets_its_total_and_reports_its_factor() {
    for family in FAMILIES {
        let made = made(600, family);
        let fitted = made.fit.fitted(&made.problem).unwrap();
        let total = made.problem.actual(&RowSets::all_rows(&made.problem)).unwrap()[0].observed().unwrap();
        for expectation in every_expectation() {
            let all = fitted.calibrated(&expectation, &RowSets::all_rows(&made.problem), total).unwrap();
            assert!(close(all.expected[0].count, total, 1e-12), "{expectation:?}");
            assert!(all.expected[0].std_error < 1e-5 * total, "a total that is given is certain");
            for over in sets(&made) {
                let calibrated = fitted.calibrated(&expectation, &over, total).unwrap();
                let plain = fitted.expected(&expectation, &over).unwrap();
                assert_eq!(calibrated.factor, all.factor);
                for (calibrated, plain) in calibrated.expected.iter().zip(&plain) {
                    assert!(close(calibrated.count, all.factor * plain.count, 1e-12));
                }
            }
        }
        assert_eq!(
            fitted.calibrated(&Expectation::Marginal, &sets(&made)[0], 0.0).unwrap_err().code(),
            "specification"
        );
    }
}

/// Rows of the fit taken for new ones: what is known of their areas is the same.
#[test]
fn new_rows_in_known_areas_have_the_standard_errors_of_the_rows_of_the_fit() {
    let made = made(600, Family::NegBin2);
    let fitted = made.fit.fitted(&made.problem).unwrap();
    let exposures = made.table.numbers("exposure").unwrap().into_iter();
    let exposures = exposures.map(|e| Exposure::new(e.unwrap()).unwrap()).collect();
    let rows = NewRows::new(&made.table, &made.placement, exposures).unwrap();
    let own = RowSets::each_row(&made.problem);
    let known = fitted.expected(&Expectation::Conditional, &own).unwrap();
    let predicted = fitted.predicted(Predictive::OwnEffects, &own).unwrap();
    let new = fitted.predict(&rows, UnseenAreas::Refuse).unwrap();
    let plain = made.fit.predict(&rows, UnseenAreas::Refuse).unwrap();
    for (row, new) in new.iter().enumerate() {
        assert!(close(new.expected.count, known[row].count, 1e-10));
        assert!(close(new.expected.count, plain.given_areas[row], 1e-10));
        assert!(close(new.expected.std_error, known[row].std_error, 1e-8));
        assert!(close(new.predicted.mean, predicted[row].mean, 1e-8));
        assert!(close(new.predicted.sd, predicted[row].sd, 1e-8));
    }
}

#[test]
fn a_new_row_in_an_unseen_area_is_less_certain() {
    let made = made(600, Family::NegBin2);
    let fitted = made.fit.fitted(&made.problem).unwrap();
    let region = made.table.codes("region").unwrap()[0].clone().unwrap();
    let town = made.table.codes("town").unwrap()[0].clone().unwrap();
    let table = Table::new()
        .with_text("region", [region.clone(), region, "nowhere".into()])
        .unwrap()
        .with_text("town", [town, "new".into(), "newer".into()])
        .unwrap();
    let zeros = ["a", "b", "c"].iter().fold(table, |table, name| table.with_numbers(name, [0.0; 3]).unwrap());
    let placement = Placement::from_table(&zeros, &["region", "town"], CodeScope::Unique).unwrap();
    let rows = NewRows::new(&zeros, &placement, vec![Exposure::new(500.0).unwrap(); 3]).unwrap();
    assert_eq!(fitted.predict(&rows, UnseenAreas::Refuse).unwrap_err().code(), "unknown-area");
    for policy in [UnseenAreas::Typical, UnseenAreas::Average] {
        let new = fitted.predict(&rows, policy).unwrap();
        let plain = made.fit.predict(&rows, policy).unwrap();
        let spread = |row: usize| new[row].predicted.sd / new[row].predicted.mean;
        assert!(spread(0) < spread(1) && spread(1) < spread(2));
        for (row, new) in new.iter().enumerate() {
            assert!(close(new.expected.count, plain.given_areas[row], 1e-10));
        }
    }
}

#[test]
fn without_its_own_count_the_rate_of_a_row_or_an_area_is_less_certain() {
    for family in FAMILIES {
        let made = made(600, family);
        let fitted = made.fit.fitted(&made.problem).unwrap();
        let rows = RowSets::each_row(&made.problem);
        let [own, without, new] =
            [Predictive::OwnEffects, Predictive::WithoutOwnCount, Predictive::NewEffects]
                .map(|effects| fitted.predicted(effects, &rows).unwrap());
        let spread = |p: &CountPrediction| (p.sd.powi(2) - p.mean) / p.mean.powi(2);
        let mut narrower = 0;
        for row in 0..600 {
            assert!(spread(&own[row]) < spread(&without[row]));
            narrower += usize::from(spread(&without[row]) < spread(&new[row]));
        }
        assert!(narrower > 580, "{narrower}");
        let towns = RowSets::level(&made.problem, "town").unwrap();
        let [own, without] = [Predictive::OwnEffects, Predictive::WithoutOwnCount]
            .map(|effects| fitted.predicted(effects, &towns).unwrap());
        assert!(own.iter().zip(&without).all(|(own, without)| spread(own) < spread(without)));
    }
}

/// Counts below 30 withheld: draws of ten imputed tables together beside those of the fit that knows the bounds.
#[test]
fn draws_of_imputed_tables_together_say_what_the_bounds_say() {
    let withheld = |y: u64| if y < 30 { Count::interval(0, 29).unwrap() } else { Count::Exact(y) };
    for family in FAMILIES {
        let made = made_with(600, family, withheld);
        let options = Options::default();
        let imputer = Imputer::new(&made.problem, &made.fit, &options).unwrap();
        let tables = imputer.tables(Imputations::new(10), &mut rng(4)).unwrap();
        let problems: Vec<Problem> =
            tables.iter().map(|table| made.problem.completed(table).unwrap()).collect();
        let fits = problems.iter().map(|problem| problem.fit_from(&made.fit, &options).unwrap());
        let fits: Vec<Fit> = fits.collect();
        let mut generator = rng(5);
        let parts =
            fits.iter().zip(&problems).map(|(fit, problem)| fit.draws(problem, 100, &mut generator).unwrap());
        let together = Draws::together(parts).unwrap();
        let alone = made.fit.draws(&made.problem, 1000, &mut rng(6)).unwrap();
        let over = RowSets::each_row(&made.problem);
        let event = Exceedance::rate_above_national(1.0).unwrap();
        let wanted = Readings::new().exceedance(event).rates(Confidence::P95);
        let [together, alone] = [together, alone].map(|draws| draws.read(&wanted, &over).unwrap());
        let distances = together.exceedances[0].iter().zip(&alone.exceedances[0]).map(|(a, b)| (a - b).abs());
        let mean = distances.sum::<f64>() / 600.0;
        assert!(mean < 0.03, "{family}: {mean}");
        let sds = together.rates.iter().zip(&alone.rates).map(|(a, b)| a.sd / b.sd);
        let mean = sds.sum::<f64>() / 600.0;
        assert!((0.95..1.05).contains(&mean), "{family}: {mean}");
    }
}
