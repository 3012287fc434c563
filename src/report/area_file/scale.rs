//! The scale of a column, in words.

use crate::report::Language;

/// What kind of quantity a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scale {
    /// A code.
    Code,
    /// A name.
    Name,
    /// One of a few words.
    Category,
    /// Persons or events counted or expected.
    Count,
    /// Exposure: persons, person-years.
    Exposure,
    /// A count per unit of exposure.
    Rate,
    /// A count per 100 units of exposure.
    Percent,
    /// A difference of two percentages.
    PercentagePoints,
    /// One count divided by another.
    Ratio,
    /// The natural logarithm of a rate, or a difference of two.
    LogRate,
    /// A difference divided by its standard deviation.
    StandardUnits,
    /// A probability, 0 to 1.
    Probability,
    /// A place in an order, 1 for the first.
    Rank,
    /// The determinant's own unit.
    Own,
}

impl Scale {
    /// The scale in words.
    pub fn words(self, language: Language) -> &'static str {
        let (english, dutch) = match self {
            Scale::Code => ("code", "code"),
            Scale::Name => ("name", "naam"),
            Scale::Category => ("category", "categorie"),
            Scale::Count => ("count", "aantal"),
            Scale::Exposure => ("exposure", "populatie"),
            Scale::Rate => ("rate", "fractie"),
            Scale::Percent => ("percent", "procent"),
            Scale::PercentagePoints => ("percentage points", "procentpunten"),
            Scale::Ratio => ("ratio", "verhouding"),
            Scale::LogRate => ("log rate", "log fractie"),
            Scale::StandardUnits => ("standard deviations", "standaarddeviaties"),
            Scale::Probability => ("probability", "kans"),
            Scale::Rank => ("rank", "rang"),
            Scale::Own => ("own unit", "eigen eenheid"),
        };
        match language {
            Language::English => english,
            Language::Dutch => dutch,
        }
    }
}
