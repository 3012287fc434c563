//! How numbers and words are written.

/// The language of a map or figure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, numbers as 1,234.5.
    #[default]
    English,
    /// Dutch, numbers as 1.234,5.
    Dutch,
}

/// Which marks a number is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberFormat {
    /// 1,234.5
    English,
    /// 1.234,5
    Dutch,
}

impl Language {
    /// The number format that goes with the language.
    pub fn numbers(self) -> NumberFormat {
        match self {
            Language::English => NumberFormat::English,
            Language::Dutch => NumberFormat::Dutch,
        }
    }

    /// The code of the language, for `lang` attributes.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Dutch => "nl",
        }
    }
}

impl NumberFormat {
    /// A number with so many decimals, thousands apart, below 0 with a minus sign (U+2212).
    ///
    /// ```
    /// use nestcount::map::NumberFormat;
    /// assert_eq!(NumberFormat::Dutch.write(-1234.56, 1), "\u{2212}1.234,6");
    /// assert_eq!(NumberFormat::English.write(-0.04, 1), "0.0");
    /// ```
    pub fn write(self, value: f64, decimals: usize) -> String {
        let digits = format!("{:.decimals$}", value.abs());
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let (thousands, point) = match self {
            NumberFormat::English => (',', '.'),
            NumberFormat::Dutch => ('.', ','),
        };
        let mut text = String::new();
        if value < 0.0 && digits.bytes().any(|digit| matches!(digit, b'1'..=b'9')) {
            text.push('\u{2212}');
        }
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                text.push(thousands);
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push(point);
            text.push_str(fraction);
        }
        text
    }

    /// The same, with a plus sign where it is written as more than 0.
    ///
    /// ```
    /// use nestcount::map::NumberFormat;
    /// assert_eq!(NumberFormat::English.write_signed(0.26, 1), "+0.3");
    /// assert_eq!(NumberFormat::English.write_signed(0.04, 1), "0.0");
    /// ```
    pub fn write_signed(self, value: f64, decimals: usize) -> String {
        let text = self.write(value, decimals);
        let above = value > 0.0 && text.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
        if above { format!("+{text}") } else { text }
    }
}

/// What the maps say, in one language.
pub(super) struct Words {
    pub(super) actual: &'static str,
    pub(super) expected: &'static str,
    pub(super) difference: &'static str,
    pub(super) uncertainty: &'static str,
    pub(super) exceedance: &'static str,
    pub(super) withheld: &'static str,
    pub(super) no_data: &'static str,
    pub(super) to: &'static str,
    pub(super) or_more: &'static str,
    pub(super) source: &'static str,
    pub(super) areas: &'static str,
    pub(super) not_drawn: &'static str,
    pub(super) caveats: &'static str,
    pub(super) search: &'static str,
    pub(super) no_match: &'static str,
    pub(super) zoom_in: &'static str,
    pub(super) zoom_out: &'static str,
    pub(super) whole_map: &'static str,
    pub(super) close: &'static str,
    pub(super) map_help: &'static str,
    pub(super) table: &'static str,
    pub(super) code: &'static str,
    pub(super) area: &'static str,
    pub(super) layers: &'static str,
    pub(super) legend: &'static str,
    pub(super) no_script: &'static str,
    pub(super) no_boundary: &'static str,
}

impl Language {
    pub(super) fn words(self) -> &'static Words {
        match self {
            Language::English => &ENGLISH,
            Language::Dutch => &DUTCH,
        }
    }

    /// What a reader of a map of actual and expected use has to know.
    pub(super) fn caveats(self, year: Option<u16>) -> Vec<String> {
        let year = year.map(|year| year.to_string());
        let texts = match self {
            Language::English => [
                format!("The figures are about {} only.", year.as_deref().unwrap_or("one year")),
                "They are no forecast: what is expected is what the characteristics in the model go with, in that same year.".into(),
                "A difference is no verdict on policy, good or bad. Characteristics of the area, or of what it lies in, that the model lacks may be behind it, and chance.".into(),
            ],
            Language::Dutch => [
                format!("De cijfers gaan alleen over {}.", year.as_deref().unwrap_or("één jaar")),
                "Ze zijn geen voorspelling: verwacht is wat bij de kenmerken in het model past, in datzelfde jaar.".into(),
                "Een verschil is geen oordeel over beleid, goed of slecht. Er kunnen kenmerken van het gebied, of van het grotere geheel waar het in ligt, achter zitten die het model niet kent, en toeval.".into(),
            ],
        };
        texts.into()
    }
}

const ENGLISH: Words = Words {
    actual: "Actual",
    expected: "Expected",
    difference: "Difference",
    uncertainty: "Uncertainty",
    exceedance: "Exceedance",
    withheld: "withheld",
    no_data: "no data",
    to: "to",
    or_more: "or more",
    source: "Source",
    areas: "areas",
    not_drawn: "areas are not on the map: there are no boundaries for them. The search box finds them.",
    caveats: "Before you read the map",
    search: "Find an area by name or code",
    no_match: "No area found",
    zoom_in: "Zoom in",
    zoom_out: "Zoom out",
    whole_map: "Whole map",
    close: "Close",
    map_help: "Map. Arrow keys go from area to area, plus and minus zoom, Escape closes.",
    table: "All areas as a table",
    code: "Code",
    area: "Area",
    layers: "Maps",
    legend: "Legend",
    no_script: "Without scripts this page shows the first map only.",
    no_boundary: "not on the map",
};

const DUTCH: Words = Words {
    actual: "Feitelijk",
    expected: "Verwacht",
    difference: "Verschil",
    uncertainty: "Onzekerheid",
    exceedance: "Overschrijding",
    withheld: "geheim",
    no_data: "geen gegevens",
    to: "tot en met",
    or_more: "of meer",
    source: "Bron",
    areas: "gebieden",
    not_drawn: "gebieden staan niet op de kaart: er zijn geen grenzen van. Het zoekveld vindt ze wel.",
    caveats: "Voor u de kaart leest",
    search: "Zoek een gebied op naam of code",
    no_match: "Geen gebied gevonden",
    zoom_in: "Inzoomen",
    zoom_out: "Uitzoomen",
    whole_map: "Hele kaart",
    close: "Sluiten",
    map_help: "Kaart. Pijltjestoetsen gaan van gebied naar gebied, plus en min zoomen, Escape sluit.",
    table: "Alle gebieden als tabel",
    code: "Code",
    area: "Gebied",
    layers: "Kaarten",
    legend: "Legenda",
    no_script: "Zonder scripts toont deze pagina alleen de eerste kaart.",
    no_boundary: "niet op de kaart",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_and_decimals_are_marked_as_the_language_has_it() {
        let cases = [(0.0, 0, "0"), (999.5, 0, "1,000"), (1234567.891, 2, "1,234,567.89"), (12.0, 1, "12.0")];
        for (value, decimals, text) in cases {
            assert_eq!(NumberFormat::English.write(value, decimals), text);
            let swapped: String = text
                .chars()
                .map(|c| match c {
                    ',' => '.',
                    '.' => ',',
                    other => other,
                })
                .collect();
            assert_eq!(NumberFormat::Dutch.write(value, decimals), swapped);
        }
    }

    #[test]
    fn what_rounds_to_nothing_has_no_sign() {
        for value in [-0.0, -0.04, 0.04] {
            assert_eq!(NumberFormat::English.write_signed(value, 1), "0.0");
        }
        assert_eq!(NumberFormat::English.write_signed(-0.06, 1), "\u{2212}0.1");
    }
}
