//! What an area file and a publication refuse.

use crate::area_file::{below_10, placement, protection};
use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, Relation, Totals};
use nestcount::report::{
    AreaColumn, AreaFile, FromCount, Publication, ReportedCount, Role, Scale, Side, Values,
};

fn file() -> AreaFile {
    AreaFile::of_rows(&placement())
}

fn numbers(name: &str, n: usize) -> AreaColumn {
    AreaColumn::new(name, Scale::Own, Values::numbers(vec![1.0; n]))
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let code = |file: nestcount::Result<AreaFile>| file.unwrap_err().code();
    assert_eq!(code(file().with_column(numbers("x", 4))), "length");
    assert_eq!(
        code(file().with_column(numbers("x", 5)).unwrap().with_column(numbers("x", 5))),
        "duplicate-column"
    );
    assert_eq!(code(file().with_column(numbers("wijk", 5))), "duplicate-column");
    assert_eq!(code(file().with_names("buurt", ["a"; 5])), "unknown-level");
    let strange = AreaColumn::new("x", Scale::Own, Values::numbers([1.0, f64::NAN, 1.0, 1.0, f64::INFINITY]));
    let error = file().with_column(strange).unwrap_err();
    assert_eq!((error.code(), error.rows()), ("non-finite", &[1, 4][..]));
    let how = FromCount::Ratio { expected: "e".into() };
    let ratio = numbers("q", 5).role(Role::FromCount { how, side: Side::Itself });
    let error = file().with_column(ratio).unwrap_err();
    assert_eq!((error.code(), error.column()), ("unknown-column", Some("e")));
    assert_eq!(AreaFile::of_level(placement().tree(), "buurt").unwrap_err().code(), "unknown-level");
}

#[test]
fn counts_that_do_not_fit_are_refused() {
    let counts = vec![Count::Exact(20); 5];
    let code = |file: nestcount::Result<AreaFile>| file.unwrap_err().code();
    assert_eq!(code(file().with_counts(&counts[..4], &[])), "length");
    assert_eq!(code(file().with_counts(&counts, &[1])), "specification");
    assert_eq!(code(file().with_counts(&counts, &[9])), "specification");
    let with = file().with_counts(&counts, &[]).unwrap();
    assert_eq!(code(with.clone().with_counts(&counts, &[])), "duplicate-column");
    assert_eq!(code(with.with_column(numbers("status", 5))), "duplicate-column");
    assert_eq!(
        code(file().with_column(numbers("actual", 5)).unwrap().with_counts(&counts, &[])),
        "duplicate-column"
    );
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let refused = |coarser: AreaFile| {
        let publication = Publication::of(file(), protection()).with_coarser(coarser, Relation::Equal);
        publication.disclosures().unwrap_err().code()
    };
    assert_eq!(refused(file()), "specification");
    let provinces = Placement::from_codes(&[("provincie", &["27"][..])], CodeScope::Unique).unwrap();
    assert_eq!(refused(AreaFile::of_rows(&provinces)), "specification");
    let twice = Placement::from_codes(&[("gemeente", &["GM0363", "GM0363"][..])], CodeScope::Unique).unwrap();
    assert_eq!(refused(AreaFile::of_rows(&twice)), "specification");
    let totals = Totals::on(provinces.tree());
    let error = Publication::of(file(), protection()).with_totals(totals).disclosures().unwrap_err();
    assert_eq!(error.code(), "specification");
    let error = Publication::of(file(), protection()).published(vec![]).disclosures().unwrap_err();
    assert_eq!(error.code(), "length");
}

#[test]
fn totals_that_the_rows_cannot_add_up_to_are_refused_and_not_called_safe() {
    let counts = [Count::Exact(48), below_10(), Count::Exact(20), Count::Exact(30), Count::Exact(31)];
    let wijken = file().with_counts(&counts, &[1]).unwrap();
    let gemeenten = AreaFile::of_level(placement().tree(), "gemeente").unwrap();
    let gemeenten =
        gemeenten.with_reported(vec![ReportedCount::Counted(60), ReportedCount::Counted(61)]).unwrap();
    let publication = Publication::of(wijken, protection()).with_coarser(gemeenten, Relation::Equal);
    assert_eq!(publication.clone().check().unwrap_err().code(), "infeasible-totals");
    assert_eq!(publication.suppress().unwrap_err().code(), "infeasible-totals");
}

#[test]
fn a_file_without_rows_is_a_file() {
    let empty = placement().select(&[]);
    let file = AreaFile::of_rows(&empty).with_counts(&[], &[]).unwrap();
    assert_eq!(file.check(protection()).unwrap().sheet().n_rows(), 0);
}
