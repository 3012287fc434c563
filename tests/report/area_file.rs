//! The area file: its text, its codebook, what comes back.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable, Relation, Totals};
use nestcount::report::{
    Absence, AreaColumn, AreaFile, Cell, ExpectedCounts, Language, Leak, Protection, Publication,
    ReportedCount, Role, Scale, Values,
};
use nestcount::{Error, ErrorKind};

const GEMEENTEN: [&str; 5] = ["GM0363", "GM0363", "GM0363", "GM0518", "GM0518"];
const WIJKEN: [&str; 5] = ["WK036300", "WK036301", "WK036302", "WK051801", "WK051802"];

pub(crate) fn placement() -> Placement {
    let levels = [("gemeente", &GEMEENTEN[..]), ("wijk", &WIJKEN[..])];
    Placement::from_codes(&levels, CodeScope::Unique).unwrap()
}

pub(crate) fn below_10() -> Count {
    Count::interval(0, 9).unwrap()
}

pub(crate) fn protection() -> Protection {
    Protection::below(10, 3).unwrap()
}

/// A published count, a withheld one, a rounded one, one that is not there, and a wijk without inhabitants.
fn counts() -> CountTable {
    let rounded = Count::interval(13, 17).unwrap();
    let counts = vec![Count::Exact(48), below_10(), rounded, Count::Missing, Count::Exact(0)];
    CountTable::with_exposures(counts, vec![Some(400.0), Some(150.0), Some(125.0), Some(80.0), Some(0.0)])
        .unwrap()
}

fn expected() -> ExpectedCounts<'static> {
    let cells = [Cell::Value(40.0), Cell::Value(7.5), Cell::Value(12.5), Cell::Value(6.4)];
    ExpectedCounts {
        name: "given_gemeente",
        given: "determinants and the gemeente's effect, averaged over wijken",
        source: "own computation",
        counts: cells.into_iter().chain([Cell::Empty(Absence::NotInFit)]).collect(),
    }
}

fn file() -> AreaFile {
    let benefits =
        AreaColumn::new("perc_hhbijs", Scale::Percent, Values::numbers([3.25, 7.5, 1.125, 2.0, 0.5]))
            .label("households with children on social assistance", "huishoudens met kinderen met bijstand")
            .source("CBS microdata");
    AreaFile::of_rows(&placement())
        .with_names(
            "wijk",
            ["Burgwallen", "Grachtengordel", "De \"Weteringschans\"", "Stadshart; oost", "Duinen"],
        )
        .unwrap()
        .with_count_table(&counts(), &[1])
        .unwrap()
        .with_expected(&expected())
        .unwrap()
        .with_column(benefits)
        .unwrap()
}

#[cfg(feature = "csv")]
#[test]
fn the_text_of_the_file() {
    use nestcount::report::Dialect;
    let checked = file().check(protection()).unwrap();
    assert_eq!(checked.protection(), Some(protection()));
    let international = "\
gemeente,wijk,wijk_name,actual,actual_low,actual_high,status,exposure,expected_given_gemeente,expected_percent_given_gemeente,difference_given_gemeente,difference_given_gemeente_low,difference_given_gemeente_high,ratio_given_gemeente,points_given_gemeente,perc_hhbijs
GM0363,WK036300,Burgwallen,48,48,48,published,400,40,10,8,8,8,1.2,2,3.25
GM0363,WK036301,Grachtengordel,,0,9,withheld by the publisher,150,7.5,5,,-7.5,1.5,,,7.5
GM0363,WK036302,\"De \"\"Weteringschans\"\"\",,13,17,count known in part only,125,12.5,10,,0.5,4.5,,,1.125
GM0518,WK051801,Stadshart; oost,,,,left out: no count,,6.4,,,,,,,2
GM0518,WK051802,Duinen,,,,left out: nobody exposed,,,,,,,,,0.5
";
    assert_eq!(checked.to_csv(Dialect::International).unwrap(), international);
    let dutch = checked.to_csv(Dialect::Dutch).unwrap();
    let lines: Vec<&str> = dutch.lines().collect();
    assert!(lines[0].starts_with("\u{feff}gemeente;wijk;wijk_name;actual;"));
    assert_eq!(lines[1], "GM0363;WK036300;Burgwallen;48;48;48;published;400;40;10;8;8;8;1,2;2;3,25");
    assert!(lines[4].contains("\"Stadshart; oost\""));
}

#[test]
fn records_hold_what_the_text_holds() {
    let json = serde_json::to_value(file().check(protection()).unwrap()).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 5);
    assert_eq!(json[0]["difference_given_gemeente"], 8.0);
    assert_eq!(json[1]["difference_given_gemeente_low"], -7.5);
    assert!(json[1]["actual"].is_null() && json[1]["ratio_given_gemeente"].is_null());
    assert_eq!(json[3]["wijk_name"], "Stadshart; oost");
}

#[test]
fn the_codebook_has_one_entry_for_each_column_and_counts_its_empty_cells() {
    let checked = file().check(protection()).unwrap();
    let (codebook, sheet) = (checked.codebook().sheet(), checked.sheet());
    let text = |column: &str| match &codebook.column(column).unwrap().values {
        Values::Text(cells) => cells.iter().map(|cell| cell.value().unwrap().clone()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text("variable"), sheet.names());
    let at = |name: &str| sheet.names().iter().position(|known| *known == name).unwrap();
    let difference = at("difference_given_gemeente");
    assert_eq!(text("conditional_on")[difference], expected().given);
    assert_eq!(text("label_nl")[difference], "werkelijk min verwacht");
    let empty = "withheld by the publisher (1); count known in part only (1); \
                 left out: no count (1); not among the rows of the fit (1)";
    assert_eq!(text("empty")[difference], empty);
    assert_eq!(text("type")[at("actual")], "whole number");
    assert_eq!(text("source")[at("perc_hhbijs")], "CBS microdata");
    for (row, column) in sheet.columns().iter().enumerate() {
        let filled = (0..5).filter(|&row| column.values.absence(row).is_none()).count();
        assert_eq!(codebook.column("n").unwrap().values.number(row), Some(filled as f64), "{}", column.name);
    }
}

#[test]
fn the_codebook_in_markdown_speaks_two_languages() {
    let (english, dutch) = {
        let codebook = file().codebook();
        (codebook.to_markdown(Language::English), codebook.to_markdown(Language::Dutch))
    };
    let row = "| `perc_hhbijs` | huishoudens met kinderen met bijstand | getal | procent |  |  | CBS microdata |  |";
    assert!(dutch.lines().any(|line| line == row), "{dutch}");
    assert!(
        english.lines().any(|line| line.starts_with("| `actual` | actual count | whole number | count |"))
    );
    let cells = |line: &str| line.matches('|').count();
    assert!(english.lines().chain(dutch.lines()).all(|line| cells(line) == 9), "{english}");
}

#[test]
fn a_ratio_of_a_withheld_count_is_found_by_name_and_emptied() {
    let ratio = [Cell::Value(1.2), Cell::Value(4.0 / 7.5)].into_iter();
    let ratio = ratio.chain((0..3).map(|_| Cell::Empty(Absence::Missing)));
    let how = nestcount::report::FromCount::Ratio { expected: "expected_given_gemeente".into() };
    let role = Role::FromCount { how, side: nestcount::report::Side::Itself };
    let file =
        file().with_column(AreaColumn::new("smr", Scale::Ratio, Values::numbers(ratio)).role(role)).unwrap();
    let error = file.clone().check(protection()).unwrap_err();
    let ErrorKind::Disclosure { disclosures, .. } = error.kind() else { panic!("{error}") };
    assert_eq!(disclosures.len(), 1);
    let found = &disclosures[0];
    assert_eq!(
        (found.level.as_str(), found.row, found.path.join(" ")),
        ("wijk", 1, "GM0363 WK036301".into())
    );
    assert_eq!(found.leak, Leak::Computed { column: "smr".into(), bounds: (4, Some(4)) });
    assert!(!error.to_string().contains("[4"), "{error}");
    let suppressed = Publication::of(file, protection()).suppress().unwrap();
    assert_eq!((suppressed.emptied, suppressed.held_back.len()), (vec![(0, 1)], 0));
    let smr = suppressed.publication.files().next().unwrap().column("smr").unwrap();
    assert_eq!(smr.values().number(0), Some(1.2));
    assert_eq!(smr.values().absence(1), Some(Absence::Withheld));
}

/// Wijken 48, withheld, 20 | 30, 31.
fn wijken() -> AreaFile {
    let counts = [Count::Exact(48), below_10(), Count::Exact(20), Count::Exact(30), Count::Exact(31)];
    AreaFile::of_rows(&placement()).with_counts(&counts, &[1]).unwrap()
}

fn gemeenten(first: ReportedCount, expected: f64, difference: Cell<f64>) -> AreaFile {
    let how = nestcount::report::FromCount::Difference { expected: "e".into() };
    let role = Role::FromCount { how, side: nestcount::report::Side::Itself };
    AreaFile::of_level(placement().tree(), "gemeente")
        .unwrap()
        .with_reported(vec![first, ReportedCount::Counted(61)])
        .unwrap()
        .with_column(
            AreaColumn::new("e", Scale::Count, Values::numbers([expected, 60.0])).role(Role::Expected),
        )
        .unwrap()
        .with_column(
            AreaColumn::new("d", Scale::Count, Values::numbers([difference, Cell::Value(1.0)])).role(role),
        )
        .unwrap()
}

/// Level, row and bounds of a leak.
type Found = (String, usize, Option<(u64, Option<u64>)>);

fn leaks(publication: &Publication) -> Vec<Found> {
    let found = publication.disclosures().unwrap();
    found.into_iter().map(|found| (found.level, found.row, found.leak.bounds())).collect()
}

#[test]
fn a_total_that_is_not_there_is_put_together_from_expectation_and_difference() {
    let rounded = ReportedCount::Between(nestcount::count::Interval::new(65, 80).unwrap());
    let with = |difference| {
        let gemeenten = gemeenten(rounded, 70.0, difference);
        Publication::of(wijken(), protection()).with_coarser(gemeenten, Relation::Equal)
    };
    assert_eq!(leaks(&with(Cell::Value(5.0))), [("wijk".to_string(), 1, Some((7, Some(7))))]);
    assert_eq!(leaks(&with(Cell::Empty(Absence::KnownInPart))), []);
}

#[test]
fn totals_that_wijken_fall_short_of_bound_from_above_only() {
    let publication = |count| {
        let none = Cell::Empty(Absence::Missing);
        let gemeenten = gemeenten(ReportedCount::Counted(count), 70.0, none);
        Publication::of(wijken(), protection()).with_coarser(gemeenten, Relation::AtMost)
    };
    assert_eq!(leaks(&publication(75)), []); // 0 to 7
    assert_eq!(leaks(&publication(69)), [("wijk".to_string(), 1, Some((0, Some(1))))]);
}

#[test]
fn totals_from_elsewhere_count_and_areas_that_the_file_leaves_out_are_free() {
    let placement = placement();
    let total = |code: &str, count| {
        Totals::on(placement.tree())
            .level("gemeente", &[code], &[Count::Exact(count)], Relation::Equal)
            .unwrap()
    };
    let publication = Publication::of(wijken(), protection()).with_totals(total("GM0363", 73));
    assert_eq!(leaks(&publication), [("wijk".to_string(), 1, Some((5, Some(5))))]);
    // without WK036302 in the file, the 73 bound the withheld count from above only
    let rows = placement.select(&[0, 1, 3, 4]);
    let counts = [Count::Exact(48), below_10(), Count::Exact(30), Count::Exact(31)];
    let fewer = AreaFile::of_rows(&rows).with_counts(&counts, &[1]).unwrap();
    let publication = Publication::of(fewer.clone(), protection()).with_totals(total("GM0363", 73));
    assert_eq!(leaks(&publication), []);
    let publication = Publication::of(fewer, protection()).with_totals(total("GM0363", 49));
    assert_eq!(leaks(&publication), [("wijk".to_string(), 1, Some((0, Some(1))))]);
}

#[test]
fn the_smallest_count_that_protects_is_held_back_and_the_total_where_no_count_can_be() {
    let none = Cell::Empty(Absence::Missing);
    let publication = Publication::of(wijken(), protection())
        .with_coarser(gemeenten(ReportedCount::Counted(75), 70.0, none), Relation::Equal);
    let suppressed = publication.clone().suppress().unwrap();
    assert_eq!(suppressed.held_back, [(0, 2)]);
    let left = suppressed.publication.files().next().unwrap();
    assert!(matches!(left.reported(2), ReportedCount::HeldBack(_)));
    // readers know the wijken from their publisher: only the total is left to hold back
    let known = [Count::Exact(48), below_10(), Count::Exact(20), Count::Exact(30), Count::Exact(31)];
    let suppressed = publication.published(known.to_vec()).suppress().unwrap();
    assert_eq!(suppressed.held_back, [(1, 0)]);
    assert!(suppressed.publication.check().is_ok());
}

#[test]
fn a_count_that_was_not_published_may_not_stand_among_the_actual_ones() {
    let drawn = [48, 12, 20, 30, 31].map(Count::Exact);
    let file = AreaFile::of_rows(&placement()).with_counts(&drawn, &[]).unwrap();
    let known = [Count::Exact(48), below_10(), Count::Exact(20), Count::Exact(30), Count::Exact(31)];
    let publication = Publication::of(file.clone(), protection());
    assert_eq!(leaks(&publication), []);
    let found = publication.published(known.to_vec()).disclosures().unwrap();
    assert_eq!(
        found.iter().map(|found| (found.row, &found.leak)).collect::<Vec<_>>(),
        [(1, &Leak::Unpublished)]
    );
}

#[test]
fn drawn_counts_stand_in_a_column_of_their_own_where_the_count_is_not_known() {
    let drawn = |cells: [Cell<u64>; 5]| {
        let column = AreaColumn::new("drawn", Scale::Count, Values::wholes(cells)).role(Role::Imputed);
        wijken().with_column(column).unwrap().check(protection())
    };
    let none = Cell::Empty(Absence::NotApplicable);
    assert!(drawn([none, Cell::Value(4), none, none, none]).is_ok());
    for wrong in [[Cell::Value(48), none, none, none, none], [none, Cell::Value(10), none, none, none]] {
        let error: Error = drawn(wrong).unwrap_err();
        assert_eq!(error.code(), "disclosure");
        assert!(error.to_string().contains("'drawn' holds a drawn number"), "{error}");
    }
}

#[test]
fn a_file_for_private_use_says_that_nobody_checked_it() {
    let small = AreaFile::of_rows(&placement()).with_counts(&[Count::Exact(3); 5], &[]).unwrap();
    assert!(small.clone().check(protection()).is_err());
    let private = small.unchecked_for_private_use();
    assert_eq!(private.protection(), None);
    assert_eq!(private.sheet().column("actual").unwrap().values.number(0), Some(3.0));
}
