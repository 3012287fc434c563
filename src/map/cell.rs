//! What a map knows about one area in one layer.

use crate::report::Language;

/// A cell of a layer. Withheld is not missing: it gets a hatching of its own, and never the colour of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// A number in the layer's unit.
    Value(f64),
    /// A number there is, but it was not published.
    Withheld(Known),
    /// Nothing is known.
    NoData,
}

/// What is known about a number that was withheld, in the layer's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Known {
    /// Nothing.
    Nothing,
    /// It lies between these two, both included.
    Between(f64, f64),
    /// It is this or more.
    AtLeast(f64),
}

/// How a layer's numbers are written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Writing {
    pub(super) language: Language,
    pub(super) decimals: usize,
    pub(super) unit: String,
    pub(super) sign: Sign,
}

/// Whether what is above 0 gets a plus sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Always,
    BelowZero,
}

impl Writing {
    /// A number without its unit.
    pub(super) fn number(&self, value: f64) -> String {
        match self.sign {
            Sign::Always => self.language.numbers().write_signed(value, self.decimals),
            Sign::BelowZero => self.language.numbers().write(value, self.decimals),
        }
    }

    /// A cell as people read it.
    pub(super) fn cell(&self, cell: Cell) -> String {
        let words = self.language.words();
        match cell {
            Cell::Value(value) => self.with_unit(self.number(value)),
            Cell::NoData => words.no_data.into(),
            Cell::Withheld(Known::Nothing) => words.withheld.into(),
            Cell::Withheld(Known::Between(low, high)) => {
                let span = format!("{} {} {}", self.number(low), words.to, self.number(high));
                format!("{} ({})", words.withheld, self.with_unit(span))
            }
            Cell::Withheld(Known::AtLeast(low)) => {
                let span = format!("{} {}", self.with_unit(self.number(low)), words.or_more);
                format!("{} ({span})", words.withheld)
            }
        }
    }

    fn with_unit(&self, number: String) -> String {
        match self.unit.as_str() {
            "" => number,
            // The sign stands close in English and apart in Dutch.
            "%" if self.language == Language::English => format!("{number}%"),
            unit => format!("{number}\u{a0}{unit}"),
        }
    }

    /// The value as it is written, as a number again.
    pub(super) fn rounded(&self, value: f64) -> f64 {
        rounded(value, self.decimals)
    }
}

/// The nearest number with so many decimals.
pub(super) fn rounded(value: f64, decimals: usize) -> f64 {
    // By way of the text that is shown, so that both always agree.
    format!("{value:.decimals$}").parse().map_or(value, |rounded: f64| rounded + 0.0)
}

impl Cell {
    /// Whether all numbers are finite and bounds in their order.
    pub(super) fn is_sound(self) -> bool {
        match self {
            Cell::Value(value) | Cell::Withheld(Known::AtLeast(value)) => value.is_finite(),
            Cell::Withheld(Known::Between(low, high)) => low.is_finite() && high.is_finite() && low <= high,
            Cell::Withheld(Known::Nothing) | Cell::NoData => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_withheld_cell_says_what_is_known_in_the_language() {
        let writing = |language| Writing { language, decimals: 1, unit: "%".into(), sign: Sign::BelowZero };
        let cell = Cell::Withheld(Known::Between(0.0, 4.25));
        assert_eq!(writing(Language::English).cell(cell), "withheld (0.0 to 4.2%)");
        assert_eq!(writing(Language::Dutch).cell(cell), "geheim (0,0 tot en met 4,2\u{a0}%)");
        let open = Cell::Withheld(Known::AtLeast(1.0));
        assert_eq!(writing(Language::English).cell(open), "withheld (1.0% or more)");
    }
}
