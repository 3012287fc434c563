//! Files that something ate from: an answer or an error, never a panic.

use super::small;
use nestcount::map::{Area, AreaMap, Boundaries, Cell, Language, Layer, Quantity, Unmatched};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

const TOPOLOGY: &str = r#"{"type": "Topology", "transform": {"scale": [0.01, 0.01], "translate": [4.8, 52.3]},
  "arcs": [[[5,0],[0,5]], [[5,5],[-5,0],[0,-5],[5,0]], [[5,0],[5,0]], [[10,0],[0,5]], [[10,5],[-5,0]],
           [[10,0],[5,0],[0,5],[-5,0]]],
  "objects": {"o": {"type": "GeometryCollection", "geometries": [
    {"type": "Polygon", "arcs": [[0, 1]], "properties": {"code": "A"}},
    {"type": "Polygon", "arcs": [[2, 3, 4, -1]], "properties": {"code": "B"}},
    {"type": "MultiPolygon", "arcs": [[[5, -4]]], "properties": {"code": "C"}}]}}}"#;

/// One to three bytes changed, taken out or written twice, or a number replaced by an unlikely one.
fn eaten(text: &str, rng: &mut ChaCha12Rng) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..rng.random_range(1..=3) {
        let at = rng.random_range(0..bytes.len());
        match rng.random_range(0..4) {
            0 => bytes[at] = b"0123456789-.,[]{}\"eE null"[rng.random_range(0..25)],
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, bytes[at]),
            _ => {
                let digits: Vec<usize> = (0..bytes.len()).filter(|&i| bytes[i].is_ascii_digit()).collect();
                let unlikely = ["-1", "1e308", "-9223372036854775808", "1e-320", "null", "[]", "0"];
                let at = digits[rng.random_range(0..digits.len())];
                bytes.splice(at..=at, unlikely[rng.random_range(0..unlikely.len())].bytes());
            }
        }
    }
    bytes
}

/// Whether the boundaries became a map and were written.
fn drawn(boundaries: Boundaries) -> bool {
    let codes: Vec<String> = boundaries.codes().map(String::from).collect();
    let merged =
        boundaries.clone().merged(codes.iter().skip(1).map(|code| (code.as_str(), codes[0].as_str())));
    let _ = boundaries.clone().from_rd();
    let map = |boundaries: Boundaries| {
        let codes: Vec<String> = boundaries.codes().map(String::from).collect();
        AreaMap::new(boundaries)
            .areas(codes.iter().map(|code| Area::new(code, code)))
            .layer(Layer::new(Quantity::Actual, codes.iter().map(|code| (code, Cell::Value(1.0)))))
            .check(Unmatched::Refuse)
    };
    let maps = [Some(map(boundaries)), merged.ok().map(map)];
    maps.into_iter().flatten().flatten().map(|map| map.page().len() + map.geojson().len()).sum::<usize>() > 0
}

#[test]
fn an_eaten_topology_is_read_or_refused() {
    let mut rng = ChaCha12Rng::seed_from_u64(8);
    let read = |bytes: Vec<u8>| Boundaries::from_topojson(bytes.as_slice(), "o", "code");
    let answers =
        (0..3000).map(|_| read(eaten(TOPOLOGY, &mut rng)).is_ok_and(drawn)).filter(|drawn| *drawn).count();
    assert!((100..2900).contains(&answers), "{answers} of 3000 were drawn");
}

#[test]
fn an_eaten_collection_is_read_or_refused() {
    let mut rng = ChaCha12Rng::seed_from_u64(9);
    let whole = small::map(Language::English).geojson();
    let read = |bytes: Vec<u8>| Boundaries::from_geojson(bytes.as_slice(), "code");
    let answers =
        (0..3000).map(|_| read(eaten(&whole, &mut rng)).is_ok_and(drawn)).filter(|drawn| *drawn).count();
    assert!((100..2900).contains(&answers), "{answers} of 3000 were drawn");
}

#[test]
fn a_ring_that_stays_in_one_place_is_a_dot() {
    let file = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "A"},
        "geometry": {"type": "Polygon", "coordinates": [[[4, 52], [4, 52], [4, 52], [4, 52]]]}}]}"#;
    let boundaries = Boundaries::from_geojson(file.as_bytes(), "code").unwrap();
    assert_eq!(boundaries.collapsed(), ["A"]);
    assert!(drawn(boundaries));
}
