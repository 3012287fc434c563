//! The funnel of the areas as a picture.

use nestcount::Result;
use nestcount::diagnose::{FunnelArea as Funnelled, Limits};
use nestcount::map::{ControlLimits, Figure, FunnelArea, Limit};
use nestcount::screen::{Areas, Reference};
use std::collections::HashMap;

/// Rates by youths, in percent, with limits by chance alone and of areas that scatter as these do.
pub(crate) fn draw(areas: &Areas) -> Result<String> {
    let funnel = areas.funnel("users", Reference::National)?;
    let names: HashMap<&str, &str> =
        areas.areas().iter().map(|area| (area.code.as_str(), area.name.as_str())).collect();
    let percent = |count: f64, area: &Funnelled| 100.0 * count / area.exposure;
    let dot = |area: &Funnelled| {
        let name = area.path.last().and_then(|code| names.get(code.as_str())).copied().unwrap_or("");
        let (low, high) = (area.actual.low(), area.actual.high()?);
        // a count that is hardly known has no place
        (high - low < 0.2 * area.target).then(|| FunnelArea {
            name: name.into(),
            exposure: area.exposure,
            value: percent(0.5 * (low + high), area),
        })
    };
    let mut by_size: Vec<&Funnelled> = funnel.iter().collect();
    by_size.sort_by(|a, b| a.exposure.total_cmp(&b.exposure));
    by_size.dedup_by(|a, b| a.exposure <= b.exposure);
    let lines = |label: &str, of: fn(&Funnelled) -> &Limits| {
        let limit = |area: &&Funnelled| Limit {
            exposure: area.exposure,
            low: percent(of(area).low_95, area),
            high: percent(of(area).high_95, area),
        };
        ControlLimits { label: label.into(), limits: by_size.iter().map(limit).collect() }
    };
    let national = funnel.first().map_or(0.0, |area| percent(area.target, area));
    let dots: Vec<FunnelArea> = funnel.iter().filter_map(dot).collect();
    Figure::new("Youths with care, by number of youths", "youths", "percent of youths").funnel(
        &dots,
        national,
        &[
            lines("95% by chance alone", |area| &area.poisson),
            lines("95% of gemeenten as these scatter", |area| &area.overdispersed),
        ],
    )
}
