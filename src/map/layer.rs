//! One layer of a map: a quantity of every area, its classes and colours.

use super::cell::{Cell, Sign, Writing};
use super::classes::Classes;
use super::ramp::Ramp;
use crate::report::Language;

/// What a layer shows; decides title, colours and the classes that it has unless told otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// What was observed: darker is higher, seven quantiles.
    Actual,
    /// What the model expects: colours and classes of the actual values.
    Expected,
    /// Actual minus expected: orange above zero, purple below, seven classes symmetric about it.
    Difference,
    /// How unsure a number is, a standard error for instance: darker is less sure, five quantiles.
    Uncertainty,
    /// The probability to lie above a threshold, from 0 to 1: orange near 1, purple near 0, breaks at 0.05, 0.2, 0.8
    /// and 0.95.
    Exceedance,
}

impl Quantity {
    pub(super) fn key(self) -> &'static str {
        match self {
            Quantity::Actual => "actual",
            Quantity::Expected => "expected",
            Quantity::Difference => "difference",
            Quantity::Uncertainty => "uncertainty",
            Quantity::Exceedance => "exceedance",
        }
    }

    fn title(self, language: Language) -> &'static str {
        let words = language.words();
        match self {
            Quantity::Actual => words.actual,
            Quantity::Expected => words.expected,
            Quantity::Difference => words.difference,
            Quantity::Uncertainty => words.uncertainty,
            Quantity::Exceedance => words.exceedance,
        }
    }

    fn classes(self) -> Classes {
        match self {
            Quantity::Actual | Quantity::Expected => Classes::quantiles(7),
            Quantity::Difference => Classes::symmetric(7),
            Quantity::Uncertainty => Classes::quantiles(5),
            Quantity::Exceedance => Classes::fixed([0.05, 0.2, 0.8, 0.95]),
        }
    }

    pub(super) fn ramp(self) -> Ramp {
        match self {
            Quantity::Actual | Quantity::Expected => Ramp::Blue,
            Quantity::Difference => Ramp::PurpleOrange { about: 0.0 },
            Quantity::Uncertainty => Ramp::Purple,
            Quantity::Exceedance => Ramp::PurpleOrange { about: 0.5 },
        }
    }
}

/// A layer: one cell for every area.
///
/// Actual and expected values of the same unit, decimals and kind of classes share their breaks, so that a colour means
/// the same on both maps.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    pub(super) quantity: Quantity,
    pub(super) key: String,
    title: Option<String>,
    pub(super) note: String,
    unit: String,
    decimals: usize,
    pub(super) classes: Classes,
    pub(super) cells: Vec<(String, Cell)>,
}

/// A number has no more digits.
const MOST_DECIMALS: usize = 15;

impl Layer {
    /// Cells by code, in any order.
    pub fn new<C: Into<String>>(quantity: Quantity, cells: impl IntoIterator<Item = (C, Cell)>) -> Self {
        Layer {
            quantity,
            key: quantity.key().into(),
            title: None,
            note: String::new(),
            unit: String::new(),
            decimals: if quantity == Quantity::Exceedance { 2 } else { 1 },
            classes: quantity.classes(),
            cells: cells.into_iter().map(|(code, cell)| (code.into(), cell)).collect(),
        }
    }

    /// The name of the property in GeoJSON, and of the layer in [`Map::svg`](super::Map::svg); that of the quantity
    /// (`actual`, ...) unless said. Two layers of a map have different keys.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// The title of the map and its tab; the quantity in the map's language unless said.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// A sentence under the title: out of what, given what, above what.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The unit, written after numbers: `%`, `per 1,000`.
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// How many decimals are shown, 15 at most; 1 unless said, 2 of a probability.
    pub fn decimals(mut self, decimals: usize) -> Self {
        self.decimals = decimals.min(MOST_DECIMALS);
        self
    }

    /// The classes; see [`Quantity`] for what they are unless said.
    pub fn classes(mut self, classes: Classes) -> Self {
        self.classes = classes;
        self
    }

    pub(super) fn titled(&self, language: Language) -> String {
        self.title.clone().unwrap_or_else(|| self.quantity.title(language).into())
    }

    pub(super) fn writing(&self, language: Language) -> Writing {
        let sign = if self.quantity == Quantity::Difference { Sign::Always } else { Sign::BelowZero };
        Writing { language, decimals: self.decimals, unit: self.unit.clone(), sign }
    }

    /// Whether two layers share their breaks.
    pub(super) fn shares_classes_with(&self, other: &Layer) -> bool {
        let of_use = |layer: &Layer| matches!(layer.quantity, Quantity::Actual | Quantity::Expected);
        let alike =
            (&self.unit, self.decimals, &self.classes) == (&other.unit, other.decimals, &other.classes);
        self.key == other.key || (of_use(self) && of_use(other) && alike)
    }
}
