//! Tables nobody thought of with counts known in part: never a panic, never an unsound fit.

use crate::finite::sound_apart_from_the_trace;
use crate::published::{Published, interval, open};
use crate::question::Question;
use nestcount::count::{Count, RandomlyRounded};
use nestcount::determinant::Determinants;
use nestcount::impute::Imputer;
use nestcount::table::Table;
use nestcount::{Family, Model, Options};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::BTreeMap;
use std::sync::Mutex;

fn rounded(base: u32, from: u64, steps: u64) -> Count {
    let wide = u64::from(base);
    Count::RandomlyRounded(RandomlyRounded::between(base, from * wide, (from + steps) * wide).unwrap())
}

fn count(most: u64) -> BoxedStrategy<Count> {
    prop_oneof![
        4 => (0..=most).prop_map(Count::Exact),
        3 => (0..=most, 0..=most).prop_map(|(lo, more)| interval(lo, lo + more)),
        2 => (1..=9u64).prop_map(|hi| interval(0, hi)),
        1 => (0..=most).prop_map(open),
        2 => (2..=10u32, 0..=(most / 4 + 1), 0..2u64).prop_map(|(base, from, steps)| rounded(base, from, steps)),
        1 => Just(Count::Missing),
    ]
    .boxed()
}

/// All of one kind, or of all kinds.
fn counts(rows: usize) -> BoxedStrategy<Vec<Count>> {
    let mixed = prop_oneof![Just(3u64), Just(30), Just(1000)]
        .prop_flat_map(move |most| proptest::collection::vec(count(most), rows));
    let threshold = (1..60u64, proptest::collection::vec(0..80u64, rows)).prop_map(|(threshold, ys)| {
        ys.into_iter()
            .map(|y| if y < threshold { interval(0, threshold - 1) } else { Count::Exact(y) })
            .collect()
    });
    let two_sided = (1..40u64, proptest::collection::vec(0..80u64, rows)).prop_map(|(threshold, ys)| {
        ys.into_iter()
            .map(|y| if y < threshold { interval(0, threshold - 1) } else { open(threshold) })
            .collect()
    });
    let absurd = proptest::collection::vec(
        prop_oneof![
            3 => (0..50u64).prop_map(Count::Exact),
            1 => (0..1u64 << 40, 0..1u64 << 52).prop_map(|(lo, more)| interval(lo, lo + more)),
            1 => (0..1u64 << 40).prop_map(open),
            1 => (1..=9u64, 0..1u64 << 40).prop_map(|(_, k)| rounded(1000, k, 0)),
        ],
        rows,
    );
    prop_oneof![4 => mixed, 2 => threshold, 1 => two_sided, 1 => absurd].boxed()
}

fn question() -> impl Strategy<Value = Published> {
    let family = prop_oneof![Just(Family::Poisson), Just(Family::NegBin2)];
    let sized = (1..=40usize).prop_flat_map(|rows| {
        let codes =
            |areas: usize| proptest::collection::vec((0..areas).prop_map(|at| format!("c{at}")), rows);
        let x = prop_oneof![
            3 => proptest::collection::vec(-2.0..2.0f64, rows),
            1 => proptest::collection::vec(prop_oneof![Just(0.0), Just(1.0)], rows),
            1 => proptest::collection::vec(-1e6..1e6f64, rows),
        ];
        let exposure = prop_oneof![
            4 => proptest::collection::vec(1.0..50.0f64, rows),
            1 => proptest::collection::vec(prop_oneof![1 => Just(0.0), 9 => 1.0..1e3f64], rows),
            1 => proptest::collection::vec((-12..12i32).prop_map(|power| 10f64.powi(power)), rows),
        ];
        (codes(3), codes(6), counts(rows), exposure, x)
    });
    (sized, family, 0..4u8, prop::bool::weighted(0.15), prop::bool::ANY).prop_map(
        |((coarse, fine, counts, exposure, x), family, levels, rows, with_x)| {
            let table = Table::new().with_text("coarse", coarse).unwrap().with_text("fine", fine).unwrap();
            let table = table.with_numbers("exposure", exposure).unwrap().with_numbers("x", x).unwrap();
            let model = Model::of(family);
            let model = if levels & 1 > 0 { model.random_intercept("coarse") } else { model };
            let model = if levels & 2 > 0 { model.random_intercept("fine") } else { model };
            let question = Question {
                table,
                levels: vec!["coarse", "fine"],
                count: "none",
                exposure: Some("exposure"),
                determinants: if with_x { Determinants::new().numeric("x") } else { Determinants::new() },
                model: if rows { model.row_effect() } else { model },
            };
            Published { question, counts }
        },
    )
}

/// Points at which next to nothing is known take long to evaluate; a climb over them need not end.
fn few() -> Options {
    Options { max_evaluations: 40, ..Options::default() }
}

fn runner(least: u32) -> TestRunner {
    let config = ProptestConfig::default();
    let config = ProptestConfig {
        cases: config.cases.max(least),
        failure_persistence: None,
        max_shrink_iters: 0,
        ..config
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn a_random_table_of_counts_known_in_part_is_fitted_soundly_or_refused_with_a_code() {
    let outcomes: Mutex<BTreeMap<&'static str, usize>> = Mutex::default();
    let result = runner(120).run(&question(), |published| {
        let outcome = match published.problem().and_then(|problem| problem.fit(&few())) {
            Ok(fit) => {
                sound_apart_from_the_trace(&fit).map_err(TestCaseError::fail)?;
                prop_assert!(!fit.to_string().contains("NaN"), "{fit}");
                "fitted"
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                error.code()
            }
        };
        *outcomes.lock().unwrap().entry(outcome).or_insert(0) += 1;
        Ok(())
    });
    println!("{:?}", outcomes.lock().unwrap());
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(outcomes.lock().unwrap()["fitted"] > 30);
}

/// Whatever was fitted is imputed inside its bounds, or refused because no such count can be drawn.
#[test]
fn a_random_table_is_imputed_inside_its_bounds() {
    let imputed = Mutex::new(0usize);
    let options = few();
    let result = runner(60).run(&question(), |published| {
        // sums over millions of terms are for no test that runs always
        let vast = |count: &Count| count.bounds().lo() > 1_000_000;
        let Ok(problem) = published.problem() else { return Ok(()) };
        if published.counts.iter().any(vast) {
            return Ok(());
        }
        let Ok(fit) = problem.fit(&options) else { return Ok(()) };
        let imputer =
            Imputer::new(&problem, &fit, &options).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let rng = &mut ChaCha12Rng::seed_from_u64(1);
        for table in [imputer.draw(rng), imputer.draw_at_estimate(rng), imputer.conditional_mean()] {
            let table = match table {
                Ok(table) => table,
                Err(error) => {
                    prop_assert!(["undrawable", "specification"].contains(&error.code()), "{error}");
                    continue;
                }
            };
            for (&row, completed) in table.rows().iter().zip(table.counts()) {
                let bounds = published.counts[row].bounds();
                let inside = completed.count >= bounds.lo() as f64
                    && bounds.hi().is_none_or(|hi| completed.count <= hi as f64);
                prop_assert!(inside, "{} in {:?}", completed.count, published.counts[row]);
            }
            prop_assert!(problem.completed(&table).is_ok());
            *imputed.lock().unwrap() += 1;
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(*imputed.lock().unwrap() > 30);
}
