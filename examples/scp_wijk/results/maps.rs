//! The maps of gemeenten and of wijken, each a page of its own.

use super::answers::Answers;
use super::tiles::tiles;
use super::{Basis, Wanted};
use crate::save::save;
use crate::tables;
use crate::trouble::Trouble;
use nestcount::Result;
use nestcount::expected::Comparison;
use nestcount::infer::Confidence;
use nestcount::map::{Area, AreaMap, Boundaries, Cell, Known, Language, Layer, Map, Quantity, Unmatched};
use std::fs::File;
use std::path::Path;

/// A percentage whose bounds lie nearer to each other than this is drawn at their middle, in points.
const NARROW: f64 = 0.5;

/// One area as the map shows it; rates in percent.
pub(super) struct Shown {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) within: String,
    pub(super) expected: f64,
    pub(super) seen: Seen,
    /// What the fit says of it; nothing where it took no part.
    pub(super) answer: Option<Answer>,
    /// What drives the expectation, in words.
    pub(super) drivers: String,
}

/// What anyone could see of the actual percentage.
#[derive(Clone, Copy)]
pub(super) enum Seen {
    Published(f64),
    /// Withheld by the publisher: hatched, whatever its bounds.
    Withheld,
    /// The sum of others, some of which may be withheld or rounded.
    Sum,
    Nothing,
}

/// What the fit says of an area.
pub(super) struct Answer {
    pub(super) comparison: Comparison,
    pub(super) rate_sd: f64,
    pub(super) above_expected: f64,
    pub(super) places: (u32, u32),
}

impl Answer {
    pub(super) fn all(answers: &Answers) -> Vec<Answer> {
        let each = answers.comparisons.iter().zip(&answers.read.rates).zip(&answers.read.ranks[0]);
        let above = &answers.read.exceedances[0];
        each.zip(above)
            .map(|(((comparison, rate), rank), above)| Answer {
                comparison: *comparison,
                rate_sd: 100.0 * rate.sd,
                above_expected: *above,
                places: (rank.low, rank.high),
            })
            .collect()
    }

    fn percent(&self, count: f64) -> f64 {
        100.0 * count / self.comparison.expected.exposure
    }

    /// The actual percentage less `from`.
    fn actual(&self, from: f64) -> Cell {
        let low = self.percent(self.comparison.actual.low()) - from;
        match self.comparison.actual.high().map(|high| self.percent(high) - from) {
            Some(high) if high <= low => Cell::Value(low),
            Some(high) => Cell::Withheld(Known::Between(low, high)),
            None => Cell::Withheld(Known::AtLeast(low)),
        }
    }

    /// The same of a sum: a number where its bounds are narrow.
    fn sum(&self, from: f64) -> Cell {
        match self.actual(from) {
            Cell::Withheld(Known::Between(low, high)) if self.is_narrow() => Cell::Value(0.5 * (low + high)),
            cell => cell,
        }
    }

    /// Whether the count is known so well that its area has a colour: to half a percentage point.
    fn is_narrow(&self) -> bool {
        let actual = self.comparison.actual;
        actual.high().is_some_and(|high| self.percent(high - actual.low()) < NARROW)
    }

    /// The bounds of a percentage that is coloured though it is not known exactly.
    fn bounds(&self, words: &Words) -> Option<String> {
        let (actual, numbers) = (self.comparison.actual, words.language.numbers());
        let high = actual.high().filter(|_| actual.observed().is_none() && self.is_narrow())?;
        let [low, high] = [actual.low(), high].map(|count| numbers.write(self.percent(count), 2));
        Some(format!("{low} – {high} %"))
    }
}

impl Shown {
    fn actual(&self, from: f64) -> Cell {
        match (self.seen, &self.answer) {
            (Seen::Published(percent), _) => Cell::Value(percent - from),
            (Seen::Withheld, Some(answer)) => answer.actual(from),
            (Seen::Withheld, None) => Cell::Withheld(Known::Nothing),
            (Seen::Sum, Some(answer)) => answer.sum(from),
            (Seen::Nothing, _) | (Seen::Sum, None) => Cell::NoData,
        }
    }

    fn number(&self, of: impl Fn(&Answer) -> f64) -> Cell {
        self.answer.as_ref().map_or(Cell::NoData, |answer| Cell::Value(of(answer)))
    }

    fn area(&self, words: &Words) -> Area {
        let numbers = words.language.numbers();
        let area = Area::new(&self.code, &self.name).within(&self.within);
        let Some(answer) = &self.answer else {
            return area.card(words.drivers, &self.drivers).card(words.status, words.predicted);
        };
        let counts = answer.comparison.predicted.interval(Confidence::P95);
        let (low, high) = (answer.percent(counts.low as f64), answer.percent(counts.high as f64));
        let (low, high) = (numbers.write(low, 1), numbers.write(high, 1));
        let area = match (self.seen, answer.bounds(words)) {
            (Seen::Sum, Some(bounds)) => area.card(words.known, bounds),
            _ => area,
        };
        area.card(words.interval, format!("{low} – {high} %"))
            .card(words.places, format!("{} – {}", answer.places.0, answer.places.1))
            .card(words.drivers, &self.drivers)
    }
}

/// The words of a map.
struct Words {
    language: Language,
    titles: [&'static str; 2],
    notes: [&'static str; 5],
    points: &'static str,
    uncertainty: &'static str,
    exceedance: &'static str,
    known: &'static str,
    interval: &'static str,
    places: &'static str,
    drivers: &'static str,
    status: &'static str,
    predicted: &'static str,
    caveat: &'static str,
}

const ENGLISH: Words = Words {
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

const DUTCH: Words = Words {
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

/// Writes a page for the gemeenten and one for the wijken; returns their names.
pub(super) fn write(
    basis: &Basis<'_>,
    gemeenten: &[Shown],
    wijken: &[Shown],
    wanted: &Wanted<'_>,
) -> Result<Vec<String>, Trouble> {
    let words = match wanted.language {
        Language::English => &ENGLISH,
        Language::Dutch => &DUTCH,
    };
    let (mut written, mut lost) = (Vec::new(), String::from("level,side,code\n"));
    let levels: [(&str, &[Shown], Boundary); 2] =
        [("gemeenten", gemeenten, Geography::gemeenten), ("wijken", wijken, Geography::wijken)];
    for (at, (level, shown, boundaries)) in levels.into_iter().enumerate() {
        let geography = match wanted.geo {
            Some(folder) => boundaries(folder)?,
            None => Geography {
                boundaries: tiles(shown.iter().map(|area| area.code.as_str()))?,
                source: SCHEMATIC,
            },
        };
        let map = map(basis, words, words.titles[at], shown, geography)?;
        say!("   {}", unmatched(level, &map));
        lost.extend(map.unmatched().areas.iter().map(|code| format!("{level},without boundaries,{code}\n")));
        lost.extend(map.unmatched().boundaries.iter().map(|code| format!("{level},without area,{code}\n")));
        let name = format!("{level}.html");
        save(wanted.out, &name, &map.page())?;
        save(wanted.out, &format!("{level}.geojson"), &map.geojson())?;
        save(wanted.out, &format!("{level}-difference.svg"), &map.svg("difference")?)?;
        written.extend([name, format!("{level}.geojson"), format!("{level}-difference.svg")]);
    }
    save(wanted.out, "unmatched.csv", &lost)?;
    written.push("unmatched.csv".into());
    Ok(written)
}

fn map(basis: &Basis<'_>, words: &Words, title: &str, shown: &[Shown], on: Geography) -> Result<Map> {
    let layer = |quantity, note: usize, cell: &dyn Fn(&Shown) -> Cell| {
        let cells = shown.iter().map(|area| (area.code.clone(), cell(area)));
        Layer::new(quantity, cells).note(words.notes[note])
    };
    let [english, dutch] = on.source;
    let of_boundaries = if words.language == Language::Dutch { dutch } else { english };
    let source = format!("{}; {of_boundaries}", basis.source.credit);
    let titled = match basis.source.year {
        Some(year) => format!("{title}, {year}"),
        None => format!("{title} ({})", basis.source.credit),
    };
    let map = AreaMap::new(on.boundaries)
        .language(words.language)
        .title(titled)
        .source(source)
        .caveat(words.caveat)
        .areas(shown.iter().map(|area| area.area(words)))
        .layer(layer(Quantity::Actual, 0, &|area| area.actual(0.0)).unit("%"))
        .layer(layer(Quantity::Expected, 1, &|area| Cell::Value(area.expected)).unit("%"))
        .layer(layer(Quantity::Difference, 2, &|area| area.actual(area.expected)).unit(words.points))
        .layer(
            layer(Quantity::Uncertainty, 3, &|area| area.number(|answer| answer.rate_sd))
                .title(words.uncertainty)
                .unit(words.points)
                .decimals(2),
        )
        .layer(
            layer(Quantity::Exceedance, 4, &|area| area.number(|answer| answer.above_expected))
                .title(words.exceedance),
        );
    let map = basis.source.year.map_or(map.clone(), |year| map.year(year));
    map.check(Unmatched::Leave)
}

const OF_2014: [&str; 2] = ["boundaries of 2014, CBS/Kadaster", "grenzen van 2014, CBS/Kadaster"];
const SCHEMATIC: [&str; 2] =
    ["a square an area, in the order of the file", "een vierkant per gebied, in de volgorde van het bestand"];

/// Where the boundaries of a level are read from.
type Boundary = fn(&Path) -> Result<Geography, Trouble>;

/// Boundaries and where they come from.
struct Geography {
    boundaries: Boundaries,
    source: [&'static str; 2],
}

impl Geography {
    /// Those of 2015, merged into the gemeenten of 2017.
    fn gemeenten(folder: &Path) -> Result<Self, Trouble> {
        let path = folder.join("gemeente2015_to_2017.csv");
        let pairs = tables::read(&path)?;
        tables::require(&pairs, &path, ["gm_2015", "gm_2017"])?;
        let (from, to) = (pairs.codes("gm_2015")?, pairs.codes("gm_2017")?);
        let pairs = from.iter().zip(&to).filter_map(|(from, to)| Some((from.as_deref()?, to.as_deref()?)));
        let of_2015 = Self::read(folder, "Gemeente_2015_layer_q1e3.json")?;
        let source = [
            "boundaries of 2015 merged to those of 2017, CBS/Kadaster",
            "grenzen van 2015, samengevoegd tot die van 2017, CBS/Kadaster",
        ];
        Ok(Geography { boundaries: of_2015.merged(pairs)?, source })
    }

    /// Those of 2014, the nearest year there is.
    fn wijken(folder: &Path) -> Result<Self, Trouble> {
        let boundaries = Self::read(folder, "Wijk_2014_layer_q1e3.json")?;
        Ok(Geography { boundaries, source: OF_2014 })
    }

    fn read(folder: &Path, file: &str) -> Result<Boundaries, Trouble> {
        let path = folder.join(file);
        let open = File::open(&path).map_err(|error| Trouble::at(&path, error))?;
        Boundaries::from_topojson(open, "layer", "statcode")
            .map_err(|error| Trouble::from(error).of(Some(&path)))
    }
}

/// How many codes of each side the other does not have, and the first of them.
fn unmatched(level: &str, map: &Map) -> String {
    let list = |codes: &[String]| {
        let shown: Vec<&str> = codes.iter().take(5).map(String::as_str).collect();
        let more = if codes.len() > shown.len() { ", …" } else { "" };
        format!("{} ({}{more})", codes.len(), shown.join(", "))
    };
    let left = map.unmatched();
    match left.is_empty() {
        true => format!("{level}: every area has its boundaries"),
        false => format!(
            "{level}: without boundaries {}; boundaries of no {level} {}",
            list(&left.areas),
            list(&left.boundaries)
        ),
    }
}
