//! One layer as an SVG picture: title, map, legend, source.

use super::frame::Frame;
use crate::error::Result;
use crate::map::boundaries::Shape;
use crate::map::checked::{Fill, LegendRow, Map, MapLayer, Outlined};
use crate::map::ramp::{HATCH, NO_DATA};
use crate::report::markup;
use std::fmt::Write;

/// The picture, in CSS pixels.
const WIDTH: f64 = 860.0;
const MARGIN: f64 = 28.0;
const LEGEND: f64 = 190.0;
const HEADER: f64 = 84.0;
const ROW: f64 = 22.0;
const FONTS: &str = "'Source Sans 3','Helvetica Neue',Helvetica,Arial,sans-serif";

impl Map {
    /// One layer as an SVG picture with title, legend and source; every area says its name and number on hover.
    ///
    /// Withheld areas are hatched. Needs no font but a sans-serif one, and nothing from outside. Fails on an unknown key.
    pub fn svg(&self, layer: &str) -> Result<String> {
        Ok(self.picture(self.layer(layer)?))
    }

    /// All that is drawn, land without data first.
    pub(super) fn shapes(&self) -> impl Iterator<Item = &Shape> {
        let areas = self.areas.iter().filter_map(|area| match &area.outlined {
            Outlined::Shape(shape) => Some(shape),
            Outlined::Nowhere => None,
        });
        self.empty_land.iter().chain(areas)
    }

    fn picture(&self, layer: &MapLayer) -> String {
        let frame = Frame::around(self.shapes());
        let legend = self.legend(layer);
        let scale = (WIDTH - 3.0 * MARGIN - LEGEND) / frame.width.max(frame.height * 3 / 4) as f64;
        let map_height = (frame.height as f64 * scale).max(ROW * legend.len() as f64 + 110.0);
        let height = HEADER + map_height + 52.0;
        let mut out = String::new();
        // Writing to a string does not fail, here and below.
        let _ = writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" width=\"{WIDTH}\" \
             height=\"{height:.0}\" lang=\"{}\" font-family=\"{FONTS}\" role=\"img\">",
            self.language.tag()
        );
        let _ = writeln!(out, "<title>{} \u{2013} {}</title>", markup(&layer.title), markup(&self.title));
        out.push_str(&hatching(6.0 / scale, "map-hatching"));
        out.push_str(&hatching(6.0, "legend-hatching"));
        let _ = writeln!(out, "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        text(&mut out, [MARGIN, 38.0], 21, "font-weight=\"600\" fill=\"#16202a\"", &layer.title);
        text(&mut out, [MARGIN, 60.0], 14, "fill=\"#4a5560\"", &self.title);
        self.draw_paths(&mut out, layer, &frame, scale);
        self.draw_legend(&mut out, layer, &legend);
        if !self.source.is_empty() {
            let source = format!("{}: {}", self.language.words().source, self.source);
            text(&mut out, [MARGIN, height - 20.0], 11, "fill=\"#6b7680\"", &source);
        }
        out.push_str("</svg>\n");
        out
    }

    fn draw_paths(&self, out: &mut String, layer: &MapLayer, frame: &Frame, scale: f64) {
        let _ = writeln!(
            out,
            "<g transform=\"translate({:.2} {HEADER}) scale({scale:.6})\" stroke=\"#fff\" stroke-width=\"{:.2}\" \
             stroke-linejoin=\"round\" fill-rule=\"evenodd\">",
            2.0 * MARGIN + LEGEND,
            0.35 / scale
        );
        for shape in &self.empty_land {
            let _ =
                writeln!(out, "<path fill=\"{NO_DATA}\" stroke=\"{NO_DATA}\" d=\"{}\"/>", frame.path(shape));
        }
        for (i, area) in self.areas.iter().enumerate() {
            let Outlined::Shape(shape) = &area.outlined else { continue };
            let (fill, d) = (paint(layer, layer.fill(i), "url(#map-hatching)"), frame.path(shape));
            let says = markup(&format!("{}: {}", area.area.name, layer.writing.cell(layer.cells[i])));
            let _ = writeln!(out, "<path fill=\"{fill}\" d=\"{d}\"><title>{says}</title></path>");
        }
        for shape in &self.borders {
            let _ = writeln!(
                out,
                "<path fill=\"none\" stroke=\"#3d4650\" stroke-opacity=\"0.55\" stroke-width=\"{:.2}\" d=\"{}\"/>",
                0.6 / scale,
                frame.path(shape)
            );
        }
        out.push_str("</g>\n");
    }

    fn draw_legend(&self, out: &mut String, layer: &MapLayer, rows: &[LegendRow]) {
        let top = HEADER + 14.0;
        let unit =
            if layer.writing.unit.is_empty() { self.language.words().legend } else { &layer.writing.unit };
        text(out, [MARGIN, top], 12, "font-weight=\"600\" fill=\"#16202a\"", unit);
        for (r, row) in rows.iter().enumerate() {
            let (y, fill) = (top + 12.0 + ROW * r as f64, paint(layer, row.fill, "url(#legend-hatching)"));
            let _ = writeln!(
                out,
                "<rect x=\"{MARGIN}\" y=\"{y:.1}\" width=\"26\" height=\"16\" fill=\"{fill}\" \
                 stroke=\"#000\" stroke-opacity=\"0.2\" stroke-width=\"0.5\"/>"
            );
            text(out, [MARGIN + 36.0, y + 12.5], 12, "fill=\"#16202a\"", &row.label);
            text(
                out,
                [MARGIN + LEGEND - 24.0, y + 12.5],
                11,
                "text-anchor=\"end\" fill=\"#6b7680\"",
                &row.count,
            );
        }
        let below = top + 26.0 + ROW * rows.len() as f64;
        for (i, line) in wrapped(&layer.note, 34).into_iter().enumerate() {
            text(out, [MARGIN, below + 15.0 * i as f64], 11, "fill=\"#6b7680\"", &line);
        }
    }
}

fn paint<'a>(layer: &'a MapLayer, fill: Fill, hatching: &'a str) -> &'a str {
    match fill {
        Fill::Class(class) => &layer.colours[class],
        Fill::Hatched => hatching,
        Fill::Grey => NO_DATA,
    }
}

/// Diagonal lines, so many units apart.
pub(super) fn hatching(apart: f64, id: &str) -> String {
    let [ground, line] = HATCH;
    format!(
        "<pattern id=\"{id}\" width=\"{apart:.2}\" height=\"{apart:.2}\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect width=\"{apart:.2}\" height=\"{apart:.2}\" fill=\"{ground}\"/>\
         <rect width=\"{:.2}\" height=\"{apart:.2}\" fill=\"{line}\"/></pattern>\n",
        0.22 * apart
    )
}

fn text(out: &mut String, [x, y]: [f64; 2], size: u32, style: &str, says: &str) {
    let _ =
        writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" {style}>{}</text>", markup(says));
}

/// Lines of at most so many characters, broken between words.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}
