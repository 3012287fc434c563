//! One row out for each row in, whatever is missing.

use crate::published::{Published, mixed};
use crate::tables::{poisson, with_column};
use nestcount::count::{Count, CountTable, ExclusionReason};
use nestcount::determinant::MissingCells;
use nestcount::report::{Absence, Cell, Sheet, Values};
use nestcount::table::Column;
use nestcount::{Fit, Options, Problem};
use proptest::prelude::*;

fn numbers(sheet: &Sheet, column: &str) -> Vec<Option<f64>> {
    let values = &sheet.column(column).unwrap().values;
    (0..sheet.n_rows()).map(|row| values.number(row)).collect()
}

const NAMES: [&str; 11] = [
    ".row",
    ".count",
    ".count.low",
    ".count.high",
    ".exposure",
    ".fitted",
    ".fixed",
    ".resid",
    ".resid.low",
    ".resid.high",
    ".excluded",
];

#[test]
fn a_complete_table_has_the_numbers_of_the_library() {
    let question = poisson(1);
    let (problem, counts) = (question.problem().unwrap(), question.counts().unwrap());
    let fit = problem.fit(&Options::default()).unwrap();
    let augmented = fit.augment(&problem, &counts).unwrap();
    let fitted = fit.fitted(&problem).unwrap();
    assert_eq!(augmented.names(), NAMES);
    assert_eq!(augmented.n_rows(), 240);
    let of = |values: &[f64]| values.iter().copied().map(Some).collect::<Vec<_>>();
    assert_eq!(numbers(&augmented, ".fitted"), of(&fitted.conditional()));
    assert_eq!(numbers(&augmented, ".fixed"), of(fitted.fixed_part()));
    let residual: Vec<f64> =
        question.numbers("count").iter().zip(fitted.conditional()).map(|(y, mu)| y - mu).collect();
    for column in [".resid", ".resid.low", ".resid.high"] {
        assert_eq!(numbers(&augmented, column), of(&residual));
    }
    let beside = augmented.beside(&question.table).unwrap();
    assert_eq!(beside.names()[..question.table.names().len()], question.table.names()[..]);
    assert_eq!(beside.n_rows(), 240);
}

#[test]
fn what_is_withheld_has_bounds_of_its_residual_and_none_itself() {
    let published = Published::of(poisson(1), mixed);
    let (problem, counts) = (published.problem().unwrap(), published.count_table().unwrap());
    let fit = problem.fit(&Options::default()).unwrap();
    let augmented = fit.augment(&problem, &counts).unwrap();
    let column = |name| numbers(&augmented, name);
    let (count, resid, fitted) = (column(".count"), column(".resid"), column(".fitted"));
    let (low, high) = (column(".resid.low"), column(".resid.high"));
    let mut open = 0;
    for (row, known) in published.counts.iter().enumerate() {
        let bounds = known.bounds();
        let exact = bounds.hi() == Some(bounds.lo());
        assert_eq!(count[row], exact.then_some(bounds.lo() as f64));
        assert_eq!(resid[row].is_some(), exact);
        assert_eq!(low[row], Some(bounds.lo() as f64 - fitted[row].unwrap()));
        assert_eq!(high[row], bounds.hi().map(|hi| hi as f64 - fitted[row].unwrap()));
        open += usize::from(bounds.hi().is_none());
    }
    assert!(open > 0);
}

#[test]
fn counts_of_another_table_are_refused() {
    let question = poisson(1);
    let problem = question.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let short = CountTable::without_exposure(vec![Count::Exact(1); 3]).unwrap();
    assert_eq!(fit.augment(&problem, &short).unwrap_err().code(), "length");
    let others = question.counts().unwrap().without(&[5], ExclusionReason::Withheld);
    let error = fit.augment(&problem, &others).unwrap_err();
    assert_eq!(error.code(), "specification");
    assert!(error.to_string().contains("row 6"), "{error}");
    let other = poisson(7).problem().unwrap();
    assert_eq!(fit.augment(&other, &question.counts().unwrap()).unwrap_err().code(), "specification");
}

/// What is done to a row.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Kept,
    CountMissing,
    NobodyExposed,
    ExposureMissing,
    DeterminantMissing,
    LeftOut,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        8 => Just(Fate::Kept),
        1 => Just(Fate::CountMissing),
        1 => Just(Fate::NobodyExposed),
        1 => Just(Fate::ExposureMissing),
        1 => Just(Fate::DeterminantMissing),
        1 => Just(Fate::LeftOut),
    ]
}

struct Made {
    problem: Problem,
    counts: CountTable,
    fit: Fit,
}

fn made(fates: &[Fate]) -> Made {
    let question = poisson(1);
    let met = |row: usize, fate: Fate| fates[row] == fate;
    let cells = |column: &str, change: &dyn Fn(usize, f64) -> Option<f64>| {
        Column::Numbers(
            question.numbers(column).into_iter().enumerate().map(|(row, x)| change(row, x)).collect(),
        )
    };
    let a = cells("a", &|row, x| (!met(row, Fate::DeterminantMissing)).then_some(x));
    let table = with_column(&question.table, "a", a);
    let exposures: Vec<Option<f64>> = question
        .numbers("exposure")
        .into_iter()
        .enumerate()
        .map(|(row, x)| match fates[row] {
            Fate::NobodyExposed => Some(0.0),
            Fate::ExposureMissing => None,
            _ => Some(x),
        })
        .collect();
    let counts: Vec<Count> = question
        .numbers("count")
        .into_iter()
        .enumerate()
        .map(|(row, y)| match fates[row] {
            Fate::CountMissing => Count::Missing,
            Fate::NobodyExposed => Count::Exact(0),
            Fate::ExposureMissing => Count::interval(0, 9).unwrap(),
            _ => Count::Exact(y as u64),
        })
        .collect();
    let left_out: Vec<usize> = (0..fates.len()).filter(|&row| met(row, Fate::LeftOut)).collect();
    let counts =
        CountTable::with_exposures(counts, exposures).unwrap().without(&left_out, ExclusionReason::Withheld);
    let placement = question.placement().unwrap();
    let wanted = question.determinants.missing(MissingCells::Drop);
    let design = wanted.build(&table, &placement, counts.rows()).unwrap();
    let problem = question.model.check(&placement, &counts, design).unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    Made { problem, counts, fit }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn one_row_out_for_each_row_in_with_its_reason(fates in prop::collection::vec(fate(), 240)) {
        let Made { problem, counts, fit } = made(&fates);
        let augmented = fit.augment(&problem, &counts).unwrap();
        prop_assert_eq!(augmented.n_rows(), 240);
        let rows: Vec<Option<f64>> = (1..=240).map(|row| Some(f64::from(row))).collect();
        prop_assert_eq!(numbers(&augmented, ".row"), rows);
        let Values::Numbers(fitted) = &augmented.column(".fitted").unwrap().values else { panic!() };
        let Values::Text(excluded) = &augmented.column(".excluded").unwrap().values else { panic!() };
        let order: Vec<usize> = (0..240).filter(|&row| fates[row] == Fate::Kept).collect();
        prop_assert_eq!(problem.rows(), &order[..]);
        for (row, fate) in fates.iter().enumerate() {
            let reason = match fate {
                Fate::Kept => None,
                Fate::CountMissing => Some(Absence::Excluded(ExclusionReason::NoCount)),
                Fate::NobodyExposed => Some(Absence::Excluded(ExclusionReason::NoExposure)),
                Fate::ExposureMissing => Some(Absence::Excluded(ExclusionReason::MissingExposure)),
                Fate::DeterminantMissing => Some(Absence::NotInFit),
                Fate::LeftOut => Some(Absence::Excluded(ExclusionReason::Withheld)),
            };
            prop_assert_eq!(fitted[row].absence(), reason);
            prop_assert_eq!(excluded[row] == Cell::Empty(Absence::NotApplicable), reason.is_none());
        }
        // what the design dropped has a count all the same
        for (row, count) in numbers(&augmented, ".count").into_iter().enumerate() {
            let there = matches!(fates[row], Fate::Kept | Fate::DeterminantMissing);
            prop_assert_eq!(count.is_some(), there);
        }
    }
}
