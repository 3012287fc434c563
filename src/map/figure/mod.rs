//! Figures beside the map: area effects, a funnel, residuals, series in time. From plain numbers to SVG.

mod axis;
mod canvas;
mod caterpillar;
mod funnel;
mod residuals;
mod series;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use caterpillar::CaterpillarArea;
pub use funnel::{ControlLimits, FunnelArea, Limit};
pub use residuals::ResidualPoint;
pub use series::{Series, SeriesEvent, SeriesMark, SeriesPoint};

use crate::error::{ErrorKind, Result};
use crate::report::Language;

/// The words of a figure: its title, and what its axes show with their units.
///
/// ```
/// use nestcount::map::{CaterpillarArea, Figure, Language};
/// let areas = [("Aalten", -0.2, 0.1), ("Zwolle", 0.3, 0.1)].map(|(name, effect, error)| CaterpillarArea {
///     name: name.into(),
///     effect,
///     low: effect - 1.96 * error,
///     high: effect + 1.96 * error,
/// });
/// let figure = Figure::new("Effecten van gemeenten", "effect (log van de rate)", "").language(Language::Dutch);
/// let svg = figure.caterpillar(&areas)?;
/// assert!(svg.starts_with("<svg") && svg.contains("Zwolle"));
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    title: String,
    x: String,
    y: String,
    language: Language,
}

impl Figure {
    /// A figure with a title and the labels of the horizontal and the vertical axis, in English.
    pub fn new(title: impl Into<String>, x: impl Into<String>, y: impl Into<String>) -> Self {
        Figure { title: title.into(), x: x.into(), y: y.into(), language: Language::English }
    }

    /// The language, which decides how numbers are written.
    pub fn language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }
}

/// Fails where there is nothing to draw, and where a number is not finite.
fn check<'a>(what: &str, numbers: impl ExactSizeIterator<Item = (&'a str, bool)>) -> Result<()> {
    if numbers.len() == 0 {
        return refused(format!("a figure needs at least one of the {what}"));
    }
    let wrong: Vec<String> =
        numbers.enumerate().filter(|(_, (_, sound))| !sound).map(|(i, (name, _))| named(i, name)).collect();
    match wrong.len() {
        0 => Ok(()),
        n => {
            let first: Vec<&str> = wrong.iter().take(8).map(String::as_str).collect();
            refused(format!(
                "{n} of the {what} cannot be drawn, their numbers are not finite or in the wrong order: {}",
                first.join(", ")
            ))
        }
    }
}

fn named(i: usize, name: &str) -> String {
    if name.is_empty() { format!("number {}", i + 1) } else { format!("'{name}'") }
}

#[cold]
fn refused(message: String) -> Result<()> {
    Err(ErrorKind::Specification { message }.into())
}
