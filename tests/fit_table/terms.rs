//! How columns become terms, and codes areas.

use super::program::{Run, fit, lines};
use serde_json::Value;

/// 36 rows in 6 areas: counts, a number, and categories in words and in figures.
fn table() -> String {
    let header = ["area", "y", "a", "b", "word", "figure"].map(String::from).to_vec();
    let row = |i: usize| {
        let (area, y) = (format!("g{}", i % 6), (3 + (i * 7) % 5 + i % 6).to_string());
        let (a, b) = (((i * 5) % 11).to_string(), (0.5 * ((i * 3) % 7) as f64).to_string());
        vec![area, y, a, b, ["w", "u", "v"][i % 3].into(), ["10", "9", "2"][(i / 3) % 3].into()]
    };
    lines(std::iter::once(header).chain((0..36).map(row)))
}

fn asked(name: &str, question: &str) -> Run {
    fit(name, &table(), &format!("--count y --family poisson {question}"))
}

fn terms(answer: &Value) -> Vec<String> {
    let fixed = answer["fixed"].as_array().unwrap();
    fixed.iter().map(|c| c["term"].as_str().unwrap().to_string()).collect()
}

fn estimate(answer: &Value, term: &str) -> f64 {
    let fixed = answer["fixed"].as_array().unwrap();
    fixed.iter().find(|c| c["term"] == term).unwrap()["estimate"].as_f64().unwrap()
}

#[test]
fn categories_of_numbers_are_in_numeric_order_and_others_in_that_of_text() {
    let answer = asked("categories", "--categorical figure,word").json();
    assert_eq!(terms(&answer), ["(Intercept)", "figure=9", "figure=10", "word=v", "word=w"]);
}

#[test]
fn a_reference_changes_what_is_compared_and_not_the_fit() {
    let first = asked("first", "--categorical figure").json();
    let named = asked("named", "--categorical figure --reference figure=9").json();
    assert_eq!(terms(&named), ["(Intercept)", "figure=2", "figure=10"]);
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-8, "{a} {b}");
    near(first["loglik"].as_f64().unwrap(), named["loglik"].as_f64().unwrap());
    near(estimate(&named, "figure=2"), -estimate(&first, "figure=9"));
    near(estimate(&named, "figure=10"), estimate(&first, "figure=10") - estimate(&first, "figure=9"));
}

#[test]
fn a_categorical_determinant_keeps_its_place_and_one_only_under_categorical_comes_last() {
    let answer = asked("order", "--determinants b,word,a --categorical figure,word").json();
    let expected = ["(Intercept)", "b", "word=v", "word=w", "a", "figure=9", "figure=10"];
    assert_eq!(terms(&answer), expected);
}

#[test]
fn interactions_are_named_by_their_parts() {
    let question = "--determinants a,b,word,figure --categorical word,figure \
        --interactions a:b,word:b,word:figure";
    let answer = asked("interactions", question).json();
    let expected = [
        "a:b",
        "word=v:b",
        "word=w:b",
        "word=v:figure=9",
        "word=w:figure=9",
        "word=v:figure=10",
        "word=w:figure=10",
    ];
    assert_eq!(terms(&answer)[7..], expected);
}

#[test]
fn determinants_enter_unscaled_unless_scaled() {
    let (raw, scaled) =
        (asked("raw", "--determinants a").json(), asked("scaled", "--determinants a --scale"));
    let scaled = scaled.json();
    let a: Vec<f64> = (0..36).map(|i| ((i * 5) % 11) as f64).collect();
    let mean = a.iter().sum::<f64>() / 36.0;
    let sd = (a.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 35.0).sqrt();
    assert_eq!(terms(&raw), terms(&scaled));
    assert!((estimate(&scaled, "a") - sd * estimate(&raw, "a")).abs() < 1e-9);
    let at_mean = estimate(&raw, "(Intercept)") + mean * estimate(&raw, "a");
    assert!((estimate(&scaled, "(Intercept)") - at_mean).abs() < 1e-9);
}

#[test]
fn missing_cells_are_filled_from_the_area_around_and_marked_when_asked() {
    let table = table().replacen("g0,3,0,", "g0,3,,", 1);
    let filled = |name: &str, question: &str| {
        let question = format!("--count y --family poisson --determinants a {question}");
        fit(name, &table, &question)
    };
    assert_eq!(filled("refuse", "").refused(), "missing-cells");
    let marked = filled("marked", "--missing parent-mean-indicator --levels area").json();
    assert_eq!(terms(&marked), ["(Intercept)", "a", "a missing"]);

    // The other cells of the area hold 8, 5, 2, 10, 7: the fill is their mean, or that of the 35 others.
    let (area, whole) = (6.4, 180.0 / 35.0);
    let given = |name: &str, fill: f64, question: &str| {
        let table = table.replacen("g0,3,,", &format!("g0,3,{fill},"), 1);
        fit(name, &table, &format!("--count y --family poisson --determinants a {question}")).json()
    };
    for (name, fill, levels) in [("area", area, "--levels area"), ("whole", whole, "")] {
        let by_library = filled(name, &format!("--missing parent-mean {levels}")).json();
        let by_hand = given(&format!("{name}_given"), fill, levels);
        let (by_library, by_hand) = (estimate(&by_library, "a"), estimate(&by_hand, "a"));
        assert!((by_library - by_hand).abs() < 1e-9, "{name}: {by_library} {by_hand}");
    }
}

#[test]
fn blanks_after_commas_in_a_list_do_not_matter() {
    let path = super::program::file("blanks", table());
    let words = ["--data", path.to_str().unwrap(), "--count", "y", "--family", "poisson", "--determinants"];
    let run = super::program::fit_table(&[&words[..], &["b, a", "--json", "-", "--quiet"]].concat());
    assert_eq!(terms(&run.json()), ["(Intercept)", "b", "a"]);
}

#[test]
fn codes_used_again_under_another_parent_need_nested_codes() {
    let header = ["region", "nr", "y"].map(String::from).to_vec();
    let row =
        |i: usize| vec![format!("r{}", i % 4), format!("{}", i / 4 % 3), ((i * i) % 9 + i % 4).to_string()];
    let table = lines(std::iter::once(header).chain((0..48).map(row)));
    let question = "--count y --levels region,nr --family poisson";

    let unique = fit("unique", &table, question);
    assert_eq!(unique.refused(), "hierarchy");
    assert!(unique.stderr.contains("nr '0' stands under 'r0', 'r1', 'r2', 'r3' (rows 1, 2, 3, 4)"));

    let nested = fit("nested", &table, &format!("{question} --nested-codes --areas")).json();
    let n_areas: Vec<&Value> = nested["random"].as_array().unwrap().iter().map(|r| &r["n_areas"]).collect();
    assert_eq!(n_areas, [4, 12]);
    let areas = nested["areas"].as_array().unwrap();
    let paths: std::collections::BTreeSet<String> = areas.iter().map(|a| a["path"].to_string()).collect();
    assert_eq!(paths.len(), 16, "each path once");
    let finer = areas.iter().filter(|area| area["level"] == "nr");
    for area in finer {
        let path = area["path"].as_array().unwrap();
        assert_eq!((path.len(), &path[1]), (2, &area["code"]));
    }
}
