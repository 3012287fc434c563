//! Tests by simulation: promises that hold for every table.

use crate::made::{Made, Truth, model};
use nestcount::diagnose::{Conditional, Measured, SimulatedAreas, SimulatedTest, Simulations, Statistic};
use nestcount::infer::FailedRefits;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::ops::ControlFlow;

const TRUTH: Truth = Truth { groups: 40, size: 5, sd: 0.4, mean: 3.0, theta: None };

pub(crate) const BOTH: [Statistic; 2] = [Statistic::Dispersion, Statistic::ExcessZeros];

pub(crate) fn tests(
    made: &Made,
    statistics: &[Statistic],
    wanted: &Simulations,
    seed: u64,
) -> Vec<SimulatedTest> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    made.fit
        .simulated_tests(&made.problem, statistics, wanted, &mut rng, |_| ControlFlow::Continue(()))
        .unwrap()
}

#[test]
fn any_number_of_threads_gives_the_same_tests() {
    let made = TRUTH.withheld(&model(None), 1, 4).unwrap();
    let all = [Statistic::Dispersion, Statistic::ExcessZeros, Statistic::Uniformity(Conditional::Cavity)];
    for areas in [SimulatedAreas::New, SimulatedAreas::Drawn] {
        let on = |threads| tests(&made, &all, &Simulations::new(12, areas).on_threads(threads), 9);
        let one = on(1);
        assert_eq!(one.len(), 3);
        assert!(one.iter().all(|test| test.simulated.len() + test.failed.count() == 12));
        assert!([2, 5].into_iter().all(|threads| on(threads) == one));
    }
}

#[test]
fn overdispersion_and_zeros_are_found() {
    let wanted = Simulations::new(99, SimulatedAreas::New);
    let scattered = Truth { theta: Some(2.0), ..TRUTH }.fitted(&model(None), 2).unwrap();
    let found = tests(&scattered, &BOTH, &wanted, 1);
    assert!(found[0].p_value() <= 0.02 && found[0].p_at_most() == 1.0, "{}", found[0].p_value());
    let (value, expected) = (found[0].observed.value, found[0].expected().unwrap());
    assert!(value > 1.3 * expected, "{value} {expected}");
    assert!(found[1].p_value() <= 0.05, "{}", found[1].p_value());
}

#[test]
fn the_callback_sees_every_table_and_stops_the_work() {
    let made = TRUTH.fitted(&model(None), 3).unwrap();
    let mut seen = Vec::new();
    let stopped = made.fit.simulated_tests(
        &made.problem,
        &BOTH,
        &Simulations::new(50, SimulatedAreas::New),
        &mut ChaCha12Rng::seed_from_u64(1),
        |at| {
            seen.push((at.done, at.of));
            if at.done == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    );
    assert_eq!((stopped.unwrap_err().code(), seen), ("inference-cancelled", vec![(1, 50), (2, 50), (3, 50)]));
}

#[test]
fn p_values_count_the_values_beyond() {
    let measured = |standardised| Measured { value: 10.0 * standardised, standardised };
    let simulated = vec![measured(0.0), measured(1.0), measured(2.0), measured(3.0)];
    let test = |statistic| SimulatedTest {
        statistic,
        observed: measured(2.0),
        simulated: simulated.clone(),
        failed: FailedRefits::default(),
    };
    let two = test(Statistic::Dispersion);
    assert_eq!((two.p_at_least(), two.p_at_most(), two.p_value()), (0.6, 0.8, 1.0));
    assert_eq!(test(Statistic::Uniformity(Conditional::Marginal)).p_value(), 0.6);
    assert_eq!(two.expected(), Some(15.0));
}
