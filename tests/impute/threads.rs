//! The same generator gives the same tables on any number of threads; work can be watched and stopped.

use crate::published::{Published, below, mixed};
use crate::tables::{generator, neg_bin2, poisson};
use crate::{go_on, may_be};
use nestcount::impute::{Completed, Imputations, Imputer, TablesDone};
use nestcount::{ErrorKind, Options};
use std::ops::ControlFlow;

#[test]
fn tables_are_the_same_on_any_number_of_threads_and_every_time() {
    let options = Options::default();
    for published in [Published::of(neg_bin2(2), mixed), Published::of(poisson(3), below(15))] {
        let problem = published.problem().unwrap();
        let fit = problem.fit(&options).unwrap();
        let imputer = Imputer::new(&problem, &fit, &options).unwrap();
        let tables = |threads: usize, seed: u64| -> Vec<Completed> {
            imputer.tables(Imputations::new(9).on_threads(threads), &mut generator(seed)).unwrap()
        };
        let one = tables(1, 7);
        assert_eq!(one.len(), 9);
        for threads in [1, 2, 3, 50, 0] {
            assert_eq!(tables(threads, 7), one, "{threads} threads");
        }
        assert_ne!(tables(1, 8), one);
        assert!((1..9).all(|at| one[at] != one[0]), "tables differ among each other");
        let whole = |threads: usize| {
            let wanted = Imputations::new(5).on_threads(threads);
            imputer.multiply(wanted, &mut generator(7), go_on).unwrap()
        };
        let first = whole(1);
        for threads in [2, 3] {
            let other = whole(threads);
            assert_eq!((&first.tables, &first.fits), (&other.tables, &other.fits), "{threads} threads");
            assert_eq!(first.pooled, other.pooled);
        }
    }
}

#[test]
fn fewer_tables_are_the_first_of_more() {
    let published = Published::of(poisson(3), below(15));
    let problem = published.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let imputer = Imputer::new(&problem, &fit, &Options::default()).unwrap();
    let few = imputer.tables(Imputations::new(3), &mut generator(7)).unwrap();
    let more = imputer.tables(Imputations::new(8), &mut generator(7)).unwrap();
    assert_eq!(few[..], more[..3]);
    assert!(imputer.tables(Imputations::new(0), &mut generator(7)).unwrap().is_empty());
}

#[test]
fn the_callback_sees_every_table_once() {
    let published = Published::of(poisson(3), below(15));
    let problem = published.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let imputer = Imputer::new(&problem, &fit, &Options::default()).unwrap();
    for threads in [1, 2, 3] {
        let mut seen = Vec::new();
        let wanted = Imputations::new(7).on_threads(threads);
        let watch = |at: TablesDone| {
            seen.push((at.done, at.of));
            ControlFlow::Continue(())
        };
        imputer.multiply(wanted, &mut generator(1), watch).unwrap();
        assert_eq!(seen, (1..=7).map(|done| (done, 7)).collect::<Vec<_>>());
    }
}

#[test]
fn work_stops_when_the_callback_asks_and_does_not_ask_again() {
    let published = Published::of(poisson(3), below(15));
    let problem = published.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let imputer = Imputer::new(&problem, &fit, &Options::default()).unwrap();
    for threads in [1, 2, 3] {
        for stop in [1, 4] {
            let mut last = 0;
            let watch = |at: TablesDone| {
                last = at.done;
                if at.done == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let wanted = Imputations::new(200).on_threads(threads);
            let error = imputer.multiply(wanted, &mut generator(1), watch).unwrap_err();
            let ErrorKind::ImputationCancelled { done, of } = error.kind() else { panic!("{error}") };
            assert_eq!((error.code(), *of, last), ("imputation-cancelled", 200, stop));
            assert!((stop..200).contains(done), "{done}");
        }
    }
}

/// A table that was saved is the table.
#[test]
fn completed_tables_survive_the_round_trip_through_json() {
    let published = Published::of(neg_bin2(2), mixed);
    let problem = published.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let imputer = Imputer::new(&problem, &fit, &Options::default()).unwrap();
    let table = imputer.draw(&mut generator(3)).unwrap();
    let loaded: Completed = serde_json::from_str(&serde_json::to_string(&table).unwrap()).unwrap();
    assert_eq!(loaded, table);
    let each = loaded.rows().iter().zip(loaded.counts());
    assert!(each.into_iter().all(|(&row, count)| may_be(published.counts[row], count.count as u64)));
}
