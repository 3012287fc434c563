//! Areas, layers and boundaries that do not fit each other.

use super::small::{boundaries, map};
use nestcount::map::{Area, AreaMap, Boundaries, Cell, Classes, Known, Language, Layer, Quantity, Unmatched};
use nestcount::{Error, ErrorKind};

fn areas(codes: &[&str]) -> Vec<Area> {
    codes.iter().map(|code| Area::new(*code, format!("area {code}"))).collect()
}

fn actual(codes: &[&str]) -> Layer {
    Layer::new(Quantity::Actual, codes.iter().enumerate().map(|(i, code)| (*code, Cell::Value(i as f64))))
}

fn refused(map: AreaMap) -> Error {
    map.check(Unmatched::Refuse).unwrap_err()
}

const SIX: [&str; 6] = ["GM0", "GM1", "GM2", "GM3", "GM4", "GM5"];

#[test]
fn codes_on_one_side_only_are_listed_from_both_sides() {
    let codes = ["GM0", "GM1", "GM2", "GM3", "XX1", "XX2"];
    let map = || AreaMap::new(boundaries(6)).areas(areas(&codes)).layer(actual(&codes));
    let error = refused(map());
    let ErrorKind::UnmatchedCodes { left, only_left, right, only_right } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((left.as_str(), right.as_str()), ("boundaries", "areas"));
    assert_eq!(
        (only_left, only_right),
        (&vec!["GM4".into(), "GM5".into()], &vec!["XX1".into(), "XX2".into()])
    );
    assert_eq!(
        error.to_string(),
        "boundaries and areas do not match by code: only the boundaries have 'GM4', 'GM5' (2 in all); \
         only the areas have 'XX1', 'XX2' (2 in all)"
    );

    let left_over = map().check(Unmatched::Leave).unwrap();
    assert_eq!(left_over.unmatched().boundaries, ["GM4", "GM5"]);
    assert_eq!(left_over.unmatched().areas, ["XX1", "XX2"]);
    assert!(left_over.page().contains("2 areas are not on the map"));
}

#[test]
fn a_result_of_another_hierarchy_is_refused_whatever_is_said_of_the_unmatched() {
    let wijken = ["WK000001", "WK000002"];
    for unmatched in [Unmatched::Refuse, Unmatched::Leave] {
        let map = AreaMap::new(boundaries(2)).areas(areas(&wijken)).layer(actual(&wijken));
        let code = map.check(unmatched).unwrap_err().code();
        assert_eq!(code, if unmatched == Unmatched::Refuse { "unmatched-codes" } else { "specification" });
    }
}

#[test]
fn a_layer_of_other_areas_than_the_map_is_refused() {
    let error = refused(
        AreaMap::new(boundaries(6))
            .areas(areas(&SIX))
            .layer(actual(&["GM0", "GM1", "GM2", "GM3", "GM4", "GM9"])),
    );
    assert_eq!(
        error.to_string(),
        "areas and cells of layer 'actual' do not match by code: only the areas have 'GM5' (1 in all); \
         only the cells of layer 'actual' have 'GM9' (1 in all)"
    );
}

#[test]
fn repeated_areas_cells_and_keys_are_refused() {
    let twice = ["GM0", "GM1", "GM1"];
    let of = |codes: &[&str]| AreaMap::new(boundaries(2)).areas(areas(codes));
    let cases = [
        of(&twice).layer(actual(&SIX[..2])),
        of(&SIX[..2]).layer(actual(&twice)),
        of(&SIX[..2]).layer(actual(&SIX[..2])).layer(actual(&SIX[..2])),
    ];
    for (case, what) in
        cases.into_iter().zip(["the areas", "the cells of layer 'actual'", "the keys of the layers"])
    {
        let error = refused(case);
        assert_eq!(error.code(), "repeated-codes");
        assert!(error.to_string().starts_with(what), "{error}");
    }
}

#[test]
fn maps_of_nothing_are_refused() {
    assert_eq!(refused(AreaMap::new(boundaries(0)).layer(actual(&[]))).code(), "specification");
    assert_eq!(refused(AreaMap::new(boundaries(2)).areas(areas(&SIX[..2]))).code(), "specification");
}

#[test]
fn numbers_that_are_none_are_refused_with_their_areas() {
    for cell in [
        Cell::Value(f64::NAN),
        Cell::Value(f64::INFINITY),
        Cell::Withheld(Known::Between(3.0, 2.0)),
        Cell::Withheld(Known::AtLeast(f64::NAN)),
    ] {
        let layer = Layer::new(Quantity::Expected, [("GM0", Cell::Value(1.0)), ("GM1", cell)]);
        let error = refused(AreaMap::new(boundaries(2)).areas(areas(&SIX[..2])).layer(layer));
        assert!(error.to_string().contains("'GM1'") && error.code() == "specification", "{error}");
    }
}

#[test]
fn classes_without_sense_and_unknown_layers_are_refused() {
    let layer = actual(&SIX).classes(Classes::fixed([3.0, 1.0]));
    assert_eq!(refused(AreaMap::new(boundaries(6)).areas(areas(&SIX)).layer(layer)).code(), "specification");
    let error = map(Language::English).svg("expectation").unwrap_err();
    assert!(error.to_string().contains("'expected'"), "{error}");
}

#[test]
fn coordinates_that_are_no_longitude_and_latitude_are_refused() {
    let file = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "GM0"},
        "geometry": {"type": "Polygon", "coordinates": [[[155000, 463000], [155100, 463000], [155000, 463100], [155000, 463000]]]}}]}"#;
    let grid = || Boundaries::from_geojson(file.as_bytes(), "code").unwrap();
    let error = refused(AreaMap::new(grid()).areas(areas(&SIX[..1])).layer(actual(&SIX[..1])));
    assert_eq!(error.code(), "boundaries");
    assert!(error.to_string().contains("from_rd"), "{error}");
    let map = AreaMap::new(grid().from_rd().unwrap()).areas(areas(&SIX[..1])).layer(actual(&SIX[..1]));
    assert!(map.check(Unmatched::Refuse).is_ok());
}
