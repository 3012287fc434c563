//! One area as a map shows it.

use super::answers::Answers;
use super::wording::Words;
use nestcount::expected::Comparison;
use nestcount::infer::Confidence;
use nestcount::map::{Area, Cell, Known};

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
    pub(super) fn actual(&self, from: f64) -> Cell {
        match (self.seen, &self.answer) {
            (Seen::Published(percent), _) => Cell::Value(percent - from),
            (Seen::Withheld, Some(answer)) => answer.actual(from),
            (Seen::Withheld, None) => Cell::Withheld(Known::Nothing),
            (Seen::Sum, Some(answer)) => answer.sum(from),
            (Seen::Nothing, _) | (Seen::Sum, None) => Cell::NoData,
        }
    }

    pub(super) fn number(&self, of: impl Fn(&Answer) -> f64) -> Cell {
        self.answer.as_ref().map_or(Cell::NoData, |answer| Cell::Value(of(answer)))
    }

    pub(super) fn area(&self, words: &Words) -> Area {
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
