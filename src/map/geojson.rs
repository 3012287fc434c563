//! The map as a GeoJSON FeatureCollection.

use super::boundaries::{Position, Shape};
use super::cell::{Cell, Known};
use super::checked::{Map, MapArea, MapLayer, Outlined};
use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject, Position as GeoPosition};
use serde_json::{Value, json};

/// About a decimetre: finer than any boundaries, and a third of the file.
const DECIMALS: i32 = 6;

impl Map {
    /// A FeatureCollection in longitude and latitude (WGS84, RFC 7946), one feature an area, for any GIS.
    ///
    /// Properties: `code`, `name`, `within` where it was given, and for each layer `key` (the number as it is, `null` where there is none),
    /// `key_status` (`value`, `withheld` or `no data`), `key_class` (from 0, `null` where there is no value) and, where
    /// something is known of a withheld number, `key_low` and `key_high`. An area without surface is a point, one
    /// without boundaries has geometry `null`. The members `title`, `source` and `caveats` stand beside the features.
    pub fn geojson(&self) -> String {
        let features = self.areas.iter().enumerate().map(|(i, area)| self.feature(i, area)).collect();
        let mut members = JsonObject::new();
        members.insert("title".into(), json!(self.title));
        members.insert("source".into(), json!(self.source));
        members.insert("caveats".into(), json!(self.caveats));
        let collection = FeatureCollection { bbox: None, features, foreign_members: Some(members) };
        collection.to_string()
    }

    fn feature(&self, i: usize, area: &MapArea) -> Feature {
        let mut properties = JsonObject::new();
        properties.insert("code".into(), json!(area.area.code));
        properties.insert("name".into(), json!(area.area.name));
        if !area.area.within.is_empty() {
            properties.insert("within".into(), json!(area.area.within));
        }
        self.layers.iter().for_each(|layer| describe(&mut properties, layer, i));
        let geometry = match &area.outlined {
            Outlined::Shape(shape) => Some(Geometry::new(geometry(shape))),
            Outlined::Nowhere => None,
        };
        Feature { bbox: None, geometry, id: None, properties: Some(properties), foreign_members: None }
    }
}

fn describe(properties: &mut JsonObject, layer: &MapLayer, area: usize) {
    let key = &layer.key;
    let mut say = |suffix: &str, value: Value| properties.insert(format!("{key}{suffix}"), value);
    let (value, class, status) = match layer.cells[area] {
        Cell::Value(value) => {
            let class = layer.breaks.class_of(layer.writing.rounded(value));
            (json!(value), json!(class), "value")
        }
        Cell::Withheld(_) => (Value::Null, Value::Null, "withheld"),
        Cell::NoData => (Value::Null, Value::Null, "no data"),
    };
    say("", value);
    say("_status", json!(status));
    say("_class", class);
    match layer.cells[area] {
        Cell::Withheld(Known::Between(low, high)) => {
            say("_low", json!(low));
            say("_high", json!(high));
        }
        Cell::Withheld(Known::AtLeast(low)) => {
            say("_low", json!(low));
        }
        _ => {}
    }
}

fn geometry(shape: &Shape) -> GeometryValue {
    match shape {
        Shape::Dot(position) => GeometryValue::Point { coordinates: rounded(position) },
        Shape::Polygons(polygons) => {
            let polygon = |rings: &Vec<Vec<Position>>| -> Vec<Vec<GeoPosition>> {
                rings.iter().map(|ring| ring.iter().map(rounded).collect()).collect()
            };
            let mut coordinates: Vec<_> = polygons.iter().map(polygon).collect();
            match coordinates.len() {
                1 => GeometryValue::Polygon { coordinates: coordinates.swap_remove(0) },
                _ => GeometryValue::MultiPolygon { coordinates },
            }
        }
    }
}

fn rounded(position: &Position) -> GeoPosition {
    let unit = 10f64.powi(DECIMALS);
    GeoPosition::from(position.map(|coordinate| (coordinate * unit).round() / unit))
}
