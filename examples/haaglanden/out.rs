//! Sheets for dialogue sessions, and figures of gemeenten and of effects.

use crate::explained::Told;
use crate::save::{make, save};
use crate::source::Source;
use crate::trouble::Trouble;
use nestcount::infer::{Confidence, Interval};
use nestcount::map::{CaterpillarArea, Figure};
use nestcount::report::{Language, SheetWords};
use nestcount::second_stage::{DialogueSheets, Region};
use nestcount::{Error, expected::Substantial};
use std::path::Path;

/// A 95 % interval of a ratio of counts.
const Z: f64 = 1.96;

pub(crate) fn write(
    source: &Source,
    region: &Region,
    nation: &Region,
    told: Option<&Told>,
    (folder, language): (&Path, Language),
) -> Result<(), Trouble> {
    let sheets = DialogueSheets::new(region, nation)?;
    let sheets = match told {
        Some(told) => sheets.explained_by(told.answer(), &told.extras)?,
        None => sheets,
    };
    let words = words(source, language)?;
    let own = folder.join("wijken");
    make(Some(&own))?;
    let all = sheets.all();
    for sheet in &all {
        let code = sheet.path.last().map_or("wijk", String::as_str);
        let safe: String = code.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        save(&own, &format!("{safe}.md"), sheet.markdown(&words))?;
        save(&own, &format!("{safe}.html"), sheet.html(&words))?;
    }
    save(folder, "gemeenten.svg", gemeenten(region, language)?)?;
    if let Some(told) = told {
        save(folder, "effects.svg", effects(told, language)?)?;
    }
    say!("\n6. {} sheets in {} and figures beside them", all.len(), own.display());
    Ok(())
}

fn words(source: &Source, language: Language) -> Result<SheetWords, Error> {
    let mut words = SheetWords::new(language).about(&source.about);
    let [_, gemeente, wijk] = &source.layout.levels;
    for (level, names) in [(wijk, source.layout.names[0]), (gemeente, source.layout.names[1])] {
        let (codes, names) = (source.national.codes(level.column)?, source.national.codes(names)?);
        for (code, name) in codes.iter().zip(&names) {
            if let (Some(code), Some(name)) = (code, name) {
                words = words.naming(code, name);
            }
        }
    }
    Ok(words)
}

/// log(actual/expected) of each gemeente with the error of both counts.
fn gemeenten(region: &Region, language: Language) -> Result<String, Error> {
    let rule = Substantial::points(crate::SUBSTANTIAL)?;
    let areas = region.gaps("gemeente", &rule)?.into_iter().filter_map(|gap| {
        let middle = 0.5 * (gap.actual.low() + gap.actual.high()?);
        let effect = (middle / gap.expected.count).ln();
        let error = (1.0 / middle + gap.expected.log_std_error().powi(2)).sqrt();
        let (low, high) = (effect - Z * error, effect + Z * error);
        Some(CaterpillarArea { name: gap.code().into(), effect, low, high })
    });
    let areas: Vec<CaterpillarArea> = areas.collect();
    let (title, axis) = match language {
        Language::English => ("Actual against expected use by gemeente", "log(actual/expected), 95 %"),
        Language::Dutch => {
            ("Feitelijk tegenover verwacht gebruik per gemeente", "log(feitelijk/verwacht), 95 %")
        }
    };
    Figure::new(title, axis, "").language(language).caterpillar(&areas)
}

/// Every effect by every design, and what was planted.
fn effects(told: &Told, language: Language) -> Result<String, Error> {
    let of_stages = told.stages.iter().flat_map(|stage| {
        stage.effects.iter().map(|effect| {
            let Interval { low, high } = effect.interval(Confidence::P95);
            let name = format!("{} - {}", effect.term, stage.design);
            CaterpillarArea { name, effect: effect.estimate, low, high }
        })
    });
    let planted = told.planted.iter().flatten().zip(told.extras.names());
    let planted = planted.map(|(effect, name)| CaterpillarArea {
        name: format!("{name} - planted"),
        effect: *effect,
        low: *effect,
        high: *effect,
    });
    let all: Vec<CaterpillarArea> = of_stages.chain(planted).collect();
    let (title, axis) = match language {
        Language::English => ("What the extras explain", "log rate per standard deviation, 95 %"),
        Language::Dutch => ("Wat de extra kenmerken verklaren", "log gebruik per standaardafwijking, 95 %"),
    };
    Figure::new(title, axis, "").language(language).caterpillar(&all)
}
