//! The paper of a figure: title, axes, and marks in their coordinates.

use super::Figure;
use super::axis::Axis;
use plotters::chart::ChartContext;
use plotters::coord::Shift;
use plotters::prelude::*;

/// Plotters draws in whole pixels; that many of them are one CSS pixel here.
const FINE: u32 = 8;

/// Orange and purple as on the maps: above, below; grey for what cannot be told from neither.
pub(super) const ABOVE: RGBColor = RGBColor(0xb3, 0x58, 0x06);
pub(super) const BELOW: RGBColor = RGBColor(0x54, 0x27, 0x88);
pub(super) const NEITHER: RGBColor = RGBColor(0x8a, 0x94, 0x9e);
pub(super) const INK: RGBColor = RGBColor(0x16, 0x20, 0x2a);
const SOFT: RGBColor = RGBColor(0x5a, 0x65, 0x70);
const LINE: RGBColor = RGBColor(0xe6, 0xe9, 0xec);

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, Axis>>;
/// What drawing into text says when it fails, which it does not.
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// How large a figure is, and what it leaves for the labels on the left; CSS pixels.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) left: u32,
}

/// The axes, what the columns of a horizontal and the rows of a vertical axis are called where they have names, and what
/// its lines are.
pub(super) struct Paper<'p> {
    pub(super) size: Size,
    pub(super) x: &'p Axis,
    pub(super) y: &'p Axis,
    pub(super) columns: Vec<&'p str>,
    pub(super) rows: Vec<&'p str>,
    pub(super) key: Vec<KeyLine<'p>>,
}

/// What lines of a colour and width are.
pub(super) struct KeyLine<'p> {
    pub(super) label: &'p str,
    pub(super) colour: RGBColor,
    pub(super) width: f64,
}

/// What is drawn on the paper, in the numbers of the axes.
pub(super) struct Canvas<'c, 'a, 'b>(&'c mut Chart<'a, 'b>);

impl Figure {
    /// The figure with its axes and with what `marks` draws on it.
    pub(super) fn draw(
        &self,
        paper: &Paper<'_>,
        marks: impl FnOnce(&mut Canvas<'_, '_, '_>) -> Drawn,
    ) -> String {
        let mut svg = String::new();
        let drawn = self.drawn(&mut svg, paper, marks);
        debug_assert!(drawn.is_ok(), "writing to text failed: {drawn:?}");
        let Size { width, height, .. } = paper.size;
        let fine = format!("width=\"{}\" height=\"{}\"", width * FINE, height * FINE);
        let coarse = format!("width=\"{width}\" height=\"{height}\" lang=\"{}\"", self.language.tag());
        svg.replacen(&fine, &coarse, 1)
    }

    fn drawn(
        &self,
        svg: &mut String,
        paper: &Paper<'_>,
        marks: impl FnOnce(&mut Canvas<'_, '_, '_>) -> Drawn,
    ) -> Drawn {
        let Paper { size, x, y, columns, rows, key } = paper;
        let root = SVGBackend::with_string(svg, (size.width * FINE, size.height * FINE)).into_drawing_area();
        root.fill(&WHITE)?;
        let title = TextStyle { font: text(17.0, INK).font.style(FontStyle::Bold), ..text(17.0, INK) };
        root.draw(&Text::new(self.title.clone(), pixels(24, 18), title))?;
        self.key(&root, *size, key)?;
        let mut chart = ChartBuilder::on(&root)
            .margin_top(52 * FINE)
            .margin_right(28 * FINE)
            .margin_bottom(14 * FINE)
            .margin_left(14 * FINE)
            .x_label_area_size(48 * FINE)
            .y_label_area_size(size.left * FINE)
            .build_cartesian_2d((*x).clone(), (*y).clone())?;
        // Columns and rows are counted from 1.
        let label = |names: &[&str], axis: &Axis, at: f64| match names.get((at - 1.0).round() as usize) {
            Some(name) => (*name).to_string(),
            None => axis.label(at, self.language),
        };
        let x_label = |at: &f64| label(columns, x, *at);
        let y_label = |at: &f64| label(rows, y, *at);
        chart
            .configure_mesh()
            .bold_line_style(LINE.stroke_width(FINE))
            .light_line_style(TRANSPARENT)
            .axis_style(SOFT.stroke_width(FINE))
            .x_desc(&self.x)
            .y_desc(&self.y)
            .x_label_formatter(&x_label)
            .y_label_formatter(&y_label)
            .set_all_tick_mark_size(5 * FINE)
            .label_style(text(12.0, SOFT))
            .axis_desc_style(text(13.0, INK))
            .draw()?;
        marks(&mut Canvas(&mut chart))?;
        root.present()
    }
}

impl Canvas<'_, '_, '_> {
    /// A line through points.
    pub(super) fn line(&mut self, points: &[[f64; 2]], colour: RGBColor, width: f64) -> Drawn {
        let points: Vec<(f64, f64)> = points.iter().map(|[x, y]| (*x, *y)).collect();
        let style = colour.stroke_width(fine(width) as u32);
        self.0.draw_series([PathElement::new(points, style)])?;
        Ok(())
    }

    /// What lies between two lines: points from left to right with a lower and an upper end.
    pub(super) fn band(&mut self, points: &[[f64; 3]], colour: RGBColor) -> Drawn {
        let upper = points.iter().map(|[x, _, high]| (*x, *high));
        let lower = points.iter().rev().map(|[x, low, _]| (*x, *low));
        let outline: Vec<(f64, f64)> = upper.chain(lower).collect();
        self.0.draw_series([Polygon::new(outline, colour.mix(0.16))])?;
        Ok(())
    }

    /// A dot.
    pub(super) fn dot(&mut self, [x, y]: [f64; 2], colour: RGBColor, radius: f64) -> Drawn {
        self.0.draw_series([Circle::new((x, y), fine(radius), colour.mix(0.8).filled())])?;
        Ok(())
    }

    /// Words beside a point, to its right.
    pub(super) fn words(&mut self, [x, y]: [f64; 2], words: &str, size: f64) -> Drawn {
        let label = EmptyElement::at((x, y))
            + Text::new(words.to_string(), (fine(6.0), -fine(0.6 * size)), text(size, INK));
        self.0.draw_series([label])?;
        Ok(())
    }
}

impl Figure {
    /// What the lines are, at the right above the plot.
    fn key(&self, root: &DrawingArea<SVGBackend<'_>, Shift>, size: Size, lines: &[KeyLine<'_>]) -> Drawn {
        let mut right = size.width as i32 - 28;
        for KeyLine { label, colour, width } in lines.iter().rev() {
            let begin = right - 7 * label.chars().count() as i32;
            root.draw(&Text::new(label.to_string(), pixels(begin, 34), text(12.0, SOFT)))?;
            let line = vec![pixels(begin - 30, 40), pixels(begin - 6, 40)];
            root.draw(&PathElement::new(line, colour.stroke_width(fine(*width) as u32)))?;
            right = begin - 44;
        }
        Ok(())
    }
}

fn fine(size: f64) -> i32 {
    (size * f64::from(FINE)).round() as i32
}

fn pixels(x: i32, y: i32) -> (i32, i32) {
    (x * FINE as i32, y * FINE as i32)
}

fn text(size: f64, colour: RGBColor) -> TextStyle<'static> {
    // Plotters writes font sizes smaller by this ratio.
    let size = fine(1.24 * size);
    ("'Source Sans 3','Helvetica Neue',Helvetica,Arial,sans-serif", size).into_font().color(&colour)
}
