//! What must not change anything: order, names, rows without a count; and where one kind of movement is another.

use super::fixture::{Panel, close, table};
use nestcount::count::Count;
use nestcount::panel::{InTime, PanelFit, PanelModel, Periods, Provisional};
use nestcount::{Family, Options};

fn model(family: Family) -> PanelModel {
    PanelModel::of(family)
        .random_intercept("gemeente")
        .period_effect()
        .in_time("gemeente", InTime::Autoregressive)
}

fn same(one: &PanelFit, other: &PanelFit, bound: f64) {
    close("logLik", one.log_likelihood(), other.log_likelihood(), bound * 1e-3);
    for (a, b) in one.coefficients().iter().zip(other.coefficients()) {
        close(&a.term, a.estimate, b.estimate, bound);
        close(&a.term, a.std_error, b.std_error, bound);
    }
    close("sd of gemeenten", one.levels()[0].sd.estimate(), other.levels()[0].sd.estimate(), bound);
    let periods = |fit: &PanelFit| fit.period().map_or(0.0, |period| period.sd.estimate());
    close("sd of periods", periods(one), periods(other), bound);
    let (a, b) = (one.movement().unwrap(), other.movement().unwrap());
    close("sd in time", a.sd.estimate(), b.sd.estimate(), bound);
    close("rho", a.correlation.estimate().unwrap_or(0.0), b.correlation.estimate().unwrap_or(0.0), bound);
}

#[test]
fn neither_the_order_of_rows_nor_the_names_of_areas_matter() {
    let table = table();
    let first = table.fit(&model(Family::Poisson));
    // a fixed shuffle: 37 has no factor in common with the number of rows
    let order: Vec<usize> = (0..table.n()).map(|i| (i * 37 + 11) % table.n()).collect();
    let mut seen = order.clone();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), table.n());
    let mut shuffled = table.select(&order);
    shuffled
        .gemeenten
        .iter_mut()
        .for_each(|code| *code = format!("Z{}", 99 - code[1..].parse::<i32>().unwrap()));
    let second = shuffled.fit(&model(Family::Poisson));
    same(&first, &second, 1e-6);
    let effect = |fit: &PanelFit, code: &str, time: f64| {
        let found = fit.effects_in_time().iter().find(|e| e.path.last().unwrap() == code && e.time == time);
        let found = found.unwrap().clone();
        (found.effect, found.sd)
    };
    let (one, other) = (effect(&first, "G07", 5.0), effect(&second, "Z92", 5.0));
    close("effect in time", one.0, other.0, 1e-6);
    close("its sd", one.1, other.1, 1e-6);
}

#[test]
fn periods_by_label_by_time_and_by_year_are_one_thing() {
    let table = table();
    let labels: Vec<String> = table.times.iter().map(|time| format!("half {time}")).collect();
    let order: Vec<String> = (1..=14).map(|time| format!("half {time}")).collect();
    let years: Vec<f64> = table.times.iter().map(|time| 2015.0 + 0.5 * (time - 1.0)).collect();
    let first = table.fit(&model(Family::Poisson));
    for periods in [
        Periods::in_order(&order, &labels).unwrap(),
        Periods::from_times(&years).unwrap().with_step(0.5).unwrap(),
    ] {
        let problem =
            model(Family::Poisson).check(&table.placement(), &periods, &table.count_table(), table.design());
        same(&first, &problem.unwrap().fit(&Options::default()).unwrap(), 1e-6);
    }
}

#[test]
fn a_row_without_a_count_is_a_row_left_out() {
    let table = table().withheld();
    let mut missing = table.clone();
    let gone = |row: usize| row % 9 == 4;
    (0..table.n()).filter(|&row| gone(row)).for_each(|row| missing.counts[row] = Count::Missing);
    let kept: Vec<usize> = (0..table.n()).filter(|&row| !gone(row)).collect();
    same(&missing.fit(&model(Family::Poisson)), &table.select(&kept).fit(&model(Family::Poisson)), 1e-6);
}

#[test]
fn a_random_walk_starts_at_zero_and_its_variance_grows_with_time() {
    let table = table();
    let two: Vec<usize> = (0..table.n()).filter(|&row| table.times[row] <= 2.0).collect();
    let table = table.select(&two);
    let walk = PanelModel::poisson().random_intercept("region").in_time("gemeente", InTime::RandomWalk);
    let walk = table.fit(&walk);
    let movement = walk.movement().unwrap();
    assert_eq!(movement.n_cells, table.times.iter().filter(|time| **time > 1.0).count());
    assert!(walk.effects_in_time().iter().all(|effect| effect.period == "2"));
    // steps of half the length: a step of the walk has half the variance
    let periods = Periods::from_times(&table.times).unwrap().with_step(0.5).unwrap();
    let model = PanelModel::poisson().random_intercept("region").in_time("gemeente", InTime::RandomWalk);
    let halves = model.check(&table.placement(), &periods, &table.count_table(), table.design()).unwrap();
    let halves = halves.fit(&Options::default()).unwrap();
    close("logLik", walk.log_likelihood(), halves.log_likelihood(), 1e-10);
    let (one, two) = (movement.sd.estimate(), halves.movement().unwrap().sd.estimate());
    close("sd of a step", one, two * 2f64.sqrt(), 1e-6);
}

#[test]
fn a_factor_known_exactly_is_an_exposure() {
    let table = table();
    let late = Provisional::new(["13", "14"], 0.955).unwrap();
    let declared = table.fit(&model(Family::Poisson).provisional(late.clone()));
    let mut scaled = table.clone();
    let of_late = |time: f64| if time > 12.0 { 0.955 } else { 1.0 };
    scaled.exposures.iter_mut().zip(&table.times).for_each(|(e, &time)| *e *= of_late(time));
    same(&declared, &scaled.fit(&model(Family::Poisson)), 1e-6);
    assert_eq!(declared.provisional()[0].log_factor, 0.955f64.ln());

    // one nobody knows is a free step of those periods: its sd is no longer the declared one
    let free = table.fit(&model(Family::Poisson).provisional(late.with_log_sd(3.0).unwrap()));
    let factor = &free.provisional()[0];
    assert!(factor.sd < 0.5 && factor.sd > 0.0, "{factor:?}");
}

#[test]
fn what_cannot_be_told_apart_is_refused() {
    let table = table();
    let refused = |panel: &Panel, model: PanelModel| {
        let checked = model.check(&panel.placement(), &panel.periods(), &panel.count_table(), panel.design());
        checked.unwrap_err().code()
    };
    let one: Vec<usize> = (0..table.n()).filter(|&row| table.times[row] == 3.0).collect();
    let one = table.select(&one);
    assert_eq!(refused(&one, PanelModel::poisson().period_effect()), "too-few-areas");
    let moving =
        PanelModel::poisson().random_intercept("gemeente").in_time("gemeente", InTime::Autoregressive);
    assert_eq!(refused(&one, moving), "confounded-levels");
    let rows = PanelModel::poisson().row_effect().in_time("gemeente", InTime::Independent);
    assert_eq!(refused(&table, rows), "confounded-levels");
    assert_eq!(
        refused(&table, PanelModel::poisson().in_time("street", InTime::Independent)),
        "unknown-level"
    );
    let late = Provisional::new(["15"], 0.9).unwrap();
    assert_eq!(refused(&table, PanelModel::poisson().provisional(late)), "unknown-category");
}
