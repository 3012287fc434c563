//! The maps of gemeenten and of wijken, each a page of its own.

use super::geography::{Boundary, Geography};
use super::shown::Shown;
use super::wording::{DUTCH, ENGLISH, Words};
use super::{Basis, Wanted};
use crate::save::save;
use crate::trouble::Trouble;
use nestcount::Result;
use nestcount::map::{AreaMap, Cell, Language, Layer, Map, Quantity, Unmatched};

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
            None => Geography::schematic(shown.iter().map(|area| area.code.as_str()))?,
        };
        let map = map(basis, words, words.titles[at], shown, geography)?;
        say!("   {}", unmatched(level, &map));
        lost.extend(map.unmatched().areas.iter().map(|code| format!("{level},without boundaries,{code}\n")));
        lost.extend(map.unmatched().boundaries.iter().map(|code| format!("{level},without area,{code}\n")));
        let name = format!("{level}.html");
        save(wanted.out, &name, map.page())?;
        save(wanted.out, &format!("{level}.geojson"), map.geojson())?;
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
