//! Small topologies by hand: what is read, what merges, what is refused.

use super::*;
use crate::error::BoundaryFault as Fault;

/// Four squares in a ring of squares around a hole: A B / C D are quarters of a 2 × 2 field with B holding a pond.
///
/// Arcs: 0 the top of A, 1 A|B, 2 A|C, 3 left and so on; every inner arc is run by two areas, in both directions.
fn field() -> String {
    r#"{"type": "Topology", "objects": {"field": {"type": "GeometryCollection", "geometries": [
        {"type": "Polygon", "id": 1, "properties": {"code": "A"}, "arcs": [[0, 1, 2]]},
        {"type": "Polygon", "id": 2, "properties": {"code": "B"}, "arcs": [[3, 4, -2], [8]]},
        {"type": "Polygon", "id": 3, "properties": {"code": "C"}, "arcs": [[-3, 5, 6]]},
        {"type": "Polygon", "id": 4, "properties": {"code": "D"}, "arcs": [[-5, 7, -6]]},
        {"type": "Polygon", "id": 5, "properties": {"code": "E"}, "arcs": [[-9]]}]}},
      "arcs": [[[0,1],[0,2],[1,2]], [[1,2],[1,1]], [[1,1],[0,1]], [[1,2],[2,2],[2,1]], [[2,1],[1,1]],
        [[1,1],[1,0]], [[1,0],[0,0],[0,1]], [[2,1],[2,0],[1,0]],
        [[1.25,1.25],[1.5,1.25],[1.5,1.5],[1.25,1.5],[1.25,1.25]]]}"#
        .into()
}

fn read(text: &str) -> Boundaries {
    Boundaries::from_topojson(text.as_bytes(), "field", "code").unwrap()
}

fn faults(text: &str) -> Vec<Fault> {
    let error = Boundaries::from_topojson(text.as_bytes(), "field", "code").unwrap_err();
    assert_eq!(error.code(), "boundaries");
    match error.kind() {
        ErrorKind::Boundaries { faults } => faults.clone(),
        _ => Vec::new(),
    }
}

fn surface(boundaries: &Boundaries, code: &str) -> f64 {
    boundaries.polygons(code).unwrap().iter().flatten().map(|ring| arcs::signed_area(ring)).sum()
}

/// The same areas as GeoJSON.
fn as_geojson(boundaries: &Boundaries) -> String {
    let features: Vec<_> = boundaries
        .codes()
        .map(|code| {
            let coordinates = boundaries.polygons(code).unwrap();
            serde_json::json!({"type": "Feature", "properties": {"code": code},
                "geometry": {"type": "MultiPolygon", "coordinates": coordinates}})
        })
        .collect();
    serde_json::json!({"type": "FeatureCollection", "features": features}).to_string()
}

#[test]
fn exteriors_run_counter_clockwise_and_holes_clockwise() {
    let field = read(&field());
    for code in ["A", "B", "C", "D", "E"] {
        for polygon in field.polygons(code).unwrap() {
            assert!(arcs::signed_area(&polygon[0]) > 0.0, "{code}");
            assert!(polygon[1..].iter().all(|hole| arcs::signed_area(hole) < 0.0), "{code}");
            assert!(polygon.iter().all(|ring| ring.first() == ring.last()));
        }
    }
    assert_eq!(surface(&field, "B"), 1.0 - 0.0625);
}

#[test]
fn merging_all_areas_leaves_the_outline_of_the_field() {
    let one = read(&field()).merged(["A", "B", "C", "D", "E"].map(|old| (old, "all"))).unwrap();
    let polygons = one.polygons("all").unwrap();
    assert_eq!((polygons.len(), polygons[0].len()), (1, 1), "one outline without holes: {polygons:?}");
    assert_eq!(surface(&one, "all"), 4.0);
    // The points where inner borders met stand on the outline still: corners and middles.
    assert_eq!(polygons[0][0].len(), 9);
}

#[test]
fn merging_keeps_the_surface_whatever_is_merged() {
    let whole = read(&field());
    for merged in 0..32_u32 {
        let pairs: Vec<(&str, &str)> =
            (0..5).filter(|i| merged >> i & 1 == 1).map(|i| (["A", "B", "C", "D", "E"][i], "M")).collect();
        let total: f64 = pairs.iter().map(|(old, _)| surface(&whole, old)).sum();
        let field = whole.clone().merged(pairs.iter().copied()).unwrap();
        let parts: f64 = field.codes().map(|code| surface(&field, code)).sum();
        assert_eq!(parts, 4.0, "{pairs:?}");
        if !pairs.is_empty() {
            assert_eq!(surface(&field, "M"), total, "{pairs:?}");
        }
    }
}

#[test]
fn areas_that_touch_in_a_point_stay_two_polygons() {
    let field = read(&field()).merged([("A", "X"), ("D", "X")]).unwrap();
    assert_eq!(field.polygons("X").unwrap().len(), 2);
    assert_eq!(field.codes().collect::<Vec<_>>(), ["X", "B", "C", "E"]);
}

#[test]
fn a_ring_of_areas_keeps_the_hole_between_them() {
    let field = read(&field()).merged(["A", "B", "C", "D"].map(|old| (old, "around"))).unwrap();
    let polygons = field.polygons("around").unwrap();
    assert_eq!((polygons.len(), polygons[0].len()), (1, 2));
    assert_eq!(surface(&field, "around"), 4.0 - 0.0625);
}

#[test]
fn geojson_and_topojson_of_the_same_field_merge_alike() {
    let topology = read(&field());
    let collection = Boundaries::from_geojson(as_geojson(&topology).as_bytes(), "code").unwrap();
    for pairs in
        [vec![], vec![("A", "B")], vec![("A", "B"), ("C", "B"), ("D", "B"), ("E", "B")], vec![("E", "B")]]
    {
        let [one, other] = [&topology, &collection].map(|field| field.clone().merged(pairs.clone()).unwrap());
        assert_eq!(one.codes().collect::<Vec<_>>(), other.codes().collect::<Vec<_>>());
        for code in one.codes() {
            assert_eq!(surface(&one, code), surface(&other, code));
            let corners = |field: &Boundaries| -> Vec<usize> {
                field.polygons(code).unwrap().iter().flatten().map(Vec::len).collect()
            };
            assert_eq!(corners(&one), corners(&other), "{code}");
        }
    }
    // 9 arcs of the hand-made topology: the same are found in the rings.
    assert_eq!(collection.arcs.0.len(), topology.arcs.0.len());
}

#[test]
fn whole_steps_are_sums_times_scale() {
    let text = r#"{"type": "Topology", "transform": {"scale": [0.5, 2], "translate": [4, 50]},
        "objects": {"field": {"type": "Polygon", "properties": {"code": "A"}, "arcs": [[0]]}},
        "arcs": [[[0,0],[2,0],[0,1],[-2,-1]]]}"#;
    assert_eq!(read(text).polygons("A").unwrap(), [[[[4.0, 50.0], [5.0, 50.0], [5.0, 52.0], [4.0, 50.0]]]]);
}

#[test]
fn an_area_shrunk_to_a_line_has_no_surface_but_a_place() {
    let text = r#"{"type": "Topology", "objects": {"field": {"type": "GeometryCollection", "geometries": [
        {"type": "Polygon", "properties": {"code": "thin"}, "arcs": [[0, -2]]},
        {"type": "Polygon", "properties": {"code": "left"}, "arcs": [[-1, 2]]},
        {"type": "Polygon", "properties": {"code": "right"}, "arcs": [[1, 3]]}]}},
      "arcs": [[[1,0],[1,1]], [[1,0],[1,1]], [[1,0],[0,0],[0,1],[1,1]], [[1,1],[2,1],[2,0],[1,0]]]}"#;
    let field = read(text);
    assert_eq!(field.collapsed(), ["thin"]);
    assert!(matches!(field.shapes()[0], Shape::Dot([1.0, 0.0])));
    // Nothing of the line is left where it lay between two that merged.
    let one = field.merged([("thin", "left"), ("right", "left")]).unwrap();
    let polygons = one.polygons("left").unwrap();
    assert_eq!((polygons.len(), polygons[0].len(), polygons[0][0].len()), (1, 1, 7), "{polygons:?}");
}

#[test]
fn every_fault_is_listed_at_once() {
    let broken = field()
        .replace(r#""code": "A""#, r#""naam": "A""#)
        .replace(r#""code": "D""#, r#""code": "B""#)
        .replace(r#""arcs": [[-9]]"#, r#""arcs": [[99]]"#)
        .replace("[[-3, 5, 6]]", "[[-3, 5]]");
    let found = faults(&broken);
    assert_eq!(found.len(), 4, "{found:#?}");
    let known = ["code", "naam"].map(String::from).to_vec();
    assert_eq!(found[0], Fault::NoCode { property: "code".into(), features: vec![0], known });
    assert_eq!(found[1], Fault::UnclosedRing { code: "C".into() });
    assert_eq!(found[2], Fault::UnknownArc { code: "E".into(), arc: 99 });
    assert_eq!(found[3], Fault::DoubledCode { code: "B".into(), features: vec![1, 3] });
}

#[test]
fn an_area_without_outline_is_no_area() {
    for (geometry, expected) in [
        (r#"{"type": null, "properties": {"code": "A"}}"#, Fault::NoGeometry { code: "A".into() }),
        (
            r#"{"type": "Polygon", "arcs": [], "properties": {"code": "A"}}"#,
            Fault::NoGeometry { code: "A".into() },
        ),
        (
            r#"{"type": "Point", "coordinates": [1, 1], "properties": {"code": "A"}}"#,
            Fault::NotAnArea { code: "A".into(), geometry: "Point".into() },
        ),
    ] {
        let text = format!(r#"{{"type": "Topology", "arcs": [], "objects": {{"field": {geometry}}}}}"#);
        assert_eq!(faults(&text), [expected]);
    }
}

#[test]
fn the_same_faults_of_geojson() {
    let feature = |properties: &str, geometry: &str| {
        let feature = format!(r#"{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}"#);
        format!(r#"{{"type": "FeatureCollection", "features": [{feature}]}}"#)
    };
    let code = r#"{"code": "A"}"#;
    let no_code = Fault::NoCode { property: "code".into(), features: vec![0], known: Vec::new() };
    for (text, expected) in [
        (feature("null", "null"), no_code),
        (feature(code, "null"), Fault::NoGeometry { code: "A".into() }),
        (
            feature(code, r#"{"type": "LineString", "coordinates": [[0,0],[1,1]]}"#),
            Fault::NotAnArea { code: "A".into(), geometry: "LineString".into() },
        ),
        (
            feature(code, r#"{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,1]]]}"#),
            Fault::UnclosedRing { code: "A".into() },
        ),
        (feature(code, r#"{"type": "Polygon", "coordinates": []}"#), Fault::NoGeometry { code: "A".into() }),
    ] {
        let error = Boundaries::from_geojson(text.as_bytes(), "code").unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Boundaries { faults: vec![expected] }, "{text}");
    }
}

#[test]
fn what_is_no_file_of_boundaries_is_refused() {
    for garbage in [
        "",
        "{",
        "[]",
        "null",
        r#"{"type": "Topology"}"#,
        r#"{"arcs": [[[1]]], "objects": {"field": {"type": null}}}"#,
    ] {
        let error = Boundaries::from_topojson(garbage.as_bytes(), "field", "code").unwrap_err();
        assert_eq!(error.code(), "unreadable-boundaries", "{garbage}");
    }
    for garbage in ["", "{", "[]", r#"{"type": "Point", "coordinates": [1, 2]}"#, "\u{0}"] {
        let error = Boundaries::from_geojson(garbage.as_bytes(), "code").unwrap_err();
        assert_eq!(error.code(), "unreadable-boundaries", "{garbage}");
    }
    let error = Boundaries::from_topojson(field().as_bytes(), "layer", "code").unwrap_err();
    assert_eq!(error.to_string(), "the boundaries have no object 'layer'; they have 'field'");
    let elsewhere = r#"{"type": "FeatureCollection", "features": [],
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}}"#;
    let error = Boundaries::from_geojson(elsewhere.as_bytes(), "code").unwrap_err();
    assert!(error.to_string().contains("3857"), "{error}");
}

#[test]
fn merging_what_is_not_there_or_to_two_codes_is_refused() {
    let unknown = read(&field()).merged([("A", "B"), ("Z", "B")]).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "boundaries and pairs to merge do not match by code: only the pairs to merge have 'Z' (1 in all)"
    );
    let torn = read(&field()).merged([("A", "B"), ("A", "C")]).unwrap_err();
    assert_eq!(torn.code(), "repeated-codes");
    assert_eq!(read(&field()).only(["A", "Z"]).unwrap_err().code(), "unmatched-codes");
    assert_eq!(read(&field()).only(["D", "A"]).unwrap().codes().collect::<Vec<_>>(), ["D", "A"]);
}

#[test]
fn known_points_of_the_dutch_grid_are_where_they_are() {
    // Amersfoort (the grid's origin) and the Westertoren in Amsterdam, with their published geographic coordinates.
    for (grid, globe) in [
        ([155_000.0, 463_000.0], [5.387_206_21, 52.155_174_40]),
        ([120_700.723, 487_525.501], [4.883_525_59, 52.374_532_53]),
    ] {
        let [x, y] = grid;
        let ring = [[x, y], [x + 10.0, y], [x, y + 10.0], [x, y]];
        let file = serde_json::json!({"type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}},
            "features": [{"type": "Feature", "properties": {"code": 7},
                "geometry": {"type": "Polygon", "coordinates": [ring]}}]});
        let field = Boundaries::from_geojson(file.to_string().as_bytes(), "code").unwrap();
        let polygons = field.polygons("7").unwrap();
        let nearest = |axis: usize| {
            polygons[0][0]
                .iter()
                .map(|position| (position[axis] - globe[axis]).abs())
                .fold(f64::INFINITY, f64::min)
        };
        assert!(nearest(0) < 5e-6 && nearest(1) < 5e-6, "{} {}", nearest(0), nearest(1));
    }
    let outside = read(&field()).from_rd().unwrap_err();
    assert_eq!(outside.code(), "boundaries");
}
