//! A schematic map where there are no boundaries: a square for every area, neighbours in the file side by side.

use nestcount::Result;
use nestcount::map::Boundaries;
use serde_json::{Value, json};

/// Degrees of longitude and latitude that look like a square in the middle of the Netherlands.
const SIDE: [f64; 2] = [0.05, 0.031];
const CORNER: [f64; 2] = [4.0, 53.0];

/// Squares in rows that run to and fro, so that what lies together in the list does so on the map.
pub(super) fn tiles<'a>(codes: impl ExactSizeIterator<Item = &'a str>) -> Result<Boundaries> {
    let per_row = (codes.len() as f64).sqrt().ceil() as usize;
    let features: Vec<Value> = codes.enumerate().map(|(at, code)| tile(at, per_row, code)).collect();
    let collection = json!({"type": "FeatureCollection", "features": features}).to_string();
    Boundaries::from_geojson(collection.as_bytes(), "code")
}

fn tile(at: usize, per_row: usize, code: &str) -> Value {
    let (down, along) = (at / per_row, at % per_row);
    let across = if down.is_multiple_of(2) { along } else { per_row - 1 - along };
    let corner = |dx: usize, dy: usize| {
        [CORNER[0] + SIDE[0] * (across + dx) as f64, CORNER[1] - SIDE[1] * (down + dy) as f64]
    };
    let ring = [corner(0, 0), corner(0, 1), corner(1, 1), corner(1, 0), corner(0, 0)];
    json!({
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    })
}
