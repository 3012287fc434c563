//! The map as one HTML page that needs nothing from outside.

use super::escape::script;
use super::frame::Frame;
use super::picture::hatching;
use crate::map::checked::{Fill, Map, MapLayer, Outlined};
use crate::map::ramp::NO_DATA;
use crate::report::markup;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt::Write;

const PAGE: &str = include_str!("../page/page.html");
const STYLE: &str = include_str!("../page/page.css");
const SCRIPT: &str = include_str!("../page/page.js");

impl Map {
    /// One self-contained HTML page: a tab for each layer, a card for the area under the pointer or the keyboard, a
    /// search box, the legend with how many areas are in each class, and the caveats.
    ///
    /// It opens from a disk: everything is in the file, and its content security policy forbids it to fetch anything.
    /// Withheld areas are hatched. Without scripts the first layer is shown.
    pub fn page(&self) -> String {
        let frame = Frame::around(self.shapes());
        let words = self.language.words();
        filled(PAGE, &|name| match name {
            "language" => self.language.tag().into(),
            "title" => markup(&self.title),
            "style" => STYLE.into(),
            "script" => SCRIPT.into(),
            "data" => script(&self.data(&frame)),
            "width" => frame.width.to_string(),
            "height" => frame.height.to_string(),
            "hatching" => hatching(frame.width.max(frame.height) as f64 / 130.0, "hatching"),
            "land" => paths(self.empty_land.iter().map(|shape| frame.path(shape))),
            "areas" => self.area_paths(&frame),
            "borders" => paths(self.borders.iter().map(|shape| frame.path(shape))),
            "tabs" => self.tabs(),
            "caveats" => self.caveats.iter().map(|caveat| format!("<li>{}</li>", markup(caveat))).collect(),
            "source" if self.source.is_empty() => String::new(),
            "source" => format!("{}: {}", words.source, markup(&self.source)),
            "not_drawn" => self.not_drawn(),
            "colours" => colours(self.layers.first()),
            _ => markup(word(words, name)),
        })
    }

    fn tabs(&self) -> String {
        let tab = |(i, layer): (usize, &MapLayer)| {
            format!(
                "<button type=\"button\" role=\"tab\" id=\"tab-{i}\" aria-controls=\"panel\" aria-selected=\"{}\" \
                 tabindex=\"{}\" data-layer=\"{i}\">{}</button>",
                i == 0,
                if i == 0 { 0 } else { -1 },
                markup(&layer.title)
            )
        };
        self.layers.iter().enumerate().map(tab).collect()
    }

    fn area_paths(&self, frame: &Frame) -> String {
        let mut out = String::new();
        let Some(first) = self.layers.first() else { return out };
        for (i, area) in self.areas.iter().enumerate() {
            let Outlined::Shape(shape) = &area.outlined else { continue };
            let fill = fill_name(first.fill(i));
            let _ = writeln!(out, "<path data-i=\"{i}\" class=\"{fill}\" d=\"{}\"/>", frame.path(shape));
        }
        out
    }

    fn not_drawn(&self) -> String {
        match self.unmatched.areas.len() {
            0 => String::new(),
            n => {
                let n = self.language.numbers().write(n as f64, 0);
                format!("<p class=\"not-drawn\">{n} {}</p>", markup(self.language.words().not_drawn))
            }
        }
    }

    /// What the script knows: names, cards, and each layer's texts and fills in the order of the areas.
    fn data(&self, frame: &Frame) -> Value {
        let words = self.language.words();
        let mut labels = Labels::default();
        let areas: Vec<Value> = self
            .areas
            .iter()
            .map(|area| {
                let card: Vec<Value> =
                    area.area.card.iter().map(|(label, text)| json!([labels.index(label), text])).collect();
                json!([area.area.code, area.area.name, area.area.within, card])
            })
            .collect();
        json!({
            "width": frame.width,
            "height": frame.height,
            "words": {
                "noMatch": words.no_match, "noBoundary": words.no_boundary, "areas": words.areas,
                "code": words.code, "area": words.area,
            },
            "labels": labels.known,
            "areas": areas,
            "layers": self.layers.iter().map(|layer| self.layer_data(layer)).collect::<Vec<_>>(),
        })
    }

    fn layer_data(&self, layer: &MapLayer) -> Value {
        let legend: Vec<Value> = self
            .legend(layer)
            .iter()
            .map(|row| json!([fill_name(row.fill), row.label, row.n, row.count]))
            .collect();
        json!({
            "title": layer.title,
            "note": layer.note,
            "unit": layer.writing.unit,
            "colours": layer.colours,
            "legend": legend,
            "fills": (0..layer.cells.len()).map(|i| fill_name(layer.fill(i))).collect::<Vec<_>>(),
            "texts": layer.cells.iter().map(|cell| layer.writing.cell(*cell)).collect::<Vec<_>>(),
        })
    }
}

/// Labels of card lines, each once.
#[derive(Default)]
struct Labels<'a> {
    known: Vec<&'a str>,
    index: HashMap<&'a str, usize>,
}

impl<'a> Labels<'a> {
    fn index(&mut self, label: &'a str) -> usize {
        *self.index.entry(label).or_insert_with(|| {
            self.known.push(label);
            self.known.len() - 1
        })
    }
}

/// The style class of a fill: `c0`, `c1`, ... of values, which nothing else has.
fn fill_name(fill: Fill) -> String {
    match fill {
        Fill::Class(class) => format!("c{class}"),
        Fill::Hatched => "withheld".into(),
        Fill::Grey => "no-data".into(),
    }
}

/// The colours with which the page opens.
fn colours(first: Option<&MapLayer>) -> String {
    let classes = first.map_or(&[][..], |layer| &layer.colours);
    let own = classes.iter().enumerate().map(|(class, colour)| format!("--c{class}:{colour};"));
    own.chain([format!("--no-data:{NO_DATA};")]).collect()
}

fn paths(paths: impl Iterator<Item = String>) -> String {
    paths.map(|d| format!("<path d=\"{d}\"/>\n")).collect()
}

fn word(words: &'static crate::map::words::Words, name: &str) -> &'static str {
    match name {
        "search" => words.search,
        "zoom_in" => words.zoom_in,
        "zoom_out" => words.zoom_out,
        "whole_map" => words.whole_map,
        "close" => words.close,
        "map_help" => words.map_help,
        "table" => words.table,
        "layers" => words.layers,
        "legend" => words.legend,
        "caveats_title" => words.caveats,
        "no_script" => words.no_script,
        _ => "",
    }
}

/// The template with every `{{name}}` in its place; what is put in is not looked at again.
fn filled(template: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut parts = template.split("{{");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        out.push_str(&value(name));
        out.push_str(rest);
    }
    out
}
