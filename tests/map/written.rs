//! What is written: numbers arrive, withheld stays withheld, text stays text.

use super::small::{NASTY, boundaries, map};
use nestcount::map::{Area, AreaMap, Boundaries, Cell, Classes, Language, Layer, Quantity, Unmatched};
use serde_json::{Value, json};

fn properties(geojson: &str) -> Vec<Value> {
    let collection: Value = serde_json::from_str(geojson).unwrap();
    collection["features"].as_array().unwrap().iter().map(|feature| feature["properties"].clone()).collect()
}

#[test]
fn geojson_holds_every_layer_and_reads_back_as_the_same_boundaries() {
    let text = map(Language::English).geojson();
    let features = properties(&text);
    assert_eq!(features[0]["name"], NASTY);
    assert_eq!(
        (&features[1]["actual"], &features[1]["actual_status"], &features[1]["difference"]),
        (&json!(1250.25), &json!("value"), &json!(-0.5))
    );
    assert_eq!(features[4]["actual"], Value::Null);
    assert_eq!(features[4]["actual_class"], Value::Null);
    assert_eq!(features[4]["actual_status"], "withheld");
    assert_eq!((&features[4]["actual_low"], &features[4]["actual_high"]), (&json!(0.0), &json!(9.0)));
    assert_eq!(features[5]["actual_status"], "no data");

    let back = Boundaries::from_geojson(text.as_bytes(), "code").unwrap();
    let own = boundaries(6);
    assert_eq!(back.codes().collect::<Vec<_>>(), own.codes().collect::<Vec<_>>());
    for code in own.codes() {
        let [one, other] = [&own, &back].map(|side| side.polygons(code).unwrap().concat().concat());
        let far = one
            .iter()
            .zip(&other)
            .map(|(a, b)| (a[0] - b[0]).abs().max((a[1] - b[1]).abs()))
            .fold(0.0, f64::max);
        assert!(one.len() == other.len() && far < 1e-6, "{code}: {far}");
    }
}

#[test]
fn the_classes_of_a_layer_count_every_area_once() {
    let map = map(Language::English);
    for layer in ["actual", "expected", "difference"] {
        let counts = map.counts(layer).unwrap();
        assert_eq!(counts.classes.len(), map.breaks(layer).unwrap().len() + 1);
        assert_eq!(counts.classes.iter().sum::<usize>() + counts.withheld + counts.no_data, 6);
    }
    assert_eq!(map.counts("actual").unwrap().withheld, 1);
}

#[test]
fn actual_and_expected_share_their_breaks_unless_they_differ_in_kind() {
    let map = map(Language::English);
    assert_eq!(map.breaks("actual").unwrap(), map.breaks("expected").unwrap());
    let codes = ["GM0", "GM1", "GM2"];
    let layer = |quantity, from: f64| {
        Layer::new(
            quantity,
            codes.iter().enumerate().map(move |(i, code)| (*code, Cell::Value(from + i as f64))),
        )
    };
    let apart = AreaMap::new(boundaries(3))
        .areas(codes.map(|code| Area::new(code, code)))
        .layer(layer(Quantity::Actual, 0.0).classes(Classes::quantiles(2)))
        .layer(layer(Quantity::Expected, 9.0).classes(Classes::quantiles(2)).unit("%"))
        .check(Unmatched::Refuse)
        .unwrap();
    assert_eq!(
        (apart.breaks("actual").unwrap(), apart.breaks("expected").unwrap()),
        (&[1.0][..], &[10.0][..])
    );
}

#[test]
fn a_picture_hatches_what_is_withheld_and_escapes_names() {
    let svg = map(Language::Dutch).svg("actual").unwrap();
    assert!(!svg.contains("<img") && !svg.contains("</script>"));
    let paths: Vec<&str> =
        svg.lines().filter(|line| line.contains("<title>") && line.starts_with("<path")).collect();
    assert_eq!(paths.len(), 6);
    for path in paths {
        assert_eq!(path.contains("url(#map-hatching)"), path.contains("geheim"), "{path}");
    }
    assert!(svg.contains("1.250,2\u{a0}€"), "Dutch numbers");
}

#[test]
fn an_area_without_boundaries_has_no_geometry_and_one_without_surface_is_a_point() {
    let file = r#"{"type": "Topology", "arcs": [[[4,52],[5,52]], [[5,52],[5,53],[4,52]], [[4,52],[4,52]]],
        "objects": {"o": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "properties": {"code": "A"}, "arcs": [[0, 1]]},
            {"type": "Polygon", "properties": {"code": "B"}, "arcs": [[2]]}]}}}"#;
    let codes = ["A", "B", "C"];
    let map = AreaMap::new(Boundaries::from_topojson(file.as_bytes(), "o", "code").unwrap())
        .areas(codes.map(|code| Area::new(code, code)))
        .layer(Layer::new(Quantity::Actual, codes.map(|code| (code, Cell::Value(1.0)))))
        .check(Unmatched::Leave)
        .unwrap();
    let collection: Value = serde_json::from_str(&map.geojson()).unwrap();
    let kinds: Vec<&Value> = (0..3).map(|i| &collection["features"][i]["geometry"]["type"]).collect();
    assert_eq!(
        kinds,
        ["Polygon", "Point", ""]
            .map(|kind| if kind.is_empty() { Value::Null } else { json!(kind) })
            .iter()
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_page_and_a_picture_name_nothing_outside_of_themselves() {
    let own = ["http://www.w3.org/2000/svg"];
    for text in [map(Language::English).page(), map(Language::English).svg("actual").unwrap()] {
        let addresses = text.match_indices("http").map(|(at, _)| &text[at..]);
        let foreign: Vec<&str> = addresses
            .filter(|rest| !own.iter().any(|own| rest.starts_with(own)) && !rest.starts_with("http-equiv"))
            .map(|rest| &rest[..rest.len().min(40)])
            .collect();
        assert!(foreign.is_empty(), "{foreign:?}");
        assert!(text.match_indices("url(").all(|(at, _)| text[at..].starts_with("url(#")));
        assert!(
            !text.contains("<img")
                && !text.contains("<script src")
                && !text.contains("@import")
                && !text.contains("<link")
        );
    }
}
