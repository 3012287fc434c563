//! A sheet of panels with shared axes.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const COLUMNS: usize = 4;
const WIDTH: i32 = 250;
const HEIGHT: i32 = 190;
const HEAD: i32 = 64;
/// What a panel leaves around its plot: left, right, above, below.
const MARGINS: [i32; 4] = [46, 10, 28, 30];
/// Told apart by the colour-blind too (Okabe and Ito).
const COLOURS: [RGBColor; 8] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0x00, 0x00, 0x00),
    RGBColor(0x8a, 0x94, 0x9e),
];
const INK: RGBColor = RGBColor(0x16, 0x20, 0x2a);
const LINE: RGBColor = RGBColor(0xd0, 0xd5, 0xda);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    Linear,
    Logarithmic,
}

/// One panel: for every estimator its points (expected count, value).
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) lines: Vec<Vec<(f64, f64)>>,
}

/// The panels of one measure.
pub(super) struct Sheet<'s> {
    pub(super) title: &'s str,
    pub(super) scale: Scale,
    pub(super) mark: Option<f64>,
    pub(super) names: &'s [String],
    pub(super) panels: &'s [Panel],
}

/// Where values lie on the height of a plot.
struct Axis {
    scale: Scale,
    low: f64,
    high: f64,
}

impl Axis {
    fn share(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Logarithmic => (value / self.low).ln() / (self.high / self.low).ln(),
        }
    }

    /// Values with a mark: powers of ten, or rounded steps.
    fn marks(&self) -> Vec<f64> {
        if self.scale == Scale::Logarithmic {
            let decades = self.low.log10().ceil() as i32..=self.high.log10().floor() as i32;
            let every = decades.clone().count().div_ceil(6).max(1);
            return decades.step_by(every).map(|decade| 10f64.powi(decade)).collect();
        }
        let rough = (self.high - self.low) / 5.0;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power).into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(rough);
        let first = (self.low / step).ceil() as i64;
        (first..=(self.high / step).floor() as i64).map(|k| k as f64 * step).collect()
    }
}

impl Sheet<'_> {
    /// The drawing; `None` without any value.
    pub(super) fn svg(&self) -> Option<String> {
        let axis = self.axis()?;
        let rows = self.panels.len().div_ceil(COLUMNS) as i32;
        let size = (COLUMNS as i32 * WIDTH, HEAD + rows * HEIGHT);
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, (size.0 as u32, size.1 as u32)).into_drawing_area();
            self.draw(&area, &axis).ok()?;
        }
        Some(svg)
    }

    fn values(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.panels.iter().flat_map(|panel| panel.lines.iter().flatten().copied())
    }

    fn axis(&self) -> Option<Axis> {
        let values: Vec<f64> = self.values().map(|(_, value)| value).chain(self.mark).collect();
        self.values().next()?;
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (low, high) = match self.scale {
            Scale::Linear => (low - 0.05 * (high - low).max(1e-9), high + 0.05 * (high - low).max(1e-9)),
            Scale::Logarithmic => (low / 1.5, high * 1.5),
        };
        Some(Axis { scale: self.scale, low, high })
    }

    fn draw(&self, area: &Area<'_>, axis: &Axis) -> Drawn {
        area.fill(&WHITE)?;
        let title = format!("{}; across: the expected count of a row", self.title);
        area.draw(&Text::new(title, (12, 10), text(16)))?;
        let mut x = 12;
        for (k, name) in self.names.iter().enumerate() {
            let colour = COLOURS[k % COLOURS.len()];
            area.draw(&PathElement::new([(x, 45), (x + 22, 45)], colour.stroke_width(2)))?;
            area.draw(&Text::new(name.clone(), (x + 28, 38), text(12)))?;
            x += 52 + 7 * name.len() as i32;
        }
        let counts = self.counts();
        for (k, panel) in self.panels.iter().enumerate() {
            let (column, row) = ((k % COLUMNS) as i32, (k / COLUMNS) as i32);
            let paper = Paper { axis, counts: &counts, left: column * WIDTH, top: HEAD + row * HEIGHT };
            paper.draw(area, panel, self.mark)?;
        }
        area.present()
    }

    /// Expected counts that occur, ascending.
    fn counts(&self) -> Vec<f64> {
        let mut counts: Vec<f64> = self.values().map(|(count, _)| count).collect();
        counts.sort_unstable_by(f64::total_cmp);
        counts.dedup();
        counts
    }
}

/// The place of one panel on the sheet.
struct Paper<'p> {
    axis: &'p Axis,
    counts: &'p [f64],
    left: i32,
    top: i32,
}

impl Paper<'_> {
    fn x(&self, count: f64) -> i32 {
        let [left, right, ..] = MARGINS;
        let at = self.counts.iter().position(|known| *known == count).unwrap_or(0);
        let share = (at as f64 + 0.5) / self.counts.len() as f64;
        self.left + left + (share * f64::from(WIDTH - left - right)) as i32
    }

    fn y(&self, value: f64) -> i32 {
        let [_, _, above, below] = MARGINS;
        let height = HEIGHT - above - below;
        self.top + above + ((1.0 - self.axis.share(value)) * f64::from(height)) as i32
    }

    fn draw(&self, area: &Area<'_>, panel: &Panel, mark: Option<f64>) -> Drawn {
        let [left, right, above, below] = MARGINS;
        let (from, to) = (self.left + left, self.left + WIDTH - right);
        area.draw(&Text::new(panel.title.clone(), (from, self.top + 8), text(12)))?;
        for value in self.axis.marks() {
            let y = self.y(value);
            area.draw(&PathElement::new([(from, y), (to, y)], LINE.stroke_width(1)))?;
            let style = text(10).pos(Pos::new(HPos::Right, VPos::Center));
            area.draw(&Text::new(label(value), (from - 5, y), style))?;
        }
        if let Some(mark) = mark {
            let y = self.y(mark);
            area.draw(&PathElement::new([(from, y), (to, y)], INK.stroke_width(1)))?;
        }
        for &count in self.counts {
            let style = text(10).pos(Pos::new(HPos::Center, VPos::Top));
            let at = (self.x(count), self.top + HEIGHT - below + 6);
            area.draw(&Text::new(label(count), at, style))?;
        }
        area.draw(&PathElement::new(
            [(from, self.top + above), (from, self.top + HEIGHT - below), (to, self.top + HEIGHT - below)],
            INK.stroke_width(1),
        ))?;
        for (k, line) in panel.lines.iter().enumerate() {
            let colour = COLOURS[k % COLOURS.len()];
            let points: Vec<(i32, i32)> = line.iter().map(|&(count, v)| (self.x(count), self.y(v))).collect();
            for &point in &points {
                area.draw(&Circle::new(point, 3, colour.filled()))?;
            }
            area.draw(&PathElement::new(points, colour.stroke_width(2)))?;
        }
        Ok(())
    }
}

fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}

/// A number as short as it can be said.
fn label(value: f64) -> String {
    match value.abs() {
        0.0 => "0".into(),
        size if !(1e-3..1e5).contains(&size) => format!("{value:.0e}"),
        _ => format!("{}", (value * 1e6).round() / 1e6),
    }
}
