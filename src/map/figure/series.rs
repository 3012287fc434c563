//! Series in time: what was counted, what was expected, and what would have been.

use super::axis::Axis;
use super::canvas::{ABOVE, BELOW, Canvas, INK, KeyLine, NEITHER, Paper, Size};
use super::{Figure, check};
use crate::error::Result;
use plotters::style::RGBColor;

/// A value in each of some periods.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What it is, in the key.
    pub label: String,
    /// How it is drawn.
    pub mark: SeriesMark,
    /// The values, by period.
    pub points: Vec<SeriesPoint>,
}

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeriesMark {
    /// A dot for each value, its interval as a line through it: what was counted.
    Dots,
    /// A line through the values, their intervals as a band around it: what was expected.
    Line,
}

/// A value with its interval, on the scale of the axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesPoint {
    /// Position of the period, from 0.
    pub period: usize,
    /// The value.
    pub value: f64,
    /// Where its interval begins; the value itself where there is none.
    pub low: f64,
    /// Where its interval ends.
    pub high: f64,
}

/// Something that happened as a period began: a line before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesEvent {
    /// Position of the period, from 0.
    pub period: usize,
    /// What it was.
    pub name: String,
}

/// Periods with their name on the axis, at most.
const NAMED: usize = 8;

/// Colours of the series, in their order.
const COLOURS: [RGBColor; 4] = [INK, ABOVE, BELOW, NEITHER];

impl Figure {
    /// Series over periods, each with its colour and its intervals, and events as lines before their periods.
    ///
    /// Periods stand at equal distances. Fails without series or without points in one, and on periods that are not there
    /// or not in order, and numbers that are not finite or not in order.
    pub fn series(&self, periods: &[String], series: &[Series], events: &[SeriesEvent]) -> Result<String> {
        check("series", series.iter().map(|one| (one.label.as_str(), sound(one, periods.len()))))?;
        if !events.is_empty() {
            let known = events.iter().map(|event| (event.name.as_str(), event.period < periods.len()));
            check("events", known)?;
        }
        let points = series.iter().flat_map(|one| &one.points);
        let y = Axis::linear(points.flat_map(|point| [point.value, point.low, point.high]));
        let mut x = Axis::linear([0.5, periods.len() as f64 + 0.5].into_iter());
        let every = periods.len().div_ceil(NAMED);
        x.marks = (0..periods.len()).step_by(every).map(column).collect();
        let key = series.iter().enumerate().map(|(at, one)| KeyLine {
            label: &one.label,
            colour: colour(at),
            width: width(one.mark),
        });
        let paper = Paper {
            size: Size { width: 860, height: 460, left: 60 },
            x: &x,
            y: &y,
            columns: periods.iter().map(String::as_str).collect(),
            rows: Vec::new(),
            key: key.collect(),
        };
        Ok(self.draw(&paper, |canvas| {
            for event in events {
                let before = column(event.period) - 0.5;
                canvas.line(&[[before, y.low], [before, y.high]], NEITHER, 0.8)?;
                canvas.words([before, y.high - 0.03 * (y.high - y.low)], &event.name, 11.0)?;
            }
            // bands below, lines above them, dots on top
            lines(series).try_for_each(|(at, one)| {
                let band: Vec<[f64; 3]> =
                    one.points.iter().map(|point| [column(point.period), point.low, point.high]).collect();
                canvas.band(&band, colour(at))
            })?;
            lines(series).try_for_each(|(at, one)| {
                let line: Vec<[f64; 2]> =
                    one.points.iter().map(|point| [column(point.period), point.value]).collect();
                canvas.line(&line, colour(at), width(one.mark))
            })?;
            let dotted = series.iter().enumerate().filter(|(_, one)| one.mark == SeriesMark::Dots);
            for (at, one) in dotted {
                one.points.iter().try_for_each(|point| dot(canvas, point, colour(at)))?;
            }
            Ok(())
        }))
    }
}

fn lines(series: &[Series]) -> impl Iterator<Item = (usize, &Series)> {
    series.iter().enumerate().filter(|(_, one)| one.mark == SeriesMark::Line)
}

fn dot(
    canvas: &mut Canvas<'_, '_, '_>,
    point: &SeriesPoint,
    colour: RGBColor,
) -> std::result::Result<(), plotters::drawing::DrawingAreaErrorKind<std::io::Error>> {
    let x = column(point.period);
    canvas.line(&[[x, point.low], [x, point.high]], colour, 1.0)?;
    canvas.dot([x, point.value], colour, 3.0)
}

/// Columns are counted from 1.
fn column(period: usize) -> f64 {
    period as f64 + 1.0
}

fn colour(at: usize) -> RGBColor {
    COLOURS[at % COLOURS.len()]
}

fn width(mark: SeriesMark) -> f64 {
    match mark {
        SeriesMark::Dots => 1.0,
        SeriesMark::Line => 2.0,
    }
}

fn sound(series: &Series, n_periods: usize) -> bool {
    let point = |point: &SeriesPoint| {
        let finite = [point.value, point.low, point.high].iter().all(|number| number.is_finite());
        finite && point.low <= point.value && point.value <= point.high && point.period < n_periods
    };
    let in_order = series.points.windows(2).all(|pair| pair[0].period < pair[1].period);
    !series.points.is_empty() && in_order && series.points.iter().all(point)
}
