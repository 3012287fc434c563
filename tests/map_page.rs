//! The page of a map, read in a browser: tabs, cards, search, zoom; no error, nothing fetched.
//!
//! Skipped, with words on standard error, where there is no Chromium; `NESTCOUNT_BROWSER` names one that must be there.
#![cfg(feature = "map")]
#![allow(clippy::unwrap_used)]

#[path = "map_page/browser.rs"]
mod browser;
#[path = "map_page/dutch.rs"]
mod dutch;
#[path = "common/shared.rs"]
mod shared;
#[path = "map_page/small.rs"]
mod small;

use browser::Browser;
use nestcount::map::{Language, Unmatched};
use serde_json::{Value, json};

/// Whatever is wrong with what was seen of any page.
fn troubles(seen: &Value) -> Vec<String> {
    let mut troubles = Vec::new();
    for list in ["errors", "refused", "fetched"] {
        if seen[list] != json!([]) {
            troubles.push(format!("{list}: {}", seen[list]));
        }
    }
    for tab in seen["tabs"].as_array().unwrap() {
        if tab["selected"] != json!([tab["name"]]) {
            troubles.push(format!("a click on {} selects {}", tab["name"], tab["selected"]));
        }
        if !tab["heading"].as_str().unwrap().starts_with(tab["name"].as_str().unwrap()) {
            troubles.push(format!("the legend of {} is that of {}", tab["name"], tab["heading"]));
        }
    }
    let width = |when: &str| seen[when].as_f64().unwrap_or(0.0);
    if width("zoomIn") >= width("zoomAll") || width("zoomAll") != width("whole") || seen["moved"] != true {
        troubles.push("zoom or pan".into());
    }
    for when in ["afterLeaving", "closed"] {
        if !seen[when].is_null() {
            troubles.push(format!("{when}: a card that stays: {}", seen[when]));
        }
    }
    if seen["arrow"].is_null() {
        troubles.push("no card by the arrow keys".into());
    }
    troubles
}

#[track_caller]
fn assert_no_troubles(seen: &Value) {
    let troubles = troubles(seen);
    assert!(troubles.is_empty(), "{troubles:#?}");
}

#[test]
fn a_reader_sees_the_numbers_of_the_area_under_the_pointer() {
    let Some(browser) = Browser::find("the small page") else { return };
    let hover = ["GM0", "GM1", "GM4", "GM5"];
    let seen = browser.read("small", &small::map(Language::English).page(), &hover, "beta");
    assert_no_troubles(&seen);
    let card = |code: &str, title: &str, texts: [&str; 3], driver: &str| {
        let lines =
            json!({"Actual": texts[0], "Expected": texts[1], "Difference": texts[2], "Driver": driver});
        assert_eq!(seen["hover"][code]["title"], title);
        assert_eq!(seen["hover"][code]["lines"], lines);
        assert_eq!(seen["hover"][code]["shown"], json!(["Actual"]));
    };
    card("GM0", small::NASTY, ["1,000.0\u{a0}€", "1,100.0\u{a0}€", "\u{2212}1.5"], "determinant 0");
    card("GM1", "Alfa", ["1,250.2\u{a0}€", "1,300.0\u{a0}€", "\u{2212}0.5"], "determinant 1");
    card("GM4", "Delta", ["withheld (0.0 to 9.0\u{a0}€)", "1,900.0\u{a0}€", "withheld"], "determinant 4");
    card("GM5", "Epsilon", ["no data", "2,100.0\u{a0}€", "no data"], "determinant 5");
    assert_eq!(seen["found"], json!(["Bèta"]), "accents do not matter");
    assert_eq!(seen["chosen"]["title"], "Bèta");
    assert_eq!(seen["chosen"]["pinned"], true);
    assert_eq!(seen["nothing"], json!(["No area found"]));
    assert_eq!((&seen["rows"], &seen["language"]), (&json!(6), &json!("en")));
    assert_eq!(seen["byKey"], json!(["Actual"]));
    assert_eq!(seen["caveats"].as_array().unwrap().len(), 3);
}

#[test]
fn a_withheld_area_never_has_the_colour_of_a_value() {
    let Some(browser) = Browser::find("withheld areas") else { return };
    let seen = browser.read("withheld", &small::map(Language::Dutch).page(), &[], "alfa");
    assert_no_troubles(&seen);
    for (tab, withheld) in [(0, true), (1, false), (2, true)] {
        let fills = seen["tabs"][tab]["fills"].as_object().unwrap();
        let hatched = |fill: &Value| fill.as_str().unwrap().starts_with("url(");
        assert_eq!(hatched(&fills["GM4"]), withheld, "tab {tab}: {fills:?}");
        let others = fills.iter().filter(|(code, _)| *code != "GM4");
        assert!(others.clone().all(|(_, fill)| !hatched(fill)));
        assert!(
            !withheld || others.filter(|(code, _)| *code != "GM5").all(|(_, fill)| *fill != fills["GM5"])
        );
        let counted: usize = seen["tabs"][tab]["legend"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row[1].as_str().unwrap().parse::<usize>().unwrap())
            .sum();
        assert_eq!(counted, 6);
    }
    assert_eq!(seen["language"], "nl");
}

#[test]
fn a_broken_page_is_seen_to_be_broken() {
    let Some(browser) = Browser::find("broken pages") else { return };
    let page = small::map(Language::English).page();
    for (name, from, to, trouble) in [
        ("tabs", "tab.addEventListener('click', () => show(i));", "", "a click on"),
        ("fetch", "<aside>", "<aside><img src=\"http://127.0.0.1:9/x.png\">", "refused"),
        ("error", "show(0);\n})();", "show(0); missing();\n})();", "errors"),
        ("zoom", "at('zoom-in').addEventListener", "at('zoom-out').addEventListener", "zoom or pan"),
        ("leave", "if (!pinned) close(); });", "});", "afterLeaving"),
    ] {
        assert!(page.contains(from), "{name}: the page has no {from}");
        let seen = browser.read(&format!("broken_{name}"), &page.replacen(from, to, 1), &["GM1"], "alfa");
        let troubles = troubles(&seen);
        assert!(troubles.iter().any(|found| found.contains(trouble)), "{name}: {troubles:?}");
    }
}

#[test]
fn search_finds_a_gemeente_among_the_388() {
    let Some(shared) = shared::shared("the page of gemeenten") else { return };
    let Some(browser) = Browser::find("the page of gemeenten") else { return };
    let map =
        dutch::made_up(dutch::gemeenten(&shared), &dutch::names(&shared)).check(Unmatched::Refuse).unwrap();
    let page = map.page();
    assert!(page.len() < 400_000, "{} bytes", page.len());
    let seen = browser.read("gemeenten", &page, &["GM0363"], "oegst");
    assert_no_troubles(&seen);
    assert_eq!(seen["found"], json!(["Oegstgeest"]));
    assert_eq!(seen["chosen"]["title"], "Oegstgeest");
    assert!(seen["zoomed"].as_f64().unwrap() < 0.3 * seen["whole"].as_f64().unwrap());
    assert_eq!(seen["hover"]["GM0363"]["title"], "Amsterdam");
    let names: Vec<&Value> = seen["tabs"].as_array().unwrap().iter().map(|tab| &tab["name"]).collect();
    assert_eq!(names, ["Feitelijk", "Verwacht", "Verschil", "Onzekerheid", "Kans"]);
    assert_eq!(seen["rows"], 388);
}
