//! Expectations, predictions and places of a fit in an area file.

use crate::published::{Published, below};
use crate::tables::{generator, neg_bin2};
use nestcount::count::{Bounds, Count, Totals};
use nestcount::expected::{Exceedance, Expectation, Predictive, RankBy, Ranking, Readings, RowSets};
use nestcount::infer::Confidence;
use nestcount::report::{Absence, AreaColumn, AreaFile, Checked, Compared, Protection, Scale, Values};
use nestcount::{Fit, Options, Problem};

struct Made {
    published: Published,
    problem: Problem,
    fit: Fit,
}

fn made() -> Made {
    let published = Published::of(neg_bin2(2), below(10));
    let problem = published.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    Made { published, problem, fit }
}

fn compared(expectation: &Expectation, effects: Predictive) -> Compared<'_> {
    Compared { expectation, effects, confidence: Confidence::P95, source: "simulated" }
}

fn checked(file: AreaFile) -> Checked<AreaFile> {
    file.check(Protection::below(10, 3).unwrap()).unwrap()
}

fn number(file: &Checked<AreaFile>, column: &str, row: usize) -> Option<f64> {
    file.file().column(column).unwrap_or_else(|| panic!("{column}")).values().number(row)
}

#[test]
fn every_row_of_the_table_has_what_was_expected_of_it() {
    let Made { published, problem, fit } = made();
    let rows = RowSets::each_row(&problem);
    let fitted = fit.fitted(&problem).unwrap();
    let withheld: Vec<usize> =
        (0..240).filter(|&row| matches!(published.counts[row], Count::Interval(_))).collect();
    assert!(withheld.len() > 10);
    let file = AreaFile::of_rows(&published.placement().unwrap())
        .with_count_table(&published.count_table().unwrap(), &withheld)
        .unwrap();
    let at = file.find(&problem, &rows).unwrap();
    let given = Expectation::given("region");
    let comparisons = fitted.compared(&given, Predictive::WithoutOwnCount, &rows).unwrap();
    let file =
        file.with_comparisons(&at, &compared(&given, Predictive::WithoutOwnCount), &comparisons).unwrap();
    let conditional = fitted.compared(&Expectation::Conditional, Predictive::OwnEffects, &rows).unwrap();
    let asked = compared(&Expectation::Conditional, Predictive::OwnEffects);
    let file = checked(file.with_comparisons(&at, &asked, &conditional).unwrap());
    for (row, comparison) in comparisons.iter().enumerate() {
        let interval = comparison.predicted.interval(Confidence::P95);
        assert_eq!(number(&file, "expected_given_region", row), Some(comparison.expected.count));
        assert_eq!(number(&file, "expected_given_region_se", row), Some(comparison.expected.std_error));
        assert_eq!(number(&file, "predicted_given_region_low", row), Some(interval.low as f64));
        assert_eq!(number(&file, "predicted_given_region_high", row), Some(interval.high as f64));
        let gap = comparison.difference().observed();
        assert_eq!(gap.is_none(), withheld.contains(&row));
        let close = |column: &str, known: Option<f64>| match (number(&file, column, row), known) {
            (None, None) => true,
            (Some(found), Some(known)) => (found - known).abs() <= 1e-12 * (1.0 + known.abs()),
            _ => false,
        };
        assert!(close("difference_given_region", gap.map(|gap| gap.count())));
        assert!(close("ratio_given_region", gap.map(|gap| gap.ratio())));
        assert!(close("points_given_region", gap.map(|gap| gap.points())));
        assert!(close("standardised_given_region", gap.map(|gap| gap.standardised())));
    }
    let values = file.file().column("standardised_given_region").unwrap().values();
    assert_eq!(values.absence(withheld[0]), Some(Absence::Withheld));
    let codebook = file.codebook().sheet();
    let Values::Text(names) = &codebook.column("variable").unwrap().values else { panic!() };
    let Values::Text(given) = &codebook.column("conditional_on").unwrap().values else { panic!() };
    let entry = |name: &str| {
        let at = names.iter().position(|cell| cell.value().map(String::as_str) == Some(name)).unwrap();
        given[at].value().unwrap().clone()
    };
    assert!(entry("expected_given_region").contains("down to region"));
    assert!(entry("expected_conditional").contains("all area effects"));
    assert!(entry("predicted_given_region").contains("without the row's own count"));
}

#[test]
fn areas_are_found_by_their_codes_and_those_without_rows_say_so() {
    let Made { published, problem, fit } = made();
    let placement = published.placement().unwrap();
    // one more town than the fit has
    let tree = placement.tree();
    let towns = RowSets::level(&problem, "town").unwrap();
    let bounds = Bounds::tighten(&placement, &published.counts, &Totals::on(tree)).unwrap();
    let counts: Vec<Count> = bounds.areas(1).iter().map(|&sum| Count::from(sum)).collect();
    let file = AreaFile::of_level(tree, "town").unwrap().with_counts(&counts, &[]).unwrap();
    let at = file.find(&problem, &towns).unwrap();
    let fitted = fit.fitted(&problem).unwrap();
    let fixed = fitted.compared(&Expectation::FixedPart, Predictive::NewEffects, &towns).unwrap();
    let file = file
        .with_comparisons(&at, &compared(&Expectation::FixedPart, Predictive::NewEffects), &fixed)
        .unwrap();
    let draws = fit.draws(&problem, 100, &mut generator(1)).unwrap();
    let wanted = Readings::new()
        .exceedance(Exceedance::ratio_above(1.0, Expectation::FixedPart).unwrap())
        .ranks(Ranking { by: RankBy::Rate, top: 5, confidence: Confidence::P95 });
    let read = draws.read(&wanted, &towns).unwrap();
    let excess = AreaColumn::new(
        "excess",
        Scale::Probability,
        Values::numbers(at.cells(&read.exceedances[0]).unwrap()),
    );
    let file = file
        .with_ranks(&at, "rate", Confidence::P95, &read.ranks[0])
        .unwrap()
        .with_column(excess.label("probability of a rate above the expected", "kans op meer dan verwacht"))
        .unwrap();
    let file = checked(file);
    assert_eq!(file.sheet().n_rows(), tree.n_areas(1));
    for (set, path) in towns.paths().iter().enumerate() {
        let row = file.file().paths().iter().position(|known| known == path).unwrap();
        assert_eq!(number(&file, "excess", row), Some(read.exceedances[0][set]));
        assert_eq!(number(&file, "rank_rate", row), Some(read.ranks[0][set].expected));
        assert_eq!(number(&file, "rank_rate_high", row), Some(f64::from(read.ranks[0][set].high)));
        assert_eq!(number(&file, "expected_fixed", row), Some(fixed[set].expected.count));
    }
}

#[test]
fn results_that_have_no_place_in_the_file_are_refused() {
    let Made { published, problem, .. } = made();
    let placement = published.placement().unwrap();
    let (towns, rows) = (RowSets::level(&problem, "town").unwrap(), RowSets::each_row(&problem));
    let regions = AreaFile::of_level(placement.tree(), "region").unwrap();
    assert_eq!(regions.find(&problem, &towns).unwrap_err().code(), "specification");
    assert_eq!(regions.find(&problem, &rows).unwrap_err().code(), "length");
    let table = AreaFile::of_rows(&placement);
    assert_eq!(table.find(&problem, &towns).unwrap_err().code(), "specification");
    let at = table.find(&problem, &rows).unwrap();
    assert_eq!(at.cells(&[1.0]).unwrap_err().code(), "length");
    let some = AreaFile::of_level(placement.tree(), "town").unwrap();
    let one = RowSets::named(&problem, [("all", vec![0, 1])]).unwrap();
    assert_eq!(some.find(&problem, &one).unwrap_err().code(), "specification");
}
