//! TopoJSON files to [`Boundaries`].
//!
//! Read here and not by a crate: the one there is has had no release since 2022, and with serde the format is this page.

use super::arcs::{Arcs, Polygon, Position, Ring, Step};
use super::features::{Feature, Features, code_of};
use super::{Boundaries, unreadable};
use crate::error::{BoundaryFault, ErrorKind, Result};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io::Read;

#[derive(Deserialize)]
struct Topology {
    arcs: Vec<Vec<Vec<f64>>>,
    objects: BTreeMap<String, Geometry>,
    transform: Option<Transform>,
}

/// Undoes the rounding to whole steps: position = steps · scale + translate.
#[derive(Deserialize)]
struct Transform {
    scale: Position,
    translate: Position,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: Option<String>,
    geometries: Option<Vec<Geometry>>,
    #[serde(default)]
    arcs: Value,
    #[serde(default)]
    properties: Option<Map<String, Value>>,
    id: Option<Value>,
}

impl Boundaries {
    /// Reads one object of a TopoJSON file; `code_property` names the property with the areas' codes (`id` is the
    /// feature's own identifier where no property has that name).
    ///
    /// Fails on text that is no TopoJSON, on an object that is not there, and on everything that is wrong with the
    /// features ([`BoundaryFault`]) at once.
    pub fn from_topojson(mut source: impl Read, object: &str, code_property: &str) -> Result<Self> {
        let mut text = String::new();
        source.read_to_string(&mut text).map_err(unreadable)?;
        let mut topology: Topology = serde_json::from_str(&text).map_err(unreadable)?;
        let Some(wanted) = topology.objects.remove(object) else {
            let known = topology.objects.into_keys().collect();
            return Err(ErrorKind::UnknownObject { object: object.into(), known }.into());
        };
        let arcs =
            Arcs(topology.arcs.iter().map(|arc| decoded(arc, &topology.transform)).collect::<Result<_>>()?);
        let mut features = Features::new(code_property);
        for geometry in flattened(wanted) {
            let code = code_of(code_property, geometry.properties.as_ref(), geometry.id.as_ref());
            features.know(geometry.properties.iter().flat_map(Map::keys));
            features.add(code, |code| outline(&geometry, &arcs, code));
        }
        features.boundaries(arcs)
    }
}

/// Positions of an arc: sums of its steps where the file is in whole steps.
fn decoded(arc: &[Vec<f64>], transform: &Option<Transform>) -> Result<Vec<Position>> {
    let mut sum = [0.0; 2];
    arc.iter()
        .map(|position| {
            let [x, y, ..] = position[..] else {
                return Err(unreadable("an arc has a position of fewer than two numbers"));
            };
            let Some(Transform { scale, translate }) = transform else { return Ok([x, y]) };
            sum = [sum[0] + x, sum[1] + y];
            Ok([0, 1].map(|axis| sum[axis] * scale[axis] + translate[axis]))
        })
        .collect()
}

fn flattened(geometry: Geometry) -> Vec<Geometry> {
    match geometry.geometries {
        Some(parts) => parts.into_iter().flat_map(flattened).collect(),
        None => vec![geometry],
    }
}

fn outline(geometry: &Geometry, arcs: &Arcs, code: &str) -> Result<Feature, BoundaryFault> {
    let polygons: Vec<Vec<Vec<i64>>> = match geometry.kind.as_deref() {
        Some("Polygon") => serde_json::from_value(geometry.arcs.clone()).map(|polygon| vec![polygon]),
        Some("MultiPolygon") => serde_json::from_value(geometry.arcs.clone()),
        None => return Err(BoundaryFault::NoGeometry { code: code.into() }),
        Some(other) => return Err(BoundaryFault::NotAnArea { code: code.into(), geometry: other.into() }),
    }
    .unwrap_or_default();
    if polygons.iter().flatten().all(Vec::is_empty) {
        return Err(BoundaryFault::NoGeometry { code: code.into() });
    }
    let ring = |ring: &Vec<i64>| -> Result<Ring, BoundaryFault> {
        let steps: Ring = ring.iter().map(|arc| step(*arc, arcs, code)).collect::<Result<_, _>>()?;
        match arcs.closes(&steps) {
            true => Ok(steps),
            false => Err(BoundaryFault::UnclosedRing { code: code.into() }),
        }
    };
    let polygon = |polygon: &Vec<Vec<i64>>| -> Result<Polygon, BoundaryFault> {
        let mut rings: Polygon = polygon.iter().map(ring).collect::<Result<_, _>>()?;
        arcs.orient(&mut rings);
        Ok(rings)
    };
    Ok(Feature { polygons: polygons.iter().map(polygon).collect::<Result<_, _>>()? })
}

/// An arc as the format numbers it: from 0, and its complement where it is run backwards.
fn step(arc: i64, arcs: &Arcs, code: &str) -> Result<Step, BoundaryFault> {
    let unknown = || BoundaryFault::UnknownArc { code: code.into(), arc };
    let index = usize::try_from(if arc < 0 { !arc } else { arc }).map_err(|_| unknown())?;
    if arcs.0.get(index).is_none_or(Vec::is_empty) {
        return Err(unknown());
    }
    Ok(if arc < 0 { Step::backward(index) } else { Step::forward(index) })
}
