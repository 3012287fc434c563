//! Files laid out otherwise are refused with every fault and its place.

use crate::readers::{bytes, folder};
use nestcount::nl::NumberStyle;
use nestcount::nl::files::{Encoding, Kerncijfers, KwbRegion, ODataV3, ODataV4, PublishedTable, StatLine};
use nestcount::{ErrorKind, Result};

/// The places and problems of a file that must be refused.
#[track_caller]
fn faults(read: Result<PublishedTable>) -> Vec<String> {
    let error = read.unwrap_err();
    assert_eq!(error.code(), "file");
    let ErrorKind::File { faults, .. } = error.kind() else { panic!("{error}") };
    assert!(error.to_string().contains(&faults[0].place.to_string()), "{error}");
    faults.iter().map(ToString::to_string).collect()
}

fn statline(text: &str) -> Result<PublishedTable> {
    StatLine::new().read("f.csv", text.as_bytes())
}

fn kwb(text: &str) -> Result<PublishedTable> {
    Kerncijfers::new(NumberStyle::Dutch).only(KwbRegion::Wijk).read("f.csv", text.as_bytes())
}

#[test]
fn every_bad_cell_of_a_text_is_listed_with_line_and_column() {
    let text = "titel\nWijken;Perioden;n;m\n\"a\nb\";2017;1,5;x1\nc;2017;29.5;2\n";
    let expected = [
        "line 5, column 3 ('n'): '29.5' is no number; in this column numbers are written the Dutch way, as in 16.829,5",
        "line 3, column 4 ('m'): 'x1' is no number; in this column numbers are written the Dutch way, as in 16.829,5",
    ];
    assert_eq!(faults(statline(text)), expected, "a quoted break is within a line");
}

#[test]
fn rows_and_names_that_do_not_fit_are_listed() {
    assert_eq!(
        faults(statline("a;b\n1;2;3\n4\n5;6\n7;8;9;10\nBron: CBS\n")),
        [
            "line 2: 3 cells where the header has 2",
            "line 3: 1 cells where the header has 2",
            "line 5: 4 cells where the header has 2"
        ]
    );
    assert_eq!(
        faults(statline("a;b;a \n1;2;3\n")),
        ["line 1, column 3 ('a'): the column 'a' is there twice; rename one of them"]
    );
    assert_eq!(faults(statline("a\n1\n")), ["the file: no line with the names of the columns"]);
    assert_eq!(
        faults(statline("a;;c\n1;2;3\n")),
        ["line 2, column 2 (''): a cell in a column without a name"]
    );
    assert_eq!(faults(statline("")), ["the file: no line with the names of the columns"]);
    let unnamed = StatLine::new().text_column("b").read("f.csv", "a;c\n1;2\n".as_bytes());
    assert_eq!(faults(unnamed), ["line 1: there is no column 'b'; there are 'a', 'c'"]);
}

#[test]
fn a_line_of_names_with_other_cells_is_a_ragged_row() {
    assert_eq!(
        faults(statline("Onderwerpen;a;b\nPerioden;aantal\n2017;1;2\n")),
        ["line 2: 2 cells where the header has 3"]
    );
    assert_eq!(
        faults(statline("Onderwerpen;a;a\nPerioden;aantal;aantal\n2017;1;2\n")),
        ["line 1, column 3 ('a|aantal'): the column 'a|aantal' is there twice; rename one of them"]
    );
}

#[test]
fn a_trailing_separator_makes_no_column() {
    let read = statline("a;b;\n1;2;\n").unwrap();
    assert_eq!(read.table().names(), ["a", "b"]);
}

#[test]
fn kinds_of_region_are_checked() {
    assert_eq!(
        faults(kwb("gwb_code_10;a_inw\nWK000101;5\n")),
        ["line 1: there is no column 'recs'; there are 'gwb_code_10', 'a_inw'"]
    );
    assert_eq!(
        faults(kwb("gwb_code_10;recs;a_inw\nWK000101;Wijk;5\nX;Stad;5\n")),
        ["line 3, column 2 ('recs'): 'Stad' is not a kind of region: Land, Gemeente, Wijk or Buurt"]
    );
}

#[test]
fn periods_and_codes_that_are_none_are_listed_with_their_places() {
    let read =
        statline("Perioden;Codering;n\n2017;WK000101;1\n2017kwartaal;363;1\n2e kwartaal;GM36;1\n").unwrap();
    let error = read.periods("Perioden").unwrap_err();
    let ErrorKind::File { file, faults } = error.kind() else { panic!("{error}") };
    assert_eq!((file.as_str(), faults.len()), ("f.csv", 2));
    assert_eq!(faults[1].place.to_string(), "line 4, column 1 ('Perioden')");
    let error = read.keep("Codering", |code| code != "WK000101").unwrap().regions("Codering").unwrap_err();
    assert!(
        error.to_string().contains("line 3, column 2 ('Codering'): '363' is not a region code"),
        "{error}"
    );
}

#[test]
fn text_in_another_encoding_is_found_and_read_as_what_it_is() {
    let latin = b"Wijken;n\nS\xfadwest;1\n";
    let error = StatLine::new().read("f.csv", &latin[..]).unwrap_err();
    assert!(error.to_string().contains("line 2, column 2: not UTF-8"), "{error}");
    let read = StatLine::new().encoding(Encoding::Windows1252).read("f.csv", &latin[..]).unwrap();
    assert_eq!(read.codes("Wijken").unwrap()[0].as_deref(), Some("Súdwest"));
}

#[test]
fn json_that_is_none_or_otherwise_is_refused_where_it_goes_wrong() {
    let v3 = |text: &str| ODataV3::typed().read("f.json", text.as_bytes());
    let one = |text: &str| faults(v3(text)).remove(0);
    assert!(one("").starts_with("line 1, column 1: EOF"), "{}", one(""));
    assert!(one("{\"value\": [\n{\"a\": 1,}]}").starts_with("line 2, column 9: "));
    assert!(one("{\"waarde\": []}").contains("missing field `value`"));
    assert!(one("{\"value\": [1]}").starts_with("line 1, column 12: "));
    assert_eq!(
        faults(v3("{\"value\": [\n {\"a\": [1, 2], \"b\": true}\n]}")),
        [
            "line 2, column 8: a number, a text or null for 'a' should stand here, and [1, 2] does",
            "line 2, column 21: a number, a text or null for 'b' should stand here, and true does"
        ]
    );
    assert_eq!(
        faults(v3("{\"value\": [{\"a\": 1},\n {\"a\": 1, \"b\": 2},\n {}, {\"a\": 1, \"a\": 2}]}")),
        [
            "line 2, column 16: there is no column 'b'; there are 'a'",
            "line 3, column 2: a field 'a' should stand here, and none does",
            "line 3, column 20: the column 'a' is there twice; rename one of them"
        ]
    );
    assert!(one("{\"value\": [{\"a\": 1}, {\"a\": \"x\"}]}").contains("'x' is no number"));
    assert!(one("{\"value\": [{\"a\": 1e999}]}").contains("1e999"));
}

#[test]
fn observations_that_do_not_fit_together_are_refused() {
    let v4 = |records: &str| ODataV4::new().read("f.json", format!("{{\"value\": [{records}]}}").as_bytes());
    let one = |records: &str| faults(v4(records)).remove(0);
    assert!(one("{\"Value\": 1}").contains("a field 'Measure' with a code should stand here"));
    assert!(one("{\"Measure\": \"M1\"}").contains("a field 'Value' should stand here"));
    assert!(one("{\"Measure\": \"M1\", \"Value\": \"1\"}").contains("'1' is no number"));
    let twice = "{\"Measure\": \"M1\", \"Value\": 1, \"Wijken\": \"W\"}";
    assert!(one(&format!("{twice}, {twice}")).contains("the observation of M1 for W is there twice"));
    let other = "{\"Measure\": \"M1\", \"Value\": 1, \"Perioden\": \"W\"}";
    assert!(
        one(&format!("{twice}, {other}"))
            .contains("the dimensions Wijken should stand here, and Perioden does")
    );
}

#[test]
fn a_file_that_is_not_there_says_so() {
    let error = StatLine::new().open(folder().join("nowhere.csv")).unwrap_err();
    assert!(error.code() == "file" && error.to_string().contains("nowhere.csv"), "{error}");
}

#[cfg(not(feature = "spreadsheet"))]
#[test]
fn without_the_feature_a_spreadsheet_is_refused_with_its_name() {
    let error = Kerncijfers::new(NumberStyle::Dutch).open(folder().join("kwb.xlsx")).unwrap_err();
    assert!(error.to_string().contains("feature `spreadsheet`"), "{error}");
    assert!(!bytes("kwb.xlsx").is_empty());
}

#[cfg(feature = "spreadsheet")]
#[test]
fn cells_of_a_spreadsheet_are_named_by_sheet_and_letter() {
    let change = |file: &str, from: &str, to: &str| {
        assert_ne!(from, to);
        crate::archive::changed(&bytes(file), |_, text| {
            let text = String::from_utf8(text).unwrap();
            text.replace(from, to).into_bytes()
        })
    };
    let kwb = |bytes: Vec<u8>| Kerncijfers::new(NumberStyle::Dutch).read_spreadsheet("kwb.xlsx", &bytes[..]);
    let scp = |bytes: Vec<u8>| nestcount::nl::files::ScpWijkdata.read("scp.ods", &bytes[..]);

    let text_there =
        change("kwb.xlsx", "<c r=\"I2\"><v>61.5</v>", "<c r=\"I2\" t=\"inlineStr\"><is><t>61.5</t></is>");
    assert_eq!(
        faults(kwb(text_there)),
        [
            "sheet 'KWB2017', cell I2: '61.5' is no number; in this column numbers are written the Dutch way, as in 16.829,5"
        ]
    );
    let no_sheet =
        Kerncijfers::new(NumberStyle::Dutch).sheet("KWB").read_spreadsheet("f", &bytes("kwb.xlsx")[..]);
    assert_eq!(faults(no_sheet), ["the file: there is no sheet 'KWB'; there are 'KWB2017', 'Toelichting'"]);

    let found = faults(scp(change("scp.ods", "office:value=\"123400\"", "office:value=\"1234567\"")));
    assert!(
        found.iter().any(|fault| fault.starts_with("sheet 'wijk', cell A4: '1234567' is not a wijk code")),
        "{found:?}"
    );
    let found = faults(scp(change("scp.ods", "table:name=\"gebruik\"", "table:name=\"gebruikt\"")));
    assert!(found[0].starts_with("the file: there is no sheet 'gebruik'"), "{found:?}");
    let found = faults(scp(change("scp.ods", "<text:p>groenedruk</text:p>", "<text:p>wijk</text:p>")));
    assert!(found[0].contains("'wijk' is there twice"), "{found:?}");
}
