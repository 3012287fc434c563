//! A map put together: boundaries, areas, layers and the words around them.

use super::boundaries::{Boundaries, Unmatched, UnmatchedCodes};
use super::cell::Cell;
use super::checked::{Map, MapArea, MapLayer, Outlined};
use super::layer::Layer;
use crate::error::{ErrorKind, Result};
use crate::report::Language;
use std::collections::{BTreeMap, BTreeSet};

/// An area of the map: its code, its name, and what its card says beside the layers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) within: String,
    pub(super) card: Vec<(String, String)>,
}

impl Area {
    /// An area with an empty card.
    pub fn new(code: impl Into<String>, name: impl Into<String>) -> Self {
        Area { code: code.into(), name: name.into(), within: String::new(), card: Vec::new() }
    }

    /// What the area lies in, where names alone do not tell areas apart: search looks through it too.
    pub fn within(mut self, coarser: impl Into<String>) -> Self {
        self.within = coarser.into();
        self
    }

    /// One more line on the card: an interval, what drives the expectation.
    pub fn card(mut self, label: impl Into<String>, text: impl Into<String>) -> Self {
        self.card.push((label.into(), text.into()));
        self
    }
}

/// What is wanted of a map, before it is checked.
///
/// Knows nothing of models: a layer is any number by code.
#[derive(Debug, Clone)]
pub struct AreaMap {
    boundaries: Boundaries,
    borders: Vec<Boundaries>,
    language: Language,
    title: String,
    source: String,
    year: Option<u16>,
    caveats: Vec<String>,
    areas: Vec<Area>,
    layers: Vec<Layer>,
}

impl AreaMap {
    /// A map on these boundaries, in longitude and latitude.
    pub fn new(boundaries: Boundaries) -> Self {
        AreaMap {
            boundaries,
            borders: Vec::new(),
            language: Language::English,
            title: String::new(),
            source: String::new(),
            year: None,
            caveats: Vec::new(),
            areas: Vec::new(),
            layers: Vec::new(),
        }
    }

    /// The language of legends, controls and caveats; English unless said.
    pub fn language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// The title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Where numbers and boundaries come from.
    pub fn source(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }

    /// The year that the figures are about, for the caveats.
    pub fn year(mut self, year: u16) -> Self {
        self.year = Some(year);
        self
    }

    /// One more caveat, after those that every map carries: one year, no forecast, no verdict on policy.
    pub fn caveat(mut self, caveat: impl Into<String>) -> Self {
        self.caveats.push(caveat.into());
        self
    }

    /// Heavier lines over the map: the borders of coarser areas, say, made by [`Boundaries::merged`].
    pub fn borders(mut self, coarser: Boundaries) -> Self {
        self.borders.push(coarser);
        self
    }

    /// The areas.
    pub fn areas(mut self, areas: impl IntoIterator<Item = Area>) -> Self {
        self.areas.extend(areas);
        self
    }

    /// One more layer, which has a cell for every area.
    pub fn layer(mut self, layer: Layer) -> Self {
        self.layers.push(layer);
        self
    }

    /// The map, joined by code.
    ///
    /// Fails where areas and boundaries do not match and `unmatched` says [`Unmatched::Refuse`]; where a layer has other
    /// areas than the map; on repeated codes or keys; on numbers that are not finite; on classes without sense; on
    /// positions that are no longitude and latitude; and where there is nothing to draw.
    pub fn check(self, unmatched: Unmatched) -> Result<Map> {
        self.check_codes()?;
        self.boundaries.check_lon_lat()?;
        self.borders.iter().try_for_each(Boundaries::check_lon_lat)?;
        let left = self.boundaries.unmatched(self.areas.iter().map(|area| area.code.as_str()));
        if unmatched == Unmatched::Refuse {
            left.clone().refused("boundaries", "areas")?;
        }
        if left.areas.len() == self.areas.len() {
            let message = match self.areas.is_empty() {
                true => "a map needs at least one area".to_string(),
                false => {
                    "no area has boundaries: the codes are of another level, year or country".to_string()
                }
            };
            return Err(ErrorKind::Specification { message }.into());
        }
        let columns = self.columns()?;
        let layers =
            self.layers.iter().zip(&columns).map(|(layer, cells)| self.classed(layer, cells, &columns));
        let layers = layers.collect::<Result<Vec<MapLayer>>>()?;
        Ok(self.joined(layers, left))
    }

    fn check_codes(&self) -> Result<()> {
        let codes = self.areas.iter().map(|area| area.code.as_str());
        refuse_repeated("the areas", codes)?;
        if self.layers.is_empty() {
            return Err(ErrorKind::Specification { message: "a map needs at least one layer".into() }.into());
        }
        refuse_repeated("the keys of the layers", self.layers.iter().map(|layer| layer.key.as_str()))?;
        for layer in &self.layers {
            let what = format!("the cells of layer '{}'", layer.key);
            refuse_repeated(&what, layer.cells.iter().map(|(code, _)| code.as_str()))?;
        }
        Ok(())
    }

    /// The cells of each layer in the order of the areas.
    fn columns(&self) -> Result<Vec<Vec<Cell>>> {
        self.layers.iter().map(|layer| self.column(layer)).collect()
    }

    fn column(&self, layer: &Layer) -> Result<Vec<Cell>> {
        let cells: BTreeMap<&str, Cell> =
            layer.cells.iter().map(|(code, cell)| (code.as_str(), *cell)).collect();
        let codes: BTreeSet<&str> = self.areas.iter().map(|area| area.code.as_str()).collect();
        let without =
            self.areas.iter().map(|area| area.code.as_str()).filter(|code| !cells.contains_key(code));
        let foreign = layer.cells.iter().map(|(code, _)| code.as_str()).filter(|code| !codes.contains(code));
        let layer_name = format!("cells of layer '{}'", layer.key);
        UnmatchedCodes::new(without, foreign).refused("areas", &layer_name)?;
        let column: Vec<Cell> =
            self.areas.iter().filter_map(|area| cells.get(area.code.as_str()).copied()).collect();
        let wrong: Vec<usize> = (0..column.len()).filter(|&i| !column[i].is_sound()).collect();
        match wrong.is_empty() {
            true => Ok(column),
            false => {
                let message = format!(
                    "layer '{}' has a number that is not finite, or bounds in the wrong order, for {}",
                    layer.key,
                    first_codes(wrong.iter().map(|&i| self.areas[i].code.as_str()))
                );
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    /// A layer with its classes, breaks made of all layers that share them.
    fn classed(&self, layer: &Layer, cells: &[Cell], columns: &[Vec<Cell>]) -> Result<MapLayer> {
        let writing = layer.writing(self.language);
        layer.classes.check(writing.decimals)?;
        let sharing = self.layers.iter().zip(columns).filter(|(other, _)| layer.shares_classes_with(other));
        let values: Vec<f64> = sharing
            .flat_map(|(_, cells)| cells)
            .filter_map(|cell| match cell {
                Cell::Value(value) => Some(*value),
                _ => None,
            })
            .collect();
        let breaks = layer.classes.breaks(&values, writing.decimals);
        let title = layer.titled(self.language);
        Ok(MapLayer::new(layer, title, writing, breaks, cells.to_vec()))
    }

    fn joined(self, layers: Vec<MapLayer>, unmatched: UnmatchedCodes) -> Map {
        let shapes = self.boundaries.shapes();
        let place: BTreeMap<&str, usize> =
            self.boundaries.codes().enumerate().map(|(i, code)| (code, i)).collect();
        let outlined = |area: &Area| match place.get(area.code.as_str()) {
            Some(&i) => Outlined::Shape(shapes[i].clone()),
            None => Outlined::Nowhere,
        };
        let areas: Vec<MapArea> =
            self.areas.iter().map(|area| MapArea { area: area.clone(), outlined: outlined(area) }).collect();
        let empty_land = unmatched
            .boundaries
            .iter()
            .filter_map(|code| place.get(code.as_str()))
            .map(|&i| shapes[i].clone())
            .collect();
        let mut caveats = self.language.caveats(self.year);
        caveats.extend(self.caveats);
        Map {
            language: self.language,
            title: self.title,
            source: self.source,
            caveats,
            areas,
            empty_land,
            borders: self.borders.iter().flat_map(Boundaries::shapes).collect(),
            layers,
            unmatched,
        }
    }
}

fn refuse_repeated<'a>(what: &str, codes: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut seen = BTreeSet::new();
    let repeated: BTreeSet<&str> = codes.filter(|code| !seen.insert(*code)).collect();
    match repeated.is_empty() {
        true => Ok(()),
        false => {
            let codes = repeated.into_iter().map(String::from).collect();
            Err(ErrorKind::RepeatedCodes { what: what.into(), codes }.into())
        }
    }
}

fn first_codes<'a>(codes: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = codes.len().saturating_sub(8);
    let first: Vec<String> = codes.take(8).map(|code| format!("'{code}'")).collect();
    match more {
        0 => first.join(", "),
        _ => format!("{} and {more} more", first.join(", ")),
    }
}
