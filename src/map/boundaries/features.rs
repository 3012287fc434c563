//! Features of a file, gathered by code with everything that is wrong with them.

use super::arcs::{Arcs, Polygon};
use super::{Boundaries, Outline};
use crate::error::{BoundaryFault, ErrorKind, Result};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The outline of one feature.
pub(super) struct Feature {
    pub(super) polygons: Vec<Polygon>,
}

pub(super) struct Features<'a> {
    property: &'a str,
    known: BTreeSet<String>,
    outlines: Vec<Outline>,
    without_code: Vec<usize>,
    by_code: BTreeMap<String, Vec<usize>>,
    faults: Vec<BoundaryFault>,
    n: usize,
}

impl<'a> Features<'a> {
    pub(super) fn new(property: &'a str) -> Self {
        Features {
            property,
            known: BTreeSet::new(),
            outlines: Vec::new(),
            without_code: Vec::new(),
            by_code: BTreeMap::new(),
            faults: Vec::new(),
            n: 0,
        }
    }

    /// Takes up the names of a feature's properties, for the message where the code's is not among them.
    pub(super) fn know<'k>(&mut self, properties: impl Iterator<Item = &'k String>) {
        self.known.extend(properties.cloned());
    }

    /// The next feature of the file.
    pub(super) fn add(
        &mut self,
        code: Option<String>,
        outline: impl FnOnce(&str) -> Result<Feature, BoundaryFault>,
    ) {
        let position = self.n;
        self.n += 1;
        let Some(code) = code else { return self.without_code.push(position) };
        match outline(&code) {
            Ok(Feature { polygons }) => self.outlines.push(Outline { code: code.clone(), polygons }),
            Err(fault) => self.faults.push(fault),
        }
        self.by_code.entry(code).or_default().push(position);
    }

    /// All features, or all faults.
    pub(super) fn boundaries(mut self, arcs: Arcs) -> Result<Boundaries> {
        if !self.without_code.is_empty() {
            let known = self.known.into_iter().collect();
            let (property, features) = (self.property.to_string(), self.without_code);
            self.faults.insert(0, BoundaryFault::NoCode { property, features, known });
        }
        let doubled = self.by_code.into_iter().filter(|(_, features)| features.len() > 1);
        self.faults.extend(doubled.map(|(code, features)| BoundaryFault::DoubledCode { code, features }));
        match self.faults.is_empty() {
            true => Ok(Boundaries { arcs, outlines: self.outlines }),
            false => Err(ErrorKind::Boundaries { faults: self.faults }.into()),
        }
    }
}

/// A feature's code: text, or a number as text; blank is none.
pub(super) fn code_of(
    property: &str,
    properties: Option<&Map<String, Value>>,
    id: Option<&Value>,
) -> Option<String> {
    let own = properties.and_then(|properties| properties.get(property));
    let code = match own.or(if property == "id" { id } else { None })? {
        Value::String(text) => text.trim().to_string(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!code.is_empty()).then_some(code)
}
