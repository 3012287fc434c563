//! Determinants in words, English and Dutch.

/// A label in English and in Dutch; the column's own name where there is none.
pub(crate) fn label(column: &str) -> (&str, &str) {
    let known = LABELS.iter().find(|(name, ..)| *name == column);
    known.map_or((column, column), |(_, english, dutch)| (*english, *dutch))
}

const LABELS: [(&str, &str, &str); 36] = [
    ("perc_sbo_g", "pupils in special primary education", "leerlingen speciaal basisonderwijs"),
    ("perc_vso_g", "pupils in special secondary education", "leerlingen voortgezet speciaal onderwijs"),
    ("perc_praktijk_g", "pupils in practical education", "leerlingen praktijkonderwijs"),
    ("perc_hhmk", "households with children", "huishoudens met kinderen"),
    ("perc_jong04", "families whose youngest is under 5", "gezinnen met jongste onder 5 jaar"),
    ("perc_1ouder", "one-parent families", "eenoudergezinnen"),
    ("perc_tienmam", "teenage mothers", "tienermoeders"),
    ("perc_hhmkhgink", "families with a high income", "gezinnen met hoog inkomen"),
    ("perc_kind_sch5", "children of recent divorces", "kinderen met recente scheiding"),
    ("perc_ouderpsy", "parents on psychiatric medication", "ouders met psychische medicatie"),
    ("perc_hhverd", "households with a crime suspect", "huishoudens met een verdachte"),
    ("perc_hhbijs", "families on social assistance", "gezinnen met bijstand"),
    ("perc_hhwan", "households behind with health insurance", "wanbetalers zorgverzekering"),
    ("groenedruk", "young per 100 of working age", "groene druk"),
    ("grijzedruk", "old per 100 of working age", "grijze druk"),
    ("perc_ao", "residents on disability benefit", "inwoners met arbeidsongeschiktheidsuitkering"),
    ("perc_laagopl", "residents with little schooling", "laagopgeleide inwoners"),
    ("gem_gestink", "mean household income", "gemiddeld huishoudensinkomen"),
    ("polchrplus", "votes for Christian parties", "stemmen op christelijke partijen"),
    ("perc_nwmig", "non-western migration background", "niet-westerse migratieachtergrond"),
    ("perc_antsur", "Antillean or Surinamese background", "Antilliaanse of Surinaamse achtergrond"),
    ("perc_1gez", "single-family houses", "eengezinswoningen"),
    ("huur_corp", "homes of housing associations", "corporatiewoningen"),
    ("woonwaarde", "mean value of homes", "gemiddelde woningwaarde"),
    ("afstandhuisarts", "distance to a general practice", "afstand tot de huisarts"),
    ("samenw", "gemeente works together with others", "gemeente werkt samen met andere"),
    ("kleinewijk", "fewer than 1,000 inhabitants", "minder dan 1.000 inwoners"),
    ("eenouder", "one-parent families", "eenoudergezinnen"),
    ("bijstand", "social assistance", "bijstand"),
    ("nietwesters", "non-western migration background", "niet-westerse migratieachtergrond"),
    ("speciaal_onderwijs", "special education", "speciaal onderwijs"),
    ("laag_inkomen", "low income", "laag inkomen"),
    ("ouders_ggz", "parents in mental health care", "ouders in de ggz"),
    ("grootte", "inhabitants", "aantal inwoners"),
    ("the gemeente itself", "the gemeente itself", "de gemeente zelf"),
    ("the jeugdregio itself", "the jeugdregio itself", "de jeugdregio zelf"),
];
