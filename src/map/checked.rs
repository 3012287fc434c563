//! A map whose areas, boundaries and layers are known to fit.

use super::area_map::Area;
use super::boundaries::{Shape, UnmatchedCodes};
use super::cell::{Cell, Writing};
use super::classes::Breaks;
use super::layer::Layer;
use crate::error::{ErrorKind, Result};
use crate::report::Language;

/// A checked map, which can be written.
#[derive(Debug, Clone)]
pub struct Map {
    pub(super) language: Language,
    pub(super) title: String,
    pub(super) source: String,
    pub(super) caveats: Vec<String>,
    pub(super) areas: Vec<MapArea>,
    pub(super) empty_land: Vec<Shape>,
    pub(super) borders: Vec<Shape>,
    pub(super) layers: Vec<MapLayer>,
    pub(super) unmatched: UnmatchedCodes,
}

#[derive(Debug, Clone)]
pub(super) struct MapArea {
    pub(super) area: Area,
    pub(super) outlined: Outlined,
}

/// Where an area is on the map.
#[derive(Debug, Clone)]
pub(super) enum Outlined {
    Shape(Shape),
    /// There are no boundaries with its code.
    Nowhere,
}

#[derive(Debug, Clone)]
pub(super) struct MapLayer {
    pub(super) key: String,
    pub(super) title: String,
    pub(super) note: String,
    pub(super) writing: Writing,
    pub(super) breaks: Breaks,
    pub(super) colours: Vec<String>,
    pub(super) cells: Vec<Cell>,
}

/// What an area is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    Class(usize),
    Hatched,
    Grey,
}

/// How many areas a legend counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegendCounts {
    /// Areas per class, from the lowest.
    pub classes: Vec<usize>,
    /// Withheld areas.
    pub withheld: usize,
    /// Areas of which nothing is known.
    pub no_data: usize,
}

impl MapLayer {
    pub(super) fn new(
        layer: &Layer,
        title: String,
        writing: Writing,
        breaks: Breaks,
        cells: Vec<Cell>,
    ) -> Self {
        let colours = layer.quantity.ramp().colours(&breaks);
        MapLayer { key: layer.key.clone(), title, note: layer.note.clone(), writing, breaks, colours, cells }
    }

    pub(super) fn fill(&self, area: usize) -> Fill {
        match self.cells.get(area) {
            Some(Cell::Value(value)) => Fill::Class(self.breaks.class_of(self.writing.rounded(*value))),
            Some(Cell::Withheld(_)) => Fill::Hatched,
            Some(Cell::NoData) | None => Fill::Grey,
        }
    }

    pub(super) fn counts(&self) -> LegendCounts {
        let mut counts = LegendCounts { classes: vec![0; self.breaks.n_classes()], withheld: 0, no_data: 0 };
        for area in 0..self.cells.len() {
            match self.fill(area) {
                Fill::Class(class) => counts.classes[class] += 1,
                Fill::Hatched => counts.withheld += 1,
                Fill::Grey => counts.no_data += 1,
            }
        }
        counts
    }
}

/// One line of a legend.
pub(super) struct LegendRow {
    pub(super) fill: Fill,
    pub(super) label: String,
    /// How many areas it is about.
    pub(super) n: usize,
    /// The same as people read it.
    pub(super) count: String,
}

impl Map {
    /// The keys of the layers, in the order of the tabs.
    pub fn layers(&self) -> impl Iterator<Item = &str> {
        self.layers.iter().map(|layer| layer.key.as_str())
    }

    /// Codes that stand on one side only; none unless [`Unmatched::Leave`](super::Unmatched::Leave) was asked for.
    pub fn unmatched(&self) -> &UnmatchedCodes {
        &self.unmatched
    }

    /// The breaks between the classes of a layer, ascending; fails on an unknown key.
    pub fn breaks(&self, layer: &str) -> Result<&[f64]> {
        Ok(&self.layer(layer)?.breaks.0)
    }

    /// How many areas are in each class of a layer, also those without boundaries; fails on an unknown key.
    pub fn counts(&self, layer: &str) -> Result<LegendCounts> {
        Ok(self.layer(layer)?.counts())
    }

    /// The legend of a layer, the highest class first; withheld and no data only where there is some.
    pub(super) fn legend(&self, layer: &MapLayer) -> Vec<LegendRow> {
        let (words, counts) = (self.language.words(), layer.counts());
        let row = |fill, label: String, n: usize| LegendRow {
            fill,
            label,
            n,
            count: self.language.numbers().write(n as f64, 0),
        };
        let classes = (0..layer.breaks.n_classes()).rev();
        let mut rows: Vec<LegendRow> = classes
            .map(|class| {
                row(Fill::Class(class), layer.breaks.label(class, &layer.writing), counts.classes[class])
            })
            .collect();
        if counts.withheld > 0 {
            rows.push(row(Fill::Hatched, words.withheld.into(), counts.withheld));
        }
        if counts.no_data > 0 {
            rows.push(row(Fill::Grey, words.no_data.into(), counts.no_data));
        } else if !self.empty_land.is_empty() {
            // Land that is no area of the map is nothing to count.
            rows.push(LegendRow { count: String::new(), ..row(Fill::Grey, words.no_data.into(), 0) });
        }
        rows
    }

    pub(super) fn layer(&self, key: &str) -> Result<&MapLayer> {
        self.layers.iter().find(|layer| layer.key == key).ok_or_else(|| {
            let known: Vec<String> = self.layers().map(|key| format!("'{key}'")).collect();
            let message = format!("the map has no layer '{key}'; it has {}", known.join(", "));
            ErrorKind::Specification { message }.into()
        })
    }
}
