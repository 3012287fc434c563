//! A piece of a sheet, written as Markdown or HTML.

use crate::report::markup;
use std::fmt::Write;

/// A piece of a sheet.
pub(super) enum Block {
    Title(String),
    Heading(&'static str),
    Text(String),
    /// A first row of headings, and cells; the first column is text, the others numbers.
    Table(Vec<Vec<String>>),
}

pub(super) const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}\
table{border-collapse:collapse;margin:1em 0}th,td{padding:.2em .8em;border-bottom:1px solid #ccc;text-align:right}\
th:first-child,td:first-child{text-align:left}@media print{body{margin:0}}";

// writing to a string cannot fail
impl Block {
    pub(super) fn markdown(&self, text: &mut String) {
        let _ = match self {
            Block::Title(title) => writeln!(text, "# {}\n", plain(title)),
            Block::Heading(heading) => writeln!(text, "## {heading}\n"),
            Block::Text(line) => writeln!(text, "{}\n", plain(line)),
            Block::Table(rows) => {
                for (at, row) in rows.iter().enumerate() {
                    let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
                    let _ = writeln!(text, "| {} |", cells.join(" | "));
                    if at == 0 {
                        let _ = writeln!(text, "|---|{}", "---:|".repeat(row.len().saturating_sub(1)));
                    }
                }
                writeln!(text)
            }
        };
    }

    pub(super) fn html(&self, text: &mut String) {
        let _ = match self {
            Block::Title(title) => writeln!(text, "<h1>{}</h1>", markup(title)),
            Block::Heading(heading) => writeln!(text, "<h2>{}</h2>", markup(heading)),
            Block::Text(line) => writeln!(text, "<p>{}</p>", markup(line)),
            Block::Table(rows) => {
                text.push_str("<table>\n");
                for (at, row) in rows.iter().enumerate() {
                    let tag = if at == 0 { "th" } else { "td" };
                    let cells = row.iter().map(|cell| format!("<{tag}>{}</{tag}>", markup(cell)));
                    let _ = writeln!(text, "<tr>{}</tr>", cells.collect::<String>());
                }
                writeln!(text, "</table>")
            }
        };
    }
}

/// Text that Markdown takes as it is.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '&' => escaped.extend(['\\', c]),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
