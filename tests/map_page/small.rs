//! Six squares with names that try to break out of the page.

use nestcount::map::{Area, AreaMap, Boundaries, Cell, Known, Language, Layer, Map, Quantity, Unmatched};
use serde_json::json;

pub(crate) const NASTY: &str = "</script><img src=x onerror=\"alert(1)\"> & 'Zoë' {{data}}";

pub(crate) fn boundaries(n: usize) -> Boundaries {
    let square = |i: usize| {
        let (x, y) = (4.0 + (i % 3) as f64 * 0.1, 52.0 + (i / 3) as f64 * 0.06);
        let ring = [[x, y], [x + 0.1, y], [x + 0.1, y + 0.06], [x, y + 0.06], [x, y]];
        json!({"type": "Feature", "properties": {"code": format!("GM{i}")},
            "geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    let features: Vec<_> = (0..n).map(square).collect();
    let file = json!({"type": "FeatureCollection", "features": features}).to_string();
    Boundaries::from_geojson(file.as_bytes(), "code").unwrap()
}

/// Area 0 has the nasty name; area 4 is withheld, of area 5 nothing is known.
pub(crate) fn map(language: Language) -> Map {
    let names = [NASTY, "Alfa", "Bèta", "Gamma", "Delta", "Epsilon"];
    let code = |i: usize| format!("GM{i}");
    let actual = |i: usize| match i {
        4 => Cell::Withheld(Known::Between(0.0, 9.0)),
        5 => Cell::NoData,
        i => Cell::Value(1000.0 + 250.25 * i as f64),
    };
    let difference = |i: usize| match i {
        4 => Cell::Withheld(Known::Nothing),
        5 => Cell::NoData,
        i => Cell::Value(i as f64 - 1.5),
    };
    let cells = |cell: &dyn Fn(usize) -> Cell| (0..6).map(|i| (code(i), cell(i))).collect::<Vec<_>>();
    AreaMap::new(boundaries(6))
        .language(language)
        .title("Six squares & more")
        .year(2017)
        .layer(Layer::new(Quantity::Actual, cells(&actual)).unit("€"))
        .layer(Layer::new(Quantity::Expected, cells(&|i| Cell::Value(1100.0 + 200.0 * i as f64))).unit("€"))
        .layer(Layer::new(Quantity::Difference, cells(&difference)))
        .areas((0..6).map(|i| Area::new(code(i), names[i]).card("Driver", format!("determinant {i}"))))
        .check(Unmatched::Refuse)
        .unwrap()
}
