//! Determinants with missing cells: what is imputed, what is refused, and what the fits are fits of.

use crate::published::{Published, below};
use crate::question::Question;
use crate::tables::{generator, neg_bin2, poisson};
use crate::{finite::assert_sound, go_on, may_be};
use nestcount::count::Count;
use nestcount::determinant::{Determinants, Numeric};
use nestcount::impute::{
    Imputations, ImputedCell, IncompleteProblem, MultipleImputation, Origin, PooledFit, TablesDone,
    WithheldCounts,
};
use nestcount::table::Column;
use nestcount::{Options, Result};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

fn incomplete(published: &Published) -> Result<IncompleteProblem> {
    let question = &published.question;
    let (placement, counts) = (published.placement()?, published.count_table()?);
    let options = Options::default();
    IncompleteProblem::new(
        &question.model,
        &question.determinants,
        &question.table,
        &placement,
        &counts,
        &options,
    )
}

/// Cells of `a` and `b` blanked in rows of their own and in rows they share.
fn blanked(question: &Question) -> Question {
    let blank = |column: &str, is: fn(usize) -> bool| {
        let cells = question.numbers(column).into_iter().enumerate();
        Column::Numbers(cells.map(|(row, x)| (!is(row)).then_some(x)).collect())
    };
    question.with("a", blank("a", |row| row % 6 == 1)).with("b", blank("b", |row| row % 9 == 4))
}

fn multiplied(
    published: &Published,
    tables: usize,
    withheld: WithheldCounts,
    threads: usize,
) -> MultipleImputation {
    let wanted = Imputations::new(tables).on_threads(threads);
    incomplete(published).unwrap().multiply(wanted, withheld, &mut generator(8), go_on).unwrap()
}

/// The question with the imputed cells written into its table.
fn filled(question: &Question, cells: &[ImputedCell]) -> Question {
    let mut filled = question.clone();
    for name in ["a", "b", "c"] {
        let mut column = question.table.numbers(name).unwrap();
        for cell in cells.iter().filter(|cell| cell.term == name) {
            assert_eq!(column[cell.row], None, "row {} was observed", cell.row);
            column[cell.row] = Some(cell.value);
        }
        filled = filled.with(name, Column::Numbers(column));
    }
    filled
}

#[test]
fn complete_data_give_the_fit_back() {
    for published in [
        Published::of(poisson(1), |_, y| Count::Exact(y)),
        Published::of(neg_bin2(2), |_, y| Count::Exact(y)),
        Published::of(neg_bin2(2), below(15)),
    ] {
        assert_eq!(incomplete(&published).unwrap().n_incomplete(), 0);
        let fit = published.fit().unwrap();
        let made = multiplied(&published, 3, WithheldCounts::AsPublished, 1);
        for (a, b) in fit.coefficients().iter().zip(made.pooled.coefficients()) {
            assert!((a.estimate - b.pooled.estimate).abs() < 2e-6 * a.std_error, "{}", a.term);
            assert!(b.pooled.lambda < 1e-12 && b.pooled.between <= 1e-12 * b.pooled.within, "{:?}", b.pooled);
            assert!(b.pooled.missing_information < 0.01, "{:?}", b.pooled);
        }
        for (table, one) in made.tables.iter().zip(&made.fits) {
            assert!(table.cells().is_empty());
            assert!((one.log_likelihood() - fit.log_likelihood()).abs() < 1e-8 * fit.log_likelihood().abs());
        }
    }
}

#[test]
fn each_fit_is_that_of_its_table_written_out_by_hand() {
    let plain = Determinants::new().numeric("a").numeric("b").numeric("c");
    let products = plain.clone().interaction(["a", "b"]).interaction(["a", "c"]);
    let powers = Determinants::new().with(Numeric::new("a").polynomial(3)).numeric("b").numeric("c");
    for determinants in [plain, products, powers] {
        for (publish, withheld) in [
            (None, WithheldCounts::AsPublished),
            (Some(15), WithheldCounts::AsPublished),
            (Some(15), WithheldCounts::Drawn),
        ] {
            let question = Question { determinants: determinants.clone(), ..blanked(&neg_bin2(3)) };
            let published = match publish {
                None => Published::of(question, |_, y| Count::Exact(y)),
                Some(threshold) => Published::of(question, below(threshold)),
            };
            let made = multiplied(&published, 2, withheld, 1);
            assert_eq!(made.pooled, PooledFit::of(&made.fits).unwrap());
            for (table, fit) in made.tables.iter().zip(&made.fits) {
                assert_sound(fit);
                let mut by_hand = published.asking(|question| filled(&question, table.cells()));
                for (&row, count) in table.rows().iter().zip(table.counts()) {
                    match count.origin {
                        Origin::Published | Origin::Bounded => {}
                        _ => {
                            assert!(may_be(published.counts[row], count.count as u64));
                            by_hand.counts[row] = Count::Exact(count.count as u64);
                        }
                    }
                }
                let by_hand = by_hand.fit().unwrap();
                let far = (by_hand.log_likelihood() - fit.log_likelihood()).abs();
                assert!(far < 1e-8 * fit.log_likelihood().abs(), "{far:e}");
                for (a, b) in by_hand.coefficients().iter().zip(fit.coefficients()) {
                    assert_eq!(a.term, b.term);
                    assert!(
                        (a.estimate - b.estimate).abs() < 1e-5 * a.std_error,
                        "{}: {} {}",
                        a.term,
                        a.estimate,
                        b.estimate
                    );
                    assert!((a.std_error - b.std_error).abs() < 1e-5 * a.std_error, "{}", a.term);
                }
                for (a, b) in by_hand.levels().iter().zip(fit.levels()) {
                    assert!((a.sd.estimate() - b.sd.estimate()).abs() < 1e-5, "{}", a.level);
                }
            }
        }
    }
}

#[test]
fn exactly_the_missing_cells_of_the_rows_that_take_part_are_imputed() {
    let mut published = Published::of(blanked(&poisson(4)), below(15));
    for row in [1, 4, 50] {
        published.counts[row] = Count::Missing;
    }
    let problem = incomplete(&published).unwrap();
    let a = published.question.table.numbers("a").unwrap();
    let b = published.question.table.numbers("b").unwrap();
    let taking_part = |row: &usize| ![1, 4, 50].contains(row);
    let expected: BTreeSet<(usize, &str)> = (0..240)
        .filter(taking_part)
        .flat_map(|row| [(row, "a", a[row]), (row, "b", b[row])])
        .filter_map(|(row, term, cell)| cell.is_none().then_some((row, term)))
        .collect();
    let rows: BTreeSet<usize> = expected.iter().map(|(row, _)| *row).collect();
    assert_eq!(problem.n_incomplete(), rows.len());
    for withheld in [WithheldCounts::AsPublished, WithheldCounts::Drawn] {
        let made = multiplied(&published, 8, withheld, 2);
        for table in &made.tables {
            let found: Vec<(usize, &str)> =
                table.cells().iter().map(|cell| (cell.row, cell.term.as_str())).collect();
            assert_eq!(found.len(), expected.len());
            assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
            assert!(table.cells().iter().all(|cell| cell.value.is_finite()));
            let origin = if withheld == WithheldCounts::Drawn { Origin::Drawn } else { Origin::Bounded };
            for (&row, count) in table.rows().iter().zip(table.counts()) {
                let exact = matches!(published.counts[row], Count::Exact(_));
                assert_eq!(count.origin, if exact { Origin::Published } else { origin });
            }
        }
        assert!(made.tables[0].cells() != made.tables[1].cells());
        assert!(made.pooled.coefficient("a").unwrap().pooled.missing_information > 0.01);
    }
}

#[test]
fn the_same_generator_imputes_the_same_on_any_number_of_threads() {
    for published in [
        Published::of(blanked(&poisson(4)), below(15)),
        Published::of(blanked(&neg_bin2(5)), |_, y| Count::Exact(y)),
    ] {
        for withheld in [WithheldCounts::AsPublished, WithheldCounts::Drawn] {
            let one = multiplied(&published, 4, withheld, 1);
            for threads in [1, 2, 3] {
                let other = multiplied(&published, 4, withheld, threads);
                assert_eq!(
                    (&one.tables, &one.fits, &one.pooled),
                    (&other.tables, &other.fits, &other.pooled)
                );
            }
        }
    }
    let problem = incomplete(&Published::of(blanked(&poisson(4)), below(15))).unwrap();
    let (mut seen, stop) = (0, 2);
    let watch = |at: TablesDone| {
        seen = at.done;
        if at.done == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let stopped = problem.multiply(Imputations::new(40), WithheldCounts::Drawn, &mut generator(1), watch);
    assert_eq!((stopped.unwrap_err().code(), seen), ("imputation-cancelled", stop));
}

/// Cells missing at random come back about the line on which the other cells of their rows put them, however tight.
#[test]
fn cells_that_others_give_away_come_back() {
    let question = poisson(2);
    let b = question.numbers("b");
    for scatter in [0.05, 0.2, 0.5] {
        let told = question.changed("a", |row, a| 2.0 + 3.0 * b[row] + scatter * a);
        let cells = told.numbers("a").into_iter().enumerate();
        let cells = cells.map(|(row, a)| (row % 5 != 2).then_some(a)).collect();
        let published = Published::of(told.with("a", Column::Numbers(cells)), |_, y| Count::Exact(y));
        let made = multiplied(&published, 6, WithheldCounts::AsPublished, 2);
        let cells = made.tables.iter().flat_map(|table| table.cells());
        let off: Vec<f64> = cells.map(|cell| (cell.value - 2.0 - 3.0 * b[cell.row]) / scatter).collect();
        assert_eq!(off.len(), 6 * 48);
        assert!(off.iter().all(|z| z.abs() < 6.0), "scatter {scatter}: {off:?}");
        let size = (off.iter().map(|z| z * z).sum::<f64>() / off.len() as f64).sqrt();
        assert!((0.7..1.5).contains(&size), "scatter {scatter}: {size}");
    }
}

#[test]
fn what_cannot_be_imputed_is_refused_with_its_reason() {
    let question = poisson(1);
    let refused = |question: Question, code: &str| {
        let error = incomplete(&Published::of(question, below(15))).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        error.to_string()
    };
    let kinds = (0..240).map(|row| ["x", "y", "z", ""][if row % 17 == 3 { 3 } else { row % 3 }].to_string());
    let kinds = question.with_text("kind", kinds);
    let text = refused(
        Question { determinants: Determinants::new().numeric("a").categorical("kind"), ..kinds },
        "specification",
    );
    assert!(text.contains("'kind'") && text.contains("category"), "{text}");
    let nowhere = question.with("a", Column::Numbers(vec![None; 240]));
    let text = refused(nowhere, "nothing-to-fill-from");
    assert!(text.contains("'a'"), "{text}");
    let split = Determinants::new().with(Numeric::new("a").within("town")).numeric("b");
    let text = refused(Question { determinants: split, ..blanked(&question) }, "specification");
    assert!(text.contains("split by area"), "{text}");
    refused(blanked(&question).changed("c", |_, _| 1.0), "constant");
}

#[test]
fn a_determinant_observed_once_is_an_answer_or_an_error() {
    let question = poisson(1);
    for observed in [1, 2, 3] {
        let cells = question.numbers("a").into_iter().enumerate();
        let cells = cells.map(|(row, a)| (row < observed).then_some(a)).collect();
        let published = Published::of(question.with("a", Column::Numbers(cells)), below(15));
        let outcome = incomplete(&published).and_then(|problem| {
            problem.multiply(Imputations::new(2), WithheldCounts::Drawn, &mut generator(1), go_on)
        });
        match outcome {
            Ok(made) => made.fits.iter().for_each(assert_sound),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}
