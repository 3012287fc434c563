//! GeoJSON files to [`Boundaries`], and back to positions.

use super::arcs::{Arcs, Position};
use super::cut::Cutter;
use super::features::{Feature, Features, code_of};
use super::{Boundaries, unreadable};
use crate::error::{BoundaryFault, Result};
use geojson::feature::Id;
use geojson::{FeatureCollection, GeoJson, GeometryValue};
use serde_json::Value;
use std::io::Read;

impl Boundaries {
    /// Reads a GeoJSON FeatureCollection of polygons; `code_property` names the property with the areas' codes (`id`
    /// is the feature's own identifier where no property has that name).
    ///
    /// Positions are longitude and latitude (WGS84), as RFC 7946 has it. A file of the older kind whose `crs` says
    /// EPSG:28992 is converted as [`Boundaries::from_rd`] does; one of another system is refused. Lines that
    /// neighbours share position by position become one, so that areas can be merged.
    ///
    /// Fails on text that is no such collection, and on everything that is wrong with the features
    /// ([`BoundaryFault`]) at once.
    pub fn from_geojson(mut source: impl Read, code_property: &str) -> Result<Self> {
        let mut text = String::new();
        source.read_to_string(&mut text).map_err(unreadable)?;
        let parsed: GeoJson = text.parse().map_err(unreadable)?;
        let GeoJson::FeatureCollection(collection) = parsed else {
            return Err(unreadable("the file holds no FeatureCollection"));
        };
        let system = system_of(&collection)?;
        let mut features = Features::new(code_property);
        let mut cutter = Cutter::default();
        for feature in &collection.features {
            let id = feature.id.as_ref().map(|id| match id {
                Id::String(text) => Value::from(text.clone()),
                Id::Number(number) => Value::from(number.clone()),
            });
            features.know(feature.properties.iter().flat_map(|properties| properties.keys()));
            let code = code_of(code_property, feature.properties.as_ref(), id.as_ref());
            features.add(code, |code| outline(feature, &mut cutter, code));
        }
        // The rings stand as positions until all are known: only then is it clear where arcs part.
        let boundaries = features.boundaries(Arcs(Vec::new()))?;
        let boundaries = cutter.cut(boundaries);
        match system {
            System::LonLat => Ok(boundaries),
            System::Rd => boundaries.from_rd(),
        }
    }
}

enum System {
    LonLat,
    Rd,
}

/// What the `crs` member of older files says.
fn system_of(collection: &FeatureCollection) -> Result<System> {
    let crs = collection.foreign_members.as_ref().and_then(|members| members.get("crs"));
    let Some(crs) = crs.filter(|crs| !crs.is_null()) else { return Ok(System::LonLat) };
    let name = crs.pointer("/properties/name").and_then(Value::as_str).unwrap_or_default();
    match name.rsplit(':').next().unwrap_or_default() {
        "CRS84" | "4326" => Ok(System::LonLat),
        "28992" => Ok(System::Rd),
        _ => Err(unreadable(format!(
            "their coordinate system is {crs}; give them in longitude and latitude (WGS84)"
        ))),
    }
}

fn outline(feature: &geojson::Feature, cutter: &mut Cutter, code: &str) -> Result<Feature, BoundaryFault> {
    let Some(geometry) = &feature.geometry else {
        return Err(BoundaryFault::NoGeometry { code: code.into() });
    };
    let polygons = match &geometry.value {
        GeometryValue::Polygon { coordinates } => std::slice::from_ref(coordinates),
        GeometryValue::MultiPolygon { coordinates } => coordinates.as_slice(),
        other => {
            let geometry = other.type_name().to_string();
            return Err(BoundaryFault::NotAnArea { code: code.into(), geometry });
        }
    };
    if polygons.iter().flatten().all(|ring| ring.is_empty()) {
        return Err(BoundaryFault::NoGeometry { code: code.into() });
    }
    let mut outline = Vec::with_capacity(polygons.len());
    for polygon in polygons {
        let rings = polygon.iter().map(|ring| positions(ring, code));
        let rings: Vec<Vec<Position>> = rings.collect::<Result<_, _>>()?;
        outline.push(rings.into_iter().map(|ring| cutter.take(ring)).collect());
    }
    Ok(Feature { polygons: outline })
}

fn positions(ring: &[geojson::Position], code: &str) -> Result<Vec<Position>, BoundaryFault> {
    let invalid = || BoundaryFault::InvalidPosition { code: code.into() };
    let position = |position: &geojson::Position| match position.as_slice() {
        // The sum turns -0 into 0, so that equal positions are equal bit by bit.
        [x, y, ..] if x.is_finite() && y.is_finite() => Ok([x + 0.0, y + 0.0]),
        _ => Err(invalid()),
    };
    let mut positions: Vec<Position> = ring.iter().map(position).collect::<Result<_, _>>()?;
    if positions.len() < 4 || positions.first() != positions.last() {
        return Err(BoundaryFault::UnclosedRing { code: code.into() });
    }
    positions.dedup();
    Ok(positions)
}
