//! Outlines of areas by code.

mod arcs;
mod cut;
mod features;
mod geojson;
mod join;
mod merge;
mod rd;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod topojson;

pub use join::{Unmatched, UnmatchedCodes};

pub(super) use arcs::Position;
use arcs::{Arcs, Polygon};

use crate::error::{Error, ErrorKind, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The outlines of areas, each with its code, along arcs that neighbours share.
///
/// ```
/// use nestcount::map::Boundaries;
/// // two squares side by side: arc 0 runs between them
/// let file = r#"{"type": "Topology",
///     "arcs": [[[1,0],[1,1]], [[1,1],[0,1],[0,0],[1,0]], [[1,0],[2,0],[2,1],[1,1]]],
///     "objects": {"towns": {"type": "GeometryCollection", "geometries": [
///         {"type": "Polygon", "arcs": [[0,1]], "properties": {"code": "A"}},
///         {"type": "Polygon", "arcs": [[2,-1]], "properties": {"code": "B"}}]}}}"#;
/// let towns = Boundaries::from_topojson(file.as_bytes(), "towns", "code")?;
/// assert_eq!(towns.codes().collect::<Vec<_>>(), ["A", "B"]);
///
/// let both = towns.merged([("B", "A")])?; // B became part of A
/// assert_eq!(both.len(), 1);
/// assert_eq!(both.polygons("A").unwrap()[0][0].len(), 7); // six corners, the first once more
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Boundaries {
    arcs: Arcs,
    outlines: Vec<Outline>,
}

#[derive(Debug, Clone, PartialEq)]
struct Outline {
    code: String,
    polygons: Vec<Polygon>,
}

impl Boundaries {
    /// How many areas there are.
    pub fn len(&self) -> usize {
        self.outlines.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.outlines.is_empty()
    }

    /// The codes, in the order of the file.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.outlines.iter().map(|outline| outline.code.as_str())
    }

    /// The polygons of an area: rings of positions, the exterior first and counter-clockwise, holes clockwise, each ring
    /// ending at the position where it began.
    ///
    /// `None` where no area has the code; no polygon where the area has [shrunk to nothing](Boundaries::collapsed).
    pub fn polygons(&self, code: &str) -> Option<Vec<Vec<Vec<[f64; 2]>>>> {
        let outline = self.outlines.iter().find(|outline| outline.code == code)?;
        Some(self.positions(outline))
    }

    /// Areas without surface: so small that the coordinates of the file are too coarse for them. They are drawn as dots.
    pub fn collapsed(&self) -> Vec<&str> {
        let empty = self.outlines.iter().filter(|outline| self.positions(outline).is_empty());
        empty.map(|outline| outline.code.as_str()).collect()
    }

    /// Areas that became others, as pairs of the old code and the new one; a code that is in no pair stays as it is.
    ///
    /// The new code may be one that is there already: what merges into it then joins it. Fails where an old code has no
    /// boundaries, and where one is given two new codes.
    pub fn merged<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self> {
        let mut becomes: BTreeMap<&str, &str> = BTreeMap::new();
        let mut repeated = Vec::new();
        for (old, new) in pairs {
            if becomes.insert(old, new).is_some_and(|before| before != new) {
                repeated.push(old.to_string());
            }
        }
        if !repeated.is_empty() {
            return Err(
                ErrorKind::RepeatedCodes { what: "the pairs to merge".into(), codes: repeated }.into()
            );
        }
        let known: BTreeSet<&str> = self.codes().collect();
        let foreign = becomes.keys().copied().filter(|old| !known.contains(old));
        UnmatchedCodes::new([], foreign).refused("boundaries", "pairs to merge")?;
        let mut groups: Vec<Vec<&Outline>> = Vec::new();
        let mut place: BTreeMap<&str, usize> = BTreeMap::new();
        for outline in &self.outlines {
            let code = becomes.get(outline.code.as_str()).copied().unwrap_or(&outline.code);
            let group = *place.entry(code).or_insert(groups.len());
            groups.resize_with(groups.len().max(group + 1), Vec::new);
            groups[group].push(outline);
        }
        let mut codes: Vec<(usize, &str)> = place.into_iter().map(|(code, group)| (group, code)).collect();
        codes.sort_unstable();
        let union = |((_, code), group): ((usize, &str), Vec<&Outline>)| Outline {
            code: code.to_string(),
            polygons: match group[..] {
                [alone] => alone.polygons.clone(),
                _ => {
                    let polygons: Vec<Polygon> =
                        group.iter().flat_map(|outline| outline.polygons.clone()).collect();
                    merge::union(&self.arcs, &polygons)
                }
            },
        };
        let outlines = codes.into_iter().zip(groups).map(union).collect();
        Ok(Boundaries { outlines, arcs: self.arcs })
    }

    /// The areas with these codes, in this order.
    ///
    /// Fails where one of them has no boundaries.
    pub fn only<'a>(self, codes: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let place: BTreeMap<&str, &Outline> =
            self.outlines.iter().map(|outline| (outline.code.as_str(), outline)).collect();
        let codes: Vec<&str> = codes.into_iter().collect();
        let foreign = codes.iter().copied().filter(|code| !place.contains_key(code));
        UnmatchedCodes::new([], foreign).refused("boundaries", "areas asked for")?;
        let outlines =
            codes.iter().filter_map(|code| place.get(code)).map(|outline| (*outline).clone()).collect();
        Ok(Boundaries { outlines, arcs: self.arcs })
    }

    /// What is drawn of each area, in the order of the codes.
    pub(super) fn shapes(&self) -> Vec<Shape> {
        let shape = |outline| match self.positions(outline) {
            polygons if !polygons.is_empty() => Shape::Polygons(polygons),
            _ => Shape::Dot(self.first_position(outline)),
        };
        self.outlines.iter().map(shape).collect()
    }

    fn positions(&self, outline: &Outline) -> Vec<Vec<Vec<Position>>> {
        let has_surface = |ring: &Vec<Position>| arcs::signed_area(ring) != 0.0;
        let rings = |polygon: &Polygon| -> Vec<Vec<Position>> {
            let mut rings = polygon.iter().map(|ring| self.arcs.ring(ring));
            let exterior = rings.next().filter(has_surface);
            exterior.map_or_else(Vec::new, |exterior| {
                [exterior].into_iter().chain(rings.filter(has_surface)).collect()
            })
        };
        outline.polygons.iter().map(rings).filter(|polygon| !polygon.is_empty()).collect()
    }

    fn first_position(&self, outline: &Outline) -> Position {
        let steps = outline.polygons.iter().flatten().flatten();
        steps.flat_map(|step| self.arcs.along(*step)).next().unwrap_or_default()
    }
}

/// What is drawn of an area.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Polygons(Vec<Vec<Vec<Position>>>),
    /// The place of an area without surface.
    Dot(Position),
}

#[cold]
fn unreadable(error: impl fmt::Display) -> Error {
    ErrorKind::UnreadableBoundaries { message: error.to_string() }.into()
}
