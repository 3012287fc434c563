//! Tables nobody thought of: never a panic, never a number that is not one in a fit that is returned.

use crate::finite::soundness;
use crate::question::Question;
use nestcount::determinant::{AliasedColumns, Determinants, MissingCells, Numeric};
use nestcount::table::{Column, Table};
use nestcount::{Family, Model, Result};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;
use std::sync::Mutex;

const CODES: [&str; 7] = ["A", "B", "C", "D", "E", "F", ""];
const DETERMINANTS: [&str; 3] = ["x", "y", "z"];

fn cells(cell: BoxedStrategy<f64>, rows: usize) -> BoxedStrategy<Vec<f64>> {
    proptest::collection::vec(cell, rows).boxed()
}

/// A column of one kind throughout, or of cells of all kinds.
fn column(kinds: Vec<BoxedStrategy<f64>>, rows: usize) -> BoxedStrategy<Vec<f64>> {
    let mixed = proptest::strategy::Union::new(kinds.clone()).boxed();
    let pure = proptest::strategy::Union::new(kinds.into_iter().map(|kind| cells(kind, rows)));
    prop_oneof![4 => pure, 1 => cells(mixed, rows)].boxed()
}

fn counts(rows: usize) -> BoxedStrategy<Vec<f64>> {
    let whole = |to: f64| (0.0..=to).prop_map(f64::round).boxed();
    column(
        vec![
            Just(0.0).boxed(),
            Just(7.0).boxed(),
            whole(1.0),
            whole(5.0),
            whole(100.0),
            whole(1e6),
            whole(1e12),
        ],
        rows,
    )
}

fn exposures(rows: usize) -> BoxedStrategy<Vec<f64>> {
    let power = (-300..=300).prop_map(|power| 10f64.powi(power)).boxed();
    let size = (0.0..5.0).prop_map(|power| 10f64.powf(power)).boxed();
    let some_zero = prop_oneof![1 => Just(0.0), 9 => 1.0..1e3].boxed();
    column(vec![Just(1.0).boxed(), size.clone(), size, some_zero, power], rows)
}

fn determinant(rows: usize) -> BoxedStrategy<Vec<f64>> {
    let binary = prop_oneof![Just(0.0), Just(1.0)].boxed();
    let mostly_zero = prop_oneof![8 => Just(0.0), 1 => -3.0..3.0].boxed();
    let repeated = (0..4).prop_map(f64::from).boxed();
    let huge = (-1e12..1e12).boxed();
    let absurd =
        prop_oneof![Just(1e300), Just(-1e300), Just(1e-300), Just(f64::MAX), Just(f64::MIN_POSITIVE)].boxed();
    let near = (0..3).prop_map(|k| 1e9 + f64::from(k)).boxed();
    column(
        vec![(-2.0..2.0).boxed(), binary, mostly_zero, repeated, huge, near, Just(3.0).boxed(), absurd],
        rows,
    )
}

fn codes(rows: usize) -> BoxedStrategy<Vec<String>> {
    (1..CODES.len() + 1, 0..20u8)
        .prop_flat_map(move |(areas, blanks)| {
            let areas = if blanks == 0 { areas } else { areas.min(CODES.len() - 1) };
            proptest::collection::vec((0..areas).prop_map(|at| CODES[at].to_string()), rows)
        })
        .boxed()
}

fn model() -> impl Strategy<Value = Model> {
    let family = prop_oneof![Just(Family::Poisson), Just(Family::NegBin2)];
    (family, 0..4u8, prop::bool::weighted(0.15)).prop_map(|(family, levels, rows)| {
        let model = Model::of(family);
        let model = if levels & 1 > 0 { model.random_intercept("coarse") } else { model };
        let model = if levels & 2 > 0 { model.random_intercept("fine") } else { model };
        if rows { model.row_effect() } else { model }
    })
}

fn question() -> impl Strategy<Value = Question> {
    let sized = (1..=40usize).prop_flat_map(|rows| {
        let determinants = proptest::collection::vec(determinant(rows), 0..=3);
        (codes(rows), codes(rows), counts(rows), exposures(rows), determinants)
    });
    (sized, model(), prop::bool::ANY).prop_map(
        |((coarse, fine, counts, exposures, determinants), model, drop)| {
            let table = Table::new().with_text("coarse", coarse).unwrap().with_text("fine", fine).unwrap();
            let table =
                table.with_numbers("count", counts).unwrap().with_numbers("exposure", exposures).unwrap();
            let named = DETERMINANTS.into_iter().zip(determinants);
            let policy = if drop { AliasedColumns::Drop } else { AliasedColumns::Refuse };
            let start = (table, Determinants::new().aliased(policy));
            let (table, determinants) = named.fold(start, |(table, wanted), (name, cells)| {
                (table.with_numbers(name, cells).unwrap(), wanted.numeric(name))
            });
            Question {
                table,
                levels: vec!["coarse", "fine"],
                count: "count",
                exposure: Some("exposure"),
                determinants,
                model,
            }
        },
    )
}

/// The same tables every time; more of them where PROPTEST_CASES asks for more.
fn runner(least: u32) -> TestRunner {
    let config = ProptestConfig::default();
    let config = ProptestConfig { cases: config.cases.max(least), failure_persistence: None, ..config };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn a_random_table_is_fitted_soundly_or_refused_with_a_code() {
    let outcomes: Mutex<BTreeMap<&'static str, usize>> = Mutex::default();
    let result = runner(2000).run(&question(), |question| {
        let outcome = match question.fit() {
            Ok(fit) => {
                soundness(&fit).map_err(TestCaseError::fail)?;
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
    assert!(outcomes.lock().unwrap()["fitted"] > 0);
}

/// Well-behaved tables only: whatever is not refused for a reason in the data must converge.
fn tame() -> impl Strategy<Value = Question> {
    let sized = (12..=40usize).prop_flat_map(|rows| {
        let codes =
            |areas: usize| proptest::collection::vec((0..areas).prop_map(|at| format!("c{at}")), rows);
        let counts = prop_oneof![0..2u32, 0..12u32, 0..80u32]
            .prop_flat_map(move |most| cells((0..=most).prop_map(f64::from).boxed(), rows));
        let normal = cells((-2.0..2.0).boxed(), rows);
        (codes(3), codes(4), counts, cells((1.0..50.0).boxed(), rows), normal)
    });
    (sized, model()).prop_map(|((coarse, fine, counts, exposures, x), model)| {
        let table = Table::new().with_text("coarse", coarse).unwrap().with_text("fine", fine).unwrap();
        let table = table.with_numbers("count", counts).unwrap().with_numbers("exposure", exposures).unwrap();
        let table = table.with_numbers("x", x).unwrap();
        let determinants = Determinants::new().numeric("x");
        Question {
            table,
            levels: vec!["coarse", "fine"],
            count: "count",
            exposure: Some("exposure"),
            determinants,
            model,
        }
    })
}

#[test]
fn a_tame_random_table_converges_unless_its_data_say_why_not() {
    let outcomes: Mutex<BTreeMap<&'static str, usize>> = Mutex::default();
    let result = runner(2000).run(&tame(), |question| {
        let fitted = question.fit();
        let outcome = fitted.as_ref().map_or_else(|error| error.code(), |_| "fitted");
        *outcomes.lock().unwrap().entry(outcome).or_insert(0) += 1;
        match fitted {
            Ok(fit) => soundness(&fit).map_err(TestCaseError::fail)?,
            Err(error) => prop_assert!(error.code() != "not-converged", "{error}"),
        }
        Ok(())
    });
    println!("{:?}", outcomes.lock().unwrap());
    if let Err(error) = result {
        panic!("{error}");
    }
}

fn text_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0..9u8).prop_map(|x| x.to_string()),
        1 => (-5.0..5.0f64).prop_map(|x| x.to_string()),
        1 => prop::sample::select(vec!["", " ", "NA", ".", "NaN", "inf", "-0", "1e400", "1e-400", "0x1", "1,5", "é", "\u{0}"])
            .prop_map(String::from),
    ]
}

/// Cells of any text, and every way to treat the missing ones.
#[test]
fn cells_of_any_text_are_no_panic() {
    let table = (1..=12usize)
        .prop_flat_map(|rows| proptest::collection::vec(proptest::collection::vec(text_cell(), rows), 5));
    let policy = prop::sample::select(vec![
        MissingCells::Refuse,
        MissingCells::Drop,
        MissingCells::ParentMean,
        MissingCells::ParentMeanWithIndicator,
    ]);
    let result = runner(1000).run(&(table, policy, model()), |(columns, policy, model)| {
        let names = ["coarse", "fine", "count", "exposure", "x"];
        let filled = names
            .into_iter()
            .zip(columns)
            .try_fold(Table::new(), |table, (name, cells)| table.with_column(name, Column::Text(cells)));
        let determinants =
            Determinants::new().with(Numeric::new("x").log1p()).categorical("fine").missing(policy);
        let question = Question {
            table: filled.unwrap(),
            levels: vec!["coarse", "fine"],
            count: "count",
            exposure: Some("exposure"),
            determinants,
            model,
        };
        if let Ok(fit) = question.fit() {
            soundness(&fit).map_err(TestCaseError::fail)?;
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[cfg(feature = "csv")]
#[test]
fn bytes_of_any_kind_are_a_table_or_unreadable() {
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..80),
        "[a-c,;\"\n 0-9.é]{0,80}".prop_map(String::into_bytes),
    ];
    let result = runner(1000).run(&bytes, |bytes| {
        let read: Result<Table> = Table::from_csv(bytes.as_slice());
        if let Err(error) = read {
            prop_assert!(["unreadable", "duplicate-column"].contains(&error.code()), "{error}");
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
