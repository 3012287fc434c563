//! What maps and figures say.

use crate::report::Language;

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
    /// The code of the language, for `lang` attributes.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Dutch => "nl",
        }
    }

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
