//! The words of a map.

use nestcount::map::Language;

pub(super) struct Words {
    pub(super) language: Language,
    pub(super) titles: [&'static str; 2],
    pub(super) notes: [&'static str; 5],
    pub(super) points: &'static str,
    pub(super) uncertainty: &'static str,
    pub(super) exceedance: &'static str,
    pub(super) known: &'static str,
    pub(super) interval: &'static str,
    pub(super) places: &'static str,
    pub(super) drivers: &'static str,
    pub(super) status: &'static str,
    pub(super) predicted: &'static str,
    pub(super) caveat: &'static str,
}

pub(super) const ENGLISH: Words = Words {
    language: Language::English,
    titles: ["Youth care without stay per gemeente", "Youth care without stay per wijk"],
    notes: [
        "Share of young people with youth care.",
        "What goes with the determinants, given the area that lies around.",
        "Actual minus expected.",
        "Standard deviation of the rate, all sources of uncertainty together.",
        "Probability that the rate lies above the expected one.",
    ],
    points: "points",
    uncertainty: "Uncertainty",
    exceedance: "Above expected?",
    known: "Known, some counts withheld or rounded",
    interval: "Would be no surprise (95 %)",
    places: "Place (95 %)",
    drivers: "What drives the expectation",
    status: "Status",
    predicted: "predicted: took no part in the fit",
    caveat: "Withheld counts are hatched; their difference was not observed. A sum in which some counts are withheld or rounded has a colour where it is known to half a point; its card gives the bounds.",
};

pub(super) const DUTCH: Words = Words {
    language: Language::Dutch,
    titles: ["Jeugdhulp zonder verblijf per gemeente", "Jeugdhulp zonder verblijf per wijk"],
    notes: [
        "Deel van de jongeren met jeugdhulp.",
        "Wat past bij de kenmerken, gegeven het gebied eromheen.",
        "Feitelijk min verwacht.",
        "Standaarddeviatie van het percentage, alle bronnen van onzekerheid samen.",
        "Kans dat het percentage boven het verwachte ligt.",
    ],
    points: "procentpunt",
    uncertainty: "Onzekerheid",
    exceedance: "Boven verwacht?",
    known: "Bekend, deels geheim of afgerond",
    interval: "Zou niet verbazen (95 %)",
    places: "Plaats (95 %)",
    drivers: "Wat de verwachting bepaalt",
    status: "Status",
    predicted: "voorspeld: deed niet mee in de schatting",
    caveat: "Geheime aantallen zijn gearceerd; hun verschil is niet waargenomen. Een som waarin aantallen geheim of afgerond zijn heeft een kleur als ze tot op een half procentpunt bekend is; de kaart bij het gebied geeft de grenzen.",
};
