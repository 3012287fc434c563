//! Each fixture is read as the script that wrote it says.

use crate::readers::{FIXTURES, bytes, folder};
use nestcount::count::Count;
use nestcount::flow::Period;
use nestcount::nl::files::{Kerncijfers, KwbRegion, ODataV3, ODataV4, PublishedTable, StatLine};
use nestcount::nl::{CareForm, Missing, NumberStyle, RegionCode, Status, cbs_2017};
use nestcount::table::Column;
use std::fmt::Write;
use std::fs;

/// A table in the way of the golden files.
fn rendered(read: &PublishedTable) -> String {
    let table = read.table();
    let names: Vec<String> = table.names().iter().map(|name| format!("\"{name}\"")).collect();
    let mut text = names.join("|") + "\n";
    for row in 0..table.n_rows() {
        let cell = |name: &String| match table.column(name).unwrap() {
            Column::Text(cells) => format!("\"{}\"", cells[row]),
            Column::Numbers(cells) => match (cells[row], read.why_missing(name, row).unwrap()) {
                (Some(number), None) => number.to_string(),
                (None, Some(reason)) => format!("<{reason}>"),
                both => panic!("row {row} of '{name}' holds {both:?}"),
            },
        };
        let cells: Vec<String> = table.names().iter().map(cell).collect();
        writeln!(text, "{}", cells.join("|")).unwrap();
    }
    text
}

fn golden(name: &str) -> String {
    fs::read_to_string(folder().join("golden").join(format!("{name}.txt"))).unwrap()
}

#[test]
fn every_layout_is_read_cell_by_cell_with_its_reasons() {
    for (file, expected, read) in FIXTURES {
        let read = read(file, &bytes(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(rendered(&read), golden(expected), "{file}");
        assert_eq!(read.file(), *file);
    }
}

#[test]
fn files_are_opened_by_path_and_a_kind_of_region_is_selected() {
    let kwb = Kerncijfers::new(NumberStyle::Dutch).only(KwbRegion::Wijk);
    assert_eq!(rendered(&kwb.open(folder().join("kwb_komma.csv")).unwrap()), golden("kwb_wijken"));
    #[cfg(feature = "spreadsheet")]
    {
        assert_eq!(rendered(&kwb.open(folder().join("kwb.xlsx")).unwrap()), golden("kwb_wijken"));
        let by_name = kwb.clone().sheet("KWB2017").open(folder().join("kwb.xlsx")).unwrap();
        assert_eq!(rendered(&by_name), golden("kwb_wijken"));
    }
    for kind in [KwbRegion::Land, KwbRegion::Gemeente, KwbRegion::Buurt] {
        let read =
            Kerncijfers::new(NumberStyle::Dutch).only(kind).open(folder().join("kwb_komma.csv")).unwrap();
        assert_eq!(read.table().n_rows(), if kind == KwbRegion::Land { 0 } else { 1 });
    }
}

#[test]
fn titles_and_sources_are_kept_apart_from_the_rows() {
    let read = StatLine::new().open(folder().join("statline_wijken.csv")).unwrap();
    assert_eq!(read.notes().len(), 3);
    assert_eq!(read.notes()[1], "SYNTHETISCHE CIJFERS, geen echte wijken");
    assert!(read.notes()[2].starts_with("Bron: CBS"));
}

#[test]
fn names_over_several_lines_are_found_again_and_their_labels_are_text() {
    let read = StatLine::new().open(folder().join("statline_onderwerpen.csv")).unwrap();
    let young = "Bevolking naar leeftijd (op 1 januari)|Jonger dan 20 jaar|aantal";
    assert_eq!(read.numbers(young).unwrap()[0], Some(3_742_499.0));
    assert_eq!(read.periods("Perioden").unwrap()[2].status, Status::Provisional);
    let units =
        StatLine::new().read("f", "Vorm;Jongeren\nVormen van jeugdzorg;aantal\nA042503;5\n".as_bytes());
    assert_eq!(units.unwrap().care_forms("Vormen van jeugdzorg").unwrap(), [CareForm::WithoutStay]);
    let years = StatLine::new().open(folder().join("statline_tabelindeling.csv")).unwrap();
    assert_eq!(years.codes("Perioden").unwrap()[1].as_deref(), Some("dagen"));
}

#[test]
fn a_word_that_is_no_reason_is_noted() {
    let text = r#"{"value": [{"Measure": "M", "Value": null, "ValueAttribute": "Geheim", "Wijken": "W"}]}"#;
    let read = ODataV4::new().read("f", text.as_bytes()).unwrap();
    assert_eq!(read.why_missing("M", 0).unwrap(), Some(Missing::Unstated));
    assert!(read.notes()[0].contains("'Geheim'"), "{:?}", read.notes());
}

#[test]
fn periods_of_stock_and_flow_come_with_their_status() {
    let read = StatLine::new().open(folder().join("statline_halfjaren.csv")).unwrap();
    let periods = read.periods("Perioden").unwrap();
    let expected = [
        (Period::year(2017), Status::Final),
        (Period::half(2022, 2).unwrap(), Status::RevisedProvisional),
        (Period::half(2023, 1).unwrap(), Status::Provisional),
        (Period::point(2023, 6, 30).unwrap(), Status::Provisional),
        (Period::quarter(2021, 2).unwrap(), Status::RevisedProvisional),
    ];
    let read: Vec<_> = periods.iter().map(|read| (read.period, read.status)).collect();
    assert_eq!(read, expected);
    assert_eq!(read[2].0.last_day(), read[3].0, "the stock stands where the flow ends");
}

#[test]
fn stems_care_forms_and_regions_hold_over_the_years() {
    let older = ODataV3::untyped().open(folder().join("odata_v3_untyped_2016.json")).unwrap();
    let newer = ODataV3::typed().open(folder().join("odata_v3_typed_2025.json")).unwrap();
    assert_eq!(older.column("k_0Tot4Jaar").unwrap(), "k_0Tot4Jaar_6");
    assert_eq!(newer.column("k_0Tot4Jaar").unwrap(), "k_0Tot4Jaar_2");
    assert_eq!(
        newer.column("TotaalJongerenMetJeugdzorgInNatura").unwrap(),
        "TotaalJongerenMetJeugdzorgInNatur_1"
    );
    assert_eq!(older.column("TotaalJongerenMetJeugdzorgInNatura").unwrap_err().code(), "unknown-column");
    assert_eq!(
        older.care_forms("TypeJeugdzorg").unwrap(),
        [CareForm::All, CareForm::All, CareForm::WithoutStay]
    );
    assert_eq!(newer.care_forms("VormenVanJeugdzorg").unwrap(), [CareForm::All, CareForm::WithoutStay]);
    for read in [&older, &newer] {
        let regions = read.regions("Codering").unwrap();
        assert!(matches!(regions[0], RegionCode::Gemeente(_)) && matches!(regions[1], RegionCode::Wijk(_)));
    }
    assert_eq!(newer.next_page(), Some("https://example.org/TypedDataSet?$skip=10000"));
    assert_eq!(older.next_page(), None);
}

#[test]
fn withheld_counts_take_the_rule_and_impossible_ones_do_not() {
    let read = ODataV3::untyped().open(folder().join("odata_v3_untyped_2016.json")).unwrap();
    let interval = |lo, hi| Count::interval(lo, hi).unwrap();
    let counts = read.counts("TotaalJongerenMetJeugdzorg", &cbs_2017()).unwrap();
    assert_eq!(counts, [interval(26203, 26207), interval(118, 122), interval(0, 9)]);
    let children = read.counts("k_0Tot4Jaar", &cbs_2017()).unwrap();
    assert_eq!(children, [interval(1118, 1122), interval(10, 12), Count::Missing]);
    let faults = read.counts("k_4Tot12Jaar", &cbs_2017()).unwrap_err();
    assert_eq!((faults.code(), faults.rows()), ("published-cells", &[0][..]), "12.5 is no count");
}

#[test]
fn rows_are_kept_with_their_reasons_and_pages_put_together() {
    let file = folder().join("odata_v3_untyped_2016.json");
    let whole = ODataV3::untyped().open(&file).unwrap();
    let wijken = whole.keep("SoortRegio", |kind| kind == "Wijk").unwrap();
    let gemeenten = whole.keep("SoortRegio", |kind| kind == "Gemeente").unwrap();
    assert_eq!((gemeenten.table().n_rows(), wijken.table().n_rows()), (1, 2));
    let together = gemeenten.followed_by(wijken).unwrap();
    assert_eq!(rendered(&together), rendered(&whole));
    let other = ODataV3::typed().open(folder().join("odata_v3_typed_2025.json")).unwrap();
    assert_eq!(together.followed_by(other).unwrap_err().code(), "specification");
}

#[test]
fn the_style_decides_what_three_digits_behind_a_point_are() {
    let text = "Codering;a;b\nWK000101;1.234;1.234\n";
    let read =
        StatLine::new().column_style("b", NumberStyle::Point).read("example", text.as_bytes()).unwrap();
    assert_eq!(read.numbers("a").unwrap(), [Some(1234.0)]);
    assert_eq!(read.numbers("b").unwrap(), [Some(1.234)]);
    let kwb = |style| Kerncijfers::new(style).read("example", text.as_bytes()).unwrap().numbers("a").unwrap();
    assert_eq!(kwb(NumberStyle::Dutch), [Some(1234.0)]);
    assert_eq!(kwb(NumberStyle::Point), [Some(1.234)]);
}
