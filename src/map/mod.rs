//! Maps and figures: boundaries, layers of numbers, and what is made of them (feature `map`).
//!
//! The stage knows nothing of models. [`Boundaries`] are read from GeoJSON or TopoJSON and, where areas merged since,
//! merged along the lines that they share. An [`AreaMap`] takes boundaries, [`Area`]s by code and [`Layer`]s of
//! [`Cell`]s (a value, withheld, or no data); its [check](AreaMap::check) joins them by code and refuses what does not
//! match. The checked [`Map`] writes itself as GeoJSON for any GIS, as an SVG picture of one layer, and as one HTML page
//! that needs nothing from outside. Withheld areas are hatched and never have a value's colour. [`Figure`] draws what
//! stands beside a map: a caterpillar plot, a funnel plot, a residual plot, series in
//! time.
//!
//! ```
//! use nestcount::map::{Area, AreaMap, Boundaries, Cell, Known, Language, Layer, Quantity, Unmatched};
//!
//! // Two wijken of 2014 side by side, and a third that became part of the second one.
//! let file = r#"{"type": "Topology", "transform": {"scale": [0.01, 0.01], "translate": [4.8, 52.3]},
//!     "arcs": [[[5,0],[0,5]], [[5,5],[-5,0],[0,-5],[5,0]], [[5,0],[5,0]], [[10,0],[0,5]], [[10,5],[-5,0]],
//!              [[10,0],[5,0],[0,5],[-5,0]]],
//!     "objects": {"wijken": {"type": "GeometryCollection", "geometries": [
//!         {"type": "Polygon", "arcs": [[0, 1]], "properties": {"statcode": "WK036300"}},
//!         {"type": "Polygon", "arcs": [[2, 3, 4, -1]], "properties": {"statcode": "WK036301"}},
//!         {"type": "Polygon", "arcs": [[5, -4]], "properties": {"statcode": "WK036302"}}]}}}"#;
//! let boundaries = Boundaries::from_topojson(file.as_bytes(), "wijken", "statcode")?;
//! let boundaries = boundaries.merged([("WK036302", "WK036301")])?;
//!
//! let actual = [("WK036300", Cell::Value(8.4)), ("WK036301", Cell::Withheld(Known::Between(0.0, 4.5)))];
//! let expected = [("WK036300", Cell::Value(7.9)), ("WK036301", Cell::Value(3.1))];
//! let difference = [("WK036300", Cell::Value(0.5)), ("WK036301", Cell::Withheld(Known::Nothing))];
//! let map = AreaMap::new(boundaries)
//!     .language(Language::Dutch)
//!     .title("Jeugdhulp zonder verblijf, 2017")
//!     .source("CBS")
//!     .year(2017)
//!     .areas([
//!         Area::new("WK036300", "Burgwallen").within("Amsterdam").card("95%-interval verwacht", "7,1 – 8,8 %"),
//!         Area::new("WK036301", "Grachtengordel").within("Amsterdam").card("Lager door", "inkomen"),
//!     ])
//!     .layer(Layer::new(Quantity::Actual, actual).unit("%"))
//!     .layer(Layer::new(Quantity::Expected, expected).unit("%"))
//!     .layer(Layer::new(Quantity::Difference, difference).unit("procentpunt"))
//!     .check(Unmatched::Refuse)?;
//!
//! assert!(map.page().contains("Grachtengordel")); // std::fs::write("map.html", map.page())
//! assert!(map.svg("difference")?.contains("+0,5\u{a0}procentpunt"));
//! assert!(map.geojson().contains(r#""difference":null,"#));
//! # Ok::<(), nestcount::Error>(())
//! ```

mod area_map;
mod boundaries;
mod cell;
mod checked;
mod classes;
mod draw;
mod figure;
mod geojson;
mod layer;
mod ramp;
mod words;

pub use area_map::{Area, AreaMap};
pub use boundaries::{Boundaries, Unmatched, UnmatchedCodes};
pub use cell::{Cell, Known};
pub use checked::{LegendCounts, Map};
pub use classes::Classes;
pub use figure::{
    CaterpillarArea, ControlLimits, Figure, FunnelArea, Limit, ResidualPoint, Series, SeriesEvent,
    SeriesMark, SeriesPoint,
};
pub use layer::{Layer, Quantity};

pub use crate::report::{Language, NumberFormat};
