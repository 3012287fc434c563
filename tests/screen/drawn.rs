//! Rules read off draws: the same answers as by other roads.

use super::published::{ELEVEN, gemeenten, two_thirds};
use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::{Determinants, Numeric};
use nestcount::expected::{Exceedance, Expectation, Readings, RowSets};
use nestcount::screen::{
    Areas, Drawn, DrawnRates, Factor, Persistence, Prior, RateRule, Rates, Reference, Rule, Verdict,
};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::{Model, Options};
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};

fn rng(seed: u64) -> ChaCha12Rng {
    ChaCha12Rng::seed_from_u64(seed)
}

fn below(rule: RateRule) -> Rule {
    Rule::rate("users", rule)
}

/// P(Beta or Gamma ≤ threshold) of one area against a rate that is given, by the draws' own posterior.
#[test]
fn against_a_given_rate_the_probability_is_that_of_the_posterior() {
    use statrs::distribution::{ContinuousCDF, Gamma};
    let areas = gemeenten();
    let draws = DrawnRates::from_counts(&areas, "users", Prior::JEFFREYS, 20_000, &mut rng(1)).unwrap();
    let rule = below(RateRule::at_most(Factor::ONE).of(Reference::Given(0.066)));
    let chances = rule.drawn(&areas, &Drawn::new().with("users", draws)).unwrap().probabilities();
    let at = areas.areas().iter().position(|area| area.name == "Schiermonnikoog").unwrap();
    let wanted = Gamma::new(9.5, 168.0).unwrap().cdf(0.066);
    let error = (wanted * (1.0 - wanted) / 20_000.0).sqrt();
    let found = chances[at].number().unwrap();
    assert!((found - wanted).abs() < 4.0 * error, "{found} for {wanted}");
}

#[test]
fn an_area_is_part_of_the_national_rate_of_its_draw() {
    // one area is nine tenths of the country: its rate can hardly lie below 0.97 times the national one
    let rates = Rates::new(vec![Count::Exact(90), Count::Exact(10)], vec![Some(900.0), Some(100.0)]).unwrap();
    let areas = Areas::new(["large", "small"], ["L", "S"]).unwrap().with_rates("users", rates).unwrap();
    let draws = DrawnRates::from_counts(&areas, "users", Prior::JEFFREYS, 4_000, &mut rng(2)).unwrap();
    for draw in 0..draws.n_draws() {
        let sum = 900.0 * draws.rates()[[draw, 0]] + 100.0 * draws.rates()[[draw, 1]];
        assert!((draws.national()[draw] - sum / 1_000.0).abs() < 1e-12);
    }
    let low = |reference| {
        let rule = below(RateRule::at_most(Factor::new(0.9).unwrap()).of(reference));
        let verdicts = rule.drawn(&areas, &Drawn::new().with("users", draws.clone())).unwrap();
        verdicts.probabilities()[0].number().unwrap()
    };
    let (inside, outside) = (low(Reference::National), low(Reference::Given(0.1)));
    assert!(inside < 0.01 && outside > 0.1, "{inside} and {outside}");
}

#[test]
fn a_national_total_beyond_the_areas_is_drawn_with_them() {
    let rates = Rates::new(vec![Count::Exact(50), Count::Exact(40)], vec![Some(500.0), Some(400.0)]).unwrap();
    let more = rates.clone().national_total(Count::Exact(190), 1_900.0).unwrap();
    let areas = |rates| Areas::new(["a", "b"], ["A", "B"]).unwrap().with_rates("users", rates).unwrap();
    let draws = DrawnRates::from_counts(&areas(more), "users", Prior::JEFFREYS, 8_000, &mut rng(3)).unwrap();
    let mean = draws.national().mean().unwrap();
    // three areas, each with half a count of its prior
    assert!((mean - 191.5 / 1_900.0).abs() < 4.0 * (191.5_f64).sqrt() / 1_900.0 / 8_000_f64.sqrt(), "{mean}");
    let less = rates.national_total(Count::Exact(80), 1_900.0).unwrap();
    assert!(DrawnRates::from_counts(&areas(less), "users", Prior::JEFFREYS, 10, &mut rng(3)).is_err());
}

#[test]
fn equal_seeds_give_equal_bits_and_small_areas_are_less_sure() {
    let areas = gemeenten();
    let chances = |seed| {
        let draws = DrawnRates::from_counts(&areas, "users", Prior::JEFFREYS, 2_000, &mut rng(seed)).unwrap();
        let rule = below(two_thirds().exact());
        rule.drawn(&areas, &Drawn::new().with("users", draws)).unwrap().probabilities()
    };
    let found = chances(4);
    assert_eq!(found, chances(4));
    let of = |name: &str| {
        let at = areas.areas().iter().position(|area| area.name == name).unwrap();
        found[at].number().unwrap()
    };
    // both under 6 %
    assert!(of("Staphorst") > 0.99 && of("Schiermonnikoog") < 0.85, "{}", of("Schiermonnikoog"));
    assert!(ELEVEN.iter().all(|name| of(name) > 0.5));
}

#[test]
fn a_missing_rate_is_between_nothing_and_all() {
    let rates = Rates::new(vec![Count::Exact(20), Count::Missing], vec![Some(200.0), Some(10.0)]).unwrap();
    let areas = Areas::new(["a", "b"], ["A", "B"]).unwrap().with_rates("users", rates).unwrap();
    let draws = DrawnRates::from_counts(&areas, "users", Prior::JEFFREYS, 50, &mut rng(5)).unwrap();
    let chance =
        below(two_thirds()).drawn(&areas, &Drawn::new().with("users", draws)).unwrap().probabilities()[1];
    assert_eq!((chance.low, chance.high, chance.number()), (0.0, 1.0, None));
    assert!(below(two_thirds()).drawn(&areas, &Drawn::new()).unwrap_err().to_string().contains("'users'"));
}

#[test]
fn persistence_of_independent_years_multiplies() {
    let areas = gemeenten();
    let year = |seed| {
        let draws = DrawnRates::from_counts(&areas, "users", Prior::JEFFREYS, 4_000, &mut rng(seed)).unwrap();
        below(two_thirds().exact()).drawn(&areas, &Drawn::new().with("users", draws)).unwrap()
    };
    let (one, two) = (year(6), year(7));
    let both = Persistence::over([("2016", one.clone()), ("2017", two.clone())]).unwrap();
    let (all, any) = (both.at_least(2).unwrap().probabilities(), both.at_least(1).unwrap().probabilities());
    for (at, (p, q)) in one.probabilities().iter().zip(two.probabilities()).enumerate() {
        let (p, q) = (p.number().unwrap(), q.number().unwrap());
        let error = (p * q * (1.0 - p * q) / 4_000.0).sqrt();
        assert!((all[at].low - p * q).abs() <= 4.5 * error + 1e-12, "{at}");
        // inclusion and exclusion hold draw by draw
        assert!((all[at].low + any[at].low - p - q).abs() < 1e-9);
    }
    let agreed = Persistence::over([("y", below(two_thirds()).verdicts(&areas).unwrap())]).unwrap();
    let held = agreed.at_least(1).unwrap().agreed();
    assert_eq!(held.iter().filter(|verdict| **verdict == Verdict::Holds).count(), 12);
}

#[test]
fn draws_of_a_model_say_what_its_exceedances_say() {
    let world = World::new(200)
        .level("region", 20, 0.1)
        .level("gemeente", 200, 0.25)
        .determinant(Determinant::normal("x", 0.2))
        .exposure(Marginal::log_normal(600.0, 0.8))
        .rate(0.1);
    let made = world.draw(&mut rng(8)).unwrap();
    let placement = Placement::from_table(&made.table, &["region", "gemeente"], CodeScope::Unique).unwrap();
    let counts = CountTable::from_table(&made.table, "count", "exposure").unwrap();
    let design =
        Determinants::new().with(Numeric::new("x")).build(&made.table, &placement, counts.rows()).unwrap();
    let model = Model::poisson().random_intercept("region").random_intercept("gemeente");
    let problem = model.check(&placement, &counts, design).unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let draws = fit.draws(&problem, 300, &mut rng(9)).unwrap();
    let over = RowSets::level(&problem, "gemeente").unwrap();
    let expectation = Expectation::given("region");
    let wanted = Readings::new()
        .exceedance(Exceedance::rate_at_most_national(2.0 / 3.0).unwrap())
        .exceedance(Exceedance::ratio_above(1.2, expectation.clone()).unwrap());
    let read = draws.read(&wanted, &over).unwrap();
    let codes: Vec<String> = over.paths().iter().filter_map(|path| path.last().cloned()).collect();
    let rows: Vec<usize> = {
        let of_rows: Vec<String> = made.table.codes("gemeente").unwrap().into_iter().flatten().collect();
        codes.iter().map(|code| of_rows.iter().position(|of| of == code).unwrap()).collect()
    };
    let pick = |column: &str| {
        let cells = made.table.numbers(column).unwrap();
        rows.iter().map(|&row| cells[row]).collect::<Vec<_>>()
    };
    let counted = pick("count").into_iter().flatten().map(|y| Count::Exact(y as u64)).collect();
    let areas = Areas::new(codes.clone(), codes)
        .unwrap()
        .with_rates("users", Rates::new(counted, pick("exposure")).unwrap())
        .unwrap();
    let drawn = DrawnRates::from_model(&draws, &over).unwrap().against(&draws, &over, &expectation).unwrap();
    let drawn = Drawn::new().with("users", drawn);
    let low = below(RateRule::at_most(Factor::ratio(2, 3).unwrap())).drawn(&areas, &drawn).unwrap();
    let high = RateRule::at_most(Factor::new(1.2).unwrap()).of(Reference::Expected);
    let high = (!below(high)).drawn(&areas, &drawn).unwrap();
    for (of, read) in [(low, &read.exceedances[0]), (high, &read.exceedances[1])] {
        let found: Vec<f64> = of.probabilities().iter().map(|chance| chance.number().unwrap()).collect();
        assert!(found.iter().zip(read).all(|(found, read)| (found - read).abs() < 1e-12));
        assert!(found.iter().any(|chance| *chance > 0.5) && found.contains(&0.0));
    }
}

#[test]
fn completed_tables_stand_together() {
    let areas = gemeenten();
    let draws = |seed| DrawnRates::from_counts(&areas, "users", Prior::JEFFREYS, 30, &mut rng(seed)).unwrap();
    let both = DrawnRates::together(&[draws(1), draws(2)]).unwrap();
    assert_eq!(both.n_draws(), 60);
    assert_eq!(both.rates().row(35), draws(2).rates().row(5));
    assert!(DrawnRates::together(&[]).is_err());
}
