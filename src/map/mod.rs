//! Maps.
mod area_map;
mod boundaries;
mod cell;
mod checked;
mod classes;
mod draw;
mod geojson;
mod language;
mod layer;
mod ramp;
pub use area_map::{Area, AreaMap};
pub use boundaries::{Boundaries, Unmatched, UnmatchedCodes};
pub use cell::{Cell, Known};
pub use checked::{LegendCounts, Map};
pub use classes::Classes;
pub use language::{Language, NumberFormat};
pub use layer::{Layer, Quantity};
