//! What is refused, and with which code.

use crate::made::{made, rng};
use nestcount::Family;
use nestcount::expected::{Exceedance, Expectation, Predictive, Readings, RowSets};
use nestcount::infer::Draws;

#[test]
fn levels_that_are_not_there_empty_sets_and_strange_rows_are_refused() {
    let (one, other) = (made(600, Family::NegBin2), made(750, Family::NegBin2));
    let fitted = one.fit.fitted(&one.problem).unwrap();
    let rows = RowSets::each_row(&one.problem);
    let strange = fitted.expected(&Expectation::given("street"), &rows).unwrap_err();
    assert_eq!(strange.code(), "unknown-level");
    assert_eq!(RowSets::level(&one.problem, "street").unwrap_err().code(), "unknown-level");
    assert_eq!(RowSets::placed(&one.problem, &one.placement, "street").unwrap_err().code(), "unknown-level");
    assert_eq!(RowSets::placed(&one.problem, &other.placement, "town").unwrap_err().code(), "length");
    let empty = RowSets::named(&one.problem, [("some", vec![1]), ("none", vec![])]).unwrap_err();
    assert_eq!(empty.code(), "empty-set");
    assert!(empty.to_string().contains("'none'"));
    let beyond = RowSets::named(&one.problem, [("some", vec![1, 700]), ("more", vec![650, 3])]).unwrap_err();
    assert_eq!((beyond.code(), beyond.rows()), ("rows-not-in-fit", &[650, 700][..]));
    let elsewhere = RowSets::each_row(&other.problem);
    assert_eq!(fitted.expected(&Expectation::Marginal, &elsewhere).unwrap_err().code(), "length");
    assert_eq!(one.problem.actual(&elsewhere).unwrap_err().code(), "length");
    assert_eq!(one.fit.fitted(&other.problem).map(|_| ()).unwrap_err().code(), "specification");
}

#[test]
fn draws_of_nothing_and_of_other_tables_are_refused() {
    let (one, other) = (made(600, Family::NegBin2), made(750, Family::NegBin2));
    assert_eq!(one.fit.draws(&one.problem, 0, &mut rng(1)).unwrap_err().code(), "specification");
    assert_eq!(one.fit.draws(&other.problem, 5, &mut rng(1)).unwrap_err().code(), "specification");
    assert_eq!(Draws::together([]).unwrap_err().code(), "specification");
    let draws = [
        one.fit.draws(&one.problem, 5, &mut rng(1)).unwrap(),
        other.fit.draws(&other.problem, 5, &mut rng(1)).unwrap(),
    ];
    assert_eq!(Draws::together(draws.clone()).unwrap_err().code(), "specification");
    let rows = RowSets::each_row(&one.problem);
    let street = Exceedance::ratio_above(1.0, Expectation::given("street")).unwrap();
    assert_eq!(
        draws[0].read(&Readings::new().exceedance(street), &rows).unwrap_err().code(),
        "unknown-level"
    );
    assert_eq!(draws[1].read(&Readings::new(), &rows).unwrap_err().code(), "length");
    assert_eq!(Exceedance::rate_at_most_national(f64::NAN).unwrap_err().code(), "specification");
    assert_eq!(draws[0].area_effects("street").unwrap_err().code(), "unknown-level");
}

#[test]
fn any_rows_have_no_prediction_without_their_own_count() {
    let made = made(600, Family::NegBin2);
    let fitted = made.fit.fitted(&made.problem).unwrap();
    let any = RowSets::named(&made.problem, [("some", vec![1, 2])]).unwrap();
    assert_eq!(fitted.predicted(Predictive::WithoutOwnCount, &any).unwrap_err().code(), "specification");
    assert!(fitted.predicted(Predictive::OwnEffects, &any).is_ok());
}
