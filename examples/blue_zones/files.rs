//! The trail, the probabilities and the funnel as files.

use crate::chances::Chances;
use crate::funnel;
use crate::save::save;
use crate::screening::Screened;
use crate::source::Year;
use crate::trouble::Trouble;
use nestcount::report::{Dialect, Sheet};
use nestcount::screen::Probability;
use nestcount::table::Table;
use std::path::Path;

/// Writes `trail.csv`, `trail.txt`, `probabilities.csv` and `funnel.svg`.
pub(crate) fn write(year: &Year, screened: &Screened, chances: &Chances, out: &Path) -> Result<(), Trouble> {
    let csv = |table: &Table| Sheet::new().beside(table)?.to_csv(Dialect::International);
    let files = [
        ("trail.csv", csv(&screened.trail.table()?)?),
        ("trail.txt", screened.trail.to_string()),
        ("probabilities.csv", csv(&probabilities(screened, chances)?)?),
        ("funnel.svg", funnel::draw(&screened.areas)?),
    ];
    for (name, text) in &files {
        save(out, name, text)?;
    }
    say!("\n   {} in {}: {}", year.name, out.display(), files.map(|(name, _)| name).join(", "));
    Ok(())
}

fn probabilities(screened: &Screened, chances: &Chances) -> nestcount::Result<Table> {
    let areas = screened.areas.areas();
    let low = |of: &[Probability]| of.iter().map(|p| p.low).collect::<Vec<_>>();
    let high = |of: &[Probability]| of.iter().map(|p| p.high).collect::<Vec<_>>();
    let tail = |of: fn(&nestcount::screen::TailProbability) -> Probability| {
        chances.expected.iter().map(|tail| of(tail).low).collect::<Vec<_>>()
    };
    Table::new()
        .with_text("code", areas.iter().map(|area| area.code.clone()))?
        .with_text("name", areas.iter().map(|area| area.name.clone()))?
        .with_numbers("alone_low", low(&chances.alone))?
        .with_numbers("alone_high", high(&chances.alone))?
        .with_numbers("among_low", low(&chances.among))?
        .with_numbers("among_high", high(&chances.among))?
        .with_numbers("model_low", low(&chances.model))?
        .with_numbers("model_high", high(&chances.model))?
        .with_numbers("low_against_expected", tail(|tail| tail.low))?
        .with_numbers("high_against_expected", tail(|tail| tail.high))
}
