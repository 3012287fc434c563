//! What cannot be imputed or completed is refused with its code.

use crate::go_on;
use crate::published::{Published, below, interval, open};
use crate::tables::{generator, neg_bin2, poisson};
use nestcount::count::Count;
use nestcount::impute::{Completed, Imputations, Imputer};
use nestcount::{Error, Options, Problem};
use serde_json::json;

#[track_caller]
fn refused<T>(result: Result<T, Error>, code: &str) -> Error {
    let error = result.err().unwrap_or_else(|| panic!("accepted, where '{code}' was expected"));
    assert_eq!(error.code(), code, "{error}");
    assert!(!error.to_string().is_empty());
    error
}

fn problem(published: &Published) -> Problem {
    published.problem().unwrap()
}

#[test]
fn a_middle_of_an_open_interval_is_refused_with_all_rows() {
    let published =
        Published::of(poisson(1), |row, y| if row % 50 == 7 { open(y / 2 + 1) } else { below(15)(row, y) });
    let error = refused(problem(&published).midpoints(), "open-interval");
    assert_eq!(error.rows(), [7, 57, 107, 157, 207]);
    // rows in the caller's numbers, also where others were left out before them
    let mut counts = published.counts.clone();
    counts[3] = Count::Missing;
    let error = refused(problem(&Published { counts, ..published }).midpoints(), "open-interval");
    assert_eq!(error.rows(), [7, 57, 107, 157, 207]);
}

#[test]
fn a_fit_or_table_of_another_problem_is_refused() {
    let options = Options::default();
    let (one, other) = (Published::of(poisson(3), below(15)), Published::of(poisson(3), below(16)));
    let (of_one, of_other) = (problem(&one), problem(&other));
    let fit = of_one.fit(&options).unwrap();
    refused(Imputer::new(&of_other, &fit, &options).map(|_| ()), "specification");
    refused(
        Imputer::new(&problem(&Published::of(neg_bin2(1), below(15))), &fit, &options).map(|_| ()),
        "specification",
    );
    let imputer = Imputer::new(&of_one, &fit, &options).unwrap();
    let table = imputer.draw(&mut generator(1)).unwrap();
    assert!(of_one.completed(&table).is_ok());

    // other rows
    let mut fewer = one.clone();
    fewer.counts[5] = Count::Missing;
    refused(problem(&fewer).completed(&table), "specification");
    // the same rows with another exact count, and with bounds that the table does not keep to
    let mut moved = one.clone();
    let exact = one.counts.iter().position(|count| matches!(count, Count::Exact(_))).unwrap();
    let withheld = one.counts.iter().position(|count| *count == interval(0, 14)).unwrap();
    moved.counts[exact] = Count::Exact(one.truth()[exact] + 1);
    refused(problem(&moved).completed(&table), "specification");
    moved = one.clone();
    moved.counts[withheld] = interval(15, 20);
    refused(problem(&moved).completed(&table), "specification");
}

/// Whoever edits a saved table gets an error, not a panic.
#[test]
fn a_table_that_was_tampered_with_is_refused() {
    let options = Options::default();
    let one = problem(&Published::of(poisson(3), below(15)));
    let fit = one.fit(&options).unwrap();
    let table = Imputer::new(&one, &fit, &options).unwrap().draw(&mut generator(1)).unwrap();
    let drawn = table.counts().iter().position(|c| c.origin != nestcount::impute::Origin::Published).unwrap();
    let saved = serde_json::to_value(&table).unwrap();
    let tampered = |change: &dyn Fn(&mut serde_json::Value)| -> Completed {
        let mut value = saved.clone();
        change(&mut value);
        serde_json::from_value(value).unwrap()
    };
    let worse = [
        tampered(&|value| drop(value["counts"].as_array_mut().unwrap().pop())),
        tampered(&|value| value["counts"][drawn]["count"] = json!(-1.0)),
        tampered(&|value| value["counts"][drawn]["count"] = json!(1e300)),
        tampered(&|value| value["rows"] = json!([])),
    ];
    for table in worse {
        refused(one.completed(&table), "specification");
    }
}

#[test]
fn fewer_than_two_tables_are_not_pooled() {
    let options = Options::default();
    let one = problem(&Published::of(poisson(3), below(15)));
    let fit = one.fit(&options).unwrap();
    let imputer = Imputer::new(&one, &fit, &options).unwrap();
    for tables in [0, 1] {
        refused(
            imputer.multiply(Imputations::new(tables), &mut generator(1), go_on).map(|_| ()),
            "specification",
        );
    }
}

/// A problem completed in the middle is fitted as if it had been published, fractions and all.
#[test]
fn midpoints_enter_the_likelihood_as_the_numbers_they_are() {
    use nestcount::Model;
    use nestcount::determinant::Determinants;
    for question in [poisson(3), neg_bin2(4)] {
        let family = question.model.family();
        let published = Published::of(question, below(15)).asking(|question| crate::question::Question {
            model: Model::of(family),
            determinants: Determinants::new(),
            ..question
        });
        let one = problem(&published);
        let table = one.midpoints().unwrap();
        assert_eq!(table.n_imputed(), one.n_coarse());
        let whole = one.completed(&table).unwrap();
        assert_eq!(whole.n_coarse(), 0);
        let fit = whole.fit(&Options::default()).unwrap();
        let means = fit.fitted(&whole).unwrap().conditional();
        let theta = fit.dispersion().theta();
        let by_hand: f64 = table
            .counts()
            .iter()
            .zip(means)
            .map(|(count, mean)| {
                let y = count.count;
                match theta {
                    None => y * mean.ln() - mean - libm::lgamma(y + 1.0),
                    Some(t) => {
                        libm::lgamma(y + t) - libm::lgamma(t) - libm::lgamma(y + 1.0)
                            + t * (t / (t + mean)).ln()
                            + y * (mean / (t + mean)).ln()
                    }
                }
            })
            .sum();
        assert!(table.counts().iter().any(|count| count.count == 7.0));
        assert!(
            (by_hand - fit.log_likelihood()).abs() < 1e-8 * by_hand.abs(),
            "{by_hand} {}",
            fit.log_likelihood()
        );
    }
    // the middle of two is a half
    let halves = Published::of(poisson(3), |_, y| interval(y, y + 1));
    let one = problem(&halves);
    let table = one.midpoints().unwrap();
    assert!(table.counts().iter().all(|count| count.count.fract() == 0.5));
    assert!(one.completed(&table).unwrap().fit(&Options::default()).is_ok());
}
